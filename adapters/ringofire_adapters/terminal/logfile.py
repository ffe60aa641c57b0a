"""Files of the command line: logs that are read whole, and the one that is written as it grows.

A log holds the cards that still lie face down and the room's master, so a new file is for its
owner alone.
"""

import contextlib
import os
import re
import stat
import sys
from pathlib import Path
from typing import Self

from attrs import define, field

from ringofire import (
    FORMAT,
    LogError,
    Publish,
    Record,
    RingofireError,
    write_header,
    write_line,
)

__all__ = ["LOG_LIMIT", "PACK_LIMIT", "LogFile", "open_log", "read_file", "write_file"]

LOG_LIMIT = 64 * 1024 * 1024
"""A log that is read is at most so large, in bytes: some hundred thousand entries."""

PACK_LIMIT = 1024 * 1024
"""More than the loader of packs takes, so that it is the one to say so."""

_OWNER = 0o600
_ALL = 0o644
"""Who may read a full log, and who a public one."""

_BEGINNING = f'{{"format":"{FORMAT}",'.encode()


def read_file(name: str, limit: int) -> bytes:
    """Read a file to its end.

    Raises OSError as files do, and LogError for one that has more than `limit` bytes.
    """
    with Path(name).open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise LogError(name, f"is larger than {limit // 1024} KiB")
    return data


def open_log(name: str, *, overwrite: bool = False, public: bool = False) -> "LogFile":
    """Open a file for a log; nothing of what it holds is lost before the first entry is written.

    A file that holds anything but a log is never written over, one that holds a log with entries
    only if that is asked for; or if both it and the new one are public: whoever has the full log
    can export it again.

    Raises OSError as files do, and RingofireError for a file that is not written over.
    """
    target = Path(os.path.realpath(name))
    new = not Path(name).exists()
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
    descriptor = os.open(name, flags, _ALL if public else _OWNER)
    try:
        regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        if regular:
            _spare(name, descriptor, overwrite=overwrite, public=public)
    except BaseException:
        os.close(descriptor)
        raise
    return LogFile(name, descriptor, target, new=new, regular=regular, public=public)


def _spare(name: str, descriptor: int, *, overwrite: bool, public: bool) -> None:
    """Raise RingofireError if a file holds what is not to be written over."""
    with os.fdopen(os.dup(descriptor), "rb") as file:
        if file.read(len(_BEGINNING)) not in (b"", _BEGINNING):
            raise LogError(name, "is there already and is no log, so it is not written over")
        header, first = file.readline(LOG_LIMIT), file.readline(LOG_LIMIT)
        entries = bool(first) + sum(1 for _ in file)
    os.lseek(descriptor, 0, os.SEEK_SET)
    if not entries or overwrite or (public and _PUBLIC.search(first)):
        return
    room = _ROOM.search(header)
    of = f" of room {room[1].decode('utf-8', 'replace')}" if room else ""
    held = f"{name} holds the log{of}, {entries} {'entry' if entries == 1 else 'entries'}"
    raise RingofireError(f"{held}: name another file{'' if public else ', or say --overwrite'}")


_ROOM = re.compile(rb'"room":"([^"\\]{1,40})"')
_PUBLIC = re.compile(rb'"private":"[0-9a-f]{64}"')


def write_file(name: str | None, data: bytes) -> None:
    """Write a whole public log to a file, or to standard output for None."""
    if name is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    with open_log(name, public=True) as file:
        file.write(data)


@define
class LogFile:
    """A log that grows: each line is written whole as soon as its entry is stored.

    Whatever comes between, at most the last line is broken, and `close` cuts that off.
    """

    name: str
    descriptor: int
    target: Path
    new: bool = field(kw_only=True)
    regular: bool = field(kw_only=True)
    public: bool = field(kw_only=True)
    size: int = 0

    def __call__(self, published: Publish) -> None:
        """Write what was published; a listener of `Memory`."""
        entry = published.entry
        lines = [write_line(Record(entry))]
        if entry.version == 1:
            lines.insert(0, write_header(published.room, entry.rules))
        self.write(b"".join([line + b"\n" for line in lines]))

    def write(self, data: bytes) -> None:
        """Write `data` whole, or raise OSError with the file's name."""
        try:
            if self.regular and self.size == 0:
                self._begin()
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]
        except OSError as error:
            error.filename = error.filename or self.name
            raise
        self.size += len(data)

    def _begin(self) -> None:
        """Take away what the file holds, and from all but its owner what it will hold."""
        os.ftruncate(self.descriptor, 0)
        if not self.public and hasattr(os, "fchmod"):
            with contextlib.suppress(OSError):  # somebody else's, or a file system without modes
                os.fchmod(self.descriptor, _OWNER)

    def close(self) -> None:
        """Cut off what is no whole line and close the file; a new one without a line goes."""
        if self.descriptor < 0:
            return
        try:
            if self.regular and (self.size or self.new):
                os.ftruncate(self.descriptor, self.size)
            if self.regular and self.new and not self.size:
                self.target.unlink(missing_ok=True)
        finally:
            os.close(self.descriptor)
            self.descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
