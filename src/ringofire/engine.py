"""The whole as pure functions of values: no I/O, no clock, no entropy, no state of its own."""

from collections.abc import Iterable, Iterator, Sized

from ringofire.cards import MAX_CARDS
from ringofire.entry import COMMANDS, Command, Entry, Event
from ringofire.envelope import check_fields
from ringofire.errors import LogError, Reason, Rejected
from ringofire.legal import HOST_ONLY, LEGAL, OUTSIDERS, REFUSALS, WAITS, State, state_of
from ringofire.payload import payload_digest
from ringofire.room.commands import CreateRoom, JoinRoom, RoomCommand
from ringofire.room.decide import decide_room, setting_of
from ringofire.room.events import PlayerJoined, RoomLocked
from ringofire.room.evolve import evolve
from ringofire.room.state import Receipt, Room, Seat, find_seat
from ringofire.round.commands import StartRound
from ringofire.round.decide import RULES, decide_game
from ringofire.round.events import RingDealt
from ringofire.values import replace

__all__ = ["apply", "check_size", "decide", "evolve", "find_receipt", "fold", "rules_of", "unfold"]

RECEIPT_LIMIT = 64
"""Accepted ids that a room remembers for each seat."""

RECENT_LIMIT = 10
"""Public events that a view repeats."""


_KINDS = frozenset(COMMANDS.values())


def decide(room: Room, command: Command) -> tuple[Event, ...]:
    """Give the events that `command` makes happen in `room`; `()` for a retry of an accepted one.

    Raises `Rejected` with the reason, and nothing else, whatever the command holds; the room is
    unchanged either way. A retry is the same seat, id and payload (`find_receipt` then gives the
    version it was accepted with), or a JoinRoom by a token that has a seat already.
    """
    if type(command) not in _KINDS:
        raise Rejected(Reason.BAD_VALUE, {"field": "action"})
    try:
        return _decide(room, command)
    except Rejected as rejected:
        seat = find_seat(room, command.by) if type(command.by) is str else None
        asked = f"{type(command).__name__}{f' by {seat.id}' if seat is not None else ''}"
        raise rejected.during(f"{asked} while {state_of(room).phase}") from None


def _decide(room: Room, command: Command) -> tuple[Event, ...]:
    kind = type(command)
    check_fields(command)
    state = state_of(room)
    if state is State.NOWHERE and kind is not CreateRoom:
        raise Rejected(Reason.UNKNOWN_ROOM)
    seat = _sender(room, command)
    if seat is not None and _is_retry(seat, command):
        return ()
    if state is State.CLOSED:
        raise Rejected(Reason.WRONG_PHASE, {"state": state.value})
    if command.expect is not None and command.expect != room.version:
        raise Rejected(Reason.STALE, {"version": room.version})
    game = room.game
    if kind in WAITS and game is not None and game.round is not None and game.round.paused:
        raise Rejected(Reason.PAUSED)
    if kind not in LEGAL[state]:
        raise Rejected(REFUSALS.get((state, kind), Reason.WRONG_PHASE), {"state": state.value})
    if kind in HOST_ONLY and command.by != room.host:
        raise Rejected(Reason.NOT_HOST, {"host": room.host})
    if isinstance(command, RoomCommand):
        return decide_room(room, command)
    assert game is not None
    events = decide_game(game, command, setting_of(room, command.by, command.at))
    if kind is StartRound and room.options.lock_on_start and not room.locked:
        return (RoomLocked(), *events)
    return events


def _sender(room: Room, command: Command) -> Seat | None:
    """The seat that `command` comes from; for JoinRoom the one its token has already."""
    if isinstance(command, JoinRoom):
        tokens = [seat for seat in room.seats if seat.token_hash == command.token_hash]
        sender = tokens[0] if tokens else None
    else:
        sender = find_seat(room, command.by)
    if type(command) in OUTSIDERS:
        if command.by is not None:
            raise Rejected(Reason.BAD_VALUE, {"field": "by"})
    elif sender is None:
        raise Rejected(Reason.NOT_MEMBER)
    return sender


def _is_retry(seat: Seat, command: Command) -> bool:
    receipt = _receipt(seat, command.id)
    if receipt is None:
        return isinstance(command, JoinRoom)
    if _digest(command) != receipt.digest:
        raise Rejected(Reason.ID_REUSED, {"version": receipt.version})
    return True


def _digest(command: Command) -> bytes | None:
    try:
        return payload_digest(command)
    except ValueError:
        return None  # what cannot even be written (a lone surrogate) was never accepted


def _receipt(seat: Seat, command_id: str) -> Receipt | None:
    return next((receipt for receipt in seat.receipts if receipt.id == command_id), None)


def find_receipt(room: Room, command: Command) -> Receipt | None:
    """Give the receipt of a command that was accepted before, if its seat still remembers it."""
    for seat in room.seats:
        mine = seat.id == command.by
        if isinstance(command, JoinRoom):
            mine = seat.token_hash == command.token_hash
        if mine:
            return _receipt(seat, command.id)
    return None


def rules_of(room: Room) -> int:
    """The version of `decide` that judges the next command: that of the round while one runs."""
    game = room.game
    if game is None or game.round is None or game.round.over:
        return RULES
    return game.round.rules


_IMPOSSIBLE = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


def unfold(room: Room, entry: Entry) -> Iterator[tuple[Event, Room]]:
    """Give each event of `entry` with the room after it.

    Raises LogError for an event that cannot have happened in `room`: `evolve` is total on what
    `decide` makes, but a log may come from anybody.
    """
    for place, event in enumerate(entry.events):
        try:
            room = evolve(room, event)
        except _IMPOSSIBLE as error:
            wrong = f"events[{place}] cannot have happened then"
            raise LogError(f"entry {entry.version}", wrong) from error
        yield event, room


def check_size(room: Room, entry: Entry) -> None:
    """Raise LogError if `entry` leaves a room larger than any can be.

    A forger may let it grow on, and copying it would take the square of the log's length.
    """
    if max(map(len, _kept(room))) > MAX_CARDS:
        raise LogError(f"entry {entry.version}", "leaves a room larger than any can be")


def _kept(room: Room) -> tuple[Sized, ...]:
    """All that grows with a bound; the largest is a ring."""
    game = room.game
    if game is None:
        return (room.seats,)
    if game.round is None:
        return (room.seats, game.nonces)
    ring, lasting = game.round.ring, game.round.lasting
    lasts = (lasting.statuses, lasting.links, lasting.rules)
    return (room.seats, game.nonces, ring.picked, ring.returned, *lasts)


def apply(room: Room, entry: Entry) -> Room:
    """Give the room after `entry`: its events, then version, time, receipt and head hash.

    Raises LogError if the entry is not the next one, was made by rules that are not known here, or
    its events cannot have happened.
    """
    place = f"entry {entry.version}"
    if entry.version != room.version + 1:
        raise LogError(place, f"comes after entry {room.version}")
    if not 1 <= entry.rules <= RULES:
        raise LogError(place, f"was decided by rules {entry.rules}, which are not known here")
    recent = list(room.recent)
    for event, after in unfold(room, entry):
        room = after
        if type(event) is not RingDealt:
            recent.append(event)
    check_size(room, entry)
    command = entry.command
    return replace(
        room,
        version=entry.version,
        at=max(room.at, command.at),
        head=entry.hash,
        seats=_receipted(room.seats, entry),
        recent=tuple(recent[-RECENT_LIMIT:]),
    )


def _receipted(seats: tuple[Seat, ...], entry: Entry) -> tuple[Seat, ...]:
    command = entry.command
    by = command.by
    if by is None:
        by = next((event.seat for event in entry.events if isinstance(event, PlayerJoined)), None)
    for place, seat in enumerate(seats):
        if seat.id == by:
            receipt = Receipt(command.id, entry.version, payload_digest(command))
            kept = seat.receipts[-RECEIPT_LIMIT + 1 :]
            return (
                *seats[:place],
                replace(seat, receipts=(*kept, receipt)),
                *seats[place + 1 :],
            )
    return seats


def fold(entries: Iterable[Entry], *, room: Room = Room()) -> Room:
    """Apply `entries` in order, starting from `room`: by default the one nobody has created yet.

    Raises LogError as `apply` does.
    """
    for entry in entries:
        room = apply(room, entry)
    return room
