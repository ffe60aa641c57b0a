"""Cards and the decks they come from.

Knows faces, their canonical order and how many of them a deck has; nothing of rules, rounds or
people. There is one object per face in a process: whatever makes a `Card` gives that object.
"""

from enum import StrEnum
from functools import cache
from itertools import product
from typing import Self, final

from attrs import field, frozen

from ringofire.canonical import register
from ringofire.values import value

__all__ = ["MAX_CARDS", "MAX_DECKS", "MAX_JOKERS", "RANKS", "Card", "Deck", "Rank", "Suit"]

MAX_DECKS = 2
"""With `MAX_JOKERS` this makes the largest ring."""

MAX_JOKERS = 4
"""The jokers of two packs of cards as they are sold, two in each."""

MAX_CARDS = MAX_DECKS * 52 + MAX_JOKERS
"""Cards of the largest ring."""


class Rank(StrEnum):
    """What a card's rule hangs on, ace to king, and the joker; the text is that of `Card.text`."""

    ACE = "A"
    TWO = "2"
    THREE = "3"
    FOUR = "4"
    FIVE = "5"
    SIX = "6"
    SEVEN = "7"
    EIGHT = "8"
    NINE = "9"
    TEN = "10"
    JACK = "J"
    QUEEN = "Q"
    KING = "K"
    JOKER = "Joker"

    @property
    def worth(self) -> int:
        """The amount of a penalty whose `n` is "rank": A 1, 2..10, J 11, Q 12, K 13, Joker 0."""
        return _WORTH[self]


class Suit(StrEnum):
    """The four suits in canonical order; the value is the letter in `Card.text`."""

    CLUBS = "C"
    DIAMONDS = "D"
    HEARTS = "H"
    SPADES = "S"


RANKS = tuple(rank for rank in Rank if rank is not Rank.JOKER)
"""The thirteen ranks that have suits, in canonical order."""

_NUMBERS = RANKS[1:10]
_WORTH = {rank: worth for worth, rank in enumerate(RANKS, start=1)} | {Rank.JOKER: 0}


@final
@frozen(init=False, eq=False)
class Card:
    """One face of a card: a rank and a suit, or the joker, which has no suit.

    Equal faces are one object (copied and unpickled ones too), so cards compare and hash as fast
    as `is`. Raises ValueError for a suit without a rank that has suits, or the other way round.
    """

    rank: Rank
    suit: Suit | None = None
    text: str = field(init=False)
    """The face in one word, `QS`, `10H` or `Joker`; `Card.parse` reads it."""
    red: bool = field(init=False)
    """True for diamonds and hearts. The joker is neither red nor black."""
    black: bool = field(init=False)
    """True for clubs and spades."""

    def __new__(cls, rank: Rank, suit: Suit | None = None) -> Self:  # noqa: D102 (as D107)
        try:
            return _FACES[rank, suit]
        except KeyError:
            raise ValueError(f"no card has rank {rank!s:.10} and suit {suit!s:.10}") from None

    @staticmethod
    def parse(text: str) -> "Card":
        """Give the card whose `text` this is; ValueError for anything else, of any type."""
        try:
            return _BY_TEXT[text]
        except (KeyError, TypeError):
            raise ValueError(f"no card is written {text!r:.20}") from None

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[type["Card"], tuple[Rank, Suit | None]]:
        return Card, (self.rank, self.suit)

    @text.default
    def _text(self) -> str:
        return f"{self.rank}{self.suit or ''}"

    @red.default
    def _red(self) -> bool:
        return self.suit in (Suit.DIAMONDS, Suit.HEARTS)

    @black.default
    def _black(self) -> bool:
        return self.suit in (Suit.CLUBS, Suit.SPADES)


def _face(rank: Rank, suit: Suit | None) -> Card:
    """Make the one object of a face; called once for each of the 53."""
    card = object.__new__(Card)
    card.__attrs_init__(rank, suit)
    return card


_FACES: dict[tuple[Rank, Suit | None], Card] = {
    (rank, suit): _face(rank, suit) for rank, suit in [*product(RANKS, Suit), (Rank.JOKER, None)]
}
_BY_TEXT = {card.text: card for card in _FACES.values()}
_JOKER = Card(Rank.JOKER)

register(Card, lambda card: f'"{card.text}"')


@value
class Deck:
    """Which cards a round is played with: a pack's `deck` table.

    `decks` 1..2; `jokers` 0..4 in all; `lowest` (`deck.from`) 2..10 leaves out the number cards
    below it, the ace stays. `cards` with `kings` makes a short deck that keeps only so many, drawn
    by the shuffle: 0 <= kings <= those in the deck, kings <= cards <= the deck, at least one card,
    cards - kings <= the non-kings. Raises ValueError, its text opening with the field at fault.
    """

    decks: int = 1
    jokers: int = 0
    lowest: Rank | None = None
    cards: int | None = None
    kings: int | None = None

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.decks <= MAX_DECKS:
            raise ValueError(f"decks: {self.decks} is not within 1..{MAX_DECKS}")
        if not 0 <= self.jokers <= MAX_JOKERS:
            raise ValueError(f"jokers: {self.jokers} is not within 0..{MAX_JOKERS}")
        if self.lowest is not None and self.lowest not in _NUMBERS:
            raise ValueError(f"lowest: {self.lowest!s:.10} is not one of 2..10")
        if self.cards is None and self.kings is None:
            return
        if self.cards is None:
            raise ValueError("cards: has to stand beside kings")
        if self.kings is None:
            raise ValueError("kings: has to stand beside cards")
        kings = self.decks * len(Suit)
        others = len(self.full()) - kings
        if not 0 <= self.kings <= kings:
            raise ValueError(f"kings: {self.kings} is not within 0..{kings}")
        least, most = max(self.kings, 1), self.kings + others
        if not least <= self.cards <= most:
            raise ValueError(f"cards: {self.cards} with {self.kings} kings not in {least}..{most}")

    def full(self) -> tuple[Card, ...]:
        """Give the deck in canonical order, before a short deck is drawn: 20..108 cards.

        Rank by rank (A 2 .. 10 J Q K), suits C D H S within a rank, deck after deck, jokers last.
        """
        return _full(self.decks, self.jokers, self.lowest)

    @property
    def short(self) -> bool:
        """Whether the round's cards are drawn from the deck, so that nobody knows which are in."""
        return self.cards is not None

    @property
    def size(self) -> int:
        """How many cards lie in the ring, 1..108."""
        return len(self.full()) if self.cards is None else self.cards

    @property
    def king_count(self) -> int:
        """How many kings lie in the ring, 0..8."""
        return self.decks * len(Suit) if self.kings is None else self.kings


@cache
def _full(decks: int, jokers: int, lowest: Rank | None) -> tuple[Card, ...]:
    left_out = _NUMBERS[: _NUMBERS.index(lowest)] if lowest is not None else ()
    ranks = [rank for rank in RANKS if rank not in left_out]
    return tuple(_FACES[face] for face in product(ranks, Suit)) * decks + (_JOKER,) * jokers
