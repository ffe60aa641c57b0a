"""Command bytes in to update bytes out, in process, beside a bare decode, pop and encode.

At least 12,000 commands per CPU second on a 2.8 GHz core; the aim is 40,000. The baseline decodes
the same frames with msgspec, pops a card from a list and encodes the same updates, already made,
to the same bytes: no engine, no log, no view.
"""

import asyncio
import json
import time

import msgspec

from benchmarks.interleave import cpu_seconds, interleaved, median, ratio
from benchmarks.script import open_hub, record

ROOMS = 20
PLAYERS = 6


def main() -> None:
    """Measure and print."""
    scripts = record(ROOMS, PLAYERS)
    moves = [move for script in scripts for played in script.rounds for move in played]
    sizes = [len(move.update.encode()) for move in moves]
    made = [(move.frame.encode(), json.loads(move.update)) for move in moves]

    def bare() -> int:
        cards = list(range(len(made)))
        for frame, update in made:
            msgspec.json.decode(frame)
            cards.pop()
            msgspec.json.encode(update)
        return len(made)

    def served() -> float:
        return asyncio.run(_serve())

    async def _serve() -> float:
        hub = open_hub(1)
        tables = []
        for script in scripts:
            lines = [hub.open(_ignore, _ignore, "") for _ in script.coming]
            for line, frame in zip(lines, script.coming, strict=True):
                assert line is not None
                await hub.receive(line, frame.encode())
            tables.append(lines)
        pairs = [
            (line, move.frame.encode())
            for lines, script in zip(tables, scripts, strict=True)
            for played in script.rounds
            for move in played
            if (line := lines[move.seat]) is not None
        ]
        began = time.process_time()
        for line, data in pairs:
            await hub.receive(line, data)
        return len(pairs) / (time.process_time() - began)

    figures = interleaved({"bare": lambda: 1 / cpu_seconds(bare), "served": served})
    print(f"commands per CPU second, rooms of {PLAYERS}, bytes in to bytes out")
    print(f"  updates of {sum(sizes) / len(sizes):,.0f} bytes, the largest {max(sizes):,}")
    for name in figures:
        print(f"  {name:8} {median(figures, name):10,.0f}   x {ratio(figures, name, 'bare')}")


def _ignore(_: object) -> None:
    pass
