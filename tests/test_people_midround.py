"""What the coming and going of people means for a round: turns, choices, candidates, pauses."""

from typing import Any

from ringofire.errors import Reason
from ringofire.room.events import (
    AwayChanged,
    HostChanged,
    PlayerJoined,
    PlayerLeft,
    RoomClosed,
)
from ringofire.round.events import (
    ChoiceMade,
    ChoiceRequested,
    ChoiceSkipped,
    LinkRemoved,
    Noted,
    RingBroken,
    RoundPaused,
    RoundResumed,
    StatusCleared,
)
from ringofire.text import skeleton
from tests.given import (
    Case,
    Plain,
    Step,
    cases,
    chooses,
    ends,
    goes,
    hit,
    house,
    joins,
    judges,
    kicks,
    leaves,
    lobby,
    makes_host,
    over,
    passes,
    picks,
    repeals,
    returns,
    skips,
    state,
    token,
    turn,
    undoes,
    uses,
    writes,
)


def left(seat: str, reason: str = "left") -> PlayerLeft:
    """A seat was given up."""
    return PlayerLeft(seat, reason)


def away(seat: str) -> AwayChanged:
    """Somebody went away."""
    return AwayChanged(seat, away=True)


def back(seat: str) -> AwayChanged:
    """Somebody came back."""
    return AwayChanged(seat, away=False)


def joined(seat: str, name: str = "Zoe") -> PlayerJoined:
    """Somebody took a seat."""
    return PlayerJoined(seat, name, skeleton(name), token(name))


REVERSE: Plain = {"do": "turn", "op": "reverse"}
NOTED = Noted("", "A")
ASK: Plain = {"do": "penalty", "who": "pick"}
_PACK = house(
    {
        "A": [ASK, {"do": "note"}, {"do": "turn", "op": "again"}],
        "2": [REVERSE],
        "3": [{"do": "rule", "who": "pick"}],
        "4": [{"do": "penalty", "who": "pick", "pick": 2}],
        "5": [{"do": "game", "who": "pick", "order": "choose"}],
        "6": [{"do": "penalty", "who": "split", "n": 2}],
        "7": [{"do": "status"}, {"do": "link", "who": "left"}],
        "8": [{"do": "status", "until": "used", "stack": True}],
        "9": [{"do": "rule"}],
    }
)


def _four(*given: Step, when: Step, then: Any) -> Case:
    return Case(players=4, pack=_PACK, given=given, when=when, then=then)


@cases(
    in_the_lobby=Case(begin=lobby, when=leaves("p2"), then=(left("p2"),)),
    kicked_in_the_lobby=Case(begin=lobby, when=kicks("p2"), then=(left("p2", "kicked"),)),
    the_host_in_the_lobby=Case(
        begin=lobby, when=leaves("p1"), then=(left("p1"), HostChanged("p2"))
    ),
    at_a_pick=_four(when=leaves("p3"), then=(left("p3"),)),
    kicked_at_a_pick=_four(when=kicks("p3"), then=(left("p3", "kicked"),)),
    the_current_player=_four(picks("p1", "10C"), when=leaves("p2"), then=(left("p2"), turn("p3"))),
    the_current_player_the_other_way=_four(
        picks("p1", "2C"), when=leaves("p4"), then=(left("p4"), turn("p3"))
    ),
    the_current_host=_four(when=leaves("p1"), then=(left("p1"), turn("p2"), HostChanged("p2"))),
    the_first_seat_the_other_way=_four(
        picks("p1", "10C"),
        picks("p2", "2C"),
        when=leaves("p1"),
        then=(left("p1"), turn("p4"), HostChanged("p2")),
    ),
    the_last_seat=_four(
        picks("p1", "10C"),
        picks("p2", "10D"),
        picks("p3", "10H"),
        when=kicks("p4"),
        then=(left("p4", "kicked"), turn("p1")),
    ),
    the_owner_of_a_choice=_four(
        picks("p1", "10C"),
        picks("p2", "AC"),
        when=leaves("p2"),
        then=(left("p2"), ChoiceSkipped("c1"), turn("p3")),
    ),
    a_kicked_owner=_four(
        picks("p1", "10C"),
        picks("p2", "AC"),
        when=kicks("p2"),
        then=(left("p2", "kicked"), ChoiceSkipped("c1"), turn("p3")),
    ),
    a_candidate=_four(picks("p1", "AC"), when=leaves("p3"), then=(left("p3"),)),
    the_one_chosen_for_a_rule=_four(
        picks("p1", "3C"),
        chooses("p1", "p3"),
        when=leaves("p3"),
        then=(left("p3"), ChoiceSkipped("c2"), turn("p2")),
    ),
    another_than_the_one_chosen=_four(
        picks("p1", "3C"), chooses("p1", "p3"), when=leaves("p2"), then=(left("p2"),)
    ),
    the_one_chosen_for_a_duel=_four(
        picks("p1", "5C"),
        chooses("p1", "p3"),
        when=goes("p3"),
        then=(away("p3"), ChoiceSkipped("c2"), turn("p2")),
    ),
    a_mate_with_a_status=_four(
        picks("p1", "7C"),
        picks("p2", "8C"),
        when=leaves("p2"),
        then=(
            left("p2"),
            StatusCleared("8", "p2", "used", "left"),
            LinkRemoved("p1", "p2", "left"),
        ),
    ),
    all_in_one=_four(
        picks("p1", "7C"),
        picks("p2", "10C"),
        picks("p3", "10D"),
        picks("p4", "10H"),
        picks("p1", "AC"),
        when=leaves("p1"),
        then=(
            left("p1"),
            StatusCleared("7", "p1", "replaced", "left"),
            LinkRemoved("p1", "p2", "left"),
            ChoiceSkipped("c1"),
            turn("p2"),
            HostChanged("p2"),
        ),
    ),
    after_the_end=_four(
        picks("p1", "7C"),
        ends(),
        when=leaves("p1"),
        then=(
            left("p1"),
            StatusCleared("7", "p1", "replaced", "left"),
            LinkRemoved("p1", "p2", "left"),
            HostChanged("p2"),
        ),
    ),
    the_last_one_in_the_lobby=Case(
        begin=lobby, players=1, when=leaves("p1"), then=(left("p1"), RoomClosed())
    ),
    the_last_one_at_a_pick=Case(
        players=2, given=(leaves("p1"),), when=leaves("p2"), then=(left("p2"), RoomClosed())
    ),
)
def test_leaving_takes_its_place_out_of_the_round(case: Case) -> None:
    """Who leaves, or is kicked, leaves turn, choice, statuses and links, in this order of events.

    A rule or a duel for the one seat that was chosen goes with that seat; in a round that is over
    nothing is left for who has gone either.
    """
    assert case.then == case.outcome()


@cases(
    the_current_player=_four(picks("p1", "10C"), when=goes("p2"), then=(away("p2"), turn("p3"))),
    by_the_host=_four(picks("p1", "10C"), when=goes("p1", "p2"), then=(away("p2"), turn("p3"))),
    by_another=_four(when=goes("p2", "p3"), then=Reason.NOT_HOST),
    oneself_by_name=_four(when=goes("p2", "p2"), then=(away("p2"),)),
    nobody=_four(when=goes("p1", "p9"), then=Reason.UNKNOWN_PLAYER),
    twice=_four(goes("p2"), when=goes("p2"), then=Reason.NO_CHANGE),
    back_without_having_gone=_four(when=returns("p2"), then=Reason.NO_CHANGE),
    the_host_without_losing_the_role=_four(when=goes("p1"), then=(away("p1"), turn("p2"))),
    a_holder_keeps_all=_four(picks("p1", "7C"), when=goes("p1"), then=(away("p1"),)),
    an_owner=_four(
        picks("p1", "AC"), when=goes("p1"), then=(away("p1"), ChoiceSkipped("c1"), turn("p2"))
    ),
    back_when_it_is_another_turn=_four(goes("p1"), when=returns("p1"), then=(back("p1"),)),
    in_the_lobby=Case(begin=lobby, when=goes("p2"), then=(away("p2"),)),
    after_the_end=Case(given=(ends(),), when=goes("p1"), then=(away("p1"),)),
)
def test_going_away_is_for_the_turn_like_leaving(case: Case) -> None:
    """The away lose turn and choices, keep statuses and links; the host says it for others."""
    assert case.then == case.outcome()


_TWO_LEFT = (goes("p4"), picks("p1", "4C"))


@cases(
    fewer_are_asked_for=_four(
        *_TWO_LEFT,
        leaves("p3"),
        when=chooses("p1", "p2"),
        then=(ChoiceMade("c1", ("p2",)), hit("4", "p2"), turn("p2")),
    ),
    a_split_goes_on_among_the_rest=_four(
        picks("p1", "6C"),
        leaves("p3"),
        when=chooses("p1", value={"p3": 2}),
        then=Reason.NOT_CANDIDATE,
    ),
    a_split_keeps_its_amount=_four(
        picks("p1", "6C"),
        leaves("p3"),
        when=chooses("p1", value={"p4": 2}),
        then=(ChoiceMade("c1", ("p4",), (2,)), hit("6", "p4", n=2), turn("p2")),
    ),
    the_last_candidate_leaves=Case(
        pack=_PACK,
        given=(joins(), picks("p1", "AC"), leaves("p2"), leaves("p3")),
        when=goes("p4"),
        then=(
            away("p4"),
            ChoiceSkipped("c1"),
            NOTED,
            turn("p1"),
            RoundPaused(),
        ),
    ),
    the_last_candidate_leaves_while_others_are_there=Case(
        pack=_PACK,
        given=(goes("p3"), picks("p1", "AC"), joins()),
        when=leaves("p2"),
        then=(left("p2"), ChoiceSkipped("c1"), NOTED, turn("p1")),
    ),
    nobody_to_ask_at_all=Case(
        players=4,
        pack=house({"A": [ASK, {"do": "link"}, {"do": "status", "who": "pick"}]}),
        given=(goes("p3"), goes("p4"), picks("p1", "AC")),
        when=leaves("p2"),
        then=(
            left("p2"),
            ChoiceSkipped("c1"),
            ChoiceRequested("c2", "players", "p1", (), 0, 1),
            ChoiceSkipped("c2"),
            ChoiceRequested("c3", "players", "p1", (), 0, 2),
            ChoiceSkipped("c3"),
            turn("p1"),
            RoundPaused(),
        ),
    ),
    nobody_is_beside_who_is_left_alone=Case(
        players=2,
        pack=house(
            {"A": [ASK, {"do": "penalty", "who": "left"}, {"do": "status", "who": "right"}]}
        ),
        given=(picks("p1", "AC"),),
        when=leaves("p2"),
        then=(left("p2"), ChoiceSkipped("c1"), turn("p1"), RoundPaused()),
    ),
    an_owner_who_leaves_is_not_asked_for_the_ring=Case(
        pack=house({"A": [ASK]}, ring="gap:1", break_=ASK),
        given=(picks("p1", "AC"),),
        when=goes("p1"),
        then=(
            away("p1"),
            ChoiceSkipped("c1"),
            RingBroken(),
            ChoiceRequested("c2", "players", "p1", ("p2", "p3"), 1, 1),
            ChoiceSkipped("c2"),
            turn("p2"),
        ),
    ),
    an_owner_who_leaves_does_not_pay_for_the_ring=Case(
        pack=house({"A": [ASK]}, ring="gap:1"),
        given=(picks("p1", "AC"),),
        when=leaves("p1"),
        then=(left("p1"), ChoiceSkipped("c1"), RingBroken(), turn("p2"), HostChanged("p2")),
    ),
    others_pay_for_the_ring_of_a_leaver=Case(
        players=4,
        pack=house({"A": [ASK]}, ring="gap:1", break_={"do": "penalty", "who": "all"}),
        given=(picks("p1", "AC"),),
        when=leaves("p1"),
        then=(
            left("p1"),
            ChoiceSkipped("c1"),
            RingBroken(),
            hit("", "p2", "p3", "p4"),
            turn("p2"),
            HostChanged("p2"),
        ),
    ),
    nobody_sits_beside_a_leaver=Case(
        players=4,
        pack=house({"A": [ASK]}, ring="gap:1", break_={"do": "penalty", "who": "sides"}),
        given=(picks("p1", "AC"),),
        when=leaves("p1"),
        then=(left("p1"), ChoiceSkipped("c1"), RingBroken(), turn("p2"), HostChanged("p2")),
    ),
    the_round_ends_as_the_owner_leaves=Case(
        pack=house({"A": [ASK]}, ring="gap:1", end="ring"),
        given=(picks("p1", "AC"),),
        when=leaves("p1"),
        then=(
            left("p1"),
            ChoiceSkipped("c1"),
            RingBroken(),
            over("ring_broken"),
            HostChanged("p2"),
        ),
    ),
    the_round_ends_instead_of_pausing=Case(
        players=2,
        pack=house({"A": [ASK]}, ring="gap:1", end="ring"),
        given=(picks("p1", "AC"),),
        when=leaves("p2"),
        then=(left("p2"), ChoiceSkipped("c1"), RingBroken(), over("ring_broken")),
    ),
)
def test_a_choice_without_candidates_is_skipped_at_once(case: Case) -> None:
    """Candidates who go are no candidates; with the last of them goes the choice, not the rest."""
    assert case.then == case.outcome()


_ALONE = (leaves("p3"), leaves("p2"))


@cases(
    the_second_last_leaves=Case(
        given=(leaves("p3"),), when=leaves("p2"), then=(left("p2"), RoundPaused())
    ),
    the_current_one_of_two_leaves=Case(
        players=2,
        when=leaves("p1"),
        then=(left("p1"), turn("p2"), RoundPaused(), HostChanged("p2")),
    ),
    the_second_last_goes_away=Case(
        players=2, when=goes("p1"), then=(away("p1"), turn("p2"), RoundPaused())
    ),
    the_last_goes_away=Case(players=2, given=(goes("p1"),), when=goes("p2"), then=(away("p2"),)),
    nobody_is_there_and_one_leaves=Case(
        given=(goes("p1"), goes("p2"), goes("p3")), when=leaves("p3"), then=(left("p3"),)
    ),
    one_is_back=Case(
        players=2,
        given=(goes("p1"), goes("p2")),
        when=returns("p1"),
        then=(back("p1"), turn("p1")),
    ),
    the_same_one_is_back=Case(
        players=2,
        given=(goes("p1"), goes("p2")),
        when=returns("p2"),
        then=(back("p2"), turn("p2")),
    ),
    the_second_is_back=Case(
        players=2,
        given=(goes("p1"), goes("p2"), returns("p1")),
        when=returns("p2"),
        then=(back("p2"), RoundResumed()),
    ),
    the_second_joins=Case(given=_ALONE, when=joins(), then=(joined("p4"), RoundResumed())),
    the_first_joins=Case(
        given=(goes("p1"), goes("p2"), goes("p3")), when=joins(), then=(joined("p4"), turn("p4"))
    ),
    after_the_turns_owner_left=Case(
        given=(picks("p1", "2C"), goes("p3"), goes("p1"), goes("p2"), leaves("p2")),
        when=returns("p3"),
        then=(back("p3"), turn("p3")),
    ),
    a_third_joins=Case(players=2, when=joins(), then=(joined("p3"),)),
    with_a_choice_open=Case(
        pack=_PACK,
        given=(leaves("p3"), picks("p1", "9C")),
        when=leaves("p2"),
        then=(left("p2"), RoundPaused()),
    ),
    with_a_choice_open_nobody_is_left_to_answer=Case(
        pack=_PACK,
        given=(leaves("p3"), picks("p1", "9C"), leaves("p2")),
        when=goes("p1"),
        then=(away("p1"), ChoiceSkipped("c1")),
    ),
    with_a_choice_nobody_answered=Case(
        pack=_PACK,
        given=(leaves("p3"), picks("p1", "9C"), goes("p2"), goes("p1")),
        when=returns("p2"),
        then=(back("p2"), turn("p2")),
    ),
    with_that_choice_still_open=Case(
        pack=_PACK,
        given=(leaves("p3"), picks("p1", "9C"), leaves("p2")),
        when=joins(),
        then=(joined("p4"), RoundResumed()),
    ),
)
def test_a_round_pauses_below_two(case: Case) -> None:
    """Below two present the round pauses, and resumes, in the entry that crosses the line."""
    assert case.then == case.outcome()


_PAUSED = (writes("p1"), picks("p1", "8C"), picks("p2", "9C"), goes("p1"), goes("p3"))


def _paused(when: Step, then: Any = Reason.PAUSED) -> Case:
    return Case(pack=_PACK, given=_PAUSED, when=when, then=then)


@cases(
    pick=_paused(picks("p2", slot=0)),
    choose=_paused(chooses("p2", "p3")),
    skip_choice=_paused(passes("p2")),
    add_rule=_paused(writes("p2")),
    repeal_rule=_paused(repeals("p1")),
    verdict=_paused(judges("p1", "p2")),
    power=_paused(uses("p1", "8")),
    skip_turn=_paused(skips("p2")),
    undo=_paused(undoes()),
    pick_at_a_pick=Case(
        players=2, given=(goes("p2"),), when=picks("p1", slot=0), then=Reason.PAUSED
    ),
    choose_at_a_pick=Case(players=2, given=(goes("p2"),), when=chooses("p1"), then=Reason.PAUSED),
    skip_choice_at_a_pick=Case(
        players=2, given=(goes("p2"),), when=passes("p1"), then=Reason.PAUSED
    ),
    end=_paused(ends(), (over("host"),)),
    kick=_paused(kicks("p3"), (left("p3", "kicked"),)),
    host=_paused(makes_host("p2"), (HostChanged("p2"),)),
)
def test_a_paused_round_waits(case: Case) -> None:
    """While paused, what moves the game gets `paused`; people and the host's ways out do not."""
    assert case.then == case.outcome()


def test_a_round_that_was_paused_ends_unpaused() -> None:
    """A round ended while paused is not paused any more, and people may go without a pause."""
    table = state(*_PAUSED, ends(), pack=_PACK)

    assert not table.round.paused
    assert (away("p2"),) == table.tell(goes("p2"))


@cases(
    to_the_one_who_joined_first=_four(
        when=leaves("p1"), then=(left("p1"), turn("p2"), HostChanged("p2"))
    ),
    not_to_the_away=_four(
        goes("p2"), when=leaves("p1"), then=(left("p1"), turn("p3"), HostChanged("p3"))
    ),
    to_the_away_if_all_are=Case(
        given=(goes("p2"), goes("p3"), goes("p1")),
        when=leaves("p1"),
        then=(left("p1"), HostChanged("p2")),
    ),
    not_if_another_leaves=_four(when=leaves("p2"), then=(left("p2"),)),
)
def test_a_leaving_host_hands_over(case: Case) -> None:
    """The host leaving hands over to the present member who joined first, else to an away one."""
    assert case.then == case.outcome()


def test_joining_order_counts_not_seat_order() -> None:
    """The eleventh to join is not before the second."""
    table = lobby(11)
    for seat in range(2, 10):
        table.tell(leaves(f"p{seat}"))

    assert (left("p1"), HostChanged("p10")) == table.tell(leaves("p1"))


def test_who_joins_sits_last() -> None:
    """A late player is appended to the seat order, without statuses, and gets a turn."""
    table = state(picks("p1", "2C"), joins(), picks("p2", "3C"), picks("p3", "4C"))

    assert ["p1", "p2", "p3", "p4"] == [seat.id for seat in table.room.seats]
    assert "p4" == table.round.turn.seat
