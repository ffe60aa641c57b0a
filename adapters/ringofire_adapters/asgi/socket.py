"""One WebSocket: frames in, one after another; frames out, from a queue that is bounded.

Whoever reads too slowly is cut off and comes back to the newest view, so that nobody waits for
them. The application is raw ASGI: between the server and the hub there is nothing else.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ringofire.protocol.closing import CloseCode

__all__ = ["GRACE", "SEND_BUFFER", "Socket"]

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

SEND_BUFFER = 256 * 1024
"""Characters that may wait for one reader."""

GRACE = 5.0
"""Seconds that a connection has to take what was sent and its close frame."""


class Socket:
    """The way out of one connection: what is sent is queued, and written by `write`.

    Args:
        send: ASGI's.
        buffer: characters that may wait.

    `patience` is whatever waits for frames to come in, given an end when the connection is to be
    closed; `code` is the close code, or None.
    """

    __slots__ = ("_buffer", "_queue", "_rest", "_send", "_size", "code", "patience")

    def __init__(self, send: Send, buffer: int = SEND_BUFFER) -> None:
        self._send = send
        self._buffer = buffer
        # A list and a future, made when they are needed: thousands of connections are idle.
        self._queue: list[str] = []
        self._size = 0
        self._rest: asyncio.Future[None] | None = None
        self.code: int | None = None
        self.patience: asyncio.Timeout | None = None

    def send(self, text: str) -> None:
        """Queue a frame; a reader that is too slow for it is cut off."""
        if self.code is not None:
            return
        if self._size + len(text) > self._buffer:
            self._queue.clear()
            self.close(CloseCode.TRY_AGAIN_LATER)
            return
        self._size += len(text)
        self._queue.append(text)
        self._wake()

    def close(self, code: int) -> None:
        """Close once all that is queued is written; give up after a time of grace."""
        if self.code is not None:
            return
        self.code = code
        self._wake()
        if self.patience is not None:
            self.patience.reschedule(asyncio.get_running_loop().time() + GRACE)

    async def write(self) -> None:
        """Write frames as they come, until the connection is closed."""
        while self.code is None or self._queue:
            if not self._queue:
                self._rest = asyncio.get_running_loop().create_future()
                await self._rest
            texts, self._queue = self._queue, []
            for text in texts:
                await self._send({"type": "websocket.send", "text": text})
                self._size -= len(text)
        await self._send({"type": "websocket.close", "code": self.code})

    def _wake(self) -> None:
        if self._rest is not None and not self._rest.done():
            self._rest.set_result(None)
