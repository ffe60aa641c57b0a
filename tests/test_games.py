"""Mini-games: who plays, in which order, and what the verdict about them does."""

from typing import Any

from ringofire.errors import Reason
from ringofire.round.events import (
    ChoiceMade,
    ChoiceRequested,
    GameCalled,
    VerdictGiven,
)
from tests.given import (
    Case,
    Plain,
    cases,
    chooses,
    goes,
    hit,
    house,
    judges,
    leaves,
    lobby,
    picks,
    state,
    turn,
    up,
    writes,
)

ALL = ("p1", "p2", "p3")


def _game(**fields: Any) -> Plain:
    return {"do": "game", "kind": "g", **fields}


REVERSE: Plain = {"do": "turn", "op": "reverse"}
LOSES: Plain = {"do": "penalty", "who": "loser"}


@cases(
    plain=Case(
        pack=house({"A": [_game()]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), GameCalled("g", "A", ALL), turn("p2")),
    ),
    without_the_away=Case(
        pack=house({"A": [_game(order="ring")]}),
        given=(goes("p3"),),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), GameCalled("g", "A", ("p1", "p2"), ("p1", "p2")), turn("p2")),
    ),
    in_a_ring=Case(
        pack=house({"A": [_game(order="ring")]}),
        given=(picks("p1", "2C"),),
        when=picks("p2", "AS"),
        then=(up("p2", "AS", "A"), GameCalled("g", "A", ALL, ("p2", "p3", "p1")), turn("p3")),
    ),
    in_a_ring_the_other_way=Case(
        pack=house({"A": [_game(order="ring")], "2": [REVERSE]}),
        given=(picks("p1", "2C"),),
        when=picks("p3", "AS"),
        then=(up("p3", "AS", "A"), GameCalled("g", "A", ALL, ("p3", "p2", "p1")), turn("p2")),
    ),
    one_loses=Case(
        pack=house({"A": [_game(lose="one"), LOSES]}),
        when=picks("p1", "AS"),
        then=(
            up("p1", "AS", "A"),
            GameCalled("g", "A", ALL, verdict="v1", loses="one"),
            turn("p2"),
        ),
    ),
    a_duel=Case(
        pack=house({"A": [_game(who="pick", lose="one")]}),
        given=(picks("p1", "2C"), picks("p2", "AS")),
        when=chooses("p2", "p1"),
        then=(
            ChoiceMade("c1", ("p1",)),
            GameCalled("g", "A", ("p1", "p2"), verdict="v1", loses="one"),
            turn("p3"),
        ),
    ),
    a_duel_in_a_chosen_order=Case(
        pack=house({"A": [_game(who="pick", order="choose")]}),
        given=(picks("p1", "AS"),),
        when=chooses("p1", "p3"),
        then=(
            ChoiceMade("c1", ("p3",)),
            ChoiceRequested(
                "c2", "order", "p1", ("clockwise", "counterclockwise"), 1, 0, (("p3",),)
            ),
        ),
    ),
    a_duel_in_the_chosen_order=Case(
        pack=house({"A": [_game(who="pick", order="choose")]}),
        given=(picks("p1", "AS"), chooses("p1", "p3")),
        when=chooses("p1", "clockwise"),
        then=(
            ChoiceMade("c2", ("clockwise",)),
            GameCalled("g", "A", ("p1", "p3"), ("p1", "p3")),
            turn("p2"),
        ),
    ),
)
def test_a_game_is_called(case: Case) -> None:
    """A game is called with its players, in seat order, and the order they play in."""
    assert case.then == case.outcome()


_ONE = house({"A": [_game(lose="one"), LOSES]})
_MANY = house({"A": [_game(lose="many"), LOSES, {"do": "penalty", "n": 2}]})
_DRAWER = house({"A": [_game(lose="drawer"), LOSES]})
_TWO = house(
    {
        "A": [
            LOSES,
            _game(lose="one"),
            LOSES,
            _game(lose="one"),
            {"do": "penalty", "who": "loser", "n": 3},
        ]
    }
)
_ASKS = house({"A": [_game(lose="one"), {"do": "rule"}, LOSES]})
_DRAWN = (picks("p1", "AS"),)


def _judged(pack: Any, *losers: str, then: Any, by: str = "p2", **more: Any) -> Case:
    return Case(pack=pack, given=_DRAWN, when=judges(by, *losers, **more), then=then)


@cases(
    one=_judged(_ONE, "p3", then=(VerdictGiven("v1", ("p3",)), hit("A", "p3"))),
    one_by_the_loser=_judged(
        _ONE, "p3", by="p3", then=(VerdictGiven("v1", ("p3",)), hit("A", "p3"))
    ),
    many=_judged(_MANY, "p3", "p1", then=(VerdictGiven("v1", ("p1", "p3")), hit("A", "p1", "p3"))),
    nobody=_judged(_MANY, then=(VerdictGiven("v1", ()),)),
    the_drawer=_judged(_DRAWER, "p1", then=(VerdictGiven("v1", ("p1",)), hit("A", "p1"))),
    not_the_drawer=_judged(_DRAWER, then=(VerdictGiven("v1", ()),)),
    another_than_the_drawer=_judged(_DRAWER, "p2", then=Reason.NOT_CANDIDATE),
    nobody_of_one=_judged(_ONE, then=Reason.BAD_VALUE),
    two_of_one=_judged(_ONE, "p1", "p2", then=Reason.BAD_VALUE),
    one_twice=_judged(_MANY, "p1", "p1", then=Reason.BAD_VALUE),
    a_stranger=_judged(_ONE, "p9", then=Reason.NOT_CANDIDATE),
    a_text=_judged(_ONE, value="p3", then=Reason.BAD_VALUE),
    numbers=_judged(_ONE, value=(3,), then=Reason.BAD_VALUE),
    another_verdict=_judged(_ONE, "p3", verdict="v2", then=Reason.NO_SUCH_CHOICE),
    without_a_game=Case(when=judges("p1", "p2"), then=Reason.NO_SUCH_CHOICE),
    without_a_round=Case(begin=lobby, when=judges("p1", "p2"), then=Reason.WRONG_PHASE),
    one_who_is_away=Case(
        pack=_ONE, given=(*_DRAWN, goes("p3")), when=judges("p1", "p3"), then=Reason.NOT_CANDIDATE
    ),
    one_who_has_left=Case(
        pack=_ONE, given=(*_DRAWN, leaves("p3")), when=judges("p1", "p3"), then=Reason.NOT_CANDIDATE
    ),
    by_one_who_is_away=Case(
        pack=_ONE,
        players=4,
        given=(*_DRAWN, goes("p3")),
        when=judges("p3", "p2"),
        then=(VerdictGiven("v1", ("p2",)), hit("A", "p2")),
    ),
    after_the_drawer_left=Case(
        pack=_ONE,
        given=(*_DRAWN, leaves("p1")),
        when=judges("p2", "p3"),
        then=(VerdictGiven("v1", ("p3",)), hit("A", "p3")),
    ),
    another_than_before=Case(
        pack=_ONE,
        given=(*_DRAWN, judges("p1", "p2")),
        when=judges("p2", "p3"),
        then=(VerdictGiven("v1", ("p3",)), hit("A", "p3")),
    ),
    the_same_as_before=Case(
        pack=_ONE,
        given=(*_DRAWN, judges("p1", "p2")),
        when=judges("p2", "p2"),
        then=Reason.NO_CHANGE,
    ),
    after_the_next_pick=Case(
        pack=_ONE,
        given=(*_DRAWN, picks("p2", "2C")),
        when=judges("p2", "p3"),
        then=Reason.NO_SUCH_CHOICE,
    ),
    the_first_of_two_games=_judged(_TWO, "p2", then=Reason.NO_SUCH_CHOICE),
    the_second_of_two_games=_judged(
        _TWO, "p2", verdict="v2", then=(VerdictGiven("v2", ("p2",)), hit("A", "p2", n=3))
    ),
    while_a_choice_is_open=_judged(_ASKS, "p2", then=(VerdictGiven("v1", ("p2",)), hit("A", "p2"))),
)
def test_a_verdict_names_the_losers(case: Case) -> None:
    """Any member says who lost, until the next pick; what waits for the losers then happens.

    It does not wait for a required choice as well, and a second verdict hits its losers anew. Of
    two games on one card the later one's verdict takes the place of the earlier one's.
    """
    assert case.then == case.outcome()


def test_losers_between_two_games_belong_to_the_first() -> None:
    """While only the first of two games is called, its losers get what stands before the second."""
    pack = house({"A": [LOSES, _game(lose="one"), {"do": "rule"}, _game(lose="one"), LOSES]})
    table = state(picks("p1", "AS"), pack=pack)

    assert (VerdictGiven("v1", ("p2",)), hit("A", "p2")) == table.tell(judges("p1", "p2"))
    table.tell(writes("p1"))
    assert (VerdictGiven("v2", ("p2",)), hit("A", "p2")) == table.tell(
        judges("p1", "p2", verdict="v2")
    )
