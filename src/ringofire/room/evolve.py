"""How a room follows from its events: one small function per event, in a table.

What happened to the round is the round's to write down.
"""

from collections.abc import Callable
from typing import Any

from ringofire.canonical import UNSET
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
from ringofire.room.state import Room, Seat
from ringofire.round.events import RoundEvent
from ringofire.round.evolve import evolve_game
from ringofire.round.people import keep_pick, seat_left, seat_went
from ringofire.round.state import Game
from ringofire.values import replace

__all__ = ["evolve"]


def evolve(room: Room, event: RoomEvent | RoundEvent) -> Room:
    """Give the room after `event`.

    Total on the events that `decide` makes of the same room, in their order; for others the
    outcome is undefined. Version, time and head hash follow from the entry: see `apply`.
    """
    change = _CHANGES.get(type(event))
    if change is not None:
        return change(room, event)
    return replace(room, game=evolve_game(_game(room), event))  # type: ignore[arg-type]


def _game(room: Room) -> Game:
    assert room.game is not None
    return room.game


def _change_seat(room: Room, seat: str, **changes: Any) -> Room:
    seats = tuple([replace(one, **changes) if one.id == seat else one for one in room.seats])
    return replace(room, seats=seats)


def _room_created(room: Room, event: RoomCreated) -> Room:
    game = Game(pack=event.pack, commitment=event.commitment, master=event.master)
    return replace(room, code=event.room, options=event.options, game=game)


def _room_locked(room: Room, _: RoomLocked) -> Room:
    return replace(room, locked=True)


def _room_unlocked(room: Room, _: RoomUnlocked) -> Room:
    return replace(room, locked=False)


def _room_closed(room: Room, _: RoomClosed) -> Room:
    return replace(room, closed=True)


def _room_moved(room: Room, event: RoomMoved) -> Room:
    return replace(room, home=event.to, game=keep_pick(_game(room)))


def _player_joined(room: Room, event: PlayerJoined) -> Room:
    seat = Seat(event.seat, event.name, event.skeleton, token_hash=event.token_hash)
    return replace(room, seats=(*room.seats, seat), joined=room.joined + 1)


def _player_left(room: Room, event: PlayerLeft) -> Room:
    ids = [seat.id for seat in room.seats]
    place = ids.index(event.seat)
    leaver = room.seats[place]
    return replace(
        room,
        seats=room.seats[:place] + room.seats[place + 1 :],
        host=None if room.host == event.seat else room.host,
        dead_tokens=room.dead_tokens | {leaver.token_hash},
        game=seat_left(_game(room), event.seat, tuple(ids)),
    )


def _player_updated(room: Room, event: PlayerUpdated) -> Room:
    looks = {
        "name": event.name,
        "skeleton": event.skeleton,
        "emoji": event.emoji,
        "colour": event.colour,
        "team": event.team,
    }
    changes = {name: look for name, look in looks.items() if look is not UNSET}
    return _change_seat(room, event.seat, **changes)


def _away_changed(room: Room, event: AwayChanged) -> Room:
    room = _change_seat(room, event.seat, away=event.away)
    return replace(room, game=seat_went(_game(room), event.seat, away=event.away))


def _host_changed(room: Room, event: HostChanged) -> Room:
    return replace(room, host=event.seat)


def _seats_changed(room: Room, event: SeatsChanged) -> Room:
    seats = {seat.id: seat for seat in room.seats}
    return replace(room, seats=tuple([seats[seat] for seat in event.seats]))


def _pack_changed(room: Room, event: PackChanged) -> Room:
    return replace(room, game=replace(_game(room), pack=event.pack))


def _options_changed(room: Room, event: OptionsChanged) -> Room:
    return replace(room, options=event.options)


_CHANGES: dict[type, Callable[[Room, Any], Room]] = {
    RoomCreated: _room_created,
    RoomLocked: _room_locked,
    RoomUnlocked: _room_unlocked,
    RoomClosed: _room_closed,
    RoomMoved: _room_moved,
    PlayerJoined: _player_joined,
    PlayerLeft: _player_left,
    PlayerUpdated: _player_updated,
    AwayChanged: _away_changed,
    HostChanged: _host_changed,
    SeatsChanged: _seats_changed,
    PackChanged: _pack_changed,
    OptionsChanged: _options_changed,
}
