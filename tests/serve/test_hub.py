"""A hub by itself: lines that are plain lists, turns that are held where a test wants them."""

import asyncio
import json
from typing import Any

from attrs import Factory, define, evolve

from ringofire import Append, Appended, Effect, Load
from ringofire.protocol.limits import Limits
from ringofire_adapters.hub import Hub, Line, Settings
from ringofire_adapters.memory import Memory
from ringofire_adapters.stores import Direct, Threaded
from tests.serve.inside import OPEN_HANDED
from tests.serve.people import Frame, token

MINUTE = 60_000
HOUR = 60 * MINUTE


@define(eq=False)
class Slow(Direct):
    """A store whose answers wait until they are let go."""

    store: Any = Factory(Memory)
    gate: asyncio.Event = Factory(asyncio.Event)

    async def perform(self, effect: Effect[Any]) -> Any:
        await self.gate.wait()
        return await super().perform(effect)


@define(eq=False)
class Table:
    """A hub, and what each line was sent and closed with."""

    hub: Hub = Factory(lambda: Hub(Direct(Memory()), OPEN_HANDED))
    now: int = 1_800_000_000_000
    heard: dict[Line, list[Any]] = Factory(dict)
    count: int = 0

    def __attrs_post_init__(self) -> None:
        self.hub.clock = lambda: self.now

    def line(self) -> Line:
        frames: list[Any] = []
        line = self.hub.open(lambda text: frames.append(json.loads(text)), frames.append, "here")
        assert line is not None
        self.heard[line] = frames
        return line

    async def ask(self, line: Line, action: str, **fields: Any) -> Frame:
        self.count += 1
        frame = {"action": action, "id": f"i{self.count}", **fields}
        await self.hub.receive(line, json.dumps(frame).encode())
        answers = [one for one in self.heard[line] if _id(one) == frame["id"]]
        return answers[0] if answers else {}

    async def seat(self, *names: str, **options: object) -> tuple[str, list[Line]]:
        lines = [self.line() for _ in names]
        asked = {"name": names[0], "token": token(names[0]), "options": options}
        room = (await self.ask(lines[0], "create_room", **asked))["room"]
        for line, name in zip(lines[1:], names[1:], strict=True):
            await self.ask(line, "join_room", room=room, name=name, token=token(name))
        return room, lines

    def versions(self, line: Line) -> list[int]:
        return [one["version"] for one in self.heard[line] if "view" in one]


def _id(frame: Any) -> Any:
    return frame.get("id") if isinstance(frame, dict) else None


def test_guesses_that_are_on_their_way_at_once_count_as_well() -> None:
    """However many codes are tried at one time, only so many are told to name no room."""

    async def play() -> None:
        store = Slow()
        table = Table(Hub(store, evolve(OPEN_HANDED, address_misses=3, misses=300)))
        guesses = [
            asyncio.create_task(table.ask(table.line(), "watch", room=f"AAA{number}"))
            for number in range(40)
        ]
        await asyncio.sleep(0)
        store.gate.set()
        reasons = [answer["reason"] for answer in await asyncio.gather(*guesses)]

        assert (3, 37) == (reasons.count("unknown_room"), reasons.count("rate_limited"))

    asyncio.run(play())


def test_frames_that_cannot_be_read_count_as_frames() -> None:
    """Who floods with unknown actions is slowed down, and closed, like anybody else."""

    async def play() -> None:
        table = Table(Hub(Direct(Memory()), Settings(limits=Limits(rate=1, burst=5, excess=5))))
        line = table.line()
        for _ in range(10):
            await table.ask(line, "nope")
        reasons = [one["reason"] for one in table.heard[line] if isinstance(one, dict)]

        assert ["unknown_action"] * 5 + ["rate_limited"] * 5 == reasons
        assert 1008 == table.heard[line][-1]

    asyncio.run(play())


def test_who_watches_by_the_token_of_a_seat_sees_as_long_as_it_is_there() -> None:
    """With the seat goes the view of a room that lets no strangers watch."""

    async def play() -> None:
        table = Table()
        room, [ada, ben] = await table.seat("Ada", "Ben", watch=False)
        watching = table.line()
        await table.ask(watching, "watch", room=room, token=token("Ben"))
        kicked = await table.ask(ada, "kick_player", seat="p2")
        await table.ask(ada, "lock_room")
        asked = await table.ask(watching, "ping", version=0)

        assert kicked["version"] == table.versions(watching)[-1] == table.versions(ben)[-1]
        assert "unauthorized" == asked["reason"]

    asyncio.run(play())


def test_a_seat_that_another_process_took_away_hears_no_more() -> None:
    """What another process stored is told once it is seen, and those who are gone are let go."""

    async def play() -> None:
        store = Memory()
        here, there = [Table(Hub(Direct(store), OPEN_HANDED)) for _ in range(2)]
        room, [_, ben, cleo] = await here.seat("Ada", "Ben", "Cleo")
        ada = there.line()
        await there.ask(ada, "resume", room=room, token=token("Ada"))
        kicked = await there.ask(ada, "kick_player", seat="p2")
        await here.ask(cleo, "ping", version=0)
        await here.ask(cleo, "set_away", away=True)

        assert kicked["version"] == here.versions(ben)[-1]
        assert kicked["version"] + 1 == here.versions(cleo)[-1]
        assert "unauthorized" == (await here.ask(ben, "ping", version=0))["reason"]

    asyncio.run(play())


def test_a_line_that_went_during_its_own_turn_is_bound_to_nothing() -> None:
    """Its seat is taken, but nobody is connected there, and the room is not kept for it."""

    async def play() -> None:
        store = Slow()
        store.gate.set()
        table = Table(Hub(store, OPEN_HANDED))
        room, [ada] = await table.seat("Ada")
        ben = table.line()
        store.gate.clear()
        join = {"room": room, "name": "Ben", "token": token("Ben")}
        joining = asyncio.create_task(table.ask(ben, "join_room", **join))
        await asyncio.sleep(0)
        table.hub.left(ben)
        store.gate.set()
        await joining
        presence = [one for one in table.heard[ada] if one["type"] == "presence"]
        table.hub.left(ada)

        assert ["p1"] == presence[-1]["connected"]
        assert 2 == table.versions(ada)[-1]
        assert (not table.hub.desks, not table.hub.lines) == (True, True)

    asyncio.run(play())


def test_a_line_that_was_closed_for_a_newer_one_does_nothing_more() -> None:
    """What still comes by it is passed over, and it takes no other's place."""

    async def play() -> None:
        table = Table(Hub(Direct(Memory()), evolve(OPEN_HANDED, seat_connections=2)))
        room, [first] = await table.seat("Ada")
        newer = [table.line() for _ in range(2)]
        for line in newer:
            await table.ask(line, "resume", room=room, token=token("Ada"))
        await table.ask(first, "resume", room=room, token=token("Ada"))

        assert 1008 == table.heard[first][-1]
        assert newer == list(table.hub.lines) == list(table.hub.desks[room].lines)

    asyncio.run(play())


def test_a_room_that_expires_during_a_turn_is_gone_after_it() -> None:
    """A turn that was under way at the time does not bring it back."""

    async def play() -> None:
        store = Slow()
        store.gate.set()
        table = Table(Hub(store, OPEN_HANDED))
        room, [ada] = await table.seat("Ada", lifetime_hours=1)
        store.gate.clear()
        first = asyncio.create_task(table.ask(ada, "lock_room"))
        await asyncio.sleep(0)
        table.now += HOUR
        second = asyncio.create_task(table.ask(ada, "ping", version=0))
        await asyncio.sleep(0)
        table.hub.store.store.sweep(table.now)  # type: ignore[attr-defined]
        store.gate.set()
        await asyncio.gather(first, second)
        resumed = await table.ask(table.line(), "resume", room=room, token=token("Ada"))

        assert "unknown_room" == resumed["reason"]

    asyncio.run(play())


def test_who_has_left_a_room_has_the_time_of_a_newcomer() -> None:
    """A line is closed for being idle only so long after it was last bound to a room."""

    async def play() -> None:
        table = Table()
        _, [_, ben] = await table.seat("Ada", "Ben")
        table.now += HOUR
        await table.ask(ben, "leave_room")
        table.now += 10 * MINUTE
        await table.hub.sweep()
        there = 1008 not in table.heard[ben]
        table.now += 1
        await table.hub.sweep()

        assert there
        assert 1008 == table.heard[ben][-1]

    asyncio.run(play())


@define
class Failing:
    """A store in which every second batch fails."""

    batches: list[int] = Factory(list)

    def perform(self, effect: Effect[Any]) -> Any:
        return () if isinstance(effect, Load) else None

    def append_all(self, items: Any) -> list[Appended]:
        self.batches.append(len(list(items)))
        if len(self.batches) % 2 == 0:
            raise OSError("no space")
        return [Appended.STORED] * self.batches[-1]

    def count_rooms(self) -> int:
        return 0

    def sweep(self, now: int) -> int:
        return now and 0

    def close(self) -> None:
        pass


def test_entries_that_wait_for_the_disk_are_stored_together() -> None:
    """One wait serves all who came meanwhile; if it fails they are told, and the next is tried."""

    async def play() -> None:
        failing = Failing()
        store = Threaded(failing)
        append = Append("ROOM", None)  # type: ignore[arg-type]
        first = asyncio.create_task(store.perform(append))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        second = [asyncio.create_task(store.perform(append)) for _ in range(5)]
        found = await asyncio.gather(first, *second, return_exceptions=True)
        third = await store.perform(append)
        await store.close()

        assert Appended.STORED is found[0] is third
        assert ["no space"] * 5 == [str(one) for one in found[1:]]
        assert [1, 5, 1] == failing.batches

    asyncio.run(play())
