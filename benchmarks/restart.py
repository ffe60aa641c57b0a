"""How soon a server is ready again with 1,000 live rooms of 60 entries in its file: under 2 s.

Beside it the same server on an empty file, which tells what rooms add: next to nothing, because
they are loaded when somebody comes back. Wall clock, as a person waits; ready is what `/readyz`
says.
"""

import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.games import entries_of
from benchmarks.interleave import interleaved, median, ratio
from ringofire_adapters.sqlite import SqliteStore

ENTRIES = 60
ROOMS = 1_000


def fill(file: Path) -> None:
    """Put so many live rooms into a file."""
    now = time.time_ns() // 1_000_000
    with SqliteStore(file) as store:
        for number in range(ROOMS):
            code = f"{number:06}"
            store.append_all([(code, entry) for entry in entries_of(code, ENTRIES, at=now)])


@contextmanager
def serving(file: Path) -> Iterator[float]:
    """Serve a file; give the seconds it took to be ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ringofire_adapters.terminal", "serve"]
    options = ["--host", "127.0.0.1", "--port", str(port), "--store", f"sqlite:{file}"]
    began = time.monotonic()
    with Popen([*command, *options], stdout=DEVNULL) as popen:
        try:
            while not _ready(port):
                if popen.poll() is not None:
                    raise RuntimeError("the server has ended")
            yield time.monotonic() - began
        finally:
            popen.kill()


def _ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            return bool(answer.status == 200)
    except URLError:
        time.sleep(0.01)
        return False


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        full, empty = Path(folder) / "full.db", Path(folder) / "empty.db"
        fill(full)
        size = full.stat().st_size / 1e6

        def measure(file: Path) -> float:
            with serving(file) as seconds:
                return seconds

        figures = interleaved({"empty": lambda: measure(empty), "full": lambda: measure(full)})
    print(f"seconds until a server is ready, {ROOMS:,} rooms of {ENTRIES} entries ({size:.0f} MB)")
    for name in figures:
        print(f"  {name:6} {median(figures, name):6.2f}   x {ratio(figures, name, 'empty')}")
