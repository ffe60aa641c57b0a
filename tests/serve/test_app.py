"""The ASGI application around the rooms: who may connect, what operators see, what is refused."""

import asyncio
import inspect
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import attrs
import pytest
from attrs import evolve
from starlette.applications import Starlette
from starlette.routing import Mount
from websockets.exceptions import InvalidStatus

from ringofire.protocol.limits import Limits
from ringofire_adapters import PORT
from ringofire_adapters.asgi import app
from ringofire_adapters.asgi import server as asgi_server
from ringofire_adapters.asgi.logs import JsonLines
from ringofire_adapters.asgi.origins import is_welcome
from ringofire_adapters.hub import Settings
from ringofire_adapters.memory import Memory
from ringofire_adapters.stores import Direct, open_store
from ringofire_adapters.terminal import cli
from tests.serve.inside import OPEN_HANDED, served
from tests.serve.people import SECONDS, Person

OWN = [(b"host", b"play.example:8765")]


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        (b"http://play.example:8765", True),
        (b"HTTP://Play.Example:8765", True),
        (b"https://play.example:8765", False),
        (b"http://play.example", False),
        (b"http://play.example:8766", False),
        (b"http://play.example:8765.evil.tld", False),
        (b"http://evil.tld/play.example:8765", False),
        (b"http://play.example:8765@evil.tld", False),
        (b"null", False),
        (b"", False),
    ],
)
def test_an_origin_is_compared_whole(origin: bytes, welcome: bool) -> None:  # noqa: FBT001
    """Pages of the server itself may connect; scheme, host and port have to be its own."""
    headers = [*OWN, (b"origin", origin)]

    assert welcome == is_welcome(headers, "ws", None)


def test_origins_that_are_named_are_the_only_ones() -> None:
    """With a list only what is on it may connect, the server's own pages not among them."""
    asked = ["https://play.example", "https://play.example.evil.tld", "http://play.example:8765"]
    found = [
        is_welcome([*OWN, (b"origin", one.encode())], "wss", ["https://Play.example/"])
        for one in asked
    ]

    assert [True, False, False] == found


def test_who_sends_no_origin_is_no_browser() -> None:
    """A missing origin is welcome, two of them are not."""
    twice = [(b"origin", b"http://play.example:8765")] * 2

    assert is_welcome(OWN, "ws", None)
    assert is_welcome(OWN, "ws", ["https://play.example"])
    assert not is_welcome([*OWN, *twice], "ws", None)
    assert not is_welcome(twice[:1], "ws", None)


def test_a_foreign_page_is_refused_before_the_handshake() -> None:
    """The status is 403, and there never was a connection."""

    async def play() -> None:
        async with served() as server:
            with pytest.raises(InvalidStatus) as refused:
                await Person(server.url).connect(origin="https://evil.tld")

            assert 403 == refused.value.response.status_code
            assert not server.hub.lines

    asyncio.run(play())


def test_one_connection_too_many_is_refused() -> None:
    """The status is 503; when somebody goes there is room again."""

    async def play() -> None:
        settings = evolve(OPEN_HANDED, connections=1)
        async with served(settings=settings) as server:
            async with Person(server.url, "Ada") as ada:
                await ada.create()
                with pytest.raises(InvalidStatus) as refused:
                    await Person(server.url).connect()
                assert 503 == refused.value.response.status_code
            async with asyncio.timeout(SECONDS):
                while server.hub.lines:  # noqa: ASYNC110 (a hub tells nobody)
                    await asyncio.sleep(0)
            async with Person(server.url, "Ben") as ben:
                await ben.create()

    asyncio.run(play())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{}", 1003),
        ("x" * 70_000, 1009),
    ],
)
def test_what_the_transport_cannot_take_closes(data: str | bytes, code: int) -> None:
    """A binary frame and one that is far too large end the connection with their own codes."""

    async def play() -> None:
        async with served() as server, Person(server.url) as person:
            await person.send_raw(data)

            assert code == await person.closed()

    asyncio.run(play())


def test_a_line_that_never_comes_to_a_room_is_closed() -> None:
    """After its time a connection without a room is closed with 1008; one with a room stays."""

    async def play() -> None:
        async with served() as server, Person(server.url, "Ada") as ada, Person(server.url) as idle:
            await ada.create()
            now = server.hub.clock()
            server.hub.clock = lambda: now + 600_001
            await server.hub.sweep()

            assert 1008 == await idle.closed()
            assert "pong" == (await ada.ask("ping", version=1))["type"]

    asyncio.run(play())


def test_a_room_that_expires_lets_its_people_go() -> None:
    """Who is in a room that expires is disconnected, and finds no room there any more."""

    async def play() -> None:
        async with served() as server, Person(server.url, "Ada") as ada:
            room = await ada.create(options={"lifetime_hours": 1})
            now = server.hub.clock()
            server.hub.clock = lambda: now + 3_600_001
            swept = await server.hub.sweep()
            code = await ada.closed()
            async with Person(server.url, "Ada") as again:
                answer = await again.resume(room)

            assert (1, 1001) == (swept, code)
            assert "unknown_room" == answer["reason"]
            assert not server.hub.desks

    asyncio.run(play())


def test_guessing_codes_is_slowed_down_for_its_address() -> None:
    """After some codes without a room an address has to wait; who is in a room plays on."""

    async def play() -> None:
        settings = evolve(OPEN_HANDED, address_misses=3)
        async with served(settings=settings) as server, Person(server.url, "Ada") as ada:
            now = server.hub.clock() // 60_000 * 60_000
            server.hub.clock = lambda: now
            room = await ada.create()
            async with Person(server.url, "Eve") as eve:
                guesses = [await eve.join(f"AAAA{number}") for number in range(4)]
                known = await eve.join(room)
                now += 60_000
                later = await eve.join(room)

            assert ["unknown_room"] * 3 + ["rate_limited"] == [one["reason"] for one in guesses]
            assert "rate_limited" == known["reason"]
            assert "welcome" == later["type"]
            assert "update" == (await ada.ask("lock_room"))["type"]

    asyncio.run(play())


def test_only_so_many_rooms_may_live() -> None:
    """Where no room may be added `create_room` is answered `busy`."""

    async def play() -> None:
        async with (
            served(settings=evolve(OPEN_HANDED, rooms=1)) as server,
            Person(server.url, "Ada") as ada,
            Person(server.url, "Ben") as ben,
        ):
            await ada.create()
            answer = await ben.ask("create_room", name="Ben", token=ben.token)

            assert "busy" == answer["reason"]

    asyncio.run(play())


def test_an_address_may_make_only_so_many_rooms() -> None:
    """What is more in a minute is answered `rate_limited`."""

    async def play() -> None:
        async with (
            served(settings=evolve(OPEN_HANDED, address_rooms=1)) as server,
            Person(server.url, "Ada") as ada,
            Person(server.url, "Ben") as ben,
        ):
            now = server.hub.clock()
            server.hub.clock = lambda: now
            await ada.create()
            answer = await ben.ask("create_room", name="Ben", token=ben.token)

            assert "rate_limited" == answer["reason"]

    asyncio.run(play())


def test_a_flood_is_answered_and_then_closed() -> None:
    """Frames over the rate get `rate_limited`; who goes on is closed with 1008, others play on."""

    async def play() -> None:
        settings = evolve(OPEN_HANDED, limits=Limits(rate=1, burst=5, excess=5))
        async with served(settings=settings) as server, Person(server.url, "Ada") as ada:
            await ada.create()
            async with Person(server.url) as flood:
                asked = [await flood.put("ping", version=0) for _ in range(10)]

                assert 1008 == await flood.closed()
            answers = {frame["id"]: frame["reason"] for frame in flood.frames}
            reasons = [answers[one] for one in asked]

            assert ["not_seated"] * 5 + ["rate_limited"] * 5 == reasons
            assert "update" == (await ada.ask("lock_room"))["type"]

    asyncio.run(play())


class Broken(Direct):
    """A store that fails when it is told to."""

    broken = False

    async def perform(self, effect: Any) -> Any:
        if self.broken:
            raise OSError("the disk is gone")
        return await super().perform(effect)

    async def count_rooms(self) -> int:
        if self.broken:
            raise OSError("the disk is gone")
        return await super().count_rooms()


def get(port: int, path: str) -> tuple[int, str]:
    """Ask over HTTP; give the status and the text."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=SECONDS) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_store_that_fails_is_busy_and_heals(caplog: pytest.LogCaptureFixture) -> None:
    """While the store is away frames are answered `busy`, and nobody is disconnected."""
    store = Broken(Memory())

    async def play() -> None:
        async with served(application=app(store)) as server, Person(server.url, "Ada") as ada:
            await ada.create()
            store.broken = True
            away = await ada.ask("lock_room")
            ready = await asyncio.to_thread(get, server.port, "/readyz")
            store.broken = False
            back = await ada.ask("lock_room")

            assert ("error", "busy") == (away["type"], away["reason"])
            assert (503, "the store does not answer\n") == ready
            assert "update" == back["type"]

    asyncio.run(play())
    assert "failed" in caplog.text


def test_what_operators_ask_for() -> None:
    """Health, readiness and metrics are there; no label names a room or a person."""

    async def play() -> None:
        async with served() as server, Person(server.url, "Zebedee") as person:
            room = await person.create()
            await person.ask("get_pack")
            await person.send_raw("{")
            await person.find(lambda frame: frame["type"] == "error")
            found = {
                path: await asyncio.to_thread(get, server.port, path)
                for path in ("/healthz", "/readyz", "/metrics", "/", "/nothing")
            }

            assert [200, 200, 200, 200, 404] == [status for status, _ in found.values()]
            assert "ready, 1 rooms\n" == found["/readyz"][1]
            metrics = found["/metrics"][1]
            for told in (
                'ringofire_frames_total{action="create_room",answer="welcome",reason=""} 1.0',
                'ringofire_frames_total{action="none",answer="error",reason="bad_json"} 1.0',
                'ringofire_frames_total{action="get_pack",answer="pack",reason=""} 1.0',
                "ringofire_connections 1.0",
                "ringofire_open_rooms 1.0",
            ):
                assert told in metrics
            assert not [word for word in (room, "Zebedee", person.token, "p1") if word in metrics]

    asyncio.run(play())


def test_logs_tell_no_secrets(caplog: pytest.LogCaptureFixture) -> None:
    """Each frame is one line of JSON, without tokens, names, cards or what was sent."""
    caplog.set_level(logging.DEBUG)

    async def play() -> None:
        async with (
            served() as server,
            Person(server.url, "Zebedee\u200d") as bad,
            Person(server.url, "Zebedee") as ada,
            Person(server.url, "Ermintrude") as ben,
        ):
            await bad.ask("create_room", name=bad.name, token=bad.token)
            room = await ada.create()
            await ben.join(room)
            await ada.ask("start_round")
            await ada.ask("pick_card", slot=17)
            await ben.send_raw('{"id": "x", "action": "canary", "canary": "canary"}')
            await ben.find(lambda frame: frame.get("reason") == "unknown_action")

    asyncio.run(play())
    written = [
        JsonLines().format(record)
        for record in caplog.records
        if not record.name.startswith("websockets.client")  # the devices of this test
    ]
    frames = [line for line in map(json.loads, written) if line["event"] == "frame"]

    assert {"create_room", "join_room", "start_round", "pick_card", None} <= {
        line["action"] for line in frames
    }
    secrets = [Person("", name).token for name in ("Zebedee", "Ermintrude", "Zebedee\u200d")]
    text = "\n".join(written)

    assert not [one for one in (*secrets, "Zebedee", "Ermintrude", "canary", "QS") if one in text]


def test_it_can_be_mounted_under_a_prefix() -> None:
    """In another application the rooms are below the prefix, and nowhere else."""

    async def play() -> None:
        rooms = app(settings=OPEN_HANDED)
        site = Starlette(routes=[Mount("/party", rooms)])
        site.state.server = rooms.state.server
        async with served(application=site) as server:
            below = server.url.replace("/ws", "/party/ws")
            async with Person(below, "Ada") as ada, Person(below, "Ben") as ben:
                assert "welcome" == (await ben.join(await ada.create()))["type"]
            assert 200 == (await asyncio.to_thread(get, server.port, "/party/healthz"))[0]
            with pytest.raises(InvalidStatus):
                await Person(server.url).connect()
            await rooms.state.server.stop()

    asyncio.run(play())


@pytest.mark.parametrize("address", ["", "sqlite:", "redis://localhost", "Memory"])
def test_an_address_of_no_store_is_refused(address: str) -> None:
    """What is no address says what is."""
    with pytest.raises(Exception, match="is no store: say memory, or sqlite:PATH"):
        open_store(address)


# ------------------------------------------------------------------ the command


def command(*options: str, home: Path) -> "subprocess.Popen[str]":
    """Run `ringofire serve` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "ringofire_adapters.terminal", "serve", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_DATA_HOME": str(home)},
    )


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_where_and_ends_when_told(tmp_path: Path, stop: signal.Signals) -> None:
    """The command prints the address, keeps rooms in the data folder, and ends with status 0."""
    with command("--host", "127.0.0.1", "--port", "0", home=tmp_path) as process:
        assert process.stdout is not None
        told = "".join([process.stdout.readline() for _ in range(3)])
        [port] = re.findall(r"http://127\.0\.0\.1:(\d+)", told)

        async def play() -> None:
            async with Person(f"ws://127.0.0.1:{port}/ws", "Ada") as ada:
                await ada.create()
                process.send_signal(stop)
                assert 1001 == await ada.closed()

        asyncio.run(play())
        out, err = process.communicate(timeout=SECONDS)

    assert (0, "Stopped. Rooms are kept.\n", "") == (process.returncode, out, err)
    assert f"ringofire join 127.0.0.1:{port}" in told
    assert (tmp_path / "ringofire" / "rooms.db").is_file()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--port", "70000"), "--port"),
        (("--port", "x"), "whole number"),
        (("--store", "redis:x"), "is no store"),
        (("--store", "sqlite:/dev/null/rooms.db"), "/dev/null"),
        (("--host", "203.0.113.1"), "203.0.113.1:8765"),
        (("--rate", "0"), "--rate"),
        (("--code-length", "3"), "--code-length"),
    ],
)
def test_serve_refuses_in_one_line(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    """Whatever cannot be served is said in one line, without a traceback."""
    with command(*options, home=tmp_path) as process:
        _, err = process.communicate(timeout=SECONDS)

    assert process.returncode in (1, 2)
    assert 1 == len(err.splitlines())
    assert told in err


def test_the_command_limits_as_the_library_does() -> None:
    """Whoever gives no limits on the command line gets those of `Settings()`."""
    defaults = {name: one.default for name, one in inspect.signature(cli.serve).parameters.items()}
    settings, limits = attrs.asdict(Settings(), recurse=False), attrs.asdict(Limits())
    known = settings | limits

    assert PORT == defaults["port"]
    assert {name: known[name] for name in defaults if name in known} == {
        name: default for name, default in defaults.items() if name in known
    }
    assert {"rate", "burst", *settings} - {"limits", "home"} <= set(defaults)


@pytest.mark.parametrize("wrong", [{"code_length": 3}, {"code_length": 33}])
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, int]) -> None:
    """Codes have 4 to 32 signs; a connection may send something."""
    with pytest.raises(ValueError, match="code_length"):
        Settings(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="rate"):
        Limits(rate=0)


def test_pings_of_a_reader_that_reads_nothing_fill_no_memory() -> None:
    """Answers to pings wait in nobody's queue: a line that has too many of them is cut."""

    async def play() -> None:
        async with served(system_buffer=8_192) as server:
            _, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1)
            writer.write(HANDSHAKE.format(port=server.port).encode())
            ping = bytes([0x89, 0x80 | 125, 0, 0, 0, 0]) + bytes(125)
            with pytest.raises(ConnectionError):
                await send(writer, ping * 100, times=2_000)
            writer.close()

    async def send(writer: asyncio.StreamWriter, data: bytes, *, times: int) -> None:
        for _ in range(times):
            writer.write(data)
            await writer.drain()

    asyncio.run(play())


HANDSHAKE = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.mark.parametrize("begun", [b"", b"GET /ws HTTP/1.1\r\nHost: x\r\n"])
def test_who_asks_for_nothing_is_cut(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that sends no whole request in time is closed."""
    monkeypatch.setattr(asgi_server, "HANDSHAKE_SECONDS", 0.05)

    async def play() -> None:
        async with served() as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(begun)
            async with asyncio.timeout(SECONDS):
                with suppress(ConnectionError):
                    assert b"" == await reader.read()
            writer.close()

    asyncio.run(play())


def test_small_frames_are_not_held_back() -> None:
    """Every connection has TCP_NODELAY: an answer does not wait for what comes after it."""

    async def play() -> None:
        async with served() as server, Person(server.url, "Ada") as ada:
            await ada.create()
            [line] = server.hub.lines
            send: Any = getattr(line.send, "__self__")._send  # noqa: B009
            sock = send.__self__.transport.get_extra_info("socket")

            assert 0 != sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    asyncio.run(play())


@pytest.mark.parametrize(
    ("trusted", "address"), [(None, "127.0.0.1"), ("127.0.0.1", "203.0.113.7")]
)
def test_a_proxy_is_believed_only_if_it_is_named(trusted: str | None, address: str) -> None:
    """Anybody can send X-Forwarded-For."""

    async def play() -> None:
        async with served(trust_proxy=trusted) as server:
            person = Person(server.url, "Ada")
            await person.connect(additional_headers={"X-Forwarded-For": "203.0.113.7"})
            await person.create()
            [line] = server.hub.lines
            await person.hang_up()

            assert address == line.address

    asyncio.run(play())
