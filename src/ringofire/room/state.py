"""The state of a room: who sits where, who is host, what is locked. Values only.

The room holds the game as a whole and looks into none of its cards.
"""

from attrs import field

from ringofire.canonical import PRIVATE
from ringofire.options import Options
from ringofire.room.events import RoomEvent
from ringofire.round.events import RoundEvent
from ringofire.round.state import Game
from ringofire.values import state, value

__all__ = ["Receipt", "Room", "Seat", "find_seat"]


@value
class Receipt:
    """An accepted command: its id, the version it got, SHA-256 of its payload."""

    id: str
    version: int
    digest: bytes


@state
class Seat:
    """A person's place; it survives disconnects.

    Args:
        id: `p1`, `p2`, ... in order of joining, never used twice in a room.
        name: 1..24 code points.
        skeleton: what names that look alike have in common.
        emoji: one emoji, or None.
        colour: `#rrggbb`, or None.
        team: `a`, `b` or None.
        away: whether they are away; who is not is present.
        token_hash: SHA-256 of the token that the seat's holder made.
        receipts: of the last accepted commands, the newest last.
    """

    id: str
    name: str
    skeleton: str
    emoji: str | None = None
    colour: str | None = None
    team: str | None = None
    away: bool = False
    token_hash: bytes = field(default=b"", metadata=PRIVATE)
    receipts: tuple[Receipt, ...] = field(default=(), metadata=PRIVATE)


@state
class Room:
    """A room as its log leaves it; `Room()` is the one that nobody has created yet.

    Args:
        code: how people find it; empty before RoomCreated.
        version: of the last entry; 0 before the first.
        at: the latest time any entry came with, ms since the epoch.
        head: hash of the last entry, 32 bytes; empty before the first.
        seats: everybody, in seat order.
        host: the host's seat; None in an empty room.
        joined: how many seats were ever taken.
        locked: whether nobody can join.
        closed: whether the room is over.
        home: the store it was moved to; None for the one it was created in.
        options: as the host has set them.
        game: what is played; None before RoomCreated.
        recent: the last public events.
        dead_tokens: hashes of the tokens of those who left.
    """

    code: str = ""
    version: int = 0
    at: int = 0
    head: bytes = b""
    seats: tuple[Seat, ...] = ()
    host: str | None = None
    joined: int = 0
    locked: bool = False
    closed: bool = False
    home: str | None = None
    options: Options = Options()
    game: Game | None = None
    recent: tuple[RoomEvent | RoundEvent, ...] = ()
    dead_tokens: frozenset[bytes] = field(default=frozenset(), metadata=PRIVATE)


def find_seat(room: Room, seat: str | None) -> Seat | None:
    """The member at `seat`, or None."""
    return next((one for one in room.seats if one.id == seat), None)
