"""The text of a view, written from room to room."""

import gc
import weakref
from collections.abc import Iterable
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringofire import canonical as canonical_module
from ringofire import scribe as scribe_module
from ringofire.canonical import canonical, is_private
from ringofire.engine import apply
from ringofire.entry import Entry
from ringofire.facts import Facts
from ringofire.room.state import Room, Seat
from ringofire.round.commands import PickCard
from ringofire.round.events import CardPicked, RingDealt
from ringofire.scribe import Scribe
from ringofire.values import replace
from ringofire.view import PARTS, RoomView, shown, view
from tests.strategies.rooms import BUSY, SHORT, Story, entry_of, move, play, stories


def written(room: Room) -> str:
    """The view of a room, written as a whole."""
    return canonical(view(room)).decode()


def told(entry: Entry) -> str:
    """What everybody is told of an entry, written as a whole."""
    events = [event for event in entry.events if not isinstance(event, RingDealt)]
    return canonical([shown(event) for event in events]).decode()


def busy(moves: int = 40) -> Story:
    """A story of four in which all kinds of things happen."""
    return play(BUSY, list(range(moves)), people=4)


def lobby() -> Room:
    """The room of such a story as if no round had begun."""
    room = busy().room
    assert room.game is not None
    return replace(room, game=replace(room.game, round=None))


def check(rooms: Iterable[Room]) -> None:
    scribe = Scribe()
    for room in rooms:
        assert written(room) == scribe.view_text(room)


# ------------------------------------------------------------------ any room after any other


@given(stories())
def test_rooms_in_order(story: Story) -> None:
    """Whatever a command changes is written anew."""
    check(story.rooms[1:])


@given(stories())
def test_rooms_backwards(story: Story) -> None:
    """An older room is written as well as a newer one."""
    check(reversed(story.rooms[1:]))


@given(stories(), st.integers(0, 2**32))
def test_rooms_in_any_order(story: Story, seed: int) -> None:
    """Sameness is told from the room itself, not from how many versions lie between."""
    rooms = list(story.rooms[1:])
    Random(seed).shuffle(rooms)

    check(rooms)


@given(stories(longest=30), stories(longest=30), st.integers(0, 2**32))
def test_rooms_of_two_games(one: Story, other: Story, seed: int) -> None:
    """Two rooms with the same code, and versions that are alike, are not mixed up."""
    rooms = [*one.rooms[1:], *other.rooms[1:]]
    Random(seed).shuffle(rooms)

    check(rooms)


@given(stories(longest=30), st.integers(0, 2**32))
def test_branches_of_one_game(story: Story, seed: int) -> None:
    """Rooms of one version that share most of what they hold are told apart."""
    rng = Random(seed)
    branches = [[rng.choice(story.rooms[1:])]] * 3
    for _ in range(6):
        for n, rooms in enumerate(branches):
            entry = entry_of(rooms[-1], move(rooms[-1], rng))
            if entry is not None:
                branches[n] = [*rooms, apply(rooms[-1], entry)]
    rooms = [room for branch in branches for room in branch]
    rng.shuffle(rooms)

    check(rooms)


@given(stories(), st.integers(0, 2**32))
def test_events_between_views(story: Story, seed: int) -> None:
    """Events are written the same before and after the view with them, and out of order."""
    scribe = Scribe()
    rng = Random(seed)
    for entry, room in zip(story.entries, story.rooms[1:], strict=True):
        if rng.random() < 0.5:
            assert told(entry) == scribe.events_text(entry)
        assert written(room) == scribe.view_text(room)
        for one in (entry, rng.choice(story.entries)):
            assert told(one) == scribe.events_text(one)


@pytest.mark.parametrize("looks", ["name", "emoji", "colour", "team", "away", "id"])
def test_a_change_of_looks_alone(looks: str) -> None:
    """Each thing that can be seen of a player is looked at, whoever it is."""
    room = lobby()
    change: dict[str, Any] = {looks: True if looks == "away" else "a"}
    scribe = Scribe()
    scribe.view_text(room)
    for place, seat in enumerate(room.seats):
        seats = (*room.seats[:place], replace(seat, **change), *room.seats[place + 1 :])
        other = replace(room, seats=seats)

        assert written(other) == scribe.view_text(other)
        assert written(room) == scribe.view_text(room)


def test_equal_is_not_the_same() -> None:
    """What is equal in Python and not in JSON is written as it is."""
    room = lobby()
    zero: Any = 0
    other = replace(room, seats=tuple([replace(seat, away=zero) for seat in room.seats]))

    check([replace(other, locked=zero), room, other, replace(room, locked=False)])


# ------------------------------------------------------------------ what is remembered


def test_a_room_that_was_never_created_has_no_text() -> None:
    """As `view` has it, and what was known before stays right."""
    rooms = busy().rooms
    scribe = Scribe()
    scribe.view_text(rooms[5])
    with pytest.raises(ValueError, match="never created"):
        scribe.view_text(Room())

    assert written(rooms[6]) == scribe.view_text(rooms[6])


@pytest.mark.parametrize("after", range(8))
def test_what_cannot_be_written_spoils_nothing(after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error halfway through leaves the scribe with the room that it wrote last."""
    rooms = busy().rooms
    scribe = Scribe()
    scribe.view_text(rooms[5])
    left = [after]

    def tired(value: object) -> str:
        left[0] -= 1
        if left[0] < 0:
            raise ValueError("tired")
        return canonical(value).decode()

    with monkeypatch.context() as patch:
        patch.setattr(scribe_module, "canonical_text", tired)
        with pytest.raises(ValueError, match="tired"):
            scribe.view_text(rooms[-1])

    assert written(rooms[6]) == scribe.view_text(rooms[6])
    assert written(rooms[-1]) == scribe.view_text(rooms[-1])


def test_nothing_is_written_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A room that was just written is not written again, nor are its last events."""
    story = busy()
    scribe = Scribe()
    scribe.view_text(story.room)
    monkeypatch.setattr(scribe_module, "canonical_text", None)

    assert written(story.room) == scribe.view_text(story.room)
    assert told(story.entries[-1]) == scribe.events_text(story.entries[-1])


def test_events_are_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written for the entry's hash is neither written for `events` nor for the view."""
    room = play(BUSY, [], people=4).room
    scribe = Scribe()
    scribe.view_text(room)
    entry = entry_of(room, PickCard(id="i", by="p1", at=room.at))
    assert entry is not None
    with monkeypatch.context() as patch:
        patch.setitem(canonical_module._WRITERS, CardPicked, None)
        events = scribe.events_text(entry)
        text = scribe.view_text(apply(room, entry))

    assert (told(entry), written(apply(room, entry))) == (events, text)


def test_an_earlier_room_is_forgotten() -> None:
    """A scribe keeps nothing alive but what belongs to the last room."""
    room = lobby()
    other = play(BUSY, [3, 1, 4], people=3)
    seats = [Seat(f"p{n}", f"n{n}", f"n{n}") for n in range(1, 9)]
    lost = [weakref.ref(seat) for seat in seats]
    scribe = Scribe()
    scribe.view_text(replace(room, seats=tuple(seats)))
    scribe.events_text(other.entries[-1])
    scribe.view_text(other.room)
    del seats
    gc.collect()

    assert not [seat for seat in lost if seat() is not None]


def test_receipts_are_not_kept() -> None:
    """Of a seat whose looks stay, what is private is not kept alive by the scribe."""
    room = busy().room
    old = replace(room.seats[0], receipts=(*room.seats[0].receipts,))
    lost = weakref.ref(old)
    scribe = Scribe()
    scribe.view_text(replace(room, seats=(old, *room.seats[1:])))
    scribe.view_text(room)
    del old
    gc.collect()

    assert lost() is None


# ------------------------------------------------------------------ the table of parts


def test_every_field_has_its_part() -> None:
    """The table has the fields of RoomView, all without a default, and names real facts."""
    fields = attrs.fields(RoomView)

    assert {field.name for field in fields} == set(PARTS)
    assert all(field.default is attrs.NOTHING for field in fields)
    assert {fact for part in PARTS.values() for fact in part.of} <= set(vars(Facts(busy().room)))


def test_facts_stand_in_one_order() -> None:
    """Facts are compared side by side, so that they must be the same of every room."""
    story = busy()

    assert {tuple(vars(Facts(room))) for room in story.rooms[1:]} == {
        tuple(vars(Facts(story.room, Facts(story.rooms[1]))))
    }


class Watched:
    """Facts that know which of them were read."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.read.add(name)
        return getattr(self.facts, name)


@given(stories())
def test_parts_read_the_facts_they_name(story: Story) -> None:
    """No part of the view is made of a fact that the table does not name."""
    for room in story.rooms[1:]:
        for field, part in PARTS.items():
            watched: Any = Watched(Facts(room))
            part.made(watched)

            assert watched.read <= set(part.of), field


def test_parts_name_the_facts_they_read() -> None:
    """No part names a fact that it never reads, and would be written anew for."""
    read: dict[str, set[str]] = {field: set() for field in PARTS}
    for number in range(20):
        pack = SHORT[0] if number < 2 else BUSY
        for room in play(pack, list(range(number, number + 30)), people=1 + number % 4).rooms[1:]:
            for field, part in PARTS.items():
                watched: Any = Watched(Facts(room))
                part.made(watched)
                read[field] |= watched.read

    assert read == {field: set(part.of) for field, part in PARTS.items()}


def test_what_is_told_has_no_private_event() -> None:
    """The one kind of event that is private as a whole is left out."""
    entries = busy().entries
    kinds: set[type] = {type(event) for entry in entries for event in entry.events}

    assert [RingDealt] == [kind for kind in kinds if is_private(kind)]
