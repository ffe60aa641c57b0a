"""Rooms, for property tests: each is what a log of accepted commands leaves.

Whatever a story does goes through `decide` and `apply`; nothing here knows a rule of the game.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from ringofire.engine import apply, decide
from ringofire.entry import Command, Entry
from ringofire.errors import Rejected
from ringofire.legal import legal_commands
from ringofire.log import make_entry
from ringofire.packs.load import SHIPPED, inline_pack, shipped_pack
from ringofire.packs.pack import Pack
from ringofire.room.commands import (
    ClaimHost,
    CloseRoom,
    Configure,
    CreateRoom,
    JoinRoom,
    KickPlayer,
    LeaveRoom,
    LockRoom,
    MoveRoom,
    MoveSeat,
    SetAway,
    TransferHost,
    UnlockRoom,
    UpdateProfile,
)
from ringofire.room.state import Room
from ringofire.round.commands import (
    AddRule,
    Choose,
    EndRound,
    GiveVerdict,
    PickCard,
    RepealRule,
    SkipChoice,
    SkipTurn,
    StartRound,
    UndoPick,
    UsePower,
)
from ringofire.round.state import present
from tests.strategies.commands import command, fresh_id, hostile, token
from tests.strategies.packs import packs

START = 1_700_000_000_000
"""When stories begin, ms since the epoch."""

CODE = "K7QX2M"

BUSY_RULES = {
    "split": [{"do": "penalty", "who": "split", "n": 3}],
    "two": [{"do": "penalty", "who": "pick", "pick": 2}, {"do": "penalty", "who": "prev"}],
    "again": [{"do": "turn", "op": "again"}, {"do": "link", "who": "left", "mode": "both"}],
    "reverse": [{"do": "turn", "op": "reverse"}, {"do": "penalty", "who": "sides"}],
    "back": [{"do": "ring", "op": "return", "ranks": ["A", "4", "K"]}],
    "write": [{"do": "rule", "who": "pick", "until": "turns:3"}, {"do": "rule", "op": "repeal"}],
    "swap": [{"do": "rule", "until": "replaced"}, {"do": "rule", "until": "next_turn", "key": "x"}],
    "duel": [
        {"do": "game", "who": "pick", "order": "choose", "lose": "one"},
        {"do": "status", "who": "loser", "until": "turns:2", "key": "lost"},
        {"do": "penalty", "who": "loser", "n": 2},
    ],
    "crowd": [
        {"do": "game", "order": "choose", "lose": "many"},
        {"do": "penalty", "who": "loser"},
        {"do": "game", "order": "ring", "lose": "drawer"},
        {"do": "cup", "op": "serve", "who": "loser"},
    ],
    "pass": [{"do": "status", "until": "used", "stack": True}],
    "flag": [
        {"do": "status", "until": "toggle", "who": "table"},
        {"do": "status", "until": "next_turn", "who": "pick", "key": "it"},
        {"do": "penalty", "who": "holder", "key": "it"},
    ],
    "mates": [
        {"do": "link", "mode": "both", "dissolve_when_all": True},
        {"do": "link", "who": "random", "until": "replaced", "key": "lot"},
        {"do": "penalty", "who": "random", "pick": 2},
    ],
    "king": [
        {"do": "cup"},
        {"do": "cup", "op": "serve", "who": "pick", "when": "last"},
        {"do": "penalty", "who": "team:a", "when": "not_last"},
        {"do": "note", "when": "red"},
    ],
}
"""Every effect and every choice of the vocabulary, one busy card after another."""


def _busy() -> dict[str, object]:
    ranks = ["A", *map(str, range(2, 11)), "J", "Q", "K"]
    return {
        "title": "Busy",
        "end": "deck",
        "ring": "gap:4",
        "break": {"do": "penalty", "who": "pick"},
        "cards": dict(zip(ranks, BUSY_RULES, strict=True)) | {"Joker": "duel"},
        "rules": {
            name: {"title": name, "text": name, "effects": effects}
            for name, effects in BUSY_RULES.items()
        },
    }


BUSY = inline_pack(_busy())
SHORT = (
    inline_pack(_busy() | {"title": "Short", "end": "last:K", "deck": {"cards": 9, "kings": 2}}),
    inline_pack({"title": "Brief", "base": "se_ring", "deck": {"cards": 11, "kings": 1}}),
    inline_pack({"title": "Two", "base": "de_cup", "deck": {"cards": 14, "kings": 3, "decks": 2}}),
    inline_pack(_busy() | {"title": "Twice", "deck": {"decks": 2, "jokers": 4}}),
    inline_pack(_busy() | {"title": "Ring", "end": "ring", "ring": "gap:2"}),
    inline_pack(_busy() | {"title": "Gap", "ring": "gap:1", "deck": {"cards": 5, "kings": 0}}),
)


def any_pack() -> st.SearchStrategy[Pack]:
    """Shipped packs, small and busy ones whose rounds end soon, and any other."""
    return st.one_of(
        st.sampled_from(SHORT),
        st.just(BUSY),
        st.sampled_from(SHIPPED).map(shipped_pack),
        packs(),
    )


WEIGHTS: dict[type[Command], float] = {
    AddRule: 8,
    Choose: 30,
    ClaimHost: 0.1,
    CloseRoom: 0.03,
    Configure: 1,
    EndRound: 0.4,
    GiveVerdict: 3,
    JoinRoom: 4,
    KickPlayer: 0.3,
    LeaveRoom: 0.15,
    LockRoom: 0.3,
    MoveRoom: 0.1,
    MoveSeat: 0.5,
    PickCard: 30,
    RepealRule: 2,
    SetAway: 0.3,
    SkipChoice: 2,
    SkipTurn: 0.2,
    StartRound: 12,
    TransferHost: 0.3,
    UndoPick: 3,
    UnlockRoom: 1,
    UpdateProfile: 0.3,
    UsePower: 2,
}
"""How often a story takes each kind of the moves that are open to somebody; 1 for all others."""


@frozen(repr=False)
class Story:
    """A log and every room on its way: `rooms[n]` is what the first n entries leave."""

    entries: tuple[Entry, ...]
    rooms: tuple[Room, ...]

    @property
    def room(self) -> Room:
        """The last room."""
        return self.rooms[-1]

    def __repr__(self) -> str:
        told = "\n  ".join([repr(entry.command) for entry in self.entries])
        return f"<Story\n  {told}>"

    def _repr_pretty_(self, printer: Any, _: object) -> None:
        printer.text(repr(self))


def entry_of(room: Room, asked: Command) -> Entry | None:
    """The entry that `asked` makes in `room`; None if it is refused or was accepted before."""
    try:
        events = decide(room, asked)
    except Rejected:
        return None
    return make_entry(room, asked, events) if events else None


def created(pack: Pack, rng: Random, **options: object) -> Entry:
    """The first entry of a room."""
    asked = CreateRoom(
        id=fresh_id(Room(), rng),
        by=None,
        at=START,
        room=CODE,
        name="Ann",
        token_hash=token(rng),
        master=rng.randbytes(32),
        pack=pack,
        options=options or None,
    )
    entry = entry_of(Room(), asked)
    assert entry is not None
    return entry


def move(room: Room, rng: Random) -> Command:
    """What somebody in `room` might well do next."""
    late = rng.choice([-5_000, 0, 0, 800, 800, 7_000, 90_000])
    at = max(0, room.at + late)
    if rng.random() < 0.03:
        return command(MoveRoom, room, None, rng, at=at)
    seats = [None, *[seat.id for seat in room.seats]]
    moves = [(seat, legal) for seat in seats for legal in legal_commands(room, seat)]
    if not moves or rng.random() < 0.02:
        return hostile(room, rng)
    weights = [WEIGHTS.get(legal.command, 1) for _, legal in moves]
    seat, legal = rng.choices(moves, weights)[0]
    late_enough = room.at + 1_000_000 if legal.after and rng.random() < 0.9 else at
    return command(legal.command, room, seat, rng, at=late_enough)


Mover = Callable[[Room, Random], Command]


def play(pack: Pack, seeds: list[int], *, people: int = 1, mover: Mover = move) -> Story:
    """Tell a story: `people` sit down, then each seed makes one move."""
    rng = Random(f"{people} {seeds[:1]}")
    entries = [created(pack, rng)]
    rooms = [Room(), apply(Room(), entries[0])]

    def add(asked: Command) -> None:
        entry = entry_of(rooms[-1], asked)
        if entry is not None:
            entries.append(entry)
            rooms.append(apply(rooms[-1], entry))

    for _ in range(people - 1):
        add(command(JoinRoom, rooms[-1], None, rng))
    if people > 1:
        add(command(StartRound, rooms[-1], "p1", rng))
    for seed in seeds:
        add(mover(rooms[-1], Random(seed)))
    return Story(tuple(entries), tuple(rooms))


def deserted(story: Story, stay: int) -> Story:
    """The story after all but the first `stay` of those who are present have gone away."""
    entries, rooms = list(story.entries), list(story.rooms)
    for seat in present(story.room.seats)[stay:]:
        room = rooms[-1]
        asked = SetAway(id=f"{room.version}.gone", by=seat, at=room.at, away=True)
        entry = entry_of(room, asked)
        if entry is not None:
            entries.append(entry)
            rooms.append(apply(room, entry))
    return Story(tuple(entries), tuple(rooms))


@st.composite
def seed_lists(draw: st.DrawFn, *, longest: int = 60) -> list[int]:
    """Seeds of up to `longest` moves; long lists are as likely as short ones."""
    length = draw(st.integers(0, longest))
    return draw(st.lists(st.integers(0, 2**32), min_size=length, max_size=length))


@st.composite
def stories(draw: st.DrawFn, *, longest: int = 60) -> Story:
    """Any story of up to `longest` moves; most begin with a round of a few people."""
    pack = draw(any_pack())
    people = draw(st.sampled_from([1, 2, 3, 4, 4, 5, 7]))
    story = play(pack, draw(seed_lists(longest=longest)), people=people)
    stay = draw(st.sampled_from([20, 20, 20, 20, 1, 0]))
    return deserted(story, stay) if stay < 20 else story
