"""Lines that are typed while other things happen, at a terminal or by a script.

The terminal's own editing ends where something is printed meanwhile. `Typing` knows what was typed
so far, so that it can be drawn again.
"""

import asyncio
import codecs
import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from attrs import define, field

from ringofire_adapters.terminal.screen import LINE_LIMIT

try:
    import termios
    import tty
except ImportError:  # Windows
    CAN_TYPE = False
else:
    CAN_TYPE = True
"""Whether keys can be read one by one."""

__all__ = ["CAN_TYPE", "Lines", "Typing"]

_SIGNALS = (signal.SIGTERM, *([signal.SIGHUP] if CAN_TYPE else []))
_ENTER = "\r\n"
_RUBOUT = "\x7f\x08"
_WORD, _ALL, _END, _ESCAPE = "\x17", "\x15", "\x04", "\x1b"


def _decoder() -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-8")("replace")


@define
class Typing:
    """A line on its way, from the bytes that keys send.

    Backspace, Ctrl-W (a word), Ctrl-U (all) and Ctrl-D (the end, in an empty line) do what they do
    elsewhere; what other keys send as an escape sequence is passed over.
    """

    text: str = ""
    """What was typed since the last line."""
    _decoder: codecs.IncrementalDecoder = field(factory=_decoder)
    _escape: str = ""

    def feed(self, data: bytes) -> Iterator[str | None]:
        """Take what keys have sent; give each line that was finished, and None for the end."""
        for sign in self._decoder.decode(data):
            if self._escape:
                self._follow(sign)
            elif sign in _ENTER:
                line, self.text = self.text, ""
                yield line
            elif sign == _END and not self.text:
                yield None
            else:
                self._edit(sign)

    def _follow(self, sign: str) -> None:
        """Pass over an escape sequence: ESC and a sign, or ESC [ or ESC O up to a letter or ~."""
        first = len(self._escape) == 1
        self._escape += sign
        if (first and sign not in "[O") or (not first and (sign.isalpha() or sign == "~")):
            self._escape = ""

    def _edit(self, sign: str) -> None:
        if sign == _ESCAPE:
            self._escape = sign
        elif sign in _RUBOUT:
            self.text = self.text[:-1]
        elif sign == _ALL:
            self.text = ""
        elif sign == _WORD:
            self.text = self.text.rstrip()
            self.text = self.text[: self.text.rfind(" ") + 1]
        elif sign.isprintable() and len(self.text) < LINE_LIMIT:
            self.text += sign


@define
class Lines:
    """What is typed, a line at a time.

    Args:
        typing: the line on its way, where keys are read.
    """

    typing: Typing = field(factory=Typing)
    _finished: "asyncio.Queue[str | None]" = field(factory=asyncio.Queue)

    async def next(self) -> str | None:
        """Wait for a line; None at the end of the input, then and from then on."""
        line = await self._finished.get()
        if line is None:
            self._finished.put_nowait(None)
            return None
        return line[:LINE_LIMIT].encode("utf-8", "replace").decode()

    @contextmanager
    def from_keys(self, redraw: Callable[[], None]) -> Iterator[None]:
        """Read key by key, and have what was typed so far shown by `redraw`.

        The terminal shows no key by itself; all is as before in the end, also if that comes by a
        signal, which cancels the task.
        """
        descriptor = sys.stdin.fileno()
        loop = asyncio.get_running_loop()

        def read() -> None:
            data = os.read(descriptor, LINE_LIMIT)
            if not data:
                loop.remove_reader(descriptor)
            for line in self.typing.feed(data) if data else (None,):
                self._finished.put_nowait(line)
            with suppress(OSError):  # nobody sees it any more
                redraw()

        task = asyncio.current_task()
        assert task is not None
        before = termios.tcgetattr(descriptor)
        tty.setcbreak(descriptor, termios.TCSADRAIN)
        loop.add_reader(descriptor, read)
        for number in _SIGNALS:
            loop.add_signal_handler(number, task.cancel)
        try:
            yield
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)
            loop.remove_reader(descriptor)
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

    @contextmanager
    def from_pipe(self) -> Iterator[None]:
        """Read whole lines from standard input, by a thread that may wait for them for ever."""
        loop = asyncio.get_running_loop()

        def put(line: str | None) -> None:
            with suppress(RuntimeError):  # the loop may have ended while the thread was waiting
                loop.call_soon_threadsafe(self._finished.put_nowait, line)

        def read() -> None:
            for line in _standard_lines():
                put(line)
            put(None)

        threading.Thread(target=read, daemon=True).start()
        yield


def _standard_lines() -> Iterator[str]:
    """Give the lines of standard input, each without its end.

    Not by `sys.stdin`, where it can be helped: a thread that waits in there keeps the program from
    ending.
    """
    if sys.stdin is None:
        return
    try:
        descriptor = sys.stdin.fileno()
    except io.UnsupportedOperation:  # in memory, as in tests
        yield from (line.rstrip("\r\n") for line in sys.stdin)
        return
    rest = b""
    with suppress(OSError):  # it was closed: that is its end
        while data := os.read(descriptor, LINE_LIMIT):
            *lines, rest = (rest + data).split(b"\n")
            yield from (line.decode("utf-8", "replace").rstrip("\r") for line in lines)
            rest = rest[: 4 * LINE_LIMIT]
    if rest:
        yield rest.decode("utf-8", "replace")
