"""What a command costs in a room of twenty after ten rounds, beside its first round.

It should stay under 1.5 times.
"""

from functools import partial

from benchmarks.games import commands_of, seated, started, step
from benchmarks.interleave import cpu_seconds, interleaved, median, ratio
from ringofire import Command, Room, apply, decide, make_entry

PLAYERS = 20
ROUNDS = 10
REPEATS = 10


def played(room: Room) -> Room:
    """The room after the round that has begun."""
    for command in commands_of(room):
        room = step(room, command)
    return room


def main() -> None:
    """Measure and print."""
    new = started(seated(PLAYERS, 1))
    old = new
    for _ in range(ROUNDS):
        old = started(played(old))
    both = {"round 1": new, f"round {ROUNDS + 1}": old}
    games = {name: (room, commands_of(room)) for name, room in both.items()}

    def play(room: Room, commands: list[Command]) -> int:
        for _ in range(REPEATS):
            after = room
            for command in commands:
                after = apply(after, make_entry(after, command, decide(after, command)))
        return REPEATS * len(commands)

    figures = interleaved(
        {
            name: partial(cpu_seconds, partial(play, room, commands))
            for name, (room, commands) in games.items()
        }
    )
    print(f"CPU microseconds a command, {PLAYERS} players, with entries and hashes")
    for name in figures:
        cost = median(figures, name) * 1e6
        print(f"  {name:24} {cost:10,.1f}   x {ratio(figures, name, 'round 1')}")
