"""How the state of the game follows from its events: one small function per event, in tables.

Nothing here decides, refuses or knows a rule of play; each function only writes down an outcome.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from ringofire.cards import MAX_CARDS, Rank
from ringofire.round.events import (
    CardPicked,
    CardsReturned,
    ChoiceMade,
    ChoiceRequested,
    ChoiceSkipped,
    CupFilled,
    CupServed,
    DirectionReversed,
    GameCalled,
    LinkAdded,
    LinkRemoved,
    NonceAdded,
    Noted,
    PenaltyCalled,
    PickUndone,
    PowerUsed,
    RingBroken,
    RingDealt,
    RoundEnded,
    RoundEvent,
    RoundPaused,
    RoundResumed,
    RoundStarted,
    RuleAdded,
    RuleRepealed,
    StateRestored,
    StatusCleared,
    StatusSet,
    TurnSkipped,
    TurnStarted,
    VerdictGiven,
)
from ringofire.round.people import without_candidate
from ringofire.round.state import (
    Choice,
    Cup,
    Draw,
    Game,
    Link,
    MadeRule,
    Numbers,
    Picked,
    Ring,
    Round,
    Status,
    Turn,
    Verdict,
)
from ringofire.values import replace

__all__ = ["evolve_game", "evolve_round"]


def evolve_game(game: Game, event: RoundEvent) -> Game:
    """Give the game after `event`; total on the events that deciding makes."""
    change = _GAME.get(type(event))
    if change is not None:
        return change(game, event)
    assert game.round is not None
    return replace(game, round=evolve_round(game.round, event))


def evolve_round(round_: Round, event: RoundEvent) -> Round:
    """Give the round after an event inside it; KeyError for those that begin or end one."""
    return _ROUND[type(event)](round_, event)


def _bit(place: int, end: int) -> int:
    if 0 <= place < end:
        return 1 << place
    raise IndexError(place)  # a log may come from anybody; a shift by its numbers fills the memory


# ------------------------------------------------------------------ between rounds, at their ends


def _nonce_added(game: Game, event: NonceAdded) -> Game:
    return replace(game, nonces=(*game.nonces, (event.seat, event.nonce)))


def _round_started(game: Game, event: RoundStarted) -> Game:
    last = game.round
    round_ = Round(
        number=event.number,
        rules=event.rules,
        pack=game.pack,
        ring=Ring(
            size=event.size, kings=event.kings, face_down=_bit(event.size, MAX_CARDS + 1) - 1
        ),
        numbers=Numbers() if last is None else last.numbers,
        last_drawer=None if last is None else last.last_drawer,
    )
    return replace(game, number=event.number, nonces=(), round=round_)


def _round_ended(game: Game, event: RoundEnded) -> Game:
    assert game.round is not None
    over = replace(game.round, over=True, paused=False, choice=None, verdict=None, before=None)
    return replace(game, commitment=event.commitment, round=over)


# ------------------------------------------------------------------ turns and cards


def _ring_dealt(round_: Round, event: RingDealt) -> Round:
    ring = replace(
        round_.ring, cards=event.ring, redeals=event.redeal, key=event.key or round_.ring.key
    )
    return replace(round_, ring=ring)


def _turn_started(round_: Round, event: TurnStarted) -> Round:
    old = round_.turn
    turn = Turn(event.seat, event.at, old.count + 1, old.direction, event.extra, old.undone)
    return replace(round_, turn=turn)


def _turn_skipped(round_: Round, _: TurnSkipped) -> Round:
    draw = round_.draw
    if round_.choice is not None and draw is not None:
        draw = replace(draw, dropped=True)
    return replace(round_, draw=draw, before=None)


def _direction_reversed(round_: Round, event: DirectionReversed) -> Round:
    return replace(round_, turn=replace(round_.turn, direction=event.direction))


def _round_paused(round_: Round, _: RoundPaused) -> Round:
    return replace(round_, paused=True)


def _round_resumed(round_: Round, _: RoundResumed) -> Round:
    return replace(round_, paused=False)


def _card_picked(round_: Round, event: CardPicked) -> Round:
    ring = round_.ring
    previous = None if round_.draw is None else round_.draw.seat
    undoable = round_.turn.undone != round_.turn.count
    return replace(
        round_,
        ring=replace(
            ring,
            face_down=ring.face_down & ~_bit(event.slot, ring.size),
            picked=(*ring.picked, Picked(event.slot, event.card, event.seat)),
            kings_drawn=ring.kings_drawn + (event.card.rank is Rank.KING),
            next_slot=(event.slot + 1) % ring.size,
        ),
        draw=Draw(event.seat, event.card, event.rule, event.last, event.breaks, previous),
        last_drawer=event.seat,
        verdict=None,
        picks=round_.picks + 1,
        before=replace(round_, before=None) if undoable else None,
    )


def _unchanged(round_: Round, _: PickUndone | Noted) -> Round:
    return round_


def _state_restored(round_: Round, _: StateRestored) -> Round:
    before = round_.before
    assert before is not None
    return replace(
        before,
        # The turn is started once more by an event of its own; what `turns:N` counts stays right.
        turn=replace(before.turn, count=before.turn.count - 1, undone=before.turn.count),
        ring=replace(before.ring, redeals=round_.ring.redeals),
        numbers=round_.numbers,
        randoms=round_.randoms,
    )


def _ring_broken(round_: Round, _: RingBroken) -> Round:
    return replace(round_, ring=replace(round_.ring, broken=True))


def _cards_returned(round_: Round, event: CardsReturned) -> Round:
    ring = round_.ring
    slots = frozenset(event.slots)
    ring = replace(
        ring,
        face_down=ring.face_down | sum([_bit(slot, ring.size) for slot in slots]),
        picked=tuple([pick for pick in ring.picked if pick.slot not in slots]),
        kings_drawn=ring.kings_drawn - sum([card.rank is Rank.KING for card in event.cards]),
        returned=ring.returned + event.cards,
    )
    return replace(round_, ring=ring)


# ------------------------------------------------------------------ choices and verdicts


def _number(id_: str) -> int:
    return int(id_[1:])


def _choice_requested(round_: Round, event: ChoiceRequested) -> Round:
    choice = Choice(
        event.choice,
        event.kind,
        event.owner,
        event.candidates,
        event.count,
        event.step,
        event.answers,
    )
    numbers = replace(round_.numbers, choice=_number(event.choice))
    return replace(round_, choice=choice, numbers=numbers)


def _choice_closed(round_: Round, _: ChoiceMade | ChoiceSkipped) -> Round:
    return replace(round_, choice=None)


def _verdict_given(round_: Round, event: VerdictGiven) -> Round:
    assert round_.verdict is not None
    return replace(round_, verdict=replace(round_.verdict, value=event.value), before=None)


def _game_called(round_: Round, event: GameCalled) -> Round:
    if event.verdict is None:
        return round_
    assert round_.draw is not None
    candidates = (round_.draw.seat,) if event.loses == "drawer" else event.players
    verdict = Verdict(event.verdict, event.loses, candidates, event.step)
    numbers = replace(round_.numbers, verdict=_number(event.verdict))
    return replace(round_, verdict=verdict, numbers=numbers)


# ------------------------------------------------------------------ what lasts


def _counting(round_: Round, random: int | None) -> Round:
    return round_ if random is None else replace(round_, randoms=random)


def _penalty_called(round_: Round, event: PenaltyCalled) -> Round:
    return _counting(round_, event.random)


def _status_set(round_: Round, event: StatusSet) -> Round:
    lasting = round_.lasting
    kept = lasting.statuses
    if not event.stack:
        kept = tuple([status for status in kept if status.key != event.key])
    status = Status(
        event.key, event.holder, event.until, event.drawer, event.stack, round_.turn.count
    )
    lasting = replace(lasting, statuses=(*kept, status))
    return _counting(replace(round_, lasting=lasting), event.random)


def _status_cleared(round_: Round, event: StatusCleared) -> Round:
    statuses = round_.lasting.statuses
    held = [(status.key, status.holder, status.until) for status in statuses]
    place = held.index((event.key, event.holder, event.until))
    kept = statuses[:place] + statuses[place + 1 :]
    return replace(round_, lasting=replace(round_.lasting, statuses=kept))


def _power_used(round_: Round, _: PowerUsed) -> Round:
    return replace(round_, before=None)


def _link_added(round_: Round, event: LinkAdded) -> Round:
    lasting = round_.lasting
    link = Link(
        event.from_,
        event.to,
        event.key,
        event.until,
        event.drawer,
        event.dissolve_when_all,
        round_.turn.count,
    )
    round_ = replace(round_, lasting=replace(lasting, links=(*lasting.links, link)))
    return _counting(round_, event.random)


def _link_removed(round_: Round, event: LinkRemoved) -> Round:
    lasting = round_.lasting
    links = tuple([x for x in lasting.links if (x.from_, x.to) != (event.from_, event.to)])
    return replace(round_, lasting=replace(lasting, links=links))


def _rule_added(round_: Round, event: RuleAdded) -> Round:
    lasting = round_.lasting
    rule = MadeRule(
        event.rule,
        event.text,
        event.author,
        event.until,
        event.for_,
        event.key,
        round_.turn.count,
        round_.picks,
    )
    free = event.choice is None
    choice = round_.choice if free else None
    if choice is not None and choice.kind == "repeal":
        choice = replace(choice, candidates=(*choice.candidates, rule.id))
    return replace(
        round_,
        lasting=replace(lasting, rules=(*lasting.rules, rule)),
        numbers=replace(round_.numbers, rule=_number(event.rule)),
        choice=choice,
        before=None if free else round_.before,
    )


def _rule_repealed(round_: Round, event: RuleRepealed) -> Round:
    lasting = round_.lasting
    rules = tuple([rule for rule in lasting.rules if rule.id != event.rule])
    answered = event.choice is not None
    round_ = without_candidate(replace(round_, lasting=replace(lasting, rules=rules)), event.rule)
    return replace(
        round_,
        choice=None if answered else round_.choice,
        before=None if event.reason == "repealed" and not answered else round_.before,
    )


def _cup(round_: Round, cup: Cup) -> Round:
    return replace(round_, lasting=replace(round_.lasting, cup=cup))


def _cup_filled(round_: Round, event: CupFilled) -> Round:
    return _cup(round_, Cup(event.pours, round_.lasting.cup.served_to))


def _cup_served(round_: Round, event: CupServed) -> Round:
    return _counting(_cup(round_, Cup(0, event.seats)), event.random)


State = TypeVar("State", Game, Round)
Changes = dict[type[Any], Callable[[State, Any], State]]

_GAME: Changes[Game] = {
    NonceAdded: _nonce_added,
    RoundStarted: _round_started,
    RoundEnded: _round_ended,
}
_ROUND: Changes[Round] = {
    RingDealt: _ring_dealt,
    TurnStarted: _turn_started,
    TurnSkipped: _turn_skipped,
    DirectionReversed: _direction_reversed,
    RoundPaused: _round_paused,
    RoundResumed: _round_resumed,
    CardPicked: _card_picked,
    PickUndone: _unchanged,
    StateRestored: _state_restored,
    RingBroken: _ring_broken,
    CardsReturned: _cards_returned,
    ChoiceRequested: _choice_requested,
    ChoiceMade: _choice_closed,
    ChoiceSkipped: _choice_closed,
    VerdictGiven: _verdict_given,
    PenaltyCalled: _penalty_called,
    StatusSet: _status_set,
    StatusCleared: _status_cleared,
    PowerUsed: _power_used,
    LinkAdded: _link_added,
    LinkRemoved: _link_removed,
    RuleAdded: _rule_added,
    RuleRepealed: _rule_repealed,
    CupFilled: _cup_filled,
    CupServed: _cup_served,
    GameCalled: _game_called,
    Noted: _unchanged,
}
