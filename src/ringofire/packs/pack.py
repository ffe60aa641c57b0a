"""A pack: which rule lies on which card, ready to be played.

It has one source of truth, its resolved object: what `get_pack` answers and the digest covers.
All else is derived from that in the constructor, which refuses whatever is not a whole pack.
"""

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, cast, final

from attrs import field, frozen

from ringofire.canonical import canonical, register
from ringofire.cards import Card, Deck
from ringofire.packs.checks import Field, Place, check_name
from ringofire.packs.effects import MAX_AMOUNT, Effect, PenaltyEffect, build_effect
from ringofire.packs.faces import face
from ringofire.packs.tables import GAPS, Book, check_single, deck_of, merge, settle
from ringofire.values import value

__all__ = ["Pack", "Rule"]


@value
class Rule:
    """What a card means: its name in the pack, the words for people, the effects in order."""

    name: str
    title: str
    text: str
    effects: tuple[Effect, ...] = ()


@final
@frozen(init=False, repr=False)
class Pack:
    """Rules laid on every card of a deck, with the deck, the ring, the limits and the end.

    Two packs are equal if their resolved objects are. Cannot be made but from plain data: from a
    resolved object, or from one that leaves out what stands at its default; `rules` has to hold
    every rule that is laid. `file` is what faults call the source. Raises PackError, naming every
    fault.
    """

    digest: bytes
    """SHA-256 of the resolved object as RFC 8785 JSON."""
    text: str = field(eq=False)
    """The resolved object as RFC 8785 JSON."""
    name: str = field(eq=False)
    title: str = field(eq=False)
    end: str = field(eq=False)
    """What ends a round.

    `deck`, `ring` or `last:K`.
    """
    gap: int | None = field(eq=False)
    """So many neighbouring empty slots break the ring, 1..20; None if nothing does."""
    break_: PenaltyEffect = field(eq=False)
    """What a broken ring costs if it does not end the round."""
    deck: Deck = field(eq=False)
    limit: int = field(eq=False)
    """The most a penalty can be, 1..20."""
    rules: Mapping[str, Rule] = field(eq=False)
    """The rules laid, by name; read-only."""
    _laid: Mapping[str, Rule] = field(eq=False)

    def __init__(self, resolved: Mapping[str, Any], *, file: str = "inline") -> None:
        place = Place(file, "pack")
        own, known = check_single(resolved, place, Book(), name=Field(check_name, required=True))
        plain = settle(own.plain.get("name"), merge(own.plain), known, place)
        place.refuse()
        plain = cast("dict[str, Any]", plain)
        text = canonical(plain)
        rules = {rule: _build_rule(rule, table) for rule, table in plain["rules"].items()}
        deck = deck_of(plain["deck"])
        lies = plain["cards"]
        self.__attrs_init__(
            digest=sha256(text).digest(),
            text=text.decode(),
            name=plain["name"],
            title=plain["title"],
            end=plain["end"],
            gap=GAPS[plain["ring"]],
            break_=cast("PenaltyEffect", build_effect(plain["break"], "")),
            deck=deck,
            limit=plain["limits"].get("n", MAX_AMOUNT),
            rules=MappingProxyType(rules),
            laid={
                card.text: rules[lies[key]]
                for card in deck.full()
                for key in (card.rank, face(card))
                if key in lies
            },
        )

    @property
    def resolved(self) -> dict[str, Any]:
        """The resolved object as plain data: a copy of its own at each call."""
        from json import loads

        return cast("dict[str, Any]", loads(self.text))

    def rule_for(self, card: Card) -> Rule:
        """Give the rule that lies on `card`; KeyError if no such card can be in the deck."""
        return self._laid[card.text]

    def __repr__(self) -> str:
        return f"<Pack {self.name} {self.digest.hex()[:8]}>"

    def __reduce__(self) -> tuple[type["Pack"], tuple[dict[str, Any]]]:
        return Pack, (self.resolved,)


def _build_rule(rule: str, plain: Mapping[str, Any]) -> Rule:
    effects = tuple(build_effect(effect, rule) for effect in plain["effects"])
    return Rule(rule, plain["title"], plain["text"], effects)


register(Pack, lambda pack: pack.text)
