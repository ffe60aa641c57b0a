"""People at their devices: connections that send frames and wait for the answers, by hand.

The client of the library has tests of its own; these see every frame that comes.
"""

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

SECONDS = 30
"""How long anything may take; machines are shared."""

Frame = dict[str, Any]

_numbers = itertools.count(1)


def token(of: str) -> str:
    """Give the token of somebody, always the same one."""
    return of.encode().hex().rjust(64, "0")


class Person:
    """Somebody with a connection; `frames` is all that came, in order."""

    def __init__(self, url: str, name: str = "") -> None:
        self.url = url
        self.name = name
        self.token = token(name)
        self.frames: list[Frame] = []
        self._line: ClientConnection
        self._new = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.hang_up()

    async def connect(self, **more: Any) -> None:
        """Open a connection, or a new one."""
        self._line = await connect(
            self.url, compression=None, open_timeout=SECONDS, ping_interval=None, **more
        )
        self._reading = asyncio.create_task(self._read())

    async def hang_up(self) -> None:
        """Close the connection."""
        await self._line.close()
        await self._reading

    async def cut(self) -> None:
        """Lose the connection without a word."""
        self._line.transport.abort()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        try:
            async for text in self._line:
                self.frames.append(json.loads(text))
                self._new.set()
        except ConnectionClosed:
            pass
        self._new.set()

    async def put(self, action: str, **fields: Any) -> str:
        """Send a frame and give its id."""
        frame = {"action": action, "id": f"f{next(_numbers)}", **fields}
        await self._line.send(json.dumps(frame))
        return str(frame["id"])

    async def send_raw(self, data: str | bytes) -> None:
        """Send anything."""
        await self._line.send(data)

    async def ask(self, action: str, **fields: Any) -> Frame:
        """Send a frame and give its answer."""
        asked = await self.put(action, **fields)
        return await self.find(lambda frame: frame.get("id") == asked)

    async def ask_again(self, asked: str, action: str, **fields: Any) -> Frame:
        """Send a frame that was sent before, and give the answer that comes now."""
        heard = len(self.frames)
        await self._line.send(json.dumps({"action": action, "id": asked, **fields}))
        return await self.find(lambda frame: frame.get("id") == asked, after=heard)

    def stop_reading(self) -> None:
        """Leave what comes where it is, and let nothing of it be acknowledged."""
        self._reading.cancel()
        self._line.transport.pause_reading()

    async def find(self, right: Callable[[Frame], bool], *, after: int = 0) -> Frame:
        """Wait for a frame that is `right`, and give the first, from frame number `after` on."""
        async with asyncio.timeout(SECONDS):
            while True:
                self._new.clear()
                for frame in self.frames[after:]:
                    if right(frame):
                        return frame
                if self._reading.done():
                    raise EOFError(f"{self.name}'s connection is closed: {self.code}")
                await self._new.wait()

    async def closed(self) -> int | None:
        """Wait until the server closes the connection, and give the code."""
        async with asyncio.timeout(SECONDS):
            await self._line.wait_closed()
        return self.code

    @property
    def code(self) -> int | None:
        """The close code that came, if any did."""
        return self._line.close_code

    async def version(self, version: int) -> Frame:
        """Wait for a welcome or update of this version or a higher one."""
        return await self.find(lambda frame: "view" in frame and frame["version"] >= version)

    # -- What people do

    async def create(self, **fields: Any) -> str:
        """Make a room, and give its code."""
        welcome = await self.ask("create_room", name=self.name, token=self.token, **fields)
        assert welcome["type"] == "welcome", welcome
        return str(welcome["room"])

    async def join(self, room: str) -> Frame:
        """Take a seat."""
        return await self.ask("join_room", room=room, name=self.name, token=self.token)

    async def resume(self, room: str) -> Frame:
        """Come back."""
        return await self.ask("resume", room=room, token=self.token)
