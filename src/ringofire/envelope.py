"""What every command has around it, and how its fields are checked before anything else.

Commands are built by anybody. A field's check is data beside the field; it looks at the type and
the size only, and exactly: a subclass could answer otherwise the next time it is asked. What a
value *means* is judged by the floor that the command belongs to.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import attrs
from attrs import field

from ringofire.canonical import MAX_INT, UNSET
from ringofire.errors import Reason, Rejected
from ringofire.values import value

__all__ = [
    "Envelope",
    "check_fields",
    "checked",
    "flag",
    "none",
    "octets",
    "one_of",
    "prose",
    "seats",
    "table",
    "text",
    "unset",
    "whole",
]

Check = Callable[[object], bool]

ID_LIMIT = 64
"""The longest id of a command, in characters (the protocol's limit)."""

ITEMS = 64
"""How many seats or options one field may name; a room has 20 seats."""


def checked(
    check: Check, *, sent: bool = True, reason: Reason = Reason.BAD_VALUE
) -> dict[str, Any]:
    """Give the metadata of a field of a command: what its value must pass, or why it is refused.

    `sent` is false for what the adapter adds: it is no part of the payload that a retry repeats.
    """
    return {"check": check, "sent": sent, "reason": reason}


def text(limit: int, *, optional: bool = False) -> Check:
    """Check for 1..`limit` printable ASCII characters: ids, codes and addresses, never prose."""

    def check(value: object) -> bool:
        if value is None:
            return optional
        return type(value) is str and 0 < len(value) <= limit and _plain(value)

    return check


def _plain(value: str) -> bool:
    return value.isascii() and value.isprintable()


def prose(limit: int | None = None) -> Check:
    """Check for a text of 1..`limit` code points, whatever they are; for any text without one."""
    return lambda value: type(value) is str and (limit is None or 0 < len(value) <= limit)


def seats(value: object) -> bool:
    """Check for a tuple of few enough texts."""
    return type(value) is tuple and len(value) <= ITEMS and _only(value, str)


def table(*kinds: type) -> Check:
    """Check for a dictionary of few enough texts to values of exactly these kinds."""
    return lambda value: (
        type(value) is dict
        and len(value) <= ITEMS
        and _only(value, str)
        and _only(value.values(), *kinds)
    )


def _only(values: Iterable[object], *kinds: type) -> bool:
    return all(type(value) in kinds for value in values)


def one_of(*checks: Check) -> Check:
    """Check for what passes any of `checks`."""
    return lambda value: any(check(value) for check in checks)


def none(value: object) -> bool:
    """Check for None."""
    return value is None


def unset(value: object) -> bool:
    """Check for UNSET."""
    return value is UNSET


def whole(*, optional: bool = False) -> Check:
    """Check for an integer in -(2^53 - 1)..2^53 - 1; True and False are none."""

    def check(value: object) -> bool:
        if value is None:
            return optional
        return type(value) is int and -MAX_INT <= value <= MAX_INT

    return check


def flag(value: object) -> bool:
    """Check for True or False."""
    return isinstance(value, bool)


def octets(least: int, most: int) -> Check:
    """Check for `least`..`most` bytes."""
    return lambda value: type(value) is bytes and least <= len(value) <= most


def _moment(value: object) -> bool:
    return type(value) is int and 0 <= value <= MAX_INT


@value(kw_only=True)
class Envelope:
    """The part that all commands share.

    Args:
        id: made by the client, unique per seat, 1..64 printable ASCII characters.
        by: the seat that the adapter authenticated; None before there is one, and for operators.
        at: the adapter's clock in ms since the epoch, 0..2^53 - 1.
        expect: the version the client has seen; any other is refused as `stale`.
    """

    id: str = field(metadata=checked(text(ID_LIMIT), sent=False))
    by: str | None = field(metadata=checked(text(ID_LIMIT, optional=True), sent=False))
    at: int = field(metadata=checked(_moment, sent=False))
    expect: int | None = field(default=None, metadata=checked(whole(optional=True), sent=False))


@cache
def _checks(kind: Any) -> list[tuple[str, Check, Reason]]:
    return [
        (field.name, field.metadata["check"], field.metadata["reason"])
        for field in attrs.fields(kind)
    ]


def check_fields(command: Envelope) -> None:
    """Raise `Rejected`, naming the first field that is of a wrong type or size."""
    kind: Any = type(command)
    for name, check, reason in _checks(kind):
        if not check(getattr(command, name)):
            raise Rejected(reason, {"field": name})
