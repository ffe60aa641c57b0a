"""What everybody sees of a room."""

from typing import Any

import attrs
import pytest
from hypothesis import given

from ringofire.canonical import canonical
from ringofire.engine import apply, decide
from ringofire.entry import Command, Event
from ringofire.legal import Legal, State, legal_commands, state_of
from ringofire.log import make_entry
from ringofire.options import Options
from ringofire.packs.load import inline_pack, shipped_pack
from ringofire.packs.pack import Pack
from ringofire.room.commands import (
    CloseRoom,
    Configure,
    CreateRoom,
    JoinRoom,
    LeaveRoom,
    MoveRoom,
    SetAway,
    UpdateProfile,
)
from ringofire.room.events import PackChanged, PlayerJoined, PlayerUpdated, RoomCreated
from ringofire.room.state import Room
from ringofire.round.commands import (
    AddNonce,
    AddRule,
    Choose,
    EndRound,
    GiveVerdict,
    PickCard,
    SkipChoice,
    StartRound,
)
from ringofire.round.events import GameCalled
from ringofire.view import (
    SHOWN_AS,
    ChoiceView,
    CupView,
    LinkView,
    PackChangedView,
    PackView,
    PlayerJoinedView,
    PlayerUpdatedView,
    RingView,
    RoomCreatedView,
    RuleView,
    StatusView,
    VerdictView,
    shown,
    view,
)
from tests.strategies.rooms import SHORT, Story, stories

UK = shipped_pack("uk")


def told(room: Room, kind: type[Command], by: str | None, /, **fields: Any) -> Room:
    """The room after one more accepted command."""
    made: Any = kind
    asked = made(id=f"i{room.version}", by=by, at=fields.pop("at", room.at), **fields)
    return apply(room, make_entry(room, asked, decide(room, asked)))


def seated(people: int, pack: Pack = UK, **options: object) -> Room:
    """A lobby with so many people, whose names are p1, p2, ..."""
    room = told(
        Room(),
        CreateRoom,
        None,
        at=1_000,
        room="K7QX2M",
        name="p1",
        token_hash=bytes(32),
        master=b"m" * 32,
        pack=pack,
        options=options,
    )
    for n in range(2, people + 1):
        room = told(room, JoinRoom, None, name=f"p{n}", token_hash=n.to_bytes(32, "big"))
    return room


def one_rule(*effects: dict[str, object], **pack: object) -> Pack:
    """A pack all of whose cards do the same."""
    return inline_pack(
        {
            "title": "One",
            "cards": {"A-K": "one", "Joker": "one"},
            "rules": {"one": {"title": "One", "text": "One", "effects": list(effects)}},
            **pack,
        }
    )


def playing(people: int, *effects: dict[str, object], **pack: object) -> Room:
    """A round whose first card was picked, and all of whose cards do the same."""
    room = told(seated(people, one_rule(*effects, **pack)), StartRound, "p1", at=2_000)
    return told(room, PickCard, "p1", slot=4, at=3_000)


def test_a_room_that_was_never_created_has_no_view() -> None:
    """The view of nothing is an error of whoever asks for it."""
    with pytest.raises(ValueError, match="never created"):
        view(Room())


def test_a_lobby_shows_people_and_no_round() -> None:
    """A lobby shows who is there, what will be played, and nothing of cards."""
    room = told(seated(2), UpdateProfile, "p2", emoji="🍺", colour="#AABBCC", team="a")
    room = told(room, SetAway, "p2", away=True)
    room = told(room, AddNonce, "p1", nonce=b"\x01")
    seen = view(room)

    assert ("K7QX2M", room.version, 0, "lobby") == (seen.room, seen.version, seen.round, seen.phase)
    assert (False, False, "p1", None) == (seen.locked, seen.paused, seen.host, seen.home)
    assert PackView("uk", UK.digest) == seen.pack
    assert [("p1", None, None, None, False), ("p2", "🍺", "#aabbcc", "a", True)] == [
        (one.id, one.emoji, one.colour, one.team, one.away) for one in seen.players
    ]
    assert (None, (), 1, None, None) == (
        seen.current,
        seen.next,
        seen.direction,
        seen.step,
        seen.turn_started_at,
    )
    assert (None, None, None, None) == (seen.choice, seen.verdict, seen.ring, seen.cup)
    assert ((), {}, (), (), {}, ()) == (
        seen.picked,
        seen.left_by_rank,
        seen.statuses,
        seen.links,
        seen.drinks_with,
        seen.rules,
    )
    assert ("p1",) == seen.nonces
    assert 32 == len(seen.commitment)


def test_a_pick_shows_the_card_and_whose_turn_it_is() -> None:
    """A picked card is shown with its slot and drawer; the turn has passed on."""
    seen = view(playing(3))
    slot, card, seat = seen.picked[0]

    assert (4, "p1") == (slot, seat)
    assert RingView(52, 51, broken=False) == seen.ring
    assert 3 == seen.left_by_rank[card[:-1]]
    assert 51 == sum(seen.left_by_rank.values())
    assert ("p2", ("p3", "p1"), "pick", 3_000, 1, 1) == (
        seen.current,
        seen.next,
        seen.step,
        seen.turn_started_at,
        seen.direction,
        seen.round,
    )


def test_a_rank_that_is_out_is_left_out() -> None:
    """left_by_rank names no rank of which no card lies face down."""
    room = told(seated(2, one_rule(deck={"from": "10"})), StartRound, "p1")
    while len(view(room).picked) < 19:
        room = told(room, PickCard, view(room).current)

    assert [1] == list(view(room).left_by_rank.values())


def test_a_short_deck_shows_kings_and_others_only() -> None:
    """What else is in a short deck stays secret, so only kings and others are counted."""
    seen = view(told(seated(2, SHORT[0]), StartRound, "p1"))

    assert {"K": 2, "other": 7} == seen.left_by_rank


def test_an_open_choice_is_shown_to_all() -> None:
    """A choice shows who is asked for what, and the step is `choose`."""
    room = playing(4, {"do": "penalty", "who": "pick", "pick": 2})
    seen = view(room)

    assert ChoiceView("c1", "p1", "players", ("p2", "p3", "p4"), 2) == seen.choice
    assert ("choose", "p1") == (seen.step, seen.current)


def test_a_verdict_is_shown_until_the_next_pick() -> None:
    """An open verdict shows its candidates, then who lost, and is gone with the next pick."""
    room = playing(2, {"do": "game", "lose": "one"})
    given_ = told(room, GiveVerdict, "p2", verdict="v1", value=("p2",))

    assert VerdictView("v1", ("p1", "p2"), "one", None) == view(room).verdict
    assert VerdictView("v1", ("p1", "p2"), "one", ("p2",)) == view(given_).verdict
    assert (
        VerdictView("v2", ("p1", "p2"), "one", None) == view(told(given_, PickCard, "p2")).verdict
    )


def test_what_lasts_is_shown() -> None:
    """Statuses, links, rules and the cup are shown as they stand."""
    room = playing(
        3,
        {"do": "status", "until": "turns:9"},
        {"do": "status", "key": "table", "who": "table"},
        {"do": "link", "who": "left"},
        {"do": "cup"},
        {"do": "rule", "who": "pick"},
    )
    room = told(room, Choose, "p1", choice="c1", value="p3")
    room = told(room, AddRule, "p1", text="No names")
    seen = view(room)

    assert (StatusView("one", "p1", "turns:9"), StatusView("table", None, "replaced")) == (
        seen.statuses
    )
    assert (LinkView("p1", "p2", "round"),) == seen.links
    assert {"p1": ("p2",)} == seen.drinks_with
    assert (RuleView("r1", "No names", "p1", "p3"),) == seen.rules
    assert seen.cup is not None
    assert (1, 4, None) == (seen.cup.pours, seen.cup.kings_total, seen.cup.served_to)


def test_the_cup_shows_whom_it_was_served_to() -> None:
    """A served cup is empty and shows to whom it went."""
    seen = view(playing(2, {"do": "cup"}, {"do": "cup", "op": "serve", "who": "all"}))

    assert seen.cup is not None
    assert CupView(0, seen.cup.kings_drawn, 4, ("p1", "p2")) == seen.cup


def test_recent_names_a_pack_and_hides_tokens() -> None:
    """The recent events carry a pack's name and digest only, and nothing that is private."""
    room = told(seated(2), Configure, "p1", pack=shipped_pack("us"))
    recent = view(room).recent
    text = canonical(recent) + repr(recent).encode()

    assert 5 == len(recent)
    assert b'"pack":{"digest":"' + UK.digest.hex().encode() + b'","name":"uk"}' in text
    assert b'{"pack":{"digest":"' + shipped_pack("us").digest.hex().encode() in text
    assert b"Ring of Fire" not in text
    assert not [event for event in recent if hasattr(event, "token_hash")]
    assert b"skeleton" not in text
    assert not any(hasattr(event, "master") for event in recent)


def test_recent_is_ten_events_long() -> None:
    """A view repeats the last ten public events, the newest last."""
    room = seated(2)
    for n in range(12):
        room = told(room, SetAway, "p2", away=n % 2 == 0)

    assert 10 == len(view(room).recent)


def test_a_paused_round_shows_nobody_to_wait_for() -> None:
    """Below two present the round is paused; with nobody there it is nobody's turn."""
    room = told(playing(2), SetAway, "p1", away=True)
    nobody = told(room, SetAway, "p2", away=True)

    assert (True, "p2") == (view(room).paused, view(room).current)
    assert (True, None) == (view(nobody).paused, view(nobody).current)


def test_a_closed_room_shows_its_last_ring_and_asks_nothing() -> None:
    """Closing drops choices and turns; what lay on the table can still be seen."""
    room = told(playing(3, {"do": "penalty", "who": "pick"}), SetAway, "p2", away=True)
    room = told(room, SetAway, "p3", away=True)
    seen = view(told(room, CloseRoom, "p1"))

    assert ("closed", None, None, None, False) == (
        seen.phase,
        seen.choice,
        seen.step,
        seen.current,
        seen.paused,
    )
    assert 1 == len(seen.picked)
    assert {} == seen.open


def test_an_ended_round_stays_in_sight() -> None:
    """The ring and what lasted are shown until the next round."""
    room = playing(2, {"do": "status"})
    seen = view(told(room, EndRound, "p1"))

    assert ("ended", None, None, 1) == (seen.phase, seen.current, seen.step, len(seen.picked))
    assert 1 == len(seen.statuses)


def test_a_room_that_moved_says_where() -> None:
    """The view names the home that the operator moved the room to."""
    assert "store-2" == view(told(seated(1), MoveRoom, None, to="store-2")).home


def test_open_names_who_may_do_what() -> None:
    """What all may do stands under `*`, what waits for time under `after`."""
    seen = view(told(seated(2), StartRound, "p1"))

    assert ("leave_room", "set_away", "update_profile") == seen.open["*"]
    assert "pick_card" in seen.open["p1"]
    assert "p2" not in seen.open
    assert ("claim_host", "skip_turn") == seen.open["after"]


@given(stories())
def test_the_view_is_made_from_the_room_alone(story: Story) -> None:
    """Two rooms that folded alike have the same view, byte for byte, in every state."""
    for room in story.rooms[1:]:
        seen = view(room)

        assert canonical(seen) == canonical(view(attrs.evolve(room)))
        assert seen.phase == state_of(room).phase
        assert (seen.choice is None) == (state_of(room) is not State.CHOOSE)


@given(stories())
def test_no_secret_is_in_a_view(story: Story) -> None:
    """No master, key, token, digest of a receipt or unrevealed secret is in any view."""
    for room in story.rooms[1:]:
        seen = canonical(view(room)) + repr(view(room)).encode()
        assert room.game is not None
        secrets = [room.game.master, *room.dead_tokens]
        secrets += [seat.token_hash for seat in room.seats]
        secrets += [receipt.digest for seat in room.seats for receipt in seat.receipts]
        if room.game.round is not None:
            secrets.append(room.game.round.ring.key)
        for secret in secrets:
            assert secret.hex().encode() not in seen
            assert repr(secret).encode() not in seen


# ------------------------------------------------------------------ the largest view

LIMIT = 32 * 1024


def wide(n: int, length: int = 24) -> str:
    """The n-th text of so many four-byte characters."""
    return "".join(chr(0x20000 + (n * 7919 + k * 104_729) % 40_000) for k in range(length))


def largest() -> Room:
    """A room with every bound reached: the widest names, rules, keys, most of everything."""
    keys = iter(range(1_000))
    cards = ["A", *map(str, range(2, 11)), "J", "Q", "K", "Joker"]
    status = {"do": "status", "stack": True, "until": "turns:99"}
    game = {"do": "game", "order": "ring", "lose": "many"}
    link = {"do": "link", "mode": "both", "until": "turns:99"}
    talk = [{**game, "kind": wide(50)} for _ in range(7)]
    rules = {
        wide(n): {
            "title": wide(n),
            "text": wide(n, 70),
            "effects": [
                *(
                    talk
                    if n % 2
                    else [
                        *[{**status, "key": wide(next(keys))} for _ in range(3)],
                        *[{**link, "who": "random"} for _ in range(4)],
                    ]
                ),
                {"do": "penalty", "who": "split", "n": 20},
            ],
        }
        for n in range(len(cards))
    }
    pack = inline_pack(
        {
            "title": wide(99),
            "cards": dict(zip(cards, rules, strict=True)),
            "rules": rules,
            "deck": {"decks": 2, "jokers": 4},
            "ring": "gap:20",
        }
    )
    room = told(
        Room(),
        CreateRoom,
        None,
        at=2**53 - 10**9,
        room="W" * 32,
        name=wide(100),
        token_hash=bytes(32),
        master=b"m" * 32,
        pack=pack,
        options={"capacity": 20, "rule_max": 20, "language": "x" * 16, "turn_seconds": 600},
    )
    room = told(room, MoveRoom, None, to="h" * 255)
    emoji = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
    for n in range(2, 200):
        token = n.to_bytes(32, "big")
        room = told(room, JoinRoom, None, name=wide(100 + n), token_hash=token)
        if n <= 180:
            room = told(room, LeaveRoom, f"p{n}")
    for seat in room.seats:
        room = told(room, UpdateProfile, seat.id, emoji=emoji, colour="#aabbcc", team="a")
        room = told(room, AddNonce, seat.id, nonce=bytes(32))
    room = told(room, StartRound, "p1")
    for n in range(20):
        # What is escaped takes twice its bytes in JSON; 93 + 4 * 46 bytes, 139 code points.
        room = told(room, AddRule, "p1", text='"' * 93 + wide(n, 46))
    while True:
        seen = view(room)
        assert seen.ring is not None
        called = [event for event in room.recent if isinstance(event, GameCalled)]
        if seen.choice is not None and seen.ring.left < 9 and len(called) > 6:
            return room
        if seen.choice is not None:
            room = told(room, SkipChoice, "p1", choice=seen.choice.id)
        else:
            room = told(room, PickCard, seen.current)


def test_the_largest_view_fits_into_a_frame() -> None:
    """The view of a room with every bound reached stays under 32 KB, with room for its frame."""
    room = largest()
    seen = view(room)
    size = len(canonical(seen))

    assert len(seen.picked) >= 100
    assert (20, 20, 60, 40) == (
        len(seen.players),
        len(seen.rules),
        len(seen.links),
        len(seen.statuses),
    )
    assert 29_000 < size < LIMIT


def test_nobody_can_do_anything_but_create_a_room_that_is_not_there() -> None:
    """Where there is no room yet, a stranger may create it, and no seat may do anything."""
    assert (Legal(CreateRoom),) == legal_commands(Room(), None)
    assert () == legal_commands(Room(), "p1")


def test_recent_leaves_skeletons_out() -> None:
    """Of a new name everybody sees the name, and not what it was compared by."""
    recent = view(told(seated(2), UpdateProfile, "p2", name="Bo", team="b")).recent

    assert PlayerJoinedView("p2", "p2") == recent[-2]
    assert PlayerUpdatedView("p2", name="Bo", team="b") == recent[-1]
    assert b'{"name":"Bo","seat":"p2","team":"b","type":"player_updated"}' == canonical(recent[-1])
    assert b'{"name":"p2","seat":"p2","type":"player_joined"}' == canonical(recent[-2])


def test_recent_tells_a_room_and_its_pack_whole() -> None:
    """RoomCreated and PackChanged are shown with all they say, but for what a pack holds."""
    room = told(seated(2), Configure, "p1", pack=shipped_pack("us"))
    created, changed = view(room).recent[0], view(room).recent[-1]
    us = shipped_pack("us")

    assert room.game is not None
    assert (
        RoomCreatedView("K7QX2M", PackView("uk", UK.digest), room.options, room.game.commitment)
        == created
    )
    assert PackChangedView(PackView("us", us.digest)) == changed


def test_a_short_deck_counts_what_was_picked() -> None:
    """With every pick one king, or one other card, fewer lies face down."""
    room = told(seated(2, one_rule(deck={"cards": 9, "kings": 4})), StartRound, "p1")
    for _ in range(6):
        room = told(room, PickCard, view(room).current)
    kings = sum(card[0] == "K" for _, card, _ in view(room).picked)

    assert 0 < kings < 4
    assert {"K": 4 - kings, "other": 5 - 6 + kings} == view(room).left_by_rank


@pytest.mark.parametrize(
    "event",
    [
        PackChanged(UK),
        PlayerJoined("p2", "Bo", "bo", bytes(32)),
        PlayerUpdated("p2", name="Bo", skeleton="bo"),
        RoomCreated("K7QX2M", UK, Options(), bytes(32), bytes(32)),
    ],
    ids=lambda event: type(event).__name__,
)
def test_events_are_shown_in_the_form_of_the_table(event: Event) -> None:
    """What leaves in another form leaves in that which readers of frames take it for."""
    assert SHOWN_AS[type(event)] is type(shown(event))
