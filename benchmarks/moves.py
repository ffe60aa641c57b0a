"""Moves a second of whole games of six, beside the same game written by hand.

The aim is 1; at least 0.30 for `decide` + `evolve`, at least 0.15 with entries and hashes.
"""

from benchmarks.baseline import moves_of, new_game, play
from benchmarks.games import commands_of, seated, started
from benchmarks.interleave import cpu_seconds, interleaved, median, ratio
from ringofire import apply, decide, evolve, make_entry

GAMES = 40
PLAYERS = 6


def main() -> None:
    """Measure and print."""
    hand = [(game, moves_of(game)) for game in (new_game(PLAYERS, seed) for seed in range(GAMES))]
    rooms = [started(seated(PLAYERS, seed)) for seed in range(GAMES)]
    engine = [(room, commands_of(room)) for room in rooms]

    def by_hand() -> int:
        for game, moves in hand:
            for move in moves:
                game, _ = play(game, move)  # noqa: PLW2901
        return sum(len(moves) for _, moves in hand)

    def decided() -> int:
        for room, commands in engine:
            for command in commands:
                for event in decide(room, command):
                    room = evolve(room, event)  # noqa: PLW2901
        return sum(len(commands) for _, commands in engine)

    def logged() -> int:
        for room, commands in engine:
            for command in commands:
                room = apply(room, make_entry(room, command, decide(room, command)))  # noqa: PLW2901
        return sum(len(commands) for _, commands in engine)

    figures = interleaved(
        {
            "by hand": lambda: 1 / cpu_seconds(by_hand),
            "decide + evolve": lambda: 1 / cpu_seconds(decided),
            "with entries and hashes": lambda: 1 / cpu_seconds(logged),
        }
    )
    print("moves per CPU second, games of six")
    for name in figures:
        per_second = median(figures, name)
        print(f"  {name:24} {per_second:10,.0f}   x {ratio(figures, name, 'by hand')}")
