"""The asyncio client, over real sockets: cuts, lost and doubled frames, a restart, errors."""

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import pytest
from attrs import define
from websockets.protocol import State

from ringofire import Reason, Rejected, RingofireError, RoomLocked, shipped_pack
from ringofire_adapters.client import (
    Accepted,
    Address,
    Back,
    BadAddress,
    Client,
    ClientError,
    ConnectionOver,
    Lost,
    NoAnswer,
    NotReachable,
    Over,
    Patience,
    Presence,
    ServerError,
    Updated,
    Welcomed,
    Why,
    connect,
    read_address,
)
from tests.client.server import SECONDS, Middleman, Real, Tiny, on, once, until

QUICK = Patience(retry=50, silence=2_000, pause=10, heartbeat=200, give_up=20_000)
"""Everything happens soon, so that a test need not wait."""


@define
class Table:
    """A server, the middleman before it, and a way to make clients that are closed in the end."""

    server: Tiny | Real
    middle: Middleman
    stack: AsyncExitStack
    room: str = ""

    async def client(self, patience: Patience = QUICK) -> Client:
        return await self.stack.enter_async_context(connect(self.middle.url, patience=patience))

    async def ann(self, patience: Patience = QUICK) -> Client:
        client = await self.client(patience)
        self.room = (await client.create_room("Ann")).room
        return client

    def ids(self) -> list[str]:
        """The id of each entry of the room, in order."""
        return [entry.command.id for entry in self.server.log(self.room)]


Story = Callable[[Table], Coroutine[Any, Any, None]]
Run = Callable[[Story], None]


@pytest.fixture(params=[Tiny, Real], ids=["tiny", "real"])
def at_a_table(request: pytest.FixtureRequest) -> Run:
    """Runs a story with a table, for a bounded time, with either server."""

    async def run(story: Story) -> None:
        async with asyncio.timeout(SECONDS), AsyncExitStack() as stack:
            server = await stack.enter_async_context(request.param())
            middle = await stack.enter_async_context(Middleman(server.url))
            await story(Table(server, middle, stack))

    return lambda story: asyncio.run(run(story))


def test_two_people_play(at_a_table: Run) -> None:
    """Everybody gets each update once, in order, and knows who is there."""

    async def story(table: Table) -> None:
        ann = await table.ann()
        bob = await table.client()
        seen = bob.updates()
        welcome = await bob.join_room(f"{table.room[:3].lower()}-{table.room[3:]}", "Bob")
        assert (table.room, "p2", 2) == (welcome.room, bob.seat, bob.version)
        assert bob.token is not None
        assert 64 == len(bob.token)
        await until(lambda: ann.presence == Presence(("p1", "p2"), 0))
        started = await ann.send("start_round")
        picked = await ann.send("pick_card", slot=4)

        assert isinstance(started, Updated)
        assert isinstance(picked, Updated)
        versions = [(await anext(seen)).version for _ in range(3)]
        assert [2, 3, 4] == versions
        assert ann.view == bob.view == picked.view
        assert ann.head == bob.head == table.server.log(table.room)[-1].hash
        assert shipped_pack("uk") == await bob.get_pack()
        await ann.send("end_round")
        assert 1 == (await bob.proof(1)).round
        assert (bob.is_connected, bob.over) == (True, None)

    at_a_table(story)


def test_refusals_and_errors_are_raised(at_a_table: Run) -> None:
    """What the room refuses is Rejected, as anywhere; what the server does not take is no such."""

    async def story(table: Table) -> None:
        ann = await table.ann()
        with pytest.raises(Rejected) as rejected:
            await ann.send("pick_card")
        assert Reason.WRONG_PHASE is rejected.value.reason
        with pytest.raises(ServerError, match="the server says bad_value") as error:
            await ann.proof(7)
        assert ("bad_value", {"field": "round"}) == (error.value.reason, error.value.data)
        with pytest.raises(ValueError, match="pick_card takes slot"):
            await ann.send("pick_card", card="KS")
        with pytest.raises(ValueError, match="sync is no command"):
            await ann.send("sync", version=0)
        with pytest.raises(Rejected, match="stale"):
            await ann.send("lock_room", expect=7)
        with pytest.raises(ValueError, match="has entered a room"):
            await ann.watch(table.room)
        bob = await table.client()
        with pytest.raises(Rejected, match="name_taken"):
            await bob.join_room(table.room, "ann")
        await bob.join_room(table.room, "Bob")
        cem = await table.client()
        with pytest.raises(ServerError, match="unknown_room"):
            await cem.resume("NN0001", "f" * 64)
        with pytest.raises(ClientError, match="enter a room first"):
            await cem.send("pick_card")
        with pytest.raises(ClientError, match="no room was entered"):
            cem.view  # noqa: B018 (reading it is what is refused)
        await cem.watch(table.room)
        with pytest.raises(ServerError, match="not_seated"):
            await cem.send("pick_card")
        assert (cem.seat, cem.token) == (None, None)

    at_a_table(story)


def test_new_reason_of_a_newer_server_is_a_server_error(at_a_table: Run) -> None:
    """A reason that is not known here, and a pack that cannot be read, raise ServerError."""

    async def story(table: Table) -> None:
        ann = await table.ann()
        table.middle.down = lambda frame: [
            {**frame, "reason": "too_tired"} if frame["type"] == "rejected" else frame
        ]
        with pytest.raises(ServerError, match="too_tired"):
            await ann.send("pick_card")
        table.middle.down = lambda frame: [
            {**frame, "pack": {"spell": 1}} if frame["type"] == "pack" else frame
        ]
        with pytest.raises(ServerError, match="unread"):
            await ann.get_pack()

    at_a_table(story)


@pytest.mark.parametrize("code", [1001, 1006, 1012, 1013])
@pytest.mark.parametrize("answered", [False, True])
def test_cut_line_changes_nothing(*, at_a_table: Run, code: int, answered: bool) -> None:
    """Whether it is cut on the way there or on the way back: every command is in the log once."""

    async def story(table: Table) -> None:
        ann = await table.ann()
        for number in range(4):
            right = _fault_of(number, answered=answered)
            fault = once(on(right, code=code))
            if answered:
                table.middle.down = fault
            else:
                table.middle.up = fault
            done = await ann.send("set_away", away=number % 2 == 0)
            assert isinstance(done, Accepted if answered else Updated)
            assert number + 2 == done.version

        assert 5 == len(set(table.ids())) == len(table.ids())
        assert 5 == table.middle.lines
        await until(lambda: ann.version == 5)
        assert "p1" == ann.seat

    at_a_table(story)


def _fault_of(number: int, *, answered: bool) -> Any:
    if answered:
        return lambda frame: frame["type"] == "update" and frame["version"] == number + 2
    return lambda frame: frame["action"] == "set_away"


def test_bad_network_changes_nothing(at_a_table: Run) -> None:
    """Lost updates, doubled frames, both ways: every command is in the log once."""

    async def story(table: Table) -> None:
        ann = await table.ann()
        bob = await table.client()
        await bob.join_room(table.room, "Bob")
        middle = table.middle
        middle.down = once(on(lambda frame: frame["type"] == "update", copies=0))
        assert isinstance(await ann.send("lock_room"), Updated | Accepted)
        middle.down = on(lambda frame: frame["type"] == "update", copies=3)
        await ann.send("unlock_room")
        middle.up = once(on(lambda frame: frame["action"] == "set_away", copies=0))
        await bob.send("set_away", away=True)
        middle.up = on(lambda frame: frame["action"] == "set_away", copies=2)
        await bob.send("set_away", away=False)

        assert 6 == len(set(table.ids())) == len(table.ids())
        await until(lambda: ann.version == bob.version == 6)

    at_a_table(story)


def test_lost_update_is_made_good_by_the_heartbeat(at_a_table: Run) -> None:
    """Whoever missed an update is given the room as it is, as a Welcomed without events."""

    async def story(table: Table) -> None:
        ann = await table.ann()
        bob = await table.client()
        await bob.join_room(table.room, "Bob")
        seen = bob.updates()
        table.middle.down = on(lambda frame: frame["type"] == "update", copies=0)
        asking = asyncio.create_task(ann.send("lock_room"))
        welcome = await anext(seen)

        assert isinstance(welcome, Welcomed)
        assert (3, ()) == (welcome.version, welcome.events)
        assert welcome.view.locked
        assert isinstance(await asking, Accepted)

    at_a_table(story)


def test_many_commands_at_once_through_cuts(at_a_table: Run) -> None:
    """Forty at a time, the line cut again and again: each happened once, and each was answered."""

    async def story(table: Table) -> None:
        ann = await table.ann()

        async def cut() -> None:
            for _ in range(12):
                lines = table.middle.lines
                table.middle.cut()
                await until(partial(_is_back, ann, table.middle, lines))

        knife = asyncio.create_task(cut())
        done = await asyncio.gather(
            *[ann.send("update_profile", name=f"Ann {number}") for number in range(40)]
        )
        await knife

        assert 41 == len(set(table.ids())) == len(table.ids())
        assert 40 == len({one.version for one in done})
        await until(lambda: ann.version == 41)

    at_a_table(story)


def _is_back(client: Client, middle: Middleman, lines: int) -> bool:
    return middle.lines > lines and client.is_connected


def test_restart_of_the_server_is_told_and_survived(at_a_table: Run) -> None:
    """The room is where it was kept; the client comes back by itself, and says so."""

    async def story(table: Table) -> None:
        ann = await table.ann()
        news = ann.news()
        other = table.server if isinstance(table.server, Real) else Tiny(table.server.world)
        asking: asyncio.Task[Any]
        async with AsyncExitStack() as stack:
            if isinstance(other, Tiny):
                await stack.enter_async_context(other)
            table.middle.server_url = "ws://127.0.0.1:1/ws"
            await table.middle.close(1012)
            assert isinstance(await anext(news), Lost)
            assert (ann.presence, ann.is_connected) == (None, False)
            asking = asyncio.create_task(ann.send("lock_room"))
            table.middle.server_url = other.url
            told = [await anext(news)]
            while not isinstance(told[-1], Back):
                told.append(await anext(news))
            assert isinstance(await asking, Updated)
            update = await anext(news)
            while not isinstance(update, Updated):
                update = await anext(news)
            assert (RoomLocked(),) == update.events

    at_a_table(story)


def test_server_that_stays_away_is_given_up(at_a_table: Run) -> None:
    """After a bounded time, with an error of its own, for whoever asks and whoever reads."""

    async def story(table: Table) -> None:
        ann = await table.ann(Patience(give_up=300, pause=10, longest_pause=20))
        table.middle.refuses = 503
        seen, news = ann.updates(), ann.news()
        asking = asyncio.create_task(ann.send("lock_room"))
        table.middle.cut()
        for waiting in (asking, anext(seen)):
            with pytest.raises(ConnectionOver, match="could not be reached for too long") as error:
                await waiting
            assert Why.UNREACHABLE is error.value.why
        with pytest.raises(ConnectionOver):
            await ann.send("lock_room")
        told = [one async for one in news]
        assert Over(Why.UNREACHABLE) == told[-1] == ann.over

    at_a_table(story)


def test_server_that_turns_us_away_is_not_asked_again(at_a_table: Run) -> None:
    """A server that answers a reconnection with 403 ends it, and the error names the status."""

    async def story(table: Table) -> None:
        ann = await table.ann()
        table.middle.refuses = 403
        seen = ann.updates()
        table.middle.cut()
        with pytest.raises(ConnectionOver, match="HTTP status 403"):
            await anext(seen)

    at_a_table(story)


def test_policy_is_final(at_a_table: Run) -> None:
    """After close code 1008 no other line is opened, and whoever reads is told why."""

    async def story(table: Table) -> None:
        ann = await table.ann()
        seen = ann.updates()
        await table.middle.close(1008)
        with pytest.raises(ConnectionOver, match="took something for an abuse"):
            await anext(seen)
        assert 1 == table.middle.lines

    at_a_table(story)


def test_no_answer_is_an_error_of_its_own(at_a_table: Run) -> None:
    """Nobody can say whether it happened; the client goes on."""

    async def story(table: Table) -> None:
        ann = await table.ann(Patience(answer=100, retry=30, silence=5_000))
        table.middle.up = on(lambda frame: frame["action"] == "lock_room", copies=0)
        with pytest.raises(NoAnswer, match="may have happened, or not"):
            await ann.send("lock_room")
        assert isinstance(await ann.send("set_away", away=True), Updated)

    at_a_table(story)


def test_silent_line_is_replaced(at_a_table: Run) -> None:
    """Nothing comes by it any more, though nobody closed it: it is cut, and another one opened."""

    async def story(table: Table) -> None:
        ann = await table.ann(Patience(retry=50, silence=150, pause=10))
        table.middle.up = table.middle.down = lambda _: []
        news = ann.news()
        asking = asyncio.create_task(ann.send("lock_room"))
        assert isinstance(await anext(news), Lost)
        table.middle.up = table.middle.down = lambda frame: [frame]
        assert isinstance(await asking, Updated)

    at_a_table(story)


def test_same_seat_after_everything_was_forgotten(at_a_table: Run) -> None:
    """With the room and the token another process, or another device, has the same seat."""

    async def story(table: Table) -> None:
        ann = await table.ann()
        token = ann.token
        assert token is not None
        await ann.close()
        again = await table.client()
        welcome = await again.resume(table.room.lower(), token)
        assert ("p1", 1) == (again.seat, welcome.version)
        third = await table.client()
        await third.watch(table.room, token)
        assert third.seat is None

    at_a_table(story)


def test_leaving_and_being_kicked(at_a_table: Run) -> None:
    """Updates end where the client left by itself; being kicked is told as an error."""

    async def story(table: Table) -> None:
        ann, bob, cem = await table.ann(), await table.client(), await table.client()
        await bob.join_room(table.room, "Bob")
        await cem.join_room(table.room, "Cem")
        his, hers = bob.updates(), cem.updates()
        assert isinstance(await bob.send("leave_room"), Updated)
        assert 4 == [one.version async for one in his][-1]
        await ann.send("kick_player", seat="p3")
        with pytest.raises(ConnectionOver, match="took the seat away"):
            async for _ in hers:
                pass
        assert cem.over == Over(Why.KICKED)

    at_a_table(story)


def test_closing_ends_what_is_read_and_asked(at_a_table: Run) -> None:
    """Closing ends the updates, raises for whoever waits or asks then, and may be done twice."""

    async def story(table: Table) -> None:
        ann = await table.ann()
        seen = ann.updates()
        table.middle.up = lambda _: []
        asking = asyncio.create_task(ann.send("lock_room"))
        await until(lambda: len(table.middle.sent) == 2)
        await ann.close()
        assert [] == [one async for one in seen]
        with pytest.raises(ConnectionOver, match="closed from this side"):
            await asking
        await ann.close()
        with pytest.raises(ConnectionOver):
            await ann.get_pack()

    at_a_table(story)


def test_nothing_is_left_open(at_a_table: Run) -> None:
    """Neither where it was left nor where it was closed, nor in the middle of a reconnection."""

    async def story(table: Table) -> None:
        ann, bob, cem = await table.ann(), await table.client(), await table.client()
        await bob.join_room(table.room, "Bob")
        await cem.join_room(table.room, "Cem")
        lines = [one._line for one in (ann, bob, cem)]
        await bob.send("leave_room")
        await until(lambda: bob._line is None)
        table.middle.refuses = 503
        table.middle.cut()
        await until(lambda: ann._line is None)
        for one in (ann, bob, cem):
            await one.close()

        assert [State.CLOSED] * 3 == [line.state for line in lines if line is not None]
        assert all(task.done() for one in (ann, bob, cem) for task in one._tasks)
        again = await table.stack.enter_async_context(connect(table.server.url))
        await again.watch(table.room)
        line = again._line
        await again.close()
        assert line is not None
        assert State.CLOSED is line.state

    at_a_table(story)


def test_whoever_stops_waiting_has_asked_all_the_same(at_a_table: Run) -> None:
    """A command happens even if whoever sent it has stopped waiting."""

    async def story(table: Table) -> None:
        ann = await table.ann()
        table.middle.down = once(on(lambda frame: frame["type"] == "update", copies=0))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await ann.send("lock_room")
        await until(lambda: ann.view.locked)

    at_a_table(story)


def test_reader_who_is_too_slow_loses_the_oldest(
    at_a_table: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each update has the whole view, so nothing that matters is lost."""
    monkeypatch.setattr("ringofire_adapters.client.FEED", 2)

    async def story(table: Table) -> None:
        ann = await table.ann()
        seen = ann.updates()
        for number in range(4):
            await ann.send("set_away", away=number % 2 == 0)
        assert [4, 5] == [(await anext(seen)).version for _ in range(2)]

    at_a_table(story)


def test_packs_and_options_go_along(at_a_table: Run) -> None:
    """A room plays the pack and the options it is created with, and the pack it is given later."""

    async def story(table: Table) -> None:
        ann = await table.client()
        plain = {"title": "Ours", "cards": {"A-K": "never"}}
        await ann.create_room("Ann", pack=plain, options={"tone": "water"})
        assert ("Ours", "water") == (ann.view.pack.name, ann.view.options.tone)
        await ann.send("configure", pack=shipped_pack("us"))
        assert shipped_pack("us").digest == ann.view.pack.digest

    at_a_table(story)


def test_no_token_is_logged_or_shown(at_a_table: Run, caplog: pytest.LogCaptureFixture) -> None:
    """Not even where everything is logged: the library below would log whole frames."""
    caplog.set_level(logging.DEBUG)

    async def story(table: Table) -> None:
        logging.getLogger("websockets.server").setLevel(logging.WARNING)
        logging.getLogger("websockets.client").setLevel(logging.WARNING)  # the middleman's
        ann = await table.ann()
        table.middle.cut()
        await ann.send("lock_room")
        assert ann.token is not None
        assert ann.token not in caplog.text
        assert ann.token not in repr(ann) + repr(vars(ann))
        assert f"<Client {table.middle.url} {table.room} p1 version 2>" == repr(ann)

    at_a_table(story)


def test_nobody_there_is_told_at_once(at_a_table: Run) -> None:
    """A first line is not tried for long: the address may be wrong."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    async def nobody() -> None:
        with pytest.raises(NotReachable, match="the server cannot be reached"):
            async with connect(f"127.0.0.1:{port}"):
                pass

    async def story(table: Table) -> None:
        await nobody()
        table.middle.refuses = 404
        with pytest.raises(NotReachable, match="HTTP status 404"):
            await table.client()

    at_a_table(story)


def test_server_that_says_nothing_is_not_waited_for() -> None:
    """A server that lets us connect and then says nothing is NotReachable after `open_timeout`."""

    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            with pytest.raises(NotReachable, match="no answer came in time"):
                async with connect(f"127.0.0.1:{port}", open_timeout=0.05):
                    pass

    asyncio.run(run())


def test_server_of_something_else() -> None:
    """A server that does not speak HTTP is NotReachable, and is said to be none of ours."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    async def run() -> None:
        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            with pytest.raises(NotReachable, match="no ringofire server is there"):
                async with connect(f"127.0.0.1:{port}"):
                    pass

    asyncio.run(run())


def test_client_wants_async_with() -> None:
    """A client outside of `async with` raises ClientError if it is used, but can be closed."""

    async def run() -> None:
        client = connect("127.0.0.1")
        with pytest.raises(ClientError, match="async with"):
            await client.create_room("Ann")
        await client.close()

    asyncio.run(run())


def test_bug_of_ours_is_raised_and_hangs_nobody(
    at_a_table: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits is told that it is over; closing raises the bug."""

    async def story(table: Table) -> None:
        client = await connect(table.middle.url, patience=QUICK).__aenter__()
        await client.create_room("Ann")
        monkeypatch.setattr(type(client._player), "heard", lambda *_: 1 // 0)
        with pytest.raises(ConnectionOver):
            await client.send("lock_room")
        with pytest.raises(ZeroDivisionError):
            await client.close()

    at_a_table(story)


@pytest.mark.parametrize(
    ("text", "url", "room"),
    (
        ("ws://h:1/ws", "ws://h:1/ws", None),
        ("wss://h.example/prod?x=1", "wss://h.example/prod?x=1", None),
        ("ws://h:1", "ws://h:1/ws", None),
        ("http://192.168.1.5:8765", "ws://192.168.1.5:8765/ws", None),
        ("http://192.168.1.5:8765/#K7QX2M", "ws://192.168.1.5:8765/ws", "K7QX2M"),
        ("https://h.example/cards/#k7qxolm", "wss://h.example/cards/ws", "K7QX01M"),
        ("https://h.example/ws?a=b#", "wss://h.example/ws", None),
        ("HTTP://H:1/", "ws://H:1/ws", None),
        (" h.example:80 ", "ws://h.example:80/ws", None),
        ("localhost", "ws://localhost:8765/ws", None),
        ("[::1]", "ws://[::1]:8765/ws", None),
        ("[::1]:9", "ws://[::1]:9/ws", None),
        ("localhost#k7q-x2m", "ws://localhost:8765/ws", "K7QX2M"),
    ),
)
def test_addresses_are_read_kindly(text: str, url: str, room: str | None) -> None:
    """A host, with its port or not, or a URL gives the URL of the socket, and the room."""
    assert Address(url, room) == read_address(text)


@pytest.mark.parametrize(
    "text", ["", "ftp://h", "ws://", "ws://h:port", "h:99999", "[::1", "two words", "ws://h\x07:1"]
)
def test_what_is_no_address(text: str) -> None:
    """A text that is the address of no server raises BadAddress, an error of the library."""
    with pytest.raises(BadAddress) as error:
        read_address(text)

    assert isinstance(error.value, RingofireError)
    assert "address" in str(error.value)


def test_a_client_that_asks_for_nothing_leaves_nothing_behind(at_a_table: Run) -> None:
    """To connect and go again at once is no error, and no task is left."""

    async def story(table: Table) -> None:
        async with connect(table.middle.url):
            pass
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert not [task for task in others if "Client." in repr(task)]

    at_a_table(story)
