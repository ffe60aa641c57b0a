"""A server without a socket: rooms in memory, connections, and who is told what."""

from collections.abc import Callable
from typing import Any

from attrs import Factory, define, field

from ringofire import Effect, Entry, Publish, Room, run
from ringofire.canonical import canonical
from ringofire.protocol.errors import FrameError
from ringofire.protocol.replies import Error, Presence, Update, write_reply
from ringofire.protocol.requests import read_request
from ringofire.protocol.session import (
    Binding,
    LastSeen,
    Mint,
    Seated,
    Watching,
    rebind,
    respond,
    room_of,
)
from ringofire.scribe import Scribe
from ringofire_adapters.memory import Memory

Send = Callable[[bytes], None]


@define(eq=False)
class Connection:
    """One line to the server; `send` is how it is answered."""

    send: Send
    binding: Binding = None


@define
class World:
    """All there is on the server's side; what `memory` holds outlives any line."""

    memory: Memory = Factory(Memory)
    connections: list[Connection] = Factory(list)
    now: int = 1_700_000_000_000
    codes: int = 0
    asked: list[str] = field(factory=list)
    """The action of each frame that was understood, in order."""

    def connect(self, send: Send) -> Connection:
        connection = Connection(send)
        self.connections.append(connection)
        return connection

    def drop(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
            self._tell_presence(connection.binding)

    def hear(self, connection: Connection, data: bytes) -> None:
        """Take a frame to its answer, and tell everybody who has to know."""
        self.now += 1
        try:
            request = read_request(data)
        except FrameError as error:
            connection.send(canonical(Error(error.id, error.reason, error.data)))
            return
        self.asked.append(request.action)
        before = connection.binding
        code = room_of(request, before)
        room = self.memory.rooms.get(code or "", Room())
        response = run(respond(request, before, at=self.now, room=room), self.perform)
        connection.binding = response.binding
        if response.room.version:
            self.memory.rooms[response.room.code] = response.room
        if not isinstance(response.reply, Update):  # its bytes went to all, the actor included
            connection.send(write_reply(response.reply, Scribe()))
        for other in self.connections:
            other.binding = rebind(other.binding, response.room)
        if before != connection.binding:
            self._tell_presence(connection.binding)

    def perform(self, effect: Effect[Any]) -> Any:
        match effect:
            case Mint():
                self.codes += 1
                return f"RM{self.codes:04}", self.codes.to_bytes(32, "big")
            case LastSeen():
                return self.now
            case Publish():
                self._publish(effect)
                return None
            case _:
                return self.memory.perform(effect)

    def log(self, room: str) -> list[Entry]:
        return self.memory.logs[room]

    def _publish(self, effect: Publish) -> None:
        frame = write_reply(Update(effect.entry, effect.after), Scribe())
        for connection in self._those_in(effect.room):
            connection.send(frame)

    def _those_in(self, room: str) -> list[Connection]:
        return [
            one
            for one in self.connections
            if isinstance(one.binding, Seated | Watching) and one.binding.room == room
        ]

    def _tell_presence(self, binding: Binding) -> None:
        if not isinstance(binding, Seated | Watching):
            return
        there = self._those_in(binding.room)
        seats = {one.binding.seat for one in there if isinstance(one.binding, Seated)}
        watchers = sum(isinstance(one.binding, Watching) for one in there)
        frame = canonical(Presence(tuple(sorted(seats)), watchers))
        for connection in there:
            connection.send(frame)
