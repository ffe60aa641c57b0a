"""What holds in every room, whatever was asked of it."""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from random import Random
from typing import Any, get_args

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ringofire.canonical import canonical
from ringofire.cards import Card, Deck, Rank
from ringofire.engine import apply, decide, find_receipt, fold, rules_of
from ringofire.entry import Command, Entry, Event
from ringofire.errors import LogError, Reason, Rejected
from ringofire.legal import (
    HOST_ONLY,
    LEGAL,
    NEXT,
    OUTSIDERS,
    REFUSALS,
    WAITS,
    State,
    legal_commands,
    open_commands,
    state_of,
)
from ringofire.packs.pack import Pack
from ringofire.room.commands import (
    ClaimHost,
    CreateRoom,
    JoinRoom,
    LockRoom,
    MoveRoom,
    RoomCommand,
    SetAway,
)
from ringofire.room.events import PlayerJoined
from ringofire.room.state import Room
from ringofire.round.commands import (
    AddRule,
    Choose,
    PickCard,
    RepealRule,
    RoundCommand,
    SkipTurn,
    UndoPick,
)
from ringofire.round.decide import RULES
from ringofire.round.events import (
    ChoiceRequested,
    GameCalled,
    RingDealt,
    RoundEnded,
    RuleAdded,
)
from ringofire.round.state import present
from tests.strategies.commands import (
    KINDS,
    OBJECTS,
    YEARS,
    command,
    fresh_id,
    hostile,
    ids,
    legal_moves,
    round_of,
)
from tests.strategies.rooms import (
    BUSY,
    Story,
    any_pack,
    entry_of,
    move,
    play,
    stories,
)
from tests.strategies.rooms import (
    SHORT as SMALL,
)

seeds = st.integers(0, 2**32)


def outcome(room: Room, asked: Command) -> tuple[Event, ...] | tuple[Reason, str]:
    """What `decide` says: events, or the reason and the data of a refusal."""
    try:
        return decide(room, asked)
    except Rejected as rejected:
        return rejected.reason, canonical(dict(rejected.data)).decode()


def refused(room: Room, asked: Command) -> Reason | None:
    """Why `asked` is refused; None if it is not."""
    said = outcome(room, asked)
    return said[0] if said and isinstance(said[0], Reason) else None


# ------------------------------------------------------------------ deciding


@given(stories(), seeds)
def test_whatever_is_asked_is_answered_with_events_or_a_reason(story: Story, seed: int) -> None:
    """Decide raises nothing but Rejected, whose data is plain JSON, for any command at all."""
    room = story.room
    rng = Random(seed)
    for _ in range(60):
        said = outcome(room, hostile(room, rng))

        assert isinstance(said, tuple)


@given(stories(longest=10), st.sampled_from(OBJECTS))
def test_what_is_no_command_is_refused(story: Story, junk: Any) -> None:
    """Decide refuses what is no command at all as a bad value of the action."""
    room = story.room
    with pytest.raises(Rejected) as caught:
        decide(room, junk)

    assert (Reason.BAD_VALUE, {"field": "action"}) == (caught.value.reason, caught.value.data)


def test_an_object_that_fights_back_is_refused() -> None:
    """Decide looks at nothing of an object that is no command."""

    class Trap:
        def __getattribute__(self, name: str) -> object:
            if name == "__class__":
                return object
            raise ValueError(name)

    with pytest.raises(Rejected):
        decide(Room(), Trap())  # type: ignore[arg-type]


@given(stories(), seeds)
def test_whatever_is_accepted_can_be_written_down(story: Story, seed: int) -> None:
    """Junk that decide accepts makes an entry that apply takes and that can be folded again."""
    room = story.room
    rng = Random(seed)
    for _ in range(60):
        asked = hostile(room, rng)
        entry = entry_of(room, asked)
        if entry is not None:
            assert apply(room, entry) == fold([entry], room=room)
            assert canonical(entry.command)


@given(stories(), seeds)
def test_deciding_is_pure(story: Story, seed: int) -> None:
    """Decide says the same twice, and leaves the room as its log makes it."""
    room, rng = story.room, Random(seed)
    before = repr(room)
    asked = [hostile(room, rng) for _ in range(10)]
    asked += [move for seat in ids(room) for _, move in legal_moves(room, seat, rng)]

    assert [outcome(room, one) for one in asked] == [outcome(room, one) for one in asked]
    assert repr(room) == before
    assert room == fold(story.entries)


@given(stories(), seeds)
def test_a_refusal_never_repeats_what_was_asked(story: Story, seed: int) -> None:
    """The data and the text of a refusal hold nothing that only the command can have brought."""
    room = story.room
    canary = f"canary{seed}"
    rng = Random(seed)
    for kind in KINDS:
        by = rng.choice([*ids(room), canary])
        for field in attrs.fields(kind):
            asked = _tweaked(kind, room, by, rng, {field.name: canary})
            if asked is None:
                continue
            assert canary not in _said(room, asked)


def _said(room: Room, asked: Command) -> str:
    """All that a refusal says, to programs and to people."""
    try:
        decide(room, asked)
    except Rejected as rejected:
        return f"{rejected} {rejected!r} {rejected.data!r}"
    return ""


def _tweaked(
    kind: type[Command], room: Room, by: str, rng: Random, changes: dict[str, object]
) -> Command | None:
    try:
        asked = command(kind, room, by, rng)
    except (AssertionError, IndexError, ValueError):
        return None
    return attrs.evolve(asked, **changes)  # type: ignore[arg-type]


# ------------------------------------------------------------------ folding


@given(stories())
def test_a_log_folds_to_the_room(story: Story) -> None:
    """Folding a log gives the room that its commands led to, at once or in two parts."""
    half = len(story.entries) // 2

    assert story.room == fold(story.entries)
    assert story.room == fold(story.entries[half:], room=fold(story.entries[:half]))


@given(stories())
def test_every_entry_is_decided_alike_again(story: Story) -> None:
    """The room before an entry decides its command as the entry says, under the same rules."""
    for room, entry in zip(story.rooms, story.entries, strict=False):
        assert entry.events == decide(room, entry.command)
        assert entry.rules == rules_of(room)


@given(stories())
def test_only_the_next_entry_applies(story: Story) -> None:
    """An entry that was applied, that skips one, or of rules to come, is a LogError."""
    last = story.entries[-1]
    for wrong in (
        last,
        attrs.evolve(last, version=10**6),
        attrs.evolve(last, version=last.version + 1, rules=RULES + 1),
        attrs.evolve(last, version=last.version + 1, rules=0),
    ):
        with pytest.raises(LogError, match=r"comes after|not known here"):
            apply(story.room, wrong)


@given(stories())
def test_a_private_event_is_private_in_recent(story: Story) -> None:
    """A room remembers its last ten public events, in order."""
    public = [
        event
        for entry in story.entries
        for event in entry.events
        if not isinstance(event, RingDealt)
    ]

    assert tuple(public[-10:]) == story.room.recent


@given(stories())
def test_time_never_goes_back(story: Story) -> None:
    """A room's time and its turn's start only grow, whatever clocks commands come with."""
    for before, after in zip(story.rooms, story.rooms[1:], strict=False):
        assert before.at <= after.at
        assert before.version + 1 == after.version
        if after.game is not None and after.game.round is not None:
            assert after.game.round.turn.started_at <= after.at


# ------------------------------------------------------------------ cards


def _cards(room: Room) -> Counter[Card]:
    """All cards of the ring by what lies face up and what lies face down."""
    ring = round_of(room).ring
    down = [ring.cards[slot] for slot in range(ring.size) if ring.lies_face_down(slot)]
    return Counter([pick.card for pick in ring.picked]) + Counter(down)


def _has_round(room: Room) -> bool:
    return room.game is not None and room.game.round is not None


@given(stories())
def test_no_card_is_ever_lost_or_doubled(story: Story) -> None:
    """Cards picked and cards face down are the deck, at every step; a short one keeps its kings."""
    dealt: Counter[Card] = Counter()
    for room in filter(_has_round, story.rooms):
        round_ = round_of(room)
        deck: Deck = round_.pack.deck
        cards = _cards(room)
        if deck.short and round_.turn.count == 1 and not round_.picks and not round_.ring.redeals:
            dealt = cards
        if deck.short:
            assert cards <= Counter(deck.full())
            assert cards.total() == deck.size
            assert sum(n for card, n in cards.items() if card.rank is Rank.KING) == deck.king_count
            assert cards == dealt or not dealt
        else:
            assert cards == Counter(deck.full())


@given(stories())
def test_face_up_cards_lie_still(story: Story) -> None:
    """A card that lies face up is the one its slot holds, and its slot is not face down."""
    for room in filter(_has_round, story.rooms):
        ring = round_of(room).ring
        for pick in ring.picked:
            assert not ring.lies_face_down(pick.slot)
            assert ring.cards[pick.slot] is pick.card
        assert ring.face_down.bit_count() + len(ring.picked) == ring.size


ANSWERS: dict[str, type[Command]] = {
    "pick": PickCard,
    "players": Choose,
    "split": Choose,
    "order": Choose,
    "rule": AddRule,
    "repeal": RepealRule,
}
"""What goes on with a round, by what it waits for."""


@given(any_pack(), st.lists(seeds, min_size=3, max_size=3), st.integers(2, 6))
def test_every_pack_plays_to_its_end(pack: Pack, start: list[int], people: int) -> None:
    """Whoever picks and answers comes to the end of any pack: each card returns once at most."""
    rng = Random(str(start))
    room = play(pack, [], people=people).room
    picks = 0
    for _ in range(40 * pack.deck.size + 40):
        if state_of(room) not in (State.PICK, State.CHOOSE):
            break
        choice = round_of(room).choice
        kind = ANSWERS["pick" if choice is None else choice.kind]
        moves = [
            asked
            for seat in ids(room)
            for legal, asked in legal_moves(room, seat, rng)
            if legal.command is kind
        ]
        asked = rng.choice(moves)
        picks += isinstance(asked, PickCard)
        entry = entry_of(room, asked)
        assert entry is not None
        room = apply(room, entry)

    assert state_of(room) is State.ENDED
    assert picks <= 2 * pack.deck.size
    ended = [event for event in room.recent if isinstance(event, RoundEnded)]
    assert len(ended) == 1


# ------------------------------------------------------------------ people


@given(stories())
def test_seats_stay_within_bounds(story: Story) -> None:
    """A room never has more seats than its capacity, nor two alike in id, token or looks."""
    for room in story.rooms[1:]:
        assert len(room.seats) <= room.options.capacity
        for values in (
            ids(room),
            [seat.token_hash for seat in room.seats],
            [seat.skeleton for seat in room.seats],
        ):
            assert len(values) == len(set(values))
        assert not {seat.token_hash for seat in room.seats} & room.dead_tokens
        assert room.closed or room.host in ids(room)


@given(stories())
def test_a_locked_room_gains_nobody(story: Story) -> None:
    """Nobody joins a room while it is locked or closed."""
    for before, entry in zip(story.rooms, story.entries, strict=False):
        if before.locked or before.closed:
            assert not any(isinstance(event, PlayerJoined) for event in entry.events)


@given(stories(), seeds)
def test_a_locked_room_refuses_strangers(story: Story, seed: int) -> None:
    """A locked room refuses JoinRoom, whoever asks."""
    room = story.room
    assume(not room.closed)
    locked = attrs.evolve(room, locked=True)

    assert Reason.ROOM_LOCKED is refused(locked, command(JoinRoom, locked, None, Random(seed)))


@given(stories(), seeds)
def test_a_full_room_refuses_strangers(story: Story, seed: int) -> None:
    """A room with as many seats as its capacity refuses JoinRoom as room_full, and says so."""
    room = story.room
    assume(not room.closed and not room.locked)
    capacity = len(room.seats)
    full = attrs.evolve(room, options=attrs.evolve(room.options, capacity=capacity))
    asked = command(JoinRoom, full, None, Random(seed))

    assert (Reason.ROOM_FULL, f'{{"capacity":{capacity}}}') == outcome(full, asked)
    assert () == legal_commands(full, None)


@given(stories())
def test_a_dead_token_never_lives_again(story: Story) -> None:
    """The token of a seat that was given up joins no more, under whatever name."""
    room, rng = story.room, Random(1)
    assume(not room.closed)
    for dead in room.dead_tokens:
        asked = command(JoinRoom, room, None, rng)
        assert isinstance(asked, JoinRoom)
        asked = attrs.evolve(asked, token_hash=dead)

        assert Reason.TOKEN_DEAD is refused(room, asked)


@given(stories())
def test_a_closed_room_stays_as_it_is(story: Story) -> None:
    """A closed room refuses every member's command with wrong_phase."""
    room = attrs.evolve(story.room, closed=True)
    for kind in KINDS:
        if kind not in OUTSIDERS and not room.seats:
            continue
        by = None if kind in OUTSIDERS else ids(room)[0]
        asked = _tweaked(kind, room, by or "", Random(2), {"by": by})
        if asked is not None:
            assert Reason.WRONG_PHASE is refused(room, asked)


def _given_ids(events: tuple[Event, ...]) -> Iterator[str]:
    for event in events:
        if isinstance(event, PlayerJoined):
            yield event.seat
        if isinstance(event, ChoiceRequested):
            yield event.choice
        if isinstance(event, RuleAdded):
            yield event.rule
        if isinstance(event, GameCalled) and event.verdict is not None:
            yield event.verdict


@given(stories())
def test_no_id_is_given_twice(story: Story) -> None:
    """Seats, choices, verdicts and rules get numbers that only grow, in all of a room's rounds."""
    last: Counter[str] = Counter()
    for entry in story.entries:
        for given_id in _given_ids(entry.events):
            last[given_id[0]] += 1

            assert given_id == f"{given_id[0]}{last[given_id[0]]}"


# ------------------------------------------------------------------ turns


@given(stories())
def test_a_game_that_goes_on_waits_for_somebody_who_is_there(story: Story) -> None:
    """Not paused, the current player is present; paused exactly below two present."""
    for room in story.rooms:
        if state_of(room) not in (State.PICK, State.CHOOSE):
            continue
        round_, here = round_of(room), present(room.seats)
        assert round_.paused == (len(here) < 2)
        assert round_.turn.seat in here or not here
        if round_.choice is not None:
            assert round_.choice.owner in here
            assert round_.choice.owner == round_.turn.seat
            assert round_.choice.candidates or round_.choice.kind == "rule"


@given(stories())
def test_what_lasts_stays_within_bounds(story: Story) -> None:
    """Statuses, links and rules stay within their bounds, name members, and are not doubled."""
    for room in filter(_has_round, story.rooms):
        lasting = round_of(room).lasting
        seats = {*ids(room), None}
        assert len(lasting.statuses) <= 40
        assert len(lasting.links) <= 60
        assert len(lasting.rules) <= room.options.rule_max or not _playing(room)
        assert {status.holder for status in lasting.statuses} <= seats or room.closed
        pairs = [(link.from_, link.to) for link in lasting.links]
        assert len(pairs) == len(set(pairs))
        assert all(one != other for one, other in pairs)
        assert {seat for pair in pairs for seat in pair} <= seats or room.closed
        single = [status.key for status in lasting.statuses if not status.stack]
        assert len(single) == len(set(single))


def _playing(room: Room) -> bool:
    return state_of(room) in (State.PICK, State.CHOOSE)


# ------------------------------------------------------------------ retries


@given(stories(), seeds)
def test_a_retry_changes_nothing(story: Story, seed: int) -> None:
    """A command that was accepted gives no events again, even under another clock and expect."""
    room, rng = story.room, Random(seed)
    for entry in story.entries[-20:]:
        asked = entry.command
        receipt = find_receipt(room, asked)
        if receipt is None or isinstance(asked, CreateRoom):
            continue
        again = attrs.evolve(asked, at=room.at + rng.randint(0, 9), expect=rng.choice([None, 7]))
        other = _otherwise(asked)

        assert receipt.version == entry.version
        assert () == decide(room, again)
        if other is not None:
            assert Reason.ID_REUSED is refused(room, other)


def _otherwise(asked: Command) -> Command | None:
    """The same id with another payload."""
    match asked:
        case JoinRoom():
            return attrs.evolve(asked, name=asked.name + "x")
        case PickCard():
            return attrs.evolve(asked, slot=(asked.slot or 0) + 1)
        case AddRule():
            return attrs.evolve(asked, text="Something else")
        case MoveRoom():
            return None
        case _ if asked.by is not None:
            return LockRoom(id=asked.id, by=asked.by, at=0) if type(asked) is not LockRoom else None
    return None


@given(stories())
def test_every_seat_remembers_its_last_64_commands(story: Story) -> None:
    """A seat's receipts are those of its last 64 accepted commands, in order."""
    for seat in story.room.seats:
        own = [
            entry
            for entry in story.entries
            if entry.command.by == seat.id
            or (entry.command.by is None and _joined(entry) == seat.id)
        ]
        expected = [(entry.command.id, entry.version) for entry in own[-64:]]

        assert expected == [(receipt.id, receipt.version) for receipt in seat.receipts]


def _joined(entry: Entry) -> str | None:
    joins = [event.seat for event in entry.events if isinstance(event, PlayerJoined)]
    return joins[0] if joins else None


def test_the_65th_command_makes_a_seat_forget_its_first() -> None:
    """A seat's receipts are never more than 64; the oldest goes first."""
    room = play(BUSY, [], people=2).room
    for n in range(70):
        asked = SetAway(id=f"away{n}", by="p2", at=room.at, away=n % 2 == 0)
        entry = entry_of(room, asked)
        assert entry is not None
        room = apply(room, entry)
    seat = room.seats[1]

    assert [f"away{n}" for n in range(6, 70)] == [receipt.id for receipt in seat.receipts]


@given(stories(), seeds)
def test_a_version_that_is_not_the_current_one_is_stale(story: Story, seed: int) -> None:
    """A legal command with another `expect` is refused as stale, with the current version."""
    room = story.room
    rng = Random(seed)
    for seat in ids(room):
        for _, asked in legal_moves(room, seat, rng):
            wrong = attrs.evolve(asked, expect=room.version + rng.choice([-1, 1]))

            assert (Reason.STALE, f'{{"version":{room.version}}}') == outcome(room, wrong)


# ------------------------------------------------------------------ what is legal


@given(stories(), seeds)
def test_what_is_listed_is_accepted(story: Story, seed: int) -> None:
    """Each command that legal_commands lists has a well-formed form that decide accepts."""
    room = story.room
    rng = Random(seed)
    for seat in [None, *ids(room)]:
        for legal, asked in legal_moves(room, seat, rng):
            if legal.command is UndoPick and room.game is None:
                continue
            assert decide(room, asked), (legal, asked)


@given(stories(), seeds)
def test_what_waits_is_too_early_before_its_time(story: Story, seed: int) -> None:
    """A command listed with `after` is refused as too_early until the option's seconds passed."""
    room = story.room
    rng = Random(seed)
    for seat in ids(room):
        for legal in legal_commands(room, seat):
            if legal.after is None:
                continue
            asked = command(legal.command, room, seat, rng)
            seconds = getattr(room.options, legal.after)
            since = round_of(room).turn.started_at if legal.command is SkipTurn else room.at
            if isinstance(asked, ClaimHost):
                asked = attrs.evolve(asked, host_seen_at=since)
            edge = since + 1000 * seconds

            if edge >= room.at:
                early = attrs.evolve(asked, at=edge)
                assert (Reason.TOO_EARLY, f'{{"at":{edge}}}') == outcome(room, early)
            assert decide(room, attrs.evolve(asked, at=max(edge, room.at) + 1))


@given(stories(), seeds)
def test_what_is_not_listed_is_refused(story: Story, seed: int) -> None:
    """A command that legal_commands does not list is refused, however sensible and late."""
    room = story.room
    rng = Random(seed)
    for seat in [None, "p99", *ids(room)]:
        listed = {legal.command for legal in legal_commands(room, seat)}
        for kind in KINDS:
            if kind in listed or kind is MoveRoom:
                continue
            for _ in range(2):
                asked = _tweaked(kind, room, "", rng, {"by": seat, "at": room.at + YEARS})
                if asked is not None:
                    assert refused(room, asked) is not None, asked


@given(stories(), seeds)
def test_only_the_host_may_do_what_hosts_do(story: Story, seed: int) -> None:
    """A host's command by anybody else is refused: not_host, or paused while the game waits."""
    room = story.room
    rng = Random(seed)
    round_ = None if room.game is None else room.game.round
    waiting = WAITS if round_ is not None and round_.paused else frozenset()
    for kind in HOST_ONLY & LEGAL[state_of(room)]:
        for seat in ids(room):
            asked = command(kind, room, seat, rng)
            if seat != room.host:
                wanted = Reason.PAUSED if kind in waiting else Reason.NOT_HOST
                assert wanted is refused(room, asked)
            else:
                assert Reason.NOT_HOST is not refused(room, asked)
        stranger = command(kind, room, "p99", rng)
        assert Reason.NOT_MEMBER is refused(room, stranger)


@given(stories(), seeds)
def test_only_the_current_player_picks(story: Story, seed: int) -> None:
    """A pick by any other member is refused as not_your_turn, or paused."""
    room = story.room
    assume(state_of(room) is State.PICK)
    for seat in ids(room):
        asked = command(PickCard, room, seat, Random(seed))
        reason = refused(room, asked)
        if round_of(room).paused:
            assert Reason.PAUSED is reason
        elif seat == round_of(room).turn.seat:
            assert reason is None
        else:
            assert Reason.NOT_YOUR_TURN is reason


@given(stories(), seeds)
def test_a_paused_round_waits(story: Story, seed: int) -> None:
    """While fewer than two are present, what belongs to the cards is refused as paused."""
    room, rng = story.room, Random(seed)
    assume(_playing(room))
    while len(present(room.seats)) > 1:
        asked = SetAway(id=fresh_id(room, rng), by=rng.choice(present(room.seats)), at=0, away=True)
        entry = entry_of(room, asked)
        assert entry is not None
        room = apply(room, entry)
    for kind in WAITS & LEGAL[state_of(room)]:
        for seat in ids(room):
            late = command(kind, room, seat, rng, at=room.at + YEARS)
            if kind not in HOST_ONLY or seat == room.host:
                assert Reason.PAUSED is refused(room, late)


@given(stories())
def test_what_is_open_is_what_each_may_do_now(story: Story) -> None:
    """open_commands and legal_commands say the same."""
    room = story.room
    now = open_commands(room)
    for seat in ids(room):
        listed = {legal.command for legal in legal_commands(room, seat) if legal.after is None}

        assert {kind for kind, seats in now.items() if seat in seats} == listed


@given(stories())
def test_a_command_leads_where_the_table_says(story: Story) -> None:
    """Every accepted command leads to a state that NEXT names, or changes none."""
    for room, entry, after in zip(story.rooms, story.entries, story.rooms[1:], strict=False):
        before, kind = state_of(room), type(entry.command)
        allowed = NEXT[before].get(kind, frozenset({before}))

        assert kind in LEGAL[before]
        assert state_of(after) in allowed, (before, kind, state_of(after))


def test_every_transition_of_the_table_can_be_seen() -> None:
    """Play shows every transition that NEXT names, and no other."""
    named = {
        (state, kind, after)
        for state, row in NEXT.items()
        for kind, targets in row.items()
        for after in targets
    }
    seen: set[tuple[State, type[Command], State]] = set()

    def towards(room: Room, rng: Random) -> Command:
        """A move of a kind that may lead to what was never seen, if there is one."""
        moves = [(seat, legal) for seat in ids(room) for legal in legal_commands(room, seat)]
        unseen = {kind for state, kind, _ in named - seen if state is state_of(room)}
        rare = [(seat, legal) for seat, legal in moves if legal.command in unseen]
        if not rare or rng.random() < 0.8:
            return move(room, rng)
        seat, legal = rng.choice(rare)
        return command(legal.command, room, seat, rng, at=room.at + 1_000_000)

    for number in range(400):
        rng = Random(number)
        seeds_ = [rng.getrandbits(32) for _ in range(50)]
        story = play(rng.choice([BUSY, *SMALL]), seeds_, people=rng.randint(1, 4), mover=towards)
        for room, entry, after in zip(story.rooms, story.entries, story.rooms[1:], strict=False):
            seen.add((state_of(room), type(entry.command), state_of(after)))
        if number > 150 and named <= seen:
            break

    assert named == named & seen
    assert named >= {(before, kind, after) for before, kind, after in seen if before is not after}


# ------------------------------------------------------------------ tables


def _tables() -> dict[str, tuple[AbstractSet[Any], AbstractSet[Any]]]:
    from ringofire.legal import _OPEN
    from ringofire.packs.effects import EFFECTS, Effect
    from ringofire.room import decide as room_decide
    from ringofire.room import evolve as room_evolve
    from ringofire.room.events import RoomEvent
    from ringofire.round import decide as round_decide
    from ringofire.round import effects as round_effects
    from ringofire.round import evolve as round_evolve
    from ringofire.round import reach as round_reach
    from ringofire.round.events import RoundEvent

    return {
        "LEGAL": (set(LEGAL), set(State)),
        "commands somewhere legal": (set().union(*LEGAL.values()), set(KINDS)),
        "NEXT": (set(NEXT), set(State)),
        "open": (set(_OPEN), set(KINDS) - OUTSIDERS),
        "room decide": (set(room_decide._DECIDE), set(get_args(RoomCommand))),
        "round decide": (set(round_decide._DECIDE), set(get_args(RoundCommand))),
        "room evolve": (set(room_evolve._CHANGES), set(get_args(RoomEvent))),
        "round evolve": (
            {*round_evolve._GAME, *round_evolve._ROUND},
            set(get_args(RoundEvent)),
        ),
        "effects": (set(round_effects._EFFECTS), set(get_args(Effect))),
        "effects of packs": ({kind.effect for kind in EFFECTS.values()}, set(get_args(Effect))),
        "when": (set(round_reach._WHEN), {None, "last", "not_last", "red", "black"}),
        "reach": (
            set(round_reach._REACH) | {"pick", "random", "loser", "split", "holder"},
            set(
                "drawer pick split left right sides prev all others team:a team:b random loser"
                " holder table".split()
            ),
        ),
        "links": (set(round_effects._PAIRS), {"follow_drawer", "follow_target", "both"}),
        "choices": (
            set(round_decide._SHAPES) | {"rule", "repeal"},
            {"players", "split", "order", "rule", "repeal"},
        ),
    }


@pytest.mark.parametrize("name", list(_tables()))
def test_tables_are_total(name: str) -> None:
    """Each table has a row for everything it is asked for, and no other."""
    has, needs = _tables()[name]

    assert needs == has


def test_tables_of_the_law_name_what_there_is() -> None:
    """What only hosts may do, what waits and what is refused otherwise are rows of LEGAL."""
    everywhere = frozenset().union(*LEGAL.values())

    assert HOST_ONLY <= everywhere
    assert WAITS <= everywhere
    assert OUTSIDERS <= everywhere
    assert all(kind not in LEGAL[state] for state, kind in REFUSALS)
    assert all(kind in LEGAL[state] for state, row in NEXT.items() for kind in row)
