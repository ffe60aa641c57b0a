"""The ring: gaps that break it, kings that end it, cards that return to it, rounds on end."""

from typing import Any

import attrs
import pytest

from ringofire.errors import Reason
from ringofire.room.commands import MoveSeat
from ringofire.room.events import RoomLocked
from ringofire.room.evolve import evolve
from ringofire.round.commands import AddNonce
from ringofire.round.events import (
    CardsReturned,
    ChoiceRequested,
    CupFilled,
    CupServed,
    NonceAdded,
    RingBroken,
    RoundStarted,
)
from ringofire.round.turns import opens_gap
from ringofire.shuffle import commitment, deal, redeal, round_key, secret
from tests.given import (
    CODE,
    MASTER,
    Case,
    Plain,
    Step,
    Table,
    cases,
    ends,
    game,
    goes,
    hit,
    house,
    joins,
    kings_only,
    leaves,
    lobby,
    locks,
    outcome,
    over,
    picks,
    say,
    starts,
    state,
    turn,
    undoes,
    up,
    writes,
)


def picks_slots(*slots: int, players: int = 3) -> tuple[Step, ...]:
    """Pick these slots, one player after another."""
    return tuple(picks(f"p{at % players + 1}", slot=slot) for at, slot in enumerate(slots))


def _kinds(case: Case) -> list[str]:
    events = case.outcome()
    assert not isinstance(events, Reason)
    return [type(event).__name__ for event in events]


def _breaks(gap: int, before: tuple[int, ...], slot: int, *, pack: Any = None, **more: Any) -> Case:
    return Case(
        pack=pack or house(ring=f"gap:{gap}", **more),
        given=picks_slots(*before),
        when=picks(f"p{len(before) % 3 + 1}", slot=slot),
        then=(),
    )


BREAKS = ["CardPicked", "RingBroken", "PenaltyCalled", "TurnStarted"]
HOLDS = ["CardPicked", "TurnStarted"]


def test_a_gap_breaks_the_ring() -> None:
    """The pick that makes so many neighbouring slots empty breaks the ring, once a round."""
    rows = (
        (1, (), 5, BREAKS),
        (2, (), 5, HOLDS),
        (2, (4,), 5, BREAKS),
        (2, (6,), 5, BREAKS),
        (2, (3,), 5, HOLDS),
        (3, (4, 6), 5, BREAKS),
        (3, (3, 5), 4, BREAKS),
        (3, (3, 6), 5, HOLDS),
        (3, (51, 0), 1, BREAKS),
        (3, (50, 51), 0, BREAKS),
        (3, (0, 1), 51, BREAKS),
        (2, (4, 5), 6, HOLDS),
        (1, (4,), 20, HOLDS),
    )

    for gap, before, slot, expected in rows:
        assert expected == _kinds(_breaks(gap, before, slot)), (gap, before, slot)


def _gap_penalty(then: Any, **fields: Any) -> Case:
    return Case(
        pack=house(ring="gap:1", break_={"do": "penalty", **fields}),
        when=picks("p1", "AH"),
        then=(up("p1", "AH", breaks=True), RingBroken(), *then, turn("p2")),
    )


@cases(
    default=Case(
        pack=house(ring="gap:1"),
        when=picks("p1", "AH"),
        then=(up("p1", "AH", breaks=True), RingBroken(), hit("", "p1"), turn("p2")),
    ),
    all=_gap_penalty((hit("", "p1", "p2", "p3", n=2),), who="all", n=2),
    nobody=_gap_penalty((), who="prev"),
    only_if_it_is_red=_gap_penalty((hit("", "p1"),), when="red"),
    only_if_it_is_black=_gap_penalty((), when="black"),
    of_the_rank=_gap_penalty((hit("", "p1"),), n="rank"),
    chosen=Case(
        pack=house(ring="gap:1", break_={"do": "penalty", "who": "pick"}),
        when=picks("p1", "AH"),
        then=(
            up("p1", "AH", breaks=True),
            RingBroken(),
            ChoiceRequested("c1", "players", "p1", ("p2", "p3"), 1, 0),
        ),
    ),
    ends_the_round=Case(
        pack=house(ring="gap:1", end="ring"),
        when=picks("p1", "AH"),
        then=(up("p1", "AH", breaks=True), RingBroken(), over("ring_broken")),
    ),
    with_the_last_king=Case(
        pack=house(ring="gap:4", end="last:K", deck=kings_only(4)),
        given=(picks("p1", "KC"), picks("p2", "KD"), picks("p3", "KH")),
        when=picks("p1", "KS"),
        then=(
            up("p1", "KS", last=True, breaks=True),
            RingBroken(),
            hit("", "p1"),
            over("last_king"),
        ),
    ),
)
def test_a_broken_ring_costs_or_ends(case: Case) -> None:
    """A broken ring ends the round if the pack says so, else it costs the break's penalty."""
    assert case.then == case.outcome()


_KINGS = (picks("p1", "KC"), picks("p2", "KD"), picks("p3", "KH"))
_POUR: list[Plain] = [{"do": "cup"}, {"do": "cup", "op": "serve", "when": "last"}]


def _eight_kings() -> tuple[Step, ...]:
    kings = ("KC", "KD", "KH", "KS", "KC", "KD", "KH")
    return tuple(picks(f"p{at % 3 + 1}", king) for at, king in enumerate(kings))


@cases(
    last_king=Case(
        pack=house({"K": _POUR}, end="last:K"),
        given=_KINGS,
        when=picks("p1", "KS"),
        then=(
            up("p1", "KS", "K", last=True),
            CupFilled(4),
            CupServed(("p1",)),
            over("last_king"),
        ),
    ),
    last_king_as_last_card=Case(
        pack=house(end="last:K", deck=kings_only(4)),
        given=_KINGS,
        when=picks("p1", "KS"),
        then=(up("p1", "KS", last=True), over("last_king")),
    ),
    last_king_in_a_deck_to_its_end=Case(
        given=_KINGS, when=picks("p1", "KS"), then=(up("p1", "KS", last=True), turn("p2"))
    ),
    last_card=Case(
        pack=house(deck=kings_only(4)),
        given=_KINGS,
        when=picks("p1", "KS"),
        then=(up("p1", "KS", last=True), over("ring_empty")),
    ),
    last_card_of_a_ring_that_never_breaks=Case(
        pack=house(end="ring", deck=kings_only(4)),
        given=_KINGS,
        when=picks("p1", "KS"),
        then=(up("p1", "KS", last=True), over("ring_empty")),
    ),
    fourth_of_eight_kings=Case(
        pack=house(end="last:K", deck={"decks": 2}),
        given=_KINGS,
        when=picks("p1", "KS"),
        then=(up("p1", "KS"), turn("p2")),
    ),
    last_of_eight_kings=Case(
        pack=house(end="last:K", deck={"decks": 2}),
        given=_eight_kings(),
        when=picks("p2", "KS"),
        then=(up("p2", "KS", last=True), over("last_king")),
    ),
    by_the_host=Case(when=ends(), then=(over("host"),)),
    by_another=Case(when=ends("p2"), then=Reason.NOT_HOST),
    by_the_host_with_a_choice_open=Case(
        pack=house({"A": [{"do": "rule"}]}),
        given=(picks("p1", "AS"),),
        when=ends(),
        then=(over("host"),),
    ),
    twice=Case(given=(ends(),), when=ends(), then=Reason.WRONG_PHASE),
)
def test_a_round_ends(case: Case) -> None:
    """The last face-down king ends the round, an empty ring always does, and so does the host."""
    assert case.then == case.outcome()


def test_a_short_deck_has_as_many_kings_as_it_says() -> None:
    """In a short deck the last king is the last of those that are in it."""
    pack = house(deck={"cards": 3, "kings": 1}, end="last:K")
    table = game(pack=pack)

    assert [True] == [event.last for event in table.tell(picks("p1", "K"))[:1]]
    assert table.round.over


# -- Returned cards --------------------------------------------------------------------------------

_RETURN: list[Plain] = [{"do": "ring", "ranks": ["K"]}]


def _returned(table: Table) -> list[tuple[str, ...]]:
    return [
        tuple(card.text for card in event.cards)
        for entry in table.log
        for event in entry.events
        if isinstance(event, CardsReturned)
    ]


def test_returned_cards_lie_in_their_slots_again() -> None:
    """Picked cards of the ranks go face down into their slots; all face-down ones are redealt."""
    table = state(picks("p1", "KC"), picks("p2", "KD"), pack=house({"A": _RETURN}))
    kings = tuple(pick.slot for pick in table.round.ring.picked)
    before = table.round.ring
    _, returned, dealt, started = table.tell(picks("p3", "AS"))
    ring = table.round.ring
    mask = ring.face_down

    assert kings == returned.slots
    assert all(map(ring.lies_face_down, kings))
    assert 51 == mask.bit_count()
    assert redeal(ring.key, 1, before.cards, mask) == dealt.ring == ring.cards
    assert turn("p1") == started


@cases(
    none_are_up=Case(
        pack=house({"A": _RETURN}),
        when=picks("p1", "AS"),
        then=(up("p1", "AS", "A"), turn("p2")),
    ),
    never_the_one_being_drawn=Case(
        pack=house({"K": _RETURN}),
        when=picks("p1", "KS"),
        then=(up("p1", "KS", "K"), turn("p2")),
    ),
)
def test_nothing_to_return_is_no_event(case: Case) -> None:
    """Without a card to return nothing happens and nothing is dealt."""
    assert case.then == case.outcome()


def test_each_card_returns_once_a_round() -> None:
    """A card that has returned and is drawn again stays up; of two decks each twin returns once."""
    table = state(
        picks("p1", "KC"),
        picks("p2", "AC"),
        picks("p3", "KC"),
        picks("p1", "KD"),
        picks("p2", "AD"),
        picks("p3", "AH"),
        pack=house({"A": _RETURN}),
    )
    twins = state(
        picks("p1", "KC"),
        picks("p2", "KC"),
        picks("p3", "AC"),
        picks("p1", "KC"),
        picks("p2", "AD"),
        pack=house({"A": _RETURN}, deck={"decks": 2}),
    )

    assert [("KC",), ("KD",)] == _returned(table)
    assert [("KC", "KC")] == _returned(twins)


def test_returned_kings_keep_the_round_going() -> None:
    """The last king that brings others back does not end the round: kings lie face down again."""
    kings = house({"K": _RETURN}, end="last:K")
    table = state(picks("p1", "KC"), pack=kings)
    table.tell(picks("p2", "KD"))
    table.tell(picks("p3", "KH"))

    assert [("KC",), ("KD",)] == _returned(table)
    assert 1 == table.round.ring.kings_drawn
    events = outcome(table, picks("p1", "KS"))
    assert (up("p1", "KS", "K"), "CardsReturned") == (events[0], type(events[1]).__name__)


def test_a_returned_card_can_return_again_in_the_next_round() -> None:
    """What has returned is forgotten when the round is over."""
    steps = (picks("p1", "KC"), picks("p2", "AC"), ends(), starts())
    table = state(*steps, picks("p3", "KC"), picks("p1", "AC"), pack=house({"A": _RETURN}))

    assert [("KC",), ("KC",)] == _returned(table)


# -- Rounds on end ---------------------------------------------------------------------------------


def test_a_round_is_dealt_from_what_was_committed() -> None:
    """The ring is dealt with the committed secret, the pack's digest and everybody's nonce."""
    table = lobby()
    assert commitment(CODE, 1, secret(MASTER, 1)) == table.game.commitment
    table.tell(say(AddNonce, "p2", nonce=b"salt"))
    started, dealt, first = table.tell(starts())
    contributions = (("p1", b""), ("p2", b"salt"), ("p3", b""))
    pack = table.round.pack
    key = round_key(
        secret(MASTER, 1), room=CODE, number=1, pack_digest=pack.digest, contributions=contributions
    )

    assert RoundStarted(1, 1, pack.digest, contributions, 52, 4) == started
    assert deal(key, pack.deck) == dealt.ring == table.round.ring.cards
    assert turn("p1") == first
    assert () == table.game.nonces


def test_the_end_of_a_round_reveals_and_commits() -> None:
    """RoundEnded reveals the round's secret and commits to the next one's."""
    table = game()
    (ended,) = table.tell(ends())

    assert secret(MASTER, 1) == ended.secret
    assert commitment(CODE, 2, secret(MASTER, 2)) == ended.commitment
    assert ended.commitment == table.game.commitment


@cases(
    added=Case(
        begin=lobby,
        when=say(AddNonce, "p2", nonce=b"x" * 32),
        then=(NonceAdded("p2", b"x" * 32),),
    ),
    twice=Case(
        begin=lobby,
        given=(say(AddNonce, "p2", nonce=b"x"),),
        when=say(AddNonce, "p2", nonce=b"y"),
        then=Reason.BAD_VALUE,
    ),
    the_same_twice=Case(
        begin=lobby,
        given=(say(AddNonce, "p2", nonce=b"x"),),
        when=say(AddNonce, "p2", nonce=b"x"),
        then=Reason.NO_CHANGE,
    ),
    for_the_next_round=Case(
        begin=lobby,
        given=(say(AddNonce, "p2", nonce=b"x"), starts(), ends()),
        when=say(AddNonce, "p2", nonce=b"y"),
        then=(NonceAdded("p2", b"y"),),
    ),
    while_playing=Case(when=say(AddNonce, "p2", nonce=b"x"), then=Reason.WRONG_PHASE),
    empty=Case(begin=lobby, when=say(AddNonce, "p2", nonce=b""), then=Reason.BAD_VALUE),
    too_long=Case(begin=lobby, when=say(AddNonce, "p2", nonce=b"x" * 33), then=Reason.BAD_VALUE),
)
def test_a_nonce_is_added_once_a_round(case: Case) -> None:
    """Each seat adds one nonce of 1..32 bytes between rounds; a second one changes nothing."""
    assert case.then == case.outcome()


def test_the_nonce_of_a_leaver_goes() -> None:
    """Who leaves before the start takes the nonce along."""
    table = lobby()
    table.tell(say(AddNonce, "p2", nonce=b"x"))
    table.tell(leaves("p2"))
    assert () == table.game.nonces
    started, *_ = table.tell(starts())

    assert (("p1", b""), ("p3", b"")) == started.contributions


def test_lock_on_start_locks() -> None:
    """With `lock_on_start` the room is locked before the round starts, unless it is already."""
    open_room, locked_room = lobby(lock_on_start=True), lobby(lock_on_start=True)
    locked_room.tell(locks())

    assert RoomLocked() == open_room.tell(starts())[0]
    assert isinstance(open_room.log[-1].events[1], RoundStarted)
    assert isinstance(locked_room.tell(starts())[0], RoundStarted)


def _starter(*steps: Step, players: int = 3) -> str:
    table = lobby(players)
    for step in steps:
        table.tell(step)
    table.tell(starts(by=table.room.host or ""))
    return table.round.turn.seat


def test_the_next_round_starts_after_the_last_drawer() -> None:
    """The starter is the next present seat after the last drawer, or after where that seat was."""
    p1, p2, p3 = picks("p1"), picks("p2"), picks("p3")
    rows: tuple[tuple[tuple[Step, ...], str], ...] = (
        ((), "p1"),
        ((goes("p1"),), "p2"),
        ((starts(), ends()), "p1"),
        ((starts(), p1, ends()), "p2"),
        ((starts(), p1, p2, ends()), "p3"),
        ((starts(), p1, p2, p3, ends()), "p1"),
        ((starts(), p1, undoes(), ends()), "p1"),
        ((starts(), p1, ends(), goes("p2")), "p3"),
        ((starts(), p1, p2, ends(), leaves("p2")), "p3"),
        ((starts(), p1, p2, ends(), leaves("p2"), leaves("p3"), joins()), "p4"),
        ((starts(), p1, ends(), leaves("p1"), joins()), "p2"),
        ((starts(), p1, p2, p3, ends(), leaves("p3"), joins()), "p4"),
        ((starts(), p1, leaves("p1"), joins(), ends("p2")), "p2"),
        ((starts(), p1, ends(), starts(), ends()), "p2"),
        ((starts(), p1, p2, ends(), say(MoveSeat, "p1", seat="p2", to=0)), "p1"),
    )

    assert [seat for _, seat in rows] == [_starter(*steps) for steps, _ in rows]


def test_a_new_round_starts_clean() -> None:
    """Statuses, links, rules, cup and direction go; people, host, lock, pack and numbers stay."""
    pack = house(
        {
            "A": [
                {"do": "status"},
                {"do": "link", "who": "left"},
                {"do": "cup"},
                {"do": "turn", "op": "reverse"},
                {"do": "ring", "ranks": ["2"]},
                {"do": "penalty", "who": "random"},
            ]
        }
    )
    table = state(writes("p1"), picks("p1", "AS"), ends(), starts(), pack=pack)
    clean = game(pack=pack)

    assert clean.round.lasting == table.round.lasting
    assert (1, 0, 0) == (table.round.turn.direction, table.round.randoms, table.round.picks)
    assert 1 == table.round.numbers.rule
    assert 2 == table.round.number


def test_the_gap_never_counts_a_slot_twice() -> None:
    """A gap as wide as the ring is only there when every slot is empty."""
    pack = house(ring="gap:4", deck=kings_only(4))
    table = state(picks("p1", slot=0), picks("p2", slot=1), pack=pack)

    assert not opens_gap(table.round, 2)
    table.tell(picks("p3", slot=2))
    assert opens_gap(table.round, 3)


def test_slots_beyond_the_ring_are_no_events() -> None:
    """An event with a slot, or a size, that no ring has cannot be written down."""
    table = game()
    picked = attrs.evolve(table.tell(picks("p1"))[0], slot=10**9)
    started = RoundStarted(2, 1, b"", (), 10**9, 4)

    for event in (picked, started):
        with pytest.raises(IndexError):
            evolve(table.room, event)
