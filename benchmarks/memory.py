"""Memory of a server: 2,000 idle players under 100 MB; 10,000 rooms come and gone within 1 %.

Resident size is from /proc, of the server's process alone.
"""

import asyncio
import gc
import json
import os
import sys
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.script import FREE
from benchmarks.serving import serving
from ringofire_adapters.hub import Hub
from ringofire_adapters.memory import Memory
from ringofire_adapters.stores import Direct

ROOMS = 333
PLAYERS = 6
COME_AND_GONE = 10_000


def resident(process: int) -> float:
    """Resident memory of a process in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def idle(port: int) -> list[ClientConnection]:
    """Seat 1,998 players in 333 rooms, and leave them alone."""
    url = f"ws://127.0.0.1:{port}/ws"
    lines = []
    for number in range(ROOMS):
        room = ""
        for seat in range(PLAYERS):
            line = await connect(url, compression=None, ping_interval=None)
            frame = {
                "action": "join_room" if room else "create_room",
                "id": "come",
                "name": f"Player {seat}",
                "token": f"{number * 100 + seat:064x}",
            }
            await line.send(json.dumps(frame | ({"room": room} if room else {})))
            room = json.loads(await line.recv())["room"]
            lines.append(line)
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {ROOMS} rooms", end="", file=sys.stderr)
    return lines


async def come_and_go(hub: Hub, rooms: int) -> None:
    """Create rooms, leave them, and sweep them when they have expired."""
    for number in range(rooms):
        line = hub.open(_ignore, _ignore, "")
        assert line is not None
        frame = {"action": "create_room", "id": "c", "name": "Ada", "token": f"{number:064x}"}
        await hub.receive(line, json.dumps(frame).encode())
        hub.left(line)
    hub.clock = lambda: 4_000_000_000_000
    await hub.sweep()


def main() -> None:
    """Measure and print."""
    with serving("engine") as (process, port):
        empty = resident(process)

        async def measure() -> float:
            lines = await idle(port)
            full = resident(process)
            for line in lines:
                line.transport.abort()
            return full

        full = asyncio.run(measure())
    players = ROOMS * PLAYERS
    print(f"{players} idle players in {ROOMS} rooms: {full:.1f} MB resident ({empty:.1f} without)")
    print(f"  {(full - empty) * 1000 / players:.1f} KB a player")

    async def rounds() -> list[float]:
        hub = Hub(Direct(Memory()), FREE)
        found = []
        for _ in range(3):
            hub.clock = lambda: 1_800_000_000_000
            await come_and_go(hub, COME_AND_GONE)
            gc.collect()
            found.append(resident(os.getpid()))
        return found

    before, *after = asyncio.run(rounds())
    told = ", ".join([f"{one / before - 1:+.2%}" for one in after])
    print(f"{COME_AND_GONE:,} rooms created and expired, again and again: {told}")


def _ignore(_: object) -> None:
    pass
