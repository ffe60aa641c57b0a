"""When a room expires: all of its records together, so many hours after it was created."""

from ringofire import Entry, RoomCreated

__all__ = ["REST", "expires_at"]

HOUR = 3_600_000

REST = 24 * HOUR
"""How long the code of an expired room is given to nobody else, in ms."""


def expires_at(first: Entry) -> int:
    """Give when the room that `first` creates expires, in ms since the epoch.

    Raises ValueError for an entry that creates no room.
    """
    for event in first.events:
        if isinstance(event, RoomCreated):
            return first.command.at + event.options.lifetime_hours * HOUR
    raise ValueError(f"entry {first.version} creates no room, so it says of none when it expires")
