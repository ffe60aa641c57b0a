"""What a room answers to commands about people: guards first, one line each, then what happens.

Who may ask, and whether the phase allows it, was judged before. What the coming and going of
people means for the cards is asked of the round.
"""

from collections.abc import Callable
from typing import Any

from ringofire.canonical import MAX_INT, UNSET
from ringofire.errors import Reason, Rejected
from ringofire.options import Options, change_options
from ringofire.room.commands import (
    ClaimHost,
    CloseRoom,
    Configure,
    CreateRoom,
    JoinRoom,
    KickPlayer,
    LeaveRoom,
    LockRoom,
    MoveRoom,
    MoveSeat,
    RoomCommand,
    SetAway,
    TransferHost,
    UnlockRoom,
    UpdateProfile,
)
from ringofire.room.events import (
    AwayChanged,
    HostChanged,
    OptionsChanged,
    PackChanged,
    PlayerJoined,
    PlayerLeft,
    PlayerUpdated,
    RoomClosed,
    RoomCreated,
    RoomEvent,
    RoomLocked,
    RoomMoved,
    RoomUnlocked,
    SeatsChanged,
)
from ringofire.room.evolve import evolve
from ringofire.room.state import Room, Seat, find_seat
from ringofire.round.events import RoundEvent
from ringofire.round.flow import Flow, Setting
from ringofire.round.state import present
from ringofire.round.turns import people_changed
from ringofire.shuffle import commitment, secret
from ringofire.text import clean_emoji, clean_name, skeleton

__all__ = ["decide_room", "setting_of"]

Events = tuple[RoomEvent | RoundEvent, ...]


def decide_room(room: Room, command: RoomCommand) -> Events:
    """Give the events that `command` makes happen, or raise `Rejected`."""
    return _DECIDE[type(command)](room, command)


def setting_of(room: Room, by: str | None, at: int) -> Setting:
    """Give what the round may know of the room when `by` asks something at time `at`."""
    return Setting(
        room=room.code,
        people=room.seats,
        by=by,
        stands_in=by is not None and by == room.host,
        at=max(at, room.at),
        rule_max=room.options.rule_max,
        turn_seconds=room.options.turn_seconds,
    )


def _member(room: Room, seat: str) -> Seat:
    member = find_seat(room, seat)
    if member is None:
        raise Rejected(Reason.UNKNOWN_PLAYER)
    return member


# ------------------------------------------------------------------ coming and going


def _create_room(_: Room, command: CreateRoom) -> Events:
    options = change_options(Options(), command.options, fixed=frozenset())
    name = clean_name(command.name)
    return (
        RoomCreated(
            room=command.room,
            pack=command.pack,
            options=options,
            commitment=commitment(command.room, 1, secret(command.master, 1)),
            master=command.master,
        ),
        PlayerJoined("p1", name, skeleton(name), command.token_hash),
        HostChanged("p1"),
    )


def _join_room(room: Room, command: JoinRoom) -> Events:
    if command.token_hash in room.dead_tokens:
        raise Rejected(Reason.TOKEN_DEAD)
    if room.locked:
        raise Rejected(Reason.ROOM_LOCKED)
    if len(room.seats) >= room.options.capacity:
        raise Rejected(Reason.ROOM_FULL, {"capacity": room.options.capacity})
    name, look = _free_name(room, command.name)
    seat = f"p{room.joined + 1}"
    joined = PlayerJoined(seat, name, look, command.token_hash)
    return (joined, *_follow(room, joined, seat, command.at))


def _free_name(room: Room, wanted: object, own: str | None = None) -> tuple[str, str]:
    name = clean_name(wanted)
    look = skeleton(name)
    if any(seat.skeleton == look and seat.id != own for seat in room.seats):
        raise Rejected(Reason.NAME_TAKEN)
    return name, look


def _leave_room(room: Room, command: LeaveRoom) -> Events:
    assert command.by is not None
    return _leave(room, command.by, "left", command.at)


def _kick_player(room: Room, command: KickPlayer) -> Events:
    if _member(room, command.seat).id == room.host:
        raise Rejected(Reason.UNKNOWN_PLAYER)
    return _leave(room, command.seat, "kicked", command.at)


def _leave(room: Room, seat: str, reason: str, at: int) -> Events:
    left = PlayerLeft(seat, reason)
    others = [one for one in room.seats if one.id != seat]
    if not others:
        return (left, RoomClosed())
    events = (left, *_follow(room, left, seat, at))
    if seat != room.host:
        return events
    heir = min(others, key=lambda one: (one.away, int(one.id[1:])))
    return (*events, HostChanged(heir.id))


def _set_away(room: Room, command: SetAway) -> Events:
    seat = command.by if command.seat is None else command.seat
    if command.by not in (seat, room.host):
        raise Rejected(Reason.NOT_HOST)
    assert seat is not None
    if _member(room, seat).away == command.away:
        raise Rejected(Reason.NO_CHANGE)
    changed = AwayChanged(seat, command.away)
    return (changed, *_follow(room, changed, seat, command.at))


def _follow(
    room: Room, event: PlayerJoined | PlayerLeft | AwayChanged, seat: str, at: int
) -> tuple[RoundEvent, ...]:
    """What the round makes of `event`."""
    game = room.game
    if game is None or game.round is None:
        return ()
    had_turn = game.round.turn.seat == seat or not present(room.seats)
    after = evolve(room, event)
    assert after.game is not None
    flow = Flow.inside(after.game, setting_of(after, None, at))
    people_changed(flow, seat, had_turn=had_turn, left=isinstance(event, PlayerLeft))
    return tuple(flow.events)


# ------------------------------------------------------------------ the host's room


def _lock_room(room: Room, _: LockRoom) -> Events:
    if room.locked:
        raise Rejected(Reason.NO_CHANGE)
    return (RoomLocked(),)


def _unlock_room(room: Room, _: UnlockRoom) -> Events:
    if not room.locked:
        raise Rejected(Reason.NO_CHANGE)
    return (RoomUnlocked(),)


def _transfer_host(room: Room, command: TransferHost) -> Events:
    if _member(room, command.seat).id == room.host:
        raise Rejected(Reason.NO_CHANGE)
    return (HostChanged(command.seat),)


def _claim_host(room: Room, command: ClaimHost) -> Events:
    assert command.by is not None
    if command.by == room.host:
        raise Rejected(Reason.NO_CHANGE)
    free_at = command.host_seen_at + room.options.host_seconds * 1000
    if max(command.at, room.at) <= free_at:
        raise Rejected(Reason.TOO_EARLY, {"at": min(free_at, MAX_INT)})
    return (HostChanged(command.by),)


def _move_seat(room: Room, command: MoveSeat) -> Events:
    seats = [seat.id for seat in room.seats]
    place = seats.index(_member(room, command.seat).id)
    if not 0 <= command.to < len(seats):
        raise Rejected(Reason.BAD_VALUE, {"field": "to", "seats": len(seats)})
    if place == command.to:
        raise Rejected(Reason.NO_CHANGE)
    seats.insert(command.to, seats.pop(place))
    return (SeatsChanged(tuple(seats)),)


_FIXED = frozenset({"lifetime_hours"})


def _configure(room: Room, command: Configure) -> Events:
    options = change_options(room.options, command.options, fixed=_FIXED)
    if options.capacity < len(room.seats):
        raise Rejected(Reason.BAD_OPTION, {"field": "options.capacity", "seats": len(room.seats)})
    assert room.game is not None
    events: list[RoomEvent] = []
    if command.pack is not None and command.pack != room.game.pack:
        events.append(PackChanged(command.pack))
    if options != room.options:
        events.append(OptionsChanged(options))
    if not events:
        raise Rejected(Reason.NO_CHANGE)
    return tuple(events)


def _close_room(_room: Room, _: CloseRoom) -> Events:
    return (RoomClosed(),)


def _move_room(room: Room, command: MoveRoom) -> Events:
    if command.to == room.home:
        raise Rejected(Reason.NO_CHANGE)
    return (RoomMoved(command.to),)


# ------------------------------------------------------------------ looks

_HEX = frozenset("0123456789abcdefABCDEF")


def _clean_colour(value: str) -> str:
    if len(value) == 7 and value[0] == "#" and set(value[1:]) <= _HEX:
        return value.lower()
    raise Rejected(Reason.BAD_VALUE, {"field": "colour"})


def _clean_team(value: str) -> str:
    if value in ("a", "b"):
        return value
    raise Rejected(Reason.BAD_VALUE, {"field": "team"})


_LOOKS: dict[str, Callable[[str], str]] = {
    "emoji": clean_emoji,
    "colour": _clean_colour,
    "team": _clean_team,
}


def _update_profile(room: Room, command: UpdateProfile) -> Events:
    assert command.by is not None
    member = _member(room, command.by)
    changes: dict[str, Any] = {}
    if command.name is not UNSET:
        name, look = _free_name(room, command.name, own=member.id)
        if name != member.name:
            changes = {"name": name, "skeleton": look}
    for field, clean in _LOOKS.items():
        wanted = getattr(command, field)
        if wanted is UNSET:
            continue
        cleaned = None if wanted is None else clean(wanted)
        if cleaned != getattr(member, field):
            changes[field] = cleaned
    if not changes:
        raise Rejected(Reason.NO_CHANGE)
    return (PlayerUpdated(member.id, **changes),)


_DECIDE: dict[type, Callable[[Room, Any], Events]] = {
    CreateRoom: _create_room,
    JoinRoom: _join_room,
    LeaveRoom: _leave_room,
    KickPlayer: _kick_player,
    LockRoom: _lock_room,
    UnlockRoom: _unlock_room,
    TransferHost: _transfer_host,
    ClaimHost: _claim_host,
    MoveSeat: _move_seat,
    Configure: _configure,
    SetAway: _set_away,
    UpdateProfile: _update_profile,
    CloseRoom: _close_room,
    MoveRoom: _move_room,
}
