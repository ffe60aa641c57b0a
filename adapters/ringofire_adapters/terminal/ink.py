"""What may be drawn on a terminal: text that is only text, and the signs this one can show.

Names, rules and packs are written by anybody, and logs by anybody who has a file. Whatever of
them reaches a screen goes through `shown` first, and nothing is ever read as markup.
"""

from collections.abc import Mapping
from unicodedata import category

from attrs import frozen

from ringofire import Card

__all__ = ["ASCII", "UNICODE", "Signs", "and_", "card_text", "shown", "signs_for"]

_JOINERS = "\u200c\u200d\ufe0f"
"""They stand inside emoji and words, and move nothing."""

_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def shown(text: str) -> str:
    """Give `text` with a question mark for each sign that would not be one on the screen.

    Controls, escapes, line ends, direction marks, lone surrogates and the like.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        [sign if sign in _JOINERS or category(sign) not in _HIDDEN else "?" for sign in text]
    )


def and_(words: list[str] | tuple[str, ...]) -> str:
    """Join words as people do: `Ann, Bob and Cem`."""
    return " and ".join([part for part in (", ".join(words[:-1]), *words[-1:]) if part])


@frozen
class Signs:
    """The signs that cards, the ring and links are drawn with.

    Args:
        suits: a sign for each suit's letter.
        back: a face-down card too small for its number.
        gap: a slot whose card was taken.
        link: from somebody to their mate.
        turn: whose turn it is.
        dot: between two things of one line.
        corners: of a card, from the upper left one clockwise.
        edges: of a card, the flat and the upright one.
    """

    suits: Mapping[str, str]
    back: str
    gap: str
    link: str
    turn: str
    dot: str
    corners: tuple[str, str, str, str]
    edges: tuple[str, str]


UNICODE = Signs(
    suits={"C": "♣", "D": "♦", "H": "♥", "S": "♠"},
    back="▮",
    gap="·",
    link="→",
    turn="▸",
    dot="·",
    corners=("╭", "╮", "╯", "╰"),
    edges=("─", "│"),
)
ASCII = Signs(
    suits={"C": "C", "D": "D", "H": "H", "S": "S"},
    back="#",
    gap=".",
    link="->",
    turn=">",
    dot="-",
    corners=("+", "+", "+", "+"),
    edges=("-", "|"),
)


def signs_for(encoding: str) -> Signs:
    """Give the signs that an encoding has."""
    try:
        "♣♦♥♠▮·→▸╭╮╯╰─│".encode(encoding)
    except (LookupError, UnicodeError):
        return ASCII
    return UNICODE


def card_text(card: Card, signs: Signs) -> str:
    """Tell a card as people write it: `QS` is `Q♠`."""
    return card.text if card.suit is None else card.rank + signs.suits[card.suit]
