"""Makes the logs in this folder: `python -m tests.golden.make_golden` from the project's root.

Each is a story told by fixed commands; nothing here draws entropy or reads a clock, so the bytes
are the same wherever it runs. A change of these bytes is a change of the log's format or of the
rules, and is meant to be seen in a review.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrs import Factory, define

from ringofire.engine import apply, decide
from ringofire.entry import Command, Entry
from ringofire.log import make_entry, write_log, write_public_log
from ringofire.packs.load import inline_pack, shipped_pack
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
    AddNonce,
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
from ringofire.round.state import Round

HERE = Path(__file__).parent
START = 1_750_000_000_000
NAMES = ["Ann", "Björn", "Çem", "Дана", "恵美", "🍺 Fay"]

BUSY_RULES: dict[str, list[dict[str, Any]]] = {
    "gap": [{"do": "status", "until": "round"}],
    "give": [{"do": "penalty", "who": "pick", "n": "rank", "cap": 3}],
    "split": [{"do": "penalty", "who": "split", "n": 3}],
    "mate": [{"do": "link", "until": "replaced"}, {"do": "penalty", "who": "random", "pick": 2}],
    "law": [{"do": "rule", "who": "pick"}, {"do": "rule", "until": "turns:2"}],
    "repeal": [{"do": "rule", "op": "repeal"}],
    "turn": [{"do": "turn", "op": "reverse"}, {"do": "turn", "op": "again"}],
    "duel": [
        {"do": "game", "kind": "stare", "who": "pick", "order": "choose", "lose": "one"},
        {"do": "penalty", "who": "loser", "n": 2},
    ],
    "ring": [{"do": "game", "kind": "rhyme", "order": "ring", "lose": "many"}],
    "pass": [{"do": "status", "until": "used", "stack": True}, {"do": "note", "kind": "toilet"}],
    "flag": [{"do": "status", "who": "table", "until": "toggle"}],
    "both": [{"do": "link", "mode": "both", "until": "turns:1"}, {"do": "penalty", "who": "all"}],
    "king": [
        {"do": "cup"},
        {"do": "ring", "op": "return", "ranks": ["K", "2"], "when": "not_last"},
        {"do": "cup", "op": "serve", "who": "pick", "when": "red"},
    ],
}


def busy() -> Pack:
    """Every kind of effect, two decks and jokers, a ring that breaks."""
    ranks = ["A", *map(str, range(2, 11)), "J", "Q", "K"]
    return inline_pack(
        {
            "title": "Busy ‘déjà’ \U0001f0cf",
            "end": "deck",
            "ring": "gap:5",
            "break": {"do": "penalty", "who": "pick"},
            "deck": {"decks": 2, "jokers": 2},
            "cards": dict(zip(ranks, BUSY_RULES, strict=True)) | {"Joker": "duel"},
            "rules": {
                name: {"title": name, "text": f"The rule “{name}”.", "effects": effects}
                for name, effects in BUSY_RULES.items()
            },
        }
    )


def token(name: str) -> bytes:
    """The hash of somebody's token."""
    return sha256(f"token of {name}".encode()).digest()


@define
class Story:
    """A room and its log so far; each `tell` is one more command, a second after the last."""

    room: Room = Factory(Room)
    entries: list[Entry] = Factory(list)

    def tell(self, kind: type[Command], by: str | None, **fields: Any) -> None:
        """Have a command accepted."""
        number = len(self.entries) + 1
        told: dict[str, Any] = {"id": f"id-{number}", "by": by, "at": START + 1000 * number}
        command = kind(**told | fields)
        entry = make_entry(self.room, command, decide(self.room, command))
        self.entries.append(entry)
        self.room = apply(self.room, entry)

    def create(self, pack: Pack, people: int, **options: Any) -> None:
        """Have so many people in the room, the first of them its host."""
        first, *others = NAMES[:people]
        self.tell(
            CreateRoom,
            None,
            room="G01DEN",
            name=first,
            token_hash=token(first),
            master=sha256(f"{pack.name} of {people}".encode()).digest(),
            pack=pack,
            options=options or None,
        )
        for name in others:
            self.tell(JoinRoom, None, name=name, token_hash=token(name))

    @property
    def round(self) -> Round:
        """The round that is played."""
        assert self.room.game is not None
        assert self.room.game.round is not None
        return self.room.game.round

    def slot(self, card: str) -> int:
        """A face-down slot with a card of this rank."""
        ring = self.round.ring
        lies = [(slot, ring.cards[slot]) for slot in range(ring.size) if ring.lies_face_down(slot)]
        return next(slot for slot, one in lies if card in (one.text, one.rank.value))

    def pick(self, card: str | None = None) -> None:
        """Have whoever's turn it is pick this card, or any."""
        slot = None if card is None else self.slot(card)
        self.tell(PickCard, self.round.turn.seat, slot=slot)

    def answer(self) -> None:
        """Answer what the card asks, if it asks anything, each in the first way there is."""
        choice = self.round.choice
        while choice is not None:
            by, first = choice.owner, choice.candidates[: choice.count]
            if choice.kind == "rule":
                self.tell(AddRule, by, text=f"No names, says {choice.id}")
            elif choice.kind == "repeal":
                self.tell(RepealRule, by, rule=first[0])
            elif choice.kind == "split":
                self.tell(Choose, by, choice=choice.id, value={choice.candidates[-1]: choice.count})
            else:
                value = first[0] if choice.count == 1 else first
                self.tell(Choose, by, choice=choice.id, value=value)
            choice = self.round.choice

    def play_on(self) -> None:
        """Pick and answer until the round is over."""
        while not self.round.over:
            self.pick()
            self.answer()


def every_effect() -> Story:
    """Every effect and choice once, verdicts, powers, an undo, returned kings, then to the end."""
    story = Story()
    story.create(busy(), 4)
    story.tell(AddNonce, "p2", nonce=bytes(range(32)))
    story.tell(AddNonce, "p4", nonce=b"\xff")
    story.tell(StartRound, "p1")
    for card in ["A", "2", "K"]:
        story.pick(card)
        story.answer()
    story.tell(UndoPick, "p1")  # with the deal of the cards that went back
    story.pick("K")
    story.answer()
    story.pick("3")
    choice = story.round.choice
    assert choice is not None
    story.tell(Choose, choice.owner, choice=choice.id, value={"p1": 2, choice.owner: 1})
    story.tell(UndoPick, "p1")
    for card in ["3", "4", "4", "5", "6", "7", "QS"]:
        story.pick(card)
        story.answer()
    story.pick("8")
    story.answer()
    verdict = story.round.verdict
    assert verdict is not None
    story.tell(GiveVerdict, "p3", verdict=verdict.id, value=verdict.candidates[:1])
    story.pick("9")
    verdict = story.round.verdict
    assert verdict is not None
    story.tell(GiveVerdict, "p1", verdict=verdict.id, value=())
    story.pick("10")
    holder = next(one.holder for one in story.round.lasting.statuses if one.key == "pass")
    story.tell(UsePower, holder, key="pass")
    for card in ["J", "J", "Q"]:
        story.pick(card)
        story.answer()
    story.tell(AddRule, "p1", text='"Quiet", says the \\host/ — ‘now’ 🤫')
    story.tell(RepealRule, "p1", rule=story.round.lasting.rules[-1].id)
    story.pick("2")
    assert story.round.choice is not None
    story.tell(SkipChoice, story.round.turn.seat, choice=story.round.choice.id)
    story.tell(SkipTurn, story.round.turn.seat)
    story.tell(UpdateProfile, "p3", team="a", colour="#FF0000", emoji="🍺")
    story.pick("KD")
    story.answer()
    story.play_on()
    return story


def people() -> Story:
    """All that people do around a round, two rounds, and the end of the room."""
    story = Story()
    story.create(shipped_pack("uk"), 3, capacity=5, watch=False)
    story.tell(LockRoom, "p1")
    story.tell(UnlockRoom, "p1", expect=4)
    story.tell(UpdateProfile, "p2", name="Bea", emoji="🐝", team="b")
    story.tell(UpdateProfile, "p2", emoji=None)
    story.tell(MoveSeat, "p1", seat="p3", to=0)
    story.tell(Configure, "p1", options={"lock_on_start": True, "tone": "points"})
    story.tell(Configure, "p1", pack=shipped_pack("se_ring"))
    story.tell(AddNonce, "p3", nonce=b"\x00")
    story.tell(StartRound, "p1")
    story.pick()
    story.answer()
    story.tell(SetAway, "p2", away=True)
    story.tell(SetAway, "p1", away=True, seat="p3")
    story.tell(SetAway, "p3", away=False)
    story.tell(TransferHost, "p1", seat="p2")
    story.tell(ClaimHost, "p3", host_seen_at=START - 100_000)
    story.tell(UnlockRoom, "p3")
    story.tell(JoinRoom, None, name=NAMES[3], token_hash=token(NAMES[3]))
    story.tell(KickPlayer, "p3", seat="p2")
    story.tell(EndRound, "p3")
    story.tell(StartRound, "p3")
    story.tell(LeaveRoom, "p3")
    story.tell(MoveRoom, None, to="redis://elsewhere/0")
    story.tell(CloseRoom, story.room.host)
    return story


def short_deck() -> Story:
    """A short deck to its last king, twice, and a third round that goes on."""
    story = Story()
    deck = {"cards": 9, "kings": 2}
    story.create(inline_pack({"title": "Short", "base": "uk", "deck": deck}), 6)
    for _ in range(2):
        story.tell(StartRound, "p1")
        story.play_on()
    story.tell(StartRound, "p1")
    story.pick()
    return story


STORIES: dict[str, Callable[[], Story]] = {
    "every_effect": every_effect,
    "people": people,
    "short_deck": short_deck,
}


def made() -> dict[str, bytes]:
    """Give the content of every file, by its name."""
    files = {}
    for name, tell in STORIES.items():
        entries = tell().entries
        files[f"{name}.jsonl"] = write_log(entries)
        files[f"{name}.public.jsonl"] = write_public_log(entries)
    return files


if __name__ == "__main__":
    for name, content in made().items():
        (HERE / name).write_bytes(content)
        print(sha256(content).hexdigest(), f"{len(content):>7}", name)
