"""The command line as tests call it: in this process, or as a process of its own."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from attrs import frozen

from ringofire_adapters.terminal import cli

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
PACKS = ("uk", "us", "se_ring", "de_cup", "family")

PROGRAM = [sys.executable, "-m", "ringofire_adapters.terminal"]


@frozen
class Done:
    """What a command left: its status and what it said."""

    status: int
    out: str
    err: str


class _Stream(io.TextIOWrapper):
    """A standard stream in memory."""

    def __init__(self, data: bytes = b"") -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8", newline="")

    def told(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode()


def ringofire(*words: str | Path, typed: str | bytes = b"") -> Done:
    """Run the command in this process; a bug is raised, not told."""
    before = sys.stdin
    sys.stdin = _Stream(typed.encode() if isinstance(typed, str) else typed)
    try:
        with (
            contextlib.redirect_stdout(_Stream()) as out,
            contextlib.redirect_stderr(_Stream()) as err,
        ):
            status = cli.run([str(word) for word in words])
    finally:
        sys.stdin = before
    done = Done(status, out.told(), err.told())

    assert done.status != cli.BUG, done.err
    return done


def process(
    *words: str | Path, env: Mapping[str, str] | None = None, **options: Any
) -> subprocess.Popen[bytes]:
    """Start the command as a process of its own, all three streams piped."""
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE) | options
    started = subprocess.Popen(
        [*PROGRAM, *map(str, words)], env=environment() | dict(env or {}), **streams
    )
    return cast("subprocess.Popen[bytes]", started)


def read_until_asked(playing: subprocess.Popen[bytes], told: bytes) -> bytes:
    """Read what a process says until it has said `told` and then asks for a line."""
    assert isinstance(playing.stdout, io.BufferedReader)
    seen = b""
    while told not in seen or not seen.endswith(b"> "):
        more = playing.stdout.read1()
        assert more, seen
        seen += more
    return seen


def environment() -> dict[str, str]:
    """This process's environment, without what would change how a terminal looks."""
    looks = {"COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "PYTHONHASHSEED", "TTY_COMPATIBLE"}
    return {key: value for key, value in os.environ.items() if key not in looks} | {
        "PYTHONUTF8": "1"
    }
