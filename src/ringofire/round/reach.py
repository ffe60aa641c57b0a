"""Whom an effect reaches, and how its drawer is asked.

Reads the table of `who` and the card that is up; makes nothing happen
but a choice that is asked for.
"""

from collections.abc import Callable

from ringofire.packs.effects import Effect
from ringofire.round.events import ChoiceRequested, ChoiceSkipped
from ringofire.round.flow import Flow
from ringofire.round.state import Draw, Round, neighbour

__all__ = [
    "Answers",
    "ask",
    "ask_for_seats",
    "draw_of",
    "effect_at",
    "holders",
    "holds",
    "others",
    "plan_of",
    "random_number",
    "reach",
]

Answers = tuple[tuple[str, ...], ...]

_WHEN: dict[str | None, Callable[[Draw], bool]] = {
    None: lambda _: True,
    "last": lambda draw: draw.last,
    "not_last": lambda draw: not draw.last,
    "red": lambda draw: draw.card.red,
    "black": lambda draw: draw.card.black,
}


def plan_of(round_: Round) -> tuple[Effect, ...]:
    """The effects of the card that is up, without those whose `when` does not hold."""
    draw = draw_of(round_)
    effects = round_.pack.rule_for(draw.card).effects
    return tuple([effect for effect in effects if holds(effect, draw)])


def holds(effect: Effect, draw: Draw) -> bool:
    """Whether the `when` of an effect lets the card that is up have it."""
    return _WHEN[effect.when](draw)


def effect_at(round_: Round, step: int) -> Effect:
    """The effect at place `step` of the plan; the one behind the last is the break's penalty."""
    plan = plan_of(round_)
    return plan[step] if step < len(plan) else round_.pack.break_


def draw_of(round_: Round) -> Draw:
    """The card that is up; whoever asks for it knows that there is one."""
    assert round_.draw is not None
    return round_.draw


# ------------------------------------------------------------------ who is reached


def _beside(flow: Flow, drawer: str, *steps: int) -> tuple[str, ...]:
    if flow.person(drawer) is None:
        return ()
    found = [neighbour(flow.setting.people, drawer, step) for step in steps]
    return flow.in_order(tuple([seat for seat in found if seat is not None and seat != drawer]))


def _team(flow: Flow, team: str) -> tuple[str, ...]:
    return flow.in_order(
        tuple([person.id for person in flow.setting.people if person.team == team])
    )


def holders(flow: Flow, key: str) -> tuple[str, ...]:
    """The present seats that hold the status `key`, in seat order."""
    statuses = flow.round.lasting.statuses
    return flow.in_order(
        tuple([s.holder for s in statuses if s.key == key and s.holder is not None])
    )


# Left is the next one in seat order, whatever way the play goes.
_REACH: dict[str, Callable[[Flow, Draw], tuple[str, ...]]] = {
    "drawer": lambda flow, draw: flow.in_order((draw.seat,)),
    "left": lambda flow, draw: _beside(flow, draw.seat, 1),
    "right": lambda flow, draw: _beside(flow, draw.seat, -1),
    "sides": lambda flow, draw: _beside(flow, draw.seat, 1, -1),
    "prev": lambda flow, draw: flow.in_order((draw.previous,) if draw.previous else ()),
    "all": lambda flow, _: flow.present(),
    "others": lambda flow, draw: tuple([s for s in flow.present() if s != draw.seat]),
    "team:a": lambda flow, _: _team(flow, "a"),
    "team:b": lambda flow, _: _team(flow, "b"),
    "table": lambda _flow, _draw: (),
}


def others(flow: Flow) -> tuple[str, ...]:
    """Everybody present but the drawer."""
    return _REACH["others"](flow, draw_of(flow.round))


def reach(flow: Flow, who: str, step: int, answers: Answers) -> tuple[str, ...] | None:
    """Whom an effect hits, in seat order; None while that is being chosen."""
    if answers:
        return answers[0]
    if who == "pick":
        return ask_for_seats(flow, step, others(flow), 1)
    if who == "random":
        return flow.random(flow.present(), 1)
    return _REACH[who](flow, draw_of(flow.round))


def random_number(flow: Flow, who: str) -> int | None:
    """The number of the random effect that comes next, for `who = "random"`; None for others."""
    return flow.round.randoms + 1 if who == "random" else None


# ------------------------------------------------------------------ asking


def ask(
    flow: Flow,
    kind: str,
    step: int,
    candidates: tuple[str, ...],
    count: int,
    *,
    answers: Answers = (),
    in_vain: bool = False,
) -> bool:
    """Request a choice of the drawer; True means that it was skipped at once, in vain."""
    draw = draw_of(flow.round)
    owner = draw.seat
    choice = f"c{flow.round.numbers.choice + 1}"
    flow.emit(ChoiceRequested(choice, kind, owner, candidates, count, step, answers))
    unheard = draw.dropped or not flow.is_present(owner)
    if in_vain or unheard or not (candidates or kind == "rule"):
        flow.emit(ChoiceSkipped(choice))
        return True
    return False


def ask_for_seats(
    flow: Flow, step: int, candidates: tuple[str, ...], count: int
) -> tuple[str, ...] | None:
    """Ask for up to `count` of `candidates`; none if that was in vain, None while it is open."""
    skipped = ask(flow, "players", step, candidates, min(count, len(candidates)))
    return () if skipped else None
