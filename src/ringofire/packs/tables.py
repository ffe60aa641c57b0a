"""The tables of a pack: how each is checked, how a base lies under it, what it comes to.

Everything here is plain data on its way to the resolved object, from whatever source; `Pack` and
the loader share it, so there is one answer to what a pack may say.
"""

from collections.abc import Collection, Container, Mapping
from typing import Any

from attrs import evolve, field

from ringofire.canonical import canonical
from ringofire.cards import MAX_DECKS, MAX_JOKERS, RANKS, Deck, Rank
from ringofire.packs.checks import (
    WRONG,
    Check,
    Field,
    Place,
    Wrong,
    check_name,
    check_text,
    each,
    first_few,
    one_of,
    record,
    several,
    shown,
    sound,
    whole,
)
from ringofire.packs.effects import MAX_AMOUNT, check_effect
from ringofire.packs.faces import check_cards, faces_of, keyed
from ringofire.values import value

__all__ = [
    "ENDS",
    "GAPS",
    "Book",
    "Checked",
    "as_it_is",
    "check_pack",
    "check_rules",
    "check_single",
    "deck_of",
    "merge",
    "settle",
]

MAX_EFFECTS = 8
MAX_RESOLVED = 24 * 1024
"""Bytes of the resolved object: with it a frame stays within the protocol's 32 KiB."""

ENDS = ("deck", "ring", "last:K")
GAPS: Mapping[str, int | None] = {"off": None} | {f"gap:{gap}": gap for gap in range(1, 21)}
"""`ring` -> how many neighbouring empty slots break the ring."""

_DEFAULTS: Mapping[str, Any] = {
    "end": "deck",
    "ring": "off",
    "break": {"do": "penalty"},
    "deck": {},
    "limits": {},
    "cards": {},
}
_JOINED = ("deck", "limits", "cards")
_DECK = {
    "decks": Field(whole(1, MAX_DECKS)),
    "from": Field(one_of(RANKS[1:10], "2..10")),
    "jokers": Field(whole(0, MAX_JOKERS)),
    "cards": Field(whole(1, 52 * MAX_DECKS + MAX_JOKERS)),
    "kings": Field(whole(0, 4 * MAX_DECKS)),
}
_DECK_DEFAULTS = {"decks": 1, "from": Rank.TWO, "jokers": 0}
_LIMITS = {"n": Field(whole(1, MAX_AMOUNT))}
_LIMITS_DEFAULTS = {"n": MAX_AMOUNT}


@value
class Checked:
    """A table that was checked, and its place, for what is found out about it later."""

    plain: Any
    place: Place


@value
class Book:
    """Rules and packs by name."""

    rules: Mapping[str, Checked] = field(factory=dict)
    packs: Mapping[str, Checked] = field(factory=dict)


def _check_break(value: object, place: Place) -> dict[str, Any] | Wrong:
    """Check for `break`: a penalty that no rule lends its name to, and no game a loser."""
    plain = check_effect("")(value, place)
    if plain is not WRONG:
        if plain["do"] != "penalty":
            (place / "do").wrong("has to be penalty")
        elif plain.get("who") == "holder" and "key" not in plain:
            (place / "key").wrong("is missing")
        elif plain.get("who") == "loser":
            (place / "who").wrong("cannot be loser: no game is played when the ring breaks")
    return plain  # type: ignore[no-any-return]


def _check_base(bases: Collection[str]) -> Check:
    def check(value: object, place: Place) -> str | Wrong:
        if isinstance(value, str) and value in bases:
            return str(value)
        known = f"; there are: {first_few(bases)}" if bases else ""
        return place.wrong(f"unknown base {shown(value)}{known}")

    return check


def check_pack(rules: Container[str], bases: Collection[str], /, **more: Field) -> Check:
    """Check for one pack's own table; gives a `Checked`. `more` are fields beside the usual."""
    check = record(
        {
            "title": Field(check_name, required=True),
            "base": Field(_check_base(bases)),
            "end": Field(one_of(ENDS)),
            "ring": Field(one_of(GAPS, "off gap:1..20")),
            "break": Field(_check_break),
            "deck": Field(record(_DECK)),
            "limits": Field(record(_LIMITS)),
            "cards": Field(check_cards(rules)),
            **more,
        }
    )

    def checked(value: object, place: Place) -> Checked:
        plain = check(value, place)
        return Checked({"cards": WRONG} if plain is WRONG else plain, place)

    return checked


def _check_rule(rule: str) -> Check:
    check = record(
        {
            "title": Field(check_name, required=True),
            "text": Field(check_text, required=True),
            "effects": Field(several(check_effect(rule), 0, MAX_EFFECTS)),
        }
    )

    def checked(value: object, place: Place) -> Checked:
        plain = check(value, place)
        return Checked({"effects": WRONG} if plain is WRONG else {"effects": [], **plain}, place)

    return checked


check_rules = each(_check_rule, "rules")
"""Check for a table of rules; gives each as a `Checked`, under its name."""


def as_it_is(value: object, place: Place) -> object:
    """Check nothing: for what is checked at another time."""
    return value


def check_single(
    value: object, place: Place, behind: Book, **more: Field
) -> tuple[Checked, Mapping[str, Checked]]:
    """Check a pack that brings its rules along; gives it and all rules it may lay."""
    told = value.get("rules", {}) if isinstance(value, Mapping) else {}
    rules = {**behind.rules, **check_rules(told, place / "rules")}
    check = check_pack(rules, behind.packs, rules=Field(as_it_is), **more)
    return check(value, place), rules


def merge(*tables: Mapping[str, Any]) -> dict[str, Any]:
    """Lay each pack's own table over those before it; deck, limits and cards key by key."""
    merged = dict(_DEFAULTS)
    for table in tables:
        for key, own in table.items():
            merged[key] = _join(merged[key], own) if key in _JOINED else own
    return merged


def _join(under: Any, own: Any) -> Any:
    return WRONG if WRONG in (under, own) else {**under, **own}


def deck_of(plain: Mapping[str, Any]) -> Deck:
    """Give the deck of a checked `deck` table; ValueError, opening with the field, if it has none.

    `from` = "2" is as if it were not there.
    """
    known = _without(plain, _DECK_DEFAULTS)
    if "from" in known:
        known["lowest"] = Rank(known.pop("from"))
    return Deck(**known)


def _without(plain: Mapping[str, Any], defaults: Mapping[str, object]) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if value != defaults.get(key)}


def _check_deck(plain: Any, place: Place) -> Deck | Wrong:
    """Check what the fields of a deck come to together."""
    if not sound(plain):
        return WRONG
    try:
        return deck_of(plain)
    except ValueError as error:
        key, _, message = str(error).partition(": ")
        return (place / key).wrong(message)


def _check_amount(effect: Any, limit: int, place: Place, pack: object) -> None:
    """Check that a literal amount is within the limit of a pack that lays the rule."""
    amount = 0 if effect is WRONG else effect.get("n")
    if isinstance(amount, int) and amount > limit:
        (place / "n").wrong(f"is over limits.n of the pack {shown(pack)}, {limit}")


def _check_amounts(rule: Checked, limit: int, place: Place, pack: object) -> None:
    """Check each effect of a rule, which stands elsewhere, maybe in another file."""
    there = evolve(rule.place, faults=place.faults) / "effects"
    effects = rule.plain["effects"]
    for index, effect in enumerate([] if effects is WRONG else effects):
        _check_amount(effect, limit, there[index], pack)


def settle(
    pack: object, merged: Mapping[str, Any], rules: Mapping[str, Checked], place: Place
) -> dict[str, Any] | Wrong:
    """Give the resolved object of the pack so called, or WRONG; notes what is wrong between fields.

    `merged` is all that its table and its bases say, `rules` every rule that `cards` may name.
    """
    table, limits, cards = (merged[key] for key in _JOINED)
    deck = _check_deck(table, place / "deck")
    if deck is not WRONG and deck.king_count == 0 and merged["end"] == "last:K":
        (place / "end").wrong("there is no king in the deck")
    if deck is WRONG or cards is WRONG or not sound(limits):
        return WRONG
    faces = faces_of(deck)
    laid = {face: cards[face] for face in faces if face in cards}
    if missing := keyed({face: "" for face in faces if face not in laid}):
        (place / "cards").wrong(f"no rule for {' '.join(missing)}")
    used = dict.fromkeys(laid.values())
    limit = limits.get("n", MAX_AMOUNT)
    _check_amount(merged["break"], limit, place / "break", pack)
    for rule in used:
        _check_amounts(rules[rule], limit, place, pack)
    resolved = {
        "name": pack,
        "title": merged.get("title", WRONG),
        "end": merged["end"],
        "ring": merged["ring"],
        "break": merged["break"],
        "deck": _without(table, _DECK_DEFAULTS),
        "limits": _without(limits, _LIMITS_DEFAULTS),
        "cards": keyed(laid),
        "rules": {rule: rules[rule].plain for rule in used},
    }
    if not sound(resolved):
        return WRONG
    if len(canonical(resolved)) > MAX_RESOLVED:
        place.wrong(f"is more than {MAX_RESOLVED} bytes when resolved")
    return resolved
