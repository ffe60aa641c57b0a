"""How plain data of unknown origin is checked: small checks that are put together into tables.

A check takes a value and its place, and gives the value in its normal form, or WRONG once it has
noted the fault there. It never repeats a value that it does not know, so no number or text is so
hostile that it cannot be reported, and it raises only when there are more faults than anybody
reads: one pass finds every fault, and hostile data cost no more than good ones.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum
from itertools import islice
from typing import Any, Final

from attrs import Factory, evolve, field

from ringofire.errors import Fault, PackError
from ringofire.text import clean_text
from ringofire.values import value

__all__ = [
    "MAX_FAULTS",
    "NAME_LIMIT",
    "TEXT_LIMIT",
    "WRONG",
    "Check",
    "Field",
    "Place",
    "Wrong",
    "check_flag",
    "check_name",
    "check_text",
    "each",
    "first_few",
    "one_of",
    "record",
    "several",
    "shown",
    "sound",
    "whole",
]

NAME_LIMIT = 24
"""Code points of a name, title, key or kind: what still fits on a card at 360 px."""

TEXT_LIMIT = 280
"""Bytes of a rule's text: 27 rules of them leave half of a resolved pack for all else."""

MAX_FAULTS = 40
"""Faults told of one source, 200 characters each at the most; behind them it is not read on."""

_FEW = 8


class Wrong(Enum):
    """The type of `WRONG`, which stands where a value was not what it has to be."""

    WRONG = "wrong"


WRONG: Final = Wrong.WRONG


def shown(key: object) -> str:
    """Give `key` as it may stand in a fault: as it is if that is short and clean, else in part."""
    if not isinstance(key, str):
        return f"<{type(key).__name__}>"
    if 0 < len(key) <= NAME_LIMIT and key.isprintable():
        return key
    escaped = ascii(key[: NAME_LIMIT + 1])[1:-1]
    return f"'{escaped[:NAME_LIMIT]}'" + ("..." if len(escaped) > NAME_LIMIT else "")


def first_few(keys: Collection[object]) -> str:
    """Give the first of the `keys` as they may stand in a fault, and whether there are more."""
    return " ".join(map(shown, islice(keys, _FEW))) + (" ..." if len(keys) > _FEW else "")


@value
class Place:
    """Where a value stands: file, table, field; and where its faults are noted, in order."""

    file: str
    table: str = ""
    field: str = ""
    faults: dict[Fault, None] = Factory(dict)

    def __truediv__(self, key: object) -> "Place":
        return evolve(self, field=f"{self.field}.{shown(key)}".removeprefix("."))

    def __getitem__(self, index: int) -> "Place":
        return evolve(self, field=f"{self.field}[{index}]")

    def at(self, *table: object) -> "Place":
        """Give the place of a whole table."""
        return evolve(self, table=".".join(map(shown, table)), field="")

    def wrong(self, message: str) -> Wrong:
        """Note a fault here, once; PackError, with all that were noted, if it is one too many."""
        fault = Fault(self.file, self.table, self.field, message)
        if len(self.faults) == MAX_FAULTS and fault not in self.faults:
            more = Fault(self.file, "", "", f"has more faults than these {MAX_FAULTS}")
            raise PackError(*self.faults, more)
        self.faults[fault] = None
        return WRONG

    def refuse(self) -> None:
        """Raise all that was noted, here and elsewhere, as one PackError."""
        if self.faults:
            raise PackError(*self.faults)


Check = Callable[[object, Place], Any]


def sound(value: object) -> bool:
    """Tell whether nothing is WRONG in what checks have given, however deep."""
    match value:
        case dict():
            return all(map(sound, value.values()))
        case list():
            return all(map(sound, value))
        case _:
            return value is not WRONG


def _wording(limit: int, unit: str, measure: Callable[[str], int]) -> Check:
    """Check for text that people may write; gives it trimmed and in NFC."""

    def check(value: object, place: Place) -> str | Wrong:
        try:
            clean = clean_text(value, ValueError)
        except ValueError as error:
            return place.wrong(f"is not in order: {error}")
        if measure(clean) > limit:
            return place.wrong(f"is longer than {limit} {unit}")
        return clean

    return check


check_name = _wording(NAME_LIMIT, "characters", len)
check_text = _wording(TEXT_LIMIT, "bytes of UTF-8", lambda value: len(value.encode()))


def one_of(allowed: Collection[str], said: str | None = None) -> Check:
    """Check for one of the `allowed` texts; a fault tells them, or what is `said` of them."""
    known = frozenset(allowed)
    message = f"has to be one of: {said or ' '.join(allowed)}"

    def check(value: object, place: Place) -> str | Wrong:
        if isinstance(value, str) and value in known:
            return str(value)
        if type(value) is int and 0 <= value <= 99 and str(value) in known:
            return place.wrong(f'has to be a text: "{value}"')
        return place.wrong(message)

    return check


def whole(least: int, most: int) -> Check:
    """Check for a whole number within the bounds; True and False are none."""

    def check(value: object, place: Place) -> int | Wrong:
        if type(value) is int and least <= value <= most:
            return value
        return place.wrong(f"has to be a whole number within {least}..{most}")

    return check


def check_flag(value: object, place: Place) -> bool | Wrong:
    """Check for true or false."""
    return value if isinstance(value, bool) else place.wrong("has to be true or false")


def several(item: Check, least: int, most: int) -> Check:
    """Check for a list of `least` to `most` items; only if so many are there `item` checks each."""

    def check(value: object, place: Place) -> list[Any] | Wrong:
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            return place.wrong("has to be a list")
        if not least <= len(value) <= most:
            return place.wrong(f"has to be a list of {least} to {most}")
        return [item(entry, place[index]) for index, entry in enumerate(value)]

    return check


def each(item: Callable[[str], Check], table: str, most: int | None = None) -> Check:
    """Check for a table from names, `most` of them, to what `item`, given the name, checks.

    Each entry is a table of its own, called by `table` and its name; what is no table has none.
    """

    def check(value: object, place: Place) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            place.wrong("has to be a table")
            return {}
        if most is not None and len(value) > most:
            place.wrong(f"has to be a table of at most {most}")
            return {}
        checked = {}
        for key, entry in value.items():
            there = place.at(table, key)
            called = check_name(key, there)
            if called == key:
                checked[called] = item(called)(entry, there)
            elif called is not WRONG:
                there.wrong("has spaces around its name, or a name that is not in NFC")
        return checked

    return check


@value
class Field:
    """One key of a table: its check, and whether it has to be there."""

    check: Check
    required: bool = field(default=False, kw_only=True)


def record(fields: Mapping[str, Field]) -> Check:
    """Check for a table with just these fields; gives those that are there."""
    known = " ".join(fields)

    def check(value: object, place: Place) -> dict[str, Any] | Wrong:
        if not isinstance(value, Mapping):
            return place.wrong("has to be a table")
        for key in value:
            if key not in fields:
                (place / key).wrong(f"unknown key; the keys here are: {known}")
        for key, rule in fields.items():
            if rule.required and key not in value:
                (place / key).wrong("is missing")
        return {
            key: rule.check(value[key], place / key) for key, rule in fields.items() if key in value
        }

    return check
