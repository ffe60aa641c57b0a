"""Penalties: whom they hit, how much they are, and when a card asks for them at all."""

from ringofire.round.events import Noted, StatusSet
from tests.given import (
    Case,
    cases,
    dresses,
    goes,
    hit,
    house,
    leaves,
    picks,
    state,
    turn,
    undoes,
    up,
)


def _penalty(**fields: object) -> dict[str, object]:
    return {"do": "penalty", **fields}


def _reaches(who: str, *seats: str, **fields: object) -> Case:
    """One penalty on `who`, drawn by p2 after p1; p4 is away, p1 in team a, p2 and p4 in team b."""
    penalty = (hit("A", *seats),) if seats else ()
    return Case(
        players=4,
        pack=house({"A": [_penalty(who=who, **fields)]}),
        given=(
            goes("p4"),
            dresses("p1", team="a"),
            dresses("p2", team="b"),
            dresses("p4", team="b"),
            picks("p1", "2C"),
        ),
        when=picks("p2", "AS"),
        then=(up("p2", "AS", "A"), *penalty, turn("p3")),
    )


@cases(
    drawer=_reaches("drawer", "p2"),
    left=_reaches("left", "p3"),
    right=_reaches("right", "p1"),
    sides=_reaches("sides", "p1", "p3"),
    prev=_reaches("prev", "p1"),
    all=_reaches("all", "p1", "p2", "p3"),
    others=_reaches("others", "p1", "p3"),
    team_a=_reaches("team:a", "p1"),
    team_b_without_the_away=_reaches("team:b", "p2"),
    nobody_holds=_reaches("holder"),
    loser_without_a_game=_reaches("loser"),
)
def test_a_penalty_hits_whom_the_card_says(case: Case) -> None:
    """Each `who` reaches its seats, in seat order; the away are reached by none."""
    assert case.then == case.outcome()


@cases(
    nobody_before_the_first_pick=Case(
        pack=house({"A": [_penalty(who="prev")]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), turn("p2")),
    ),
    before_is_nobody_if_they_left=Case(
        pack=house({"A": [_penalty(who="prev")]}),
        given=(picks("p1", "2C"), leaves("p1")),
        when=picks("p2", "AS"),
        then=(up("p2", "AS", "A"), turn("p3")),
    ),
    before_is_the_drawer_in_an_extra_turn=Case(
        pack=house({"A": [_penalty(who="prev")], "2": [{"do": "turn", "op": "again"}]}),
        given=(picks("p1", "2C"),),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), hit("A", "p1"), turn("p2")),
    ),
    both_sides_of_two_are_one=Case(
        players=2,
        pack=house({"A": [_penalty(who="sides"), _penalty(who="left"), _penalty(who="right")]}),
        when=picks("p1", "AS"),
        then=(
            up("p1", "AS", "A"),
            hit("A", "p2"),
            hit("A", "p2"),
            hit("A", "p2"),
            turn("p2"),
        ),
    ),
    left_follows_the_seats_not_the_direction=Case(
        pack=house({"A": [_penalty(who="left")], "2": [{"do": "turn", "op": "reverse"}]}),
        given=(picks("p1", "2C"),),
        when=picks("p3", "AS"),
        then=(up("p3", "AS", "A"), hit("A", "p1"), turn("p2")),
    ),
    team_nobody_is_in=Case(
        pack=house({"A": [_penalty(who="team:a")]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), turn("p2")),
    ),
    holder_of_a_status=Case(
        pack=house(
            {"A": [_penalty(who="holder", key="thumb")], "2": [{"do": "status", "key": "thumb"}]}
        ),
        given=(picks("p1", "2C"),),
        when=picks("p2", "AS"),
        then=(up("p2", "AS", "A"), hit("A", "p1"), turn("p3")),
    ),
    a_table_status_has_no_holder=Case(
        pack=house({"A": [{"do": "status", "who": "table"}, _penalty(who="holder")]}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), StatusSet("A", None, "replaced", "p1"), turn("p2")),
    ),
    several_holders_once_each=Case(
        pack=house({"A": [{"do": "status", "stack": True}, _penalty(who="holder")]}),
        given=(picks("p1", "AS"), picks("p2", "AH"), picks("p3", "2C")),
        when=picks("p1", "AC"),
        then=(
            up("p1", "AC", "A"),
            StatusSet("A", "p1", "replaced", "p1", stack=True),
            hit("A", "p1", "p2"),
            turn("p2"),
        ),
    ),
)
def test_a_penalty_that_reaches_nobody_is_skipped(case: Case) -> None:
    """Who reaches nobody makes no event; neighbours follow seat order and count once."""
    assert case.then == case.outcome()


def _amount(card: str, amount: int, /, limits: object = 20, **fields: object) -> Case:
    rank = card.removesuffix("S")
    penalty = (hit(rank, "p1", n=amount),) if amount else ()
    return Case(
        pack=house({rank: [_penalty(**fields)]}, limits={"n": limits}, deck={"jokers": 1}),
        when=picks("p1", card),
        then=(up("p1", card, rank), *penalty, turn("p2")),
    )


@cases(
    default_is_one=_amount("5S", 1),
    literal=_amount("5S", 7, n=7),
    none=_amount("5S", 0, n=0),
    rank_of_a_number=_amount("5S", 5, n="rank"),
    rank_of_an_ace=_amount("AS", 1, n="rank"),
    rank_of_a_jack=_amount("JS", 11, n="rank"),
    rank_of_a_queen=_amount("QS", 12, n="rank"),
    rank_of_a_king=_amount("KS", 13, n="rank"),
    rank_of_a_joker=_amount("Joker", 0, n="rank"),
    capped=_amount("9S", 4, n="rank", cap=4),
    capped_to_nothing=_amount("9S", 0, n="rank", cap=0),
    cap_above=_amount("3S", 3, n="rank", cap=4),
    limited=_amount("9S", 3, limits=3, n="rank"),
    limit_below_the_cap=_amount("9S", 3, limits=3, n="rank", cap=4),
    cap_below_the_limit=_amount("9S", 2, limits=3, n="rank", cap=2),
)
def test_an_amount_is_the_least_of_three(case: Case) -> None:
    """The amount is the least of n, `cap` and `limits.n`; a penalty of 0 is skipped."""
    assert case.then == case.outcome()


@cases(
    red_on_red=Case(
        pack=house({"A": [_penalty(when="red"), {"do": "note", "when": "black"}]}),
        when=picks("p1", "AH"),
        then=(up("p1", "AH", "A"), hit("A", "p1"), turn("p2")),
    ),
    black_on_black=Case(
        pack=house({"A": [_penalty(when="red"), {"do": "note", "when": "black"}]}),
        when=picks("p1", "AC"),
        then=(up("p1", "AC", "A"), Noted("", "A"), turn("p2")),
    ),
    a_joker_is_neither=Case(
        pack=house(
            {"Joker": [_penalty(when="red"), _penalty(when="black"), {"do": "note", "kind": "ha"}]},
            deck={"jokers": 1},
        ),
        when=picks("p1", "Joker"),
        then=(up("p1", "Joker", "Joker"), Noted("ha", "Joker"), turn("p2")),
    ),
    not_last=Case(
        pack=house({"K": [_penalty(when="last"), {"do": "note", "when": "not_last"}]}),
        when=picks("p1", "KS"),
        then=(up("p1", "KS", "K"), Noted("", "K"), turn("p2")),
    ),
    last=Case(
        pack=house({"K": [_penalty(when="last"), {"do": "note", "when": "not_last"}]}),
        given=(picks("p1", "KC"), picks("p2", "KD"), picks("p3", "KH")),
        when=picks("p1", "KS"),
        then=(up("p1", "KS", "K", last=True), hit("K", "p1"), turn("p2")),
    ),
    still_last_on_any_card_after_it=Case(
        players=4,
        pack=house({"A": [_penalty(when="last")]}),
        given=(picks("p1", "KC"), picks("p2", "KD"), picks("p3", "KH"), picks("p4", "KS")),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A", last=True), hit("A", "p1"), turn("p2")),
    ),
)
def test_when_decides_whether_an_effect_holds(case: Case) -> None:
    """An effect whose `when` fails is skipped; `last` means that no face-down king is left."""
    assert case.then == case.outcome()


_RANDOM = house({"A": [_penalty(who="random", pick=2), _penalty(who="random", pick=19)]})


def test_random_hits_some_of_those_present() -> None:
    """A random penalty hits `pick` of the present seats, or all of them, and is numbered."""
    table = state(goes("p4"), players=4, pack=_RANDOM)
    _, first, second, _ = table.tell(picks("p1", "AS"))

    assert 2 == len(set(first.seats))
    assert {"p1", "p2", "p3"} > set(first.seats)
    assert (1, 2) == (first.random, second.random)
    assert ("p1", "p2", "p3") == second.seats
    assert 2 == table.round.randoms


def test_random_numbers_are_never_set_back() -> None:
    """An undone random effect keeps its number; the next one gets another."""
    table = state(picks("p1", "AS"), undoes(), pack=_RANDOM)
    _, first, _, _ = table.tell(picks("p1", "AS"))

    assert 3 == first.random
