"""Reading a client's frame: ringofire's own reader beside msgspec and cattrs.

What each refuses of what the protocol refuses; CPU microseconds for a frame read and an update
written; CPU milliseconds to import. msgspec and cattrs have the frame as a class of their own kind
that forbids unknown fields.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from itertools import accumulate

import attrs
import cattrs
import msgspec
from cattrs.preconf.json import make_converter

from benchmarks.games import entries_of
from benchmarks.interleave import cpu_seconds, interleaved, median, ratio
from benchmarks.script import record
from ringofire import Room, apply
from ringofire.protocol.errors import FrameError
from ringofire.protocol.replies import Update, write_reply
from ringofire.protocol.requests import read_request
from ringofire.scribe import Scribe

REPEATS = 2_000

FRAME = b'{"action": "pick_card", "id": "q7f3a1c09b", "slot": 17}'


class Pick(msgspec.Struct, forbid_unknown_fields=True, tag_field="action", tag="pick_card"):
    id: str
    slot: int | None = None
    expect: int | None = None
    protocol: int | None = None


@attrs.frozen
class PickCard:
    action: str
    id: str
    slot: int | None = None
    expect: int | None = None
    protocol: int | None = None


HOSTILE = {
    "not JSON": b"{",
    "trailing bytes": FRAME + b"x",
    "invalid UTF-8": FRAME.replace(b"q7", b"\xff\xfe"),
    "a lone surrogate": FRAME.replace(b"q7", b"\\ud800"),
    "the same key twice": FRAME.replace(b'"slot": 17', b'"slot": 1, "slot": 17'),
    "a float that is whole": FRAME.replace(b"17", b"17.0"),
    "1e2": FRAME.replace(b"17", b"1e2"),
    "-0": FRAME.replace(b"17", b"-0"),
    "NaN": FRAME.replace(b"17", b"NaN"),
    "2^53": FRAME.replace(b"17", b"9007199254740992"),
    "5,000 digits": FRAME.replace(b"17", b"1" * 5_000),
    "true for a number": FRAME.replace(b"17", b"true"),
    "a text for a number": FRAME.replace(b"17", b'"17"'),
    "an unknown field": FRAME.replace(b"}", b', "x": 1}'),
    "nesting of 1,000": FRAME.replace(b"17", b"[" * 1_000 + b"]" * 1_000),
}


def readers() -> dict[str, Callable[[bytes], object]]:
    """What reads a frame, by whose it is."""
    decoder = msgspec.json.Decoder(Pick)
    converter = make_converter(forbid_extra_keys=True)
    return {
        "ringofire": read_request,
        "msgspec": decoder.decode,
        "cattrs": lambda data: converter.loads(data, PickCard),
    }


def refuses(read: Callable[[bytes], object], frame: bytes) -> str:
    """Whether a frame is refused, and how."""
    try:
        read(frame)
    except FrameError as error:
        return error.reason
    except (msgspec.MsgspecError, cattrs.BaseValidationError, ValueError) as error:
        return type(error).__name__
    except RecursionError:
        return "crashes"
    return "ACCEPTED"


def import_ms(module: str) -> float:
    """CPU milliseconds that importing a module takes, of a process that has done nothing else."""
    code = f"import time; a = time.process_time(); import {module}; print(time.process_time() - a)"
    done = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(5)
    ]
    return statistics.median(done) * 1000


def main() -> None:
    """Measure and print."""
    by = readers()
    width = max(map(len, HOSTILE))
    print(f"what is refused{'':{width - 13}}" + "".join([f"{name:18}" for name in by]))
    for name, frame in HOSTILE.items():
        print(f"  {name:{width}}" + "".join([f"{refuses(one, frame):18}" for one in by.values()]))

    def reading(read: Callable[[bytes], object]) -> Callable[[], float]:
        def work() -> int:
            for _ in range(REPEATS):
                read(FRAME)
            return REPEATS

        return lambda: cpu_seconds(work) * 1e6

    figures = interleaved({name: reading(read) for name, read in by.items()})
    print("CPU microseconds to read a frame")
    for name in figures:
        print(f"  {name:10} {median(figures, name):8.2f}   x {ratio(figures, name, 'msgspec')}")
    _write()
    print("CPU milliseconds to import")
    for module in ("msgspec", "cattrs", "ringofire.protocol.requests"):
        print(f"  {module:30} {import_ms(module):6.1f}")


def _write() -> None:
    """Measure the writing of updates: from plain data, or by a scribe from a room's values."""
    [script] = record(1, 6)
    [moves] = script.rounds
    updates = [json.loads(move.update) for move in moves]
    entries = entries_of("K7QX2M", 60, at=0)
    rooms = list(accumulate(entries, apply, initial=Room()))[1:]

    def writing(write: Callable[[object], object]) -> Callable[[], float]:
        def work() -> int:
            for update in updates:
                write(update)
            return len(updates)

        return lambda: cpu_seconds(work) * 1e6

    def scribe() -> int:
        one = Scribe()
        for entry, room in zip(entries, rooms, strict=True):
            write_reply(Update(entry, room), one)
        return len(entries)

    figures = interleaved(
        {
            "ringofire": lambda: cpu_seconds(scribe) * 1e6,
            "msgspec": writing(msgspec.json.encode),
            "cattrs": writing(make_converter().dumps),
        }
    )
    size = sum(len(move.update) for move in moves) / len(updates)
    print(f"CPU microseconds to write an update of {size:,.0f} characters; all but ringofire from")
    print("plain data that is made already")
    for name in figures:
        print(f"  {name:10} {median(figures, name):8.2f}   x {ratio(figures, name, 'msgspec')}")
