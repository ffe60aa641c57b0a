"""Files of the command line: logs that are read whole, and the one that is written as it grows.

A log holds the cards that still lie face down and the room's master, so a new file is for its
owner alone.
"""

import os
import stat
import sys
from pathlib import Path
from typing import Self

from attrs import define, field

from ringofire import FORMAT, LogError, Publish, Record, write_header, write_line

__all__ = ["LOG_LIMIT", "PACK_LIMIT", "LogFile", "open_log", "read_file", "write_file"]

LOG_LIMIT = 64 * 1024 * 1024
"""A log that is read is at most so large, in bytes: some hundred thousand entries."""

PACK_LIMIT = 1024 * 1024
"""More than the loader of packs takes, so that it is the one to say so."""

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


def open_log(name: str) -> "LogFile":
    """Open a file for a log; nothing of what it holds is lost before the first entry is written.

    Raises OSError as files do, and LogError for a file that holds anything but a log: a log may
    be written over, a file that was named by mistake may not.
    """
    new = not Path(name).exists()
    descriptor = os.open(name, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
    if regular:
        beginning = os.read(descriptor, len(_BEGINNING))
        os.lseek(descriptor, 0, os.SEEK_SET)
        if beginning not in (b"", _BEGINNING):
            os.close(descriptor)
            raise LogError(name, "is there already and is no log, so it is not written over")
    return LogFile(name, descriptor, new=new, regular=regular)


def write_file(name: str | None, data: bytes) -> None:
    """Write a whole log to a file, or to standard output for None."""
    if name is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    with open_log(name) as file:
        file.write(data)


@define
class LogFile:
    """A log that grows: each line is written whole as soon as its entry is stored.

    Whatever comes between, at most the last line is broken, and `close` cuts that off.
    """

    name: str
    descriptor: int
    new: bool = field(kw_only=True)
    regular: bool = field(kw_only=True)
    size: int = 0

    def __call__(self, published: Publish) -> None:
        """Write what was published; a listener of `Memory`."""
        entry = published.entry
        lines = [write_line(Record(entry))]
        if entry.version == 1:
            lines.insert(0, write_header(published.room, entry.rules))
        self.write(b"".join([line + b"\n" for line in lines]))

    def write(self, data: bytes) -> None:
        """Write `data` whole, or raise OSError."""
        if self.regular and self.size == 0:
            os.ftruncate(self.descriptor, 0)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self.descriptor, rest) :]
        self.size += len(data)

    def close(self) -> None:
        """Cut off what is no whole line and close the file; a new one without a line goes."""
        if self.descriptor < 0:
            return
        try:
            if self.regular and (self.size or self.new):
                os.ftruncate(self.descriptor, self.size)
            if self.regular and self.new and not self.size:
                Path(self.name).unlink(missing_ok=True)
        finally:
            os.close(self.descriptor)
            self.descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
