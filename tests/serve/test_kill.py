"""Servers that are killed, and what is left when they run again: all that was accepted, once."""

import asyncio
import json
from pathlib import Path

import pytest

from ringofire import fold, verify, view, write_log
from ringofire.canonical import canonical
from ringofire_adapters.sqlite import SqliteStore
from tests.serve.people import Frame, Person
from tests.serve.process import serving


async def seat(url: str, *names: str) -> tuple[str, list[Person]]:
    """Seat people at a new room; give its code and them, the host first."""
    people = [Person(url, name) for name in names]
    for person in people:
        await person.connect()
    room = await people[0].create()
    for person in people[1:]:
        await person.join(room)
    return room, people


async def come_back(people: list[Person], url: str, room: str) -> list[Frame]:
    """Have everybody connect anew and resume; give the welcomes."""
    welcomes = []
    for person in people:
        person.url = url
        await person.connect()
        welcomes.append(await person.resume(room))
    return welcomes


def check(file: Path, room: str, welcomes: list[Frame]) -> None:
    """Everybody sees what is stored; the log is whole; no command is in it twice."""
    with SqliteStore(file) as store:
        entries = store.load(room)
    seen = json.loads(canonical(view(fold(entries))))
    verify(write_log(entries))
    sent = [(entry.command.by, entry.command.id) for entry in entries]

    assert [seen] * len(welcomes) == [welcome["view"] for welcome in welcomes]
    assert len(set(sent)) == len(sent)


@pytest.mark.parametrize(
    ("dies", "told"),
    [
        ("--die-after-append=5", "nobody"),
        ("--die-after-sends=16", "some"),
    ],
)
def test_a_command_stored_before_the_kill_counts_once(tmp_path: Path, dies: str, told: str) -> None:
    """A server that dies between append and answer, or mid fan-out, loses and doubles nothing."""
    file = tmp_path / "rooms.db"

    async def play() -> None:
        with serving(file, dies) as server:
            room, people = await seat(server.url, "Ada", "Ben", "Cleo")
            await people[0].ask("start_round")
            asked = await people[0].put("pick_card", slot=7)
            for person in people:
                with pytest.raises(EOFError):
                    await person.find(lambda _: False)
            assert server.died()
            saw = [any(one.get("id") == asked for one in person.frames) for person in people]
            assert any(saw) == (told == "some")
            assert not all(saw)
        with serving(file) as server:
            await come_back(people, server.url, room)
            again = await people[0].ask_again(asked, "pick_card", slot=7)
            welcomes = [await person.ask("sync", version=0) for person in people]
            for person in people:
                await person.hang_up()

            assert {"type": "accepted", "id": asked, "version": 5} == again
            check(file, room, welcomes)

    asyncio.run(play())


def test_a_kill_at_any_moment_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    """Whatever was answered before a kill is there after it, again and again."""
    file = tmp_path / "rooms.db"

    async def play() -> None:
        people: list[Person] = []
        room, answered = "", 0
        for kill in range(4):
            with serving(file) as server:
                if kill:
                    await come_back(people, server.url, room)
                else:
                    room, people = await seat(server.url, "Ada", "Ben")
                for number in range(5 + kill):
                    locks = "lock_room" if (answered + number) % 2 == 0 else "unlock_room"
                    await people[0].ask(locks)
                answered += 5 + kill
                await people[0].put("start_round")
                server.kill()
                for person in people:
                    await person.hang_up()
        with serving(file) as server:
            welcomes = await come_back(people, server.url, room)
            for person in people:
                await person.hang_up()
            check(file, room, welcomes)
            assert welcomes[0]["version"] >= 2 + answered

    asyncio.run(play())


def test_another_process_serves_the_same_rooms(tmp_path: Path) -> None:
    """Two servers on one file: who sits at one is seen from the other, at once or by a ping."""
    file = tmp_path / "rooms.db"

    async def play() -> None:
        with serving(file) as one, serving(file) as other:
            room, [ada] = await seat(one.url, "Ada")
            async with Person(other.url, "Ben") as ben, Person(other.url, "Ada") as tab:
                await ben.join(room)
                seen = await ada.ask("ping", version=1)
                await tab.resume(room)
                started = await tab.ask("start_round")
                refused = await ada.ask("start_round")
                caught_up = await ada.version(started["version"])
                await ada.hang_up()

            assert ["Ada", "Ben"] == [player["name"] for player in seen["view"]["players"]]
            assert ("rejected", started["version"]) == (refused["type"], refused["version"])
            assert started["view"] == caught_up["view"]

    asyncio.run(play())
