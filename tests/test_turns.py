"""Turns: who may pick what, which way it goes, extra turns, skipped turns."""

from ringofire.errors import Reason
from ringofire.round.commands import PickCard
from ringofire.round.events import CardPicked, ChoiceSkipped, DirectionReversed, TurnSkipped
from tests.given import (
    MINUTE,
    NOW,
    Case,
    Plain,
    cases,
    ends,
    game,
    goes,
    house,
    kings_only,
    lobby,
    over,
    passes,
    picks,
    say,
    skips,
    state,
    turn,
    up,
)

AGAIN: Plain = {"do": "turn", "op": "again"}
REVERSE: Plain = {"do": "turn", "op": "reverse"}
ASK: Plain = {"do": "penalty", "who": "pick"}
_PACK = house({"A": [AGAIN], "2": [REVERSE], "3": [AGAIN, AGAIN], "4": [ASK, AGAIN], "5": [ASK]})


@cases(
    another_seat=Case(when=picks("p2", "2C"), then=Reason.NOT_YOUR_TURN),
    the_host_does_not_pick_for_others=Case(
        given=(picks("p1", "2C"),), when=picks("p1", "3C"), then=Reason.NOT_YOUR_TURN
    ),
    beyond_the_ring=Case(when=picks("p1", slot=52), then=Reason.BAD_SLOT),
    before_the_ring=Case(when=picks("p1", slot=-1), then=Reason.BAD_SLOT),
    far_beyond=Case(when=picks("p1", slot=2**53 - 1), then=Reason.BAD_SLOT),
    a_taken_slot=Case(
        given=(picks("p1", slot=7),), when=picks("p2", slot=7), then=Reason.SLOT_TAKEN
    ),
    in_the_lobby=Case(begin=lobby, when=picks("p1"), then=Reason.WRONG_PHASE),
    after_the_end=Case(given=(ends(),), when=picks("p1"), then=Reason.WRONG_PHASE),
)
def test_a_pick_is_refused(case: Case) -> None:
    """Only the current player picks, and only a face-down card."""
    assert case.then == case.outcome()


def test_a_pick_without_a_slot_goes_clockwise() -> None:
    """Without a slot the first face-down one clockwise of the last pick is taken."""
    table = state(picks("p1", slot=0), picks("p2", slot=51), pack=house())
    slots = []
    for seat in ("p3", "p1"):
        picked = table.tell(picks(seat))[0]
        assert isinstance(picked, CardPicked)
        slots.append(picked.slot)

    assert [1, 2] == slots


def test_the_first_pick_without_a_slot_is_slot_0() -> None:
    """Before the first pick slot 0 is the next."""
    table = game()
    picked, _ = table.tell(say(PickCard, "p1"))

    assert isinstance(picked, CardPicked)
    assert (0, table.round.ring.cards[0]) == (picked.slot, picked.card)


@cases(
    the_next=Case(when=picks("p1", "6C"), then=(up("p1", "6C"), turn("p2"))),
    round_the_table=Case(
        given=(picks("p1", "6C"), picks("p2", "7C")),
        when=picks("p3", "8C"),
        then=(up("p3", "8C"), turn("p1")),
    ),
    not_the_away=Case(
        given=(goes("p2"),), when=picks("p1", "6C"), then=(up("p1", "6C"), turn("p3"))
    ),
    at_the_time_of_the_command=Case(
        when=picks("p1", "6C", at=NOW + 5), then=(up("p1", "6C"), turn("p2", at=NOW + 5))
    ),
    never_before_the_last_command=Case(
        given=(picks("p1", "6C", at=NOW + 5),),
        when=picks("p2", "7C", at=NOW - 5),
        then=(up("p2", "7C"), turn("p3", at=NOW + 5)),
    ),
    the_other_way=Case(
        pack=_PACK,
        when=picks("p1", "2C"),
        then=(up("p1", "2C", "2"), DirectionReversed(-1), turn("p3")),
    ),
    still_the_other_way=Case(
        pack=_PACK,
        given=(picks("p1", "2C"),),
        when=picks("p3", "6C"),
        then=(up("p3", "6C"), turn("p2")),
    ),
    back_again=Case(
        pack=_PACK,
        given=(picks("p1", "2C"),),
        when=picks("p3", "2D"),
        then=(up("p3", "2D", "2"), DirectionReversed(1), turn("p1")),
    ),
    again=Case(pack=_PACK, when=picks("p1", "AC"), then=(up("p1", "AC", "A"), turn("p1"))),
    again_once=Case(
        pack=_PACK,
        given=(picks("p1", "AC"),),
        when=picks("p1", "6C"),
        then=(up("p1", "6C"), turn("p2")),
    ),
    again_twice=Case(
        pack=_PACK, when=picks("p1", "3C"), then=(up("p1", "3C", "3"), turn("p1", extra=1))
    ),
    the_second_of_two=Case(
        pack=_PACK,
        given=(picks("p1", "3C"),),
        when=picks("p1", "6C"),
        then=(up("p1", "6C"), turn("p1")),
    ),
    one_more_on_top=Case(
        pack=_PACK,
        given=(picks("p1", "3C"),),
        when=picks("p1", "AC"),
        then=(up("p1", "AC", "A"), turn("p1", extra=1)),
    ),
    again_after_a_skipped_choice=Case(
        pack=_PACK,
        given=(picks("p1", "4C"),),
        when=passes("p1"),
        then=(ChoiceSkipped("c1"), turn("p1")),
    ),
    not_again_with_the_last_card=Case(
        pack=house({"K": [AGAIN]}, deck=kings_only(4)),
        given=(*[picks("p1", card) for card in ("KC", "KD", "KH")],),
        when=picks("p1", "KS"),
        then=(up("p1", "KS", "K", last=True), over("ring_empty")),
    ),
)
def test_the_turn_passes(case: Case) -> None:
    """The turn goes to the next present seat in the direction of play, or stays for an extra."""
    assert case.then == case.outcome()


LATE = NOW + MINUTE


@cases(
    by_the_current_player=Case(
        given=(picks("p1", "6C"),), when=skips("p2"), then=(TurnSkipped("p2"), turn("p3"))
    ),
    by_the_host=Case(
        given=(picks("p1", "6C"),), when=skips("p1"), then=(TurnSkipped("p2"), turn("p3"))
    ),
    by_another_too_early=Case(given=(picks("p1", "6C"),), when=skips("p3"), then=Reason.TOO_EARLY),
    by_another_a_moment_too_early=Case(when=skips("p3", at=LATE), then=Reason.TOO_EARLY),
    by_another_in_time=Case(
        when=skips("p3", at=LATE + 1), then=(TurnSkipped("p1"), turn("p2", at=LATE + 1))
    ),
    by_another_as_the_option_says=Case(
        options={"turn_seconds": 600}, when=skips("p3", at=LATE + 1), then=Reason.TOO_EARLY
    ),
    the_other_way=Case(
        pack=_PACK,
        given=(picks("p1", "2C"),),
        when=skips("p3"),
        then=(TurnSkipped("p3"), turn("p2")),
    ),
    of_two=Case(players=2, when=skips("p1"), then=(TurnSkipped("p1"), turn("p2"))),
    with_its_extra_turns=Case(
        pack=_PACK,
        given=(picks("p1", "3C"),),
        when=skips("p1"),
        then=(TurnSkipped("p1"), turn("p2")),
    ),
    with_its_choice=Case(
        pack=_PACK,
        given=(picks("p1", "5C"),),
        when=skips("p1"),
        then=(TurnSkipped("p1"), ChoiceSkipped("c1"), turn("p2")),
    ),
    with_the_extra_turn_of_the_card=Case(
        pack=_PACK,
        given=(picks("p1", "4C"),),
        when=skips("p1"),
        then=(TurnSkipped("p1"), ChoiceSkipped("c1"), turn("p2")),
    ),
    with_the_last_card=Case(
        pack=house({"K": [ASK]}, deck=kings_only(1)),
        given=(picks("p1", "K"),),
        when=skips("p1"),
        then=(TurnSkipped("p1"), ChoiceSkipped("c1"), over("ring_empty")),
    ),
    in_the_lobby=Case(begin=lobby, when=skips("p1"), then=Reason.WRONG_PHASE),
)
def test_a_turn_is_skipped(case: Case) -> None:
    """The current player and the host skip a turn, others when it is older than `turn_seconds`."""
    assert case.then == case.outcome()
