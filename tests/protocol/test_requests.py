"""Frames as they are read: what a good one becomes, and that all others are refused in one way."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringofire.canonical import canonical
from ringofire.errors import PackError
from ringofire.packs.load import shipped_pack
from ringofire.packs.pack import Pack
from ringofire.protocol.errors import ErrorReason, FrameError
from ringofire.protocol.requests import (
    ACTIONS,
    ENVELOPE,
    FRAME_LIMIT,
    LARGE,
    LARGE_FRAME_LIMIT,
    Field,
    Request,
    read_request,
)
from tests.protocol.frames import ASCII, FIELDS, any_bytes, any_good, good, written
from tests.strategies.values import texts

Plain = dict[str, Any]


def outcome(data: bytes) -> Request | FrameError:
    """What is read, or why it is not."""
    try:
        return read_request(data)
    except FrameError as refused:
        return refused


def refusal(frame: object) -> tuple[ErrorReason, Plain, str | None]:
    """What a frame is answered with instead of being read."""
    data = frame if isinstance(frame, bytes) else written(frame)
    with pytest.raises(FrameError) as refused:
        read_request(data)
    return refused.value.reason, dict(refused.value.data), refused.value.id


def ping(**changes: object) -> Plain:
    """A frame that can be read, but for the changes."""
    return {"action": "ping", "id": "i", "version": 4, **changes}


# ------------------------------------------------------------------ any bytes


@given(any_bytes())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever comes becomes a request or a FrameError, and nothing else."""
    read = outcome(data)
    if isinstance(read, Request):
        assert read.action in ACTIONS
    else:
        assert isinstance(read.reason, ErrorReason)
        canonical(dict(read.data))
        assert read.id is None or ENVELOPE["id"].check(read.id)


@pytest.mark.parametrize("action", sorted(FIELDS))
@given(data=st.data())
def test_a_good_frame_is_read(action: str, data: st.DataObject) -> None:
    """What a frame may hold is read; it is too large at most."""
    frame = data.draw(good(action))
    octets = written(frame)
    request = outcome(octets)
    if isinstance(request, FrameError):
        limit = LARGE_FRAME_LIMIT if action in LARGE else FRAME_LIMIT
        assert (ErrorReason.TOO_LARGE, {"limit": limit}) == (request.reason, request.data)
        assert len(octets) > limit
        return

    assert (frame["id"], action) == (request.id, request.action)
    assert frame.get("expect") == request.expect
    assert frame.keys() - ENVELOPE.keys() == request.fields.keys()
    for name in request.fields.keys() - {"pack", "nonce"}:
        assert as_read(frame[name]) == request.fields[name]


def as_read(sent: object) -> object:
    return tuple(sent) if isinstance(sent, list) else sent


@given(any_good(), st.data())
def test_the_order_of_members_does_not_matter(frame: Plain, data: st.DataObject) -> None:
    """A frame says the same however its members are ordered."""
    shuffled = dict(data.draw(st.permutations(list(frame.items()))))

    assert said(frame) == said(shuffled)


def said(frame: Plain) -> object:
    """What a frame comes to, as values that can be compared."""
    request = outcome(written(frame))
    if isinstance(request, FrameError):
        return request.reason, request.data, request.id
    told = {
        name: str(value) if isinstance(value, PackError) else value
        for name, value in request.fields.items()
    }
    return request.id, request.action, request.expect, told


# ------------------------------------------------------------------ the tables


def test_every_action_is_there() -> None:
    """The actions are those of the protocol, each with just its fields."""
    described = {
        action: {name: required for name, (_, required) in fields.items()}
        for action, fields in FIELDS.items()
    }
    actions = {
        action: {name: one.required for name, one in fields.items()}
        for action, fields in ACTIONS.items()
    }

    assert described == actions


WRITTEN = [
    pytest.param(one, id=f"{action}.{name}")
    for action, fields in {"envelope": ENVELOPE, **ACTIONS}.items()
    for name, one in fields.items()
    if one.pattern is not None
]


@pytest.mark.parametrize("one", WRITTEN)
@given(text=st.text(ASCII, max_size=70) | st.text("0A9Za", max_size=70) | texts)
def test_patterns_say_what_is_judged(one: Field, text: str) -> None:
    """A field's pattern matches just those texts that its check passes."""
    assert one.pattern is not None

    assert (re.search(one.pattern[:-1] + r"\Z", text) is not None) == one.check(text)


def test_nobody_reads_a_request_in_a_log() -> None:
    """A request shows what was asked and never with what: there may be a token in it."""
    frame = {"action": "resume", "id": "i", "room": "K7QX2M", "token": "secret"}

    assert "secret" not in repr(read_request(written(frame)))


# ------------------------------------------------------------------ single frames


def test_a_whole_frame() -> None:
    """Envelope and fields of a frame are read apart."""
    frame = {"action": "set_away", "id": "i", "away": True, "expect": 7, "protocol": 1}

    assert Request("i", "set_away", {"away": True}, 7) == read_request(written(frame))


def test_fields_that_were_not_sent_are_not_there() -> None:
    """An optional field that is left out is not among the fields."""
    frame = {"action": "pick_card", "id": "i"}

    assert Request("i", "pick_card", {}) == read_request(written(frame))


def test_null_is_a_value_where_it_takes_something_away() -> None:
    """Null is read for emoji, colour and team, and is of a wrong type everywhere else."""
    looks = {"emoji": None, "colour": None, "team": None}
    frame = {"action": "update_profile", "id": "i", **looks}

    assert looks == read_request(written(frame)).fields
    assert (ErrorReason.BAD_TYPE, {"field": "name"}, "i") == refusal(frame | {"name": None})


def test_a_pack_is_made_of_what_is_said() -> None:
    """A pack is read by its name, or as an object; what is none becomes what is wrong with it."""

    def read(pack: object) -> object:
        frame = {"action": "configure", "id": "i", "pack": pack}
        return read_request(written(frame)).fields["pack"]

    inline = read({"title": "Mine", "base": "uk"})
    assert shipped_pack("us") == read("us")
    assert isinstance(inline, Pack)
    assert ("Mine", shipped_pack("uk").end) == (inline.name, inline.end)
    for wrong in ("vodka", {}, {"title": "Mine"}, {"title": "Mine", "base": "vodka"}):
        assert isinstance(read(wrong), PackError)


@pytest.mark.parametrize(
    ("nonce", "octets"),
    [("00ff", b"\x00\xff"), ("", b""), ("0", b""), ("0G", b""), ("FF", b""), ("ff ", b"")],
)
def test_a_nonce_is_hex(nonce: str, octets: bytes) -> None:
    """A nonce is an even number of small hex digits; any other text is no nonce, not a bad type."""
    frame = {"action": "add_nonce", "id": "i", "nonce": nonce}

    assert {"nonce": octets} == read_request(written(frame)).fields


@pytest.mark.parametrize("nonce", [None, 0, ["00"]])
def test_a_nonce_is_a_text(nonce: object) -> None:
    """A nonce that is no text is refused with `bad_type`."""
    frame = {"action": "add_nonce", "id": "i", "nonce": nonce}

    assert (ErrorReason.BAD_TYPE, {"field": "nonce"}, "i") == refusal(frame)


def test_a_frame_is_refused_for_its_protocol_first() -> None:
    """A client of a later protocol is told so, whatever else its frames have."""
    frame = ping(protocol=2, id=7, action=[], more=1)

    assert (ErrorReason.UNSUPPORTED_PROTOCOL, {"supported": [1]}, None) == refusal(frame)


def test_a_refusal_has_the_id_if_it_can_be_read() -> None:
    """The id stands in every refusal of a frame that has a good one."""
    assert (ErrorReason.UNKNOWN_ACTION, {}, "i") == refusal(ping(action="zap"))
    assert (ErrorReason.BAD_VALUE, {"field": "id"}, None) == refusal(ping(id=""))
    assert (ErrorReason.BAD_TYPE, {"field": "id"}, None) == refusal(ping(id=["i"]))
    assert (ErrorReason.BAD_JSON, {}, None) == refusal(b'{"id": "i", "version": 1.5}')
    assert (ErrorReason.BAD_TYPE, {"field": "frame"}, None) == refusal([{"id": "i"}])


def test_a_frame_is_refused_with_what_it_may_have() -> None:
    """Of a field that is not known the known ones are told, not the field."""
    known = ["action", "expect", "id", "protocol", "version"]

    assert (ErrorReason.UNKNOWN_FIELD, {"known": known}, "i") == refusal(ping(secret="x"))


@pytest.mark.parametrize("action", sorted(FIELDS))
def test_only_packs_may_be_large(action: str) -> None:
    """A frame of more than 4 KiB is read if it may carry a pack, one of more than 16 KiB never."""
    start = json.dumps({"action": action, "id": "i", "": 1}).encode()
    small, large = start.ljust(4096), start.ljust(16_384)
    known = sorted({*FIELDS[action], *ENVELOPE})
    read = (ErrorReason.UNKNOWN_FIELD, {"known": known}, "i")

    assert read == refusal(small)
    if action in ("configure", "create_room"):
        assert read == refusal(large)
    else:
        assert (ErrorReason.TOO_LARGE, {"limit": 4096}, "i") == refusal(small + b" ")
        assert (ErrorReason.TOO_LARGE, {"limit": 4096}, "i") == refusal(large)
    assert (ErrorReason.TOO_LARGE, {"limit": 16_384}, None) == refusal(large + b" ")
