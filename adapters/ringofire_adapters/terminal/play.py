"""A game at one keyboard, or among bots: from lines and luck to commands, and back to the screen.

Every command goes through the turn to the store in memory, as it would anywhere else. What is
legal is not known here.
"""

from collections.abc import Mapping, Sequence

from attrs import define, field
from rich.text import Text

from ringofire import (
    Accepted,
    AddNonce,
    Configure,
    CreateRoom,
    EndRound,
    Entry,
    JoinRoom,
    MoveSeat,
    Pack,
    Reason,
    Refused,
    Rejected,
    RingDealt,
    Room,
    RoomCreated,
    RoomView,
    RoundEnded,
    StartRound,
    UpdateProfile,
    verify,
    view,
    wording,
    write_log,
)
from ringofire_adapters.memory import Memory
from ringofire_adapters.terminal import bots
from ringofire_adapters.terminal.ask import Ask, sender, senders
from ringofire_adapters.terminal.book import aim_line, book, deck_line, has_teams
from ringofire_adapters.terminal.screen import STYLES, Screen
from ringofire_adapters.terminal.source import Source
from ringofire_adapters.terminal.story import Line, refusal, tell
from ringofire_adapters.terminal.table import Picture, draw, pack_in_sight, question
from ringofire_adapters.terminal.typed import Here, Local, Unclear, help_lines, read

__all__ = ["SEATS", "Sitting", "hot_seat", "play_bots"]

SEATS = 20
"""So many can sit around one keyboard: as many as a room can have."""

LEAST = 2
"""Names that are asked for before an empty line means that these are all."""

TOLD_ROWS = 8
"""Lines of the story that a live picture keeps in sight."""


@define
class Sitting:
    """A room that lives in this process, and the screen it is seen on.

    Args:
        told: the story since the last card, for a picture that is drawn anew.
        note: why nothing came of the last line that was typed, below that story.
    """

    screen: Screen
    source: Source
    memory: Memory
    pack: Pack
    tone: str
    packs: Mapping[str, Pack]
    code: str = field(init=False)
    room: Room = field(init=False, factory=Room)
    told: list[Line] = field(init=False, factory=list)
    note: Line | None = field(init=False, default=None)

    @code.default
    def _code(self) -> str:
        return self.source.code()

    @property
    def view(self) -> RoomView:
        """The room as everybody may see it."""
        return view(self.room)

    @property
    def begun(self) -> bool:
        """Whether there is a room yet."""
        return self.room.version > 0

    def send(self, ask: Ask) -> None:
        """Have a command judged, and tell what it made happen; raises Rejected if it is refused."""
        fields = dict(ask.fields)
        if ask.kind in (CreateRoom, JoinRoom):
            fields["token_hash"] = self.source.token_hash()
        command = ask.kind(id=self.source.command_id(), by=ask.by, at=self.source.clock(), **fields)
        answer = self.memory.send(self.code, command)
        if isinstance(answer, Refused):
            raise answer.rejected
        assert isinstance(answer, Accepted)  # ids are new each time, and nobody else writes here
        before = view(self.room) if self.begun else None
        self.room = answer.room
        self._tell(answer.entry, before)

    def sit(self, name: str) -> None:
        """Seat somebody; the first to sit makes the room."""
        if self.begun:
            self.send(Ask(JoinRoom, None, {"name": name}))
            return
        options = {"capacity": SEATS, "tone": self.tone}
        room = {"room": self.code, "master": self.source.master()}
        self.send(
            Ask(CreateRoom, None, {**room, "name": name, "pack": self.pack, "options": options})
        )

    def _tell(self, entry: Entry, before: RoomView | None) -> None:
        after = self.view
        events = tuple([event for event in entry.events if not isinstance(event, RingDealt)])
        assert self.room.game is not None
        lines = tell(
            events,
            before=before,
            after=after,
            pack=self.room.game.pack,
            words=wording(after.options.tone),
            signs=self.screen.signs,
        )
        if any(isinstance(event, RoundEnded) for event in events):
            lines += self._checked()
        if self.screen.live:
            fresh = any(line.kind == "card" for line in lines)
            self.told = [] if fresh else self.told
            self.told += [line for line in lines if line.kind != "text"]
        else:
            self.screen.tell(lines)

    def _checked(self) -> list[Line]:
        """Check the whole log, the shuffle of its rounds included, and say what was found."""
        done = verify(write_log(self.memory.logs[self.code]))
        commitments = [
            event.commitment.hex()[:16]
            for entry in self.memory.logs[self.code]
            for event in entry.events
            if isinstance(event, RoomCreated | RoundEnded)
        ]
        number = done.rounds[-1]
        told = (
            f"The shuffle was checked: round {number} was dealt from the secret behind "
            f"commitment {commitments[number - 1]}..., published before it began."
        )
        again = f"All {done.entries} entries were decided again, with the same outcome."
        return [Line(told, "check"), Line(again, "check")]

    def picture(self) -> Picture:
        """Give what the view is drawn with now."""
        screen = self.screen
        words = wording(self.room.options.tone)
        pack = pack_in_sight(self.room)
        return Picture(pack, words, screen.signs, screen.width, screen.height)

    def show(self) -> None:
        """Draw the table anew, with the story since the last card below; nothing if not live."""
        if not self.screen.live:
            return
        self.screen.clear()
        self.screen.put(*draw(self.view, self.picture()), Text())
        self.screen.tell(self.told[-TOLD_ROWS:])
        if self.note is not None:
            self.screen.tell([self.note])

    def wind_up(self, why: str) -> None:
        """End the round that runs, so that its shuffle can be checked."""
        if not self.begun or not senders(self.view, "end_round"):
            return
        self.screen.put(why)
        self.told = []
        self.send(Ask(EndRound, sender(self.view, "end_round")))
        self.screen.tell(self.told)


# ------------------------------------------------------------------ bots


def play_bots(sitting: Sitting, count: int) -> None:
    """Have `count` bots play a round to its end."""
    for name in bots.NAMES[:count]:
        sitting.sit(name)
    for place, player in enumerate(sitting.view.players):
        sitting.send(Ask(UpdateProfile, player.id, {"team": "ab"[place % 2]}))
    sitting.send(Ask(StartRound, sender(sitting.view, "start_round")))
    while (move := bots.next_move(sitting.view, sitting.source)) is not None:
        sitting.send(move)


# ------------------------------------------------------------------ people


def hot_seat(sitting: Sitting, names: Sequence[str]) -> None:
    """Let people play at this keyboard until they have had enough, or the input ends."""
    screen = sitting.screen
    hints = [Line("Anybody may pass on any penalty; no reason needed.", "text")]
    if has_teams(sitting.pack):
        teams = (
            "Some cards hit everybody in team A, or in team B. Nobody is in a team yet: "
            "type, for example, team a Ann Bob."
        )
        hints.append(Line(teams, "text"))
    title = Text(sitting.pack.title, style=STYLES["end"])
    screen.put(title, aim_line(sitting.pack), deck_line(sitting.pack))
    screen.tell(hints)
    for name in names:
        sitting.sit(name)
    if not names and not _ask_names(sitting):
        return
    sitting.told += hints
    while sitting.view.phase != "closed":
        sitting.show()
        line = screen.ask(question(sitting.view, sitting.picture()))
        if line is None:
            sitting.wind_up("The input has ended, and so does the round.")
            return
        if not _do(sitting, line):
            return


def _ask_names(sitting: Sitting) -> bool:
    """Seat whoever is named; False at the end of the input."""
    seated = 0
    while seated < SEATS:
        more = " (Enter if these are all)" if seated >= LEAST else ""
        line = sitting.screen.ask(f"Name of player {seated + 1}{more}")
        if line is None:
            return False
        word = line.strip().removeprefix("/").lower()
        if not word and seated >= LEAST:
            break
        if word == "quit":
            return False
        if word in ("?", "help"):
            sitting.screen.put(_NAMES_HELP)
            continue
        try:
            sitting.sit(line)
            seated += 1
        except Rejected as rejected:
            sitting.screen.put(refusal(rejected))
    return True


_NAMES_HELP = (
    "Type one name and press Enter, once for each player; an empty line after the last of them. "
    "quit goes."
)

_BETWEEN_ROUNDS = frozenset({AddNonce, Configure, MoveSeat})
"""What is for the time before a round and after it."""


def _do(sitting: Sitting, line: str) -> bool:
    """Do what a line asks for; False if that is to go."""
    sitting.note = None
    kind = None
    try:
        assert sitting.room.game is not None
        here = Here(sitting.view, sitting.room.game.pack, sitting.packs, sitting.source.one_of)
        asked = read(here, line)
        if isinstance(asked, Local):
            return _look(sitting, asked.word)
        before = sitting.view.round
        for ask in asked:
            kind = ask.kind
            sitting.send(ask)
        if sitting.view.round != before and not sitting.screen.live:
            sitting.screen.put(*draw(sitting.view, sitting.picture()))
    except Unclear as unclear:
        _note(sitting, str(unclear))
    except Rejected as rejected:
        if rejected.reason is Reason.WRONG_PHASE and kind in _BETWEEN_ROUNDS:
            _note(sitting, "That is for between rounds: a round is being played.")
        else:
            _note(sitting, refusal(rejected))
    return True


def _note(sitting: Sitting, text: str) -> None:
    if sitting.screen.live:
        sitting.note = Line(text, "penalty")
    else:
        sitting.screen.put(text)


def _look(sitting: Sitting, word: str) -> bool:
    screen = sitting.screen
    if word == "quit":
        sitting.wind_up("The round ends here.")
        return False
    if word == "table":
        if not screen.live:
            screen.put(*draw(sitting.view, sitting.picture()))
        return True
    screen.clear()
    if word == "rules":
        assert sitting.room.game is not None
        pack = sitting.room.game.pack
        screen.put(deck_line(pack))
        screen.console.print(book(pack))
    else:
        words = help_lines(sitting.view)
        wide = max([len(usage) for usage, _ in words]) + 2
        screen.put(*[Text.assemble((usage.ljust(wide), "bold"), means) for usage, means in words])
        screen.put("While a rule is asked for, a word with more behind it needs a slash: /lost Ann")
    if screen.live:
        return screen.ask("Enter goes back to the table") is not None
    return True
