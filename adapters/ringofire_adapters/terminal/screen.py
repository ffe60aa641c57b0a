"""The terminal itself: what is printed, how a line is asked for, and what it can show.

Live (both ends are a terminal) the picture is drawn anew each time, in colours; otherwise
everything is plain lines, one after another, that a script can read and answer.
"""

import os
import sys
from collections.abc import Iterable

from attrs import define
from rich.console import Console
from rich.text import Text

from ringofire_adapters.terminal.ink import Signs, shown, signs_for
from ringofire_adapters.terminal.story import Line

__all__ = ["Screen", "complain", "make_screen", "prepare_streams", "silence"]

LINE_LIMIT = 4096
"""Of a typed line so many characters are read, far more than anything typed needs."""

STYLES = {
    "card": "bold",
    "text": "italic dim",
    "penalty": "bold yellow",
    "game": "green",
    "people": "cyan",
    "end": "bold magenta",
    "check": "green",
}


_CONTROLS = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) != "\n"}


def _tame(text: Text | str) -> Text | str:
    """Give `text` without what a terminal would obey: much of it was written by others."""
    if isinstance(text, str):
        return text.translate(_CONTROLS)
    text.plain = text.plain.translate(_CONTROLS)  # as long as before, so styles stay where they are
    return text


class _Console(Console):
    """A console that leaves a closed pipe to the one place where errors are met."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


@define
class Screen:
    """Where a game is seen and typed; `live` says whether the picture can be drawn anew."""

    console: Console
    signs: Signs
    live: bool

    @property
    def width(self) -> int:
        """Columns there are."""
        return max(20, self.console.width)

    @property
    def height(self) -> int:
        """Rows there are; for plain lines, those of a usual terminal."""
        return self.console.height if self.live else 24

    def put(self, *texts: Text | str) -> None:
        """Print lines; a long one runs on where nobody looks at a width."""
        for text in map(_tame, texts):
            self.console.print(text, soft_wrap=not self.console.is_terminal)

    def tell(self, lines: Iterable[Line]) -> None:
        """Print lines of the story."""
        self.put(*[Text(line.text, style=STYLES.get(line.kind, "")) for line in lines])

    def clear(self) -> None:
        """Begin a new picture, if there are pictures."""
        if self.live:
            self.console.clear()

    def ask(self, question: str) -> str | None:
        """Print a question and give the line that answers it; None at the end of the input."""
        if self.live:
            self.put(Text(question, style="bold green"))
            try:
                return input("> ")[:LINE_LIMIT]
            except EOFError:
                self.put("")
                return None
        self.console.print(f"{question}> ", end="", soft_wrap=True)
        self.console.file.flush()
        line = _read_line()
        self.put(Text("" if line is None else shown(line)))
        return line


def _read_line() -> str | None:
    if sys.stdin is None:
        return None
    line = sys.stdin.readline(LINE_LIMIT)
    more = line
    while more and not more.endswith("\n"):
        more = sys.stdin.readline(LINE_LIMIT)
    return line.rstrip("\r\n") if line else None


def make_screen(*, typed: bool = False) -> Screen:
    """Give the screen of this process; `typed` says that somebody will type, too."""
    seen = _is_terminal(sys.stdout)
    plain = typed and not (seen and _is_terminal(sys.stdin))
    console = _Console(
        markup=False,
        emoji=False,
        highlight=False,
        force_terminal=False if plain or not seen else None,
        no_color=True if plain else None,
    )
    if typed and not plain:
        _edit_lines()
    return Screen(
        console,
        signs_for(console.encoding),
        live=typed and not plain and not console.is_dumb_terminal,
    )


def _is_terminal(stream: object) -> bool:
    return stream is not None and hasattr(stream, "isatty") and bool(stream.isatty())


def _edit_lines() -> None:
    """Have typed lines edited with the arrow keys, where the system can."""
    try:
        import readline
    except ImportError:  # Windows edits lines by itself
        return
    readline.set_auto_history(True)


def prepare_streams() -> None:
    """Make standard streams take any text: what one cannot show is escaped, never an error."""
    if sys.stdout is None:  # closed before we began
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 (for good)
    for stream, errors in (
        (sys.stdin, "surrogateescape"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=errors)


def silence() -> None:
    """Throw away what is still to be written to a standard output that nobody reads."""
    descriptor = os.open(os.devnull, os.O_WRONLY)
    os.dup2(descriptor, 1)
    os.close(descriptor)


def complain(text: str) -> None:
    """Say on standard error what is wrong, one line for each line of `text`."""
    if sys.stderr is not None:
        lines = [shown(line) for line in text.splitlines()] or [""]
        sys.stderr.write("".join([f"ringofire: {line}\n" for line in lines]))
