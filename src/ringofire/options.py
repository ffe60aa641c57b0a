"""The options of a room, as one flat value; each row of the table is one option and its check.

Half of them are about people, half about the ring; the host sees one list, so this is one value.
"""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from ringofire.errors import Reason, Rejected
from ringofire.values import value

__all__ = ["TONES", "Options", "change_options"]

TONES = ("forfeits", "points", "sips", "water")
"""The tones a pack's penalties can be worded in."""

LANGUAGE_LIMIT = 16
"""The longest language tag, in characters."""


def _between(least: int, most: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and least <= value <= most


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _language(value: object) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value) <= LANGUAGE_LIMIT
        and value.isascii()
        and value.replace("-", "").isalnum()
    )


def _tone(value: object) -> bool:
    return isinstance(value, str) and value in TONES


def _option(check: Callable[[object], bool], *, default: object) -> Any:
    return attrs.field(default=default, metadata={"check": check, "written": True})


@value
class Options:
    """How a room is played.

    Args:
        capacity: seats, 2..20.
        turn_seconds: after so many (10..600) any member may pass a turn on.
        host_seconds: after so many (10..600) without the host any member may become it.
        rule_max: made rules that hold at a time, 1..20.
        tone: how penalties are worded: `sips`, `points`, `forfeits` or `water`.
        language: tag of the wordings' language, such as `en`.
        watch: whether people without a seat may watch.
        lock_on_start: whether starting a round locks the room.
        lifetime_hours: when all of the room expires, 1..168; fixed when the room is created.
    """

    capacity: int = _option(_between(2, 20), default=12)
    turn_seconds: int = _option(_between(10, 600), default=60)
    host_seconds: int = _option(_between(10, 600), default=60)
    rule_max: int = _option(_between(1, 20), default=12)
    tone: str = _option(_tone, default="sips")
    language: str = _option(_language, default="en")
    watch: bool = _option(_flag, default=True)
    lock_on_start: bool = _option(_flag, default=False)
    lifetime_hours: int = _option(_between(1, 168), default=24)


_CHECKS = {field.name: field.metadata["check"] for field in attrs.fields(Options)}


def change_options(
    options: Options, changes: Mapping[str, Any] | None, *, fixed: frozenset[str]
) -> Options:
    """Give `options` with `changes` (a mapping of some of them, or None for none) made.

    Raises `Rejected(bad_option)` naming the option: unknown, out of range, or among the `fixed`.
    """
    if changes is None:
        return options
    for name, wanted in changes.items():
        check = _CHECKS.get(name)
        if check is None:
            raise Rejected(Reason.BAD_OPTION, {"field": "options", "known": sorted(_CHECKS)})
        if name in fixed or not check(wanted):
            raise Rejected(Reason.BAD_OPTION, {"field": f"options.{name}"})
    return attrs.evolve(options, **changes)
