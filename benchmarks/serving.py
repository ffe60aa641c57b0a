"""Frames delivered per CPU second of a server, beside the same server with no engine behind it.

At least 0.65. Both are uvicorn in a process of its own and are sent the same frames by the same
clients, 20 rooms of 6; the one without an engine sends updates that were recorded before. CPU time
is that of the server's process alone, from /proc.
"""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.interleave import interleaved, median, ratio
from benchmarks.script import Move, Script, open_hub, record

ROOMS = 20
PLAYERS = 6
ROUNDS = 4  # the first one is to warm up, and does not count


def scripts() -> list[Script]:
    """What is played; the same in every process."""
    return record(ROOMS, PLAYERS, rounds=ROUNDS)


# ------------------------------------------------------------------ the servers


class Recorded:
    """Stands where a hub is, and answers the n-th frame of a room with the n-th update.

    The frames that seats come with are told by a `token`, so that a connection finds its room.
    """

    def __init__(self, scripts: list[Script]) -> None:
        self.lines: dict[_Line, int] = {}
        self.desks: dict[str, object] = {}
        self._seats = {
            frame.encode(): number
            for number, script in enumerate(scripts)
            for frame in script.coming
        }
        self._rooms: list[list[_Line]] = [[] for _ in scripts]
        self._moves = [
            [move.update for played in script.rounds for move in played] for script in scripts
        ]
        self._next = [0 for _ in scripts]

    def open(self, send: Callable[[str], None], _close: object, _address: str) -> "_Line":
        line = _Line(send)
        self.lines[line] = -1
        return line

    def left(self, line: "_Line") -> None:
        room = self.lines.pop(line)
        self._rooms[room].clear()

    async def receive(self, line: "_Line", data: bytes) -> None:
        room = self.lines[line]
        if room < 0:
            room = self.lines[line] = self._seats[data]
            self._rooms[room].append(line)
            line.send("{}")
            return
        update = self._moves[room][self._next[room]]
        self._next[room] += 1
        for one in self._rooms[room]:
            one.send(update)

    def close(self) -> None:
        pass


class _Line:
    def __init__(self, send: Callable[[str], None]) -> None:
        self.send = send


def serve(kind: str) -> None:
    """Serve in this process, and say at which port."""
    from ringofire_adapters.asgi import app
    from ringofire_adapters.asgi.server import make_server

    application = app()
    server = application.state.server
    if kind == "recorded":
        server.hub = Recorded(scripts())
    else:
        hub = open_hub(1)
        hub.heard, hub.failed = server.hub.heard, server.hub.failed
        server.hub = hub
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        print(listener.getsockname()[1], flush=True)
        asyncio.run(make_server(application).serve(sockets=[listener]))


@contextmanager
def serving(kind: str) -> Iterator[tuple[int, int]]:
    """Run a server; give its process and its port."""
    command = [sys.executable, "-m", "benchmarks.serving", kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as popen:
        try:
            assert popen.stdout is not None
            yield popen.pid, int(popen.stdout.readline())
        finally:
            popen.kill()


def cpu_of(process: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# ------------------------------------------------------------------ the clients


async def play_all(port: int, games: list[Script], process: int) -> float:
    """Play every room to its end, all at once; give the delivered frames per CPU second."""
    url = f"ws://127.0.0.1:{port}/ws"
    tables = []
    for script in games:
        lines = [await connect(url, compression=None, ping_interval=None) for _ in script.coming]
        for line, frame in zip(lines, script.coming, strict=True):
            await line.send(frame)
            await line.recv()
        tables.append(lines)
    frames, spent = 0, 0.0
    for number in range(ROUNDS):
        began = cpu_of(process)
        played = await asyncio.gather(
            *[
                _play(lines, script.rounds[number])
                for lines, script in zip(tables, games, strict=True)
            ]
        )
        if number:
            frames += sum(played)
            spent += cpu_of(process) - began
    for lines in tables:
        for line in lines:
            await line.close()
    return frames / spent


async def _play(lines: list[ClientConnection], moves: Sequence[Move]) -> int:
    for move in moves:
        await lines[move.seat].send(move.frame)
        await asyncio.gather(*[_update(line) for line in lines])
    return len(moves) * len(lines)


async def _update(line: ClientConnection) -> None:
    while not (await line.recv()).startswith('{"by"'):  # type: ignore[arg-type]
        pass


def main() -> None:
    """Measure and print."""
    games = scripts()
    sizes = [
        len(move.update.encode()) for game in games for played in game.rounds for move in played
    ]

    def measure(kind: str) -> float:
        # A new server each time: the codes of its rooms begin anew, and so does its memory.
        with serving(kind) as (process, port):
            return asyncio.run(play_all(port, games, process))

    figures = interleaved(
        {"recorded": lambda: measure("recorded"), "engine": lambda: measure("engine")}
    )
    print(f"frames delivered per CPU second of the server, {ROOMS} rooms of {PLAYERS}")
    print(f"  updates of {sum(sizes) / len(sizes):,.0f} bytes, the largest {max(sizes):,}")
    for name in figures:
        print(f"  {name:10} {median(figures, name):10,.0f}   x {ratio(figures, name, 'recorded')}")


if __name__ == "__main__":
    serve(sys.argv[1])
