"""The same game as many would write it: one frozen attrs class, `attrs.evolve`, a deck cursor.

It validates as much and tells as many events as the engine does, for the shipped pack `uk`: what it
lacks is what the engine is for (slots, undo, packs as data, seats that come and go, a view).
"""

import random
from collections.abc import Callable
from typing import Any

from attrs import evolve, frozen

RANKS = ("A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K")
SUITS = ("C", "D", "H", "S")
GAP = 3


class Refused(Exception):
    """A move was refused."""


@frozen
class Event:
    """Something happened."""

    type: str
    seat: str
    data: object = None


@frozen
class Pick:
    """A player asks to turn the next card over."""

    id: str
    seat: str
    at: int
    expect: int | None = None


@frozen
class Choose:
    """A player answers the open choice."""

    id: str
    seat: str
    at: int
    value: str
    expect: int | None = None


Move = Pick | Choose


@frozen
class Game:
    """All there is, in one flat value."""

    code: str
    version: int
    at: int
    players: tuple[str, ...]
    host: str
    locked: bool
    phase: str
    deck: tuple[str, ...]
    cursor: int
    current: int
    direction: int
    picked: tuple[tuple[int, str, str], ...]
    kings: int
    broken: bool
    pours: int
    choice: tuple[str, str] | None
    statuses: tuple[tuple[str, str], ...]
    mates: tuple[tuple[str, str], ...]
    rules: tuple[str, ...]
    ids: tuple[str, ...]
    turn_started_at: int


def new_game(players: int, seed: int) -> Game:
    """Shuffle and deal."""
    deck = [rank + suit for rank in RANKS for suit in SUITS]
    random.Random(seed).shuffle(deck)
    return Game(
        code="K7QX2M",
        version=0,
        at=0,
        players=tuple(f"p{number + 1}" for number in range(players)),
        host="p1",
        locked=False,
        phase="playing",
        deck=tuple(deck),
        cursor=0,
        current=0,
        direction=1,
        picked=(),
        kings=0,
        broken=False,
        pours=0,
        choice=None,
        statuses=(),
        mates=(),
        rules=(),
        ids=(),
        turn_started_at=0,
    )


def drinkers(game: Game, seat: str) -> tuple[str, ...]:
    """Who drinks when `seat` does."""
    reached, front = {seat}, [seat]
    while front:
        front = [to for start in front for a, to in game.mates if a == start and to not in reached]
        reached.update(front)
    return tuple(player for player in game.players if player in reached)


def play(game: Game, move: Move) -> tuple[Game, tuple[Event, ...]]:
    """Judge a move; give the game after it and what happened."""
    if not _is_id(move.id):
        raise Refused("bad id")
    if not _is_time(move.at):
        raise Refused("bad time")
    if move.id in game.ids:
        raise Refused("seen before")
    if move.expect is not None and move.expect != game.version:
        raise Refused("stale")
    if game.phase != "playing":
        raise Refused("wrong phase")
    if move.seat not in game.players:
        raise Refused("not a member")
    game = evolve(
        game, version=game.version + 1, at=max(game.at, move.at), ids=(*game.ids[-63:], move.id)
    )
    events: list[Event] = []
    judge = _JUDGES[type(move)]
    game = judge(game, move, events)
    if game.choice is None:
        game = _next(game, events)
    return game, tuple(events)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 64


def _is_time(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _pick(game: Game, move: Pick, events: list[Event]) -> Game:
    if game.choice is not None:
        raise Refused("choice pending")
    if game.players[game.current] != move.seat:
        raise Refused("not your turn")
    card = game.deck[game.cursor]
    events.append(Event("card_picked", move.seat, card))
    game = evolve(
        game, cursor=game.cursor + 1, picked=(*game.picked, (game.cursor, card, move.seat))
    )
    if card[0] == "K":
        game = evolve(game, kings=game.kings + 1)
    return EFFECTS[card[:-1]](game, move.seat, events)


def _choose(game: Game, move: Choose, events: list[Event]) -> Game:
    if game.choice is None:
        raise Refused("no choice")
    kind, owner = game.choice
    if move.seat not in (owner, game.host):
        raise Refused("not yours")
    if kind == "rule":
        if not 0 < len(move.value) <= 140:
            raise Refused("bad text")
        events.append(Event("rule_added", owner, move.value))
        return evolve(game, choice=None, rules=(*game.rules, move.value))
    if move.value not in game.players or move.value == owner:
        raise Refused("not a candidate")
    events.append(Event("choice_made", owner, move.value))
    if kind == "mate":
        events.append(Event("link_added", owner, move.value))
        return evolve(game, choice=None, mates=(*game.mates, (owner, move.value)))
    events.append(Event("penalty_called", move.value, drinkers(game, move.value)))
    return evolve(game, choice=None)


_JUDGES: dict[type, Callable[[Game, Any, list[Event]], Game]] = {Pick: _pick, Choose: _choose}


def _next(game: Game, events: list[Event]) -> Game:
    seat = game.players[game.current]
    if not game.broken and game.cursor >= GAP:
        events.append(Event("ring_broken", seat))
        events.append(Event("penalty_called", seat, drinkers(game, seat)))
        game = evolve(game, broken=True)
    if game.kings == 4 or game.cursor == len(game.deck):
        events.append(Event("round_ended", seat))
        return evolve(game, phase="ended")
    current = (game.current + game.direction) % len(game.players)
    events.append(Event("turn_started", game.players[current], game.at))
    return evolve(game, current=current, turn_started_at=game.at)


def _call(game: Game, seat: str, events: list[Event]) -> Game:
    events.append(Event("game_called", seat, game.players))
    return game


def _ask(kind: str) -> Callable[[Game, str, list[Event]], Game]:
    def ask(game: Game, seat: str, events: list[Event]) -> Game:
        events.append(Event("choice_requested", seat, kind))
        return evolve(game, choice=(kind, seat))

    return ask


def _drink(game: Game, seat: str, events: list[Event]) -> Game:
    events.append(Event("penalty_called", seat, drinkers(game, seat)))
    return game


def _status(key: str) -> Callable[[Game, str, list[Event]], Game]:
    def give(game: Game, seat: str, events: list[Event]) -> Game:
        events.append(Event("status_set", seat, key))
        kept = tuple(status for status in game.statuses if status[0] != key)
        return evolve(game, statuses=(*kept, (key, seat)))

    return give


def _cup(game: Game, seat: str, events: list[Event]) -> Game:
    events.append(Event("cup_filled", seat, game.pours + 1))
    game = evolve(game, pours=game.pours + 1)
    if game.kings == 4:
        events.append(Event("cup_served", seat))
        game = evolve(game, pours=0)
    return game


EFFECTS: dict[str, Callable[[Game, str, list[Event]], Game]] = {
    "A": _call,
    "2": _ask("you"),
    "3": _drink,
    "4": _call,
    "5": _status("thumb"),
    "6": _call,
    "7": _status("heaven"),
    "8": _ask("mate"),
    "9": _call,
    "10": _call,
    "J": _ask("rule"),
    "Q": _status("question"),
    "K": _cup,
}


def moves_of(game: Game) -> list[Move]:
    """All moves of a whole game, so that making them is not measured."""
    moves: list[Move] = []
    while game.phase == "playing":
        number = f"m{len(moves)}"
        if game.choice is None:
            move: Move = Pick(number, game.players[game.current], len(moves))
        else:
            kind, owner = game.choice
            other = game.players[(game.players.index(owner) + 1) % len(game.players)]
            value = "No first names" if kind == "rule" else other
            move = Choose(number, owner, len(moves), value)
        moves.append(move)
        game, _ = play(game, move)
    return moves
