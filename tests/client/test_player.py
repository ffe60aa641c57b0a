"""A player's bookkeeping: what is sent when, what an answer means, and when it is over."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringofire import UNSET, Reason, load_packs, shipped_pack
from ringofire.protocol.asked import write_request
from ringofire.protocol.errors import ErrorReason
from ringofire.protocol.heard import Accepted, Failed, Pong, Presence, Refused, Updated, Welcomed
from ringofire.protocol.news import Answered, Back, Garbled, Lost, Over, Unanswered, Why
from ringofire.protocol.player import DOORS, WINDOW, Patience, Player
from tests.client.link import TOKENS, Clock, Link, seat, together, wake
from tests.client.world import World


def two() -> list[Link]:
    """Ann, the host, and Bob, both up to date."""
    return seat(World(), Clock(), "Ann", "Bob")


def alone() -> Link:
    return seat(World(), Clock(), "Ann")[0]


def frame(**fields: Any) -> str:
    return json.dumps(fields)


def actions(link: Link) -> list[str]:
    return [json.loads(one)["action"] for one in link.up]


def later(link: Link, ms: int) -> None:
    """Let `ms` pass, at the end of which the player is called."""
    link.clock.now += ms
    link.passed()


# ------------------------------------------------------------------ coming in


def test_first_frame_of_a_line_says_who_it_is() -> None:
    """Nothing goes before the door, and what was asked meanwhile goes right behind it."""
    world, clock = World(), Clock()
    link = Link(world, clock)
    link.enter("create_room", name="Ann", token=TOKENS["Ann"])
    asked = link.ask("set_away", away=True)

    link.open()
    assert ["create_room"] == actions(link)
    assert 1 == json.loads(link.up[0])["protocol"]
    link.push()
    link.pull()
    assert ["set_away"] == actions(link)
    link.flow()
    assert isinstance(link.answer(asked), Updated)
    assert ("RM0001", "p1", 2) == (link.player.room, link.player.seat, link.player.version)
    assert Presence(("p1",), 0) == link.player.presence


def test_no_line_is_wanted_before_somebody_wants_in() -> None:
    """A player wants no line until somebody wants in; to lose one before that is no news."""
    link = Link(World(), Clock())

    assert not link.player.wants_line
    assert link.player.next_at is None
    link.line = link.world.connect(link.down.append)
    link.note(link.player.opened(0))
    link.cut()
    assert ([], False) == (link.news, link.player.wants_line)


def test_refused_door_may_be_tried_again() -> None:
    """A name that is taken is no end: the same line takes another."""
    ann, _ = two()
    cem = Link(ann.world, ann.clock, "Cem")
    first = cem.enter("join_room", room=ann.player.room, name="bob", token=TOKENS["Cem"])
    cem.flow()
    second = cem.enter("join_room", room=ann.player.room, name="Cem", token=TOKENS["Cem"])
    cem.flow()

    refused = cem.answer(first)
    assert isinstance(refused, Refused)
    assert Reason.NAME_TAKEN is refused.reason
    assert isinstance(cem.answer(second), Welcomed)
    assert "p3" == cem.player.seat


def test_unknown_room_and_wrong_token_fail() -> None:
    """A room that is not there and a token that opens nothing fail, each with its reason."""
    ann = alone()
    for fields, reason in (
        ({"room": "N0SVCH"}, ErrorReason.UNKNOWN_ROOM),
        ({"room": ann.player.room}, ErrorReason.UNAUTHORIZED),
    ):
        link = Link(ann.world, ann.clock, "Bob")
        asked = link.enter("resume", token="f" * 64, **fields)
        link.flow()

        failed = link.answer(asked)
        assert isinstance(failed, Failed)
        assert reason is failed.reason
        assert link.over is None


def test_door_without_an_answer_is_given_up_with_its_line() -> None:
    """A server may have let somebody in by it: whoever tries again does so by another line."""
    ann = alone()
    link = Link(ann.world, ann.clock, "Bob", Patience(silence=10**6))
    asked = link.enter("join_room", room=ann.player.room, name="Bob", token=TOKENS["Bob"])
    link.open()
    later(link, 30_000)

    assert Unanswered() == link.answer(asked)
    assert link.player.wants_cut
    link.cut(None)
    again = link.enter("join_room", room=ann.player.room, name="Bob", token=TOKENS["Bob"])
    wake(link)
    link.flow()
    assert isinstance(link.answer(again), Welcomed)


def test_door_that_was_heard_though_its_answer_was_lost() -> None:
    """A line that was bound by a first try is used up; the next one begins anew.

    A second room is made, then: nobody ever hears of the first.
    """
    link = Link(World(), Clock())
    asked = link.enter("create_room", name="Ann", token=TOKENS["Ann"])
    link.open()
    link.push()
    link.down.clear()
    later(link, 9_999)
    link.hear(frame(type="presence", connected=["p1"], watchers=0))
    assert not link.up
    later(link, 1)
    link.flow()

    assert link.line is None
    wake(link)
    link.flow()
    assert isinstance(link.answer(asked), Welcomed)
    assert "RM0002" == link.player.room


def test_watching_again_by_a_line_that_watches() -> None:
    """The server says `not_seated`, as to all who watch: another line mends it."""
    ann = alone()
    link = Link(ann.world, ann.clock, "Cem")
    asked = link.enter("watch", room=ann.player.room)
    link.open()
    link.push()
    link.down.clear()
    later(link, 3_000)
    assert ["watch"] == actions(link)
    link.flow()
    assert link.line is None
    wake(link)
    link.flow()

    assert isinstance(link.answer(asked), Welcomed)


def test_lost_welcome_of_a_join_gives_the_same_seat() -> None:
    """A join that goes again because its welcome was lost gives the seat that it took before."""
    ann = alone()
    bob = Link(ann.world, ann.clock, "Bob")
    asked = bob.enter("join_room", room=ann.player.room, name="Bob", token=TOKENS["Bob"])
    bob.open()
    bob.push()
    bob.cut()
    wake(bob)
    bob.flow()

    assert isinstance(bob.answer(asked), Welcomed)
    assert "p2" == bob.player.seat
    assert 2 == len(bob.world.log("RM0001"))


def test_nobody_enters_twice() -> None:
    """A room is entered once, and only by the four actions of `DOORS`."""
    ann = alone()
    with pytest.raises(ValueError, match="entered a room"):
        ann.enter("watch", room="RM0001")
    other = Link(ann.world, ann.clock)
    with pytest.raises(ValueError, match="opens no room; there are: create_room join_room"):
        other.enter("pick_card")
    with pytest.raises(ValueError, match="watch enters a room"):
        other.ask("watch", room="RM0001")
    assert DOORS == {"create_room", "join_room", "resume", "watch"}


def test_watching() -> None:
    """Whoever watches sees what happens, comes back by watching, and says nothing."""
    ann, bob = two()
    link = Link(ann.world, ann.clock, "Cem")
    link.enter("watch", room=ann.player.room)
    link.flow()
    bob.ask("set_away", away=True)
    together(ann, bob, link)

    assert (None, 3) == (link.player.seat, link.player.version)
    asked = link.ask("pick_card")
    link.flow()
    failed = link.answer(asked)
    assert isinstance(failed, Failed)
    assert ErrorReason.NOT_SEATED is failed.reason
    link.cut()
    wake(link)
    link.flow()
    assert [Back()] == [one for one in link.news if isinstance(one, Back)]


def test_watcher_who_is_not_let_back_in() -> None:
    """The room was locked meanwhile: that is the end, and the reason is told."""
    ann = alone()
    link = Link(ann.world, ann.clock, "Cem")
    link.enter("watch", room=ann.player.room)
    link.flow()
    link.cut()
    ann.ask("lock_room")
    ann.flow()
    wake(link)
    link.flow()

    assert Over(Why.REFUSED, {"reason": "room_locked"}) == link.over


# ------------------------------------------------------------------ what is asked


def test_fields_that_no_server_takes_are_a_mistake_of_the_caller() -> None:
    """What is sure to be refused, for its action, its fields or its size, raises ValueError."""
    for action, fields in (
        ("fly", {}),
        ("pick_card", {"slots": 4}),
        ("choose", {"choice": "c1"}),
        ("add_rule", {"text": "x" * 5_000}),
    ):
        with pytest.raises(ValueError, match=action):
            write_request(action, fields, "i")


def test_field_that_is_unset_is_left_out() -> None:
    """A field that is UNSET is not sent; one that is None is sent as null."""
    sent = json.loads(write_request("update_profile", {"name": UNSET, "team": None}, "i"))

    assert {"action": "update_profile", "id": "i", "team": None} == sent


def test_packs_go_by_name_or_whole() -> None:
    """A shipped pack needs its name only; any other is sent as one object, and comes out as it is.

    Its title is its name at the other end: that is how a pack without a file is called.
    """
    own = load_packs('[packs.uk]\ntitle = "Ours"\ncards = { A-K = "never" }\n')["uk"]
    ann = alone()
    ann.ask("configure", pack=shipped_pack("us"))
    assert "us" == json.loads(ann.up[0])["pack"]
    ann.flow()
    ann.ask("configure", pack=own)
    ann.flow()

    game = ann.world.memory.rooms["RM0001"].game
    assert game is not None
    assert ({**own.resolved, "name": "Ours"}) == game.pack.resolved


def test_expect_goes_along() -> None:
    """A command is sent with the version it is meant for, and is refused as stale by any other."""
    ann = alone()
    asked = ann.player.ask("lock_room", {}, 0, expect=7)
    ann.note(())
    ann.flow()

    refused = ann.answer(asked)
    assert isinstance(refused, Refused)
    assert Reason.STALE is refused.reason


def test_only_so_many_are_on_their_way() -> None:
    """A server remembers a seat's last 64 commands: a retry must never be older than that."""
    ann = alone()
    asked = [ann.ask("set_away", away=bool(n % 2)) for n in range(40)]

    assert WINDOW == len(ann.up)
    ann.flow()
    assert [True] * 40 == [ann.answer(one) is not None for one in asked]
    assert 40 == len(ann.world.log("RM0001"))  # the first one was refused: she was here already


# ------------------------------------------------------------------ answers


def test_own_update_is_the_answer() -> None:
    """It is known by its id and its seat; that of another with the same id is none."""
    ann, bob = two()
    asked = ann.ask("set_away", away=True)
    ann.push()
    update = json.loads(ann.down[-1])
    ann.down.clear()

    other = ann.hear(frame(**{**update, "by": "p2"}))
    assert [Updated] == [type(one) for one in other]
    assert ann.answer(asked) is None
    own = ann.hear(frame(**update))
    assert [Answered] == [type(one) for one in own]
    assert isinstance(ann.answer(asked), Updated)
    assert () == ann.hear(frame(**update))
    assert bob.player.version == 2


def test_unanswered_frame_is_sent_again_with_its_id() -> None:
    """Not before the answer to something later shows that its own is lost: then it is `accepted`.

    Two copies on their way at a time could be judged differently.
    """
    ann = alone()
    asked = ann.ask("set_away", away=True)
    sent = ann.up[0]
    ann.push()
    ann.down.clear()
    later(ann, 2_999)
    assert not ann.up
    later(ann, 1)
    assert ["ping"] == actions(ann)
    fresh = ann.ask("lock_room")
    ann.push()
    ann.pull()

    assert [sent] == [one for one in ann.up if asked.encode() in one]
    assert 1 == actions(ann).count("lock_room")
    ann.flow()
    assert Accepted(asked, 2) == ann.answer(asked)
    assert isinstance(ann.answer(fresh), Updated)
    assert 3 == ann.player.version


def test_command_is_not_doubled_on_a_slow_line() -> None:
    """The answer to what went before it shows nothing; nor does one that comes very soon after."""
    ann = alone()
    later(ann, 14_999)
    early = ann.ask("set_away", away=True)
    later(ann, 1)
    late = ann.ask("lock_room")
    assert ["set_away", "ping", "lock_room"] == actions(ann)
    ping = json.loads(ann.up[1])["id"]
    ann.up.clear()
    pong = frame(type="pong", id=ping, version=1)
    assert () == ann.hear(pong)
    assert not ann.up
    later(ann, 3_000)
    assert ["ping"] == actions(ann)

    other = alone()
    later(other, 15_000)
    other.ask("lock_room")
    first = json.loads(other.up[0])["id"]
    later(other, 3_000)
    assert ["ping", "lock_room", "ping"] == actions(other)
    other.hear(frame(type="pong", id=first, version=1))
    assert 1 == actions(other).count("lock_room")
    assert (None, None) == (ann.answer(early), ann.answer(late))


def test_question_is_simply_asked_again() -> None:
    """A question goes out again after three seconds without an answer, and is answered."""
    ann = alone()
    asked = ann.ask("get_pack")
    ann.up.clear()
    later(ann, 3_000)
    assert ["get_pack"] == actions(ann)
    ann.flow()

    assert ann.answer(asked) is not None


def test_accepted_of_a_version_not_yet_seen_has_it_fetched() -> None:
    """An `accepted` of a version that is news makes the player fetch the room."""
    ann = alone()
    asked = ann.ask("set_away", away=True)
    ann.push()
    ann.down.clear()
    ann.hear(frame(type="accepted", id=asked, version=2))
    assert ["sync"] == actions(ann)
    ann.flow()

    assert 2 == ann.player.version


def test_refusal_of_a_later_version_has_what_was_missed_fetched() -> None:
    """A refusal by a later version than is known here makes the player fetch the room."""
    ann, bob = two()
    bob.ask("set_away", away=True)
    bob.push()
    ann.down.clear()
    ann.ask("pick_card")
    ann.flow()

    assert 3 == ann.player.version


def test_frame_is_given_up_after_a_while() -> None:
    """A frame without an answer for 30 s is told as unanswered, and nothing is over."""
    ann = alone()
    asked = ann.ask("set_away", away=True)
    ann.cut()
    while ann.answer(asked) is None:
        ann.clock.now = ann.player.next_at or 0
        ann.passed()

    assert 30_000 == ann.clock.now
    assert Unanswered() == ann.answer(asked)
    assert ann.over is None


def test_late_answer_changes_no_outcome() -> None:
    """An answer to a frame that was given up still tells of the room, but is no second outcome."""
    ann = alone()
    asked = ann.ask("set_away", away=True)
    later(ann, 30_000)
    ann.player.wants_cut = False
    ann.flow()

    assert Unanswered() == ann.answer(asked)
    assert 1 == ann.outcomes[asked]
    assert 2 == ann.player.version


@pytest.mark.parametrize("reason", ["busy", "rate_limited"])
def test_what_passes_is_waited_for(reason: str) -> None:
    """A busy server is asked again a little later, with the same id."""
    ann = alone()
    asked = ann.ask("set_away", away=True)
    sent = ann.up.popleft()
    ann.hear(frame(type="error", id=asked, reason=reason, data={}))

    assert not ann.up
    wake(ann)
    assert 0 < ann.clock.now <= 500
    assert [sent] == list(ann.up)
    ann.flow()
    assert isinstance(ann.answer(asked), Updated)


def test_rate_limit_holds_everything() -> None:
    """Even if nobody can say which frame was too much."""
    ann = alone()
    ann.hear(frame(type="error", id=None, reason="rate_limited", data={}))
    asked = ann.ask("set_away", away=True)

    assert not ann.up
    wake(ann)
    assert ann.clock.now > 0
    ann.flow()
    assert isinstance(ann.answer(asked), Updated)


def test_rate_limit_is_that_of_a_line() -> None:
    """However often a line was `rate_limited`, the next one is not held back for it."""
    ann = alone()
    for _ in range(20):
        ann.hear(frame(type="error", id=None, reason="rate_limited", data={}))
    ann.cut()
    ann.clock.now = ann.player.again_at
    ann.open()

    assert ["resume"] == actions(ann)


def test_missed_version_is_fetched_after_a_rate_limit() -> None:
    """What is missed while nothing may be sent is fetched as soon as something may."""
    ann = alone()
    ann.hear(frame(type="error", id=None, reason="rate_limited", data={}))
    ann.hear("junk")
    assert not ann.up
    wake(ann)

    assert ["sync"] == actions(ann)
    assert ann.clock.now < 1_000


def test_busy_door_is_tried_again() -> None:
    """A door that is `busy` is knocked at again a little later, and opens."""
    link = Link(World(), Clock())
    asked = link.enter("create_room", name="Ann", token=TOKENS["Ann"])
    link.open()
    link.up.clear()
    link.hear(frame(type="error", id=asked, reason="busy", data={}))
    wake(link)
    link.flow()

    assert isinstance(link.answer(asked), Welcomed)


def test_error_is_an_outcome() -> None:
    """What the server does not understand is not tried again; a new reason is told as it is."""
    ann = alone()
    asked = ann.ask("proof", round=1)
    ann.flow()
    assert Failed(asked, ErrorReason.BAD_VALUE, {"field": "round"}) == ann.answer(asked)
    strange = ann.ask("set_away", away=True)
    ann.hear(frame(type="error", id=strange, reason="too_late", data={}))

    assert Failed(strange, "too_late") == ann.answer(strange)
    assert () == ann.hear(frame(type="error", id="no such", reason="bad_json", data={}))


def test_answer_of_another_kind_is_none() -> None:
    """A command is no question, nor a question a command: what does not fit answers nothing."""
    ann = alone()
    command, question = ann.ask("set_away", away=True), ann.ask("get_pack")
    ann.up.clear()
    ann.hear(frame(type="pong", id=command, version=1))
    ann.hear(frame(type="accepted", id=question, version=1))

    assert (None, None) == (ann.answer(command), ann.answer(question))


def test_questions() -> None:
    """The pack, what was missed and a ping are each answered by a frame of their own kind."""
    ann = alone()
    pack, news, ping = ann.ask("get_pack"), ann.ask("sync", version=0), ann.ask("ping", version=1)
    ann.flow()

    answered = ann.answer(pack)
    assert shipped_pack("uk") == getattr(answered, "pack", None)
    assert isinstance(ann.answer(news), Welcomed)
    assert Pong(ping, 1) == ann.answer(ping)


def test_forgotten_line_is_bound_again() -> None:
    """A server that has lost whose line it is gets a resume, and then the command again."""
    ann = alone()
    asked = ann.ask("set_away", away=True)
    assert ann.line is not None
    ann.line.binding = None
    ann.flow()

    assert isinstance(ann.answer(asked), Updated)
    assert Back() in ann.news


def test_line_that_is_forgotten_each_time_is_an_error() -> None:
    """A command that is `not_seated` after three resumes, too, fails with that."""
    ann = alone()
    asked = ann.ask("set_away", away=True)
    while ann.answer(asked) is None:
        assert ann.line is not None
        if actions(ann)[0] == "set_away":
            ann.line.binding = None
        ann.push()
        ann.pull()
        while ann.down:
            ann.pull()

    assert Failed(asked, ErrorReason.NOT_SEATED, {}) == ann.answer(asked)
    assert 3 == ann.news.count(Back())


# ------------------------------------------------------------------ versions


def test_heartbeat_asks_for_what_was_lost() -> None:
    """After 15 s without news of the version it is asked for; presence is no such news."""
    ann, bob = two()
    bob.ask("set_away", away=True)
    bob.push()
    ann.down.clear()
    later(ann, 14_000)
    ann.hear(frame(type="presence", connected=["p1"], watchers=0))
    assert not ann.up
    assert ann.clock.now + 1_000 == ann.player.next_at
    later(ann, 1_000)
    assert ["ping"] == actions(ann)
    ann.flow()

    assert 3 == ann.player.version
    later(ann, 14_999)
    assert not ann.up


def test_pong_is_news() -> None:
    """A pong puts the next heartbeat off by all of its 15 s."""
    ann = alone()
    later(ann, 15_000)
    ann.flow()
    later(ann, 14_999)
    assert not ann.up
    later(ann, 1)
    assert ["ping"] == actions(ann)


def test_old_news_postpone_no_heartbeat() -> None:
    """What comes late or twice says nothing of what there is now; each question is a new one."""
    ann, bob = two()
    bob.ask("set_away", away=True)
    bob.push()
    old = ann.down[0]
    bob.ask("set_away", away=False)
    bob.flow()
    ann.flow()
    pings = []
    for _ in range(2):
        later(ann, 14_999)
        ann.hear(old)
        later(ann, 1)
        assert ["ping"] == actions(ann)
        pings.append(json.loads(ann.up[0])["id"])
        ann.flow()

    assert pings[0] != pings[1]


def test_failed_heartbeat_waits_for_the_next_one() -> None:
    """A heartbeat that got an error is followed by the next one 15 s later, and nothing is over."""
    ann = alone()
    later(ann, 15_000)
    asked = json.loads(ann.up.popleft())["id"]
    ann.hear(frame(type="error", id=asked, reason="bad_type", data={}))
    assert not ann.up
    later(ann, 15_000)

    assert ["ping"] == actions(ann)
    check = json.loads(ann.up[0])["id"]
    ann.hear(frame(type="accepted", id=check, version=1))
    ann.flow()
    assert ann.over is None


def test_lower_versions_are_dropped() -> None:
    """What comes behind a later version is no news, and brings no older view back."""
    ann, bob = two()
    bob.ask("set_away", away=True)
    bob.ask("set_away", away=False)
    bob.flow()
    first, second = ann.down.popleft(), ann.down.popleft()
    ann.hear(second)
    assert () == ann.hear(first)

    assert 4 == ann.player.version
    assert ann.player.view is not None
    assert not ann.player.view.players[1].away


def test_frames_of_another_room_are_dropped() -> None:
    """A bus may bring what is for others."""
    ann = alone()
    (other,) = seat(ann.world, ann.clock, "Bob")
    other.ask("set_away", away=True)
    other.push()
    foreign = other.down[-1]

    assert () == ann.hear(foreign)
    sync = other.ask("sync", version=0)
    other.flow()
    welcome = other.answer(sync)
    assert isinstance(welcome, Welcomed)
    assert 1 == ann.player.version
    link = Link(ann.world, ann.clock)
    link.line = ann.world.connect(link.down.append)
    link.note(link.player.opened(0))
    assert () == link.hear(foreign)


def test_welcome_nobody_asked_for_is_news_all_the_same() -> None:
    """A welcome that answers nothing is news if it is later, of this room and to one let in."""
    ann, bob = two()
    bob.ask("set_away", away=True)
    bob.push()
    ann.down.clear()
    news = ann.player.ask("sync", {"version": 2}, 0)
    ann.note(())
    ann.push()
    welcome = json.loads(ann.down.popleft())

    assert [Welcomed] == [type(one) for one in ann.hear(frame(**{**welcome, "id": "else"}))]
    assert ann.answer(news) is None
    foreign = {**welcome, "room": "N0SVCH"}
    assert () == ann.hear(frame(**foreign))
    ann.cut()
    wake(ann)
    assert () == ann.hear(frame(**welcome))


def test_another_head_for_a_known_version_is_the_end() -> None:
    """One of two pasts is a lie, or was lost: nobody goes on as if nothing had happened."""
    ann = alone()
    asked = ann.ask("sync", version=0)
    ann.push()
    welcome = json.loads(ann.down.popleft())
    ann.hear(frame(**{**welcome, "head": "00" * 32}))

    assert Over(Why.FORKED, {"version": 1}) == ann.over
    assert ann.over == ann.answer(asked)


def test_room_that_knows_less_than_before_is_the_end() -> None:
    """A store that lost its last entries is found out at the next welcome or pong."""
    for action in ("resume", "ping"):
        ann = alone()
        ann.ask("set_away", away=True)
        ann.flow()
        del ann.world.memory.logs["RM0001"][1:]
        ann.world.memory.rooms.clear()
        if action == "resume":
            ann.cut()
            wake(ann)
        else:
            later(ann, 15_000)
        ann.flow()

        assert Over(Why.FORKED, {"version": 1, "known": 2}) == ann.over
        assert 2 == ann.player.version


def test_resume_with_another_head_is_the_end() -> None:
    """A room that has another hash for the same version when it is resumed is forked, and over."""
    ann = alone()
    ann.cut()
    wake(ann)
    ann.push()
    welcome = json.loads(ann.down.popleft())
    ann.hear(frame(**{**welcome, "head": "00" * 32}))

    assert Over(Why.FORKED, {"version": 1}) == ann.over
    assert Back() not in ann.news


# ------------------------------------------------------------------ cuts


def test_cut_is_routine() -> None:
    """The seat is resumed, and what is unanswered goes again with the same id, in its order."""
    ann = alone()
    first, second = ann.ask("set_away", away=True), ann.ask("lock_room")
    sent = list(ann.up)
    ann.push()
    ann.cut(1001)

    assert ann.player.presence is None
    assert [Lost] == [type(one) for one in ann.news[-1:]]
    assert ann.player.wants_line
    wake(ann)
    assert ann.player.again_at == ann.clock.now
    assert ["resume"] == actions(ann)
    assert TOKENS["Ann"] == json.loads(ann.up[0])["token"]
    ann.push()
    ann.pull()
    assert sent == list(ann.up)
    ann.flow()
    assert Accepted(first, 2) == ann.answer(first)
    assert isinstance(ann.answer(second), Updated)
    assert Back() in ann.news
    assert Presence(("p1",), 0) == ann.player.presence


def test_pauses_grow_and_begin_anew() -> None:
    """Each failure doubles the pause, up to a limit; being back starts over."""
    ann = alone()
    ann.cut()
    pauses = []
    for _ in range(8):
        pauses.append(ann.player.again_at - ann.clock.now)
        ann.clock.now = ann.player.again_at
        ann.note(ann.player.closed(None, ann.clock.now))
    assert [188, 375, 750, 1_500, 2_250, 2_250, 2_250, 2_250] == pauses
    wake(ann)
    ann.flow()
    ann.cut()

    assert 188 == ann.player.again_at - ann.clock.now


def test_pause_is_by_luck_within_bounds() -> None:
    """The first pause after a cut is between half of 250 ms and all of it."""
    for luck, pause in ((lambda _: 0, 125), (lambda n: n - 1, 250)):
        player = Player(lambda: "i", luck)
        player.enter("watch", {"room": "K7QX2M"}, 0)
        player.closed(None, 0)

        assert pause == player.again_at


def test_crowd_takes_its_time() -> None:
    """After a restart all clients come back at once: their first pause is longer."""
    for code in (1012, 1013):
        ann = alone()
        ann.cut(code)

        assert 750 == ann.player.again_at


def test_policy_is_final() -> None:
    """A line that is closed with 1008 is the last: no other is wanted, and whatever waits fails."""
    ann = alone()
    asked = ann.ask("set_away", away=True)
    ann.cut(1008)

    assert Over(Why.POLICY) == ann.over == ann.answer(asked)
    assert not ann.player.wants_line
    assert ann.player.next_at is None
    assert () == ann.passed()


def test_silent_line_is_cut() -> None:
    """A half-open line tells nobody that it is dead: ten seconds of silence do."""
    ann = alone()
    later(ann, 15_000)
    cuts = []
    for ms in (9_999, 1):
        later(ann, ms)
        cuts.append(ann.player.wants_cut)
    assert [False, True] == cuts
    ann.up.clear()
    later(ann, 5_000)
    assert not ann.up
    ann.cut(None)
    wake(ann)
    ann.flow()

    assert Back() in ann.news


def test_line_that_says_anything_is_alive() -> None:
    """A line is not cut while anything comes by it, even if an answer has long been due."""
    ann = alone()
    ann.ask("set_away", away=True)
    later(ann, 9_000)
    ann.hear(frame(type="presence", connected=[], watchers=0))
    later(ann, 9_000)

    assert not ann.player.wants_cut


def test_server_that_stays_away_is_given_up() -> None:
    """After 120 s without the room it is over, as unreachable."""
    ann = alone()
    ann.cut()
    while ann.over is None:
        ann.clock.now = min(ann.player.again_at, ann.player.next_at or 0)
        if ann.player.wants_line and ann.clock.now >= ann.player.again_at:
            ann.note(ann.player.closed(None, ann.clock.now))
        ann.passed()

    assert Over(Why.UNREACHABLE) == ann.over
    assert 120_000 == ann.clock.now


def test_frames_without_a_line_are_not_heard() -> None:
    """What comes after the cut of its line is passed over."""
    ann = alone()
    ann.cut()

    assert () == ann.hear(frame(type="presence", connected=[], watchers=0))
    assert ann.player.presence is None


# ------------------------------------------------------------------ the end


@pytest.mark.parametrize(
    ("reason", "why"),
    (
        ("unauthorized", Why.UNAUTHORIZED),
        ("unknown_room", Why.UNKNOWN_ROOM),
        ("moved", Why.MOVED),
        ("unsupported_protocol", Why.REFUSED),
    ),
)
def test_not_let_back_in(reason: str, why: Why) -> None:
    """A resume that gets an error that does not pass is the end, told with its reason and data."""
    ann = alone()
    ann.cut()
    wake(ann)
    resume = json.loads(ann.up[0])["id"]
    ann.hear(frame(type="error", id=resume, reason=reason, data={"to": "elsewhere"}))

    assert Over(why, {"to": "elsewhere", "reason": reason}) == ann.over


def test_room_that_moved_is_the_end() -> None:
    """A command that is answered with `moved` ends it, and the end says where the room went."""
    ann = alone()
    asked = ann.ask("set_away", away=True)
    ann.hear(frame(type="error", id=asked, reason="moved", data={"to": "elsewhere"}))

    assert Over(Why.MOVED, {"to": "elsewhere"}) == ann.over == ann.answer(asked)


def test_leaving() -> None:
    """The own update is the answer; then it is over, and nothing can be asked any more."""
    ann, bob = two()
    asked, other = bob.ask("leave_room"), bob.ask("get_pack")
    bob.push()
    bob.pull()

    assert isinstance(bob.answer(asked), Updated)
    assert Over(Why.LEFT) == bob.over == bob.answer(other) == bob.news[-1]
    with pytest.raises(ValueError, match="it is over, left"):
        bob.ask("pick_card")
    with pytest.raises(ValueError, match="entered a room"):
        bob.enter("watch", room="RM0001")
    assert () == bob.note(bob.player.opened(0))
    assert () == bob.note(bob.player.closed(1000, 0))
    assert () == bob.hear("junk")
    ann.flow()
    assert ann.over is None


def test_leaving_though_the_answer_was_lost() -> None:
    """A seat that is unknown after it was given up was given up."""
    _, bob = two()
    asked = bob.ask("leave_room")
    bob.push()
    bob.cut()
    wake(bob)
    bob.flow()

    assert Over(Why.LEFT) == bob.over == bob.answer(asked)


def test_being_kicked() -> None:
    """It is over for whom the host kicks, told as such, and goes on for the host."""
    ann, bob = two()
    ann.ask("kick_player", seat="p2")
    together(ann, bob)

    assert Over(Why.KICKED) == bob.over
    assert ann.over is None


def test_being_kicked_while_away_from_the_line() -> None:
    """Who was kicked during a cut learns at the resume that the seat is gone."""
    ann, bob = two()
    bob.cut()
    ann.ask("kick_player", seat="p2")
    ann.flow()
    wake(bob)
    bob.flow()

    assert Over(Why.UNAUTHORIZED, {"reason": "unauthorized"}) == bob.over


def test_closing_it_oneself() -> None:
    """Closing tells first what waited, then the end, and only once; the seat stays taken."""
    ann = alone()
    asked = ann.ask("set_away", away=True)
    news = ann.note(ann.player.close(0))

    assert (Answered(asked, "set_away", Over(Why.CLOSED)), Over(Why.CLOSED)) == news
    assert () == ann.note(ann.player.close(0))
    assert () == ann.note(ann.player.end(Why.REFUSED, {}, 0))
    assert 1 == len(ann.world.memory.rooms["RM0001"].seats)


# ------------------------------------------------------------------ whatever a server sends


def test_unreadable_frames_are_passed_over_and_made_good() -> None:
    """One is like a frame that was lost; three in a row are the end."""
    ann, bob = two()
    bob.ask("set_away", away=True)
    bob.push()
    ann.down.popleft()
    assert (Garbled(""),) == ann.hear("junk")
    ann.flow()
    assert 3 == ann.player.version
    for _ in range(3):
        assert ann.over is None
        ann.hear("{}")

    assert Over(Why.GARBLED, {"place": "type"}) == ann.over


def test_kind_of_frame_that_is_new_is_passed_over() -> None:
    """A frame of a type that is not known here is no news, and nothing is fetched for it."""
    ann = alone()

    assert () == ann.hear(frame(type="weather", rain=True))
    assert not ann.up


def test_welcome_that_cannot_be_true_is_passed_over() -> None:
    """A seat that nobody has, or a view of another room, lets nobody in."""
    for fields in ({"you": "p9"}, {"you": None}, {"room": "N0SVCH"}):
        ann = alone()
        ann.cut()
        wake(ann)
        ann.push()
        welcome = json.loads(ann.down.popleft())
        news = ann.hear(frame(**{**welcome, **fields}))

        assert (Garbled("view"),) == news
        assert not ann.player.is_in
        later(ann, 3_000)
        ann.flow()
        assert ann.player.is_in


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
TYPES = st.sampled_from(
    ("accepted", "error", "pack", "pong", "presence", "proof", "rejected", "update", "welcome")
)
NAMES = st.sampled_from(("id", "room", "you", "version", "head", "view", "events", "by", "data"))


def genuine() -> list[bytes]:
    """Frames as a server sends them: one of each of its kinds."""
    ann, bob = two()
    ann.ask("start_round")
    ann.ask("pick_card", slot=0)
    ann.ask("pick_card", slot=99)
    ann.ask("get_pack")
    ann.ask("end_round")
    ann.ask("proof", round=1)
    ann.ask("proof", round=2)
    ann.ask("sync", version=1)
    ann.ask("ping", version=9)
    while ann.up:
        ann.push()
    together(bob)
    return list(ann.down)


GENUINE = genuine()


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.text(max_size=40),
            PLAIN.map(json.dumps),
            st.builds(
                lambda kind, rest: json.dumps({**rest, "type": kind}),
                TYPES,
                st.dictionaries(NAMES, PLAIN),
            ),
            st.builds(
                lambda whole, name, it: json.dumps({**json.loads(whole), name: it}),
                st.sampled_from(GENUINE),
                NAMES,
                PLAIN,
            ),
            st.builds(
                lambda whole, name, it: json.dumps(
                    {
                        **json.loads(whole),
                        "view": {**json.loads(whole).get("view", {}), name: it},
                    }
                ),
                st.sampled_from(GENUINE),
                st.sampled_from(("players", "recent", "version", "room", "picked", "open")),
                PLAIN,
            ),
            st.sampled_from(GENUINE),
        ),
        max_size=8,
    )
)
def test_nothing_a_server_sends_is_raised(frames: list[bytes | str]) -> None:
    """Frames are taken or passed over; what is known stays a room, and never goes back."""
    (ann,) = seat(World(), Clock(), "Ann")
    asked = [ann.ask("set_away", away=True), ann.ask("get_pack"), ann.ask("proof", round=1)]
    before = ann.player.version
    for one in frames:
        ann.hear(one)
        assert ann.player.version >= before
        before = ann.player.version
    later(ann, 40_000)

    assert [1, 1, 1] == [ann.outcomes[one] for one in asked]


def test_no_secret_is_in_a_repr() -> None:
    """The token stands neither in the repr of a player nor in that of the news."""
    ann = alone()
    ann.cut()
    wake(ann)

    assert TOKENS["Ann"] not in repr(ann.player)
    assert TOKENS["Ann"] not in repr(ann.news)


def test_a_door_that_is_rate_limited_says_so() -> None:
    """Who is not let in at all is told at once; who has been in waits, and comes back."""
    cem = Link(World(), Clock(), "Cem")
    asked = cem.player.enter("watch", {"room": "RM0001"}, cem.clock.now)
    cem.line = cem.world.connect(cem.down.append)
    cem.note(cem.player.opened(0))
    cem.hear(frame(type="error", id=asked, reason="rate_limited", data={}))

    assert Failed(asked, ErrorReason.RATE_LIMITED, {}) == cem.answer(asked)
