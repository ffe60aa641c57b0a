"""Players that need no people: they draw, answer what must be answered, and say who lost.

They know what everybody knows, the view. Slots and answers are picked at random among what is
allowed; a bot never takes back, leaves or skips, so that their game always ends.
"""

from ringofire import (
    AddRule,
    ChoiceView,
    Choose,
    GiveVerdict,
    PickCard,
    RepealRule,
    RoomView,
    VerdictView,
)
from ringofire_adapters.terminal.ask import Ask, face_down, sender
from ringofire_adapters.terminal.source import Source

__all__ = ["NAMES", "next_move"]

NAMES = tuple(
    (
        "Ada Bo Cleo Dot Eli Fern Gil Hope Ivo Juno Kit Luz Max Nell Otis Pip Quinn Rae Sol Tess"
    ).split()
)
"""Bots are called after one another, from the first seat on."""

RULES = (
    "No first names",
    "Drink with the other hand",
    "No pointing",
    "Nobody says yes",
    "Elbows off the table",
    "Whisper until the next rule",
    "Swap seats after each king",
    "Thank whoever hands you a card",
)
"""What bots have everybody do."""


def next_move(view: RoomView, source: Source) -> Ask | None:
    """Give what a bot does next, or None if the bots are through."""
    choice, verdict = view.choice, view.verdict
    if choice is not None:
        return _answer(view, choice, source)
    if verdict is not None and verdict.value is None:
        by = sender(view, "give_verdict", view.current)
        return Ask(
            GiveVerdict, by, {"verdict": verdict.id, "value": tuple(_losers(verdict, source))}
        )
    by = sender(view, "pick_card")
    if by is None:
        return None
    return Ask(PickCard, by, {"slot": source.one_of(face_down(view))})


def _losers(verdict: VerdictView, source: Source) -> list[str]:
    if verdict.kind == "one":
        return [source.one_of(verdict.candidates)]
    return [seat for seat in verdict.candidates if source.below(2)]


def _answer(view: RoomView, choice: ChoiceView, source: Source) -> Ask:
    by = choice.owner
    if choice.kind == "rule":
        return Ask(AddRule, by, {"text": source.one_of(RULES)})
    if choice.kind == "repeal":
        return Ask(RepealRule, by, {"rule": source.one_of(choice.candidates)})
    if choice.kind == "split":
        parts: dict[str, int] = {}
        for _ in range(choice.count):
            seat = source.one_of(choice.candidates)
            parts[seat] = parts.get(seat, 0) + 1
        return Ask(Choose, by, {"choice": choice.id, "value": parts})
    chosen = source.some_of(choice.candidates, choice.count)
    value = chosen[0] if choice.count == 1 else tuple(chosen)
    return Ask(Choose, by, {"choice": choice.id, "value": value})
