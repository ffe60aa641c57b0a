"""How a turn goes: the card's effects in order, the ring's break, the end or the next turn.

While a choice is open everything behind it waits; whichever command closes it calls `carry_on`.
"""

from ringofire.packs.effects import Effect, GameEffect, TurnEffect
from ringofire.round.effects import perform
from ringofire.round.events import (
    ChoiceSkipped,
    LinkRemoved,
    RingBroken,
    RoundEnded,
    RoundPaused,
    RoundResumed,
    RuleRepealed,
    StatusCleared,
    TurnStarted,
)
from ringofire.round.flow import Flow
from ringofire.round.reach import holds, plan_of
from ringofire.round.state import Choice, Round, neighbour
from ringofire.shuffle import commitment, secret

__all__ = [
    "carry_on",
    "drop_choice",
    "end_round",
    "opens_gap",
    "pass_turn",
    "people_changed",
    "run_losers",
    "start_turn",
]

LEAST_PRESENT = 2
"""Below so many present a round waits."""


def carry_on(flow: Flow, step: int = 0) -> None:
    """Go on with the card that is up from effect number `step`, until a choice or the end."""
    plan = plan_of(flow.round)
    draw = flow.round.draw
    assert draw is not None
    for place in range(step, len(plan)):
        if not _waits_for_verdict(plan[place]) and not perform(flow, plan[place], place, ()):
            return
    if step <= len(plan) and draw.breaks:
        flow.emit(RingBroken())
        pack = flow.round.pack
        costs = pack.end != "ring" and holds(pack.break_, draw)
        if costs and not perform(flow, pack.break_, len(plan), ()):
            return
    reason = _end(flow.round)
    if reason is not None:
        end_round(flow, reason)
        return
    turn = flow.round.turn
    again = sum([isinstance(effect, TurnEffect) and effect.op == "again" for effect in plan])
    extra = turn.extra + again
    if extra and not draw.dropped and flow.is_present(draw.seat):
        start_turn(flow, draw.seat, extra - 1)
    else:
        pass_turn(flow)


def _waits_for_verdict(effect: Effect) -> bool:
    return getattr(effect, "who", None) == "loser"


def run_losers(flow: Flow, losers: tuple[str, ...]) -> None:
    """Do what the card has for the losers of the game whose verdict is open."""
    verdict = flow.round.verdict
    assert verdict is not None
    plan = plan_of(flow.round)
    games = [
        place
        for place, effect in enumerate(plan)
        if isinstance(effect, GameEffect) and effect.lose != "none"
    ]
    start = 0 if verdict.step == games[0] else verdict.step
    end = next((place for place in games if place > verdict.step), len(plan))
    for place in range(start, end):
        if losers and _waits_for_verdict(plan[place]):
            perform(flow, plan[place], place, (losers,))


def drop_choice(flow: Flow, choice: Choice, *, rest: bool = False) -> None:
    """Drop the open choice and its effect, or with `rest` all that is left of the card."""
    flow.emit(ChoiceSkipped(choice.id))
    card_ends = len(plan_of(flow.round))
    carry_on(flow, max(choice.step + 1, card_ends) if rest else choice.step + 1)


def opens_gap(round_: Round, slot: int) -> bool:
    """Whether turning the card at `slot` over is what breaks the ring."""
    ring, gap = round_.ring, round_.pack.gap
    if gap is None or ring.broken:
        return False
    width = 1
    for step in (1, -1):
        for distance in range(1, ring.size - width + 1):
            if ring.lies_face_down((slot + step * distance) % ring.size):
                break
            width += 1
    return width >= gap


def _end(round_: Round) -> str | None:
    """Why the round is over now, if it is."""
    ring, end = round_.ring, round_.pack.end
    if end == "last:K" and ring.kings_drawn == ring.kings:
        return "last_king"
    if end == "ring" and ring.broken:
        return "ring_broken"
    return None if ring.face_down else "ring_empty"


def end_round(flow: Flow, reason: str) -> None:
    """End the round: reveal its secret, commit to the next one."""
    game = flow.game
    following = secret(game.master, game.number + 1)
    flow.end(
        RoundEnded(
            number=game.number,
            reason=reason,
            secret=secret(game.master, game.number),
            commitment=commitment(flow.setting.room, game.number + 1, following),
        )
    )


def start_turn(flow: Flow, seat: str, extra: int = 0) -> None:
    """Start a turn, and end what lasted until it."""
    flow.emit(TurnStarted(seat, flow.setting.at, extra))
    count = flow.round.turn.count
    lasting = flow.round.lasting

    def over(until: str, since: int, drawer: str) -> bool:
        if until == "next_turn":
            return drawer == seat and since < count
        return until.startswith("turns:") and count >= since + int(until[6:])

    for status in lasting.statuses:
        if over(status.until, status.since, status.drawer):
            flow.emit(StatusCleared(status.key, status.holder, status.until, "expired"))
    for link in lasting.links:
        if over(link.until, link.since, link.drawer):
            flow.emit(LinkRemoved(link.from_, link.to, "expired"))
    for rule in lasting.rules:
        if over(rule.until, rule.since, rule.author):
            flow.emit(RuleRepealed(rule.id, "expired"))


def pass_turn(flow: Flow) -> None:
    """Start the turn of the next present seat; if nobody is present the turn waits."""
    turn = flow.round.turn
    seat = neighbour(flow.setting.people, turn.seat, turn.direction)
    if seat is not None:
        start_turn(flow, seat)


def people_changed(flow: Flow, seat: str, *, had_turn: bool, left: bool) -> None:
    """Do what follows from `seat` having joined, left, gone away or come back.

    Args:
        had_turn: whether it was its turn, or nobody was present to have one.
        left: whether the seat is given up for good.
    """
    if left:
        _vacate(flow, seat)
    if not flow.round.over:
        _go_on_without(flow, seat, had_turn=had_turn)
    enough = len(flow.present()) >= LEAST_PRESENT
    if enough == flow.round.paused and not flow.round.over:
        flow.emit(RoundResumed() if enough else RoundPaused())


def _go_on_without(flow: Flow, seat: str, *, had_turn: bool) -> None:
    """Let turn and choice go on now that `seat` has come or gone."""
    choice = flow.round.choice
    if choice is not None:
        if choice.owner == seat and not flow.is_present(seat):
            drop_choice(flow, choice, rest=True)
        elif not _can_be_answered(choice, seat, here=flow.is_present(seat)):
            drop_choice(flow, choice)
    elif had_turn:
        pass_turn(flow)


def _can_be_answered(choice: Choice, seat: str, *, here: bool) -> bool:
    named = any(seat in answer for answer in choice.answers)
    return (here or not named) and bool(choice.candidates or choice.kind == "rule")


def _vacate(flow: Flow, seat: str) -> None:
    for status in flow.round.lasting.statuses:
        if status.holder == seat:
            flow.emit(StatusCleared(status.key, seat, status.until, "left"))
    for link in flow.round.lasting.links:
        if seat in (link.from_, link.to):
            flow.emit(LinkRemoved(link.from_, link.to, "left"))
