"""The log: entries to bytes and back, the chain through them, and what stands in a public one."""

import json
from typing import Any

import attrs
import pytest
from hypothesis import given

from ringofire.canonical import canonical
from ringofire.cards import MAX_CARDS, Rank
from ringofire.engine import apply, decide, fold
from ringofire.entry import Entry
from ringofire.errors import LogError
from ringofire.log import (
    FORMAT,
    MAX_LINE,
    Header,
    Record,
    first_hash,
    make_entry,
    read_line,
    read_log,
    write_header,
    write_line,
    write_log,
    write_public_log,
)
from ringofire.room.commands import LockRoom
from ringofire.room.events import PlayerJoined
from ringofire.room.state import Room
from ringofire.round.commands import StartRound
from ringofire.round.events import RingDealt
from tests.golden.make_golden import Story
from tests.logs import TINY, naive_hashes, tiny
from tests.strategies.rooms import Story as Told
from tests.strategies.rooms import stories

FULL, PUBLIC = write_log(tiny()), write_public_log(tiny())


def refusal(data: bytes) -> LogError:
    """What `read_log` says of `data`."""
    with pytest.raises(LogError) as caught:
        read_log(data)
    return caught.value


# -- There and back --------------------------------------------------------------------------------


@given(stories(longest=25))
def test_a_log_comes_back(story: Told) -> None:
    """A full log is read back as the entries it was written from, and written to the same bytes."""
    data = write_log(story.entries)
    log = read_log(data)

    assert story.entries == log.entries
    assert not log.is_public
    assert data == write_log(log.entries)
    assert story.room == fold(log.entries)


@given(stories(longest=25))
def test_the_chain_is_what_its_specification_says(story: Told) -> None:
    """The hashes of a full and of a public log are those that are worked out from its JSON."""
    hashes = [entry.hash.hex() for entry in story.entries]

    assert hashes == naive_hashes(write_log(story.entries))
    assert hashes == naive_hashes(write_public_log(story.entries))


@given(stories(longest=25))
def test_a_public_log_is_the_full_one_without_its_private_parts(story: Told) -> None:
    """A public log differs from the full one in its private members alone, which are hashes."""
    full = [json.loads(line) for line in write_log(story.entries).splitlines()]
    public = [json.loads(line) for line in write_public_log(story.entries).splitlines()]

    assert all(len(line.pop("private")) == 64 for line in public[1:])
    assert public == [{k: v for k, v in line.items() if k != "private"} for line in full]
    assert read_log(write_public_log(story.entries)).is_public


def test_a_line_is_canonical_json() -> None:
    """The header and every line of a file are RFC 8785 JSON, each ending in a newline."""
    for data in (FULL, PUBLIC):
        assert data.endswith(b"\n")
        for line in data[:-1].split(b"\n"):
            assert line == canonical(json.loads(line))


def test_the_header_says_format_room_and_rules() -> None:
    """The first line of a file is the header, and the first entry's hash goes on from it."""
    header = b'{"format":"ringofire/log/1","room":"G01DEN","rules":1}'

    assert header == FULL.split(b"\n")[0] == PUBLIC.split(b"\n")[0]
    assert header == write_header("G01DEN", 1)
    assert Header(FORMAT, "G01DEN", 1) == read_log(FULL).header
    assert 32 == len(first_hash(header))


def test_a_line_can_be_kept_alone() -> None:
    """Each line of a log is read by itself, as a store that keeps one item per entry does."""
    for number, entry in enumerate(tiny(), start=1):
        assert Record(entry) == read_line(write_line(Record(entry)), number)


def test_an_entry_goes_on_from_its_room() -> None:
    """An entry has the next version, the rules that decided it and the hash after the head."""
    rooms = [Room()]
    for entry in tiny():
        command = entry.command
        made = make_entry(rooms[-1], command, decide(rooms[-1], command))
        rooms.append(apply(rooms[-1], made))

        assert entry == made
        assert (len(rooms) - 1, 1, entry.hash) == (made.version, made.rules, rooms[-1].head)


def test_private_events_keep_their_places() -> None:
    """Events that are private as a whole come back between the public ones where they stood."""
    starts = next(entry for entry in tiny() if isinstance(entry.command, StartRound))

    assert isinstance(starts.events[1], RingDealt)
    line = json.loads(write_line(Record(starts)))
    assert ["round_started", "turn_started"] == [event["type"] for event in line["events"]]
    assert ["1"] == list(line["private"]["events"])


def test_more_than_ten_events_have_private_parts_in_canonical_order() -> None:
    """Places of private parts are keys: `10` stands before `2`, and each comes back there."""
    entry = attrs.evolve(tiny()[3], events=(tiny()[3].events[1],) * 12)
    line = write_line(Record(entry))

    assert line == canonical(json.loads(line))
    assert list(json.loads(line)["private"]["events"])[:4] == ["0", "1", "10", "11"]
    assert Record(entry) == read_line(line, 4)


# -- What is secret --------------------------------------------------------------------------------


def test_a_public_log_holds_no_secret() -> None:
    """No master, token, ring, key or secret of a running round is in a public log."""
    story = Story()
    story.create(TINY, 3)
    story.tell(StartRound, "p1")
    story.play_on()
    story.tell(StartRound, "p1")
    game, ring = story.room.game, story.round.ring
    assert game is not None
    story.pick(next(card.text for card in ring.cards if card.rank is not Rank.KING))
    secrets = [
        game.master,
        ring.key,
        *[seat.token_hash for seat in story.room.seats],
        *[entry.command.token_hash for entry in story.entries[:3]],  # type: ignore[union-attr]
    ]
    order = [",".join(f'"{card}"' for card in ring.cards), *map(str, ring.cards)]

    full, public = write_log(story.entries), write_public_log(story.entries)

    assert all(secret.hex().encode() in full for secret in secrets)
    assert not any(secret.hex().encode() in public for secret in secrets)
    assert order[0].encode() in full
    shown = {card.text for card in read_cards(public)}
    assert set(order[1:]) - shown
    assert b'"ring_dealt"' not in public
    assert b'"token_hash"' not in public
    assert b'"master"' not in public


def read_cards(data: bytes) -> list[Any]:
    """The cards that a log shows as picked."""
    events = [event for entry in read_log(data).entries for event in entry.events]
    return [event.card for event in events if hasattr(event, "card")]


def test_equal_private_parts_have_unlike_hashes() -> None:
    """The hash of a private part is salted by version, so that none can be guessed or compared."""
    hidden = [json.loads(line)["private"] for line in PUBLIC.splitlines()[1:]]

    assert len(hidden) == len(set(hidden))


@pytest.mark.parametrize("write", [write_log, write_public_log])
@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((), "entry 1: is missing or does not create the room"),
        (tiny()[1:], "entry 1: is missing or does not create the room"),
        (
            read_log(PUBLIC).entries,
            "entry 1: has no private part: only a full log can be written",
        ),
    ],
)
def test_only_a_full_log_can_be_written(write: Any, entries: tuple[Entry, ...], said: str) -> None:
    """Entries that are not a room's from the first on, private parts and all, are refused."""
    with pytest.raises(LogError) as caught:
        write(entries)
    assert said == str(caught.value)


# -- What cannot be read ---------------------------------------------------------------------------


@pytest.mark.parametrize("data", [FULL, PUBLIC], ids=["full", "public"])
def test_a_log_that_is_cut_off_is_refused(data: bytes) -> None:
    """A file that ends inside a line is refused, naming that line; between lines it is shorter."""
    for end in range(len(data)):
        lines = data.count(b"\n", 0, end)
        if end and data[end - 1 : end] == b"\n" and lines > 1:
            assert lines - 1 == len(read_log(data[:end]).records)
            continue
        expected = "entry 1" if lines == 1 else f"entry {lines}" if lines else "header"

        assert expected == refusal(data[:end]).place


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"", "is not JSON"),
        (b"[]", "is not of the format ringofire/log/1"),
        (b"{}", "is not of the format ringofire/log/1"),
        (
            b'{"format":"ringofire/log/2","room":"G01DEN","rules":1}',
            "is not of the format ringofire/log/1",
        ),
        (b'{"format":["ringofire/log/1"],"room":"A","rules":1}', "is not of the format"),
        (b'{"format":"ringofire/log/1","room":"A"}', "does not say the room and the rules"),
        (b'{"format":"ringofire/log/1","room":1,"rules":1}', "does not say the room and the rules"),
        (b'{"format":"ringofire/log/1","room":"A","rules":true}', "does not say the room"),
        (b'{"format":"ringofire/log/1","room":"A","rules":1,"x":0}', "does not say the room"),
    ],
)
def test_an_unknown_header_is_refused(header: bytes, said: str) -> None:
    """A first line that is not a header of this format is refused."""
    error = refusal(header + FULL[FULL.index(b"\n") :])

    assert "header" == error.place
    assert error.message.startswith(said)


def test_a_log_without_entries_is_refused() -> None:
    """A header alone is no log, and nothing is none either."""
    assert "header: is missing" == str(refusal(b""))
    assert "entry 1: is missing" == str(refusal(write_header("A", 1) + b"\n"))


def test_full_and_public_lines_do_not_mix() -> None:
    """A log is full or public; the first line that is otherwise is named."""
    full, public = FULL.split(b"\n"), PUBLIC.split(b"\n")

    for lines in (
        [*full[:4], *public[4:]],
        [*public[:4], *full[4:]],
        [*full[:4], public[4], *full[5:]],
    ):
        assert "entry 4" == refusal(b"\n".join(lines)).place


def test_a_line_is_not_read_beyond_its_limit() -> None:
    """A line longer than any that is written is refused before it is parsed."""
    lines = FULL.split(b"\n")
    lines[2] += b" " * MAX_LINE

    assert f"entry 2: is longer than {MAX_LINE} bytes" == str(refusal(b"\n".join(lines)))


LINE = json.loads(write_line(Record(tiny()[0])))
PRIVATE = LINE["private"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": 2}, "version: is not 1"),
        ({"version": True}, "version: is not an integer"),
        ({"rules": True}, "rules: is not an integer"),
        ({"rules": None}, "rules: is not an integer"),
        ({"hash": None}, "hash: is not a hash of 64 lower-case hex digits"),
        ({"hash": "0" * 63}, "hash: is not a hash"),
        ({"hash": "A" * 64}, "hash: is not a hash"),
        ({"hash": "\u0660" * 64}, "hash: is not a hash"),
        ({"private": ""}, "private: is not a hash of 64 lower-case hex digits"),
        ({"private": None}, "private: is neither an object of command and events nor a hash"),
        ({"private": PRIVATE | {"hash": {}}}, "private: is neither an object"),
        ({"private": {"command": []}}, "private: its command or its events are no object"),
        ({"private": {"events": []}}, "private: its command or its events are no object"),
        ({"private": {"events": {"": {}}}}, "private.events: has a place that is no number"),
        ({"private": {"events": {"-1": {}}}}, "private.events: has a place that is no number"),
        ({"private": {"events": {"\u0663": {}}}}, "private.events: has a place that is no number"),
        ({"private": {"events": {"10000": {}}}}, "private.events: has a place that is no number"),
        (
            {"private": {"events": {"0": []}}},
            "private.events: has a place that is not in the entry",
        ),
        (
            {"private": {"events": {"4": {}}}},
            "private.events: has a place that is not in the entry",
        ),
        ({"private": {"events": {"3": {}}}}, "private.events: has fields for an event that is not"),
        ({"private": {"events": {"3": {"type": "x"}}}}, "events[3].type: is not known"),
        ({"private": {"command": {"x": 1}}}, "command: has a field that is not known"),
        ({"events": []}, "private.events: has fields for an event that is not there"),
        ({"events": [0, 1]}, "private.events: has fields for an event that is not there"),
        ({"events": [0, 1], "private": {}}, "events[0]: is not an object"),
        ({"events": [], "private": {}}, "events: is empty"),
        ({"events": {}}, "its command is no object or its events are no list"),
        ({"command": "lock_room"}, "its command is no object or its events are no list"),
        ({"command": {"action": "fly"}}, "command.action: is not known"),
        ({"more": 0}, "is not an object of command, events, hash, private, rules, version"),
    ],
)
def test_a_line_of_another_shape_is_refused(changes: dict[str, Any], said: str) -> None:
    """A line that is not of the right shape is refused, naming the entry and the place in it."""
    with pytest.raises(LogError) as caught:
        read_line(canonical(LINE | changes), 1)

    assert "entry 1" == caught.value.place
    assert caught.value.message.startswith(said)


@pytest.mark.parametrize("line", [b"", b"[]", b"null", b"{}", b"[" * 100_000, b"\xff"])
def test_a_line_that_is_no_object_is_refused(line: bytes) -> None:
    """A line that is no JSON, or no object, is refused, naming the entry."""
    with pytest.raises(LogError) as caught:
        read_line(line, 7)
    assert "entry 7" == caught.value.place


def test_an_entry_tells_nothing_of_its_room_but_what_is_written() -> None:
    """The hash of an entry depends on all before it: the same command elsewhere has another."""
    stories_told = []
    for people in (2, 3):
        story = Story()
        story.create(TINY, people)
        story.tell(LockRoom, "p1", id="same", at=tiny()[-1].command.at)
        stories_told.append(story)

    assert stories_told[0].entries[-1].hash != stories_told[1].entries[-1].hash


def test_a_header_is_short() -> None:
    """A header that is longer than any real one is refused unread."""
    assert "header: is longer than 1024 bytes" == str(refusal(b"{" + b" " * 1_024 + b"}\n"))


def test_a_room_larger_than_any_can_be_is_not_folded() -> None:
    """A forger may seat hundreds in each entry; folding stops at the first that is too many."""
    room = fold(tiny()[:3])
    crowd = tuple([PlayerJoined(f"p{n}", f"n{n}", f"n{n}") for n in range(9, 9 + MAX_CARDS)])
    command = LockRoom(id="x", by="p1", at=0)
    for events, fits in ((crowd[:-20], True), (crowd, False)):
        entry = Entry(room.version + 1, 1, command, events, bytes(32))
        if fits:
            assert len(events) < len(apply(room, entry).seats) <= MAX_CARDS
        else:
            with pytest.raises(LogError, match="larger than any can be"):
                apply(room, entry)
