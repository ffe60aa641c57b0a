"""People: opening a room, joining, names, host, locks, looks, options, closing, moving."""

from typing import Any

import pytest

from ringofire.errors import Reason
from ringofire.options import Options
from ringofire.room.commands import CloseRoom, MoveRoom, MoveSeat
from ringofire.room.events import (
    HostChanged,
    OptionsChanged,
    PackChanged,
    PlayerJoined,
    PlayerLeft,
    PlayerUpdated,
    RoomClosed,
    RoomCreated,
    RoomLocked,
    RoomMoved,
    RoomUnlocked,
    SeatsChanged,
)
from ringofire.shuffle import commitment, secret
from ringofire.text import skeleton
from tests.given import (
    CODE,
    MASTER,
    MINUTE,
    NOW,
    PLAIN,
    UK,
    Case,
    Step,
    Table,
    cases,
    claims,
    configures,
    creates,
    dresses,
    ends,
    game,
    goes,
    joins,
    kicks,
    leaves,
    lobby,
    locks,
    makes_host,
    outcome,
    picks,
    returns,
    say,
    starts,
    token,
    unlocks,
)


def nowhere(*_: Any) -> Table:
    """Give a room that nobody has created yet."""
    return Table()


def _opened(**options: Any) -> tuple[Any, ...]:
    promise = commitment(CODE, 1, secret(MASTER, 1))
    return (
        RoomCreated(CODE, PLAIN, Options(**options), promise, MASTER),
        PlayerJoined("p1", "Ann", skeleton("Ann"), token("Ann")),
        HostChanged("p1"),
    )


def _create(then: Any, *args: Any, **fields: Any) -> Case:
    return Case(begin=nowhere, when=creates(*args, **fields), then=then)


@cases(
    plain=_create(_opened()),
    trimmed=_create(_opened(), " Ann "),
    with_an_option=_create(_opened(capacity=2), options={"capacity": 2}),
    with_a_lifetime=_create(_opened(lifetime_hours=168), options={"lifetime_hours": 168}),
    without_a_name=_create(Reason.BAD_NAME, ""),
    with_no_text_for_a_name=_create(Reason.BAD_NAME, 7),
    with_no_pack=_create(Reason.BAD_PACK, pack="uk"),
    with_an_unknown_option=_create(Reason.BAD_OPTION, options={"colour": "red"}),
    with_no_options=_create(Reason.BAD_OPTION, options=["capacity"]),
    with_a_short_token=_create(Reason.BAD_VALUE, token_hash=b"x"),
    with_little_entropy=_create(Reason.BAD_VALUE, master=b"x" * 31),
    by_a_seat=_create(Reason.BAD_VALUE, by="p1"),
    twice=Case(begin=lobby, when=creates("Bob"), then=Reason.WRONG_PHASE),
    anything_else=Case(begin=nowhere, when=leaves("p1"), then=Reason.UNKNOWN_ROOM),
    joining_it=Case(begin=nowhere, when=joins(), then=Reason.UNKNOWN_ROOM),
)
def test_a_room_is_created(case: Case) -> None:
    """CreateRoom opens a room with its creator as host, in a valid pack and options."""
    assert case.then == case.outcome()


def _joined(seat: str, name: str = "Zoe") -> PlayerJoined:
    return PlayerJoined(seat, name, skeleton(name), token(name))


def _join(*given: Step, then: Any, when: Step | None = None, **more: Any) -> Case:
    return Case(begin=lobby, given=given, when=when or joins(), then=then, **more)


@cases(
    next_seat=_join(then=(_joined("p4"),)),
    never_a_used_seat=_join(leaves("p3"), then=(_joined("p4"),)),
    while_playing=_join(starts(), then=(_joined("p4"),)),
    after_the_end=_join(starts(), ends(), then=(_joined("p4"),)),
    locked=_join(locks(), then=Reason.ROOM_LOCKED),
    locked_and_a_bad_name=_join(locks(), when=joins(""), then=Reason.ROOM_LOCKED),
    unlocked=_join(locks(), unlocks(), then=(_joined("p4"),)),
    full=_join(options={"capacity": 3}, then=Reason.ROOM_FULL),
    free_again=_join(leaves("p2"), options={"capacity": 3}, then=(_joined("p4"),)),
    bad_name=_join(when=joins("x" * 25), then=Reason.BAD_NAME),
    no_name=_join(when=joins(None, token_hash=token("Zoe")), then=Reason.BAD_NAME),
    taken=_join(when=joins("Bob", token_hash=token("Zoe")), then=Reason.NAME_TAKEN),
    taken_by_a_lookalike=_join(when=joins("B0B", token_hash=token("Zoe")), then=Reason.NAME_TAKEN),
    name_of_one_who_left=_join(
        leaves("p2"),
        when=joins("Bob", token_hash=token("Zoe")),
        then=(PlayerJoined("p4", "Bob", skeleton("Bob"), token("Zoe")),),
    ),
    token_of_one_who_left=_join(leaves("p2"), when=joins("Bob"), then=Reason.TOKEN_DEAD),
    token_of_one_who_was_kicked=_join(kicks("p2"), when=joins("Bob"), then=Reason.TOKEN_DEAD),
    dead_token_at_a_locked_room=_join(
        kicks("p2"), locks(), when=joins("Bob"), then=Reason.TOKEN_DEAD
    ),
    again_by_the_same_token=_join(when=joins("Bob"), then=()),
    again_by_another_name=_join(when=joins("Uma", token_hash=token("Bob")), then=()),
    again_by_a_bad_name=_join(when=joins("", token_hash=token("Bob")), then=()),
    again_while_locked=_join(locks(), when=joins("Bob"), then=()),
    again_while_full=_join(when=joins("Bob"), options={"capacity": 3}, then=()),
    again_while_playing=_join(starts(), when=joins("Bob"), then=()),
    by_a_seat=_join(when=joins(by="p1"), then=Reason.BAD_VALUE),
    by_the_seat_of_the_token=_join(when=joins("Bob", by="p2"), then=Reason.BAD_VALUE),
)
def test_a_seat_is_taken(case: Case) -> None:
    """JoinRoom takes the next seat of an unlocked room; a member's token gives its seat again."""
    assert case.then == case.outcome()


@cases(
    kick=Case(begin=lobby, when=kicks("p2"), then=(PlayerLeft("p2", "kicked"),)),
    kick_by_another=Case(begin=lobby, when=kicks("p3", by="p2"), then=Reason.NOT_HOST),
    kick_a_stranger=Case(begin=lobby, when=kicks("p9"), then=Reason.UNKNOWN_PLAYER),
    kick_oneself=Case(begin=lobby, when=kicks("p1"), then=Reason.UNKNOWN_PLAYER),
    kick_who_has_left=Case(
        begin=lobby, given=(leaves("p2"),), when=kicks("p2"), then=Reason.UNKNOWN_PLAYER
    ),
    lock=Case(begin=lobby, when=locks(), then=(RoomLocked(),)),
    lock_while_playing=Case(when=locks(), then=(RoomLocked(),)),
    lock_twice=Case(begin=lobby, given=(locks(),), when=locks(), then=Reason.NO_CHANGE),
    lock_by_another=Case(begin=lobby, when=locks("p2"), then=Reason.NOT_HOST),
    unlock=Case(begin=lobby, given=(locks(),), when=unlocks(), then=(RoomUnlocked(),)),
    unlock_an_open_room=Case(begin=lobby, when=unlocks(), then=Reason.NO_CHANGE),
    unlock_by_another=Case(begin=lobby, given=(locks(),), when=unlocks("p2"), then=Reason.NOT_HOST),
    hand_over=Case(begin=lobby, when=makes_host("p2"), then=(HostChanged("p2"),)),
    hand_over_to_the_away=Case(
        begin=lobby, given=(goes("p2"),), when=makes_host("p2"), then=(HostChanged("p2"),)
    ),
    hand_over_to_oneself=Case(begin=lobby, when=makes_host("p1"), then=Reason.NO_CHANGE),
    hand_over_to_a_stranger=Case(begin=lobby, when=makes_host("p9"), then=Reason.UNKNOWN_PLAYER),
    hand_over_by_another=Case(begin=lobby, when=makes_host("p3", by="p2"), then=Reason.NOT_HOST),
    claim=Case(begin=lobby, when=claims("p2"), then=(HostChanged("p2"),)),
    claim_while_playing=Case(when=claims("p2"), then=(HostChanged("p2"),)),
    claim_a_moment_early=Case(
        begin=lobby, when=claims("p2", at=NOW + MINUTE), then=Reason.TOO_EARLY
    ),
    claim_as_the_option_says=Case(
        begin=lobby, options={"host_seconds": 61}, when=claims("p2"), then=Reason.TOO_EARLY
    ),
    claim_by_the_rooms_clock=Case(
        given=(picks("p1", at=NOW + MINUTE + 1),),
        when=claims("p2", at=NOW),
        then=(HostChanged("p2"),),
    ),
    claim_of_the_host=Case(begin=lobby, when=claims("p1"), then=Reason.NO_CHANGE),
    start=Case(begin=lobby, when=starts("p2"), then=Reason.NOT_HOST),
    start_alone=Case(begin=lobby, players=1, when=starts(), then=Reason.TOO_FEW_PLAYERS),
    start_with_one_present=Case(
        begin=lobby, players=2, given=(goes("p2"),), when=starts(), then=Reason.TOO_FEW_PLAYERS
    ),
    start_twice=Case(when=starts(), then=Reason.WRONG_PHASE),
    close=Case(begin=lobby, when=say(CloseRoom, "p1"), then=(RoomClosed(),)),
    close_while_playing=Case(when=say(CloseRoom, "p1"), then=(RoomClosed(),)),
    close_by_another=Case(begin=lobby, when=say(CloseRoom, "p2"), then=Reason.NOT_HOST),
    move=Case(begin=lobby, when=say(MoveRoom, None, to="there"), then=(RoomMoved("there"),)),
    move_while_playing=Case(when=say(MoveRoom, None, to="there"), then=(RoomMoved("there"),)),
    move_nowhere=Case(begin=lobby, when=say(MoveRoom, None, to=""), then=Reason.BAD_VALUE),
    move_where_it_is=Case(
        begin=lobby,
        given=(say(MoveRoom, None, to="there"),),
        when=say(MoveRoom, None, to="there"),
        then=Reason.NO_CHANGE,
    ),
    move_by_the_host=Case(begin=lobby, when=say(MoveRoom, "p1", to="there"), then=Reason.BAD_VALUE),
)
def test_the_host_runs_the_room(case: Case) -> None:
    """What only the host does, what others do in the host's absence, and what the operator does."""
    assert case.then == case.outcome()


def _moves(seat: str, to: Any, then: Any, by: str = "p1", **more: Any) -> Case:
    more.setdefault("begin", lobby)
    return Case(when=say(MoveSeat, by, seat=seat, to=to), then=then, **more)


@cases(
    forward=_moves("p1", 2, (SeatsChanged(("p2", "p3", "p1")),)),
    back=_moves("p3", 0, (SeatsChanged(("p3", "p1", "p2")),)),
    after_the_end=_moves("p3", 1, (SeatsChanged(("p1", "p3", "p2")),), begin=game, given=(ends(),)),
    nowhere=_moves("p2", 1, Reason.NO_CHANGE),
    too_far=_moves("p2", 3, Reason.BAD_VALUE),
    before_the_first=_moves("p2", -1, Reason.BAD_VALUE),
    a_stranger=_moves("p9", 0, Reason.UNKNOWN_PLAYER),
    by_another=_moves("p2", 0, Reason.NOT_HOST, by="p2"),
    while_playing=_moves("p2", 0, Reason.WRONG_PHASE, begin=game),
)
def test_seats_are_moved_between_rounds(case: Case) -> None:
    """The host puts a seat at an index of the order, so that left and right match the table."""
    assert case.then == case.outcome()


def _configure(
    then: Any, by: str = "p1", *, given: Any = (), begin: Any = lobby, **fields: Any
) -> Case:
    return Case(begin=begin, given=given, when=configures(by, **fields), then=then)


@cases(
    pack=_configure((PackChanged(UK),), pack=UK),
    option=_configure((OptionsChanged(Options(rule_max=3)),), options={"rule_max": 3}),
    both=_configure(
        (PackChanged(UK), OptionsChanged(Options(tone="water", watch=False))),
        pack=UK,
        options={"tone": "water", "watch": False},
    ),
    one_of_two_changes=_configure((PackChanged(UK),), pack=UK, options={"tone": "sips"}),
    after_the_end=_configure((PackChanged(UK),), begin=game, given=(ends(),), pack=UK),
    nothing=_configure(Reason.NO_CHANGE),
    the_same=_configure(Reason.NO_CHANGE, pack=PLAIN, options={"capacity": 12}),
    a_name=_configure(Reason.BAD_PACK, pack="uk"),
    lifetime=_configure(Reason.BAD_OPTION, options={"lifetime_hours": 25}),
    lifetime_as_it_is=_configure(Reason.BAD_OPTION, options={"lifetime_hours": 24}),
    fewer_seats_than_people=_configure(Reason.BAD_OPTION, options={"capacity": 2}),
    as_many_seats_as_people=_configure(
        (OptionsChanged(Options(capacity=3)),), options={"capacity": 3}
    ),
    by_another=_configure(Reason.NOT_HOST, "p2", pack=UK),
    while_playing=_configure(Reason.WRONG_PHASE, begin=game, pack=UK),
)
def test_a_room_is_configured_between_rounds(case: Case) -> None:
    """Configure changes pack and options; capacity holds everybody, the lifetime is fixed."""
    assert case.then == case.outcome()


_RANGES = {
    "capacity": (2, 20),
    "turn_seconds": (10, 600),
    "host_seconds": (10, 600),
    "rule_max": (1, 20),
    "lifetime_hours": (1, 168),
}
_ODD: tuple[Any, ...] = (None, "", "x", 1.5, -1, 2**70, [], {}, b"", ("a",))


@pytest.mark.parametrize("name", _RANGES)
def test_an_option_keeps_its_range(name: str) -> None:
    """A number is kept within its bounds and refused beyond them; True is no number."""
    least, most = _RANGES[name]
    for value in (least, most):
        assert not isinstance(outcome(Table(), creates(options={name: value})), Reason)
    for value in (least - 1, most + 1, True, *_ODD):
        assert Reason.BAD_OPTION == outcome(Table(), creates(options={name: value})), value


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("tone", ("sips", "points", "forfeits", "water"), ("beer", 1, *_ODD)),
        ("language", ("en", "pt-BR", "x" * 16), ("x" * 17, "é", "-", 1, None, b"en")),
        ("watch", (True, False), (0, 1, *_ODD)),
        ("lock_on_start", (True, False), (0, 1, *_ODD)),
    ],
)
def test_an_option_keeps_its_values(name: str, good: Any, bad: Any) -> None:
    """Each other option takes its own values and refuses the rest."""
    for value in good:
        assert not isinstance(outcome(Table(), creates(options={name: value})), Reason)
    for value in bad:
        assert Reason.BAD_OPTION == outcome(Table(), creates(options={name: value})), value


def test_options_have_names_only() -> None:
    """An option that has no name is no option."""
    assert Reason.BAD_OPTION == outcome(Table(), creates(options={7: 7}))


def _dress(then: Any, *, given: Any = (), begin: Any = lobby, **fields: Any) -> Case:
    return Case(begin=begin, given=given, when=dresses("p2", **fields), then=then)


def _looks(**fields: Any) -> tuple[PlayerUpdated, ...]:
    return (PlayerUpdated("p2", **fields),)


@cases(
    name=_dress(_looks(name="Rob", skeleton=skeleton("Rob")), name="Rob"),
    own_name_written_otherwise=_dress(_looks(name="BOB", skeleton=skeleton("BOB")), name="BOB"),
    own_name=_dress(Reason.NO_CHANGE, name="Bob "),
    name_of_another=_dress(Reason.NAME_TAKEN, name="ANN"),
    bad_name=_dress(Reason.BAD_NAME, name="a\nb"),
    no_name=_dress(Reason.BAD_NAME, name=None),
    emoji=_dress(_looks(emoji="🦊"), emoji="🦊"),
    two_emoji=_dress(Reason.BAD_VALUE, emoji="🦊🦊"),
    no_emoji=_dress(Reason.NO_CHANGE, emoji=None),
    emoji_taken_away=_dress(_looks(emoji=None), given=(dresses("p2", emoji="🦊"),), emoji=None),
    colour=_dress(_looks(colour="#12abef"), colour="#12ABEF"),
    same_colour=_dress(
        Reason.NO_CHANGE, given=(dresses("p2", colour="#aabbcc"),), colour="#AABBCC"
    ),
    colour_by_name=_dress(Reason.BAD_VALUE, colour="red"),
    short_colour=_dress(Reason.BAD_VALUE, colour="#abc"),
    colour_without_a_sign=_dress(Reason.BAD_VALUE, colour="0123456"),
    colour_beyond_hex_at_once=_dress(Reason.BAD_VALUE, colour="#x23456"),
    colour_beyond_hex=_dress(Reason.BAD_VALUE, colour="#12345g"),
    colour_of_no_type=_dress(Reason.BAD_VALUE, colour=0x123456),
    team_a=_dress(_looks(team="a"), team="a"),
    team_b=_dress(_looks(team="b"), team="b"),
    team_c=_dress(Reason.BAD_VALUE, team="c"),
    team_of_no_type=_dress(Reason.BAD_VALUE, team=["a"]),
    out_of_the_team=_dress(_looks(team=None), given=(dresses("p2", team="a"),), team=None),
    all_at_once=_dress(
        _looks(name="Rob", skeleton=skeleton("Rob"), emoji="🦊", colour="#000000", team="b"),
        name="Rob",
        emoji="🦊",
        colour="#000000",
        team="b",
    ),
    what_changes_only=_dress(
        _looks(team="b"), given=(dresses("p2", emoji="🦊"),), emoji="🦊", team="b"
    ),
    nothing=_dress(Reason.NO_CHANGE),
    while_playing=_dress(_looks(team="a"), begin=game, team="a"),
    after_the_end=_dress(_looks(team="a"), begin=game, given=(ends(),), team="a"),
)
def test_a_profile_is_updated(case: Case) -> None:
    """Everybody changes the own looks at any time; what is not sent stays, null takes away."""
    assert case.then == case.outcome()


def test_looks_are_kept() -> None:
    """What was updated is what the seat shows, and the rest stays."""
    table = lobby()
    table.tell(dresses("p2", emoji="🦊", team="a"))
    table.tell(dresses("p2", emoji=None, colour="#000000"))
    seat = table.room.seats[1]

    assert ("Bob", None, "#000000", "a") == (seat.name, seat.emoji, seat.colour, seat.team)


def test_the_away_come_back() -> None:
    """Going away and coming back is kept, and the room remembers where it was moved."""
    table = lobby()
    table.tell(goes("p2"))
    assert [False, True, False] == [seat.away for seat in table.room.seats]
    table.tell(returns("p2"))
    assert [False, False, False] == [seat.away for seat in table.room.seats]
    table.tell(say(MoveRoom, None, to="there"))
    assert "there" == table.room.home
