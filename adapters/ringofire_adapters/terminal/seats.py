"""Seats that people of this machine have taken: what brings them back after the program ended.

One file for each seat, for its owner's eyes only: its token is as good as the seat. A seat that a
program uses is locked, so that a second one does not take it for its own.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from attrs import asdict, define, field, frozen
from platformdirs import user_state_path

try:
    import fcntl
except ImportError:  # Windows: two programs may have the same seat there
    fcntl = None  # type: ignore[assignment]

__all__ = ["Kept", "Seats", "default_folder"]

STALE = 8 * 24 * 3600
"""After so many seconds what is kept of a seat is thrown away: no room lives longer than a week
(`lifetime_hours` of `ringofire.Options`)."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # where the system has it

LARGEST = 4096
"""A file that is larger is none of ours, in bytes."""


@frozen
class Kept:
    """A seat: where it is, what its owner called themselves on taking it, and its token."""

    url: str
    room: str
    name: str
    token: str = field(repr=False)
    at: int = 0


def default_folder() -> Path:
    """Give the folder in the user's state folder."""
    return user_state_path("ringofire", appauthor=False) / "seats"


@define
class Seats:
    """The seats in a folder, which is made when there is something to keep in it.

    Whoever reads or writes it may be told an OSError.
    """

    folder: Path = field(factory=default_folder)
    _held: dict[Path, int] = field(factory=dict)

    def take(self, url: str, room: str | None, name: str | None) -> Kept | None:
        """Give the seat that was used last, of those no program uses, and use it.

        Args:
            url: of the server.
            room: its room; None for any.
            name: what it was taken as, in whatever case; None for any.
        """
        found = [
            kept
            for kept in self._all()
            if kept.url == url
            and room in (None, kept.room)
            and (name is None or name.casefold() == kept.name.casefold())
        ]
        for kept in sorted(found, key=lambda kept: kept.at, reverse=True):
            if self._hold(self._path(kept)) is not None:
                return kept
        return None

    def keep(self, kept: Kept) -> None:
        """Keep a seat, and use it; in place of one that was taken in that room by that name."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(kept)
        descriptor = self._hold(path)
        if descriptor is None:  # a program that is still there; its seat is its own
            return
        data = json.dumps(asdict(kept) | {"at": int(time.time())}).encode()
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, data, 0) if hasattr(os, "pwrite") else os.write(descriptor, data)
        os.fsync(descriptor)

    def has(self, kept: Kept) -> bool:
        """Whether a seat is kept that was taken in that room by that name."""
        return self._path(kept).exists()

    def forget(self, kept: Kept) -> None:
        """Throw away what is kept of a seat."""
        path = self._path(kept)
        path.unlink(missing_ok=True)
        self._let_go(path)

    def close(self) -> None:
        """Use no seat any more."""
        for path in list(self._held):
            self._let_go(path)

    def _path(self, kept: Kept) -> Path:
        called = json.dumps([kept.url, kept.room, kept.name.casefold()])
        return self.folder / f"{hashlib.sha256(called.encode()).hexdigest()[:32]}.json"

    def _all(self) -> Iterator[Kept]:
        for path in sorted(self.folder.glob("*.json")):
            kept = _read(path)
            if kept is None or self._path(kept) != path:
                continue
            if kept.at < time.time() - STALE:
                path.unlink(missing_ok=True)
            else:
                yield kept

    def _hold(self, path: Path) -> int | None:
        """Open a file and lock it; None if another program has locked it."""
        if path in self._held:
            return self._held[path]
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
        if fcntl is not None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
                return None
            os.fchmod(descriptor, 0o600)
        self._held[path] = descriptor
        return descriptor

    def _let_go(self, path: Path) -> None:
        descriptor = self._held.pop(path, None)
        if descriptor is not None:
            os.close(descriptor)


def _read(path: Path) -> Kept | None:
    """Read a file; None if it is none of ours, or of a program that was stopped while writing."""
    try:
        with path.open("rb") as file:
            plain = json.loads(file.read(LARGEST))
        kept = Kept(**plain)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    texts = (kept.url, kept.room, kept.name, kept.token)
    whole = all(isinstance(text, str) for text in texts) and isinstance(kept.at, int)
    return kept if whole else None
