"""Statuses: who holds them, what moves, spends and ends them."""

from typing import Any

from ringofire.errors import Reason
from ringofire.round.events import (
    ChoiceMade,
    PowerUsed,
    StatusCleared,
    StatusSet,
    TurnSkipped,
    VerdictGiven,
)
from tests.given import (
    Case,
    Plain,
    cases,
    chooses,
    house,
    judges,
    lobby,
    picks,
    skips,
    state,
    turn,
    undoes,
    up,
    uses,
)

AGAIN: Plain = {"do": "turn", "op": "again"}


def _status(**fields: Any) -> Plain:
    return {"do": "status", **fields}


def _link(**fields: Any) -> Plain:
    return {"do": "link", **fields}


_TOGGLE = house({"A": [_status(key="x", until="toggle")], "2": [_status(key="x")]})
_TOGGLE_PICK = house({"A": [_status(until="toggle", who="pick")]})
_LOSER_TOGGLE = house({"A": [{"do": "game", "lose": "one"}, _status(until="toggle", who="loser")]})


@cases(
    set=Case(
        pack=house({"A": [_status(key="thumb")]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), StatusSet("thumb", "p1", "replaced", "p1"), turn("p2")),
    ),
    of_the_table=Case(
        pack=house({"A": [_status(who="table", until="round")]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), StatusSet("A", None, "round", "p1"), turn("p2")),
    ),
    of_the_left=Case(
        pack=house({"A": [_status(who="left")]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), StatusSet("A", "p2", "replaced", "p1"), turn("p2")),
    ),
    of_the_right=Case(
        pack=house({"A": [_status(who="right")]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), StatusSet("A", "p3", "replaced", "p1"), turn("p2")),
    ),
    of_nobody_before_the_first_pick=Case(
        pack=house({"A": [_status(who="prev")]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), turn("p2")),
    ),
    of_the_one_before=Case(
        pack=house({"A": [_status(who="prev")]}),
        given=(picks("p1", "2C"),),
        when=picks("p2", "AS"),
        then=(up("p2", "AS", "A"), StatusSet("A", "p1", "replaced", "p2"), turn("p3")),
    ),
    of_the_chosen_one=Case(
        pack=house({"A": [_status(who="pick")]}),
        given=(picks("p1", "AS"),),
        when=chooses("p1", "p3"),
        then=(ChoiceMade("c1", ("p3",)), StatusSet("A", "p3", "replaced", "p1"), turn("p2")),
    ),
    of_one_loser=Case(
        pack=house({"A": [{"do": "game", "lose": "many"}, _status(who="loser")]}),
        given=(picks("p1", "AS"),),
        when=judges("p2", "p3", "p1"),
        then=(VerdictGiven("v1", ("p1", "p3")), StatusSet("A", "p1", "replaced", "p1")),
    ),
    of_each_loser_if_it_stacks=Case(
        pack=house({"A": [{"do": "game", "lose": "many"}, _status(who="loser", stack=True)]}),
        given=(picks("p1", "AS"),),
        when=judges("p2", "p3", "p1"),
        then=(
            VerdictGiven("v1", ("p1", "p3")),
            StatusSet("A", "p1", "replaced", "p1", stack=True),
            StatusSet("A", "p3", "replaced", "p1", stack=True),
        ),
    ),
)
def test_a_status_goes_to_whom_the_card_says(case: Case) -> None:
    """A status has one holder, the table or, if it stacks, as many as it reaches."""
    assert case.then == case.outcome()


@cases(
    toggled_off=Case(
        pack=_TOGGLE,
        given=(picks("p1", "AS"),),
        when=picks("p2", "AC"),
        then=(up("p2", "AC", "A"), StatusCleared("x", "p1", "toggle", "toggled"), turn("p3")),
    ),
    toggled_on_again=Case(
        pack=_TOGGLE,
        given=(picks("p1", "AS"), picks("p2", "AC")),
        when=picks("p3", "AH"),
        then=(up("p3", "AH", "A"), StatusSet("x", "p3", "toggle", "p3"), turn("p1")),
    ),
    toggled_off_by_any_with_its_key=Case(
        pack=_TOGGLE,
        given=(picks("p1", "AS"),),
        when=picks("p2", "2C"),
        then=(up("p2", "2C", "2"), StatusCleared("x", "p1", "toggle", "toggled"), turn("p3")),
    ),
    replaced_by_a_toggle=Case(
        pack=_TOGGLE,
        given=(picks("p1", "2C"),),
        when=picks("p2", "AS"),
        then=(up("p2", "AS", "A"), StatusSet("x", "p2", "toggle", "p2"), turn("p3")),
    ),
    toggled_off_without_asking=Case(
        pack=_TOGGLE_PICK,
        given=(picks("p1", "AS"), chooses("p1", "p3")),
        when=picks("p2", "AC"),
        then=(up("p2", "AC", "A"), StatusCleared("A", "p3", "toggle", "toggled"), turn("p3")),
    ),
    toggled_off_by_a_verdict=Case(
        pack=_LOSER_TOGGLE,
        given=(picks("p1", "AS"), judges("p2", "p3"), picks("p2", "AC")),
        when=judges("p1", "p1", verdict="v2"),
        then=(VerdictGiven("v2", ("p1",)), StatusCleared("A", "p3", "toggle", "toggled")),
    ),
    at_the_drawers_next_turn=Case(
        players=2,
        pack=house({"A": [_status(until="next_turn", who="left")]}),
        given=(picks("p1", "AS"),),
        when=picks("p2", "2C"),
        then=(up("p2", "2C"), turn("p1"), StatusCleared("A", "p2", "next_turn", "expired")),
    ),
    at_the_drawers_extra_turn=Case(
        players=2,
        pack=house({"A": [_status(until="next_turn"), AGAIN]}),
        when=picks("p1", "AS"),
        then=(
            up("p1", "AS", "A"),
            StatusSet("A", "p1", "next_turn", "p1"),
            turn("p1"),
            StatusCleared("A", "p1", "next_turn", "expired"),
        ),
    ),
    after_one_turn=Case(
        pack=house({"A": [_status(until="turns:1")]}),
        when=picks("p1", "AS"),
        then=(
            up("p1", "AS", "A"),
            StatusSet("A", "p1", "turns:1", "p1"),
            turn("p2"),
            StatusCleared("A", "p1", "turns:1", "expired"),
        ),
    ),
    not_after_two_of_three_turns=Case(
        pack=house({"A": [_status(until="turns:3")]}),
        given=(picks("p1", "AS"),),
        when=picks("p2", "2C"),
        then=(up("p2", "2C"), turn("p3")),
    ),
    after_three_turns=Case(
        pack=house({"A": [_status(until="turns:3")]}),
        given=(picks("p1", "AS"), picks("p2", "2C")),
        when=picks("p3", "3C"),
        then=(up("p3", "3C"), turn("p1"), StatusCleared("A", "p1", "turns:3", "expired")),
    ),
    after_two_turns_one_of_them_skipped=Case(
        pack=house({"A": [_status(until="turns:2")]}),
        given=(picks("p1", "AS"),),
        when=skips("p2"),
        then=(TurnSkipped("p2"), turn("p3"), StatusCleared("A", "p1", "turns:2", "expired")),
    ),
    after_two_turns_one_of_them_undone=Case(
        pack=house({"A": [_status(until="turns:2")]}),
        given=(picks("p1", "AS"), picks("p2", "2C"), undoes()),
        when=picks("p2", "3C"),
        then=(up("p2", "3C"), turn("p3"), StatusCleared("A", "p1", "turns:2", "expired")),
    ),
)
def test_a_status_lasts_until(case: Case) -> None:
    """A status ends as its own `until` says."""
    assert case.then == case.outcome()


_STACK = house({"A": [_status(key="pass", until="used", stack=True)], "2": [_status(key="thumb")]})
_MIXED = house(
    {
        "A": [_status(key="x", until="round", stack=True)],
        "2": [_status(key="x", until="used", stack=True)],
    }
)
_CLOCKS = house(
    {
        "A": [_status(key="x", until="turns:9", stack=True)],
        "2": [_status(key="x", until="turns:1", stack=True)],
    }
)


@cases(
    used=Case(
        pack=_STACK,
        given=(picks("p1", "2C"),),
        when=uses("p1", "thumb"),
        then=(PowerUsed("thumb", "p1"),),
    ),
    used_up=Case(
        pack=_STACK,
        given=(picks("p1", "AS"),),
        when=uses("p1", "pass"),
        then=(PowerUsed("pass", "p1"), StatusCleared("pass", "p1", "used", "used")),
    ),
    used_up_for_good=Case(
        pack=_STACK,
        given=(picks("p1", "AS"), uses("p1", "pass")),
        when=uses("p1", "pass"),
        then=Reason.NOT_HOLDER,
    ),
    the_second_is_left=Case(
        players=2,
        pack=_STACK,
        given=(picks("p1", "AS"), picks("p2", "AC"), picks("p1", "AH"), uses("p1", "pass")),
        when=uses("p1", "pass"),
        then=(PowerUsed("pass", "p1"), StatusCleared("pass", "p1", "used", "used")),
    ),
    what_can_be_spent_is_spent_first=Case(
        players=2,
        pack=_MIXED,
        given=(picks("p1", "AS"), picks("p2", "3C"), picks("p1", "2C")),
        when=uses("p1", "x"),
        then=(PowerUsed("x", "p1"), StatusCleared("x", "p1", "used", "used")),
    ),
    what_is_spent_is_not_the_other=Case(
        players=2,
        pack=_MIXED,
        given=(picks("p1", "AS"), picks("p2", "3C"), picks("p1", "2C"), uses("p1", "x")),
        when=uses("p1", "x"),
        then=(PowerUsed("x", "p1"),),
    ),
    of_another=Case(
        pack=_STACK, given=(picks("p1", "AS"),), when=uses("p2", "pass"), then=Reason.NOT_HOLDER
    ),
    of_the_table=Case(
        pack=house({"A": [_status(who="table")]}),
        given=(picks("p1", "AS"),),
        when=uses("p1", "A"),
        then=Reason.NOT_HOLDER,
    ),
    unheard_of=Case(when=uses("p1", "?"), then=Reason.NOT_HOLDER),
    too_long_a_key=Case(when=uses("p1", "x" * 25), then=Reason.BAD_VALUE),
    no_key=Case(when=uses("p1", ""), then=Reason.BAD_VALUE),
    of_no_type=Case(when=uses("p1", ("x",)), then=Reason.BAD_VALUE),
    before_the_round=Case(begin=lobby, when=uses("p1", "A"), then=Reason.WRONG_PHASE),
)
def test_only_a_holder_uses_a_power(case: Case) -> None:
    """UsePower is its holder's; one that lasts until it is used is spent, others stay."""
    assert case.then == case.outcome()


def test_each_of_a_stack_ends_in_its_own_time() -> None:
    """Of two that stack the one whose turns are over ends, not the older one."""
    table = state(picks("p1", "AS"), picks("p2", "3C"), players=2, pack=_CLOCKS)
    table.tell(picks("p1", "2C"))

    assert ["turns:9"] == [status.until for status in table.round.lasting.statuses]


def test_a_spent_power_leaves_the_others() -> None:
    """Of several that hold the same, only the one that is used up is taken."""
    steps = (picks("p1", "AS"), picks("p2", "AC"), picks("p1", "AH"), uses("p1", "pass"))
    table = state(*steps, players=2, pack=_STACK)

    assert ["p2", "p1"] == [status.holder for status in table.round.lasting.statuses]


def test_a_status_moves() -> None:
    """Drawing a status again takes it from its holder; there is one holder per key."""
    table = state(picks("p1", "AS"), picks("p2", "AC"), pack=house({"A": [_status()]}))

    assert ["p2"] == [status.holder for status in table.round.lasting.statuses]
