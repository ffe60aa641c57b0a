"""What becomes of a frame: from the connection it came by to the answer it gets, as one turn.

All a session knows of its connection is what it is bound to: a value, which a transport keeps
wherever it can. Two effects are added to those of a turn: a new room's code and entropy, and when
a seat was last connected. Both are given by whoever performs them, as all that is not pure.
"""

import hmac
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from attrs import define

from ringofire.engine import fold
from ringofire.entry import COMMANDS
from ringofire.errors import PackError, Reason, Rejected
from ringofire.packs.load import shipped_pack
from ringofire.proof import prove
from ringofire.protocol import replies
from ringofire.protocol.errors import ErrorReason, FrameError
from ringofire.protocol.replies import Error, PackReply, Pong, ProofReply, Reply, Update, Welcome
from ringofire.protocol.requests import Request
from ringofire.room.commands import ClaimHost, CreateRoom, JoinRoom
from ringofire.room.state import Room, Seat, find_seat
from ringofire.turn import (
    ATTEMPTS,
    Accepted,
    Answer,
    Busy,
    Effect,
    Load,
    Moved,
    Refused,
    Repeated,
    Turn,
    handle,
)
from ringofire.values import value

__all__ = [
    "Binding",
    "Gone",
    "LastSeen",
    "Mint",
    "Response",
    "Seated",
    "Watching",
    "rebind",
    "respond",
    "room_of",
]

DEFAULT_PACK = "uk"
"""What a room plays that does not say what."""

FAULTS = 8
"""So many faults of a pack are told."""

NEVER = 0
"""A version that no room has."""


# ------------------------------------------------------------------ what a connection is bound to


@value
class Seated:
    """The connection speaks for `seat`."""

    room: str
    seat: str


@value
class Watching:
    """The connection sees the room and says nothing; by a member's token while `seat` is there."""

    room: str
    seat: str | None = None


@value
class Gone:
    """The connection spoke for a seat that has left, or was kicked; it may come anew."""

    room: str


Binding = Seated | Watching | Gone | None
"""What a connection is bound to; None before it has said who it is."""


def rebind(binding: Binding, room: Room) -> Binding:
    """Give what `binding` is after `room` has changed: a seat that is there no more is gone."""
    if (
        isinstance(binding, Seated | Watching)
        and binding.room == room.code
        and binding.seat is not None
        and find_seat(room, binding.seat) is None
    ):
        return Gone(room.code)
    return binding


def room_of(request: Request, binding: Binding) -> str | None:
    """Give the code of the room that a frame is about; None for one that makes a room."""
    if request.action == "create_room":
        return None
    named: str | None = request.fields.get("room")
    return named if named is not None or binding is None else binding.room


# ------------------------------------------------------------------ effects


@value
class Mint(Effect[tuple[str, bytes] | None]):
    """Give the code of a new room and 32 bytes of entropy; None where no room may be added.

    Whoever cannot get entropy raises; nothing stands in for it.
    """


@value
class LastSeen(Effect[int]):
    """Give when `seat` was last connected, in ms since the epoch; now, if it is.

    Whoever cannot know (a process that has just begun) says when it began to look.
    """

    room: str
    seat: str


# ------------------------------------------------------------------ the answer


@value
class Response:
    """The answer to a frame.

    Args:
        reply: what the sender gets.
        binding: what the connection is bound to from now on.
        room: the room, as far as it was loaded; `Room()` where there is none.
    """

    reply: Reply
    binding: Binding
    room: Room


def respond(
    request: Request,
    binding: Binding,
    *,
    at: int,
    room: Room = Room(),
    home: str | None = None,
) -> Turn[Response]:
    """Take a frame to its answer.

    Args:
        request: as `read_request` gave it.
        binding: of the connection that it came by.
        at: when it came, ms since the epoch.
        room: what `room_of` names, as far as this process knows it.
        home: the address of this store, as MoveRoom says it.
    """
    exchange = _Exchange(request, binding, at, room, home)
    try:
        reply = yield from exchange.reply()
    except FrameError as error:
        reply = Error(request.id, error.reason, error.data)
    return Response(reply, rebind(exchange.binding, exchange.room), exchange.room)


@define
class _Exchange:
    """A frame on its way to its answer; `binding` and `room` become what they are after it."""

    request: Request
    binding: Binding
    at: int
    room: Room
    home: str | None

    def reply(self) -> Turn[Reply]:
        return (yield from _REPLY[self.request.action](self))

    # -- Coming in

    def create(self) -> Turn[Reply]:
        yield from self._check_free()
        for _ in range(ATTEMPTS):
            minted = yield from Mint()
            if minted is None:
                break
            code, master = minted
            fields = {"pack": shipped_pack(DEFAULT_PACK)} | self._coming()
            command = CreateRoom(**self._envelope(None), room=code, master=master, **fields)
            answer = yield from handle(code, command, home=self.home)
            if isinstance(answer, Accepted) or answer.room.version == 0:
                return self._seat(answer, command.token_hash)
        raise FrameError(ErrorReason.BUSY)

    def join(self) -> Turn[Reply]:
        token_hash = _hash(self.request.fields["token"])
        yield from self._check_free(token_hash)
        command = JoinRoom(**self._envelope(None), **self._coming())
        code = self.request.fields["room"]
        answer = yield from handle(code, command, room=self.room, home=self.home)
        return self._seat(answer, token_hash)

    def resume(self) -> Turn[Reply]:
        token_hash = _hash(self.request.fields["token"])
        yield from self._check_free(token_hash)
        yield from self._load()
        seat = self._holder(token_hash)
        self.binding = Seated(self.room.code, seat.id)
        return Welcome(self.request.id, self.room, seat.id)

    def watch(self) -> Turn[Reply]:
        yield from self._check_free()
        yield from self._load()
        token = self.request.fields.get("token")
        seat = None
        if token is not None:
            seat = self._holder(_hash(token)).id
        elif self.room.locked:
            return self._rejected(Rejected(Reason.ROOM_LOCKED))
        elif not self.room.options.watch:
            raise FrameError(ErrorReason.UNAUTHORIZED)
        self.binding = Watching(self.room.code, seat)
        return Welcome(self.request.id, self.room)

    def _check_free(self, token_hash: bytes | None = None) -> Turn[None]:
        """Refuse whoever is bound already, unless they ask for their own seat again."""
        bound = self.binding
        if isinstance(bound, Watching):
            raise FrameError(ErrorReason.NOT_SEATED)
        if not isinstance(bound, Seated):
            return
        if bound.room != self.request.fields.get("room"):
            raise FrameError(ErrorReason.ALREADY_SEATED)
        yield from self._load()
        seat = find_seat(self.room, bound.seat)
        if seat is not None and not hmac.compare_digest(seat.token_hash, token_hash or b""):
            raise FrameError(ErrorReason.ALREADY_SEATED)

    def _coming(self) -> dict[str, Any]:
        """The fields of a frame that asks for a seat, as its command has them."""
        fields = {**self.request.fields}
        fields.pop("room", None)
        token_hash = _hash(fields.pop("token"))
        return {**fields, "token_hash": token_hash}

    def _seat(self, answer: Answer, token_hash: bytes) -> Reply:
        refusal = self._settle(answer)
        if refusal is not None:
            return refusal
        seat = self._holder(token_hash)
        self.binding = Seated(self.room.code, seat.id)
        return Welcome(self.request.id, self.room, seat.id)

    def _holder(self, token_hash: bytes) -> Seat:
        """The member whose token has this hash; all are compared, each in constant time."""
        found = [
            seat for seat in self.room.seats if hmac.compare_digest(seat.token_hash, token_hash)
        ]
        if not found:
            raise FrameError(ErrorReason.UNAUTHORIZED)
        return found[0]

    # -- Playing

    def command(self) -> Turn[Reply]:
        seated = self._seated()
        kind: Any = COMMANDS[self.request.action]
        command = kind(**self._envelope(seated.seat), **self.request.fields)
        answer = yield from handle(seated.room, command, room=self.room, home=self.home)
        return self._judged(answer, seated)

    def claim_host(self) -> Turn[Reply]:
        """Claim the host's role on evidence about whoever has it in just that version."""
        seated = self._seated()
        for _ in range(ATTEMPTS):
            yield from self._load()
            host = self.room.host or seated.seat
            seen = yield from LastSeen(seated.room, host)
            # The evidence is about this version; one yet to come may have another host.
            current = self.request.expect in (None, self.room.version)
            envelope = self._envelope(seated.seat)
            envelope["expect"] = self.room.version if current else NEVER
            command = ClaimHost(**envelope, host_seen_at=seen)
            answer = yield from handle(seated.room, command, room=self.room, home=self.home)
            overtaken = isinstance(answer, Refused) and answer.rejected.reason is Reason.STALE
            if not overtaken or self.request.expect is not None:
                return self._judged(answer, seated)
        raise FrameError(ErrorReason.BUSY)

    def _seated(self) -> Seated:
        if isinstance(self.binding, Gone):
            raise FrameError(ErrorReason.UNAUTHORIZED)
        if not isinstance(self.binding, Seated):
            raise FrameError(ErrorReason.NOT_SEATED)
        return self.binding

    def _judged(self, answer: Answer, seated: Seated) -> Reply:
        if isinstance(answer, Refused) and find_seat(answer.room, seated.seat) is None:
            # Whatever else is wrong with what they asked: they have no seat.
            self.room = answer.room
            lost = answer.room.version == 0
            raise FrameError(ErrorReason.UNKNOWN_ROOM if lost else ErrorReason.UNAUTHORIZED)
        refusal = self._settle(answer)
        if refusal is not None:
            return refusal
        if isinstance(answer, Accepted):
            return Update(answer.entry, answer.room)
        assert isinstance(answer, Repeated)
        assert answer.version is not None  # only a JoinRoom has no receipt
        return replies.Accepted(self.request.id, answer.version)

    def _settle(self, answer: Answer) -> Reply | None:
        """Take the room from an answer; give the reply if the command was refused."""
        self.room = answer.room
        match answer:
            case Moved(to):
                raise FrameError(ErrorReason.MOVED, {"to": to})
            case Busy():
                raise FrameError(ErrorReason.BUSY)
            case Refused(rejected):
                return self._rejected(rejected)
            case _:
                return None

    def _rejected(self, rejected: Rejected) -> Reply:
        if rejected.reason is Reason.UNKNOWN_ROOM:
            raise FrameError(ErrorReason.UNKNOWN_ROOM)
        data = rejected.data
        if rejected.reason is Reason.BAD_PACK:
            data = {**data, "faults": self._faults()}
        return replies.Rejected(self.request.id, rejected.reason, data, self.room.version)

    def _faults(self) -> list[Mapping[str, str]]:
        error = self.request.fields["pack"]
        assert isinstance(error, PackError)  # all else that was read is a pack
        return [
            {"table": fault.table, "field": fault.field, "message": fault.message}
            for fault in error.faults[:FAULTS]
        ]

    # -- Reading

    def get_pack(self) -> Turn[Reply]:
        yield from self._load_bound()
        assert self.room.game is not None
        pack = self.room.game.pack
        return PackReply(self.request.id, pack.digest, pack)

    def proof(self) -> Turn[Reply]:
        yield from self._load_bound()
        entries = yield from Load(self.room.code)
        try:
            proof = prove(entries, self.request.fields["round"])
        except LookupError:
            raise FrameError(ErrorReason.BAD_VALUE, {"field": "round"}) from None
        return ProofReply(self.request.id, proof)

    def sync(self) -> Turn[Reply]:
        yield from self._load_bound()
        if self.room.version <= self.request.fields["version"]:
            return Pong(self.request.id, self.room.version)
        you = self.binding.seat if isinstance(self.binding, Seated) else None
        return Welcome(self.request.id, self.room, you)

    def _load_bound(self) -> Turn[None]:
        """Load the room that the connection is bound to; refuse one that is bound to nothing."""
        if not isinstance(self.binding, Watching):
            self._seated()
        yield from self._load()
        self.binding = rebind(self.binding, self.room)
        if isinstance(self.binding, Gone):
            raise FrameError(ErrorReason.UNAUTHORIZED)

    def _load(self) -> Turn[None]:
        """Bring the room up to date with all that was stored before now."""
        code = room_of(self.request, self.binding)
        assert code is not None
        self.room = fold((yield from Load(code, self.room.version)), room=self.room)
        if self.room.version == 0:
            raise FrameError(ErrorReason.UNKNOWN_ROOM)
        if self.room.home is not None and self.room.home != self.home:
            raise FrameError(ErrorReason.MOVED, {"to": self.room.home})

    def _envelope(self, by: str | None) -> dict[str, Any]:
        return {"id": self.request.id, "by": by, "at": self.at, "expect": self.request.expect}


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


_REPLY: Mapping[str, Callable[[_Exchange], Turn[Reply]]] = dict.fromkeys(
    COMMANDS, _Exchange.command
) | {
    "claim_host": _Exchange.claim_host,
    "create_room": _Exchange.create,
    "get_pack": _Exchange.get_pack,
    "join_room": _Exchange.join,
    "ping": _Exchange.sync,
    "proof": _Exchange.proof,
    "resume": _Exchange.resume,
    "sync": _Exchange.sync,
    "watch": _Exchange.watch,
}
