"""What a round answers to its commands: guards first, one line each, then what happens.

Who is host, what is locked and whether the phase allows the command was judged before.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ringofire.canonical import MAX_INT
from ringofire.cards import Rank
from ringofire.errors import Reason, Rejected
from ringofire.packs.effects import RuleEffect
from ringofire.round.commands import (
    AddNonce,
    AddRule,
    Choose,
    EndRound,
    GiveVerdict,
    PickCard,
    RepealRule,
    RoundCommand,
    SkipChoice,
    SkipTurn,
    StartRound,
    UndoPick,
    UsePower,
)
from ringofire.round.effects import call_penalty, deal_again, perform
from ringofire.round.events import (
    CardPicked,
    ChoiceMade,
    NonceAdded,
    PickUndone,
    PowerUsed,
    RingDealt,
    RoundEvent,
    RoundStarted,
    RuleAdded,
    RuleRepealed,
    StateRestored,
    StatusCleared,
    TurnSkipped,
    VerdictGiven,
)
from ringofire.round.flow import Flow, Setting
from ringofire.round.reach import effect_at
from ringofire.round.state import Choice, Game, neighbour, present
from ringofire.round.turns import (
    LEAST_PRESENT,
    carry_on,
    drop_choice,
    end_round,
    opens_gap,
    pass_turn,
    run_losers,
    start_turn,
)
from ringofire.shuffle import deal, round_key, secret
from ringofire.text import clean_rule

__all__ = ["RULES", "decide_game"]

RULES = 1
"""The version of these functions; a round is played and ended by the one it began with."""


def decide_game(game: Game, command: RoundCommand, setting: Setting) -> tuple[RoundEvent, ...]:
    """Give the events that `command` makes happen, or raise `Rejected`."""
    return _DECIDE[type(command)](game, command, setting)


# ------------------------------------------------------------------ between rounds


def _add_nonce(game: Game, command: AddNonce, setting: Setting) -> tuple[RoundEvent, ...]:
    assert setting.by is not None
    given = dict(game.nonces).get(setting.by)
    if given == command.nonce:
        raise Rejected(Reason.NO_CHANGE)
    if given is not None:
        raise Rejected(Reason.BAD_VALUE, {"field": "nonce"})
    return (NonceAdded(setting.by, command.nonce),)


def _start_round(game: Game, _: StartRound, setting: Setting) -> tuple[RoundEvent, ...]:
    here = present(setting.people)
    if len(here) < LEAST_PRESENT:
        raise Rejected(Reason.TOO_FEW_PLAYERS, {"present": len(here), "least": LEAST_PRESENT})
    number = game.number + 1
    nonces = dict(game.nonces)
    contributions = tuple([(one.id, nonces.get(one.id, b"")) for one in setting.people])
    pack = game.pack
    key = round_key(
        secret(game.master, number),
        room=setting.room,
        number=number,
        pack_digest=pack.digest,
        contributions=contributions,
    )
    last_drawer = None if game.round is None else game.round.last_drawer
    first = here[0] if last_drawer is None else neighbour(setting.people, last_drawer, 1)
    assert first is not None
    started = RoundStarted(
        number, RULES, pack.digest, contributions, pack.deck.size, pack.deck.king_count
    )
    flow = Flow.begin(game, setting, started)
    flow.emit(RingDealt(deal(key, pack.deck), 0, key))
    start_turn(flow, first)
    return tuple(flow.events)


# ------------------------------------------------------------------ turns and cards


def _pick_card(game: Game, command: PickCard, setting: Setting) -> tuple[RoundEvent, ...]:
    flow = Flow.inside(game, setting)
    round_ = flow.round
    ring = round_.ring
    if round_.turn.seat != setting.by:
        raise Rejected(Reason.NOT_YOUR_TURN, {"current": round_.turn.seat})
    slot = ring.next_face_down() if command.slot is None else command.slot
    if not 0 <= slot < ring.size:
        raise Rejected(Reason.BAD_SLOT, {"size": ring.size})
    if not ring.lies_face_down(slot):
        raise Rejected(Reason.SLOT_TAKEN)
    card = ring.cards[slot]
    kings = ring.kings_drawn + (card.rank is Rank.KING)
    flow.emit(
        CardPicked(
            seat=setting.by,
            slot=slot,
            card=card,
            rule=round_.pack.rule_for(card).name,
            last=kings == ring.kings,
            breaks=opens_gap(round_, slot),
        )
    )
    carry_on(flow)
    return tuple(flow.events)


def _skip_turn(game: Game, _: SkipTurn, setting: Setting) -> tuple[RoundEvent, ...]:
    flow = Flow.inside(game, setting)
    turn, choice = flow.round.turn, flow.round.choice
    free_at = turn.started_at + setting.turn_seconds * 1000
    if not (turn.seat == setting.by or setting.stands_in or setting.at > free_at):
        raise Rejected(Reason.TOO_EARLY, {"at": min(free_at, MAX_INT)})
    flow.emit(TurnSkipped(turn.seat))
    if choice is None:
        pass_turn(flow)
    else:
        drop_choice(flow, choice, rest=True)
    return tuple(flow.events)


def _undo_pick(game: Game, _: UndoPick, setting: Setting) -> tuple[RoundEvent, ...]:
    flow = Flow.inside(game, setting)
    before = flow.round.before
    if before is None:
        raise Rejected(Reason.NOTHING_TO_UNDO)
    flow.emit(PickUndone(before.turn.seat))
    flow.emit(StateRestored())
    deal_again(flow)
    start_turn(flow, before.turn.seat, before.turn.extra)
    return tuple(flow.events)


def _end_round(game: Game, _: EndRound, setting: Setting) -> tuple[RoundEvent, ...]:
    flow = Flow.inside(game, setting)
    end_round(flow, "host")
    return tuple(flow.events)


# ------------------------------------------------------------------ choices and verdicts


def _open_choice(flow: Flow, choice_id: str) -> Choice:
    choice = flow.round.choice
    if choice is None or choice.id != choice_id:
        raise Rejected(Reason.NO_SUCH_CHOICE, {"open": None if choice is None else choice.id})
    if not _answers(flow, choice):
        raise Rejected(Reason.NOT_HOST, {"owner": choice.owner})
    return choice


def _answers(flow: Flow, choice: Choice) -> bool:
    return choice.owner == flow.setting.by or flow.setting.stands_in


def _choose(game: Game, command: Choose, setting: Setting) -> tuple[RoundEvent, ...]:
    flow = Flow.inside(game, setting)
    choice = _open_choice(flow, command.choice)
    if choice.kind not in _SHAPES:
        raise Rejected(Reason.NO_SUCH_CHOICE, {"kind": choice.kind})
    value, parts = _SHAPES[choice.kind](choice, command.value)
    flow.emit(ChoiceMade(choice.id, value, parts))
    if parts:
        for seat, part in zip(value, parts, strict=True):
            call_penalty(flow, (seat,), part, choice.step)
    else:
        step, answers = choice.step, (*choice.answers, value)
        if not perform(flow, effect_at(flow.round, step), step, answers):
            return tuple(flow.events)
    carry_on(flow, choice.step + 1)
    return tuple(flow.events)


Value = str | tuple[str, ...] | Mapping[str, int]


def _chosen(choice: Choice, value: Value) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """As many candidates as the choice asks for, put into its order."""
    chosen = (value,) if isinstance(value, str) else value
    if not isinstance(chosen, tuple):
        raise Rejected(Reason.BAD_VALUE, {"field": "value"})
    if not set(chosen) <= set(choice.candidates):
        raise Rejected(Reason.NOT_CANDIDATE, {"candidates": choice.candidates})
    if len(chosen) != choice.count or len(set(chosen)) != choice.count:
        raise Rejected(Reason.BAD_VALUE, {"field": "value", "count": choice.count})
    return tuple([one for one in choice.candidates if one in chosen]), ()


def _shared(choice: Choice, value: Value) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Candidates and each one's part, which together are exactly the amount."""
    if not isinstance(value, Mapping):
        raise Rejected(Reason.BAD_SPLIT, {"amount": choice.count})
    if not set(value) <= set(choice.candidates):
        raise Rejected(Reason.NOT_CANDIDATE, {"candidates": choice.candidates})
    parts = list(value.values())
    if not all(type(part) is int and part > 0 for part in parts) or sum(parts) != choice.count:
        raise Rejected(Reason.BAD_SPLIT, {"amount": choice.count})
    seats = tuple([seat for seat in choice.candidates if seat in value])
    return seats, tuple([value[seat] for seat in seats])


_SHAPES: dict[str, Callable[[Choice, Value], tuple[tuple[str, ...], tuple[int, ...]]]] = {
    "players": _chosen,
    "order": _chosen,
    "split": _shared,
}


def _skip_choice(game: Game, command: SkipChoice, setting: Setting) -> tuple[RoundEvent, ...]:
    flow = Flow.inside(game, setting)
    drop_choice(flow, _open_choice(flow, command.choice))
    return tuple(flow.events)


def _give_verdict(game: Game, command: GiveVerdict, setting: Setting) -> tuple[RoundEvent, ...]:
    flow = Flow.inside(game, setting)
    verdict = flow.round.verdict
    if verdict is None or verdict.id != command.verdict:
        raise Rejected(Reason.NO_SUCH_CHOICE, {"open": None if verdict is None else verdict.id})
    losers = command.value
    if not set(losers) <= set(verdict.candidates):
        raise Rejected(Reason.NOT_CANDIDATE, {"candidates": verdict.candidates})
    if len(set(losers)) != len(losers) or (verdict.kind == "one" and len(losers) != 1):
        raise Rejected(Reason.BAD_VALUE, {"field": "value", "kind": verdict.kind})
    value = tuple([seat for seat in verdict.candidates if seat in losers])
    if value == verdict.value:
        raise Rejected(Reason.NO_CHANGE)
    flow.emit(VerdictGiven(verdict.id, value))
    run_losers(flow, value)
    return tuple(flow.events)


# ------------------------------------------------------------------ made rules and powers


def _add_rule(game: Game, command: AddRule, setting: Setting) -> tuple[RoundEvent, ...]:
    flow = Flow.inside(game, setting)
    assert setting.by is not None
    rules, choice = flow.round.lasting.rules, flow.round.choice
    if choice is not None and (choice.kind != "rule" or not _answers(flow, choice)):
        choice = None
    if choice is None and not setting.stands_in:
        raise Rejected(Reason.NO_RULE_CREDIT)
    text = clean_rule(command.text)
    rule = f"r{flow.round.numbers.rule + 1}"
    if choice is None:
        if len(rules) >= setting.rule_max:
            raise Rejected(Reason.TOO_MANY_RULES, {"limit": setting.rule_max})
        flow.emit(RuleAdded(rule, text, setting.by, "round"))
        return tuple(flow.events)
    effect = effect_at(flow.round, choice.step)
    assert isinstance(effect, RuleEffect)
    old = [one for one in rules if one.key == effect.key and one.until == "replaced"]
    for_ = choice.answers[0][0] if choice.answers else None
    flow.emit(RuleAdded(rule, text, choice.owner, effect.until, for_, effect.key, choice.id))
    for one in old:
        flow.emit(RuleRepealed(one.id, "replaced"))
    carry_on(flow, choice.step + 1)
    return tuple(flow.events)


def _repeal_rule(game: Game, command: RepealRule, setting: Setting) -> tuple[RoundEvent, ...]:
    flow = Flow.inside(game, setting)
    choice = flow.round.choice
    if choice is not None and (choice.kind != "repeal" or not _answers(flow, choice)):
        choice = None
    rules = flow.round.lasting.rules
    rule = next((one for one in rules if one.id == command.rule), None)
    if rule is None:
        raise Rejected(Reason.NO_SUCH_RULE)
    fresh = rule.author == setting.by and rule.picks == flow.round.picks
    if choice is None and not setting.stands_in and not fresh:
        raise Rejected(Reason.NOT_HOST, {"author": rule.author})
    if choice is not None:
        flow.emit(RuleRepealed(rule.id, "repealed", choice.id))
        carry_on(flow, choice.step + 1)
        return tuple(flow.events)
    flow.emit(RuleRepealed(rule.id, "repealed"))
    waiting = flow.round.choice
    if waiting is not None and waiting.kind == "repeal" and not waiting.candidates:
        drop_choice(flow, waiting)
    return tuple(flow.events)


def _use_power(game: Game, command: UsePower, setting: Setting) -> tuple[RoundEvent, ...]:
    flow = Flow.inside(game, setting)
    assert setting.by is not None
    held = [
        status
        for status in flow.round.lasting.statuses
        if status.key == command.key and status.holder == setting.by
    ]
    if not held:
        raise Rejected(Reason.NOT_HOLDER)
    flow.emit(PowerUsed(command.key, setting.by))
    if any(status.until == "used" for status in held):
        flow.emit(StatusCleared(command.key, setting.by, "used", "used"))
    return tuple(flow.events)


_DECIDE: dict[type, Callable[[Game, Any, Setting], tuple[RoundEvent, ...]]] = {
    AddNonce: _add_nonce,
    StartRound: _start_round,
    PickCard: _pick_card,
    Choose: _choose,
    SkipChoice: _skip_choice,
    GiveVerdict: _give_verdict,
    AddRule: _add_rule,
    RepealRule: _repeal_rule,
    UsePower: _use_power,
    SkipTurn: _skip_turn,
    UndoPick: _undo_pick,
    EndRound: _end_round,
}
