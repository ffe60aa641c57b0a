"""What is sent: each frame's bytes, and what they leave out."""

import json
from functools import cache
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringofire import Reason, Room
from ringofire.canonical import canonical, is_private
from ringofire.codec import parse_json
from ringofire.engine import apply, decide
from ringofire.entry import Entry
from ringofire.log import make_entry
from ringofire.packs.load import shipped_pack
from ringofire.proof import prove
from ringofire.protocol.errors import ErrorReason, FrameError
from ringofire.protocol.replies import (
    OUT_LIMIT,
    REPLIES,
    Accepted,
    Error,
    PackReply,
    Pong,
    Presence,
    ProofReply,
    Rejected,
    Reply,
    Update,
    Welcome,
    actor,
    write_reply,
)
from ringofire.room.commands import MoveRoom
from ringofire.round.commands import EndRound
from ringofire.scribe import Scribe
from ringofire.view import shown, view
from tests.golden.make_golden import Story as Told
from tests.golden.make_golden import every_effect
from tests.logs import TINY
from tests.strategies.rooms import Story, stories
from tests.test_view import largest

Plain = dict[str, Any]

LONGEST = '"' * 64
"""The id that takes the most bytes: each sign of it is escaped."""


def read(reply: Reply) -> Plain:
    """What a reply says, after what holds of all of them."""
    data = write_reply(reply, Scribe())
    plain: Any = parse_json(data)

    assert data == canonical(plain)
    assert len(data) <= OUT_LIMIT
    return dict(plain)


def test_every_reply_has_its_type() -> None:
    """Each kind of reply is written with its type, and there is no other."""
    assert set(get_args(Reply)) == set(REPLIES.values())
    assert sorted(REPLIES) == list(REPLIES)


UK = shipped_pack("uk")


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Accepted("i", 9), '{"id":"i","type":"accepted","version":9}'),
        (Pong("i", 9), '{"id":"i","type":"pong","version":9}'),
        (Presence((), 0), '{"connected":[],"type":"presence","watchers":0}'),
        (
            Presence(("p1", "p3"), 2),
            '{"connected":["p1","p3"],"type":"presence","watchers":2}',
        ),
        (
            Rejected("i", Reason.STALE, {"version": 9}, 9),
            '{"data":{"version":9},"id":"i","reason":"stale","type":"rejected","version":9}',
        ),
        (
            Rejected("i", Reason.NO_CHANGE, {}, 1),
            '{"data":{},"id":"i","reason":"no_change","type":"rejected","version":1}',
        ),
        (
            Error(None, ErrorReason.BAD_JSON),
            '{"data":{},"id":null,"reason":"bad_json","type":"error"}',
        ),
        (
            Error("i", ErrorReason.MOVED, {"to": "x"}),
            '{"data":{"to":"x"},"id":"i","reason":"moved","type":"error"}',
        ),
    ],
)
def test_small_frames(reply: Reply, text: str) -> None:
    """What is short is written whole: `id` and `data` also where there is nothing in them."""
    assert text == write_reply(reply, Scribe()).decode()


def test_a_pack_is_written_resolved() -> None:
    """A pack's frame has its digest and the object that the digest covers."""
    assert {
        "type": "pack",
        "id": "i",
        "digest": UK.digest.hex(),
        "pack": UK.resolved,
    } == read(PackReply("i", UK.digest, UK))


def test_a_proof_is_written() -> None:
    """A proof's frame has all that it proves."""
    plain = read(ProofReply("i", prove(every_effect().entries, 1)))

    assert {"id", "proof", "type"} == plain.keys()
    assert {
        *("commitment", "contributions", "deck", "pack", "redeals", "ring", "room", "round"),
        "secret",
    } == plain["proof"].keys()


def of_no_secret(room: Room) -> object:
    """The view of a room, as plain data."""
    return parse_json(canonical(view(room)))


@given(stories(longest=30), st.sampled_from([None, "p1", "p20"]))
def test_a_welcome_is_the_view(story: Story, you: str | None) -> None:
    """A room is written as its code, version, head and view."""
    for room in (story.room, *story.rooms[1:3]):
        seat = {} if you is None else {"you": you}

        assert {
            "type": "welcome",
            "id": "i",
            "room": room.code,
            "version": room.version,
            "head": room.head.hex(),
            "view": of_no_secret(room),
            **seat,
        } == read(Welcome("i", room, you))


def _is_hidden(event: Any) -> bool:
    kind: Any = type(event)
    return is_private(kind)


@given(stories(longest=30))
def test_an_update_is_what_everybody_may_see(story: Story) -> None:
    """An entry is written as its version, seat, id, head and the public parts of its events."""
    for entry, room in zip(story.entries, story.rooms[1:], strict=True):
        events = [shown(event) for event in entry.events if not _is_hidden(event)]

        assert {
            "type": "update",
            "id": entry.command.id,
            "version": entry.version,
            "by": actor(entry),
            "head": entry.hash.hex(),
            "events": parse_json(canonical(events)),
            "view": of_no_secret(room),
        } == read(Update(entry, room))


@given(stories(longest=30))
def test_one_scribe_writes_what_a_fresh_one_writes(story: Story) -> None:
    """Whatever a room's scribe wrote before, the bytes of a frame are the same."""
    scribe = Scribe()
    for entry, room in zip(story.entries, story.rooms[1:], strict=True):
        for reply in (Update(entry, room), Welcome("i", room, "p1"), Pong("i", room.version)):
            assert write_reply(reply, Scribe()) == write_reply(reply, scribe)


def test_an_update_says_who() -> None:
    """`by` is the seat of who asked, of who came the one they got, and null for an operator."""
    story = Told()
    story.create(TINY, 2)
    story.tell(MoveRoom, None, to="there")
    story.tell(MoveRoom, None, to="back")
    ended: Any = EndRound(id="i", by="p2", at=0)

    assert ["p1", "p2", None, None] == [actor(entry) for entry in story.entries]
    assert "p2" == actor(attrs.evolve(story.entries[0], version=5, command=ended))


# ------------------------------------------------------------------ the largest frames


@cache
def full() -> Room:
    """The largest room there is."""
    return largest()


def test_the_largest_welcome_fits() -> None:
    """The welcome of the largest room is sent as one frame, with the longest id."""
    data = write_reply(Welcome(LONGEST, full(), "p" * 64), Scribe())

    assert 29_000 < len(data) <= OUT_LIMIT


def test_an_update_that_would_be_too_large_goes_without_events() -> None:
    """What does not fit are the events: they are for animation only, the view says all."""
    room = full()
    asked: Any = EndRound(id=LONGEST, by="p1", at=room.at)
    entry = make_entry(room, asked, decide(room, asked))
    after = apply(room, entry)
    fits = read(Update(entry, after))
    assert [] != fits["events"]

    for count in range(1, 300):
        events = entry.events * count
        grown = attrs.evolve(entry, events=events)
        plain = read(Update(grown, after))
        if not plain["events"]:
            break
    else:
        pytest.fail("never too large")
    assert count > 1
    assert fits | {"events": []} == plain


@pytest.mark.parametrize("spare", [0, 1])
def test_an_update_of_just_the_limit_keeps_its_events(spare: int) -> None:
    """The border is exact: `OUT_LIMIT` bytes are sent whole, one more go without events."""
    story = Told()
    story.create(TINY, 2)
    entry = story.entries[1]
    (joined,) = entry.events
    size = len(write_reply(Update(entry, story.room), Scribe()))
    name = "x" * (OUT_LIMIT - size + len(joined.name.encode()) + spare)  # type: ignore[union-attr]
    wide: Entry = attrs.evolve(entry, events=(attrs.evolve(joined, name=name),))

    plain = read(Update(wide, story.room))
    assert (spare == 0) == bool(plain["events"])


# ------------------------------------------------------------------ errors


def test_an_error_tells_no_more_than_it_should() -> None:
    """A FrameError has a reason, what is told of it, and the frame's id; its text is the reason."""
    bare = FrameError(ErrorReason.BUSY)
    assert (ErrorReason.BUSY, {}, None, "busy") == (bare.reason, bare.data, bare.id, str(bare))
    whole = FrameError(ErrorReason.MOVED, {"to": "x"}, "i")
    assert ({"to": "x"}, "i") == (whole.data, whole.id)


def test_reasons_are_sorted_and_said_once() -> None:
    """Both lists of reasons are in order; where both have one, clients tell them by the type."""
    for reasons in (ErrorReason, Reason):
        assert sorted(reasons) == list(reasons)
    assert json.dumps(ErrorReason.BUSY) == '"busy"'
    assert {"bad_value", "unknown_room"} == set(ErrorReason) & set(Reason)


def test_golden_stories_fit_into_frames() -> None:
    """Every entry of the golden stories is an update with all of its events."""
    room = Room()
    for entry in every_effect().entries:
        room = apply(room, entry)
        assert read(Update(entry, room))["events"]
