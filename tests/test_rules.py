"""Made rules: who writes them, for whom, how many hold, and what ends them."""

from typing import Any

from ringofire.errors import Reason
from ringofire.round.events import (
    ChoiceMade,
    ChoiceRequested,
    ChoiceSkipped,
    RuleAdded,
    RuleRepealed,
)
from tests.given import (
    Case,
    Plain,
    Step,
    cases,
    chooses,
    house,
    leaves,
    lobby,
    makes_host,
    passes,
    picks,
    repeals,
    state,
    turn,
    undoes,
    up,
    writes,
)


def _rule(**fields: Any) -> Plain:
    return {"do": "rule", **fields}


TEXT = "No names"
_ADD = house({"A": [_rule()], "2": [_rule(op="repeal")], "3": [_rule(who="pick")]})
_NEXT = house({"A": [_rule(until="replaced", key="x")], "2": [_rule(op="repeal")]})
_ASKED = (picks("p1", "3C"), passes("p1"), picks("p2", "AS"))


@cases(
    asked=Case(
        pack=_ADD,
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), ChoiceRequested("c1", "rule", "p1", (), 1, 0)),
    ),
    written=Case(
        pack=_ADD,
        given=_ASKED,
        when=writes("p2"),
        then=(RuleAdded("r1", TEXT, "p2", "round", key="A", choice="c2"), turn("p3")),
    ),
    written_by_the_host_standing_in=Case(
        pack=_ADD,
        given=_ASKED,
        when=writes("p1"),
        then=(RuleAdded("r1", TEXT, "p2", "round", key="A", choice="c2"), turn("p3")),
    ),
    written_by_another=Case(pack=_ADD, given=_ASKED, when=writes("p3"), then=Reason.NO_RULE_CREDIT),
    skipped=Case(
        pack=_ADD, given=_ASKED, when=passes("p2"), then=(ChoiceSkipped("c2"), turn("p3"))
    ),
    chosen_for=Case(pack=_ADD, given=_ASKED, when=chooses("p2", "p3"), then=Reason.NO_SUCH_CHOICE),
    trimmed=Case(
        pack=_ADD,
        given=_ASKED,
        when=writes("p2", "  No names "),
        then=(RuleAdded("r1", TEXT, "p2", "round", key="A", choice="c2"), turn("p3")),
    ),
    at_its_longest=Case(
        pack=_ADD,
        given=_ASKED,
        when=writes("p2", "é" * 140),
        then=(RuleAdded("r1", "é" * 140, "p2", "round", key="A", choice="c2"), turn("p3")),
    ),
    too_long=Case(pack=_ADD, given=_ASKED, when=writes("p2", "x" * 141), then=Reason.TOO_LONG),
    too_many_bytes=Case(pack=_ADD, given=_ASKED, when=writes("p2", "€" * 94), then=Reason.TOO_LONG),
    empty=Case(pack=_ADD, given=_ASKED, when=writes("p2", " "), then=Reason.BAD_VALUE),
    no_text=Case(pack=_ADD, given=_ASKED, when=writes("p2", 7), then=Reason.BAD_VALUE),
    without_a_credit=Case(when=writes("p2"), then=Reason.NO_RULE_CREDIT),
    by_the_host_at_any_time=Case(when=writes("p1"), then=(RuleAdded("r1", TEXT, "p1", "round"),)),
    by_the_host_while_something_else_is_asked=Case(
        pack=_ADD,
        given=(picks("p1", "3S"),),
        when=writes("p1"),
        then=(RuleAdded("r1", TEXT, "p1", "round"),),
    ),
    outside_a_round=Case(begin=lobby, when=writes("p1"), then=Reason.WRONG_PHASE),
    for_one_asks_for_the_seat=Case(
        pack=_ADD,
        when=picks("p1", "3S"),
        then=(up("p1", "3S", "3"), ChoiceRequested("c1", "players", "p1", ("p2", "p3"), 1, 0)),
    ),
    for_one_asks_for_the_text=Case(
        pack=_ADD,
        given=(picks("p1", "3S"),),
        when=chooses("p1", "p3"),
        then=(
            ChoiceMade("c1", ("p3",)),
            ChoiceRequested("c2", "rule", "p1", (), 1, 0, (("p3",),)),
        ),
    ),
    for_one=Case(
        pack=_ADD,
        given=(picks("p1", "3S"), chooses("p1", "p3")),
        when=writes("p1"),
        then=(RuleAdded("r1", TEXT, "p1", "round", "p3", "3", "c2"), turn("p2")),
    ),
    for_one_skipped_at_the_seat=Case(
        pack=_ADD,
        given=(picks("p1", "3S"),),
        when=passes("p1"),
        then=(ChoiceSkipped("c1"), turn("p2")),
    ),
    for_one_skipped_at_the_text=Case(
        pack=_ADD,
        given=(picks("p1", "3S"), chooses("p1", "p3")),
        when=passes("p1"),
        then=(ChoiceSkipped("c2"), turn("p2")),
    ),
)
def test_a_rule_is_written_by_its_owner(case: Case) -> None:
    """The owner of a rule choice answers it with a text, the host at any time and for others.

    A rule that the host writes for another is the other's; one on top is the host's own.
    """
    assert case.then == case.outcome()


_FREE = (writes("p1", "one"), writes("p1", "two"))


@cases(
    by_the_host=Case(
        given=_FREE, options={"rule_max": 2}, when=writes("p1"), then=Reason.TOO_MANY_RULES
    ),
    asked_in_vain=Case(
        pack=_ADD,
        given=_FREE,
        options={"rule_max": 2},
        when=picks("p1", "AS"),
        then=(
            up("p1", "AS", "A"),
            ChoiceRequested("c1", "rule", "p1", (), 1, 0),
            ChoiceSkipped("c1"),
            turn("p2"),
        ),
    ),
    asked_in_vain_for_one=Case(
        pack=_ADD,
        given=_FREE,
        options={"rule_max": 2},
        when=picks("p1", "3S"),
        then=(
            up("p1", "3S", "3"),
            ChoiceRequested("c1", "rule", "p1", (), 1, 0),
            ChoiceSkipped("c1"),
            turn("p2"),
        ),
    ),
    asked_in_vain_for_the_text=Case(
        pack=_ADD,
        given=(picks("p1", "3S"), *_FREE),
        options={"rule_max": 2},
        when=chooses("p1", "p3"),
        then=(
            ChoiceMade("c1", ("p3",)),
            ChoiceRequested("c2", "rule", "p1", (), 1, 0),
            ChoiceSkipped("c2"),
            turn("p2"),
        ),
    ),
    one_below=Case(
        pack=_ADD,
        given=_FREE,
        options={"rule_max": 3},
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), ChoiceRequested("c1", "rule", "p1", (), 1, 0)),
    ),
    one_that_replaces_is_asked_for=Case(
        pack=_NEXT,
        given=(picks("p1", "AS"), writes("p1", "one"), writes("p1", "two")),
        options={"rule_max": 2},
        when=picks("p2", "AC"),
        then=(up("p2", "AC", "A"), ChoiceRequested("c2", "rule", "p2", (), 1, 0)),
    ),
    one_that_replaces_is_added=Case(
        pack=_NEXT,
        given=(picks("p1", "AS"), writes("p1", "one"), writes("p1", "two"), picks("p2", "AC")),
        options={"rule_max": 2},
        when=writes("p2"),
        then=(
            RuleAdded("r3", TEXT, "p2", "replaced", key="x", choice="c2"),
            RuleRepealed("r1", "replaced"),
            turn("p3"),
        ),
    ),
)
def test_so_many_rules_hold_at_a_time(case: Case) -> None:
    """At `rule_max` the host is refused, and a card that would add one more asks in vain."""
    assert case.then == case.outcome()


_WRITTEN: tuple[Step, ...] = (picks("p1", "3C"), passes("p1"), picks("p2", "AS"), writes("p2"))


@cases(
    by_the_host=Case(
        pack=_ADD, given=_WRITTEN, when=repeals("p1"), then=(RuleRepealed("r1", "repealed"),)
    ),
    by_the_author=Case(
        pack=_ADD, given=_WRITTEN, when=repeals("p2"), then=(RuleRepealed("r1", "repealed"),)
    ),
    by_another=Case(pack=_ADD, given=_WRITTEN, when=repeals("p3"), then=Reason.NOT_HOST),
    by_the_author_after_the_next_pick=Case(
        pack=_ADD, given=(*_WRITTEN, picks("p3", "4C")), when=repeals("p2"), then=Reason.NOT_HOST
    ),
    by_the_author_after_an_undone_pick=Case(
        pack=_ADD,
        given=(*_WRITTEN, picks("p3", "4C"), undoes()),
        when=repeals("p2"),
        then=(RuleRepealed("r1", "repealed"),),
    ),
    one_unheard_of=Case(when=repeals("p1"), then=Reason.NO_SUCH_RULE),
    one_repealed=Case(
        pack=_ADD, given=(*_WRITTEN, repeals("p1")), when=repeals("p1"), then=Reason.NO_SUCH_RULE
    ),
    outside_a_round=Case(begin=lobby, when=repeals("p1"), then=Reason.WRONG_PHASE),
    asked=Case(
        pack=_ADD,
        given=_WRITTEN,
        when=picks("p3", "2S"),
        then=(up("p3", "2S", "2"), ChoiceRequested("c3", "repeal", "p3", ("r1",), 1, 0)),
    ),
    asked_in_vain=Case(
        pack=_ADD,
        when=picks("p1", "2S"),
        then=(
            up("p1", "2S", "2"),
            ChoiceRequested("c1", "repeal", "p1", (), 1, 0),
            ChoiceSkipped("c1"),
            turn("p2"),
        ),
    ),
    answered=Case(
        pack=_ADD,
        given=(*_WRITTEN, picks("p3", "2S")),
        when=repeals("p3"),
        then=(RuleRepealed("r1", "repealed", "c3"), turn("p1")),
    ),
    answered_with_one_that_came_later=Case(
        pack=_ADD,
        given=(*_WRITTEN, picks("p3", "2S"), writes("p1")),
        when=repeals("p3", "r2"),
        then=(RuleRepealed("r2", "repealed", "c3"), turn("p1")),
    ),
    answered_by_the_host=Case(
        pack=_ADD,
        given=(*_WRITTEN, picks("p3", "2S")),
        when=repeals("p1"),
        then=(RuleRepealed("r1", "repealed", "c3"), turn("p1")),
    ),
    answered_by_another=Case(
        pack=_ADD, given=(*_WRITTEN, picks("p3", "2S")), when=repeals("p2"), then=Reason.NOT_HOST
    ),
    answered_with_a_choice=Case(
        pack=_ADD,
        given=(*_WRITTEN, picks("p3", "2S")),
        when=chooses("p3", "r1"),
        then=Reason.NO_SUCH_CHOICE,
    ),
    answered_with_a_rule_unheard_of=Case(
        pack=_ADD,
        given=(*_WRITTEN, picks("p3", "2S")),
        when=repeals("p3", "r2"),
        then=Reason.NO_SUCH_RULE,
    ),
    skipped=Case(
        pack=_ADD,
        given=(*_WRITTEN, picks("p3", "2S")),
        when=passes("p3"),
        then=(ChoiceSkipped("c3"), turn("p1")),
    ),
)
def test_a_rule_is_repealed_by_whom_it_belongs_to(case: Case) -> None:
    """The host repeals any rule, its author until the next pick, a card's owner one it asks for."""
    assert case.then == case.outcome()


_BOTH = house({"A": [_rule(), _rule(op="repeal")]})
_LATER = house({"A": [{"do": "penalty", "who": "pick"}, _rule(op="repeal")]})


@cases(
    by_its_owner=Case(
        pack=_BOTH,
        given=(picks("p1", "3C"), picks("p2", "AS"), writes("p2")),
        when=repeals("p2"),
        then=(RuleRepealed("r1", "repealed", "c2"), turn("p3")),
    ),
    one_candidate_by_an_author_who_is_not_asked=Case(
        pack=_LATER,
        given=(
            picks("p1", "3C"),
            picks("p2", "AS"),
            writes("p1", "one"),
            writes("p1", "two"),
            chooses("p2", "p3"),
            makes_host("p3"),
        ),
        when=repeals("p1"),
        then=(RuleRepealed("r1", "repealed"),),
    ),
    the_last_candidate_by_an_author_who_is_not_asked=Case(
        pack=_LATER,
        given=(
            picks("p1", "3C"),
            picks("p2", "AS"),
            writes("p1"),
            chooses("p2", "p3"),
            makes_host("p3"),
        ),
        when=repeals("p1"),
        then=(RuleRepealed("r1", "repealed"), ChoiceSkipped("c2"), turn("p3")),
    ),
    a_rule_while_a_text_is_asked_for=Case(
        pack=_ADD,
        given=(writes("p1"), picks("p1", "AS")),
        when=repeals("p1"),
        then=(RuleRepealed("r1", "repealed"),),
    ),
)
def test_a_rule_may_go_while_a_choice_is_open(case: Case) -> None:
    """A repeal that nobody asked for leaves the choice open, unless no candidate is left."""
    assert case.then == case.outcome()


@cases(
    by_turns=Case(
        pack=house({"A": [_rule(until="turns:1")]}),
        given=(picks("p1", "AS"),),
        when=writes("p1"),
        then=(
            RuleAdded("r1", TEXT, "p1", "turns:1", key="A", choice="c1"),
            turn("p2"),
            RuleRepealed("r1", "expired"),
        ),
    ),
    by_the_authors_next_turn=Case(
        players=2,
        pack=house({"A": [_rule(until="next_turn")]}),
        given=(picks("p1", "AS"), writes("p1")),
        when=picks("p2", "3C"),
        then=(up("p2", "3C"), turn("p1"), RuleRepealed("r1", "expired")),
    ),
)
def test_a_rule_lasts_until(case: Case) -> None:
    """A rule ends as its `until` says."""
    assert case.then == case.outcome()


def test_rules_are_numbered_on() -> None:
    """Rules are r1, r2, ..., and a repealed one's id is not used again."""
    table = state(writes("p1"), repeals("p1"))

    assert (RuleAdded("r2", TEXT, "p1", "round"),) == table.tell(writes("p1"))


def test_a_rule_keeps_its_author_and_its_seat_when_they_leave() -> None:
    """Who leaves leaves the rules that were made, by them or for them."""
    steps = (picks("p1", "3S"), chooses("p1", "p3"), writes("p1"), leaves("p3"), leaves("p1"))
    table = state(*steps, players=4, pack=_ADD)

    assert [("p1", "p3")] == [(rule.author, rule.for_) for rule in table.round.lasting.rules]


def test_a_rule_that_comes_later_can_be_repealed_too() -> None:
    """What the host adds while a repeal choice is open is among its candidates."""
    table = state(*_WRITTEN, picks("p3", "2S"), writes("p1"), pack=_ADD)

    assert table.asked is not None
    assert ("r1", "r2") == table.asked.candidates
