"""What happened to the people of a room. Names are in the past tense; nothing here can fail."""

from attrs import field

from ringofire.canonical import PRIVATE, UNSET, Unset
from ringofire.options import Options
from ringofire.packs.pack import Pack
from ringofire.values import value

__all__ = [
    "AwayChanged",
    "HostChanged",
    "OptionsChanged",
    "PackChanged",
    "PlayerJoined",
    "PlayerLeft",
    "PlayerUpdated",
    "RoomClosed",
    "RoomCreated",
    "RoomEvent",
    "RoomLocked",
    "RoomMoved",
    "RoomUnlocked",
    "SeatsChanged",
]


@value
class RoomCreated:
    """A room was opened, with the commitment to its first shuffle (32 bytes)."""

    room: str
    pack: Pack
    options: Options
    commitment: bytes
    master: bytes = field(default=b"", metadata=PRIVATE)


@value
class RoomLocked:
    """Nobody can join any more."""


@value
class RoomUnlocked:
    """People can join again."""


@value
class RoomClosed:
    """The room is over; it can only be read."""


@value
class RoomMoved:
    """The room's home is another store from now on."""

    to: str


@value
class PlayerJoined:
    """Somebody took a new seat, last in the order; `skeleton` is what look-alike names share."""

    seat: str
    name: str
    skeleton: str
    token_hash: bytes = field(default=b"", metadata=PRIVATE)


@value
class PlayerLeft:
    """A seat was given up; `reason` is `left` or `kicked`. Its token is dead."""

    seat: str
    reason: str


@value
class PlayerUpdated:
    """A member looks different; what is UNSET stayed."""

    seat: str
    name: str | Unset = UNSET
    skeleton: str | Unset = UNSET
    emoji: str | Unset | None = UNSET
    colour: str | Unset | None = UNSET
    team: str | Unset | None = UNSET


@value
class AwayChanged:
    """A member went away, or came back."""

    seat: str
    away: bool


@value
class HostChanged:
    """A member became the host."""

    seat: str


@value
class SeatsChanged:
    """The seats stand in this order now."""

    seats: tuple[str, ...]


@value
class PackChanged:
    """The next round is played by this pack."""

    pack: Pack


@value
class OptionsChanged:
    """These options, all of them, hold from now on."""

    options: Options


RoomEvent = (
    RoomCreated
    | RoomLocked
    | RoomUnlocked
    | RoomClosed
    | RoomMoved
    | PlayerJoined
    | PlayerLeft
    | PlayerUpdated
    | AwayChanged
    | HostChanged
    | SeatsChanged
    | PackChanged
    | OptionsChanged
)
