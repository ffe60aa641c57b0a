"""The stores a server can use, by their addresses: `memory`, `sqlite:PATH`."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from ringofire import Append, Appended, Effect, Entry
from ringofire_adapters.memory import Memory
from ringofire_adapters.sqlite import SqliteStore, StoreError

__all__ = ["Direct", "Threaded", "open_store"]


class Blocking(Protocol):
    """A store without colour: whoever calls it waits."""

    def perform(self, effect: Effect[Any]) -> Any:
        """Perform a Load or an Append."""

    def count_rooms(self) -> int:
        """As the hub's Store says."""

    def sweep(self, now: int) -> int:
        """As the hub's Store says."""

    def close(self) -> None:
        """Let go of what the store holds open."""


class Batching(Blocking, Protocol):
    """A store that waits for its disk once for many entries."""

    def append_all(self, items: Iterable[tuple[str, Entry]]) -> list[Appended]:
        """Store entries, each of which is judged alone."""


class Direct:
    """A store that answers at once, called where it is needed."""

    def __init__(self, store: Blocking) -> None:
        self.store = store

    async def perform(self, effect: Effect[Any]) -> Any:
        """Perform a Load or an Append."""
        return self.store.perform(effect)

    async def count_rooms(self) -> int:
        """Give how many rooms live."""
        return self.store.count_rooms()

    async def sweep(self, now: int) -> int:
        """Forget what has expired."""
        return self.store.sweep(now)

    async def close(self) -> None:
        """Close the store."""
        self.store.close()


class Threaded:
    """A store that makes its caller wait, called in a thread of its own, one call at a time.

    Entries that come while the disk is waited for are stored together after that.
    """

    def __init__(self, store: Batching) -> None:
        self.store = store
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ringofire-store")
        self._waiting: list[tuple[Append, asyncio.Future[Appended]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def perform(self, effect: Effect[Any]) -> Any:
        """Perform a Load or an Append."""
        if not isinstance(effect, Append):
            return await self._call(self.store.perform, effect)
        done: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._waiting.append((effect, done))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store())
        return await done

    async def _store(self) -> None:
        try:
            await self._store_all()
        finally:
            self._storing = None

    async def _store_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            items = [(append.room, append.entry) for append, _ in batch]
            try:
                results = await self._call(self.store.append_all, items)
            except Exception as error:  # noqa: BLE001 (whoever waits is told)
                for _, done in batch:
                    if not done.done():
                        done.set_exception(error)
                continue
            for (_, done), result in zip(batch, results, strict=True):
                if not done.done():
                    done.set_result(result)

    async def count_rooms(self) -> int:
        """Give how many rooms live."""
        found: int = await self._call(self.store.count_rooms)
        return found

    async def sweep(self, now: int) -> int:
        """Forget what has expired, in another thread: that takes its time."""
        return await asyncio.to_thread(self.store.sweep, now)

    async def close(self) -> None:
        """Close the store, after what is under way."""
        if self._storing is not None:
            await self._storing
        await self._call(self.store.close)
        self._thread.shutdown()

    async def _call(self, work: Callable[..., Any], *arguments: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)


def open_store(address: str) -> Direct | Threaded:
    """Open the store at `address`: `memory`, or `sqlite:PATH` of a file that is made if need be.

    Raises StoreError for an address that names no store, and what the store raises.
    """
    kind, _, path = address.partition(":")
    if address == "memory":
        return Direct(Memory())
    if kind == "sqlite" and path:
        return Threaded(SqliteStore(Path(path)))
    raise StoreError(Path(address), "is no store: say memory, or sqlite:PATH")
