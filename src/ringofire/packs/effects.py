"""The closed vocabulary: what a rule can do, as values and as the table that checks them.

One class per `do`; each field has the name it has in a pack file and the default it has there.
What the effects mean is the round's matter and must not be told here. `kind` and `key` are open
labels, and an empty `key` stands for the rule's name until the rule is known.
"""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Literal

from attrs import NOTHING, field, fields

from ringofire.cards import Rank
from ringofire.packs.checks import (
    WRONG,
    Check,
    Field,
    Place,
    Wrong,
    check_flag,
    check_name,
    one_of,
    record,
    several,
    whole,
)
from ringofire.values import value

__all__ = [
    "EFFECTS",
    "MAX_AMOUNT",
    "CupEffect",
    "Effect",
    "GameEffect",
    "Kind",
    "LinkEffect",
    "NoteEffect",
    "PenaltyEffect",
    "RingEffect",
    "RuleEffect",
    "StatusEffect",
    "TurnEffect",
    "build_effect",
    "check_effect",
]

MAX_AMOUNT = 20
"""The most a penalty can be, and the most that `limits.n` can be."""


@value
class PenaltyEffect:
    """Somebody gets a penalty: the least of `n` (a number or "rank"), `cap` and the limit."""

    do: ClassVar = "penalty"
    who: str = "drawer"
    n: int | Literal["rank"] = 1
    cap: int | None = None
    pick: int = 1
    key: str = ""
    when: str | None = None


@value
class StatusEffect:
    """Somebody holds `key` from now on; with `stack` as often as it is drawn."""

    do: ClassVar = "status"
    key: str = ""
    who: str = "drawer"
    until: str = "replaced"
    stack: bool = False
    when: str | None = None


@value
class LinkEffect:
    """Somebody is bound to the drawer: penalties of the one reach the other."""

    do: ClassVar = "link"
    who: str = "pick"
    mode: str = "follow_drawer"
    until: str = "round"
    key: str = ""
    dissolve_when_all: bool = False
    when: str | None = None


@value
class RuleEffect:
    """A rule is made, for all or for one, or one is repealed."""

    do: ClassVar = "rule"
    op: str = "add"
    until: str = "round"
    who: str = "all"
    key: str = ""
    kind: str = ""
    when: str | None = None


@value
class CupEffect:
    """The cup is filled, or served to somebody and so emptied."""

    do: ClassVar = "cup"
    op: str = "fill"
    who: str = "drawer"
    when: str | None = None


@value
class GameEffect:
    """A game within the game begins, which people play and judge."""

    do: ClassVar = "game"
    kind: str = ""
    order: str = "none"
    lose: str = "none"
    who: str = "all"
    when: str | None = None


@value
class TurnEffect:
    """The direction turns round, or the drawer has another turn."""

    do: ClassVar = "turn"
    op: str
    when: str | None = None


@value
class RingEffect:
    """Picked cards of these ranks go back into the ring."""

    do: ClassVar = "ring"
    ranks: tuple[Rank, ...]
    op: str = "return"
    when: str | None = None


@value
class NoteEffect:
    """Something to be told and nothing more."""

    do: ClassVar = "note"
    kind: str = ""
    when: str | None = None


Effect = (
    PenaltyEffect
    | StatusEffect
    | LinkEffect
    | RuleEffect
    | CupEffect
    | GameEffect
    | TurnEffect
    | RingEffect
    | NoteEffect
)

_TURNS = [f"turns:{count}" for count in range(1, 100)]
_TIMES = ("replaced", "round", "next_turn")


def _until(*more: str) -> Check:
    return one_of([*_TIMES, *more, *_TURNS], " ".join([*_TIMES, *more, "turns:1..99"]))


def _words(words: str) -> Check:
    return one_of(words.split(), words)


def _amount(value: object, place: Place) -> int | str | Wrong:
    if isinstance(value, str) and value == "rank":
        return "rank"
    if type(value) is int and 0 <= value <= MAX_AMOUNT:
        return value
    return place.wrong(f'has to be a whole number within 0..{MAX_AMOUNT}, or "rank"')


def _ranks(value: object, place: Place) -> list[str] | Wrong:
    """Check for ranks, each once; they are put in their order, for it means nothing here."""
    ranks = several(_words(" ".join(Rank)), 1, len(Rank))(value, place)
    if ranks is WRONG or WRONG in ranks:
        return WRONG
    if len(set(ranks)) < len(ranks):
        return place.wrong("names a rank twice")
    return sorted(ranks, key=list(Rank).index)


@value
class Kind:
    """One row of the vocabulary: the class, a check for each field, and what goes with what."""

    effect: type[Effect]
    checks: Mapping[str, Check]
    only: Mapping[str, Collection[str]] = field(factory=dict)
    """Fields that say nothing except beside one of these `who`."""
    defaults: Mapping[str, object] = field(init=False)
    check: Check = field(init=False)

    @defaults.default
    def _defaults(self) -> dict[str, object]:
        return {known.name: known.default for known in fields(self.effect)}

    @check.default
    def _check(self) -> Check:
        every = {"do": _words(self.effect.do), **self.checks, "when": _WHEN}
        return record(
            {
                key: Field(check, required=self.defaults.get(key) is NOTHING)
                for key, check in every.items()
            }
        )


_WHEN = _words("last not_last red black")

EFFECTS: Mapping[str, Kind] = {
    kind.effect.do: kind
    for kind in (
        Kind(
            PenaltyEffect,
            {
                "who": _words(
                    "drawer pick split left right sides prev all others team:a team:b random"
                    " loser holder"
                ),
                "n": _amount,
                "cap": whole(0, MAX_AMOUNT),
                "pick": whole(1, 19),
                "key": check_name,
            },
            only={"pick": ("pick", "random"), "key": ("holder",)},
        ),
        Kind(
            StatusEffect,
            {
                "key": check_name,
                "who": _words("drawer pick left right prev random loser table"),
                "until": _until("used", "toggle"),
                "stack": check_flag,
            },
        ),
        Kind(
            LinkEffect,
            {
                "who": _words("pick left right prev random"),
                "mode": _words("follow_drawer follow_target both"),
                "until": _until(),
                "key": check_name,
                "dissolve_when_all": check_flag,
            },
        ),
        Kind(
            RuleEffect,
            {
                "op": _words("add repeal"),
                "until": _until(),
                "who": _words("all pick"),
                "key": check_name,
                "kind": check_name,
            },
        ),
        Kind(
            CupEffect,
            {
                "op": _words("fill serve"),
                "who": _words("drawer pick left right prev random all others loser table"),
            },
        ),
        Kind(
            GameEffect,
            {
                "kind": check_name,
                "order": _words("none ring choose"),
                "lose": _words("none one many drawer"),
                "who": _words("all pick"),
            },
        ),
        Kind(TurnEffect, {"op": _words("reverse again")}),
        Kind(RingEffect, {"op": _words("return"), "ranks": _ranks}),
        Kind(NoteEffect, {"kind": check_name}),
    )
}
"""`do` -> its class and checks: read by the loader, by `Pack`, by the tests and by the docs."""

_DO = _words(" ".join(EFFECTS))


def check_effect(rule: str) -> Check:
    """Check for one effect of the rule so called; what stands at its default is left out."""

    def check(value: object, place: Place) -> dict[str, Any] | Wrong:
        if not isinstance(value, Mapping):
            return place.wrong("has to be a table")
        if "do" not in value:
            return (place / "do").wrong("is missing")
        do = _DO(value["do"], place / "do")
        if do not in EFFECTS:
            return WRONG
        kind = EFFECTS[do]
        defaults = {**kind.defaults, "key": rule}
        plain = {
            key: item
            for key, item in kind.check(value, place).items()
            if key == "do" or item != defaults[key]
        }
        who = plain.get("who", defaults.get("who"))
        for key, only in kind.only.items():
            if key in plain and who not in {*only, WRONG}:
                (place / key).wrong(f"is only for who = {' or '.join(only)}")
        return plain

    return check


def build_effect(plain: Mapping[str, Any], rule: str) -> Effect:
    """Give the value of a checked effect of the rule so called."""
    kind = EFFECTS[plain["do"]]
    given = {key: value for key, value in plain.items() if key != "do"}
    if "key" in kind.checks:
        given.setdefault("key", rule)
    if "ranks" in given:
        given["ranks"] = tuple(map(Rank, given["ranks"]))
    return kind.effect(**given)
