"""An entry of a room's log: one accepted command and what it made happen."""

from collections.abc import Mapping
from typing import get_args

from ringofire.canonical import tag
from ringofire.names import wire_name
from ringofire.room.commands import RoomCommand
from ringofire.room.events import RoomEvent
from ringofire.round.commands import RoundCommand
from ringofire.round.events import RoundEvent
from ringofire.values import value

__all__ = ["COMMANDS", "EVENTS", "Command", "Entry", "Event"]

Command = RoomCommand | RoundCommand
"""Everything that may be asked."""

Event = RoomEvent | RoundEvent
"""Everything that may have happened."""


@value
class Entry:
    """One accepted command of a room.

    Args:
        version: 1, 2, 3, ... without gaps.
        rules: the version of `decide` that made the events.
        command: whole, with what the adapter added.
        events: what it made happen, at least one.
        hash: of this entry and all before it, 32 bytes.
    """

    version: int
    rules: int
    command: Command
    events: tuple[Event, ...]
    hash: bytes


COMMANDS: Mapping[str, type[Command]] = {wire_name(kind): kind for kind in get_args(Command)}
"""Each kind of command by its action."""

EVENTS: Mapping[str, type[Event]] = {wire_name(kind): kind for kind in get_args(Event)}
"""Each kind of event by its type."""

for _name, _command in COMMANDS.items():
    tag(_command, "action", _name)
for _name, _event in EVENTS.items():
    tag(_event, "type", _name)
