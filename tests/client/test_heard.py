"""What a client reads of a server's frames, and what it passes over."""

import json
from typing import Any

import attrs
import pytest

from ringofire import CodecError, Reason, RoomView, fold, read_log, view
from ringofire.canonical import canonical, is_private
from ringofire.engine import apply
from ringofire.entry import EVENTS
from ringofire.errors import EncodingError
from ringofire.proof import prove
from ringofire.protocol import heard, replies
from ringofire.protocol.errors import ErrorReason
from ringofire.protocol.heard import (
    HEARD_LIMIT,
    Failed,
    Refused,
    Unread,
    Updated,
    Welcomed,
    read_reply,
)
from ringofire.protocol.replies import REPLIES, write_reply
from ringofire.room.state import Room
from ringofire.scribe import Scribe
from ringofire.view import shown
from tests.terminal.shell import GOLDEN

LOG = read_log((GOLDEN / "bots.jsonl").read_bytes())
ROOM = fold(LOG.entries)
UPDATE = json.loads(write_reply(replies.Update(LOG.entries[-1], ROOM), Scribe()))
WELCOME = json.loads(write_reply(replies.Welcome("i1", ROOM, "p2"), Scribe()))


def read(plain: dict[str, Any], **changes: Any) -> Any:
    return read_reply(json.dumps({**plain, **changes}))


def test_every_update_of_a_game_is_read_as_it_was_written() -> None:
    """The view and all public events of a whole round come out as they were."""
    room, scribe = Room(), Scribe()
    for entry in LOG.entries:
        room = apply(room, entry)
        update = read_reply(write_reply(replies.Update(entry, room), scribe))

        assert isinstance(update, Updated)
        assert view(room) == update.view
        kinds: list[Any] = [type(event) for event in entry.events]
        public = [
            event for event, kind in zip(entry.events, kinds, strict=True) if not is_private(kind)
        ]
        assert tuple(map(shown, public)) == update.events
        assert (entry.version, entry.hash, entry.command.id, replies.actor(entry)) == (
            *(update.version, update.head, update.id, update.by),
        )


def test_every_other_frame_is_read_as_it_was_written() -> None:
    """Each kind of frame but the update is read as the values that were written."""
    assert ROOM.game is not None
    pack = ROOM.game.pack
    whole: list[Any] = [
        replies.Accepted("i", 3),
        replies.Pong("i", 3),
        replies.Presence(("p1", "p3"), 2),
        replies.PackReply("i", pack.digest, pack),
        replies.ProofReply("i", prove(LOG.entries, 1)),
    ]
    assert whole == [read_reply(canonical(one)) for one in whole]
    rejected = replies.Rejected("i", Reason.STALE, {"version": 4}, 4)
    assert Refused("i", Reason.STALE, {"version": 4}, 4) == read_reply(canonical(rejected))
    error = replies.Error(None, ErrorReason.BUSY)
    assert Failed(None, ErrorReason.BUSY) == read_reply(canonical(error))
    welcome = read(WELCOME)
    assert Welcomed("i1", ROOM.code, ROOM.version, ROOM.head, view(ROOM), "p2") == welcome
    assert read({**WELCOME, "you": None}).you is None


def test_every_kind_of_frame_and_event_is_known() -> None:
    """There is a reader for each kind of frame that a server sends, and a class for each event."""
    assert REPLIES.keys() == heard._READERS.keys()
    assert EVENTS.keys() == heard._SHOWN.keys()


def test_frames_of_a_newer_server_are_read() -> None:
    """Fields, events and kinds of frames that are new are passed over, wherever they stand."""
    newer = {
        **UPDATE,
        "weather": "fine",
        "events": [{"type": "comet_seen", "at": 3}, *UPDATE["events"], {"type": 7}, "x"],
        "view": {
            **UPDATE["view"],
            "moon": 3,
            "options": {**UPDATE["view"]["options"], "gravity": 9},
            "players": [{**one, "hat": "red"} for one in UPDATE["view"]["players"]],
            "recent": [{"type": "comet_seen"}, *UPDATE["view"]["recent"]],
        },
    }

    assert read(UPDATE) == read(newer)
    assert read_reply('{"type": "weather", "rain": 1}') is None


def test_event_that_changed_its_shape_is_passed_over() -> None:
    """Events are for telling; the view says all."""
    odd = [{"type": "card_picked", "slot": "four"}, {"type": "room_locked"}]

    assert ("RoomLocked",) == tuple(type(one).__name__ for one in read(UPDATE, events=odd).events)
    assert () == read(UPDATE, events=None).events


def test_new_reasons_are_told_as_they_are() -> None:
    """A reason that is not known here is given as its text."""
    rejected = '{"type":"rejected","id":"i","reason":"too_tired","data":{},"version":1}'

    assert Refused("i", "too_tired", {}, 1) == read_reply(rejected)


def test_answer_that_only_a_newer_client_can_read() -> None:
    """A pack in words that are not known here is an answer all the same."""
    plain = '{"type":"pack","id":"i","digest":"00","pack":{"spell":1}}'

    assert Unread("i", "frame.pack") == read_reply(plain)
    assert Unread("i", "frame.proof") == read_reply('{"type":"proof","id":"i","proof":[]}')


@pytest.mark.parametrize("field", [one.name for one in attrs.fields(RoomView)])
def test_view_without_a_field_is_refused_by_its_place(field: str) -> None:
    """All that is known is needed, but for the last events."""
    less = {name: part for name, part in UPDATE["view"].items() if name != field}
    if field == "recent":
        assert () == read(UPDATE, view=less).view.recent
        return

    with pytest.raises(CodecError, match=rf"view\.{field}"):
        read(UPDATE, view=less)


@pytest.mark.parametrize(
    ("data", "place"),
    (
        ("", ""),
        ("[]", ""),
        ("{}", "type"),
        ('{"type":1}', "type"),
        ('{"type":"pong","id":"i"}', "frame.version"),
        ('{"type":"pong","id":"i","version":1.5}', ""),
        ('{"type":"pack","id":3}', "id"),
        ('{"type":"error","id":null,"reason":"busy"}', "data"),
        (json.dumps({**UPDATE, "version": 1}), "view.version"),
        (json.dumps({**UPDATE, "version": 0, "view": {**UPDATE["view"], "version": 0}}), "view"),
        (json.dumps({**UPDATE, "head": "zz"}), "head"),
        (json.dumps({**UPDATE, "view": []}), "view"),
        (" " * (HEARD_LIMIT + 1), ""),
    ),
)
def test_what_no_server_should_send_is_refused(data: str, place: str) -> None:
    """A frame that is malformed, too large or contradicts itself raises CodecError."""
    with pytest.raises(CodecError) as error:
        read_reply(data)

    assert error.value.place.startswith(place)


def test_text_that_is_none_is_refused() -> None:
    """A text that cannot be UTF-8, and bytes that are not, raise EncodingError."""
    for data in ("\ud800", b"\xff{}"):
        with pytest.raises(EncodingError):
            read_reply(data)


@pytest.mark.parametrize("code", ["", "X; rm -rf", "K7QX2M\x1b[2J", "k7qx2m", "K" * 33])
def test_a_room_that_no_server_can_have_is_refused(code: str) -> None:
    """A code is printed, and offered to be pasted: it is nothing but letters and digits."""
    with pytest.raises(CodecError, match="room"):
        read(WELCOME, room=code)
    with pytest.raises(CodecError, match="room"):
        read(UPDATE, view={**UPDATE["view"], "room": code})


@pytest.mark.parametrize(
    "ring", [{"size": 2**53 - 1, "left": 1}, {"size": 4, "left": 5}, {"size": 4, "left": -1}]
)
def test_a_ring_of_no_deck_is_refused(ring: dict[str, int]) -> None:
    """A ring is drawn slot by slot: one that is larger than any deck would never be done."""
    with pytest.raises(CodecError, match=r"view\.ring\.size"):
        read(UPDATE, view={**UPDATE["view"], "ring": {**ring, "broken": False}})
