"""What may be asked of a room: commands about people. Names are imperative; all may be refused."""

from collections.abc import Mapping

from attrs import field

from ringofire.canonical import PRIVATE, UNSET, Unset
from ringofire.envelope import (
    ID_LIMIT,
    Envelope,
    checked,
    flag,
    none,
    octets,
    one_of,
    prose,
    table,
    text,
    unset,
    whole,
)
from ringofire.errors import Reason
from ringofire.packs.pack import Pack
from ringofire.values import value

__all__ = [
    "ClaimHost",
    "CloseRoom",
    "Configure",
    "CreateRoom",
    "JoinRoom",
    "KickPlayer",
    "LeaveRoom",
    "LockRoom",
    "MoveRoom",
    "MoveSeat",
    "RoomCommand",
    "SetAway",
    "TransferHost",
    "UnlockRoom",
    "UpdateProfile",
]

CODE_LIMIT = 32
"""The longest code of a room, in characters; the codes that adapters make have 6 or 8."""

HOME_LIMIT = 255
"""The longest address of a store, in characters."""


def _is_pack(value: object) -> bool:
    return type(value) is Pack


_OPTIONS = checked(one_of(none, table(str, int, bool)), reason=Reason.BAD_OPTION)
_LOOK = checked(one_of(unset, none, prose()))


@value(kw_only=True)
class CreateRoom(Envelope):
    """Open a room and take its first seat. `by` is None.

    Args:
        room: the code, made by the adapter: 1..32 printable ASCII characters.
        name: of the first player, who becomes the host; 1..24 code points.
        token_hash: SHA-256 of the token that the client made, 32 bytes.
        master: 32 bytes of entropy, drawn by the adapter when the command arrived.
        pack: the rules to play by.
        options: what differs from the defaults of `Options`.
    """

    room: str = field(metadata=checked(text(CODE_LIMIT), sent=False))
    name: str = field(metadata=checked(prose(), reason=Reason.BAD_NAME))
    token_hash: bytes = field(metadata=checked(octets(32, 32)) | PRIVATE)
    master: bytes = field(metadata=checked(octets(32, 32), sent=False) | PRIVATE)
    pack: Pack = field(metadata=checked(_is_pack, reason=Reason.BAD_PACK))
    options: Mapping[str, object] | None = field(default=None, metadata=_OPTIONS)


@value(kw_only=True)
class JoinRoom(Envelope):
    """Take a seat. `by` is None; the token's hash (32 bytes) tells a retry from a stranger."""

    name: str = field(metadata=checked(prose(), reason=Reason.BAD_NAME))
    token_hash: bytes = field(metadata=checked(octets(32, 32)) | PRIVATE)


@value(kw_only=True)
class LeaveRoom(Envelope):
    """Give the own seat up for ever."""


@value(kw_only=True)
class KickPlayer(Envelope):
    """Have another member leave; the token of `seat` is dead from then on."""

    seat: str = field(metadata=checked(text(ID_LIMIT)))


@value(kw_only=True)
class LockRoom(Envelope):
    """Let nobody join any more."""


@value(kw_only=True)
class UnlockRoom(Envelope):
    """Let people join again."""


@value(kw_only=True)
class TransferHost(Envelope):
    """Make the member at `seat` the host."""

    seat: str = field(metadata=checked(text(ID_LIMIT)))


@value(kw_only=True)
class ClaimHost(Envelope):
    """Become the host in place of one who has vanished.

    Args:
        host_seen_at: the adapter's evidence, ms since the epoch: when the host was last connected.
    """

    host_seen_at: int = field(metadata=checked(whole(), sent=False))


@value(kw_only=True)
class MoveSeat(Envelope):
    """Put `seat` at index `to` (0-based) of the seat order, so that it matches the real table."""

    seat: str = field(metadata=checked(text(ID_LIMIT)))
    to: int = field(metadata=checked(whole()))


@value(kw_only=True)
class Configure(Envelope):
    """Change the pack, some options, or both, between rounds."""

    pack: Pack | None = field(
        default=None, metadata=checked(one_of(none, _is_pack), reason=Reason.BAD_PACK)
    )
    options: Mapping[str, object] | None = field(default=None, metadata=_OPTIONS)


@value(kw_only=True)
class SetAway(Envelope):
    """Say that a member is away, or back; `seat` is the own one unless the host names another."""

    away: bool = field(metadata=checked(flag))
    seat: str | None = field(default=None, metadata=checked(text(ID_LIMIT, optional=True)))


@value(kw_only=True)
class UpdateProfile(Envelope):
    """Change how the own seat looks; what is left UNSET stays, None takes away.

    Args:
        name: 1..24 code points.
        emoji: exactly one, <= 32 bytes, or None.
        colour: `#rrggbb` or None.
        team: `a`, `b` or None.
    """

    name: str | Unset = field(
        default=UNSET, metadata=checked(one_of(unset, prose()), reason=Reason.BAD_NAME)
    )
    emoji: str | Unset | None = field(default=UNSET, metadata=_LOOK)
    colour: str | Unset | None = field(default=UNSET, metadata=_LOOK)
    team: str | Unset | None = field(default=UNSET, metadata=_LOOK)


@value(kw_only=True)
class CloseRoom(Envelope):
    """End the room; afterwards it can only be read."""


@value(kw_only=True)
class MoveRoom(Envelope):
    """Make another store the room's home. For operators: `by` is None, never a client's seat.

    Args:
        to: its address, 1..255 printable ASCII characters. Everybody sees it: no credentials.
    """

    to: str = field(metadata=checked(text(HOME_LIMIT)))


RoomCommand = (
    CreateRoom
    | JoinRoom
    | LeaveRoom
    | KickPlayer
    | LockRoom
    | UnlockRoom
    | TransferHost
    | ClaimHost
    | MoveSeat
    | Configure
    | SetAway
    | UpdateProfile
    | CloseRoom
    | MoveRoom
)
