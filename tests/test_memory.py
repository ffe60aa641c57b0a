"""Rooms in memory: every version once, whoever is faster."""

from threading import Barrier, Thread

import attrs
import pytest

from ringofire import (
    Accepted,
    Answer,
    Append,
    Appended,
    Busy,
    Command,
    CreateRoom,
    Effect,
    JoinRoom,
    Load,
    Publish,
    Reason,
    Refused,
    Repeated,
    Wait,
    make_entry,
    shipped_pack,
    verify,
    write_log,
)
from ringofire.room.state import Room
from ringofire_adapters.memory import Memory
from tests.given import CODE, MASTER, NAMES, NOW, token


def create(name: str = "Ann") -> CreateRoom:
    return CreateRoom(
        id="c",
        by=None,
        at=NOW,
        room=CODE,
        name=name,
        token_hash=token(name),
        master=MASTER,
        pack=shipped_pack("uk"),
        options={"capacity": 20},
    )


def join(name: str, command_id: str = "j") -> JoinRoom:
    return JoinRoom(id=command_id, by=None, at=NOW, name=name, token_hash=token(name))


def test_send_is_all_it_takes() -> None:
    """A command goes in, its answer comes out, and the entry is in the log."""
    memory = Memory()

    answer = memory.send(CODE, create())

    assert isinstance(answer, Accepted)
    assert [answer.entry] == memory.logs[CODE]
    assert [player.name for player in answer.room.seats] == ["Ann"]


def test_rooms_do_not_know_each_other() -> None:
    memory = Memory()
    memory.send(CODE, create())

    answer = memory.send("OTHER1", join("Bob"))

    assert isinstance(answer, Refused)
    assert Reason.UNKNOWN_ROOM == answer.rejected.reason
    assert "OTHER1" not in memory.logs


def test_load_gives_what_comes_after() -> None:
    memory = Memory()
    for command in (create(), join("Bob"), join("Cem")):
        memory.send(CODE, command)

    assert [2, 3] == [entry.version for entry in memory.perform(Load(CODE, 1))]
    assert () == memory.perform(Load(CODE, 3))
    assert () == memory.perform(Load("NONE00"))


def test_a_version_is_taken_once() -> None:
    """Of two entries with one version the second finds it taken, and so does one from afar."""
    memory = Memory()
    first = memory.send(CODE, create())
    assert isinstance(first, Accepted)

    assert Appended.TAKEN is memory.perform(Append(CODE, first.entry))
    far = make_entry(first.room, join("Bob"), first.entry.events)
    assert Appended.STORED is memory.perform(Append(CODE, far))
    assert Appended.TAKEN is memory.perform(Append("NONE00", far))


def test_listeners_hear_all_in_order_before_the_answer() -> None:
    memory, heard = Memory(), list[Publish]()
    memory.listeners.append(heard.append)
    commands: list[Command] = [create(), join("Bob"), join("Bob"), join("Cem")]
    for number, command in enumerate(commands, start=1):
        answer = memory.send(CODE, command)
        assert isinstance(answer, Repeated) == (number == 3)

    assert [1, 2, 3] == [published.entry.version for published in heard]
    assert [published.entry for published in heard] == memory.logs[CODE]
    assert [1, 2, 3] == [published.after.version for published in heard]


def test_wait_waits_for_nobody() -> None:
    assert Memory().perform(Wait(1)) is None


def test_what_is_no_effect_of_a_turn_is_a_bug() -> None:
    class Other(Effect[None]):
        pass

    with pytest.raises(TypeError, match="Other is not an effect"):
        Memory().perform(Other())


def join_until_answered(memory: Memory, barrier: Barrier, name: str, answers: list[Answer]) -> None:
    """Join as soon as all others do; while that is `Busy`, send the same command again."""
    barrier.wait()
    answer: Answer = Busy(Room())
    while isinstance(answer, Busy):
        answer = memory.send(CODE, join(name))
    answers.append(answer)


def test_threads_racing_on_a_room_give_every_version_once() -> None:
    """Twenty threads join at once, a few times over: one entry each, in one true chain."""
    for _ in range(20):
        memory, barrier = Memory(), Barrier(19)
        memory.send(CODE, create())
        answers: list[Answer] = []

        threads = [
            Thread(target=join_until_answered, args=(memory, barrier, name, answers))
            for name in NAMES[1:20]
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        accepted = [answer for answer in answers if isinstance(answer, Accepted)]
        assert 19 == len(accepted) == len(answers)
        assert list(range(1, 21)) == [entry.version for entry in memory.logs[CODE]]
        assert set(range(2, 21)) == {answer.entry.version for answer in accepted}
        assert 20 == verify(write_log(memory.logs[CODE])).entries


def test_threads_racing_with_one_command_make_one_entry() -> None:
    """A retry that overtakes its first try is answered like it."""
    memory, barrier, answers = Memory(), Barrier(8), list[Answer]()
    memory.send(CODE, create())

    def race() -> None:
        barrier.wait()
        answers.append(memory.send(CODE, join("Bob")))

    threads = [Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 2 == len(memory.logs[CODE])
    assert {2} == {
        answer.entry.version if isinstance(answer, Accepted) else answer.version
        for answer in answers
        if isinstance(answer, Accepted | Repeated)
    }
    assert 8 == len(answers)


def test_what_has_expired_is_forgotten_and_its_code_rests() -> None:
    """A sweep forgets rooms that have expired, and no others; their codes rest for a day more."""
    day, hour = 86_400_000, 3_600_000
    table = Memory()
    for code, hours in (("SHRT", 1), ("LNG", 2)):
        table.send(code, attrs.evolve(create(), room=code, options={"lifetime_hours": hours}))
    swept = [table.sweep(at) for at in (NOW + hour - 1, NOW + hour, NOW + hour)]
    again = attrs.evolve(create(), room="SHRT", at=NOW + hour)
    resting = table.send("SHRT", again)
    table.sweep(NOW + hour + day)
    rested = table.send("SHRT", again)

    assert [0, 1, 0] == swept
    assert isinstance(resting, Busy)
    assert isinstance(rested, Accepted)
    assert ["SHRT"] == list(table.logs)
    assert 1 == table.count_rooms()
