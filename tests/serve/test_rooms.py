"""Rooms over real sockets, served by a real uvicorn, as people with devices use them."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any

import pytest
from attrs import evolve

from ringofire.protocol.limits import Limits
from tests.serve.inside import OPEN_HANDED, Inside, served
from tests.serve.people import Frame, Person


async def party(stack: AsyncExitStack, server: Inside, *names: str) -> tuple[str, list[Person]]:
    """Seat people at a new room; give its code and them, the host first."""
    people = [await stack.enter_async_context(Person(server.url, name)) for name in names]
    room = await people[0].create()
    for person in people[1:]:
        assert (await person.join(room))["type"] == "welcome"
    for person in people:
        await person.version(len(people))
    return room, people


def present(*seats: str, watchers: int = 0) -> Any:
    """Recognise the presence frame that says just this."""
    wanted = {"type": "presence", "connected": list(seats), "watchers": watchers}
    return lambda frame: frame == wanted


def test_the_same_update_reaches_everybody() -> None:
    """What the actor gets as the answer is what everybody gets, to the last character."""

    async def play() -> None:
        async with served() as server, AsyncExitStack() as stack:
            _, people = await party(stack, server, "Ada", "Ben", "Cleo")
            answer = await people[0].ask("start_round")
            seen = [await person.version(4) for person in people]

            assert [answer] * 3 == seen
            assert "update" == answer["type"]

    asyncio.run(play())


def test_a_stranger_is_told_of_no_room() -> None:
    """A code that names no room is answered `unknown_room`, whatever is asked of it."""

    async def play() -> None:
        async with served() as server, Person(server.url, "Ada") as ada:
            answers = [
                await ada.join("K7QX2M"),
                await ada.resume("K7QX2M"),
                await ada.ask("watch", room="K7QX2M"),
            ]

            assert ["unknown_room"] * 3 == [answer["reason"] for answer in answers]

    asyncio.run(play())


def test_presence_follows_connections() -> None:
    """Who comes and goes is told to everybody in the room; a seat with two tabs is one."""

    async def play() -> None:
        async with served() as server, AsyncExitStack() as stack:
            room, [ada, ben] = await party(stack, server, "Ada", "Ben")
            await ada.find(present("p1", "p2"))
            async with Person(server.url, "Ben") as tab:
                assert "p2" == (await tab.resume(room))["you"]
                await tab.find(present("p1", "p2"))
                await ben.hang_up()
                told = len(ada.frames)
                async with Person(server.url) as watcher:
                    await watcher.ask("watch", room=room)
                    await ada.find(present("p1", "p2", watchers=1), after=told)
                await ada.find(present("p1", "p2"), after=told)
            await ada.find(present("p1"), after=told)

    asyncio.run(play())


def test_both_tabs_of_a_seat_play() -> None:
    """Two connections of one seat see the same and may both act."""

    async def play() -> None:
        async with served() as server, AsyncExitStack() as stack:
            room, [ada, _] = await party(stack, server, "Ada", "Ben")
            tab = await stack.enter_async_context(Person(server.url, "Ada"))
            await tab.resume(room)
            started = await tab.ask("start_round")
            picked = await ada.ask("pick_card", slot=3)

            assert started == await ada.version(started["version"])
            assert picked == await tab.version(picked["version"])

    asyncio.run(play())


def test_a_seat_has_only_so_many_connections() -> None:
    """One connection too many of a seat closes the oldest, never the newest."""

    async def play() -> None:
        settings = evolve(OPEN_HANDED, seat_connections=2)
        async with served(settings=settings) as server, AsyncExitStack() as stack:
            first = await stack.enter_async_context(Person(server.url, "Ada"))
            room = await first.create()
            tabs = [await stack.enter_async_context(Person(server.url, "Ada")) for _ in range(2)]
            for tab in tabs:
                assert "welcome" == (await tab.resume(room))["type"]

            assert 1008 == await first.closed()
            assert "update" == (await tabs[0].ask("lock_room"))["type"]

    asyncio.run(play())


def test_a_lock_keeps_watchers_and_members() -> None:
    """Who watches goes on watching when the room is locked; new watchers need a member's token."""

    async def play() -> None:
        async with served() as server, AsyncExitStack() as stack:
            room, [ada, ben] = await party(stack, server, "Ada", "Ben")
            early, late = [await stack.enter_async_context(Person(server.url)) for _ in range(2)]
            assert "you" not in await early.ask("watch", room=room)
            locked = await ada.ask("lock_room")
            refused = await late.ask("watch", room=room)
            with_token = await late.ask("watch", room=room, token=ben.token)

            assert locked == await early.version(locked["version"])
            assert ("rejected", "room_locked") == (refused["type"], refused["reason"])
            assert "welcome" == with_token["type"]
            assert "not_seated" == (await early.ask("start_round"))["reason"]

    asyncio.run(play())


def test_a_lock_against_joins_in_flight() -> None:
    """Who got in before the lock is in a version below it; who came later was refused."""

    async def play() -> None:
        async with served() as server, AsyncExitStack() as stack:
            room, [ada, _] = await party(stack, server, "Ada", "Ben")
            comers = [
                await stack.enter_async_context(Person(server.url, f"Comer {number}"))
                for number in range(8)
            ]
            *joins, lock = (
                await asyncio.gather(
                    *[comer.join(room) for comer in comers[:4]],
                    ada.ask("lock_room"),
                    *[comer.join(room) for comer in comers[4:]],
                ),
                None,
            )
            answers = [answer for answer in joins[0] if answer.get("by") != "p1"]
            locked = next(answer for answer in joins[0] if answer.get("by") == "p1")
            assert lock is None
            inside = [answer for answer in answers if answer["type"] == "welcome"]
            outside = [answer for answer in answers if answer["type"] == "rejected"]

            assert 8 == len(inside) + len(outside)
            assert all(answer["version"] < locked["version"] for answer in inside)
            assert {"room_locked"} >= {answer["reason"] for answer in outside}
            assert 2 + len(inside) == len(locked["view"]["players"])

    asyncio.run(play())


def test_a_kicked_seat_gets_the_update_and_then_nothing() -> None:
    """Who is kicked sees it, is `unauthorized` from then on, and hears no more of the room."""

    async def play() -> None:
        async with served() as server, AsyncExitStack() as stack:
            room, [ada, ben] = await party(stack, server, "Ada", "Ben")
            kicked = await ada.ask("kick_player", seat="p2")
            assert kicked == await ben.version(kicked["version"])
            heard = len(ben.frames)
            await ada.ask("lock_room")
            answers = [
                await ben.ask("pick_card"),
                await ben.ask("ping", version=0),
                await ben.ask("get_pack"),
                await ben.resume(room),
            ]

            assert ["unauthorized"] * 4 == [answer["reason"] for answer in answers]
            assert answers == ben.frames[heard:]

    asyncio.run(play())


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 1_000_000_000_000

    def __call__(self) -> int:
        return self.now


def test_the_host_can_be_claimed_once_it_has_vanished() -> None:
    """Nobody becomes host in place of one who is connected, or was a moment ago."""

    async def play() -> None:
        async with served() as server, AsyncExitStack() as stack:
            clock = server.hub.clock = Clock()
            _, [ada, ben] = await party(stack, server, "Ada", "Ben")
            clock.now += 3_600_000
            while_here = await ben.ask("claim_host")
            await ada.hang_up()
            await ben.find(present("p2"))
            too_early = await ben.ask("claim_host")
            clock.now += 61_000
            claimed = await ben.ask("claim_host")

            assert "too_early" == while_here["reason"]
            assert "too_early" == too_early["reason"]
            assert "p2" == claimed["view"]["host"]

    asyncio.run(play())


def test_a_cut_of_two_hours_is_invisible() -> None:
    """Who was away for hours resumes, and sees the room as it is."""

    async def play() -> None:
        async with served() as server, AsyncExitStack() as stack:
            clock = server.hub.clock = Clock()
            room, [ada, ben] = await party(stack, server, "Ada", "Ben")
            await ben.cut()
            await ada.find(present("p1"))
            clock.now += 7_200_000
            await ada.ask("start_round")
            await ben.connect()
            welcome = await ben.resume(room)

            assert ("p2", "playing") == (welcome["you"], welcome["view"]["phase"])
            assert "pong" == (await ben.ask("ping", version=welcome["version"]))["type"]

    asyncio.run(play())


def test_a_lost_update_heals_with_the_heartbeat() -> None:
    """A ping with an old version is answered with the room as it is."""

    async def play() -> None:
        async with served() as server, AsyncExitStack() as stack:
            _, [ada, _] = await party(stack, server, "Ada", "Ben")
            welcome = await ada.ask("ping", version=1)
            pong = await ada.ask("ping", version=2)

            assert ("welcome", 2, "p1") == (welcome["type"], welcome["version"], welcome["you"])
            assert {"type": "pong", "id": pong["id"], "version": 2} == pong

    asyncio.run(play())


@contextmanager
def open_files(count: int) -> Iterator[None]:
    """Let this process have `count` files open until the end of the block."""
    resource = pytest.importorskip("resource")
    soft, hard = before = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if hard != unlimited and hard < count:
        pytest.skip(f"{count} open files are needed, and {hard} allowed: raise `ulimit -Hn`")
    if soft != unlimited and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_five_hundred_come_back_at_once() -> None:
    """All who lost their connections at one time resume, each to the own seat."""
    rooms, seats = 25, 20  # each of them has two sockets in this process

    async def play() -> None:
        async with served() as server, AsyncExitStack() as stack:
            tables = []
            for table in range(rooms):
                host = Person(server.url, f"0 at {table}")
                await host.connect()
                tables.append((host, await host.create(options={"capacity": seats})))
            others = [
                (Person(server.url, f"{seat} at {table}"), room)
                for table, (_, room) in enumerate(tables)
                for seat in range(1, seats)
            ]
            for person, room in others:
                await person.connect()
                await person.join(room)
            everybody = tables + others
            for person, _ in everybody:
                await person.cut()

            async def back(person: Person, room: str) -> Frame:
                await person.connect()
                stack.push_async_callback(person.hang_up)
                return await person.resume(room)

            welcomes = await asyncio.gather(*[back(*one) for one in everybody])

            assert ["welcome"] * (rooms * seats) == [one["type"] for one in welcomes]
            for welcome, (person, _) in zip(welcomes, everybody, strict=True):
                names = {one["id"]: one["name"] for one in welcome["view"]["players"]}
                assert person.name == names[welcome["you"]]

    with open_files(2 * rooms * seats + 200):
        asyncio.run(play())


def test_nobody_is_left_open_when_a_server_stops() -> None:
    """Who is connected when the server stops is told that it goes away."""

    async def play() -> None:
        async with AsyncExitStack() as stack:
            async with served() as server:
                ada = await stack.enter_async_context(Person(server.url, "Ada"))
                await ada.create()
            assert 1001 == await ada.closed()

    asyncio.run(play())


def test_one_room_hears_nothing_of_another() -> None:
    """What happens in one room sends nothing to those of another."""

    async def play() -> None:
        async with served() as server, AsyncExitStack() as stack:
            _, [ada, _] = await party(stack, server, "Ada", "Ben")
            _, [cleo, _] = await party(stack, server, "Cleo", "Dot")
            await cleo.find(present("p1", "p2"))
            heard = len(cleo.frames)
            await ada.ask("start_round")
            await ada.ask("pick_card")
            await cleo.ask("ping", version=2)

            assert ["pong"] == [frame["type"] for frame in cleo.frames[heard:]]

    asyncio.run(play())


def test_a_slow_reader_is_cut_off_and_nobody_waits() -> None:
    """Who does not read is closed with 1013 and comes back to the newest view; others play on."""

    async def play() -> None:
        limits = Limits(rate=100_000, burst=100_000)
        settings = evolve(OPEN_HANDED, limits=limits)
        async with (
            served(settings=settings, send_buffer=20_000, system_buffer=8_192) as server,
            AsyncExitStack() as stack,
        ):
            room, [ada] = await party(stack, server, "Ada")
            [first] = server.hub.lines
            ben = Person(server.url, "Ben")
            with narrow_socket(server.port) as sock:
                await ben.connect(sock=sock)
                await ben.join(room)
                told = len(ada.frames)
                ben.stop_reading()
                [line] = [line for line in server.hub.lines if line is not first]
                way_out: Any = getattr(line.send, "__self__")  # noqa: B009
                for number in range(1_000):
                    await ada.ask("unlock_room" if number % 2 else "lock_room")
                    if way_out.code is not None:
                        break
                assert 1013 == way_out.code
                await ada.find(present("p1"), after=told)
                await ben.cut()
            await ben.connect()
            stack.push_async_callback(ben.hang_up)
            welcome = await ben.resume(room)

            assert number > 10
            assert 3 + number == welcome["version"]

    asyncio.run(play())


def narrow_socket(port: int) -> socket.socket:
    """Give a connection that holds little of what was sent and not read."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", port))
    return sock
