"""Taking a pick back: what it restores, what may come between, and what it never sets back."""

from typing import Any

from ringofire.errors import Reason
from ringofire.room.commands import MoveRoom
from ringofire.round.events import PickUndone, StateRestored
from ringofire.shuffle import redeal
from tests.given import (
    Case,
    Step,
    cases,
    chooses,
    claims,
    dealt,
    dresses,
    ends,
    game,
    goes,
    house,
    joins,
    judges,
    kicks,
    leaves,
    lobby,
    locks,
    makes_host,
    passes,
    picks,
    repeals,
    returns,
    say,
    skips,
    starts,
    state,
    turn,
    undoes,
    unlocks,
    uses,
    writes,
)

_PACK = house(
    {
        "A": [{"do": "penalty", "who": "pick"}, {"do": "rule"}],
        "2": [{"do": "status"}, {"do": "link", "who": "right"}],
        "3": [{"do": "game", "lose": "one"}],
        "4": [{"do": "rule", "op": "repeal"}],
        "9": [{"do": "rule", "until": "replaced"}],
        "10": [{"do": "rule", "until": "turns:1"}],
        "5": [{"do": "turn", "op": "again"}, {"do": "turn", "op": "again"}],
    }
)
_DRAWN = (picks("p1", "6C"), picks("p2", "7C"))


def _undone(seat: str, redeal: int = 1, extra: int = 0) -> tuple[Any, ...]:
    return (PickUndone(seat), StateRestored(), dealt(redeal), turn(seat, extra))


def _between(*steps: Step, then: Any = None, by: str = "p1") -> Case:
    """p2 has drawn a 7; `steps` come between; then it is undone."""
    return Case(
        players=4,
        pack=_PACK,
        given=(*_DRAWN, *steps),
        when=undoes(by),
        then=_undone("p2") if then is None else then,
    )


def _answered(card: str, *steps: Step, then: Any = None) -> Case:
    return Case(
        players=4,
        pack=_PACK,
        given=(picks("p1", "6C"), picks("p2", card), *steps),
        when=undoes(),
        then=_undone("p2") if then is None else then,
    )


@cases(
    nothing=_between(),
    a_join=_between(joins()),
    a_leave=_between(leaves("p4")),
    a_kick=_between(kicks("p4")),
    a_kick_of_the_next=_between(kicks("p3")),
    a_new_name=_between(dresses("p2", name="Bobby")),
    a_lock=_between(locks()),
    an_unlock=_between(locks(), unlocks()),
    a_host_change=_between(makes_host("p4"), by="p4"),
    a_claim=_between(
        claims("p3"),
        by="p3",
        then=(
            PickUndone("p2"),
            StateRestored(),
            dealt(1),
            turn("p2", at=1_060_001),
        ),
    ),
    a_leaving_host=_between(leaves("p1"), by="p2"),
    an_open_choice=_answered("AC"),
    an_answer=_answered("AC", chooses("p2", "p3")),
    an_answer_and_a_text=_answered("AC", chooses("p2", "p3"), writes("p2")),
    a_skipped_choice=_answered("AC", passes("p2")),
    an_answered_repeal=Case(
        pack=_PACK,
        given=(writes("p1"), picks("p1", "4C"), repeals("p1")),
        when=undoes(),
        then=_undone("p1"),
    ),
    a_replaced_rule=Case(
        pack=_PACK,
        given=(picks("p1", "9C"), writes("p1", "one"), picks("p2", "9D"), writes("p2", "two")),
        when=undoes(),
        then=_undone("p2"),
    ),
    an_expired_rule=_answered("10C", writes("p2")),
    an_extra_turn=_answered("5C"),
    the_next_turns_extra_turns=Case(
        pack=_PACK,
        given=(picks("p1", "5C"), picks("p1", "6C")),
        when=undoes(),
        then=_undone("p1", extra=1),
    ),
    an_away=_between(goes("p4"), then=Reason.NOTHING_TO_UNDO),
    a_return=Case(
        players=4,
        given=(goes("p4"), picks("p1", "6C"), returns("p4")),
        when=undoes(),
        then=Reason.NOTHING_TO_UNDO,
    ),
    a_skipped_turn=_between(skips("p3"), then=Reason.NOTHING_TO_UNDO),
    a_skipped_choice_and_turn=_answered("AC", skips("p2"), then=Reason.NOTHING_TO_UNDO),
    a_free_rule=_between(writes("p1"), then=Reason.NOTHING_TO_UNDO),
    a_free_repeal=_answered(
        "AC", chooses("p2", "p3"), writes("p2"), repeals("p2"), then=Reason.NOTHING_TO_UNDO
    ),
    a_verdict=_answered("3C", judges("p1", "p3"), then=Reason.NOTHING_TO_UNDO),
    a_power=_answered("2C", uses("p2", "2"), then=Reason.NOTHING_TO_UNDO),
    a_move=_between(say(MoveRoom, None, to="there"), then=Reason.NOTHING_TO_UNDO),
    the_drawer_left=_between(leaves("p2"), then=Reason.NOTHING_TO_UNDO),
    the_drawer_left_with_a_choice=_answered("AC", kicks("p2"), then=Reason.NOTHING_TO_UNDO),
    the_end=_between(ends(), then=Reason.WRONG_PHASE),
    not_the_host=_between(by="p2", then=Reason.NOT_HOST),
    an_undo=_between(undoes(), then=Reason.NOTHING_TO_UNDO),
    an_undo_and_a_pick=_between(undoes(), picks("p2", "8C"), then=Reason.NOTHING_TO_UNDO),
    no_pick=Case(when=undoes(), then=Reason.NOTHING_TO_UNDO),
    no_pick_since_the_start=Case(
        given=(picks("p1", "6C"), ends(), starts()),
        when=undoes(),
        then=Reason.NOTHING_TO_UNDO,
    ),
    no_round=Case(begin=lobby, when=undoes(), then=Reason.WRONG_PHASE),
    the_next_turns_pick=Case(
        given=(picks("p1", "6C"), undoes(), picks("p1", "7C"), picks("p2", "8C")),
        when=undoes(),
        then=_undone("p2", redeal=2),
    ),
)
def test_a_pick_is_undone_if_nothing_came_between(case: Case) -> None:
    """The host undoes a pick once a turn; answers to it (skips too) and people may come between.

    Whatever else is accepted stops it: rules and repeals beside the card, verdicts, powers,
    skipped turns, going away, and the operator's move.
    """
    assert case.then == case.outcome()


def test_an_undo_deals_all_face_down_cards_again() -> None:
    """The undone card's slot is face down again, and the redeal is the number it says."""
    table = state(picks("p1", slot=9))
    before = game().round.ring
    table.tell(undoes())
    ring = table.round.ring

    assert (before.face_down, ()) == (ring.face_down, ring.picked)
    assert redeal(before.key, 1, before.cards, before.face_down) == ring.cards
    assert before.cards != ring.cards


def test_an_undo_takes_back_what_the_card_gave() -> None:
    """Statuses, links, rules, direction, turn and cup are as before the pick."""
    pack = house(
        {
            "A": [
                {"do": "status"},
                {"do": "link", "who": "left"},
                {"do": "cup"},
                {"do": "turn", "op": "reverse"},
                {"do": "ring", "ranks": ["2"]},
            ]
        },
        ring="gap:1",
    )
    before = state(picks("p1", "2C"), pack=pack).round
    after = state(picks("p1", "2C"), picks("p2", "AS"), undoes(), pack=pack).round

    assert before.lasting == after.lasting
    assert before.turn.direction == after.turn.direction
    assert before.ring.picked == after.ring.picked
    assert before.ring.returned == after.ring.returned
    assert (before.turn.seat, before.turn.count) == (after.turn.seat, after.turn.count)
    assert (before.draw, before.last_drawer) == (after.draw, after.last_drawer)


def test_an_undo_brings_what_it_replaced_back() -> None:
    """What the pick had moved or ended holds again; the earlier card's verdict is open again."""
    pack = house({"A": [{"do": "status"}], "3": [{"do": "game", "lose": "one"}]})
    table = state(picks("p1", "AS"), picks("p2", "3C"), picks("p3", "AC"), undoes(), pack=pack)

    assert ["p1"] == [status.holder for status in table.round.lasting.statuses]
    assert table.round.verdict is not None
    assert "v1" == table.round.verdict.id


def test_an_undo_sets_no_number_back() -> None:
    """Ids of choices, verdicts and rules, redeals and random effects count on."""
    pack = house(
        {
            "A": [
                {"do": "penalty", "who": "random"},
                {"do": "game", "lose": "one"},
                {"do": "ring", "ranks": ["2"]},
                {"do": "rule"},
            ]
        }
    )
    table = state(picks("p1", "2C"), picks("p2", "AS"), writes("p2"), undoes(), pack=pack)
    round_ = table.round

    assert (1, 1, 1) == (round_.numbers.choice, round_.numbers.verdict, round_.numbers.rule)
    assert (2, 1) == (round_.ring.redeals, round_.randoms)


def test_an_undo_brings_nothing_back_to_who_has_left() -> None:
    """A status and a link of a seat that left since the pick stay dropped, its name stays away."""
    pack = house({"A": [{"do": "status"}, {"do": "link", "who": "left"}]})
    steps = (picks("p1", "AS"), picks("p2", "2C"), picks("p3", "AC"), leaves("p1"), undoes("p2"))
    table = state(*steps, players=4, pack=pack)

    assert () == table.round.lasting.statuses
    assert () == table.round.lasting.links
    assert ["p2", "p3", "p4"] == [seat.id for seat in table.room.seats]
    assert "p3" == table.round.turn.seat


def test_an_undo_keeps_who_came() -> None:
    """Joins, kicks and renames since the pick stay."""
    steps = (picks("p1", "2C"), joins("Zoe"), kicks("p3"), dresses("p2", name="Bobby"), undoes())
    table = state(*steps)

    assert ["Ann", "Bobby", "Zoe"] == [seat.name for seat in table.room.seats]
    assert "p1" == table.round.turn.seat


def test_the_next_round_starts_after_the_drawer_before_an_undo() -> None:
    """An undone pick does not count for who starts the next round."""
    table = state(picks("p1", "2C"), picks("p2", "3C"), undoes())

    assert "p1" == table.round.last_drawer
