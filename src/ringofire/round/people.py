"""How the coming and going of people changes the state of a round, whatever it leads to.

Nothing here decides; what follows from it (a turn passed, a choice skipped) comes as events.
"""

from ringofire.round.state import Game, Round
from ringofire.values import replace

__all__ = ["keep_pick", "seat_left", "seat_went", "without_candidate"]


def seat_left(game: Game, seat: str, order: tuple[str, ...]) -> Game:
    """Give the game without `seat`, which has left the seat `order`.

    Whatever pointed at the seat points beside it, so that the next one after it stays the next.
    """
    nonces = tuple([given for given in game.nonces if given[0] != seat])
    round_ = game.round
    if round_ is not None:
        past = round_.before
        if past is not None:
            # What a leaver drew cannot be taken back: nobody is left to draw again.
            gone = past.turn.seat == seat
            past = None if gone else _vacate(_without_seat(past, seat, order), seat)
        round_ = replace(_without_seat(round_, seat, order), before=past)
    return replace(game, nonces=nonces, round=round_)


def _without_seat(round_: Round, seat: str, order: tuple[str, ...]) -> Round:
    place, turn, last_drawer = order.index(seat), round_.turn, round_.last_drawer
    if turn.seat == seat:
        turn = replace(turn, seat=order[(place - turn.direction) % len(order)])
    if last_drawer == seat:  # of the first seat: the next round starts with whoever is first then
        last_drawer = order[place - 1] if place else None
    return without_candidate(replace(round_, turn=turn, last_drawer=last_drawer), seat)


def _vacate(round_: Round, seat: str) -> Round:
    lasting = replace(
        round_.lasting,
        statuses=tuple([one for one in round_.lasting.statuses if one.holder != seat]),
        links=tuple([one for one in round_.lasting.links if seat not in (one.from_, one.to)]),
    )
    return replace(round_, lasting=lasting)


def seat_went(game: Game, seat: str, *, away: bool) -> Game:
    """Give the game after `seat` went away or came back: an absent seat is no candidate."""
    game = keep_pick(game)
    if game.round is None or not away:
        return game
    return replace(game, round=without_candidate(game.round, seat))


def keep_pick(game: Game) -> Game:
    """Give the game in which the last pick cannot be undone any more."""
    return game if game.round is None else replace(game, round=replace(game.round, before=None))


def without_candidate(round_: Round, seat: str) -> Round:
    """Give the round in which `seat`, or a rule by its id, can be chosen no more."""
    choice, verdict = round_.choice, round_.verdict
    if choice is not None and seat in choice.candidates:
        left = _without(choice.candidates, seat)
        count = choice.count if choice.kind == "split" else min(choice.count, len(left))
        choice = replace(choice, candidates=left, count=count)
    if verdict is not None and seat in verdict.candidates:
        verdict = replace(verdict, candidates=_without(verdict.candidates, seat))
    return replace(round_, choice=choice, verdict=verdict)


def _without(seats: tuple[str, ...], seat: str) -> tuple[str, ...]:
    return tuple([other for other in seats if other != seat])
