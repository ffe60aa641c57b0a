"""What a command of a game of six costs on its way from `decide` to the text of its update.

Step by step, the view made and written as a whole; then all steps together, once with such a view
and once with a scribe, which writes what the command has changed.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.games import commands_of, seated, started
from benchmarks.interleave import cpu_seconds, interleaved, median, ratio
from ringofire import Command, Entry, Event, Room, apply, decide, make_entry, view
from ringofire.canonical import canonical
from ringofire.scribe import Scribe

GAMES = 10
PLAYERS = 6

Step = tuple[Room, Command, tuple[Event, ...], Entry, Room]
"""A room, a command, what comes of it, its entry, and the room after."""

STEPS: dict[str, Callable[..., object]] = {
    "decide": lambda room, command, *_: decide(room, command),
    "make_entry": lambda room, command, events, *_: make_entry(room, command, events),
    "apply": lambda room, _, __, entry, ___: apply(room, entry),
    "view": lambda *step: view(step[-1]),
    "canonical(view)": lambda *step: canonical(view(step[-1])),
}


def steps_of(room: Room) -> list[Step]:
    """All steps of the round that has begun."""
    steps = []
    for command in commands_of(room):
        events = decide(room, command)
        entry = make_entry(room, command, events)
        after = apply(room, entry)
        steps.append((room, command, events, entry, after))
        room = after
    return steps


def main() -> None:
    """Measure and print."""
    games = [steps_of(started(seated(PLAYERS, seed))) for seed in range(GAMES)]
    steps = [step for game in games for step in game]

    def one(work: Callable[..., object]) -> int:
        for step in steps:
            work(*step)
        return len(steps)

    def all_of_them(writer: Callable[[], Callable[[Entry, Room], object]]) -> int:
        for game in games:
            write, room = writer(), game[0][0]
            for _, command, *_ in game:
                entry = make_entry(room, command, decide(room, command))
                room = apply(room, entry)
                write(entry, room)
        return len(steps)

    def whole() -> Callable[[Entry, Room], object]:
        return lambda _, room: canonical(view(room))

    def scribe() -> Callable[[Entry, Room], Any]:
        made = Scribe()
        return lambda entry, room: (made.events_text(entry), made.view_text(room))

    figures = interleaved(
        {name: partial(cpu_seconds, partial(one, work)) for name, work in STEPS.items()}
        | {
            "all, view as a whole": lambda: cpu_seconds(partial(all_of_them, whole)),
            "all, with a scribe": lambda: cpu_seconds(partial(all_of_them, scribe)),
        }
    )
    print(f"CPU microseconds a command, games of {PLAYERS}")
    for name in figures:
        cost = median(figures, name) * 1e6
        print(f"  {name:24} {cost:10,.1f}   x {ratio(figures, name, 'all, view as a whole')}")
