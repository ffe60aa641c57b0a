"""Whole games for the engine: rooms that are ready to play, and every command of a round."""

import hashlib

from ringofire import (
    AddRule,
    Choose,
    Command,
    CreateRoom,
    Entry,
    JoinRoom,
    PickCard,
    RepealRule,
    Room,
    StartRound,
    apply,
    decide,
    make_entry,
    shipped_pack,
)


def sha(text: str) -> bytes:
    """32 bytes that depend on `text` alone."""
    return hashlib.sha256(text.encode()).digest()


def step(room: Room, command: Command) -> Room:
    """Take one command whole."""
    return apply(room, make_entry(room, command, decide(room, command)))


def coming(
    players: int, seed: int, pack: str = "uk", *, room: str = "K7QX2M", at: int = 0
) -> list[Command]:
    """The commands by which so many players come to a new room."""
    create = CreateRoom(
        id="c",
        by=None,
        at=at,
        room=room,
        name="Player 1",
        token_hash=sha("token 1"),
        master=sha(f"master {seed}"),
        pack=shipped_pack(pack),
        options={"capacity": 20},
    )
    joins = [
        JoinRoom(
            id=f"j{number}",
            by=None,
            at=at,
            name=f"Player {number}",
            token_hash=sha(f"token {number}"),
        )
        for number in range(2, players + 1)
    ]
    return [create, *joins]


def seated(players: int, seed: int, pack: str = "uk") -> Room:
    """A room with so many players and no round yet."""
    room = Room()
    for command in coming(players, seed, pack):
        room = step(room, command)
    return room


def entries_of(code: str, count: int, *, at: int) -> list[Entry]:
    """The first entries of a room of six, which begins at `at` (ms since the epoch)."""
    room = Room()
    entries: list[Entry] = []
    waiting = [*coming(6, 1, room=code, at=at), StartRound(id="s", by="p1", at=at)]
    while len(entries) < count:
        command = waiting.pop(0) if waiting else next_command(room)
        if command is None:
            command = StartRound(id=f"s{room.version}", by="p1", at=at)
        entry = make_entry(room, command, decide(room, command))
        entries.append(entry)
        room = apply(room, entry)
    return entries


def started(room: Room) -> Room:
    """The same room with a round begun."""
    return step(room, StartRound(id=f"s{room.version}", by=room.host, at=room.at))


def next_command(room: Room) -> Command | None:
    """The next command of a plain game; None when the round is over."""
    assert room.game is not None
    round_ = room.game.round
    assert round_ is not None
    if round_.over:
        return None
    number, at, choice = f"m{room.version}", room.at + 1, round_.choice
    if choice is None:
        return PickCard(id=number, by=round_.turn.seat, at=at)
    by = choice.owner
    if choice.kind == "rule":
        return AddRule(id=number, by=by, at=at, text="No first names")
    if choice.kind == "repeal":
        return RepealRule(id=number, by=by, at=at, rule=choice.candidates[0])
    value: object = choice.candidates[: choice.count]
    if choice.kind == "split":
        value = {choice.candidates[0]: choice.count}
    return Choose(id=number, by=by, at=at, choice=choice.id, value=value)  # type: ignore[arg-type]


def commands_of(room: Room) -> list[Command]:
    """All commands of the round that has begun, so that making them is not measured."""
    commands = []
    while (command := next_command(room)) is not None:
        commands.append(command)
        room = step(room, command)
    return commands
