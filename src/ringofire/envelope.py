"""What every command has around it, and how its fields are checked before anything else.

Commands are built by anybody. A field's check is data beside the field; it looks at the type and
the size only, and `decide` refuses with `bad_value` naming the field. What a value *means* is
judged by the floor that the command belongs to.
"""

from collections.abc import Callable
from typing import Any

import attrs
from attrs import field

from ringofire.canonical import MAX_INT
from ringofire.errors import Reason, Rejected
from ringofire.values import value

__all__ = ["Envelope", "check_fields", "checked", "flag", "octets", "prose", "text", "whole"]

ID_LIMIT = 64
"""The longest id of a command, in characters (the protocol's limit)."""


def checked(check: Callable[[object], bool], *, sent: bool = True) -> dict[str, Any]:
    """Give the metadata of a field of a command whose value must pass `check`.

    `sent` is false for what the adapter adds: it is no part of the payload that a retry repeats.
    """
    return {"check": check, "sent": sent}


def text(limit: int, *, optional: bool = False) -> Callable[[object], bool]:
    """Check for 1..`limit` printable ASCII characters: ids, codes and addresses, never prose."""

    def check(value: object) -> bool:
        if value is None:
            return optional
        return isinstance(value, str) and 0 < len(value) <= limit and _plain(value)

    return check


def _plain(value: str) -> bool:
    return value.isascii() and value.isprintable()


def prose(limit: int) -> Callable[[object], bool]:
    """Check for a text of 1..`limit` code points, whatever they are."""
    return lambda value: isinstance(value, str) and 0 < len(value) <= limit


def whole(*, optional: bool = False) -> Callable[[object], bool]:
    """Check for an integer in -(2^53 - 1)..2^53 - 1; True and False are none."""

    def check(value: object) -> bool:
        if value is None:
            return optional
        return type(value) is int and -MAX_INT <= value <= MAX_INT

    return check


def flag(value: object) -> bool:
    """Check for True or False."""
    return isinstance(value, bool)


def octets(least: int, most: int) -> Callable[[object], bool]:
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


_CHECKS: dict[type, list[tuple[str, Callable[[object], bool]]]] = {}


def check_fields(command: Envelope) -> None:
    """Raise `Rejected(bad_value)` naming the first field that is of a wrong type or size."""
    kind = type(command)
    checks = _CHECKS.get(kind)
    if checks is None:
        fields = attrs.fields(kind)
        checks = _CHECKS[kind] = [
            (field.name, field.metadata["check"]) for field in fields if "check" in field.metadata
        ]
    for name, check in checks:
        if not check(getattr(command, name)):
            raise Rejected(Reason.BAD_VALUE, {"field": name})
