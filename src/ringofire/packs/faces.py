"""What a rule lies on: the faces of a deck, and the keys of `cards` that name them.

A face is a rank and a colour, `8r` or `Kb`, or `Joker`: the finest thing a key can tell apart.
"""

from collections.abc import Container, Mapping

from ringofire.cards import RANKS, Card, Deck, Rank
from ringofire.packs.checks import WRONG, Check, Place, Wrong, shown

__all__ = ["check_cards", "face", "faces_of", "keyed"]


def face(card: Card) -> str:
    """Give what of a card a rule can lie on, as a key of `cards`: `8r`, `Kb` or `Joker`."""
    if card.rank is Rank.JOKER:
        return card.text
    return f"{card.rank}{'r' if card.red else 'b'}"


def _all_keys() -> dict[str, tuple[int, tuple[str, ...]]]:
    keys: dict[str, tuple[int, tuple[str, ...]]] = {Rank.JOKER.value: (2, (Rank.JOKER.value,))}
    for low, first in enumerate(RANKS):
        for high, last in enumerate(RANKS[low:], low + 1):
            ranks = first if first is last else f"{first}-{last}"
            for colours, suffix in (("rb", ""), ("r", "r"), ("b", "b")):
                specific = 2 * (first is last) + (suffix != "")
                faces = tuple(f"{rank}{colour}" for rank in RANKS[low:high] for colour in colours)
                keys[ranks + suffix] = (specific, faces)
    return keys


_KEYS = _all_keys()
"""Every key `cards` can have -> how specific it is (3: rank and colour, 0: range), its faces."""


def check_cards(rules: Container[str]) -> Check:
    """Check for `cards`; gives the rule on each face, the most specific key's."""

    def check(value: object, place: Place) -> dict[str, str] | Wrong:
        if not isinstance(value, Mapping):
            return place.wrong("has to be a table")
        right = True
        keys: dict[tuple[int, str], str] = {}
        for key, rule in value.items():
            there = place / key
            if key not in _KEYS:
                there.wrong("has to be a rank, a range such as 2-5, or Joker; r or b for a colour")
                right = False
                continue
            if not isinstance(rule, str) or rule not in rules:
                there.wrong(f"unknown rule {shown(rule)}")
                right = False
            specific, faces = _KEYS[key]
            for one in faces:
                other = keys.setdefault((specific, one), key)
                if other != key:
                    there.wrong(f"lies on the same cards as {other} and is just as specific")
                    right = False
        if not right:
            return WRONG
        return {one: str(value[key]) for (_, one), key in sorted(keys.items())}

    return check


def faces_of(deck: Deck) -> tuple[str, ...]:
    """The faces that can lie in the ring, in canonical order (red behind black)."""
    kings, others = deck.king_count > 0, deck.size > deck.king_count
    cards = [card for card in deck.full() if (kings if card.rank is Rank.KING else others)]
    return tuple(dict.fromkeys(map(face, cards)))


def keyed(laid: Mapping[str, str]) -> dict[str, str]:
    """Write rules on faces with as few keys as can be, without ranges."""
    keys = {}
    for one, rule in laid.items():
        rank = one[:-1]  # of the joker nothing that has both colours
        same = laid.get(f"{rank}r") == laid.get(f"{rank}b") == rule
        keys[rank if same else one] = rule
    return keys
