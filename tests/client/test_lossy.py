"""A player by a network that loses, doubles, delays, garbles and cuts, for as long as it likes."""

import json

from hypothesis import given
from hypothesis import strategies as st

from ringofire import view
from ringofire.protocol.heard import Accepted, Failed, Refused, Updated, Welcomed
from ringofire.protocol.news import Answered, Over, Unanswered
from ringofire.protocol.player import Patience
from tests.client.link import Clock, Link, seat, together, wake
from tests.client.world import World

COMMANDS = st.sampled_from(
    (
        ("set_away", {"away": True}),
        ("set_away", {"away": False}),
        ("add_nonce", {"nonce": b"luck"}),
        ("update_profile", {"team": "a"}),
        ("update_profile", {"team": None}),
        ("start_round", {}),
        ("pick_card", {}),
        ("pick_card", {"slot": 3}),
        ("end_round", {}),
        ("lock_room", {}),
        ("unlock_room", {}),
        ("get_pack", {}),
        ("sync", {"version": 1}),
    )
)
FAULTS = ("drop_up", "drop_down", "double_up", "double_down", "swap_down", "garble", "cut", "cut12")
STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.one_of(
            COMMANDS,
            st.sampled_from(("push", "pull", "push", "pull", "wake", "flow")),
            st.sampled_from(FAULTS),
        ),
    ),
    max_size=60,
)


ANSWERED = 9_000
"""ms after which all is answered once the network is in order: three retries."""

UP_TO_DATE = 35_000
"""ms after which everybody is up to date: two heartbeats and a pause."""


def heal(ms: int, *links: Link) -> None:
    """Have the network in good order for so long."""
    ends = links[0].clock.now + ms
    together(*links)
    while links[0].clock.now < ends and wake(*links):
        together(*links)


def play(link: Link, step: object, everybody: list[Link]) -> None:
    if isinstance(step, tuple):
        if link.over is None:
            link.ask(step[0], **step[1])
        return
    match step:
        case "push":
            link.push()
        case "pull":
            link.pull()
        case "flow":
            link.flow()
        case "wake":
            wake(*everybody)
        case "drop_up" if link.up:
            link.up.popleft()
        case "drop_down" if link.down:
            link.down.popleft()
        case "double_up" if link.up:
            link.up.append(link.up[0])
            link.doubled.add(json.loads(link.up[0])["id"])
        case "double_down" if link.down:
            link.down.append(link.down[0])
        case "swap_down":
            link.down.rotate(1)
        case "garble" if link.down:
            link.down[0] = link.down[0][:-7]
        case "cut":
            link.cut()
        case "cut12":
            link.cut(1012)
        case _:
            pass


@given(STEPS)
def test_every_frame_has_one_outcome_and_the_log_agrees(steps: list[tuple[int, object]]) -> None:
    """Whatever the network does, each frame gets one outcome, and what was accepted is there once.

    Once it is in good order again, everybody is up to date soon, with no version twice.
    """
    world, clock = World(), Clock()
    links = seat(world, clock, "Ann", "Bob", patience=Patience(answer=10**9, give_up=10**9))
    for who, step in steps:
        play(links[who], step, links)
    heal(ANSWERED, *links)
    for link in links:
        assert dict.fromkeys(link.asked, 1) == link.outcomes
    heal(UP_TO_DATE, *links)

    room = links[0].player.room
    assert room is not None
    log = world.log(room)
    head = world.memory.rooms[room]
    ids = [(entry.command.by, entry.command.id) for entry in log]
    assert len(set(ids)) == len(ids)
    for link in links:
        if link.over is not None:  # three garbled frames in a row
            assert "garbled" == link.over.why
            continue
        assert (head.version, head.head) == (link.player.version, link.player.head)
        assert view(head) == link.player.view
    for link in links:
        seen = [one.version for one in link.news if isinstance(one, Updated | Welcomed)]
        assert sorted(set(seen)) == seen
        for one in link.news:
            if not isinstance(one, Answered) or one.action == "join_room":
                continue
            times = ids.count((link.player.seat, one.id))
            match one.outcome:
                case Updated() | Accepted() as done:
                    assert 1 == times
                    assert log[done.version - 1].command.id == one.id
                case Refused():
                    # Of two copies that a network made, one may be refused and the other not.
                    assert times <= (one.id in link.doubled)
                case Over() | Unanswered():
                    assert times <= 1
                case Failed() as failed:
                    raise AssertionError(failed)
                case _:
                    assert 0 == times


@given(STEPS, st.sampled_from(("create_room", "join_room")))
def test_entering_by_a_bad_network_ends_in_one_seat(
    steps: list[tuple[int, object]], action: str
) -> None:
    """A seat is had once, however often it was asked for; or after a while nobody can say."""
    world, clock = World(), Clock()
    (host,) = seat(world, clock, "Ann")
    link = Link(world, clock, "Bob")
    fields = {"name": "Bob", "token": "b" * 64}
    entering = link.enter(
        action, **fields, **({"room": host.player.room} if action == "join_room" else {})
    )
    for _, step in steps:
        if not isinstance(step, tuple) and link.over is None:
            play(link, step, [link])
    heal(UP_TO_DATE, link, host)

    assert 1 == link.outcomes[entering]
    outcome = link.answer(entering)
    rooms = world.memory.rooms
    mine = [code for code in rooms if "Bob" in [member.name for member in rooms[code].seats]]
    if isinstance(outcome, Welcomed):
        assert outcome.room in mine
        names = [player.name for player in outcome.view.players]
        assert 1 == names.count("Bob")
    else:
        assert isinstance(outcome, Unanswered | Over)
    if action == "join_room":
        assert 1 >= len(mine)
