"""What becomes of a frame: who may say what, and what each effect's outcome comes to."""

import json
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringofire import Append, Appended, Effect, Load, Reason, Room, run
from ringofire.cards import Card
from ringofire.engine import decide
from ringofire.entry import COMMANDS
from ringofire.errors import LogError
from ringofire.log import make_entry
from ringofire.packs.load import shipped_pack
from ringofire.protocol.errors import ErrorReason, FrameError
from ringofire.protocol.replies import (
    Accepted,
    Error,
    PackReply,
    Pong,
    ProofReply,
    Rejected,
    Update,
    Welcome,
    write_reply,
)
from ringofire.protocol.requests import Request, read_request
from ringofire.protocol.session import (
    FAULTS,
    Binding,
    Gone,
    Mint,
    Response,
    Seated,
    Watching,
    rebind,
    respond,
    room_of,
)
from ringofire.room.commands import MoveRoom
from ringofire.room.state import find_seat
from ringofire.scribe import Scribe
from ringofire.turn import ATTEMPTS
from ringofire_adapters.memory import Memory
from tests.protocol.frames import CODE, FIELDS, any_bytes, fitting, spoilt, written
from tests.protocol.server import NOW, Perform, Server, lost, taken, token, unknown
from tests.strategies.rooms import BUSY, Story, play, seed_lists, stories
from tests.test_noninterference import HEAD, fixed_randoms, twin  # noqa: F401 (a fixture)

Plain = dict[str, Any]

ANN, BOB, CEM = Seated(CODE, "p1"), Seated(CODE, "p2"), Seated(CODE, "p3")
NOBODY = "ZZZZZZ"
"""The code of no room."""


def table() -> Server:
    """A server with one room in its lobby: Ann (p1) is host, Bob (p2) has joined."""
    server = Server()
    assert (ANN, BOB) == (server.seat("Ann"), server.seat("Bob"))
    return server


def refused(response: Response) -> ErrorReason:
    """The reason of an error; whoever gets one stays where they were."""
    assert isinstance(response.reply, Error), response.reply
    return response.reply.reason


def rejected(response: Response) -> Reason:
    """The reason that a command was rejected for."""
    assert isinstance(response.reply, Rejected), response.reply
    return response.reply.reason


# ------------------------------------------------------------------ any frame in any room


def bindings(room: Room) -> list[Binding]:
    """Whatever a connection may be bound to that sends a frame to this room."""
    seats = [Seated(CODE, seat.id) for seat in room.seats]
    strangers: list[Binding] = [Seated(CODE, "p99"), Seated(NOBODY, "p1"), Watching(NOBODY)]
    return [None, *seats, *strangers, Watching(CODE), Gone(CODE)]


def unsure(server: Server, rng: Random) -> Perform:
    """A store that loses races, writes and answers, a minter that has had enough."""

    def perform(effect: Effect[Any]) -> Any:
        if isinstance(effect, Append) and rng.random() < 0.3:
            return rng.choice([unknown, lost(server), taken])(effect)
        if isinstance(effect, Mint) and rng.random() < 0.3:
            return rng.choice([None, (CODE, bytes(32)), ("ELSEWHERE", bytes(32))])
        return server.perform(effect)

    return perform


@given(
    stories(longest=30), st.lists(any_bytes() | spoilt().map(written), max_size=6), st.integers(0)
)
def test_any_frame_has_one_answer(story: Story, hostile: list[bytes], seed: int) -> None:
    """Whatever is sent, by whomever, in whatever room: one reply, that gives nothing away.

    At most one entry is stored for it, and none if it is not accepted.
    """
    rng = Random(seed)
    room = story.room
    server = Server(Memory(logs={CODE: list(story.entries)}), now=room.at)
    fits = [written(fitting(room, seat, rng)) for seat in ["p1", "p2", "p99"] * 3]
    for data in [*hostile, *fits]:
        try:
            request = read_request(data)
        except FrameError:
            continue
        binding = rng.choice(bindings(room))
        known = rng.choice([Room(), *story.rooms])
        if room_of(request, binding) != CODE:
            known = Room()
        before = {code: list(log) for code, log in server.memory.logs.items()}
        server.home = rng.choice([None, "h"])
        turn = respond(request, binding, at=server.now, room=known, home=server.home)
        response = run(turn, unsure(server, rng))
        server.check(response.reply, room, response.room)
        added = {code: log[len(before.get(code, ())) :] for code, log in server.memory.logs.items()}
        stored = [entry for entries in added.values() for entry in entries]
        assert len(stored) <= 1
        match response.reply:
            case Update(entry, after):
                assert [entry] == stored
                assert server.log()[entry.version - 1] == entry
                assert entry.version == after.version
            case Welcome() if stored:
                assert request.action in ("create_room", "join_room")
            case _:
                assert [] == stored
        if stored:
            check_retry(server, request, response)
        server.memory.logs = before


def check_retry(server: Server, request: Request, first: Response) -> None:
    """Assert that a frame that was accepted is answered with what it got, and not done again."""
    logs = {code: len(log) for code, log in server.memory.logs.items()}
    again = server.answer(request, first.binding)
    match first.reply:
        case _ if isinstance(first.binding, Gone):
            assert ErrorReason.UNAUTHORIZED == refused(again)
        case Update(entry, _):
            assert Accepted(request.id, entry.version) == again.reply
        case _ if request.action == "create_room":
            assert ErrorReason.ALREADY_SEATED == refused(again)
        case _:
            assert first.reply == again.reply
            assert first.binding == again.binding
    assert logs == {code: len(log) for code, log in server.memory.logs.items()}


def test_frames_that_fit_are_mostly_accepted() -> None:
    """The frames of the test above do reach every kind of reply, not its errors alone."""
    met = set()
    told = [play(BUSY, list(range(4 * moves)), people=4) for moves in range(4)]
    for seed in range(300):
        rng = Random(seed)
        story = told[seed % len(told)]
        server = Server(Memory(logs={CODE: list(story.entries)}), now=story.room.at)
        request = read_request(written(fitting(story.room, "p1", rng)))
        response = server.answer(request, rng.choice([ANN, None, Watching(CODE)]))
        met.add(type(response.reply))

    assert {Update, Welcome, Rejected, Error, Pong, PackReply} <= met


@given(seed_lists(longest=20), st.integers(0))
def test_what_nobody_may_know_changes_no_answer(seeds: list[int], seed: int) -> None:
    """A room and its twin, alike but for what is secret, answer every frame with the same bytes."""
    rng = Random(seed)
    room = play(BUSY, seeds, people=3).room
    for _ in range(8):
        by = rng.choice([seat.id for seat in room.seats] or ["p1"])
        frame = fitting(room, by, rng)
        if frame["action"] in ("create_room", "join_room", "proof", "end_round", "resume"):
            continue  # what tells a secret or needs one, or the log
        request = read_request(written(frame))
        slot = None
        if frame["action"] == "pick_card" and room.game is not None:
            round_ = room.game.round
            slot = None if round_ is None or round_.over else frame.get("slot")
            if slot is None and round_ is not None and not round_.over:
                slot = round_.ring.next_face_down()
        other = twin(room, Random(seed), keep=slot)
        told = {bytes_of(request, Seated(CODE, by), one) for one in (room, other)}
        if any(b"round_ended" in one for one in told):
            continue  # the secret is out
        assert 1 == len(told)


def bytes_of(request: Request, binding: Binding, room: Room) -> bytes:
    """The bytes of an answer in a room that nobody changes; its heads are those of no secret."""

    def perform(effect: Effect[Any]) -> Any:
        match effect:
            case Load():
                return ()
            case Append():
                return Appended.STORED
            case _:
                return 0

    response = run(respond(request, binding, at=room.at, room=room), perform)
    reply: Any = response.reply
    if isinstance(reply, Update):
        entry = attrs.evolve(reply.entry, hash=HEAD)
        reply = Update(entry, attrs.evolve(reply.room, head=HEAD))
    if isinstance(reply, Welcome):
        reply = attrs.evolve(reply, room=attrs.evolve(reply.room, head=HEAD))
    return write_reply(reply, Scribe())


@given(stories(longest=30))
def test_no_card_that_lies_face_down_is_told(story: Story) -> None:
    """What a welcome says of the ring is what was picked, and how much is left."""
    server = Server(Memory(logs={CODE: list(story.entries)}))
    for room in story.rooms[1:]:
        reply = Welcome("i", room, "p1")
        view = json.loads(server.check(reply, room))["view"]
        assert room.game is not None
        round_ = room.game.round
        picked = [] if round_ is None else [one.card.text for one in round_.ring.picked]

        assert picked == [card for _, card, _ in view["picked"]]
        assert view["ring"] is None or {"broken", "left", "size"} == view["ring"].keys()
        assert not any(key in view for key in ("cards", "master", "secret", "before"))


# ------------------------------------------------------------------ coming in


def test_a_room_is_made() -> None:
    """`create_room` answers with the room, and binds the connection to its first seat."""
    server = Server()

    response = server.ask("create_room", name="Ann", token=token("Ann"))

    assert Welcome("0", server.room(), "p1") == response.reply
    assert (ANN, server.room()) == (response.binding, response.room)
    assert "Mint Load Append Publish" == " ".join(server.names)
    assert shipped_pack("uk") == server.room().game.pack  # type: ignore[union-attr]


def test_a_room_is_made_as_it_is_wanted() -> None:
    """Pack and options of `create_room` are those of the room."""
    server = Server()

    server.ask("create_room", name="A", token=token("A"), pack="us", options={"capacity": 3})

    room = server.room()
    assert room.game is not None
    assert (shipped_pack("us"), 3) == (room.game.pack, room.options.capacity)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": ""}, Reason.BAD_NAME),
        ({"pack": "vodka"}, Reason.BAD_PACK),
        ({"pack": {}}, Reason.BAD_PACK),
        ({"options": {"capacity": 1}}, Reason.BAD_OPTION),
    ],
)
def test_a_room_that_may_not_be_is_not_made(fields: Plain, reason: Reason) -> None:
    """What is wrong with a new room is rejected against version 0, with nothing stored."""
    server = Server()

    whole: Plain = {"name": "Ann", "token": token("Ann")} | fields
    response = server.ask("create_room", **whole)

    assert reason == rejected(response)
    assert isinstance(response.reply, Rejected)
    assert (0, None, {}) == (response.reply.version, response.binding, server.memory.logs)


def test_a_code_that_is_taken_is_not_given_again() -> None:
    """Where a new code turns out to be another room's, the next one is tried."""
    server = table()
    before = server.room()
    server.minted = [CODE, CODE, "FREE42"]

    response = server.ask("create_room", name="Dee", token=token("Dee"))

    assert Seated("FREE42", "p1") == response.binding
    assert before == server.room()
    assert ["Mint", "Load"] * 3 + ["Append", "Publish"] == server.names


def test_a_code_that_somebody_else_takes_meanwhile_is_not_given_again() -> None:
    """Two rooms under one code are made at once: the second gets another code."""
    server = Server()
    server.minted = [CODE, "FREE42"]
    other = Server(minted=[CODE])
    other.ask("create_room", name="Dee", token=token("Dee"))

    def overtaken(effect: Effect[Any]) -> Any:
        server.memory.logs[CODE] = other.log()
        return server.perform(effect)

    server.at = {2: overtaken}
    response = server.ask("create_room", name="Ann", token=token("Ann"))

    assert Seated("FREE42", "p1") == response.binding
    assert other.room() == server.room()


def test_no_code_is_looked_for_for_ever() -> None:
    """After as many codes that are taken as there are attempts the answer is `busy`."""
    server = table()
    server.minted = [CODE] * ATTEMPTS + ["FREE42"]

    response = server.ask("create_room", name="Dee", token=token("Dee"))

    assert ErrorReason.BUSY == refused(response)
    assert (None, ["FREE42"]) == (response.binding, server.minted)


def test_there_may_be_as_many_rooms_as_there_may_be() -> None:
    """Where no room may be added the answer is `busy`, and nothing is stored."""
    server = Server(minted=[])

    response = server.ask("create_room", name="Ann", token=token("Ann"))

    assert ErrorReason.BUSY == refused(response)
    assert (["Mint"], {}) == (server.names, server.memory.logs)


def test_no_entropy_no_room() -> None:
    """Whoever cannot get entropy raises, and nothing stands in for it."""
    server = Server()

    def fail(_: Effect[Any]) -> Any:
        raise OSError("no entropy")

    server.at = {0: fail}
    with pytest.raises(OSError, match="no entropy"):
        server.ask("create_room", name="Ann", token=token("Ann"))
    assert {} == server.memory.logs


def test_a_store_that_does_not_answer_makes_no_room() -> None:
    """A new room of which nobody can say whether it is stored is `busy`."""
    server = Server()
    server.at = dict.fromkeys(range(2, 100, 3), unknown)

    response = server.ask("create_room", name="Ann", token=token("Ann"))

    assert ErrorReason.BUSY == refused(response)
    assert {} == server.memory.logs


def test_somebody_joins() -> None:
    """`join_room` answers with the room, and binds the connection to the new seat."""
    server = table()

    response = server.ask("join_room", room=CODE, name="Cem", token=token("Cem"))

    assert Welcome("2", server.room(), "p3") == response.reply
    assert CEM == response.binding


@pytest.mark.parametrize("again", ["2", "another"])
@pytest.mark.parametrize("binding", [None, CEM, Gone(NOBODY)])
def test_joining_again_gives_the_same_seat(again: str, binding: Binding) -> None:
    """A join whose answer was lost, sent again by any connection, is a welcome to that seat."""
    server = table()
    server.seat("Cem")
    server.ask("lock_room", ANN)

    response = server.ask("join_room", binding, id=again, room=CODE, name="Cem", token=token("Cem"))

    assert Welcome(again, server.room(), "p3") == response.reply
    assert (CEM, 3) == (response.binding, len(server.room().seats))


def test_a_join_whose_answer_was_lost_is_found() -> None:
    """A join that was stored unseen is a welcome, and there is one seat."""
    server = table()
    server.at = {0: lost(server)}

    response = server.ask("join_room", room=CODE, name="Cem", token=token("Cem"))

    assert Welcome("2", server.room(), "p3") == response.reply
    assert 3 == len(server.room().seats)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": "ann"}, Reason.NAME_TAKEN),
        ({"name": "\0"}, Reason.BAD_NAME),
        ({"expect": 1}, Reason.STALE),
    ],
)
def test_a_join_may_be_rejected(fields: Plain, reason: Reason) -> None:
    """What is wrong with a join is rejected; the connection stays unbound."""
    server = table()

    whole: Plain = {"room": CODE, "name": "Cem", "token": token("Cem")} | fields
    response = server.ask("join_room", **whole)

    assert (reason, None) == (rejected(response), response.binding)


def test_somebody_comes_back() -> None:
    """`resume` answers with the room as it is now, and binds the connection to the seat."""
    server = table()
    before = server.room()
    server.ask("lock_room", ANN)

    response = server.ask("resume", room=CODE, token=token("Bob"))
    assert (Welcome("3", server.room(), "p2"), BOB) == (response.reply, response.binding)
    again = server.ask("resume", BOB, room=CODE, token=token("Bob"))
    assert (Welcome("3", server.room(), "p2"), BOB) == (again.reply, again.binding)

    request = read_request(written(frame("resume", room=CODE, token=token("Bob"))))
    warm = server.answer(request, None, before)
    assert Welcome("i", server.room(), "p2") == warm.reply


def frame(action: str, **fields: object) -> Plain:
    return {"action": action, "id": "i", **fields}


WATCHING = Watching(CODE)


def test_somebody_watches() -> None:
    """`watch` shows an unlocked room to anybody, and binds the connection to no seat."""
    server = table()

    response = server.ask("watch", room=CODE)

    assert (Welcome("2", server.room()), WATCHING) == (response.reply, response.binding)
    assert "you" not in json.loads(server.check(response.reply))


def test_a_locked_room_is_watched_by_its_members_only() -> None:
    """Without a token a lock is an answer; a member's token opens it, no other does."""
    server = table()
    server.ask("lock_room", ANN)

    stranger = server.ask("watch", room=CODE)
    assert (Reason.ROOM_LOCKED, None) == (rejected(stranger), stranger.binding)
    wrong = server.ask("watch", room=CODE, token=token("Dee"))
    assert (ErrorReason.UNAUTHORIZED, None) == (refused(wrong), wrong.binding)
    assert Watching(CODE, "p2") == server.ask("watch", room=CODE, token=token("Bob")).binding


def test_a_room_that_is_not_to_be_watched_is_watched_by_its_members_only() -> None:
    """Where the option says so, only a member's token shows the room."""
    server = table()
    server.ask("configure", ANN, options={"watch": False})

    assert ErrorReason.UNAUTHORIZED == refused(server.ask("watch", room=CODE))
    assert Watching(CODE, "p1") == server.ask("watch", room=CODE, token=token("Ann")).binding


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("join_room", {"name": "Dee", "token": token("Dee")}),
        ("resume", {"token": token("Ann")}),
        ("watch", {}),
    ],
)
def test_no_room_has_the_code(action: str, fields: Plain) -> None:
    """A code that names no room is `unknown_room`, whatever is wanted there."""
    server = table()

    response = server.ask(action, room=NOBODY, **fields)

    assert (ErrorReason.UNKNOWN_ROOM, Room()) == (refused(response), response.room)
    assert NOBODY not in server.memory.logs


COMING: list[tuple[str, Plain]] = [
    ("create_room", {"name": "Dee", "token": token("Dee")}),
    ("join_room", {"room": CODE, "name": "Dee", "token": token("Dee")}),
    ("join_room", {"room": NOBODY, "name": "Ann", "token": token("Ann")}),
    ("resume", {"room": CODE, "token": token("Bob")}),
    ("resume", {"room": NOBODY, "token": token("Ann")}),
    ("watch", {"room": CODE}),
    ("watch", {"room": CODE, "token": token("Bob")}),
    ("watch", {"room": NOBODY}),
]


@pytest.mark.parametrize(("action", "fields"), COMING)
def test_who_is_bound_stays_there(action: str, fields: Plain) -> None:
    """A connection has one seat: a second one is `already_seated`, and watchers get none."""
    server = table()

    seated = server.ask(action, ANN, **fields)
    assert (ErrorReason.ALREADY_SEATED, ANN) == (refused(seated), seated.binding)
    watching = server.ask(action, WATCHING, **fields)
    assert (ErrorReason.NOT_SEATED, WATCHING) == (refused(watching), watching.binding)
    assert [2] == [len(log) for log in server.memory.logs.values()]


# ------------------------------------------------------------------ who is gone


def kicked() -> Server:
    """A server whose room Cem (p3) was kicked from."""
    server = table()
    server.seat("Cem")
    server.ask("kick_player", ANN, seat="p3")
    return server


@pytest.mark.parametrize("binding", [CEM, Gone(CODE)])
@pytest.mark.parametrize("action", sorted(FIELDS.keys() - {action for action, _ in COMING}))
def test_who_was_kicked_may_say_nothing(action: str, binding: Binding) -> None:
    """Whatever they ask is `unauthorized`, whether or not their connection knows it yet."""
    server = kicked()
    good: Plain = {
        "away": True,
        "choice": "c1",
        "key": "thumb",
        "nonce": "00",
        "round": 1,
        "rule": "r1",
        "seat": "p2",
        "text": "No names",
        "to": 0,
        "value": ["p1"],
        "verdict": "v1",
        "version": 0,
    }
    fields = {name: good[name] for name, (_, must) in FIELDS[action].items() if must}
    for warm in (Room(), server.room()):
        response = server.ask(action, binding, known=warm, **fields)
        assert ErrorReason.UNAUTHORIZED == refused(response)
        assert Gone(CODE) == response.binding
    assert 4 == len(server.log())


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("kick_player", {"seat": ""}),
        ("configure", {"pack": {}}),
        ("add_nonce", {"nonce": "x"}),
        ("lock_room", {"expect": 1}),
        ("pick_card", {"slot": -1}),
    ],
)
def test_who_was_kicked_is_told_nothing_else(action: str, fields: Plain) -> None:
    """What else may be wrong with their frames, they are not told."""
    assert ErrorReason.UNAUTHORIZED == refused(kicked().ask(action, CEM, **fields))


@pytest.mark.parametrize("binding", [CEM, Gone(CODE)])
def test_who_was_kicked_may_come_anew(binding: Binding) -> None:
    """With a new token they may join, or watch; with the old one they may not."""
    server = kicked()

    dead = server.ask("join_room", binding, room=CODE, name="Cem", token=token("Cem"))
    assert (Reason.TOKEN_DEAD, Gone(CODE)) == (rejected(dead), dead.binding)
    back = server.ask("resume", binding, room=CODE, token=token("Cem"))
    assert (ErrorReason.UNAUTHORIZED, Gone(CODE)) == (refused(back), back.binding)
    assert WATCHING == server.ask("watch", binding, room=CODE).binding
    anew = server.ask("join_room", binding, room=CODE, name="Cem", token=token("Cem again"))
    assert Seated(CODE, "p4") == anew.binding


def test_who_is_gone_may_make_a_room() -> None:
    """A connection without a seat is as good as new."""
    server = kicked()
    server.minted = ["FREE42"]

    response = server.ask("create_room", Gone(CODE), name="Cem", token=token("Cem"))

    assert Seated("FREE42", "p1") == response.binding


def test_who_leaves_is_gone() -> None:
    """The answer to `leave_room` is the update; from then on the connection has no seat."""
    server = table()

    response = server.ask("leave_room", BOB)

    assert isinstance(response.reply, Update)
    assert Gone(CODE) == response.binding


def test_others_are_unbound_by_what_happened() -> None:
    """`rebind` takes a seat away from whoever has it no more, and leaves all others."""
    room = kicked().room()

    for binding in (None, ANN, BOB, WATCHING, Gone(CODE), Seated(NOBODY, "p3"), Watching(NOBODY)):
        assert binding == rebind(binding, room)
    assert Gone(CODE) == rebind(CEM, room)


def test_a_room_that_is_gone_has_no_seats() -> None:
    """Whatever is asked by a seat of a room that has expired is `unknown_room`."""
    seated = Seated(NOBODY, "p1")
    for action, fields in (
        ("lock_room", {}),
        ("kick_player", {"seat": ""}),
        ("claim_host", {}),
        ("sync", {"version": 0}),
        ("get_pack", {}),
    ):
        response = table().ask(action, seated, **fields)
        assert (ErrorReason.UNKNOWN_ROOM, seated) == (refused(response), response.binding)


# ------------------------------------------------------------------ tokens (G7)


@pytest.mark.parametrize("action", ["resume", "watch"])
@pytest.mark.parametrize(
    "shown",
    [
        token("Dee"),
        token("Ann")[:-1],
        token("Ann") + "0",
        token("Ann").upper(),
        token("Ann").title(),
        f" {token('Ann')}",
        "",
        "0" * 64,
    ],
)
def test_a_wrong_token_opens_nothing(action: str, shown: str) -> None:
    """Another room's, a cut, changed or empty token: one answer, of one size; nothing happens."""
    server = table()
    server.seat("Dee", "FREE42")
    before = server.room()

    response = server.ask(action, id="i", room=CODE, token=shown)

    assert (ErrorReason.UNAUTHORIZED, None) == (refused(response), response.binding)
    text = '{"data":{},"id":"i","reason":"unauthorized","type":"error"}'
    assert text == server.check(response.reply)
    assert (before, ["Load"]) == (server.room(), server.names)


def test_a_seat_is_had_by_its_token_alone() -> None:
    """Whose token it is, that seat it gives, whoever shows it."""
    server = table()

    assert BOB == server.ask("resume", room=CODE, token=token("Bob")).binding
    assert ANN == server.ask("join_room", room=CODE, name="Bob", token=token("Ann")).binding
    assert 2 == len(server.log())


def test_a_token_is_no_secret_of_two_rooms() -> None:
    """The same token may be used in two rooms: it gives the seat of the one that is named."""
    server = table()
    server.seat("Dee", "FREE42")
    server.ask("join_room", room="FREE42", name="Ann", token=token("Ann"))

    assert Seated("FREE42", "p2") == server.ask("resume", room="FREE42", token=token("Ann")).binding
    assert ANN == server.ask("resume", room=CODE, token=token("Ann")).binding


# ------------------------------------------------------------------ playing


def test_a_command_is_answered_by_its_update() -> None:
    """The answer to a command that is accepted is the update that everybody gets."""
    server = table()

    response = server.ask("lock_room", ANN)

    assert Update(server.log()[-1], server.room()) == response.reply
    assert ("p1", NOW) == (server.log()[-1].command.by, server.log()[-1].command.at)
    assert "Append Publish" == " ".join(server.names)


def test_a_command_may_be_rejected() -> None:
    """A refusal says why, and of which version; nothing is stored."""
    server = table()

    response = server.ask("lock_room", BOB)

    assert Rejected("2", Reason.NOT_HOST, {"host": "p1"}, 2) == response.reply
    assert (BOB, 2) == (response.binding, len(server.log()))


def test_a_retry_is_told_its_version() -> None:
    """The same frame again is `accepted`, with the version it got, whatever has come since."""
    server = table()
    server.ask("lock_room", ANN, id="lock")
    server.ask("set_away", BOB, away=True)

    for expect in (2, 3, 99):
        assert Accepted("lock", 3) == server.ask("lock_room", ANN, id="lock", expect=expect).reply
    other = server.ask("unlock_room", ANN, id="lock")
    assert Reason.ID_REUSED == rejected(other)
    assert 4 == len(server.log())


def test_a_retry_after_a_lost_answer_is_told_its_version() -> None:
    """A command that was stored although nobody said so is an update at once, `accepted` later."""
    server = table()
    server.at = {0: lost(server)}
    assert isinstance(server.ask("lock_room", ANN, id="lock").reply, Update)

    assert Accepted("lock", 3) == server.ask("lock_room", ANN, id="lock", known=Room()).reply
    assert 3 == len(server.log())


def test_a_retry_of_a_refusal_is_judged_again() -> None:
    """What was rejected has left no trace: the same frame may be accepted later."""
    server = table()
    assert Reason.NOT_HOST == rejected(server.ask("lock_room", BOB, id="lock"))
    server.ask("transfer_host", ANN, seat="p2")

    assert isinstance(server.ask("lock_room", BOB, id="lock").reply, Update)


def test_ids_are_each_seats_own() -> None:
    """Two seats may use the same id."""
    server = table()
    server.ask("set_away", ANN, id="x", away=True)

    assert isinstance(server.ask("set_away", BOB, id="x", away=True).reply, Update)


def test_two_connections_share_a_seat() -> None:
    """What one of them did is a retry if the other one sends it."""
    server = table()
    other = server.ask("resume", room=CODE, token=token("Ann")).binding

    server.ask("lock_room", ANN, id="lock")

    assert Accepted("lock", 3) == server.ask("lock_room", other, id="lock").reply
    assert isinstance(server.ask("unlock_room", other).reply, Update)
    assert Pong("p", 4) == server.ask("ping", ANN, id="p", version=4).reply


def test_who_is_always_second_is_told_to_come_again() -> None:
    """Where others are faster each time the answer is `busy`, and nothing is stored."""
    server = table()
    server.at = dict.fromkeys(range(0, 3 * ATTEMPTS, 3), taken)

    response = server.ask("lock_room", ANN)

    assert (ErrorReason.BUSY, ANN, 2) == (refused(response), response.binding, len(server.log()))


def test_a_pack_is_refused_with_its_faults() -> None:
    """What is wrong with a pack is told by place, up to some faults."""
    server = table()
    rules: Plain = {f"r{number}": {} for number in range(20)}

    response = server.ask("configure", ANN, pack={"title": "X", "base": "uk", "rules": rules})

    assert isinstance(response.reply, Rejected)
    assert Reason.BAD_PACK == response.reply.reason
    faults: Any = response.reply.data["faults"]
    assert FAULTS == len(faults)
    assert {"table": "rules.r0", "field": "title", "message": "is missing"} == faults[0]


def test_an_unknown_pack_is_refused_by_name() -> None:
    """A pack that does not come with the library is refused, with those that do."""
    response = table().ask("configure", ANN, pack="vodka")

    message = "unknown pack; there are: uk us se_ring de_cup family"
    fault = {"table": "vodka", "field": "", "message": message}
    assert isinstance(response.reply, Rejected)
    assert {"field": "pack", "faults": [fault]} == response.reply.data


@given(st.lists(st.sampled_from([*'abcä🍺"\\<']), min_size=1, max_size=3), st.integers(1, 400))
def test_faults_fit_into_a_frame(letters: list[str], times: int) -> None:
    """However long the keys of a pack are, what is said of them is short."""
    key = "".join(letters) * times
    pack = {"title": key, "rules": {f"{key}{n}": {key: key} for n in range(3)}, "cards": {key: key}}
    data = written(frame("configure", pack=pack))
    try:
        request = read_request(data)
    except FrameError:
        return
    server = table()

    assert len(server.check(server.answer(request, ANN).reply).encode()) < 4096


# ------------------------------------------------------------------ the host's role


LONG = 100_000
"""Milliseconds after which anybody may be host in place of one who has vanished."""


def test_a_host_who_was_seen_is_not_replaced() -> None:
    """Who is connected stays host."""
    server = table()
    server.now += LONG
    server.seen["p1"] = server.now

    assert Reason.TOO_EARLY == rejected(server.ask("claim_host", BOB))
    assert "Load LastSeen Load" == " ".join(server.names)


def test_a_host_who_has_vanished_is_replaced() -> None:
    """Whoever claims the role of a host who was not seen for long gets it."""
    server = table()
    server.now += LONG

    response = server.ask("claim_host", BOB)

    assert isinstance(response.reply, Update)
    assert ("p2", 2) == (server.room().host, server.log()[-1].command.expect)
    assert Accepted("2", 3) == server.ask("claim_host", BOB, id="2").reply


def transferred(server: Server) -> Perform:
    """Before an effect is performed, Ann hands her role over to Cem, who is there."""

    def perform(effect: Effect[Any]) -> Any:
        asked = COMMANDS["transfer_host"]
        command: Any = asked
        command = command(id="race", by="p1", at=NOW, seat="p3")
        room = server.room()
        server.log().append(make_entry(room, command, decide(room, command)))
        return server.perform(effect)

    return perform


@pytest.mark.parametrize("moment", [2, 3])
def test_evidence_is_about_the_host_of_that_version(moment: int) -> None:
    """Who became host just now is not replaced because the one before had vanished."""
    server = table()
    server.seat("Cem")
    server.now += LONG
    server.seen["p3"] = server.now
    warm = server.room()
    # As the claim is appended, or as its refusal is made sure of.
    server.at = (
        {2: transferred(server)} if moment == 2 else {0: lambda _: (), 2: transferred(server)}
    )

    response = server.ask("claim_host", BOB, known=warm)

    assert (Reason.TOO_EARLY, "p3") == (rejected(response), server.room().host)
    assert 2 == server.names.count("LastSeen")


@pytest.mark.parametrize("expect", [0, 2, 4, 5, 2**53 - 1])
def test_a_claim_may_not_expect_a_version_to_come(expect: int) -> None:
    """A claim for another version is stale, also if just that version comes meanwhile."""
    server = table()
    server.seat("Cem")
    server.now += LONG
    server.seen["p3"] = server.now
    server.at = {2: transferred(server)}

    response = server.ask("claim_host", BOB, expect=expect)

    assert Reason.STALE == rejected(response)
    assert server.room().host != "p2"


def test_a_claim_that_expects_what_is_there_is_made_once() -> None:
    """A claim for just this version is judged; if that has passed by then it is stale."""
    server = table()
    server.seat("Cem")
    server.now += LONG
    server.at = {2: transferred(server)}
    assert Reason.STALE == rejected(server.ask("claim_host", BOB, expect=3))

    assert isinstance(server.ask("claim_host", BOB, expect=4, id="x").reply, Update)


def test_a_claim_that_is_always_second_is_told_to_come_again() -> None:
    """Where the room changes each time before the claim is stored the answer is `busy`."""
    server = table()
    server.now += LONG

    def changed(effect: Effect[Any]) -> Any:
        room = server.room()
        kind: Any = COMMANDS["set_away"]
        command = kind(id=f"{room.version}", by="p1", at=NOW, away=not room.seats[0].away)
        server.log().append(make_entry(room, command, decide(room, command)))
        return server.perform(effect)

    server.at = dict.fromkeys(range(2, 100, 5), changed)
    response = server.ask("claim_host", BOB)

    assert ErrorReason.BUSY == refused(response)
    assert "p1" == server.room().host
    assert ["Load", "LastSeen", "Append", "Wait", "Load"] * ATTEMPTS == server.names


def test_an_empty_room_has_no_host_to_look_for() -> None:
    """Of a room that everybody has left nobody is host, and nobody becomes it."""
    server = table()
    server.ask("leave_room", BOB)
    server.ask("leave_room", ANN)

    assert ErrorReason.UNAUTHORIZED == refused(server.ask("claim_host", ANN))


# ------------------------------------------------------------------ rooms that moved


@pytest.mark.parametrize(
    ("action", "binding", "fields"),
    [
        ("lock_room", ANN, {}),
        ("claim_host", ANN, {}),
        ("sync", ANN, {"version": 0}),
        ("ping", WATCHING, {"version": 0}),
        ("get_pack", ANN, {}),
        ("proof", ANN, {"round": 1}),
        ("resume", None, {"room": CODE, "token": token("Ann")}),
        ("resume", None, {"room": CODE, "token": token("Dee")}),
        ("join_room", None, {"room": CODE, "name": "Dee", "token": token("Dee")}),
        ("watch", None, {"room": CODE}),
    ],
)
def test_a_room_that_moved_is_found_elsewhere(action: str, binding: Binding, fields: Plain) -> None:
    """Every frame for a room whose home is another store says where that is; there it is judged."""
    server = table()
    move = MoveRoom(id="move", by=None, at=NOW, to="wss://there")
    server.log().append(make_entry(server.room(), move, decide(server.room(), move)))

    response = server.ask(action, binding, **fields)
    assert isinstance(response.reply, Error)
    assert (ErrorReason.MOVED, {"to": "wss://there"}) == (
        response.reply.reason,
        response.reply.data,
    )
    assert binding == response.binding

    server.home = "wss://there"
    there = server.ask(action, binding, **fields).reply
    assert not isinstance(there, Error) or there.reason is not ErrorReason.MOVED


# ------------------------------------------------------------------ reading


@pytest.mark.parametrize("action", ["sync", "ping"])
def test_who_has_missed_something_gets_the_room(action: str) -> None:
    """Who is behind gets a welcome, who is not a pong with the newest version."""
    server = table()
    old = server.room()
    server.ask("lock_room", ANN)

    behind = server.ask(action, BOB, version=2, known=old)
    assert (Welcome("3", server.room(), "p2"), ["Load"]) == (behind.reply, server.names)
    assert Welcome("3", server.room()) == server.ask(action, WATCHING, version=0).reply
    assert Pong("3", 3) == server.ask(action, BOB, version=3).reply
    assert Pong("3", 3) == server.ask(action, BOB, version=99).reply


def test_the_pack_is_told_whole() -> None:
    """`get_pack` gives the resolved pack and its digest, to members and watchers."""
    uk = shipped_pack("uk")
    for binding in (ANN, WATCHING):
        assert PackReply("2", uk.digest, uk) == table().ask("get_pack", binding).reply


def test_a_round_is_proved_once_it_has_ended() -> None:
    """`proof` of a round that runs, or never was, is `bad_value`; of one that ended it is told."""
    server = table()
    server.ask("start_round", ANN)
    for number in (1, 2):
        response = server.ask("proof", BOB, round=number)
        assert isinstance(response.reply, Error)
        assert (ErrorReason.BAD_VALUE, {"field": "round"}) == (
            response.reply.reason,
            response.reply.data,
        )
    server.ask("end_round", ANN)

    for binding in (BOB, WATCHING):
        reply = server.ask("proof", binding, round=1).reply
        assert isinstance(reply, ProofReply)
        assert (1, 52) == (reply.proof.round, len(reply.proof.ring))
        assert isinstance(reply.proof.ring[0], Card)
    assert ErrorReason.BAD_VALUE == refused(server.ask("proof", BOB, round=2))


@pytest.mark.parametrize("action", sorted(FIELDS.keys() - {action for action, _ in COMING}))
def test_who_has_no_seat_says_nothing(action: str) -> None:
    """A connection that has not said who it is, or watches, is `not_seated`; watchers may read."""
    server = table()
    request = Request("i", action, {"version": 9, "round": 9})
    reading = action in ("get_pack", "proof", "sync", "ping")

    assert ErrorReason.NOT_SEATED == refused(server.answer(request, None))
    assert [] == server.names
    watching = server.answer(request, WATCHING)
    if not reading:
        assert ErrorReason.NOT_SEATED == refused(watching)
        assert [] == server.names
    assert WATCHING == watching.binding


def test_which_room_a_frame_is_about() -> None:
    """The room that a frame names, or else that of its connection; a new room is none yet."""
    sync = Request("i", "sync", {"version": 0})
    join = Request("i", "join_room", {"room": "FREE42"})
    create = Request("i", "create_room", {})

    assert [None, CODE, CODE, CODE] == [
        room_of(sync, one) for one in (None, ANN, WATCHING, Gone(CODE))
    ]
    assert {"FREE42"} == {room_of(join, one) for one in (None, ANN, WATCHING, Gone(CODE))}
    assert {None} == {room_of(create, one) for one in (None, ANN, WATCHING, Gone(CODE))}


def test_a_store_that_is_broken_is_not_answered_for() -> None:
    """What a store gives that cannot be is raised, and nothing of it is told."""
    server = table()
    server.memory.logs[CODE] = server.log()[1:]

    with pytest.raises(LogError):
        server.ask("sync", ANN, version=0, known=Room())


def test_nobody_is_found_under_a_seat_that_is_not_there() -> None:
    """A binding to a seat that never was is no seat."""
    server = table()
    assert find_seat(server.room(), "p99") is None

    response = server.ask("lock_room", Seated(CODE, "p99"))

    assert (ErrorReason.UNAUTHORIZED, Gone(CODE)) == (refused(response), response.binding)
