"""Required choices: who answers them, with what, what waits behind them, what drops them."""

from typing import Any

from ringofire.errors import Reason
from ringofire.round.commands import Choose
from ringofire.round.events import (
    ChoiceMade,
    ChoiceRequested,
    ChoiceSkipped,
    GameCalled,
    Noted,
    RingBroken,
    TurnSkipped,
)
from tests.given import (
    Case,
    Plain,
    cases,
    chooses,
    goes,
    hit,
    house,
    joins,
    kings_only,
    lobby,
    over,
    passes,
    picks,
    returns,
    say,
    skips,
    state,
    turn,
    up,
    writes,
)

ALL = ("p1", "p2", "p3")


def _penalty(**fields: Any) -> Plain:
    return {"do": "penalty", **fields}


_PICK = house({"A": [_penalty(who="pick"), {"do": "note", "kind": "then"}]})
_TWO = house({"A": [_penalty(who="pick", pick=2)]})
_SPLIT = house({"A": [_penalty(who="split", n=3)]})
_ORDER = house({"A": [{"do": "game", "kind": "g", "order": "choose"}]})
_DRAWN = (picks("p1", "AS"),)
_NOTED = Noted("then", "A")


def _answer(*seats: str, pack: Any = _PICK, then: Any, **more: Any) -> Case:
    return Case(pack=pack, given=_DRAWN, when=chooses("p1", *seats, **more), then=then)


@cases(
    asked=Case(
        pack=_PICK,
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), ChoiceRequested("c1", "players", "p1", ("p2", "p3"), 1, 0)),
    ),
    asked_for_several=Case(
        pack=_TWO,
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), ChoiceRequested("c1", "players", "p1", ("p2", "p3"), 2, 0)),
    ),
    asked_for_no_more_than_there_are=Case(
        pack=house({"A": [_penalty(who="pick", pick=19)]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), ChoiceRequested("c1", "players", "p1", ("p2", "p3"), 2, 0)),
    ),
    asked_without_the_away=Case(
        pack=_PICK,
        given=(goes("p2"),),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), ChoiceRequested("c1", "players", "p1", ("p3",), 1, 0)),
    ),
    asked_second=Case(
        pack=house({"A": [_penalty(when="red"), _penalty(), _penalty(who="pick")]}),
        when=picks("p1", "AS"),
        then=(
            up("p1", "AS", "A"),
            hit("A", "p1"),
            ChoiceRequested("c1", "players", "p1", ("p2", "p3"), 1, 1),
        ),
    ),
    nothing_to_ask_for=Case(
        pack=house({"A": [_penalty(who="pick", n=0)]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), turn("p2")),
    ),
    answered=_answer("p3", then=(ChoiceMade("c1", ("p3",)), hit("A", "p3"), _NOTED, turn("p2"))),
    answered_by_one_text=_answer(
        value="p3", then=(ChoiceMade("c1", ("p3",)), hit("A", "p3"), _NOTED, turn("p2"))
    ),
    answered_with_several=_answer(
        "p3",
        "p2",
        pack=_TWO,
        then=(ChoiceMade("c1", ("p2", "p3")), hit("A", "p2", "p3"), turn("p2")),
    ),
    with_oneself=_answer("p1", then=Reason.NOT_CANDIDATE),
    with_nobody_known=_answer("p9", then=Reason.NOT_CANDIDATE),
    with_nobody=_answer(then=Reason.BAD_VALUE),
    with_too_many=_answer("p2", "p3", then=Reason.BAD_VALUE),
    with_too_few=_answer("p2", pack=_TWO, then=Reason.BAD_VALUE),
    with_one_twice=_answer("p2", "p2", pack=_TWO, then=Reason.BAD_VALUE),
    with_a_split=_answer(value={"p2": 1}, then=Reason.BAD_VALUE),
    with_numbers=_answer(value=(2,), then=Reason.BAD_VALUE),
    with_none=_answer(value=7, then=Reason.BAD_VALUE),
    another_choice=_answer("p2", choice="c2", then=Reason.NO_SUCH_CHOICE),
    by_another=Case(pack=_PICK, given=_DRAWN, when=chooses("p2", "p3"), then=Reason.NOT_HOST),
    by_the_host_standing_in=Case(
        pack=_PICK,
        given=(picks("p1", "2C"), picks("p2", "AS")),
        when=chooses("p1", "p3"),
        then=(ChoiceMade("c1", ("p3",)), hit("A", "p3"), _NOTED, turn("p3")),
    ),
    the_host_may_be_chosen_by_the_host=Case(
        pack=_PICK,
        given=(picks("p1", "2C"), picks("p2", "AS")),
        when=chooses("p1", "p1"),
        then=(ChoiceMade("c1", ("p1",)), hit("A", "p1"), _NOTED, turn("p3")),
    ),
    without_a_choice=Case(when=chooses("p1", "p2"), then=Reason.NO_SUCH_CHOICE),
    without_a_round=Case(
        begin=lobby, when=say(Choose, "p1", choice="c1", value="p2"), then=Reason.WRONG_PHASE
    ),
    a_pick_meanwhile=Case(
        pack=_PICK, given=_DRAWN, when=picks("p1", "2C"), then=Reason.CHOICE_PENDING
    ),
    a_pick_by_another_meanwhile=Case(
        pack=_PICK, given=_DRAWN, when=picks("p2", "2C"), then=Reason.CHOICE_PENDING
    ),
    a_text_is_no_answer=Case(
        pack=_PICK,
        given=(picks("p1", "2C"), picks("p2", "AS")),
        when=writes("p2"),
        then=Reason.NO_RULE_CREDIT,
    ),
)
def test_a_choice_is_its_owners(case: Case) -> None:
    """A choice is answered by its owner, or the host, with as many candidates as it asks for."""
    assert case.then == case.outcome()


def _split(value: Any, then: Any) -> Case:
    return Case(pack=_SPLIT, given=_DRAWN, when=chooses("p1", value=value), then=then)


@cases(
    asked=Case(
        pack=_SPLIT,
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), ChoiceRequested("c1", "split", "p1", ALL, 3, 0)),
    ),
    nothing_to_split=Case(
        pack=house({"A": [_penalty(who="split", n=3, cap=0)]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), turn("p2")),
    ),
    all_to_one=_split(
        {"p2": 3}, (ChoiceMade("c1", ("p2",), (3,)), hit("A", "p2", n=3), turn("p2"))
    ),
    to_oneself=_split(
        {"p1": 3}, (ChoiceMade("c1", ("p1",), (3,)), hit("A", "p1", n=3), turn("p2"))
    ),
    in_seat_order=_split(
        {"p3": 1, "p1": 2},
        (
            ChoiceMade("c1", ("p1", "p3"), (2, 1)),
            hit("A", "p1", n=2),
            hit("A", "p3"),
            turn("p2"),
        ),
    ),
    too_little=_split({"p2": 2}, Reason.BAD_SPLIT),
    too_much=_split({"p2": 2, "p3": 2}, Reason.BAD_SPLIT),
    nothing=_split({}, Reason.BAD_SPLIT),
    a_part_of_nothing=_split({"p2": 3, "p3": 0}, Reason.BAD_SPLIT),
    a_negative_part=_split({"p2": 4, "p3": -1}, Reason.BAD_SPLIT),
    half_parts=_split({"p2": 1.5, "p3": 1.5}, Reason.BAD_VALUE),
    a_flag_for_a_part=_split({"p2": True, "p3": 2}, Reason.BAD_VALUE),
    to_a_stranger=_split({"p9": 3}, Reason.NOT_CANDIDATE),
    to_a_number=_split({2: 3}, Reason.BAD_VALUE),
    a_seat_alone=_split("p2", Reason.BAD_SPLIT),
    a_list=_split(("p2",), Reason.BAD_SPLIT),
    a_mate_of_each_receiver=Case(
        pack=house({"A": [_penalty(who="split", n=3)], "2": [{"do": "link", "who": "left"}]}),
        given=(picks("p1", "2C"), picks("p2", "AS")),
        when=chooses("p2", value={"p1": 1, "p2": 2}),
        then=(
            ChoiceMade("c1", ("p1", "p2"), (1, 2)),
            hit("A", "p1", also=("p2",)),
            hit("A", "p2", n=2),
            turn("p3"),
        ),
    ),
    limited_by_the_pack=Case(
        pack=house({"3": [_penalty(who="split", n="rank")]}, limits={"n": 2}),
        when=picks("p1", "3S"),
        then=(up("p1", "3S", "3"), ChoiceRequested("c1", "split", "p1", ALL, 2, 0)),
    ),
)
def test_a_split_adds_up(case: Case) -> None:
    """The parts of a split are exactly the amount, each a call of its own, in seat order."""
    assert case.then == case.outcome()


_RING = house(
    {
        "A": [
            _penalty(who="pick"),
            _penalty(who="pick"),
            {"do": "note"},
            {"do": "turn", "op": "again"},
        ]
    },
    ring="gap:1",
)
_RING_PICK = house({"A": [_penalty(who="pick")]}, ring="gap:1", break_=_penalty(who="pick"))
_BROKEN = hit("", "p1")


@cases(
    skipped=Case(
        pack=_PICK,
        given=_DRAWN,
        when=passes("p1"),
        then=(ChoiceSkipped("c1"), _NOTED, turn("p2")),
    ),
    skipped_by_the_host=Case(
        pack=_PICK,
        given=(picks("p1", "2C"), picks("p2", "AS")),
        when=passes("p1"),
        then=(ChoiceSkipped("c1"), _NOTED, turn("p3")),
    ),
    skipped_by_another=Case(pack=_PICK, given=_DRAWN, when=passes("p2"), then=Reason.NOT_HOST),
    skipped_another=Case(
        pack=_PICK, given=_DRAWN, when=passes("p1", "c2"), then=Reason.NO_SUCH_CHOICE
    ),
    skipped_without_a_choice=Case(when=passes("p1"), then=Reason.NO_SUCH_CHOICE),
    skipped_twice=Case(
        pack=_PICK,
        given=(*_DRAWN, passes("p1")),
        when=passes("p1", "c1"),
        then=Reason.NO_SUCH_CHOICE,
    ),
    only_the_one_is_skipped=Case(
        pack=_RING,
        given=_DRAWN,
        when=passes("p1"),
        then=(ChoiceSkipped("c1"), ChoiceRequested("c2", "players", "p1", ("p2", "p3"), 1, 1)),
    ),
    all_waits_for_the_last=Case(
        pack=_RING,
        given=(*_DRAWN, passes("p1")),
        when=passes("p1"),
        then=(ChoiceSkipped("c2"), Noted("", "A"), RingBroken(), _BROKEN, turn("p1")),
    ),
    a_skipped_turn_drops_the_card_not_the_ring=Case(
        pack=_RING,
        given=_DRAWN,
        when=skips("p1"),
        then=(TurnSkipped("p1"), ChoiceSkipped("c1"), RingBroken(), _BROKEN, turn("p2")),
    ),
    the_ring_asks_too=Case(
        pack=_RING_PICK,
        given=_DRAWN,
        when=passes("p1"),
        then=(
            ChoiceSkipped("c1"),
            RingBroken(),
            ChoiceRequested("c2", "players", "p1", ("p2", "p3"), 1, 1),
        ),
    ),
    the_ring_is_answered=Case(
        pack=_RING_PICK,
        given=(*_DRAWN, passes("p1")),
        when=chooses("p1", "p3"),
        then=(ChoiceMade("c2", ("p3",)), hit("", "p3"), turn("p2")),
    ),
    the_ring_is_skipped=Case(
        pack=_RING_PICK,
        given=(*_DRAWN, passes("p1")),
        when=passes("p1"),
        then=(ChoiceSkipped("c2"), turn("p2")),
    ),
    a_skipped_turn_skips_the_ring_choice=Case(
        pack=_RING_PICK,
        given=(*_DRAWN, passes("p1")),
        when=skips("p1"),
        then=(TurnSkipped("p1"), ChoiceSkipped("c2"), turn("p2")),
    ),
    a_skipped_turn_lets_the_ring_ask_nobody=Case(
        pack=_RING_PICK,
        given=_DRAWN,
        when=skips("p1"),
        then=(
            TurnSkipped("p1"),
            ChoiceSkipped("c1"),
            RingBroken(),
            ChoiceRequested("c2", "players", "p1", ("p2", "p3"), 1, 1),
            ChoiceSkipped("c2"),
            turn("p2"),
        ),
    ),
    the_end_waits=Case(
        players=2,
        pack=house({"K": [_penalty(who="pick")]}, deck=kings_only(1), end="last:K", ring="gap:1"),
        given=(picks("p1", "K"),),
        when=passes("p1"),
        then=(ChoiceSkipped("c1"), RingBroken(), _BROKEN, over("last_king")),
    ),
    a_split_of_the_ring=Case(
        pack=house(ring="gap:1", break_=_penalty(who="split", n=2)),
        given=(picks("p1", "2C"),),
        when=chooses("p1", value={"p1": 1, "p2": 1}),
        then=(
            ChoiceMade("c1", ("p1", "p2"), (1, 1)),
            hit("", "p1"),
            hit("", "p2"),
            turn("p2"),
        ),
    ),
)
def test_what_waits_behind_a_choice_comes_after_it(case: Case) -> None:
    """Behind a choice wait the card's effects, the ring and the turn; SkipTurn asks nobody."""
    assert case.then == case.outcome()


def _round_dance(*order: str) -> GameCalled:
    return GameCalled("g", "A", ALL, order)


@cases(
    asked=Case(
        pack=_ORDER,
        when=picks("p1", "AS"),
        then=(
            up("p1", "AS", "A"),
            ChoiceRequested("c1", "order", "p1", ("clockwise", "counterclockwise"), 1, 0),
        ),
    ),
    clockwise=_answer(
        value="clockwise",
        pack=_ORDER,
        then=(ChoiceMade("c1", ("clockwise",)), _round_dance("p1", "p2", "p3"), turn("p2")),
    ),
    counterclockwise=_answer(
        "counterclockwise",
        pack=_ORDER,
        then=(ChoiceMade("c1", ("counterclockwise",)), _round_dance("p1", "p3", "p2"), turn("p2")),
    ),
    both=_answer("clockwise", "counterclockwise", pack=_ORDER, then=Reason.BAD_VALUE),
    upwards=_answer("up", pack=_ORDER, then=Reason.NOT_CANDIDATE),
    skipped_with_its_game=Case(
        pack=_ORDER, given=_DRAWN, when=passes("p1"), then=(ChoiceSkipped("c1"), turn("p2"))
    ),
)
def test_an_order_is_chosen(case: Case) -> None:
    """`order = choose` asks the drawer for a direction; the game then publishes its order."""
    assert case.then == case.outcome()


def test_choice_ids_are_never_used_twice() -> None:
    """Choices are c1, c2, ... through all rounds of a room."""
    table = state(picks("p1", "AS"), passes("p1"), pack=_PICK)
    _, requested = table.tell(picks("p2", "AC"))

    assert isinstance(requested, ChoiceRequested)
    assert "c2" == requested.choice


def test_who_joins_or_returns_later_is_no_candidate() -> None:
    """Candidates are fixed when the choice is requested."""
    table = state(goes("p3"), picks("p1", "AS"), joins(), returns("p3"), players=4, pack=_PICK)
    choice = table.round.choice

    assert choice is not None
    assert ("p2", "p4") == choice.candidates
