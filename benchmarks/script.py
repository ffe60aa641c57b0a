"""Whole games as the frames that clients send and the updates they get, room by room."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from typing import Any

from attrs import frozen

from ringofire import RoomView, view
from ringofire.protocol.limits import Limits
from ringofire_adapters.hub import Hub, Line, Settings
from ringofire_adapters.memory import Memory
from ringofire_adapters.stores import Direct

__all__ = ["FREE", "Move", "Script", "entropy", "open_hub", "record"]

FREE = Settings(
    limits=Limits(rate=10**6, burst=10**6), rooms=0, connections=0, address_misses=0, misses=0
)
"""Settings that stop nobody, so that what is measured is the work."""


@frozen
class Move:
    """A frame, the seat (from 0) that sends it, and the update that everybody gets."""

    seat: int
    frame: str
    update: str


@frozen
class Script:
    """How a room is made (a frame for each seat), and what is played there, round by round."""

    room: str
    coming: tuple[str, ...]
    rounds: tuple[tuple[Move, ...], ...]


def entropy(seed: int) -> Callable[[int], bytes]:
    """Give a source of bytes that is the same in every process."""
    given = 0

    def draw(count: int) -> bytes:
        nonlocal given
        given += 1
        return hashlib.sha256(f"{seed}/{given}".encode()).digest()[:count]

    return draw


def open_hub(seed: int) -> Hub:
    """Give a hub over a store in memory whose rooms are always the same."""
    return Hub(Direct(Memory()), FREE, clock=lambda: 1_800_000_000_000, entropy=entropy(seed))


def record(rooms: int, players: int, *, rounds: int = 1, seed: int = 1) -> list[Script]:
    """Play in each of some rooms, one after another, and write it all down."""
    return asyncio.run(_record(open_hub(seed), rooms, players, rounds))


async def _record(hub: Hub, rooms: int, players: int, rounds: int) -> list[Script]:
    return [await _play(hub, number, players, rounds) for number in range(rooms)]


async def _play(hub: Hub, number: int, players: int, rounds: int) -> Script:
    heard: list[str] = []
    lines = [hub.open(heard.append, _ignore, "") for _ in range(players)]
    coming = [
        {
            "action": "create_room" if seat == 0 else "join_room",
            "id": "come",
            "name": f"Player {seat}",
            "token": f"{number * 100 + seat:064x}",
        }
        for seat in range(players)
    ]
    await _say(hub, lines[0], coming[0])
    room = json.loads(heard[0])["room"]
    for frame, line in zip(coming[1:], lines[1:], strict=True):
        frame["room"] = room
        await _say(hub, line, frame)
    played = []
    for _ in range(rounds):
        moves: list[Move] = []
        asked: tuple[int, dict[str, Any]] | None = (0, {"action": "start_round"})
        while asked is not None:
            seat, fields = asked
            frame = {**fields, "id": f"m{hub.desks[room].room.version}"}
            heard.clear()
            await _say(hub, lines[seat], frame)
            assert heard[-1].startswith('{"by"'), heard[-1]
            moves.append(Move(seat, json.dumps(frame), heard[-1]))
            asked = _next(view(hub.desks[room].room))
        played.append(tuple(moves))
    return Script(room, tuple(map(json.dumps, coming)), tuple(played))


def _ignore(_: object) -> None:
    pass


async def _say(hub: Hub, line: Line | None, frame: dict[str, Any]) -> None:
    assert line is not None
    await hub.receive(line, json.dumps(frame).encode())


def _next(seen: RoomView) -> tuple[int, dict[str, Any]] | None:
    """The next frame of a plain game; None when the round is over."""
    if seen.phase != "playing":
        return None
    choice = seen.choice
    if choice is None:
        assert seen.current is not None
        return _seat(seen.current), {"action": "pick_card"}
    by = _seat(choice.owner)
    if choice.kind == "rule":
        return by, {"action": "add_rule", "text": "No first names"}
    if choice.kind == "repeal":
        return by, {"action": "repeal_rule", "rule": choice.candidates[0]}
    value: Any = list(choice.candidates[: choice.count])
    if choice.kind == "split":
        value = {choice.candidates[0]: choice.count}
    return by, {"action": "choose", "choice": choice.id, "value": value}


def _seat(seat: str) -> int:
    return int(seat.removeprefix("p")) - 1
