"""The client's side of the protocol: what is asked, what came back, what to do when a line is cut.

Pure bookkeeping of one seat, or of one who watches. It opens no line: it says what to send, when
it wants one, and when it has to be called again. The clock is an argument, in ms; ids and luck
come from outside. Whatever a server sends, nothing is raised for it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import assert_never

from attrs import define, field

from ringofire.errors import CodecError
from ringofire.protocol.asked import Asked, write_request
from ringofire.protocol.closing import CloseCode
from ringofire.protocol.errors import ErrorReason
from ringofire.protocol.heard import (
    Accepted,
    Failed,
    Heard,
    PackReply,
    Pong,
    Presence,
    ProofReply,
    Refused,
    Unread,
    Updated,
    Welcomed,
    read_reply,
)
from ringofire.protocol.news import (
    Answered,
    Back,
    Garbled,
    Lost,
    News,
    Outcome,
    Over,
    Unanswered,
    Why,
)
from ringofire.protocol.requests import PROTOCOL
from ringofire.room.events import PlayerLeft
from ringofire.values import value
from ringofire.view import RoomView

__all__ = ["DOORS", "WINDOW", "Patience", "Player"]

DOORS = frozenset({"create_room", "join_room", "resume", "watch"})
"""What makes a line somebody's: the first frame on it."""

WINDOW = 16
"""So many frames are on their way at a time; a server remembers a seat's last 64 commands."""

GARBLED_LIMIT = 3
"""So many frames in a row that cannot be read are the end."""

STRAY_LIMIT = 3
"""So often a command may be answered `not_seated` by a server that had let us in."""

CROWDED = frozenset({CloseCode.SERVICE_RESTART, CloseCode.TRY_AGAIN_LATER})
"""After these all clients of a server come back at once, so they take more time."""


@value(kw_only=True)
class Patience:
    """How long things may take, in ms.

    Args:
        heartbeat: without news of the version for so long, the server is asked for it.
        retry: without an answer for so long, a frame is sent again, with the same id; a command
            only once the answer to something later shows that its own was lost.
        answer: without an answer for so long, it is given up.
        silence: with nothing heard for so long, while an answer is due, the line is cut.
        give_up: without the room for so long after a cut, all is given up.
        pause: about how long to wait before the first line after a cut; twice as long each time.
        longest_pause: at the most.
    """

    heartbeat: int = 15_000
    retry: int = 3_000
    answer: int = 30_000
    silence: int = 10_000
    give_up: int = 120_000
    pause: int = 250
    longest_pause: int = 3_000


_READS: Mapping[str, tuple[type, ...]] = {
    "get_pack": (PackReply, Unread),
    "ping": (Pong, Welcomed),
    "proof": (ProofReply, Unread),
    "sync": (Pong, Welcomed),
}
"""What answers that which changes nothing; a command is answered by an update or `accepted`."""

_Direct = Accepted | Refused | Welcomed | Pong | PackReply | ProofReply | Unread
"""What names the frame that it answers, and nothing else."""

_LATER = frozenset({ErrorReason.BUSY, ErrorReason.RATE_LIMITED})
"""Errors that pass."""

_BOUND = frozenset({ErrorReason.ALREADY_SEATED, ErrorReason.NOT_SEATED})
"""What a line says at the door that has been let in already: to a seat, or to watch."""

_FINAL: Mapping[object, Why] = {
    ErrorReason.MOVED: Why.MOVED,
    ErrorReason.UNAUTHORIZED: Why.UNAUTHORIZED,
    ErrorReason.UNKNOWN_ROOM: Why.UNKNOWN_ROOM,
}
"""Errors that end it for whoever was in the room."""


@define
class Player:
    """One seat of a room, or a place to watch from, over any number of lines.

    Whoever drives it opens a line while `wants_line` says so and closes it while `wants_cut` does,
    tells it what happens (`opened`, `heard`, `closed`), calls `passed` when `next_at` has come,
    sends what `take` gives after each call, and hands on the news that each call returns.

    Args:
        ids: gives an id that was never given before, 1..64 printable ASCII characters.
        below: gives a number within 0..n - 1, each as likely as the others, for its argument n.
        patience: how long things may take.
    """

    ids: Callable[[], str]
    below: Callable[[int], int]
    patience: Patience = field(factory=Patience)
    room: str | None = field(default=None, init=False)
    """The room's code; None before the first welcome."""
    seat: str | None = field(default=None, init=False)
    """The own seat; None for who watches."""
    token: str | None = field(default=None, init=False, repr=False)
    """What the seat is resumed with."""
    version: int = field(default=0, init=False)
    """The highest that was heard of with its view."""
    head: bytes = field(default=b"", init=False)
    """The hash of that entry."""
    view: RoomView | None = field(default=None, init=False)
    """The room at that version."""
    presence: Presence | None = field(default=None, init=False)
    """Who is connected, as far as this line has told."""
    is_in: bool = field(default=False, init=False)
    """Whether there is a line, and the server knows whose it is."""
    over: Over | None = field(default=None, init=False)
    """Why it is over, if it is."""
    again_at: int = field(default=0, init=False)
    """When the next line should be opened, if one is wanted."""
    wants_cut: bool = field(default=False, init=False)
    """Whether the line should be closed, because it seems dead."""
    _up: bool = field(default=False, init=False)
    _door: Asked | None = field(default=None, init=False)
    _asked: dict[str, Asked] = field(factory=dict, init=False)
    _check: Asked | None = field(default=None, init=False)
    _behind: bool = field(default=False, init=False)
    _out: list[bytes] = field(factory=list, init=False, repr=False)
    _news: list[News] = field(factory=list, init=False)
    _sent: int = field(default=0, init=False)
    _cuts: int = field(default=0, init=False)
    _lost_at: int | None = field(default=None, init=False)
    _hold: int = field(default=0, init=False)
    _heard_at: int = field(default=0, init=False)
    _told_at: int = field(default=0, init=False)
    _garbled: int = field(default=0, init=False)

    # -- Asking

    def enter(self, action: str, fields: Mapping[str, object], now: int) -> str:
        """Ask for a seat, or to watch, by an action of `DOORS`; give the id of the frame.

        The answer is `Welcomed`; after anything else another try may be made. Raises ValueError
        for fields that no server would take, and while there is a room or an answer is due.
        """
        if self.room is not None or self._door is not None or self.over is not None:
            raise ValueError(f"{action}: this player has entered a room, or tries to")
        if action not in DOORS:
            raise ValueError(f"{action} opens no room; there are: {' '.join(sorted(DOORS))}")
        door = self._make(action, {**fields, "protocol": PROTOCOL}, now + self.patience.answer)
        token = fields.get("token")
        self.token = token if isinstance(token, str) else None
        self._door = door
        self._pump(now)
        return door.id

    def ask(
        self, action: str, fields: Mapping[str, object], now: int, *, expect: int | None = None
    ) -> str:
        """Ask for anything else; give the id, by which `Answered` will tell what became of it.

        It may be asked at any time: without a line it waits for one. A field that is UNSET is left
        out. Raises ValueError for an action or fields that no server would take, and once it is
        over.
        """
        if self.over is not None:
            raise ValueError(f"{action}: it is over, {self.over.why}")
        if action in DOORS:
            raise ValueError(f"{action} enters a room")
        extra = {} if expect is None else {"expect": expect}
        asked = self._make(action, {**fields, **extra}, now + self.patience.answer)
        self._asked[asked.id] = asked
        self._pump(now)
        return asked.id

    def _make(self, action: str, fields: Mapping[str, object], until: int | None) -> Asked:
        frame_id = self.ids()
        return Asked(frame_id, action, write_request(action, fields, frame_id), until)

    # -- What the driver asks

    @property
    def wants_line(self) -> bool:
        """Whether a line should be opened, as soon as `again_at` has come."""
        return self.over is None and not self._up and (self._door is not None or self._entered)

    @property
    def _entered(self) -> bool:
        return self.room is not None

    def take(self) -> list[bytes]:
        """Give the frames to send now, in order; each is given once."""
        out, self._out = self._out, []
        return out

    @property
    def next_at(self) -> int | None:
        """When `passed` is to be called if nothing happens before; None if it need not be."""
        if self.over is not None:
            return None
        patience = self.patience
        times = [one.until for one in self._waiting() if one.until is not None]
        if self._lost_at is not None:
            times.append(self._lost_at + patience.give_up)
        if self._up and not self.wants_cut:
            sending = [one.due(patience.retry) for one in self._sendable()]
            if self.is_in and self._check is None:
                sending.append(self._check_at())
            times += [max(one, self._hold) for one in sending if one is not None]
            dead_at = self._dead_at()
            times += [] if dead_at is None else [dead_at]
        return min(times, default=None)

    def _check_at(self) -> int:
        """When the server is to be asked what there is, if it has not been asked yet."""
        if self._behind:
            return 0
        overdue = [one.overdue_at(self.patience.retry) for one in self._asked.values()]
        quiet = self._told_at + self.patience.heartbeat
        return min([quiet, *[one for one in overdue if one is not None]])

    def _dead_at(self) -> int | None:
        """When the line counts as dead: silent for too long while an answer is due.

        Whatever else is heard, a line that lets nobody in is of no use.
        """
        if self._door is not None and self._door.first_at is not None:
            return self._door.first_at + self.patience.silence
        sent = [one.first_at for one in self._waiting() if one.first_at is not None]
        return max(self._heard_at, min(sent)) + self.patience.silence if sent else None

    def _waiting(self) -> Iterable[Asked]:
        alone = [one for one in (self._door, self._check) if one is not None]
        return [*alone, *self._asked.values()]

    def _sendable(self) -> list[Asked]:
        """What may be sent now, or again: nothing goes before the door."""
        if not self.is_in:
            return [] if self._door is None else [self._door]
        check = [] if self._check is None else [self._check]
        return [*list(self._asked.values())[:WINDOW], *check]

    # -- What the driver tells

    def opened(self, now: int) -> tuple[News, ...]:
        """Note that a line was opened."""
        if self.over is None:
            self._up = True
            self._heard_at = now
            if self._entered:
                self._knock(now)
        return self._done(now)

    def closed(self, code: int | None, now: int) -> tuple[News, ...]:
        """Note that the line is gone, or that none could be opened.

        Args:
            code: what it was closed with; None without a close frame.
            now: the time.
        """
        if self.over is None:
            self._cut(code, now)
        return self._done(now)

    def _cut(self, code: int | None, now: int) -> None:
        wanted = self._entered or self._door is not None
        self._up = self.is_in = self.wants_cut = False
        self.presence = self._check = None
        self._out.clear()
        self._hold = 0
        for one in self._waiting():
            one.off_line()
        if not wanted:
            return
        if code == CloseCode.POLICY_VIOLATION:
            self._end(Over(Why.POLICY))
            return
        self._cuts += 3 if code in CROWDED else 1
        self.again_at = now + self._pause(self._cuts)
        if self._entered and self._lost_at is None:
            self._lost_at = now
        self._news.append(Lost(code, self.again_at))

    def close(self, now: int) -> tuple[News, ...]:
        """End it, from this side; the seat stays taken."""
        self._end(Over(Why.CLOSED))
        return self._done(now)

    def end(self, why: Why, data: Mapping[str, object], now: int) -> tuple[News, ...]:
        """End it for a reason that only the driver knows, such as a server that is none."""
        self._end(Over(why, data))
        return self._done(now)

    def passed(self, now: int) -> tuple[News, ...]:
        """Note that time has passed."""
        patience = self.patience
        for one in list(self._waiting()):
            if one.until is not None and one.until <= now:
                # Whoever comes by this line later would be taken for the one who got no answer.
                self.wants_cut |= one is self._door and self._up
                self._settle(one, Unanswered())
        if self._lost_at is not None and self._lost_at + patience.give_up <= now:
            self._end(Over(Why.UNREACHABLE))
        dead_at = self._dead_at()
        self.wants_cut |= dead_at is not None and dead_at <= now
        return self._done(now)

    def heard(self, data: bytes | str, now: int) -> tuple[News, ...]:
        """Take a frame, whatever it is."""
        if self.over is not None or not self._up:
            return ()
        self._heard_at = now
        try:
            frame = read_reply(data)
        except CodecError as error:
            self._pass_over(error.place)
        else:
            if frame is not None:
                self._take_in(frame, now)
        return self._done(now)

    def _done(self, now: int) -> tuple[News, ...]:
        self._pump(now)
        news, self._news = tuple(self._news), []
        return news

    # -- Sending

    def _pump(self, now: int) -> None:
        """Put out all that is to be sent by now."""
        if not self._up or self.wants_cut or self.over is not None or now < self._hold:
            return
        if self.is_in and self._check is None and self._check_at() <= now:
            action = "sync" if self._behind else "ping"
            self._behind = False
            self._check = self._make(action, {"version": self.version}, None)
        for one in self._sendable():
            due = one.due(self.patience.retry)
            if due is not None and due <= now:
                self._out.append(one.frame)
                self._sent += 1
                one.put(now, self._sent, self.version)

    def _knock(self, now: int) -> None:
        """Ask to be let in again, before anything else."""
        token = {} if self.token is None else {"token": self.token}
        fields = {"room": self.room, "protocol": PROTOCOL, **token}
        self._door = self._make("watch" if self.seat is None else "resume", fields, None)
        self.is_in = False
        self._check = None
        self._lost_at = now if self._lost_at is None else self._lost_at
        for one in self._asked.values():
            one.off_line()

    def _pause(self, times: int) -> int:
        """Give how long to wait after so many failures: half of it sure, the rest by luck."""
        whole = min(self.patience.longest_pause, self.patience.pause << min(times - 1, 16))
        half = whole // 2
        return half + self.below(half + 1)

    # -- Hearing

    def _pass_over(self, place: str) -> None:
        self._garbled += 1
        self._behind = True
        self._news.append(Garbled(place))
        if self._garbled >= GARBLED_LIMIT:
            self._end(Over(Why.GARBLED, {"place": place}))

    def _take_in(self, frame: Heard, now: int) -> None:
        match frame:
            case Presence():
                self.presence = frame
                self._news.append(frame)
            case Welcomed():
                self._welcomed(frame, now)
            case Updated():
                self._updated(frame, now)
            case Failed():
                self._failed(frame, now)
            case Refused():
                self._refused(frame, now)
            case Pong():
                self._ponged(frame, now)
            case Accepted():
                self._behind |= frame.version > self.version
                self._answer(frame, now)
            case PackReply() | ProofReply() | Unread():
                self._answer(frame, now)
            case _:
                assert_never(frame)

    def _welcomed(self, frame: Welcomed, now: int) -> None:
        door = self._door
        if door is not None and frame.id == door.id:
            self._let_in(door, frame, now)
        elif self.is_in and self._fits(frame.view.room, frame.room):
            self._told(frame, now)
            self._answer(frame, now)

    def _let_in(self, door: Asked, frame: Welcomed, now: int) -> None:
        seated = door.action == "watch" or frame.you in _seats(frame.view)
        known = self._entered
        if not seated or not self._fits(frame.view.room, frame.room) or self._rewound(door, frame):
            if self.over is None:
                self._pass_over("view")
            return
        self._door, self.is_in = None, True
        self._cuts, self._lost_at = 0, None
        self.room = frame.room
        self.seat = None if door.action == "watch" else frame.you
        self._told(frame, now)
        if self.over is None:
            self._news.append(Back() if known else Answered(door.id, door.action, frame))

    def _updated(self, frame: Updated, now: int) -> None:
        if not self._entered or not self._fits(frame.view.room):
            return
        self._told(frame, now)
        one = self._asked.get(frame.id)
        if one is not None and frame.by == self.seat and one.action not in _READS:
            self._settle(one, frame)
        if self.over is None and self.seat is not None and self.seat not in _seats(self.view):
            self._end(Over(_why_gone(frame, self.seat)))

    def _fits(self, *rooms: str) -> bool:
        """Whether a frame is about one room, and that is ours; a bus may mistake it."""
        return len({*rooms, self.room} - {None}) == 1

    def _told(self, frame: Welcomed | Updated, now: int) -> None:
        """Note the room as a frame tells it, if that is newer than all before."""
        self._garbled = 0
        if frame.version >= self.version:
            self._told_at = now
        if frame.version == self.version and frame.head != self.head:
            self._end(Over(Why.FORKED, {"version": frame.version}))
        if frame.version > self.version and self.over is None:
            self.version, self.head, self.view = frame.version, frame.head, frame.view
            self._news.append(frame)

    def _rewound(self, asked: Asked, frame: Welcomed | Pong) -> bool:
        """Whether an answer knows less than was known when it was asked for; if so, end it."""
        if asked.since is None or frame.version >= asked.since:
            return False
        self._end(Over(Why.FORKED, {"version": frame.version, "known": asked.since}))
        return True

    def _ponged(self, frame: Pong, now: int) -> None:
        self._told_at = now
        self._garbled = 0
        self._answer(frame, now)

    def _refused(self, frame: Refused, now: int) -> None:
        door = self._door
        self._behind |= frame.version > self.version
        if door is None or door.id != frame.id:
            self._answer(frame, now)
        elif self._entered:
            self._end(Over(Why.REFUSED, {**frame.data, "reason": str(frame.reason)}))
        else:
            self._settle(door, frame)

    def _answer(self, frame: _Direct, now: int) -> None:
        """Settle what `frame` answers, if anything waits for it and such a frame can answer it."""
        if self._check is not None and self._check.id == frame.id:
            if isinstance(frame, Pong | Welcomed):
                check, self._check = self._check, None
                if not self._rewound(check, frame):
                    self._send_again(check, now)
            return
        one = self._asked.get(frame.id)
        if one is not None and isinstance(frame, (*_READS.get(one.action, (Accepted,)), Refused)):
            self._settle(one, frame)

    def _send_again(self, check: Asked, now: int) -> None:
        """Send what should have been answered before `check` was: those answers are lost."""
        for one in self._asked.values():
            overdue_at = one.overdue_at(self.patience.retry)
            if overdue_at is not None and overdue_at <= now and one.place < check.place:
                one.off_line()

    def _failed(self, frame: Failed, now: int) -> None:
        if frame.reason is ErrorReason.RATE_LIMITED:
            self._hold = now + self._pause(2)
        found = [one for one in self._waiting() if one.id == frame.id]
        if not found:
            return
        one = found[0]
        refused = one is self._door and not self._entered
        if frame.reason in _LATER and not (refused and frame.reason is ErrorReason.RATE_LIMITED):
            one.sent_at, one.not_before = None, now + self._pause(one.tries)
        elif one is self._door:
            self._shut_out(one, frame)
        elif frame.reason in _FINAL:
            self._end(Over(_FINAL[frame.reason], frame.data))
        elif self._is_stray(one, frame):
            one.strays += 1
            self._knock(now)
        elif one is self._check:
            self._check, self._told_at = None, now
        else:
            self._settle(one, frame)

    def _is_stray(self, one: Asked, frame: Failed) -> bool:
        """Whether the server has forgotten whose line this is, which a resume mends."""
        forgotten = frame.reason is ErrorReason.NOT_SEATED and self.seat is not None
        return forgotten and one.strays < STRAY_LIMIT

    def _shut_out(self, door: Asked, frame: Failed) -> None:
        if frame.reason in _BOUND:
            # It was heard before, and its answer lost: only another line gives one.
            self.wants_cut = True
        elif self._entered:
            why = _FINAL.get(frame.reason, Why.REFUSED)
            self._end(Over(why, {**frame.data, "reason": str(frame.reason)}))
        else:
            self._settle(door, frame)

    # -- Ending

    def _settle(self, one: Asked, outcome: Outcome) -> None:
        """Tell the one outcome of a frame that somebody asked for, and forget it."""
        if one is self._door:
            self._door = None
        else:
            del self._asked[one.id]
        self._news.append(Answered(one.id, one.action, outcome))

    def _end(self, over: Over) -> None:
        if self.over is not None:
            return
        waiting = list(self._waiting())
        if over.why is Why.UNAUTHORIZED and any(one.action == "leave_room" for one in waiting):
            # The answer to it was lost, and this is what it did.
            over = Over(Why.LEFT)
        for one in waiting:
            if one.until is not None:
                self._settle(one, over)
        self.over = over
        self._door = self._check = None
        self._up = self.is_in = False
        self._out.clear()
        self._news.append(over)


def _seats(view: RoomView | None) -> tuple[str, ...]:
    return () if view is None else tuple([player.id for player in view.players])


def _why_gone(frame: Updated, seat: str) -> Why:
    kicked = any(
        isinstance(event, PlayerLeft) and event.seat == seat and event.reason == "kicked"
        for event in frame.events
    )
    return Why.KICKED if kicked else Why.LEFT
