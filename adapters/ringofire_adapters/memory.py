"""Rooms in this process: a list of entries each. The reference that all other adapters follow.

Everything is lost when the process ends. Safe to use from several threads. A room that has expired
is there until somebody sweeps.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any

from attrs import Factory, define

from ringofire import (
    Answer,
    Append,
    Appended,
    Command,
    Effect,
    Entry,
    Load,
    Publish,
    Room,
    Wait,
    handle,
    run,
)
from ringofire_adapters.lifetime import REST, expires_at

__all__ = ["Memory"]


@define
class Memory:
    """A store and a bus in memory; `Memory().send(code, command)` is all it takes to play.

    Args:
        logs: the entries of each room, by its code.
        rooms: each room as it was last seen; a turn loads only what came after.
        listeners: each is called with every Publish before its command is answered; the order is
            that of the versions as long as one thread sends.
    """

    logs: dict[str, list[Entry]] = Factory(dict)
    rooms: dict[str, Room] = Factory(dict)
    listeners: list[Callable[[Publish], None]] = Factory(list)
    _expires: dict[str, int] = Factory(dict)
    _resting: dict[str, int] = Factory(dict)
    _lock: Lock = Factory(Lock)

    def send(self, code: str, command: Command) -> Answer:
        """Take `command` to the room `code` and give the answer."""
        answer = run(handle(code, command, room=self.rooms.get(code, Room())), self.perform)
        self.rooms[code] = answer.room
        return answer

    def perform(self, effect: Effect[Any]) -> Any:
        """Perform an effect of a turn: the whole port of an adapter."""
        match effect:
            case Load(room, after):
                return tuple(self.logs.get(room, ())[after:])
            case Append(room, entry):
                return self._append(room, entry)
            case Publish():
                for listener in self.listeners:
                    listener(effect)
                return None
            case Wait():
                return None
            case _:
                raise TypeError(f"{type(effect).__name__} is not an effect of a turn")

    def _append(self, room: str, entry: Entry) -> Appended:
        with self._lock:
            log = self.logs.setdefault(room, [])
            if len(log) != entry.version - 1 or room in self._resting:
                return Appended.TAKEN
            log.append(entry)
            if entry.version == 1:
                self._expires[room] = expires_at(entry)
            return Appended.STORED

    def count_rooms(self) -> int:
        """Give how many rooms there are."""
        return len(self._expires)

    def sweep(self, now: int) -> int:
        """Forget the rooms that have expired by `now`, in ms since the epoch; give how many.

        Their codes are taken for 24 hours more.
        """
        with self._lock:
            dead = {room: ends for room, ends in self._expires.items() if ends <= now}
            for room in dead:
                del self._expires[room], self.logs[room]
                self.rooms.pop(room, None)
            rests = {room: ends + REST for room, ends in dead.items()} | self._resting
            self._resting = {room: ends for room, ends in rests.items() if ends > now}
        return len(dead)

    def close(self) -> None:
        """Nothing is held open."""
