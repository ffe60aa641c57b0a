"""A server of one process, for tests: rooms in memory, and every effect in a test's hands."""

import json
from collections import defaultdict
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from attrs import Factory, define

from ringofire import Append, Appended, Effect, Room, fold, run
from ringofire.canonical import canonical
from ringofire.codec import parse_json
from ringofire.entry import Entry
from ringofire.protocol.replies import OUT_LIMIT, Reply, write_reply
from ringofire.protocol.requests import Request, read_request
from ringofire.protocol.session import Binding, LastSeen, Mint, Response, respond, room_of
from ringofire.scribe import Scribe
from ringofire_adapters.memory import Memory
from tests.protocol.frames import CODE

NOW = 1_700_000_000_000

Perform = Callable[[Effect[Any]], Any]


def token(name: str) -> str:
    """The token that the player so called has made."""
    return sha256(f"token of {name}".encode()).hexdigest()


@define
class Server:
    """Rooms, what was done for their sake, and when everybody was seen last.

    `at` says how the nth effect of the next frame (from 0) is performed, if not as usual.
    """

    memory: Memory = Factory(Memory)
    now: int = NOW
    home: str | None = None
    minted: list[str] = Factory(lambda: [CODE])
    seen: dict[str, int] = Factory(lambda: defaultdict(lambda: NOW))
    at: dict[int, Perform] = Factory(dict)
    names: list[str] = Factory(list)
    scribe: Scribe = Factory(Scribe)

    def log(self, code: str = CODE) -> list[Entry]:
        """The entries of a room."""
        return self.memory.logs.get(code, [])

    def room(self, code: str = CODE) -> Room:
        """A room as it is stored."""
        return fold(self.log(code))

    def perform(self, effect: Effect[Any]) -> Any:
        """Perform an effect as usual."""
        match effect:
            case Mint():
                return (self.minted.pop(0), bytes(range(32))) if self.minted else None
            case LastSeen(_, seat):
                return self.seen[seat]
            case _:
                return self.memory.perform(effect)

    def _note(self, effect: Effect[Any]) -> Any:
        self.names.append(type(effect).__name__)
        return self.at.get(len(self.names) - 1, self.perform)(effect)

    def answer(
        self, request: Request, binding: Binding = None, known: Room | None = None
    ) -> Response:
        """Take a request to its answer; `known` is what is known of its room: all, if not said."""
        if known is None:
            known = self.room(room_of(request, binding) or "")
        self.names = []
        turn = respond(request, binding, at=self.now, room=known, home=self.home)
        return run(turn, self._note)

    def ask(
        self, action: str, binding: Binding = None, *, known: Room | None = None, **fields: Any
    ) -> Response:
        """Take a frame to its answer; its id is that of the version after this one."""
        frame = {"action": action, "id": f"{len(self.log())}", **fields}
        response = self.answer(read_request(json.dumps(frame).encode()), binding, known)
        self.at = {}
        self.check(response.reply)
        return response

    def check(self, reply: Reply, *rooms: Room) -> str:
        """Assert what holds of every reply, in these rooms or else the one; give its text."""
        data = write_reply(reply, self.scribe)
        text = data.decode()

        assert len(data) <= OUT_LIMIT
        assert data == canonical(parse_json(data))
        assert [] == [secret for secret in secrets(*rooms or [self.room()]) if secret in text]
        return text

    def seat(self, name: str, code: str = CODE) -> Binding:
        """Give somebody a seat in a room, which the first one makes."""
        if code in self.memory.logs:
            response = self.ask("join_room", room=code, name=name, token=token(name))
        else:
            self.minted.insert(0, code)
            response = self.ask("create_room", name=name, token=token(name))
        return response.binding


def secrets(*rooms: Room) -> list[str]:
    """Everything of these rooms that no reply may hold, as it would be written."""
    found: list[bytes] = []
    for room in rooms:
        found += [*room.dead_tokens, *[seat.token_hash for seat in room.seats]]
        found += [receipt.digest for seat in room.seats for receipt in seat.receipts]
        if room.game is not None:
            found.append(room.game.master)
            if room.game.round is not None:
                found.append(room.game.round.ring.key)
    return [secret.hex() for secret in found if secret]


def lost(server: Server) -> Perform:
    """Do what an effect asks for, and do not say whether it was done."""

    def perform(effect: Effect[Any]) -> Appended:
        server.perform(effect)
        return Appended.UNKNOWN

    return perform


def taken(_: Effect[Any]) -> Appended:
    """Somebody else was faster."""
    return Appended.TAKEN


def unknown(effect: Effect[Any]) -> Appended:
    """Do nothing, and do not say so."""
    assert isinstance(effect, Append)
    return Appended.UNKNOWN
