"""What a card does: one function per effect of the vocabulary, in a table.

A function lets events happen and says whether the effect is done; if it is not, a choice is open
and the function is called again with the answers to it. Nothing here passes a turn.
"""

from collections.abc import Callable
from typing import Any

from ringofire.cards import Card
from ringofire.packs.effects import (
    CupEffect,
    Effect,
    GameEffect,
    LinkEffect,
    NoteEffect,
    PenaltyEffect,
    RingEffect,
    RuleEffect,
    StatusEffect,
    TurnEffect,
)
from ringofire.round.events import (
    CardsReturned,
    CupFilled,
    CupServed,
    DirectionReversed,
    GameCalled,
    LinkAdded,
    LinkRemoved,
    Noted,
    PenaltyCalled,
    RingDealt,
    StatusCleared,
    StatusSet,
)
from ringofire.round.flow import Flow
from ringofire.round.reach import (
    Answers,
    ask,
    ask_for_seats,
    draw_of,
    holders,
    others,
    plan_of,
    random_number,
    reach,
)
from ringofire.round.state import drinkers
from ringofire.shuffle import redeal

__all__ = ["call_penalty", "deal_again", "perform"]

LINK_LIMIT = 60
"""Links in a room at a time."""

STATUS_LIMIT = 40
"""Statuses in a room at a time."""


def perform(flow: Flow, effect: Effect, step: int, answers: Answers) -> bool:
    """Do `effect`, which is at place `step` of the plan; False means that a choice is open."""
    return _EFFECTS[type(effect)](flow, effect, step, answers)


# ------------------------------------------------------------------ penalties


def _amount(flow: Flow, effect: PenaltyEffect) -> int:
    """How much `effect` is on the card that is up: the least of n, its cap and the pack's limit."""
    n = draw_of(flow.round).card.rank.worth if effect.n == "rank" else effect.n
    assert isinstance(n, int)
    limit = flow.round.pack.limit
    return min(n, limit) if effect.cap is None else min(n, limit, effect.cap)


def call_penalty(
    flow: Flow, seats: tuple[str, ...], n: int, step: int, random: int | None = None
) -> None:
    """Call one penalty of `n` on `seats`, and drop the links that end when it reaches everybody."""
    if not seats:
        return
    links = flow.round.lasting.links
    drinking = drinkers(links, seats, flow.present())
    rule = draw_of(flow.round).rule if step < len(plan_of(flow.round)) else ""
    flow.emit(PenaltyCalled(seats, drinking, n, rule, random))
    if links and drinking == flow.present():
        for link in links:
            if link.dissolve_when_all:
                flow.emit(LinkRemoved(link.from_, link.to, "dissolved"))


def _penalty(flow: Flow, effect: PenaltyEffect, step: int, answers: Answers) -> bool:
    n = _amount(flow, effect)
    if n == 0:
        return True
    if effect.who == "split":
        return ask(flow, "split", step, flow.present(), n)
    if effect.who == "holder":
        seats: tuple[str, ...] | None = holders(flow, effect.key)
    elif effect.who == "random":
        seats = flow.random(flow.present(), effect.pick)
    elif effect.who == "pick" and not answers:
        seats = ask_for_seats(flow, step, others(flow), effect.pick)
    else:
        seats = reach(flow, effect.who, step, answers)
    if seats is None:
        return False
    call_penalty(flow, seats, n, step, random_number(flow, effect.who))
    return True


# ------------------------------------------------------------------ what lasts


def _status(flow: Flow, effect: StatusEffect, step: int, answers: Answers) -> bool:
    statuses = flow.round.lasting.statuses
    same = [status for status in statuses if status.key == effect.key]
    toggled = [status for status in same if status.until == "toggle"]
    if toggled:
        for status in toggled:
            flow.emit(StatusCleared(status.key, status.holder, status.until, "toggled"))
        return True
    replaced = 0 if effect.stack else len(same)
    if len(statuses) - replaced >= STATUS_LIMIT:
        return effect.who != "pick" or ask(flow, "players", step, (), 0)
    seats = reach(flow, effect.who, step, answers)
    if seats is None:
        return False
    holders: tuple[str | None, ...] = (None,) if effect.who == "table" else seats
    random = random_number(flow, effect.who)
    drawer = draw_of(flow.round).seat
    for holder in holders if effect.stack else holders[:1]:
        if len(flow.round.lasting.statuses) - replaced < STATUS_LIMIT:
            flow.emit(StatusSet(effect.key, holder, effect.until, drawer, effect.stack, random))
    return True


_PAIRS: dict[str, Callable[[str, str], tuple[tuple[str, str], ...]]] = {
    "follow_drawer": lambda drawer, target: ((drawer, target),),
    "follow_target": lambda drawer, target: ((target, drawer),),
    "both": lambda drawer, target: ((drawer, target), (target, drawer)),
}


def _link(flow: Flow, effect: LinkEffect, step: int, answers: Answers) -> bool:
    drawer = draw_of(flow.round).seat
    replaced, kept = [], set()
    for link in flow.round.lasting.links:
        if link.until == "replaced" and link.key == effect.key:
            replaced.append(link)
        else:
            kept.add((link.from_, link.to))

    def added(target: str) -> list[tuple[str, str]]:
        return [pair for pair in _PAIRS[effect.mode](drawer, target) if pair not in kept]

    def free(target: str) -> bool:
        return target != drawer and 0 < len(added(target)) <= LINK_LIMIT - len(kept)

    able = tuple([seat for seat in flow.present() if free(seat)])
    if effect.who == "pick" and not answers:
        seats = ask_for_seats(flow, step, able, 1)
    elif effect.who == "random":
        seats = flow.random(able, 1)
    else:
        seats = reach(flow, effect.who, step, answers)
    if seats is None:
        return False
    random = random_number(flow, effect.who)
    for target in filter(free, seats):
        for link in replaced:
            flow.emit(LinkRemoved(link.from_, link.to, "replaced"))
        for from_, to in added(target):
            flow.emit(
                LinkAdded(
                    from_,
                    to,
                    effect.key,
                    effect.until,
                    drawer,
                    effect.dissolve_when_all,
                    random,
                )
            )
    return True


def _rule(flow: Flow, effect: RuleEffect, step: int, answers: Answers) -> bool:
    rules = flow.round.lasting.rules
    if effect.op == "repeal":
        return ask(flow, "repeal", step, tuple([rule.id for rule in rules]), 1)
    replaces = any(rule.key == effect.key and rule.until == "replaced" for rule in rules)
    if len(rules) >= flow.setting.rule_max and not replaces:
        return ask(flow, "rule", step, (), 1, in_vain=True)
    if effect.who == "pick" and not answers:
        return ask(flow, "players", step, others(flow), 1)
    return ask(flow, "rule", step, (), 1, answers=answers)


def _cup(flow: Flow, effect: CupEffect, step: int, answers: Answers) -> bool:
    if effect.op == "fill":
        flow.emit(CupFilled(flow.round.lasting.cup.pours + 1))
        return True
    seats = reach(flow, effect.who, step, answers)
    if seats is None:
        return False
    if seats or effect.who == "table":
        flow.emit(CupServed(seats, random_number(flow, effect.who)))
    return True


# ------------------------------------------------------------------ the rest


_DIRECTIONS = {"clockwise": 1, "counterclockwise": -1}


def _game(flow: Flow, effect: GameEffect, step: int, answers: Answers) -> bool:
    drawer = draw_of(flow.round).seat
    given = list(answers)
    players = flow.present()
    if effect.who == "pick":
        if not given:
            return ask(flow, "players", step, others(flow), 1)
        players = flow.in_order((drawer, *given.pop(0)))
    direction = flow.round.turn.direction
    if effect.order == "choose":
        if not given:
            return ask(flow, "order", step, tuple(_DIRECTIONS), 1, answers=answers)
        direction = _DIRECTIONS[given.pop(0)[0]]
    order = () if effect.order == "none" else _from(players, drawer, direction)
    verdict = None if effect.lose == "none" else f"v{flow.round.numbers.verdict + 1}"
    rule = draw_of(flow.round).rule
    flow.emit(GameCalled(effect.kind, rule, players, order, verdict, effect.lose, step))
    return True


def _from(players: tuple[str, ...], first: str, direction: int) -> tuple[str, ...]:
    start = players.index(first)
    count = len(players)
    return tuple([players[(start + direction * place) % count] for place in range(count)])


def _turn(flow: Flow, effect: TurnEffect, _step: int, _answers: Answers) -> bool:
    # An extra turn (`again`) is counted when the turn ends.
    if effect.op == "reverse":
        flow.emit(DirectionReversed(-flow.round.turn.direction))
    return True


def _ring(flow: Flow, effect: RingEffect, _step: int, _answers: Answers) -> bool:
    ring = flow.round.ring
    up = draw_of(flow.round)
    deck, seen = flow.round.pack.deck, [pick.card for pick in ring.picked]
    allowed: dict[Card, int] = {}
    slots, cards = [], []
    for pick in ring.picked[:-1]:
        card = pick.card
        if card.rank not in effect.ranks:
            continue
        if card not in allowed:
            # How many of a face a short deck holds is secret: as many as lie face up are known.
            copies = seen.count(card) if deck.short else deck.full().count(card)
            allowed[card] = copies - ring.returned.count(card)
        if allowed[card] > 0:
            allowed[card] -= 1
            slots.append(pick.slot)
            cards.append(card)
    assert ring.picked[-1].card == up.card
    if slots:
        flow.emit(CardsReturned(tuple(slots), tuple(cards)))
        deal_again(flow)
    return True


def deal_again(flow: Flow) -> None:
    """Deal the face-down cards over the face-down slots once more."""
    ring = flow.round.ring
    number = ring.redeals + 1
    flow.emit(RingDealt(redeal(ring.key, number, ring.cards, ring.face_down), number))


def _note(flow: Flow, effect: NoteEffect, _step: int, _answers: Answers) -> bool:
    flow.emit(Noted(effect.kind, draw_of(flow.round).rule))
    return True


_EFFECTS: dict[type, Callable[[Flow, Any, int, Answers], bool]] = {
    PenaltyEffect: _penalty,
    StatusEffect: _status,
    LinkEffect: _link,
    RuleEffect: _rule,
    CupEffect: _cup,
    GameEffect: _game,
    TurnEffect: _turn,
    RingEffect: _ring,
    NoteEffect: _note,
}
