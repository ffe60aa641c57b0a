"""Rooms in one SQLite file: what is `STORED` is on the disk, whatever becomes of the process.

The file holds what nobody may see (cards that lie face down, masters, hashes of tokens), so a new
one is for its owner alone. A store translates and performs: it knows when a room ends, and nothing
else of the game.
"""

import errno
import logging
import os
import sqlite3
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, Self

from attrs import Factory, define, field

from ringofire import (
    Append,
    Appended,
    Effect,
    Entry,
    Load,
    LogError,
    Record,
    RingofireError,
    read_line,
    write_line,
)
from ringofire_adapters.lifetime import REST, expires_at

__all__ = ["FORMAT", "SqliteStore", "StoreError"]

APPLICATION = int.from_bytes(b"ring")
"""The `application_id` of a file that is ours."""

FORMAT = 1
"""The `user_version` of the file that is written; no other is read."""

SWEPT = 256
"""How many entries one transaction of a sweep deletes at most: a few milliseconds' work."""

PAUSE = 0.02
"""Seconds between two of them, in which those who wait to write get their turn."""

DAMAGED = "is damaged: PRAGMA integrity_check tells where"

TABLE = """CREATE TABLE entries (
    room TEXT NOT NULL,
    version INTEGER NOT NULL,
    expires INTEGER,
    crc INTEGER NOT NULL,
    line BLOB NOT NULL,
    PRIMARY KEY (room, version)
) WITHOUT ROWID"""

INDEX = "CREATE INDEX expiry ON entries (expires) WHERE version = 1"

# What comes after a version, unless the room has expired. If entry 1 is not there, nobody can say
# whether it has: then the rows come, without `expires`, and are refused.
_LOAD = """
SELECT version, expires, crc, coalesce(CAST(line AS BLOB), x''),
    (SELECT expires FROM entries WHERE room = :room AND version = 1) AS ends
FROM entries
WHERE room = :room AND version > :after AND coalesce(ends > :now, TRUE)
ORDER BY version
"""

_APPEND = """
INSERT INTO entries (room, version, expires, crc, line)
SELECT :room, :version, :expires, :crc, :line
WHERE :version = 1 + (SELECT coalesce(max(version), 0) FROM entries WHERE room = :room)
AND NOT EXISTS (SELECT * FROM entries WHERE room = :room AND version = 1 AND expires <= :now)
"""

_ROOMS = "SELECT count(*) FROM entries WHERE version = 1 AND expires > ?"

_DEAD = """
SELECT room, (SELECT max(version) FROM entries WHERE room = dead.room)
FROM entries AS dead
WHERE version = 1 AND expires <= ? ORDER BY expires LIMIT ?
"""

_DELETE = "DELETE FROM entries WHERE room = CAST(? AS TEXT) AND version > ?"

_UNSURE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR})
"""After these the turn is to look and to try again.

Busy: others held the file all the time, and it may soon be free. An I/O error while committing:
the entry may be in the file, and be found there after a crash. Any other error left nothing behind.
"""

_Row = tuple[int, int | None, int, bytes, int | None]
"""What `_LOAD` gives, if the file is whole: `ends` is `expires` of entry 1."""

_LOG = logging.getLogger(__name__)


class StoreError(RingofireError):
    """A file of rooms is not one, or cannot be used; `path` names it."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(path, message)
        self.path = path
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def _now() -> int:
    return time.time_ns() // 1_000_000


@define(eq=False)
class SqliteStore:
    """Rooms in the file `path`, which is made, with its folder, if it is not there.

    Threads may share a store; processes open one each. It must not be used after a fork, not even
    to close it: open it in the child.

    An append that finds the file locked for `timeout`, or whose writing fails so that nobody can
    say what is on the disk, is UNKNOWN, and logged as a warning.

    Args:
        path: on a local disk. Beside it SQLite keeps `path`-wal and `path`-shm, which belong to it.
        clock: the time, in ms since the epoch; what says whether a room has expired.
        timeout: how long, in seconds, to wait for other processes. With the default the eight
            attempts of a turn end within 10 s.

    Raises OSError or StoreError, both with the path, if the file cannot be made, opened or written
    to, or is not of this format. Then nothing of it was changed.
    """

    path: Path = field(converter=Path)
    clock: Callable[[], int] = field(default=_now, kw_only=True, repr=False)
    timeout: float = field(default=1.0, kw_only=True, repr=False)
    _db: sqlite3.Connection = field(init=False, repr=False)
    _lock: Lock = field(init=False, repr=False, default=Factory(Lock))

    def __attrs_post_init__(self) -> None:
        with _named(self.path):
            self._db = _open(self.path, self.timeout)

    def perform(self, effect: Effect[Any]) -> Any:
        """Perform a Load or an Append; whoever composes the adapter publishes and waits."""
        match effect:
            case Load(room, after):
                return self.load(room, after)
            case Append(room, entry):
                return self.append(room, entry)
            case _:
                raise TypeError(f"{type(effect).__name__} is not an effect of a store")

    def load(self, room: str, after: int = 0) -> tuple[Entry, ...]:
        """Give the entries of a room after a version, in order; none if it has expired.

        Raises LogError naming the room and the entry if one is missing or is not what was stored,
        and StoreError if the file cannot be read.
        """
        asked = {"room": room, "after": after, "now": self.clock()}
        with _named(self.path), self._lock:
            rows = self._db.execute(_LOAD, asked).fetchall()
        return tuple([self._read(room, n, row) for n, row in enumerate(rows, start=after + 1)])

    def _read(self, room: str, number: int, row: _Row) -> Entry:
        version, expires, crc, line, ends = row
        place = f"{self.path}: room {room}, entry"
        if ends is None:
            raise LogError(f"{place} 1", "is missing")
        if version != number:
            raise LogError(f"{place} {number}", "is missing")
        if crc != _crc(room, version, expires, line):
            raise LogError(f"{place} {number}", "is not what was stored")
        try:
            record = read_line(line, number)
        except LogError as error:
            raise LogError(f"{place} {number}", error.message) from None
        if record.hidden is not None:
            raise LogError(f"{place} {number}", "has no private part")
        return record.entry

    def append(self, room: str, entry: Entry) -> Appended:
        """Store an entry if it is the next of a room that has not expired.

        Raises as `append_all`.
        """
        [appended] = self.append_all([(room, entry)])
        return appended

    def append_all(self, items: Iterable[tuple[str, Entry]]) -> list[Appended]:
        """Store entries of any rooms, each as `append` does, but all with one wait for the disk.

        Each is judged on its own, after those before it. Once this returns all that are STORED are
        durable; none is before.

        Raises ValueError for an entry 1 that creates no room, and StoreError if the file cannot be
        written to (the disk is full): then none is stored.
        """
        now = self.clock()
        rows = [_row(room, entry) | {"now": now} for room, entry in items]
        with _named(self.path):
            try:
                with self._writing() as db:
                    stored = [db.execute(_APPEND, row).rowcount for row in rows]
            except sqlite3.Error as error:
                if _code(error) not in _UNSURE:
                    raise
                _LOG.warning("%s: %s", self.path, error)
                return [Appended.UNKNOWN] * len(rows)
        return [Appended.STORED if one else Appended.TAKEN for one in stored]

    def count_rooms(self) -> int:
        """Count the rooms that have not expired."""
        with _named(self.path), self._lock:
            [count] = self._db.execute(_ROOMS, (self.clock(),)).fetchone()
            return int(count)

    def sweep(self, now: int | None = None) -> int:
        """Delete all rooms that expired 24 h ago or earlier, and give their number.

        It takes as long as it takes, but in steps, between which others write: give it a thread of
        its own. Until then the codes of these rooms are taken.

        Args:
            now: the time to go by, in ms since the epoch, if not that of the clock.

        Raises StoreError if the file is locked or cannot be written to; a room is deleted whole or
        will be by the next sweep.
        """
        dead = (self.clock() if now is None else now) - REST
        swept, more = 0, True
        while more:
            with _named(self.path):
                gone, more = self._sweep(dead)
            swept += gone
            if more:
                time.sleep(PAUSE)
        return swept

    def _sweep(self, dead: int) -> tuple[int, bool]:
        """Do one step; give how many rooms are gone, and whether there may be more."""
        gone, left = 0, SWEPT
        with self._writing() as db:
            for room, last in db.execute(_DEAD, (dead, SWEPT)).fetchall():
                # From the end: entry 1, which says when the room expired, goes last.
                keep = max(0, last - left) if type(last) is int else 0
                deleted = db.execute(_DELETE, (room, keep)).rowcount
                if not deleted:
                    raise StoreError(self.path, DAMAGED)
                gone += keep == 0
                left -= deleted
                if left <= 0:
                    break
        return gone, left <= 0

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the one right to write that the file has; commit at the end, or undo all."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def close(self) -> None:
        """Let go of the file; whatever is asked afterwards raises StoreError."""
        with _named(self.path), self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


# ------------------------------------------------------------------ rows


def _row(room: str, entry: Entry) -> dict[str, object]:
    expires = expires_at(entry) if entry.version == 1 else None
    line = write_line(Record(entry))
    return {
        "room": room,
        "version": entry.version,
        "expires": expires,
        "crc": _crc(room, entry.version, expires, line),
        "line": line,
    }


def _crc(room: str, version: int, expires: int | None, line: bytes) -> int:
    """Sum up a row, so that a bit that flips is found even where the line still reads."""
    return zlib.crc32(line, zlib.crc32(f"{room}\n{version}\n{expires}\n".encode()))


# ------------------------------------------------------------------ the file


def _open(path: Path, timeout: float) -> sqlite3.Connection:
    if not path.exists():
        _create(path)
    elif not os.access(path, os.R_OK | os.W_OK):
        # SQLite would open it to read, and leave files beside it that nobody can write to either.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    with ExitStack() as undo:
        db = _connect(path, timeout)
        undo.callback(db.close)
        db.execute("BEGIN IMMEDIATE")  # whoever cannot write is to know now
        _check(db, path)
        db.execute("ROLLBACK")
        _to_wal(db, path)
        undo.pop_all()
    return db


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _make(path)
    except OSError as error:  # it names the draft
        raise OSError(error.errno, error.strerror, str(path)) from None


def _make(path: Path) -> None:
    """Make the file under another name, whole, so that nobody ever meets half of it."""
    handle, draft = tempfile.mkstemp(prefix=".ringofire-", dir=path.parent)  # 0600
    os.close(handle)
    try:
        with closing(_connect(Path(draft), timeout=0)) as db:
            _to_wal(db, path)
            db.execute("BEGIN")
            db.execute(TABLE)
            db.execute(INDEX)
            db.execute(f"PRAGMA application_id = {APPLICATION}")
            db.execute(f"PRAGMA user_version = {FORMAT}")
            db.execute("COMMIT")
        with suppress(FileExistsError):  # somebody else was faster
            os.link(draft, path)
    finally:
        Path(draft).unlink()


def _connect(path: Path, timeout: float) -> sqlite3.Connection:
    with ExitStack() as undo:
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",  # never makes a file
            uri=True,
            timeout=timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        undo.callback(db.close)
        # No text is decoded: a broken one would be quoted in the error, secrets and all.
        db.text_factory = bytes
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone does not reach the disk
        db.execute("PRAGMA secure_delete = ON")  # what a room held is overwritten with zeros
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA cell_size_check = ON")
        undo.pop_all()
    return db


def _check(db: sqlite3.Connection, path: Path) -> None:
    [application] = db.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION:
        raise StoreError(path, "is there already and holds no rooms of ringofire")
    [version] = db.execute("PRAGMA user_version").fetchone()
    if version != FORMAT:
        raise StoreError(path, f"is of format {version}; this program knows format {FORMAT} alone")
    schema = db.execute("SELECT sql FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'")
    if {sql for (sql,) in schema} != {TABLE.encode(), INDEX.encode()}:
        raise StoreError(path, f"has other tables than those of format {FORMAT}")


def _to_wal(db: sqlite3.Connection, path: Path) -> None:
    [mode] = db.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != b"wal":
        raise StoreError(path, "cannot have a write-ahead log: is it on a local disk?")


def _code(error: sqlite3.Error) -> int:
    """Give SQLite's primary result code; 0 if the error is not SQLite's own."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Name the file in what SQLite raises."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        raise StoreError(path, text if text.isprintable() else DAMAGED) from error
    except UnicodeDecodeError:  # SQLite quoted what is damaged
        raise StoreError(path, DAMAGED) from None
