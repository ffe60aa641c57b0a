"""What clients send: one JSON object a frame, read strictly, its fields taken from the commands.

Nothing is judged here but the frame itself: that it is JSON, small and flat enough, and that each
field is there and of its type. What a value *means* is for `decide` to say.
"""

import re
from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from types import NoneType
from typing import Any, get_args, get_type_hints

import attrs
from attrs import field

from ringofire.canonical import MAX_INT, PRIVATE, Unset
from ringofire.codec import parse_json, read_value
from ringofire.entry import COMMANDS
from ringofire.envelope import ID_LIMIT, text
from ringofire.errors import CodecError, EncodingError, PackError
from ringofire.packs.load import inline_pack, shipped_pack
from ringofire.packs.pack import Pack
from ringofire.protocol.errors import ErrorReason, FrameError
from ringofire.room.commands import CODE_LIMIT, CreateRoom, JoinRoom, MoveRoom
from ringofire.values import value

__all__ = [
    "ACTIONS",
    "ENVELOPE",
    "FRAME_LIMIT",
    "LARGE",
    "LARGE_FRAME_LIMIT",
    "MAX_DEPTH",
    "PROTOCOL",
    "ROOM_CODE",
    "Field",
    "Request",
    "read_request",
]

PROTOCOL = 1
"""The version of the protocol that is spoken here."""

FRAME_LIMIT = 4 * 1024
"""The largest frame that is read, in bytes."""

LARGE_FRAME_LIMIT = 16 * 1024
"""The largest frame of an action in `LARGE`, which may carry a pack, in bytes."""

MAX_DEPTH = 8
"""How deeply a frame may be nested: a pack has 7 levels within its frame."""

ROOM_CODE = rf"[0-9A-HJKMNP-TV-Z]{{1,{CODE_LIMIT}}}"
"""How a room's code is written: Crockford's alphabet, which has no I, L, O and U."""

LARGE = frozenset({"create_room", "configure"})
"""The actions whose frames may be large."""


@value
class Request:
    """A frame as it was read; `fields` is what was sent beside the envelope, each of its type."""

    id: str
    action: str
    fields: Mapping[str, Any] = field(metadata=PRIVATE)
    expect: int | None = None


Check = Callable[[Any], bool]


def _any(_: object) -> bool:
    return True


@value
class Field:
    """A field of a frame: its type, whether it may be left out, and what is judged of it here.

    `check` refuses with `bad_value` what never reaches the engine; `pattern` says the same to
    readers of the schema.
    """

    kind: Any
    check: Check = _any
    pattern: str | None = None
    required: bool = True


def _matching(pattern: str) -> tuple[Check, str]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None, f"^{pattern}$"


def _natural(number: int) -> bool:
    return 0 <= number <= MAX_INT


def _counting(number: int) -> bool:
    return 1 <= number <= MAX_INT


_ROOM = Field(str, *_matching(ROOM_CODE))
_TOKEN = Field(str, *_matching(r"[0-9a-f]{64}"))
_SHOWN_TOKEN = Field(str)  # one that cannot be right opens nothing, like any other wrong one
_VERSION = Field(int, check=_natural)

ENVELOPE: Mapping[str, Field] = {
    "action": Field(str),
    "id": Field(str, text(ID_LIMIT), f"^[ -~]{{1,{ID_LIMIT}}}$"),
    "expect": Field(int, required=False, check=_natural),
    "protocol": Field(int, required=False),
}
"""The fields that every frame may have."""


def _sent(command: Any) -> dict[str, Field]:
    """The fields of a command that its client sends."""
    hints = get_type_hints(command)
    return {
        one.name: _as_sent(hints[one.name], one)
        for one in attrs.fields(command)
        if one.metadata["sent"]
    }


def _as_sent(kind: Any, one: Any) -> Field:
    """None stands for a field that is left out, unless UNSET does: then null is a value."""
    members = get_args(kind)
    if NoneType in members and Unset not in members:
        kind = reduce(or_, [member for member in members if member is not NoneType])
    return Field(_PACK if kind is Pack else kind, required=one.default is attrs.NOTHING)


_PACK = str | Mapping[str, object]
"""A pack as clients send it: the name of a shipped one, or one JSON object."""

_OPTIONAL_PACK = Field(_PACK, required=False)
_OPTIONS = _sent(CreateRoom)["options"]
_NAME = _sent(CreateRoom)["name"]

ACTIONS: Mapping[str, Mapping[str, Field]] = {
    "create_room": {
        "name": _NAME,
        "token": _TOKEN,
        "pack": _OPTIONAL_PACK,
        "options": _OPTIONS,
    },
    "join_room": {"room": _ROOM, "name": _NAME, "token": _TOKEN},
    "resume": {"room": _ROOM, "token": _SHOWN_TOKEN},
    "watch": {"room": _ROOM, "token": Field(str, required=False)},
    **{
        action: _sent(command)
        for action, command in COMMANDS.items()
        if command not in (CreateRoom, JoinRoom, MoveRoom)
    },
    "get_pack": {},
    "proof": {"round": Field(int, check=_counting)},
    "sync": {"version": _VERSION},
    "ping": {"version": _VERSION},
}
"""Each action with its fields."""


def read_request(data: bytes) -> Request:
    """Read a frame; raises FrameError with the answer it gets instead."""
    if len(data) > LARGE_FRAME_LIMIT:
        raise FrameError(ErrorReason.TOO_LARGE, {"limit": LARGE_FRAME_LIMIT})
    try:
        plain = parse_json(data, depth=MAX_DEPTH)
    except EncodingError:
        raise FrameError(ErrorReason.BAD_ENCODING) from None
    except CodecError:
        raise FrameError(ErrorReason.BAD_JSON) from None
    if not isinstance(plain, dict):
        raise FrameError(ErrorReason.BAD_TYPE, {"field": "frame"})
    try:
        return _read(plain, len(data))
    except FrameError as error:
        error.id = plain["id"] if ENVELOPE["id"].check(plain.get("id")) else None
        raise


def _read(plain: dict[str, Any], size: int) -> Request:
    protocol = _field(plain, "protocol", ENVELOPE["protocol"])
    if protocol not in (None, PROTOCOL):
        raise FrameError(ErrorReason.UNSUPPORTED_PROTOCOL, {"supported": [PROTOCOL]})
    frame_id = _field(plain, "id", ENVELOPE["id"])
    action = _field(plain, "action", ENVELOPE["action"])
    fields = ACTIONS.get(action)
    if size > FRAME_LIMIT and action not in LARGE:
        raise FrameError(ErrorReason.TOO_LARGE, {"limit": FRAME_LIMIT})
    if fields is None:
        raise FrameError(ErrorReason.UNKNOWN_ACTION)
    if not plain.keys() <= fields.keys() | ENVELOPE.keys():
        raise FrameError(ErrorReason.UNKNOWN_FIELD, {"known": sorted({*fields, *ENVELOPE})})
    read = {name: _field(plain, name, one) for name, one in fields.items()}
    return Request(
        frame_id,
        action,
        {name: sent for name, sent in read.items() if name in plain},
        _field(plain, "expect", ENVELOPE["expect"]),
    )


def _field(plain: dict[str, Any], name: str, one: Field) -> Any:
    if name not in plain:
        if one.required:
            raise FrameError(ErrorReason.BAD_TYPE, {"field": name})
        return None
    sent = plain[name]
    if one.kind is bytes:
        return _octets(sent, name)
    try:
        read = read_value(one.kind, sent, name)
    except CodecError as error:
        raise FrameError(ErrorReason.BAD_TYPE, {"field": error.place}) from None
    if not one.check(read):
        raise FrameError(ErrorReason.BAD_VALUE, {"field": name})
    return _pack(read) if one.kind is _PACK else read


def _octets(sent: object, name: str) -> bytes:
    """Read hex digits; what is none becomes no bytes at all, which `decide` refuses."""
    if not isinstance(sent, str):
        raise FrameError(ErrorReason.BAD_TYPE, {"field": name})
    return bytes.fromhex(sent) if _HEX.fullmatch(sent) else b""


_HEX = re.compile(r"([0-9a-f]{2})*")


def _pack(sent: str | Mapping[str, object]) -> Pack | PackError:
    """Give the pack that is meant; or what is wrong with it, which `decide` refuses."""
    try:
        return shipped_pack(sent) if isinstance(sent, str) else inline_pack(sent)
    except PackError as error:
        return error
