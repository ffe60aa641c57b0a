"""A tiny server and its middleman in a thread of their own, for tests of processes."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from attrs import define

from tests.client.server import SECONDS, Middleman, Tiny
from tests.client.world import World

T = TypeVar("T")


@define
class Service:
    """The server, the middleman, and the loop that they live in."""

    tiny: Tiny
    middle: Middleman
    loop: asyncio.AbstractEventLoop

    @property
    def world(self) -> World:
        return self.tiny.world

    @property
    def place(self) -> str:
        """Where people connect: HOST:PORT, by way of the middleman."""
        return self.middle.url.removeprefix("ws://").removesuffix("/ws")

    def do(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do something where the server lives, and wait until it is done."""
        return asyncio.run_coroutine_threadsafe(work(), self.loop).result(SECONDS)

    def cut(self) -> None:
        """Cut all lines without a word."""
        self.loop.call_soon_threadsafe(self.middle.cut)


@contextmanager
def serving() -> Iterator[Service]:
    """Serve until the block ends."""
    ready = threading.Event()
    made: list[Service] = []
    end: list[asyncio.Event] = []

    async def live() -> None:
        stop = asyncio.Event()
        async with Tiny() as tiny, Middleman(tiny.url) as middle:
            made.append(Service(tiny, middle, asyncio.get_running_loop()))
            end.append(stop)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(live(),))
    thread.start()
    assert ready.wait(SECONDS)
    try:
        yield made[0]
    finally:
        made[0].loop.call_soon_threadsafe(end[0].set)
        thread.join()
