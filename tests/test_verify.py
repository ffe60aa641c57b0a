"""Verification and proofs: a true log passes, and nobody can alter one unseen."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringofire.audit import Verified, verify
from ringofire.canonical import canonical
from ringofire.cards import Card
from ringofire.engine import decide
from ringofire.entry import EVENTS, Command, Entry, Event
from ringofire.errors import LogError
from ringofire.log import Log, Record, make_entry, read_log, write_log, write_public_log
from ringofire.proof import check_round, prove, round_records
from ringofire.room.commands import CreateRoom, LockRoom
from ringofire.room.events import (
    AwayChanged,
    HostChanged,
    PackChanged,
    PlayerJoined,
    PlayerLeft,
    PlayerUpdated,
    RoomClosed,
    RoomCreated,
    RoomLocked,
    RoomMoved,
    SeatsChanged,
)
from ringofire.round.commands import StartRound
from ringofire.round.events import (
    CardPicked,
    CardsReturned,
    ChoiceRequested,
    GameCalled,
    NonceAdded,
    Noted,
    PenaltyCalled,
    PickUndone,
    RingDealt,
    RoundEnded,
    RoundPaused,
    RoundStarted,
    RuleAdded,
    StateRestored,
    StatusSet,
    TurnStarted,
    VerdictGiven,
)
from tests import naive_shuffle
from tests.golden.make_golden import Story, every_effect, people, short_deck
from tests.logs import (
    TINY,
    chain,
    forge,
    forge_public,
    naive_json,
    other,
    tiny,
    with_event,
    with_events,
)
from tests.strategies.rooms import Story as Told
from tests.strategies.rooms import stories
from tests.strategies.values import commands, events

FULL, PUBLIC = write_log(tiny()), write_public_log(tiny())
BUSY = tuple(every_effect().entries)
PEOPLE = tuple(people().entries)
SHORT = tuple(short_deck().entries)

PLACES = {"header", *(f"entry {entry.version}" for entry in tiny())}
LEFT_OUT = "what was decided and drawn at random: the private parts are left out"


def refusal(data: bytes, **options: Any) -> LogError:
    """What `verify` says against `data`."""
    with pytest.raises(LogError) as caught:
        verify(data, **options)
    return caught.value


# -- True logs -------------------------------------------------------------------------------------


@given(stories(longest=30))
def test_every_true_log_is_verified(story: Told) -> None:
    """Whatever was played, its full and its public log are verified."""
    full, public = verify(write_log(story.entries)), verify(write_public_log(story.entries))

    assert len(story.entries) == full.entries == public.entries
    assert story.room.head == full.head == public.head
    assert full.rounds == public.rounds
    assert (*full.unchecked, LEFT_OUT) == public.unchecked


def test_what_was_found_is_told() -> None:
    """A verified log is told of by room, entries, head and rounds, and by what was not checked."""
    head = tiny()[-1].hash

    full = Verified(
        room="G01DEN", public=False, entries=7, head=head, head_at=None, rounds=(1,), unchecked=()
    )

    assert full == verify(FULL)
    assert attrs.evolve(full, public=True, head_at=7, unchecked=(LEFT_OUT,)) == verify(
        PUBLIC, head=head
    )


def test_a_round_that_goes_on_is_told_to_be_unchecked() -> None:
    """Of a round that has not ended it is said that its secret is not out."""
    unended = "round 3 has not ended: its secret is not out"

    full, public = verify(write_log(SHORT)), verify(write_public_log(SHORT))

    assert ((1, 2), (unended,)) == (full.rounds, full.unchecked)
    assert ((1, 2), (unended, LEFT_OUT)) == (public.rounds, public.unchecked)


def test_a_head_is_found_where_it_is() -> None:
    """A head that a client was given is found, and its version told, unless the tail is cut off."""
    for data in (FULL, PUBLIC):
        lines = data.splitlines(keepends=True)
        for entry in tiny():
            assert entry.version == verify(data, head=entry.hash).head_at

            cut = b"".join(lines[: entry.version])
            place = f"entry {entry.version - 1}" if entry.version > 1 else "entry 1"
            assert place == refusal(cut, head=entry.hash).place


def test_a_head_of_another_story_is_not_found() -> None:
    """A log that was made anew, true in itself, does not have the head of the old one."""
    story = Story()
    story.create(TINY, 3)

    assert verify(write_log(story.entries)).head_at is None
    error = refusal(write_log(story.entries), head=tiny()[-1].hash)
    assert "entry 3: the log ends here without the given head" == str(error)


# -- Logs that somebody altered --------------------------------------------------------------------


@pytest.mark.parametrize(("data", "bit"), [(FULL, 1), (PUBLIC, 0x20)], ids=["full", "public"])
def test_every_altered_byte_is_found(data: bytes, bit: int) -> None:
    """Whichever byte of a log is changed, verification fails, naming the header or an entry."""
    for at, byte in enumerate(data):
        # Up to the end of the line that is changed: what is cut off there is verified by itself.
        until = data.find(b"\n", at + 1) + 1 or len(data)
        altered = data[:at] + bytes([byte ^ bit]) + data[at + 1 : until]

        assert refusal(altered).place in PLACES, at


@given(st.sampled_from([FULL, PUBLIC]), st.data())
def test_any_altered_byte_is_found(data: bytes, draw: st.DataObject) -> None:
    """Whatever else a byte of a whole log is changed to, verification fails."""
    at = draw.draw(st.integers(0, len(data) - 1))
    new = draw.draw(st.integers(0, 255).filter(lambda byte: byte != data[at]))

    assert refusal(data[:at] + bytes([new]) + data[at + 1 :]).place in PLACES


@pytest.mark.parametrize("data", [FULL, PUBLIC], ids=["full", "public"])
@pytest.mark.parametrize("new", [b"", b"\n", b" ", b'"', b"0", b"}", b"\xff", b"\x00"])
def test_bytes_that_come_or_go_are_found(data: bytes, new: bytes) -> None:
    """A byte more or less anywhere in a log is found."""
    for at in range(0, len(data), 37):
        if data[at : at + 1] != new:
            refusal(data[:at] + new + data[at + 1 :])
        if new:
            refusal(data[:at] + new + data[at:])


@pytest.mark.parametrize("data", [FULL, PUBLIC], ids=["full", "public"])
def test_lines_cannot_be_removed_swapped_or_doubled(data: bytes) -> None:
    """A log of which a line was removed, moved or repeated is refused."""
    header, *lines = data.splitlines(keepends=True)
    for at in range(len(lines)):
        doubled = [*lines[: at + 1], *lines[at:]]
        swapped = lines[:at] + lines[at : at + 2][::-1] + lines[at + 2 :]
        for altered in [lines[:at] + lines[at + 1 :], doubled, swapped]:
            if altered != lines[: len(altered)]:
                refusal(b"".join([header, *altered]))


def test_entries_cannot_be_removed_swapped_or_doubled_by_who_knows_every_secret() -> None:
    """With numbers and chain put right, a full log that misses or repeats an entry is refused."""
    entries = list(tiny())
    for at in range(len(entries)):
        doubled = [*entries[: at + 1], *entries[at:]]
        swapped = entries[:at] + entries[at : at + 2][::-1] + entries[at + 2 :]
        for altered in [entries[:at] + entries[at + 1 :], doubled, swapped]:
            if altered != entries[: len(altered)] and altered[0] == entries[0]:
                refusal(forge(altered))


def test_a_repeated_command_makes_no_entry() -> None:
    """An entry for a retry is refused, though its command makes nothing happen, as it says."""
    again = attrs.evolve(tiny()[-2], events=())

    assert "events: is empty" in str(refusal(forge([*tiny(), again])))


def occurrences() -> list[Any]:
    """For each kind of event, a log up to the first entry that has one, and its place there."""
    found: dict[str, Any] = {}
    for entries in (tiny(), PEOPLE, SHORT, BUSY):
        for entry in entries:
            for place, event in enumerate(entry.events):
                name = type(event).__name__
                if name not in found:
                    log = entries[: entry.version]
                    found[name] = pytest.param(log, place, id=name)
    return list(found.values())


OCCURRENCES = occurrences()


def test_every_kind_of_event_is_altered_below() -> None:
    """There is a log with each kind of event."""
    assert {kind.__name__ for kind in EVENTS.values()} == {case.id for case in OCCURRENCES}


@pytest.mark.parametrize(("entries", "place"), OCCURRENCES)
def test_every_field_of_every_event_is_checked(entries: tuple[Entry, ...], place: int) -> None:
    """Whoever alters a field of an event of a full log, or takes it away, is found out.

    They know every secret and put the chain right.
    """
    *before, last = entries
    verify(forge(entries))
    event = last.events[place]
    for field in attrs.fields(type(event)):
        altered = with_event(last, place, **{field.name: other(getattr(event, field.name))})

        assert f"entry {last.version}" == refusal(forge([*before, altered])).place, field.name

    for some in ([], [event, event]):
        events = [*last.events[:place], *some, *last.events[place + 1 :]]
        refusal(forge([*before, with_events(last, *events)]))


@pytest.mark.parametrize(("entries", "place"), OCCURRENCES)
def test_a_public_log_cannot_be_altered_but_by_a_new_chain(
    entries: tuple[Entry, ...], place: int
) -> None:
    """Whatever is altered in an event of a public log, the chain breaks there."""
    data = write_public_log(entries)
    public = read_log(data).records[-1].entry
    event = entries[-1].events[place]
    if event not in public.events:  # it is private, or a part of it is
        return
    at = public.events.index(event)
    for field in attrs.fields(type(event)):
        altered = with_event(public, at, **{field.name: other(getattr(event, field.name))})
        old = json.dumps(json.loads(canonical(event)), ensure_ascii=False, separators=(",", ":"))
        new = canonical(altered.events[at]).decode()
        lines = data.splitlines(keepends=True)
        lines[-1] = lines[-1].decode().replace(old, new).encode()

        assert f"entry {public.version}" == refusal(b"".join(lines)).place


def test_commands_are_part_of_what_is_checked() -> None:
    """A command that was altered in a full log does not make the events that stand there."""
    for at, entry in enumerate(tiny()):
        command: Any = entry.command
        for name in ("name", "nonce", "slot", "master", "token_hash", "pack", "options", "at"):
            if hasattr(command, name) and (name != "at" or isinstance(command, StartRound)):
                changed = attrs.evolve(command, **{name: junk(getattr(command, name))})
                altered = [*tiny()[:at], attrs.evolve(entry, command=changed), *tiny()[at + 1 :]]

                refusal(forge(altered))


def junk(value: object) -> object:
    """Another value of the same kind, for options too."""
    return {"rule_max": 3} if value is None else other(value)


# -- Logs by other rules ---------------------------------------------------------------------------


@pytest.mark.parametrize("rules", [0, 2, -1, 2**53 - 1])
def test_unknown_rules_are_refused(rules: int) -> None:
    """A log by rules that are not known here is refused, full or public."""
    said = f"was decided by rules {rules}, which are not known here"
    for log in (read_log(FULL), read_log(PUBLIC)):
        for version in (1, 4):
            records = [
                attrs.evolve(record, entry=attrs.evolve(record.entry, rules=rules))
                if record.entry.version >= version
                else record
                for record in log.records
            ]
            error = refusal(chain(records))

            assert f"entry {version}: {said}" == str(error)


def test_the_header_is_the_first_entry_s() -> None:
    """A header that names another room or other rules than the first entry is refused."""
    assert "header" == refusal(forge(tiny(), room="OTHER")).place
    assert "header" == refusal(forge(tiny(), rules=2)).place


def test_the_first_entry_creates_the_room() -> None:
    """A log whose first entry creates no room, or another one, is refused."""
    created, *others = tiny()
    assert isinstance(created.events[0], RoomCreated)
    nothing = with_events(created, *created.events[1:])
    elsewhere = with_event(created, 0, room="OTHER")
    header, line, *_ = FULL.splitlines(keepends=True)

    assert "entry 1: does not create the room" == str(refusal(forge([nothing, *others])))
    assert "creates another room" in str(refusal(forge([elsewhere, *others])))
    joined = FULL.splitlines(keepends=True)[2].replace(b'"version":2', b'"version":1')
    assert "entry 1: does not create the room" == str(refusal(header + joined))
    assert 1 == verify(header + line).entries


# -- Public logs that a forger has put right -------------------------------------------------------


def public_of(entries: Sequence[Entry]) -> Log:
    """The public log of `entries`, as it is read."""
    return read_log(write_public_log(entries))


def at(version: int, place: int, **changes: Any) -> dict[int, Callable[[Entry], Entry]]:
    """One event of one entry changed."""
    return {version: lambda entry: with_event(entry, place, **changes)}


def find(entries: Sequence[Entry], kind: type[Event], nth: int = 0) -> tuple[int, int, Any]:
    """The version, the place and the event of the nth of its kind."""
    return [
        (entry.version, place, event)
        for entry in entries
        for place, event in enumerate(entry.events)
        if isinstance(event, kind)
    ][nth]


@pytest.mark.parametrize(
    ("kind", "field", "said"),
    [
        (RoomCreated, "commitment", "the secret is not the one committed to"),
        (RoomCreated, "pack", "the pack is not the one announced"),
        (RoundStarted, "pack", "the pack is not the one announced"),
        (RoundStarted, "contributions", "the contributions are not the nonces that were added"),
        (RoundStarted, "size", "the ring is not as large as the deck, or has not its kings"),
        (RoundStarted, "kings", "the ring is not as large as the deck, or has not its kings"),
        (NonceAdded, "nonce", "the contributions are not the nonces that were added"),
        (CardPicked, "card", "was not dealt that card"),
        (CardsReturned, "cards", ""),
        (CardsReturned, "slots", ""),
        (RoundEnded, "secret", "the secret is not the one committed to"),
        (RoundEnded, "number", "RoundEnded cannot have happened then"),
        (RoundStarted, "number", "RoundStarted cannot have happened then"),
    ],
)
def test_what_proves_a_round_is_checked_in_public(kind: type[Event], field: str, said: str) -> None:
    """Who alters what the shuffle hangs on in a public log is found out, new chain or not."""
    log = public_of(BUSY)
    version, place, event = find(log.entries, kind)

    data = forge_public(log, at(version, place, **{field: other(getattr(event, field))}))

    assert said in str(refusal(data))


def test_other_entropy_is_another_ring() -> None:
    """A contribution that was altered with its nonce gives another ring than was played."""
    log = public_of(BUSY)
    added, nonce_place, nonce = find(log.entries, NonceAdded)
    started, place, round_started = find(log.entries, RoundStarted)
    contributions = tuple(
        (seat, b"other" if seat == nonce.seat else given)
        for seat, given in round_started.contributions
    )

    data = forge_public(
        log,
        at(added, nonce_place, nonce=b"other") | at(started, place, contributions=contributions),
    )

    assert "was not dealt that card" in str(refusal(data))


def test_cards_that_go_back_are_those_that_were_picked() -> None:
    """Other cards, or cards of slots that lie face down, cannot go back in a public log."""
    log = public_of(BUSY)
    version, place, returned = find(log.entries, CardsReturned)
    others = tuple(Card.parse("AS" if card.text != "AS" else "AC") for card in returned.cards)

    error = refusal(forge_public(log, at(version, place, cards=others)))

    assert "round 1: the cards that went back are not those that were picked" == error.message


def test_the_next_commitment_binds() -> None:
    """The commitment in RoundEnded is the one that the next round is checked against."""
    log = public_of(SHORT)
    version, place, event = find(log.entries, RoundEnded)

    data = forge_public(log, at(version, place, commitment=other(event.commitment)))

    error = refusal(data)
    assert "round 2: the secret is not the one committed to" == error.message
    assert f"entry {find(log.entries, RoundStarted, 1)[0]}" == error.place


def test_a_card_lies_face_down_until_it_is_picked() -> None:
    """A pick of a slot that lies open, or that is not there, is refused in public too."""
    log = public_of(tiny())
    version, place, picked = find(log.entries, CardPicked, -1)
    twice = {version: lambda entry: with_events(entry, *entry.events[:1], *entry.events)}

    assert f"no card lay face down in slot {picked.slot}" in str(refusal(forge_public(log, twice)))
    assert f"entry {version}" == refusal(forge_public(log, at(version, place, slot=4))).place


def test_the_ring_of_a_full_log_is_dealt_again() -> None:
    """A dealt ring that the round's key does not deal is refused even beside right decisions."""
    version, place, dealt = find(tiny(), RingDealt)
    swapped = (dealt.ring[1], dealt.ring[0], *dealt.ring[2:])
    entries = [*tiny()[: version - 1], with_event(tiny()[version - 1], place, ring=swapped)]
    (record,) = round_records(entries)
    (true,) = round_records(tiny())
    record.ended = true.ended

    with pytest.raises(LogError, match="its ring is not the one dealt"):
        check_round(record)


# -- Logs that never were --------------------------------------------------------------------------

QS = Card.parse("QS")
IMPOSSIBLE: list[tuple[Event, ...]] = [
    (RoomCreated("G01DEN", TINY, tiny()[0].events[0].options, bytes(32)),),  # type: ignore[union-attr]
    (RoundStarted(1, 1, TINY.digest, (), 4, 1),),
    (RoundStarted(3, 1, TINY.digest, (), 4, 1),),
    (RoundStarted(2, 1, TINY.digest, (), 10**15, 1),),
    (RoundStarted(2, 1, TINY.digest, (), 109, 1),),
    (RoundStarted(2, 1, TINY.digest, (), -1, 1),),
    (RoundStarted(-1, 1, TINY.digest, (), 4, 1),),
    (RoundStarted(2**53 - 1, 1, TINY.digest, (), 4, 1),),
    (RoundStarted(2, 1, TINY.digest, (), 4, 1), RoundStarted(3, 1, TINY.digest, (), 4, 1)),
    (RoundEnded(1, "host", bytes(32), bytes(32)),),
    (RoundEnded(2, "host", bytes(32), bytes(32)),),
    (CardPicked("p1", 0, QS, "x"),),
    (RingDealt((QS,) * 4),),
    (StateRestored(),),
    (CardsReturned((0,), (QS,)),),
    (VerdictGiven("v1", ()),),
    (PlayerLeft("p9", "left"),),
    (SeatsChanged(("p1", "p9")),),
    (ChoiceRequested("", "players", "p1", ("p2",), 1, 0),),
    (ChoiceRequested("c", "players", "p1", ("p2",), 1, 0),),
    (ChoiceRequested("c" + "9" * 5_000, "players", "p1", ("p2",), 1, 0),),
    (RuleAdded("r-", "text", "p1", "round"),),
    (GameCalled("game", "x", ("p1",), verdict="one", loses="one"),),
    tuple(PlayerJoined(f"q{number}", "n", "n") for number in range(200)),
    tuple(NonceAdded(f"q{number}", b"n") for number in range(200)),
    (CardsReturned((0,) * 8_000, (QS,) * 8_000),),
]
RUNNING: list[tuple[Event, ...]] = [
    (StateRestored(),),
    (CardPicked("p1", -1, QS, "x"),),
    (CardPicked("p1", 4, QS, "x"),),
    (CardPicked("p1", 10**15, QS, "x"),),
    (CardsReturned((10**15,), (QS,)),),
    (CardsReturned((0,), ()),),
    (CardsReturned((-1,), (QS,)),),
    (CardsReturned((0, 1) * 60, (QS, QS) * 60),),
    (RoundEnded(2, "host", bytes(32), bytes(32)),),
    (RoundEnded(1, "host", bytes(32), bytes(32)),),
    (RoundStarted(2, 1, TINY.digest, (), 4, 1),),
    tuple(StatusSet("k", "p1", "used", "p1", stack=True) for _ in range(200)),
    tuple(RuleAdded(f"r{number}", "text", "p1", "round") for number in range(200)),
]


def with_last(records: Sequence[Record], *events: Event) -> bytes:
    """A public log with one more entry, in which these events stand."""
    entry = attrs.evolve(tiny()[1], events=events)
    return chain([*records, Record(entry, bytes(32))])


@pytest.mark.parametrize("events", IMPOSSIBLE, ids=lambda events: type(events[0]).__name__)
def test_what_cannot_have_happened_after_a_round_is_refused(events: tuple[Event, ...]) -> None:
    """A public log with an event that cannot follow is refused, naming its entry."""
    records = read_log(PUBLIC).records

    assert f"entry {len(records) + 1}" == refusal(with_last(records, *events)).place


@pytest.mark.parametrize("events", RUNNING, ids=lambda events: type(events[0]).__name__)
def test_what_cannot_have_happened_in_a_round_is_refused(events: tuple[Event, ...]) -> None:
    """In a round that runs, too, a public log is refused for what cannot have happened."""
    records = read_log(PUBLIC).records[:4]

    assert refusal(with_last(records, *events)).place in ("entry 4", "entry 5")


@pytest.mark.parametrize(
    "first",
    [
        RoomLocked(),
        HostChanged("p1"),
        RoomClosed(),
        AwayChanged("p1", away=True),
        PackChanged(TINY),
        RoomMoved("x"),
        PlayerUpdated("p1"),
        NonceAdded("p1", b"x"),
        RoundPaused(),
        RoundStarted(1, 1, TINY.digest, (), 4, 1),
        CardPicked("p1", 0, QS, "x"),
        PickUndone("p1"),
        Noted("x", "x"),
        TurnStarted("p1", 0),
    ],
    ids=lambda event: type(event).__name__,
)
def test_nothing_happens_before_the_room_is_created(first: Event) -> None:
    """A log in which anything stands before RoomCreated is refused, full or public."""
    created = tiny()[0]

    assert "entry 1" == refusal(forge([with_events(created, first, *created.events)])).place
    log = public_of(tiny())
    data = forge_public(log, {1: lambda entry: with_events(entry, first, *entry.events)})
    assert "entry 1" == refusal(data).place


@given(st.lists(events(), min_size=1, max_size=4), st.integers(1, 7))
def test_any_events_are_refused_or_verified(happened: list[Event], version: int) -> None:
    """Whatever events stand in a public log, it is verified or refused; in a full one refused."""
    public = public_of(tiny()).records[:version]
    shown = [event for event in happened if not isinstance(event, RingDealt)]
    for data in (with_last(public, *shown), chain([*public[:-1], *forged(public[-1], shown)])):
        try:
            verify(data)
        except LogError as error:
            assert error.place.startswith("entry")  # noqa: PT017
    full = tiny()[:version]
    entry = with_events(full[-1], *full[-1].events, *happened)

    assert f"entry {version}" == refusal(forge([*full[:-1], entry])).place


def forged(record: Record, events: Sequence[Event]) -> list[Record]:
    """The record with other events, if there are any."""
    entry = with_events(record.entry, *record.entry.events, *events)
    return [attrs.evolve(record, entry=entry)]


@given(commands(), st.integers(1, 7))
def test_any_command_is_refused(command: Command, version: int) -> None:
    """Whatever command stands in a full log, it is decided again, and refused."""
    *before, entry = tiny()[:version]
    changed = attrs.evolve(entry, command=command)

    if not isinstance(command, CreateRoom) and version > 1:
        assert f"entry {version}" == refusal(forge([*before, changed])).place


def test_very_long_lists_are_refused_unread() -> None:
    """A line with a million seats is refused for its length."""
    log = public_of(tiny())
    seats = tuple(["p1"] * 1_000_000)

    data = with_last(log.records, PenaltyCalled(seats, (), 1))

    assert "is longer than" in str(refusal(data))


def test_a_log_without_tables_grows_no_faster_than_its_file() -> None:
    """What a forger has join, one line after another, ends where the first line is too much."""
    log = public_of(tiny())
    joined = tuple(PlayerJoined(f"q{number}", "n", "n") for number in range(50))
    entry = attrs.evolve(log.entries[1], events=joined)

    data = chain([*log.records, *[Record(entry, bytes(32))] * 50])

    assert "entry 10: leaves a room larger than any can be" == str(refusal(data))


# -- Proofs ----------------------------------------------------------------------------------------


def naive_proof(proof: dict[str, Any]) -> list[str]:
    """The ring that a proof's own data deal, by the shuffle's second implementation."""
    room, number = naive_shuffle.lp(proof["room"].encode()), naive_shuffle.integer(proof["round"])
    message = (
        b"ringofire/shuffle/1" + room + number + naive_shuffle.lp(bytes.fromhex(proof["pack"]))
    )
    for seat, nonce in proof["contributions"]:
        message += naive_shuffle.lp(seat.encode()) + naive_shuffle.lp(bytes.fromhex(nonce))
    key = naive_shuffle.mac(bytes.fromhex(proof["secret"]), message)
    ring = naive_shuffle.deal(key, proof["deck"])
    assert proof["ring"] == ring
    for redeal, mask in enumerate(proof["redeals"], start=1):
        ring = naive_shuffle.redeal(key, redeal, ring, mask)
    return ring


@pytest.mark.parametrize(
    ("entries", "redeals"),
    [(tiny(), [1]), (BUSY, None), (SHORT, [0, 0]), (PEOPLE, [0, None])],
    ids=["undo", "undo and returned cards", "short deck", "ended by the host"],
)
def test_a_proof_is_what_anybody_can_check(
    entries: tuple[Entry, ...], redeals: list[int | None] | None
) -> None:
    """From a proof alone a second implementation deals the ring that was played."""
    rounds = verify(write_log(entries)).rounds
    for number in rounds:
        plain = json.loads(canonical(prove(entries, number)))
        ring = naive_proof(plain)
        started = find(entries, RoundStarted, number - 1)[0]
        ended = find(entries, RoundEnded, number - 1)[0]
        dealt = [
            event
            for entry in entries[started - 1 : ended]
            for event in entry.events
            if isinstance(event, RingDealt)
        ]

        assert ring == [card.text for card in dealt[-1].ring]
        assert len(dealt) - 1 == len(plain["redeals"])
        assert plain == json.loads(naive_json(plain))
        if redeals is None:
            assert len(plain["redeals"]) > 3
        elif redeals[number - 1] is not None:
            assert redeals[number - 1] == len(plain["redeals"])


def test_a_deal_that_was_undone_is_none() -> None:
    """What a pick dealt anew and its undo took back counts as a deal, of no slots."""
    undone = [
        type(event).__name__
        for entry in BUSY
        for event in entry.events
        if isinstance(event, CardPicked | CardsReturned | StateRestored)
    ]
    returned = undone.index("CardsReturned")
    masks = prove(BUSY, 1).redeals

    assert "StateRestored" == undone[returned + 1]
    assert "0" == masks[0]
    assert "0" not in masks[1:]


@given(stories(longest=40))
def test_proofs_of_the_full_and_of_the_public_log_are_equal(story: Told) -> None:
    """Whoever has the public log proves the same as whoever has the full one."""
    public = public_of(story.entries).entries
    for number in verify(write_log(story.entries)).rounds:
        proof = prove(story.entries, number)

        assert proof == prove(public, number)
        naive_proof(json.loads(canonical(proof)))


@pytest.mark.parametrize("number", [-1, 0, 3, 4, 2**60])
def test_a_round_that_has_not_ended_has_no_proof(number: int) -> None:
    """A round that runs, or that never was, has no proof."""
    with pytest.raises(LookupError, match=f"round {number} has not ended"):
        prove(SHORT, number)


def test_a_forged_log_has_no_proof() -> None:
    """Entries that cannot be those of a room are a LogError, or have no rounds."""
    with pytest.raises(LookupError):
        prove([with_events(tiny()[0], RoomLocked())], 1)
    log = read_log(with_last(read_log(PUBLIC).records, StateRestored()))

    with pytest.raises(LogError, match="entry 8"):
        prove(log.entries, 1)


def test_what_a_proof_holds() -> None:
    """A proof tells all that it takes to deal the ring, and the ring."""
    proof = prove(tiny(), 1)
    created, ended = tiny()[0].events[0], tiny()[-1].events[-1]
    assert isinstance(created, RoomCreated)
    assert isinstance(ended, RoundEnded)

    assert ("G01DEN", 1) == (proof.room, proof.round)
    assert (ended.secret, created.commitment) == (proof.secret, proof.commitment)
    assert (TINY.digest, {"cards": 4, "kings": 1}) == (proof.pack, proof.deck)
    assert (("p1", b""), ("p2", b"\x01")) == proof.contributions
    assert ("f",) == proof.redeals
    assert find(tiny(), RingDealt)[2].ring == proof.ring


def test_a_lock_that_was_decided_elsewhere_is_no_entry_here() -> None:
    """An entry of another room of the same code does not go on from this one's head."""
    story = Story()
    story.create(TINY, 3)
    command = LockRoom(id="x", by="p1", at=0)
    entry = make_entry(story.room, command, decide(story.room, command))
    line = write_log([*story.entries, entry]).splitlines(keepends=True)[-1]

    data = b"".join([*FULL.splitlines(keepends=True)[:4], line])

    assert "entry 4: does not go on from the entry before it" == str(refusal(data))
