"""What a client hears: the frames of a server as values, read leniently.

Servers grow: a field, an event or a kind of frame that is not known here is passed over. What is
known has to be of its type, or the whole frame is refused, as a `CodecError`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import attrs
from attrs import field

from ringofire.cards import MAX_CARDS
from ringofire.codec import parse_json, read_known
from ringofire.entry import EVENTS
from ringofire.errors import CodecError, EncodingError, Reason
from ringofire.names import wire_name
from ringofire.protocol.errors import ErrorReason
from ringofire.protocol.replies import Accepted, PackReply, Pong, Presence, ProofReply
from ringofire.protocol.requests import ROOM_CODE
from ringofire.values import value
from ringofire.view import SHOWN_AS, RoomView, ShownEvent

__all__ = [
    "HEARD_LIMIT",
    "Accepted",
    "Failed",
    "Heard",
    "PackReply",
    "Pong",
    "Presence",
    "ProofReply",
    "Refused",
    "Unread",
    "Updated",
    "Welcomed",
    "read_reply",
]

HEARD_LIMIT = 128 * 1024
"""The largest frame that is read, in bytes: four times what a server of today sends."""


@value
class Welcomed:
    """The room as it is now, whatever was missed; see `replies.Welcome`.

    Args:
        id: of the frame that this answers.
        room: its code.
        version: of the last entry.
        head: its hash, 32 bytes: a receipt for all of the log up to it.
        view: what everybody may see.
        you: the own seat; None for watchers.
        events: none are told; the last ones are in the view's `recent`.
    """

    id: str
    room: str
    version: int
    head: bytes
    view: RoomView
    you: str | None = None
    events: tuple[ShownEvent, ...] = ()


@value
class Updated:
    """An entry was stored, and this is what it made of the room; see `replies.Update`.

    Args:
        version: of the entry.
        by: the seat it comes from; for one who came, the seat they got.
        id: of the frame that asked for it.
        head: its hash, 32 bytes.
        events: what happened, without what is not known here.
        view: the room after it.
    """

    version: int
    by: str | None
    id: str
    head: bytes
    events: tuple[ShownEvent, ...]
    view: RoomView


@value
class Refused:
    """A command was judged, and refused; a reason that is not known here is its plain text."""

    id: str
    reason: Reason | str
    data: Mapping[str, object]
    version: int


@value
class Failed:
    """A frame was not understood or not authenticated; `id` is None where nobody knows which."""

    id: str | None
    reason: ErrorReason | str
    data: Mapping[str, object] = field(factory=dict)


@value
class Unread:
    """An answer came, and what it carries cannot be read here: that of a newer server."""

    id: str
    place: str


Heard = (
    Welcomed
    | Updated
    | Refused
    | Accepted
    | Presence
    | Pong
    | PackReply
    | ProofReply
    | Unread
    | Failed
)
"""Every frame that a client knows."""

T = TypeVar("T")


def read_reply(data: bytes | str) -> Heard | None:
    """Read a frame; None for a kind that is not known here.

    Raises CodecError, naming the place, for what no server should send.
    """
    if len(data) > HEARD_LIMIT:
        raise CodecError("", "is too large")
    try:
        octets = data.encode() if isinstance(data, str) else data
    except UnicodeError:
        raise EncodingError("", "is not text in UTF-8") from None
    plain = parse_json(octets)
    if not isinstance(plain, dict):
        raise CodecError("", "is not an object")
    kind = _get(plain, "type", str)
    reader = _READERS.get(kind)
    return None if reader is None else reader(plain)


def _get(plain: Mapping[str, Any], name: str, kind: Any) -> Any:
    return read_known(kind, plain.get(name), name)


def _as_known(members: Mapping[str, T], text: str) -> T | str:
    return members.get(text, text)


_ROOM = re.compile(ROOM_CODE)


# ------------------------------------------------------------------ one reader for each type


def _room(plain: Mapping[str, Any]) -> str:
    room: str = _get(plain, "room", str)
    if _ROOM.fullmatch(room) is None:
        raise CodecError("room", "is no code")
    return room


def _welcomed(plain: Mapping[str, Any]) -> Welcomed:
    return Welcomed(
        id=_get(plain, "id", str),
        room=_room(plain),
        version=_get(plain, "version", int),
        head=_get(plain, "head", bytes),
        view=_view(plain),
        you=_get(plain, "you", str | None),
    )


def _updated(plain: Mapping[str, Any]) -> Updated:
    return Updated(
        version=_get(plain, "version", int),
        by=_get(plain, "by", str | None),
        id=_get(plain, "id", str),
        head=_get(plain, "head", bytes),
        events=_events(plain.get("events")),
        view=_view(plain),
    )


def _refused(plain: Mapping[str, Any]) -> Refused:
    return Refused(
        id=_get(plain, "id", str),
        reason=_as_known(_REASONS, _get(plain, "reason", str)),
        data=_get(plain, "data", Mapping[str, object]),
        version=_get(plain, "version", int),
    )


def _failed(plain: Mapping[str, Any]) -> Failed:
    return Failed(
        id=_get(plain, "id", str | None),
        reason=_as_known(_ERRORS, _get(plain, "reason", str)),
        data=_get(plain, "data", Mapping[str, object]),
    )


def _whole(kind: Any) -> Callable[[Mapping[str, Any]], Any]:
    return lambda plain: read_known(kind, plain, "frame")


def _carried(kind: Any) -> Callable[[Mapping[str, Any]], Any]:
    """Read an answer that may carry what only a newer client can read."""

    def read(plain: Mapping[str, Any]) -> Any:
        answered = _get(plain, "id", str)
        try:
            return read_known(kind, plain, "frame")
        except CodecError as error:
            return Unread(answered, error.place)

    return read


_REASONS: Mapping[str, Reason] = {reason.value: reason for reason in Reason}
_ERRORS: Mapping[str, ErrorReason] = {reason.value: reason for reason in ErrorReason}

_READERS: Mapping[str, Callable[[Mapping[str, Any]], Heard]] = {
    "accepted": _whole(Accepted),
    "error": _failed,
    "pack": _carried(PackReply),
    "pong": _whole(Pong),
    "presence": _whole(Presence),
    "proof": _carried(ProofReply),
    "rejected": _refused,
    "update": _updated,
    "welcome": _welcomed,
}


# ------------------------------------------------------------------ what most of them carry


def _view(plain: Mapping[str, Any]) -> RoomView:
    members = _get(plain, "view", Mapping[str, object])
    seen: RoomView = read_known(RoomView, {**members, "recent": []}, "view")
    if not 1 <= seen.version == plain["version"]:
        raise CodecError("view.version", "is not that of the frame")
    if _ROOM.fullmatch(seen.room) is None:
        raise CodecError("view.room", "is no code")
    if seen.ring is not None and not 0 <= seen.ring.left <= seen.ring.size <= MAX_CARDS:
        raise CodecError("view.ring.size", "is not that of a deck")
    return attrs.evolve(seen, recent=_events(members.get("recent")))


_SHOWN: Mapping[str, type] = {
    **EVENTS,
    **{wire_name(event): form for event, form in SHOWN_AS.items()},
}


def _events(plain: object) -> tuple[ShownEvent, ...]:
    """Read those events that are known: they are for telling, and the view says all."""
    told = plain if isinstance(plain, list) else []
    events = [_event(one) for one in told if isinstance(one, dict)]
    return tuple([event for event in events if event is not None])


def _event(plain: Mapping[str, Any]) -> Any:
    name = plain.get("type")
    kind = _SHOWN.get(name) if isinstance(name, str) else None
    if kind is None:
        return None
    try:
        return read_known(kind, plain, "event")
    except CodecError:
        return None
