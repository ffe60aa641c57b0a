"""A server in a process of its own, on a free port of 127.0.0.1, and one that dies on command.

Run as a program it serves a SQLite file; `--die-after-append N` has it kill itself (SIGKILL, so
that nothing is tidied up) when entry N of any room is stored and nobody has been told yet, and
`--die-after-sends N` when so many frames were written to sockets.
"""

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import define

from ringofire import Append, Effect
from ringofire_adapters.asgi import app
from ringofire_adapters.asgi.server import make_server
from ringofire_adapters.asgi.socket import Socket
from ringofire_adapters.hub import Settings
from ringofire_adapters.stores import open_store

SECONDS = 60
"""How long a process may take to begin or to end; machines are shared."""


@define
class Process:
    """A server that runs, and where."""

    popen: "subprocess.Popen[str]"
    port: int

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.popen.kill()
        self.popen.wait(SECONDS)

    def died(self) -> bool:
        """Wait for its end; whether it was killed."""
        return self.popen.wait(SECONDS) == -signal.SIGKILL


@contextmanager
def serving(file: Path, *options: str, port: int = 0) -> Iterator[Process]:
    """Serve the rooms in `file` in another process, until the end of the block."""
    command = [sys.executable, "-m", "tests.serve.process", str(file), "--port", str(port)]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as popen:
        try:
            assert popen.stdout is not None
            yield Process(popen, int(popen.stdout.readline()))
        finally:
            popen.kill()


class _Doomed:
    """A store whose process dies when entry `last` has been stored."""

    def __init__(self, store: Any, last: int) -> None:
        self.store, self.last = store, last

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def perform(self, effect: Effect[Any]) -> Any:
        done = await self.store.perform(effect)
        if isinstance(effect, Append) and effect.entry.version == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


def main() -> None:
    """Serve, and say at which port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--port", type=int)
    parser.add_argument("--die-after-append", type=int, default=0)
    parser.add_argument("--die-after-sends", type=int, default=0)
    asked = parser.parse_args()
    application = app(
        _Doomed(open_store(f"sqlite:{asked.file}"), asked.die_after_append),
        settings=Settings(misses=0, address_misses=0),
    )
    if asked.die_after_sends:
        _die_after_sends(asked.die_after_sends)
    with socket.create_server(("127.0.0.1", asked.port), backlog=1024) as listener:
        print(listener.getsockname()[1], flush=True)
        asyncio.run(make_server(application).serve(sockets=[listener]))


def _die_after_sends(count: int) -> None:
    """Have this process die once so many frames were written to sockets."""
    making, left = Socket.__init__, count

    def made(self: Socket, send: Any, buffer: int) -> None:
        async def counted(message: Any) -> None:
            nonlocal left
            await send(message)
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

        making(self, counted, buffer)

    Socket.__init__ = made  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    main()
