"""Links and the cup: who drinks with whom, who is served, and what chance gives."""

from typing import Any

from ringofire.round.events import (
    ChoiceMade,
    ChoiceRequested,
    ChoiceSkipped,
    CupFilled,
    CupServed,
    LinkAdded,
    LinkRemoved,
    StatusSet,
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
    picks,
    state,
    told,
    turn,
    up,
)

AGAIN: Plain = {"do": "turn", "op": "again"}


def _status(**fields: Any) -> Plain:
    return {"do": "status", **fields}


def _link(**fields: Any) -> Plain:
    return {"do": "link", **fields}


# -- Links -----------------------------------------------------------------------------------------

_MATE = house({"A": [_link()], "2": [{"do": "penalty"}]})
_BOTH = house({"A": [_link(mode="both")], "2": [{"do": "penalty"}]})
_NEXT = house({"A": [_link(until="replaced", who="left")], "2": [{"do": "penalty"}]})
_FREE = house(
    {
        "A": [_link(dissolve_when_all=True, who="left")],
        "2": [{"do": "penalty"}],
        "3": [_link(who="right")],
    }
)


def _makes(mode: str, *pairs: tuple[str, str]) -> Case:
    return Case(
        pack=house({"A": [_link(mode=mode, key="mate")]}),
        given=(picks("p1", "AS"),),
        when=chooses("p1", "p3"),
        then=(
            ChoiceMade("c1", ("p3",)),
            *(LinkAdded(from_, to, "mate", "round", "p1") for from_, to in pairs),
            turn("p2"),
        ),
    )


@cases(
    follow_drawer=_makes("follow_drawer", ("p1", "p3")),
    follow_target=_makes("follow_target", ("p3", "p1")),
    both=_makes("both", ("p1", "p3"), ("p3", "p1")),
    asks_for_one_of_the_others=Case(
        pack=_MATE,
        when=picks("p2", "AS"),
        given=(picks("p1", "3C"),),
        then=(
            up("p2", "AS", "A"),
            ChoiceRequested("c1", "players", "p2", ("p1", "p3"), 1, 0),
        ),
    ),
    a_duplicate_is_no_candidate=Case(
        pack=_MATE,
        given=(picks("p1", "AS"), chooses("p1", "p2"), picks("p2", "3C"), picks("p3", "4C")),
        when=picks("p1", "AC"),
        then=(up("p1", "AC", "A"), ChoiceRequested("c2", "players", "p1", ("p3",), 1, 0)),
    ),
    no_candidate_is_left=Case(
        players=2,
        pack=_MATE,
        given=(picks("p1", "AS"), chooses("p1", "p2"), picks("p2", "3C")),
        when=picks("p1", "AC"),
        then=(
            up("p1", "AC", "A"),
            ChoiceRequested("c2", "players", "p1", (), 0, 0),
            ChoiceSkipped("c2"),
            turn("p2"),
        ),
    ),
    both_ways_adds_what_is_missing=Case(
        players=2,
        pack=house({"A": [_link(who="left")], "2": [_link(who="left", mode="both")]}),
        given=(picks("p1", "AS"),),
        when=picks("p2", "2C"),
        then=(up("p2", "2C", "2"), LinkAdded("p2", "p1", "2", "round", "p2"), turn("p1")),
    ),
    nobody_was_before=Case(
        pack=house({"A": [_link(who="prev")]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), turn("p2")),
    ),
    oneself_was_before=Case(
        pack=house({"A": [_link(who="prev")], "2": [AGAIN]}),
        given=(picks("p1", "2C"),),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), turn("p2")),
    ),
    replaced_by_the_next_with_its_key=Case(
        pack=_NEXT,
        given=(picks("p1", "AS"),),
        when=picks("p2", "AC"),
        then=(
            up("p2", "AC", "A"),
            LinkRemoved("p1", "p2", "replaced"),
            LinkAdded("p2", "p3", "A", "replaced", "p2"),
            turn("p3"),
        ),
    ),
    replaced_by_itself=Case(
        players=2,
        pack=_NEXT,
        given=(picks("p1", "AS"), picks("p2", "3C")),
        when=picks("p1", "AC"),
        then=(
            up("p1", "AC", "A"),
            LinkRemoved("p1", "p2", "replaced"),
            LinkAdded("p1", "p2", "A", "replaced", "p1"),
            turn("p2"),
        ),
    ),
    kept_if_there_is_no_next=Case(
        pack=house({"A": [_link(until="replaced", who="prev")], "2": [AGAIN]}),
        given=(picks("p1", "3C"), picks("p2", "AS"), picks("p3", "2C")),
        when=picks("p3", "AC"),
        then=(up("p3", "AC", "A"), turn("p1")),
    ),
    ended_by_turns=Case(
        pack=house({"A": [_link(until="turns:1", who="left")]}),
        when=picks("p1", "AS"),
        then=(
            up("p1", "AS", "A"),
            LinkAdded("p1", "p2", "A", "turns:1", "p1"),
            turn("p2"),
            LinkRemoved("p1", "p2", "expired"),
        ),
    ),
    ended_by_the_next_turn=Case(
        players=2,
        pack=house({"A": [_link(until="next_turn", who="left")]}),
        given=(picks("p1", "AS"),),
        when=picks("p2", "2C"),
        then=(up("p2", "2C"), turn("p1"), LinkRemoved("p1", "p2", "expired")),
    ),
)
def test_a_link_is_made_and_ended(case: Case) -> None:
    """A link joins drawer and target as its mode says; self and duplicates are no candidates."""
    assert case.then == case.outcome()


@cases(
    mate_drinks_along=Case(
        pack=_MATE,
        given=(picks("p1", "AS"), chooses("p1", "p3"), picks("p2", "3C"), picks("p3", "4C")),
        when=picks("p1", "2C"),
        then=(up("p1", "2C", "2"), hit("2", "p1", also=("p3",)), turn("p2")),
    ),
    not_the_other_way=Case(
        pack=_MATE,
        given=(picks("p1", "AS"), chooses("p1", "p3"), picks("p2", "3C")),
        when=picks("p3", "2C"),
        then=(up("p3", "2C", "2"), hit("2", "p3"), turn("p1")),
    ),
    a_cycle_ends=Case(
        pack=house({"A": [_link(who="left")], "2": [{"do": "penalty"}]}),
        given=(picks("p1", "AS"), picks("p2", "AC"), picks("p3", "AH")),
        when=picks("p1", "2C"),
        then=(up("p1", "2C", "2"), hit("2", "p1", also=("p2", "p3")), turn("p2")),
    ),
    mates_of_mates_drink=Case(
        players=4,
        pack=house({"A": [_link(who="left")], "2": [{"do": "penalty"}]}),
        given=(picks("p1", "AS"), picks("p2", "AC"), picks("p3", "3C"), picks("p4", "4C")),
        when=picks("p1", "2C"),
        then=(up("p1", "2C", "2"), hit("2", "p1", also=("p2", "p3")), turn("p2")),
    ),
    the_away_do_not_drink_nor_pass_it_on=Case(
        players=4,
        pack=house({"A": [_link(who="left")], "2": [{"do": "penalty"}]}),
        given=(
            picks("p1", "AS"),
            picks("p2", "AC"),
            picks("p3", "3C"),
            picks("p4", "4C"),
            goes("p2"),
        ),
        when=picks("p1", "2C"),
        then=(up("p1", "2C", "2"), hit("2", "p1"), turn("p3")),
    ),
    links_dissolve_when_all_drink=Case(
        players=2,
        pack=_FREE,
        given=(picks("p1", "AS"), picks("p2", "AC")),
        when=picks("p1", "2C"),
        then=(
            up("p1", "2C", "2"),
            hit("2", "p1", also=("p2",)),
            LinkRemoved("p1", "p2", "dissolved"),
            LinkRemoved("p2", "p1", "dissolved"),
            turn("p2"),
        ),
    ),
    links_stay_when_one_does_not=Case(
        pack=_FREE,
        given=(picks("p1", "AS"), picks("p2", "4C"), picks("p3", "5C")),
        when=picks("p1", "2C"),
        then=(up("p1", "2C", "2"), hit("2", "p1", also=("p2",)), turn("p2")),
    ),
    only_links_that_say_so_dissolve=Case(
        players=2,
        pack=_FREE,
        given=(picks("p1", "AS"), picks("p2", "3C")),
        when=picks("p1", "2C"),
        then=(
            up("p1", "2C", "2"),
            hit("2", "p1", also=("p2",)),
            LinkRemoved("p1", "p2", "dissolved"),
            turn("p2"),
        ),
    ),
)
def test_mates_drink_along(case: Case) -> None:
    """Whoever links lead to drinks, once; `dissolve_when_all` ends the links that carry it."""
    assert case.then == case.outcome()


# -- The cup ---------------------------------------------------------------------------------------


def _serves(who: str, *seats: str) -> Case:
    return Case(
        pack=house({"A": [{"do": "cup", "op": "serve", "who": who}]}),
        given=(picks("p1", "2C"),),
        when=picks("p2", "AS"),
        then=(up("p2", "AS", "A"), CupServed(seats), turn("p3")),
    )


@cases(
    filled=Case(
        pack=house({"A": [{"do": "cup"}, {"do": "cup", "op": "fill"}]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), CupFilled(1), CupFilled(2), turn("p2")),
    ),
    to_the_drawer=_serves("drawer", "p2"),
    to_the_left=_serves("left", "p3"),
    to_the_right=_serves("right", "p1"),
    to_the_one_before=_serves("prev", "p1"),
    to_all=_serves("all", "p1", "p2", "p3"),
    to_others=_serves("others", "p1", "p3"),
    to_the_table=_serves("table"),
    to_nobody=Case(
        pack=house({"A": [{"do": "cup", "op": "serve", "who": "prev"}]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), turn("p2")),
    ),
    to_the_chosen_one=Case(
        pack=house({"A": [{"do": "cup", "op": "serve", "who": "pick"}]}),
        given=(picks("p1", "AS"),),
        when=chooses("p1", "p2"),
        then=(ChoiceMade("c1", ("p2",)), CupServed(("p2",)), turn("p2")),
    ),
    to_the_losers=Case(
        pack=house(
            {"A": [{"do": "game", "lose": "many"}, {"do": "cup", "op": "serve", "who": "loser"}]}
        ),
        given=(picks("p1", "AS"),),
        when=judges("p3", "p3", "p2"),
        then=(VerdictGiven("v1", ("p2", "p3")), CupServed(("p2", "p3"))),
    ),
)
def test_the_cup_is_filled_and_served(case: Case) -> None:
    """The cup counts its pours and is served to whom the card says."""
    assert case.then == case.outcome()


def test_serving_empties_the_cup() -> None:
    """A cup that was served is empty and says to whom it went."""
    pack = house({"A": [{"do": "cup"}], "2": [{"do": "cup", "op": "serve"}]})
    table = state(picks("p1", "AS"), picks("p2", "AC"), picks("p3", "2C"), pack=pack)

    assert (0, ("p3",)) == (table.round.lasting.cup.pours, table.round.lasting.cup.served_to)
    table.tell(picks("p1", "AH"))
    assert (1, ("p3",)) == (table.round.lasting.cup.pours, table.round.lasting.cup.served_to)


# -- By chance -------------------------------------------------------------------------------------


def test_chance_gives_statuses_links_and_cups() -> None:
    """A random status or cup goes to one present seat, a random link to one that is a candidate."""
    pack = house(
        {
            "A": [
                _status(who="random"),
                _link(who="random", mode="both"),
                {"do": "cup", "op": "serve", "who": "random"},
            ]
        }
    )
    table = state(goes("p3"), pack=pack)
    _, given, to, fro, served, _ = table.tell(picks("p1", "AS"))

    assert isinstance(given, StatusSet)
    assert isinstance(served, CupServed)
    assert {given.holder, *served.seats} <= {"p1", "p2"}
    assert LinkAdded("p1", "p2", "A", "round", "p1", random=2) == to
    assert LinkAdded("p2", "p1", "A", "round", "p1", random=2) == fro
    assert (1, 3, 3) == (given.random, served.random, table.round.randoms)


def test_chance_that_finds_nobody_has_no_number() -> None:
    """A random link without candidates makes no event and counts for nothing."""
    pack = house({"A": [_link(who="random"), {"do": "penalty", "who": "random", "pick": 2}]})
    table = state(picks("p1", "AS"), picks("p2", "2C"), players=2, pack=pack)

    assert (up("p1", "AC", "A"), hit("A", "p1", "p2", random=3), turn("p2")) == tuple(
        map(told, table.tell(picks("p1", "AC")))
    )
