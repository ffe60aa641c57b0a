"""Turns: one command from its arrival to its answer, by written and by enumerated schedules.

The driver here is a third one beside `run` and `arun`: it decides when each effect happens, and
what of it is known. The core and the store are the real ones.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import attrs
import pytest
from attrs import Factory, define

from ringofire import (
    Accepted,
    Answer,
    Append,
    Appended,
    Busy,
    Command,
    Effect,
    Entry,
    JoinRoom,
    KickPlayer,
    Load,
    LockRoom,
    Moved,
    MoveRoom,
    Publish,
    Reason,
    Refused,
    Repeated,
    Room,
    SetAway,
    Turn,
    UnlockRoom,
    Wait,
    arun,
    fold,
    handle,
    run,
)
from ringofire.audit import verify
from ringofire.errors import LogError
from ringofire.log import write_log
from ringofire.room.events import PlayerJoined
from ringofire.turn import ATTEMPTS
from tests.golden.make_golden import Story, token
from tests.logs import TINY

CODE = "G01DEN"
UNKNOWN, TAKEN = Appended.UNKNOWN, Appended.TAKEN
LOCK = LockRoom(id="lock", by="p1", at=0)
AWAY = SetAway(id="away", by="p2", at=0, away=True)
JOIN = JoinRoom(id="join", by=None, at=0, name="Zoe", token_hash=token("Zoe"))


@define
class Store:
    """Entries of one room, what was published of them, and how often was waited."""

    entries: list[Entry]
    published: list[Publish] = Factory(list)
    waits: list[int] = Factory(list)

    @property
    def room(self) -> Room:
        """The room as it is stored."""
        return fold(self.entries)

    def perform(self, effect: Effect[Any]) -> Any:
        """Do what an effect asks for."""
        match effect:
            case Load(code, after):
                assert CODE == code
                return tuple(self.entries[after:])
            case Append(code, entry):
                assert CODE == code
                if len(self.entries) != entry.version - 1:
                    return TAKEN
                self.entries.append(entry)
                return Appended.STORED
            case Publish():
                self.published.append(effect)
            case Wait(attempt):
                self.waits.append(attempt)
        return None

    def lose(self, effect: Effect[Any]) -> Any:
        """Do what an effect asks for, and do not say whether it was done."""
        self.perform(effect)
        return UNKNOWN

    def others(self, *commands: Command) -> Callable[[Effect[Any]], Any]:
        """Let these commands happen first, then do what an effect asks for."""

        def perform(effect: Effect[Any]) -> Any:
            for command in commands:
                assert isinstance(run(handle(CODE, command), Quiet(self).perform), Accepted)
            return self.perform(effect)

        return perform


@define
class Quiet:
    """A store to which somebody else writes: nothing of it is noted."""

    store: Store

    def perform(self, effect: Effect[Any]) -> Any:
        """Do what an effect asks for, silently."""
        return self.store.perform(effect) if isinstance(effect, Load | Append) else None


@cache
def begun() -> tuple[Room, list[Entry]]:
    """A room with two people, and its log."""
    story = Story()
    story.create(TINY, 2)
    return story.room, story.entries


def table() -> Store:
    """A room with two people, stored."""
    return Store(list(begun()[1]))


Scripted = dict[int, Callable[[Effect[Any]], Any]]


def drive(turn: Turn[Answer], store: Store, at: Scripted | None = None) -> tuple[str, Answer]:
    """Drive a turn, its nth effect (from 0) performed as `at` says; the effects' names in a row."""
    names: list[str] = []

    def perform(effect: Effect[Any]) -> Any:
        names.append(type(effect).__name__)
        return (at or {}).get(len(names) - 1, store.perform)(effect)

    answer = run(turn, perform)
    return " ".join(names), answer


# -- One turn --------------------------------------------------------------------------------------


def test_an_acceptance_on_a_warm_room_needs_no_load() -> None:
    """A command that a warm room accepts is appended and published without a load."""
    store = table()

    names, answer = drive(handle(CODE, LOCK, room=store.room), store)

    assert "Append Publish" == names
    assert Accepted(store.entries[-1], store.room) == answer
    assert [Publish(CODE, store.entries[-1], store.room)] == store.published


def test_a_cold_room_is_loaded_first() -> None:
    """Without a room to go on from all of its entries are loaded, once."""
    store = table()

    names, answer = drive(handle(CODE, LOCK), store)

    assert "Load Append Publish" == names
    assert store.room == answer.room
    assert store.room.locked


def test_a_room_is_created_where_there_was_none() -> None:
    """CreateRoom on a code without entries is the first of them; on any other it is refused."""
    command = table().entries[0].command
    store = Store([])

    assert "Load Append Publish" == drive(handle(CODE, command), store)[0]
    assert 1 == store.room.version

    again = attrs.evolve(command, id="another")
    names, answer = drive(handle(CODE, again), store)
    assert "Load" == names
    assert isinstance(answer, Refused)


def test_a_room_is_created_under_its_own_code() -> None:
    """A CreateRoom that names another room than the one it was sent to is an error."""
    with pytest.raises(ValueError, match="came for the room"):
        next(handle("ELSEWH", table().entries[0].command))


def test_two_rooms_with_one_code_are_one() -> None:
    """Of two CreateRoom for one code that were both found free the second is refused."""
    command: Any = table().entries[0].command
    store = Store([])
    other = attrs.evolve(command, id="another", name="Bob")

    names, answer = drive(handle(CODE, command), store, {1: store.others(other)})

    assert "Load Append Wait Load" == names
    assert isinstance(answer, Refused)
    assert 1 == len(store.entries)


def test_an_unknown_room_is_refused() -> None:
    """A command for a code without entries is refused after one load."""
    names, answer = drive(handle(CODE, LOCK), Store([]))

    assert "Load" == names
    assert isinstance(answer, Refused)
    assert Reason.UNKNOWN_ROOM == answer.rejected.reason


def test_a_refusal_is_given_only_after_a_load() -> None:
    """What a warm room refuses is judged again against a tail that is loaded now."""
    store = table()
    warm = store.room
    drive(handle(CODE, LOCK), store)

    names, answer = drive(handle(CODE, attrs.evolve(LOCK, id="2"), room=warm), store)
    assert "Append Wait Load" == names
    assert isinstance(answer, Refused)
    assert (Reason.NO_CHANGE, store.room) == (answer.rejected.reason, answer.room)

    unlock = UnlockRoom(id="3", by="p1", at=0)
    names, answer = drive(handle(CODE, unlock, room=warm), store)
    assert "Load Append Publish" == names
    assert isinstance(answer, Accepted)


def test_a_tail_is_loaded_once_for_a_refusal() -> None:
    """A refusal by a room that is still the newest takes one load of nothing."""
    store = table()

    names, answer = drive(handle(CODE, attrs.evolve(LOCK, by="p2"), room=store.room), store)

    assert "Load" == names
    assert isinstance(answer, Refused)
    assert Reason.NOT_HOST == answer.rejected.reason
    assert store.room == answer.room


def test_a_command_that_came_second_is_judged_anew() -> None:
    """Where the version is taken, the command is judged against what took it."""
    store = table()

    names, answer = drive(handle(CODE, LOCK, room=store.room), store, {0: store.others(AWAY)})

    assert "Append Wait Load Append Publish" == names
    assert isinstance(answer, Accepted)
    assert (4, [1]) == (answer.entry.version, store.waits)
    assert store.room == answer.room


def test_who_is_always_second_is_told_to_come_again() -> None:
    """After a bounded number of attempts the answer is Busy, and nothing is stored or published."""
    store = table()
    turns = {
        3 * attempt: store.others(SetAway(id=f"{attempt}", by="p2", at=0, away=attempt % 2 == 0))
        for attempt in range(ATTEMPTS)
    }

    names, answer = drive(handle(CODE, LOCK, room=store.room), store, turns)

    assert " ".join(["Append Wait Load"] * ATTEMPTS) == names
    assert Busy(store.room) == answer
    assert list(range(1, ATTEMPTS + 1)) == store.waits
    assert not store.published
    assert not store.room.locked


@pytest.mark.parametrize("attempt", range(ATTEMPTS))
def test_the_last_attempt_counts_as_the_first(attempt: int) -> None:
    """Whichever attempt is stored, the last one too, and whether that is known or not: Accepted."""
    for last in (Store.perform, Store.lose):
        store = table()
        turns: Scripted = {
            3 * before: store.others(SetAway(id=f"{before}", by="p2", at=0, away=before % 2 == 0))
            for before in range(attempt)
        }
        turns[3 * attempt] = partial(last, store)

        _, answer = drive(handle(CODE, LOCK, room=store.room), store, turns)

        assert isinstance(answer, Accepted)
        assert 1 == len(store.published)


# -- What nobody knows -----------------------------------------------------------------------------


def test_an_entry_that_was_stored_unseen_is_found() -> None:
    """After an append of unknown outcome the own entry is looked for, and published once."""
    store = table()

    names, answer = drive(handle(CODE, LOCK, room=store.room), store, {0: store.lose})

    assert "Append Wait Load Publish" == names
    assert Accepted(store.entries[-1], store.room) == answer
    assert 1 == len(store.published)


def test_an_entry_that_was_not_stored_is_appended_again() -> None:
    """After an append of unknown outcome that had no effect the same entry is appended again."""
    store = table()

    names, answer = drive(
        handle(CODE, LOCK, room=store.room), store, {0: lambda _: UNKNOWN, 3: store.lose}
    )

    assert "Append Wait Load Append Wait Load Publish" == names
    assert isinstance(answer, Accepted)
    assert (3, 1) == (len(store.entries), len(store.published))


def test_an_entry_that_lands_late_is_there_once() -> None:
    """A write that takes effect only after it was looked for is not made twice."""
    store = table()
    late: list[Effect[Any]] = []

    def delay(effect: Effect[Any]) -> Appended:
        late.append(effect)
        return UNKNOWN

    def land(effect: Effect[Any]) -> Any:
        store.perform(late[0])
        return store.perform(effect)

    names, answer = drive(handle(CODE, LOCK, room=store.room), store, {0: delay, 3: land})

    assert "Append Wait Load Append Wait Load Publish" == names
    assert isinstance(answer, Accepted)
    assert (3, 1) == (len(store.entries), len(store.published))


def test_an_own_entry_is_found_behind_those_of_others() -> None:
    """What came after the own entry is not what is published or answered."""
    store = table()

    def lose_and_go_on(effect: Effect[Any]) -> Appended:
        store.lose(effect)
        run(handle(CODE, AWAY), Quiet(store).perform)
        return UNKNOWN

    _, answer = drive(handle(CODE, LOCK, room=store.room), store, {0: lose_and_go_on})

    assert isinstance(answer, Accepted)
    assert 3 == answer.entry.version == answer.room.version
    assert [Publish(CODE, store.entries[2], fold(store.entries[:3]))] == store.published
    assert 4 == store.room.version


def test_an_unknown_outcome_may_end_in_a_refusal() -> None:
    """What was not stored and is not allowed any more is refused."""
    store = table()

    def lose_to_another(effect: Effect[Any]) -> Appended:
        run(handle(CODE, attrs.evolve(LOCK, id="other")), Quiet(store).perform)
        return UNKNOWN

    _, answer = drive(handle(CODE, LOCK, room=store.room), store, {0: lose_to_another})

    assert isinstance(answer, Refused)
    assert Reason.NO_CHANGE == answer.rejected.reason
    assert not store.published


# -- Retries ---------------------------------------------------------------------------------------


def test_a_retry_is_told_its_version() -> None:
    """A command that was accepted before is answered with its version; nothing is appended."""
    store = table()
    warm = store.room
    drive(handle(CODE, LOCK), store)
    drive(handle(CODE, AWAY), store)

    for room in (Room(), store.room):
        names, answer = drive(handle(CODE, LOCK, room=room), store)
        assert ("Load", Repeated(3, store.room)) == (names, answer)

    names, answer = drive(handle(CODE, attrs.evolve(LOCK, at=1), room=warm), store)
    assert ("Append Wait Load", Repeated(3, store.room)) == (names, answer)
    assert 2 == len(store.published)


def test_a_reused_id_is_refused() -> None:
    """The id of an accepted command with another payload is refused."""
    store = table()
    drive(handle(CODE, LOCK), store)

    _, answer = drive(handle(CODE, UnlockRoom(id="lock", by="p1", at=0), room=store.room), store)

    assert isinstance(answer, Refused)
    assert Reason.ID_REUSED == answer.rejected.reason


def test_a_joiner_who_tries_again_has_one_seat() -> None:
    """A JoinRoom by a token that has a seat is Repeated: with its version, or None for a new id."""
    store = table()
    drive(handle(CODE, JOIN), store)
    drive(handle(CODE, LOCK), store)

    assert Repeated(3, store.room) == drive(handle(CODE, JOIN), store)[1]
    assert Repeated(None, store.room) == drive(handle(CODE, attrs.evolve(JOIN, id="x")), store)[1]
    assert 3 == len(store.room.seats)


def test_a_seat_is_not_repeated_to_who_was_kicked() -> None:
    """A JoinRoom that a warm room would repeat is refused if the tail says the seat is gone."""
    store = table()
    drive(handle(CODE, JOIN), store)
    warm = store.room
    drive(handle(CODE, KickPlayer(id="kick", by="p1", at=0, seat="p3")), store)

    _, answer = drive(handle(CODE, JOIN, room=warm), store)

    assert isinstance(answer, Refused)
    assert Reason.TOKEN_DEAD == answer.rejected.reason


# -- Rooms that moved ------------------------------------------------------------------------------


def test_a_room_that_moved_goes_on_in_its_home_alone() -> None:
    """Every command gets Moved in a store that is not the room's home, and is judged there."""
    store = table()
    warm = store.room
    move = MoveRoom(id="move", by=None, at=0, to="there")
    assert isinstance(drive(handle(CODE, move, home="here"), store)[1], Accepted)
    moved = Moved("there", store.room)

    refused = attrs.evolve(LOCK, by="p2")
    back = attrs.evolve(move, at=1, to="here")
    for command in (LOCK, refused, JOIN, attrs.evolve(move, at=1), back):
        for room in (Room(), warm, store.room):
            assert moved == drive(handle(CODE, command, room=room, home="here"), store)[1]
    assert moved == drive(handle(CODE, LOCK), store)[1]

    copy = Store(list(store.entries))
    assert isinstance(drive(handle(CODE, refused, home="there"), copy)[1], Refused)
    assert isinstance(drive(handle(CODE, LOCK, home="there"), copy)[1], Accepted)
    assert 4 == copy.room.version
    assert 3 == store.room.version


def test_a_room_at_home_needs_no_address() -> None:
    """A room that never moved is at home wherever it is stored."""
    assert isinstance(drive(handle(CODE, LOCK, home="anywhere"), table())[1], Accepted)


# -- Drivers ---------------------------------------------------------------------------------------


def test_both_drivers_do_the_same() -> None:
    """`arun` performs the effects that `run` does, in their order, and gives the same answer."""
    outcomes = []
    for drives_async in (False, True):
        store = table()
        scripted: Scripted = {1: store.others(AWAY), 4: store.lose}
        done: list[Effect[Any]] = []

        def perform(
            effect: Effect[Any],
            scripted: Scripted = scripted,
            done: list[Effect[Any]] = done,
            store: Store = store,
        ) -> Any:
            done.append(effect)
            return scripted.get(len(done) - 1, store.perform)(effect)

        async def perform_later(
            effect: Effect[Any], perform: Callable[[Effect[Any]], Any] = perform
        ) -> Any:
            await asyncio.sleep(0)
            return perform(effect)

        turn = handle(CODE, LOCK)
        answer = asyncio.run(arun(turn, perform_later)) if drives_async else run(turn, perform)
        outcomes.append((done, answer, store))

    assert outcomes[0] == outcomes[1]
    assert 8 == len(outcomes[0][0])


def test_what_fails_outside_ends_the_turn() -> None:
    """An error of what performs an effect goes to whoever runs the turn."""

    def fail(effect: Effect[Any]) -> Any:
        raise ConnectionError(type(effect).__name__)

    async def fail_later(effect: Effect[Any]) -> Any:
        raise ConnectionError(type(effect).__name__)

    with pytest.raises(ConnectionError, match="Load"):
        run(handle(CODE, LOCK), fail)
    with pytest.raises(ConnectionError, match="Load"):
        asyncio.run(arun(handle(CODE, LOCK), fail_later))


def test_a_broken_store_is_not_played_on() -> None:
    """Entries that do not go on from one another are a LogError, and nothing is appended."""
    store = table()
    del store.entries[0]

    with pytest.raises(LogError, match="entry 2"):
        drive(handle(CODE, LOCK), store)
    assert 1 == len(store.entries)


# -- Every schedule --------------------------------------------------------------------------------

FAULTS = ("crash", "crash_after", "unknown", "unknown_after")


@define
class Worker:
    """A process: the commands that reached it, the room it keeps, the turn it is in."""

    store: Store
    todo: list[Command]
    room: Room
    answers: list[tuple[Command, Answer]] = Factory(list)
    turn: Turn[Answer] | None = None
    effect: Effect[Any] | None = None

    def resume(self, reply: Any = None) -> None:
        """Go on to the next effect; take the next command after an answer."""
        try:
            if self.turn is not None:
                self.effect = self.turn.send(reply)
                return
        except StopIteration as end:
            self.answers.append((self.todo.pop(0), end.value))
            self.room = end.value.room
        self.turn = self.effect = None
        if self.todo:
            self.turn = handle(CODE, self.todo[0], room=self.room)
            self.effect = next(self.turn)

    def go(self, how: str) -> list[Command]:
        """Have the effect happen, in some way; give the commands that were lost in a crash."""
        assert self.effect is not None
        if how == "go":
            self.resume(self.store.perform(self.effect))
            return []
        if how.endswith("after"):
            self.store.perform(self.effect)
        if how.startswith("unknown"):
            self.resume(UNKNOWN)
            return []
        lost, self.todo, self.turn, self.effect = self.todo, [], None, None
        return lost


Schedule = list[tuple[int, str]]


def schedules(*, warm: bool) -> Iterator[tuple[Schedule, Store, list[Worker]]]:
    """Every schedule of two workers, with a fault or none at each point: who goes on, and how.

    They have three commands, or two if they load first. What a crash leaves undone is sent to the
    other worker once more.
    """
    begins: list[Schedule] = [[]]
    while begins:
        schedule: Schedule = []
        begin = iter(begins.pop())
        store = table()
        room = begun()[0] if warm else Room()
        second: list[Command] = [JOIN, AWAY] if warm else [JOIN]
        workers = [Worker(store, [LOCK], room), Worker(store, second, room)]
        for worker in workers:
            worker.resume()
        while alive := [who for who in (0, 1) if workers[who].effect is not None]:
            step = next(begin, None)
            if step is None:
                faulty = any(how != "go" for _, how in schedule)
                step, *others = [
                    (who, how)
                    for who in alive
                    for how in ("go", *FAULTS)
                    if how == "go" or not faulty
                    if not how.startswith("unknown") or isinstance(workers[who].effect, Append)
                ]
                begins += [[*schedule, other] for other in others]
            schedule.append(step)
            who, how = step
            lost = workers[who].go(how)
            if lost:
                workers[1 - who].todo += map(later, lost)
                if workers[1 - who].turn is None:
                    workers[1 - who].resume()
        yield schedule, store, workers


def later(command: Any) -> Command:
    """The same command, sent once more."""
    again: Command = attrs.evolve(command, at=command.at + 1)
    return again


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_every_schedule_keeps_every_promise(warm: bool) -> None:  # noqa: FBT001
    """However two workers interleave, and wherever one fails: once each, in one order, as told."""
    seen: Counter[str] = Counter()
    start = len(begun()[1])
    for schedule, store, workers in schedules(warm=warm):
        log = store.entries
        assert list(range(1, len(log) + 1)) == [entry.version for entry in log], schedule
        ids = Counter((entry.command.by, entry.command.id) for entry in log)
        assert 1 == max(ids.values()), schedule

        answers = [answer for worker in workers for answer in worker.answers]
        assert 2 + warm == len({command.id for command, _ in answers}), schedule
        locked = next(entry.version for entry in log if entry.command.id == LOCK.id)
        for command, answer in answers:
            match answer:
                case Accepted(entry, room):
                    assert log[entry.version - 1] == entry, schedule
                    assert fold(log[start : entry.version], room=begun()[0]) == room, schedule
                    assert command == entry.command, schedule
                case Repeated(version, _):
                    assert version is not None, schedule
                    assert command.id == log[version - 1].command.id, schedule
                case Refused(rejected, _):
                    assert (JOIN.id, Reason.ROOM_LOCKED) == (command.id, rejected.reason), schedule
                    assert JOIN.id not in {entry.command.id for entry in log}, schedule
                case _:
                    raise AssertionError((schedule, answer))
            seen[f"{command.id} {type(answer).__name__}"] += 1
        joins = [entry.version for entry in log[start:] if has_joined(entry)]
        assert all(version < locked for version in joins), schedule

        published = Counter(effect.entry.version for effect in store.published)
        assert all(log[v - 1] in [p.entry for p in store.published] for v in published), schedule
        assert 1 == max(published.values(), default=1), schedule
        if all(how == "go" for _, how in schedule):
            assert set(published) == set(range(start + 1, len(log) + 1)), schedule
        seen["schedules"] += 1
        seen[f"faults {[how for _, how in schedule if how != 'go']}"] += 1
        if seen["schedules"] % 100 == 0:
            verify(write_log(log))

    assert seen["schedules"] > 300
    assert {"join Accepted", "join Refused", "join Repeated"} <= set(seen)
    assert {"lock Accepted", "lock Repeated"} <= set(seen)
    assert {"away Accepted", "away Repeated"} <= set(seen) or not warm
    assert {f"faults {[how]}" for how in FAULTS} | {"faults []"} <= set(seen)


def has_joined(entry: Entry) -> bool:
    """Whether somebody sat down."""
    return any(isinstance(event, PlayerJoined) for event in entry.events)
