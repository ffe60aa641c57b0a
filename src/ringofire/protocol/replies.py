"""What the server sends: each frame as a value, and its bytes, canonical JSON.

A `Room` in a frame is written as its view and an entry's events as their public parts: no other
part of them can leave. Those two are written by a `Scribe`, which keeps the texts that have not
changed since the frame before.
"""

from collections.abc import Mapping

from attrs import field

from ringofire.canonical import canonical, canonical_text, tag
from ringofire.entry import Entry
from ringofire.errors import Reason
from ringofire.packs.pack import Pack
from ringofire.proof import Proof
from ringofire.protocol.errors import ErrorReason
from ringofire.room.commands import JoinRoom
from ringofire.room.events import PlayerJoined
from ringofire.room.state import Room
from ringofire.scribe import Scribe
from ringofire.values import value

__all__ = [
    "OUT_LIMIT",
    "REPLIES",
    "TYPES",
    "Accepted",
    "Error",
    "PackReply",
    "Pong",
    "Presence",
    "ProofReply",
    "Rejected",
    "Reply",
    "Update",
    "Welcome",
    "write_reply",
]

OUT_LIMIT = 32 * 1024
"""The largest frame that is sent, in bytes: what API Gateway sends as one.

An update that would be larger goes without its events, which are for animation only; the view,
which says all, is always smaller."""


@value
class Welcome:
    """The room as it is, for whoever has come, come back, or missed something.

    Args:
        id: of the frame that this answers.
        room: the room, sent as its code, version, head and view.
        you: the own seat; left out for watchers.
    """

    id: str
    room: Room
    you: str | None = None


@value
class Update:
    """An entry was stored, and this is what it made of the room; the actor's answer, too.

    Args:
        entry: sent as its version, seat, id, head and the public parts of its events.
        room: the room after it, sent as its view.
    """

    entry: Entry
    room: Room


@value
class Rejected:
    """A command was judged, and refused.

    Args:
        id: of the frame that this answers.
        reason: why.
        data: more about it.
        version: of the room that it was judged against.
    """

    id: str
    reason: Reason
    data: Mapping[str, object]
    version: int


@value
class Accepted:
    """A retry: the command was accepted before, as `version`."""

    id: str
    version: int


@value
class Presence:
    """Who is connected: seats in seat order, and how many watch. No part of the log."""

    connected: tuple[str, ...]
    watchers: int


@value
class Pong:
    """Nothing new since the version that was asked about; `version` is the newest."""

    id: str
    version: int


@value
class PackReply:
    """The resolved pack of the room, and its digest (32 bytes)."""

    id: str
    digest: bytes
    pack: Pack


@value
class ProofReply:
    """All that is needed to check the shuffle of a round that has ended."""

    id: str
    proof: Proof


@value
class Error:
    """A frame was not understood or not authenticated; `id` is the frame's if it could be read."""

    id: str | None
    reason: ErrorReason
    data: Mapping[str, object] = field(factory=dict, metadata={"written": True})


Reply = Welcome | Update | Rejected | Accepted | Presence | Pong | PackReply | ProofReply | Error
"""Every frame that a server sends."""

REPLIES: Mapping[str, type[Reply]] = {
    "accepted": Accepted,
    "error": Error,
    "pack": PackReply,
    "pong": Pong,
    "presence": Presence,
    "proof": ProofReply,
    "rejected": Rejected,
    "update": Update,
    "welcome": Welcome,
}
"""Each kind of frame by its type."""

TYPES: Mapping[type, str] = {kind: name for name, kind in REPLIES.items()}
"""The type of each kind of frame."""

for _kind, _type in TYPES.items():
    tag(_kind, "type", _type)


def write_reply(reply: Reply, scribe: Scribe) -> bytes:
    """Give the bytes of a frame, at most `OUT_LIMIT`; `scribe` is that of the frame's room."""
    match reply:
        case Update(entry, room):
            return _write_update(entry, room, scribe)
        case Welcome(id, room, you):
            return _write_welcome(id, room, you, scribe)
        case _:
            return canonical(reply)


def _write_welcome(id: str, room: Room, you: str | None, scribe: Scribe) -> bytes:
    seat = "" if you is None else f',"you":{canonical_text(you)}'
    return (
        f'{{"head":"{room.head.hex()}","id":{canonical_text(id)},"room":{canonical_text(room.code)},'
        f'"type":"welcome","version":{room.version},"view":{scribe.view_text(room)}{seat}}}'
    ).encode()


def _write_update(entry: Entry, room: Room, scribe: Scribe) -> bytes:
    before = f'{{"by":{canonical_text(actor(entry))},"events":'
    after = (
        f',"head":"{entry.hash.hex()}","id":{canonical_text(entry.command.id)},"type":"update",'
        f'"version":{entry.version},"view":{scribe.view_text(room)}}}'
    )
    written = f"{before}{scribe.events_text(entry)}{after}".encode()
    return written if len(written) <= OUT_LIMIT else f"{before}[]{after}".encode()


def actor(entry: Entry) -> str | None:
    """Give the seat that an entry comes from: for one who came, the seat they got."""
    if entry.command.by is not None or (entry.version > 1 and type(entry.command) is not JoinRoom):
        return entry.command.by
    return next((event.seat for event in entry.events if isinstance(event, PlayerJoined)), None)
