"""The bounds of what a room can hold: 60 links, 40 statuses, and what a card does beyond them."""

from typing import Any

from ringofire.round.events import ChoiceRequested, ChoiceSkipped, StatusSet
from tests.given import (
    Plain,
    Step,
    Table,
    chooses,
    game,
    house,
    judges,
    outcome,
    passes,
    picks,
    turn,
    up,
)


def _kinds(events: Any) -> list[str]:
    return [type(event).__name__ for event in events]


HELD: Plain = {"do": "status", "key": "held", "stack": True, "until": "used"}
_STATUSES = house(
    {
        "A-9": [HELD] * 8,
        "10": [HELD],
        "J": [{**HELD, "who": "pick"}],
        "Q": [{"do": "status", "key": "held"}],
        "K": [{"do": "status", "key": "crown"}],
    }
)


def _forty() -> Table:
    table = game(2, _STATUSES)
    for number, card in enumerate(("AC", "AD", "AH", "AS", "2C")):
        table.tell(picks(f"p{number % 2 + 1}", card))
    return table


def test_forty_statuses_are_enough() -> None:
    """Beyond 40 statuses a card gives none, and one that would ask is skipped at once."""
    table = _forty()

    assert 40 == len(table.round.lasting.statuses)
    assert (up("p2", "10C", "10"), turn("p1")) == outcome(table, picks("p2", "10C"))
    assert (
        up("p1", "JC", "J"),
        ChoiceRequested("c1", "players", "p1", (), 0, 0),
        ChoiceSkipped("c1"),
        turn("p2"),
    ) == outcome(table, picks("p1", "JC"))
    assert (up("p2", "KC", "K"), turn("p1")) == outcome(table, picks("p2", "KC"))


def test_a_status_that_replaces_needs_no_room() -> None:
    """At the bound a status can still move, and one that takes many away is given."""
    table = _forty()

    assert (
        up("p2", "QC", "Q"),
        StatusSet("held", "p2", "replaced", "p2"),
        turn("p1"),
    ) == outcome(table, picks("p2", "QC"))
    assert 1 == len(table.round.lasting.statuses)


def test_a_card_gives_as_many_statuses_as_there_is_room_for() -> None:
    """Of a stack for every loser only those within the bound are given."""
    loser: Plain = {**HELD, "who": "loser"}
    pack = house(
        {"A-9": [HELD] * 8, "10": [HELD] * 6, "J": [{"do": "game", "lose": "many"}, loser]}
    )
    table = game(3, pack)
    for number, card in enumerate(("AC", "AD", "AH", "AS", "10C")):
        table.tell(picks(f"p{number % 3 + 1}", card))
    table.tell(picks("p3", "JC"))
    events = outcome(table, judges("p1", "p1", "p2", "p3"))

    assert ["VerdictGiven", "StatusSet", "StatusSet"] == _kinds(events)
    assert 40 == len(table.round.lasting.statuses)


_LINKS = house(
    {
        "A-9": [{"do": "link", "mode": "both"}] * 8,
        "10": [{"do": "link"}],
        "J": [{"do": "link", "mode": "both"}],
    }
)


def _link_up(table: Table, most: int) -> None:
    """Have everybody draw, and link with the first candidate, until there are so many links."""
    while len(table.round.lasting.links) < most:
        _choose(table, 0) if table.asked else table.tell(_draws(table, "A23456789"))


def _choose(table: Table, place: int) -> None:
    choice = table.asked
    assert choice is not None
    table.tell(chooses(choice.owner, choice.candidates[place]))


def _draws(table: Table, ranks: str | tuple[str, ...]) -> Step:
    """Have the current player pick a card of the first of these ranks that is left."""
    ring = table.round.ring
    left = {card.rank.value for at, card in enumerate(ring.cards) if ring.lies_face_down(at)}
    return picks(table.round.turn.seat, next(rank for rank in ranks if rank in left))


IN_VAIN = ["CardPicked", "ChoiceRequested", "ChoiceSkipped", "TurnStarted"]


def test_sixty_links_are_enough() -> None:
    """Beyond 60 links nobody is a candidate."""
    table = game(12, _LINKS)
    _link_up(table, 60)
    while table.asked is not None:
        table.tell(passes(table.asked.owner))

    assert 60 == len(table.round.lasting.links)
    assert IN_VAIN == _kinds(table.tell(_draws(table, ("10",))))


def test_a_pair_needs_room_for_two() -> None:
    """With room for one link a mate is found one way, not both ways."""
    table = game(12, _LINKS)
    _link_up(table, 58)
    while table.asked is not None:
        table.tell(passes(table.asked.owner))
    table.tell(_draws(table, ("10",)))
    _choose(table, -1)

    assert 59 == len(table.round.lasting.links)
    assert IN_VAIN == _kinds(table.tell(_draws(table, ("J",))))
    assert IN_VAIN[:2] == _kinds(table.tell(_draws(table, ("10",))))
