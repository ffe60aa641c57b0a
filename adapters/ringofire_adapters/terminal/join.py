"""`ringofire join`: one seat of a room that lives on a server, or a place to watch it from.

The picture, the story and the words are those of `ringofire play`; the room is elsewhere, and what
others do is told while a line is being typed. What may be done is judged by the server.
"""

import asyncio
import secrets
import shlex
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs
from attrs import define, field, frozen
from rich.text import Text

from ringofire import Pack, Reason, Rejected, RingofireError, RoomView, wording
from ringofire.names import wire_name
from ringofire.protocol.errors import ErrorReason
from ringofire.view import PackChangedView
from ringofire_adapters.client import (
    Address,
    Back,
    Client,
    ClientError,
    ConnectionOver,
    Lost,
    News,
    Over,
    Presence,
    ServerError,
    Updated,
    Welcomed,
    Why,
    connect,
)
from ringofire_adapters.terminal.ask import Ask
from ringofire_adapters.terminal.book import aim_line, book, deck_line
from ringofire_adapters.terminal.ink import and_, shown
from ringofire_adapters.terminal.lines import CAN_TYPE, Lines
from ringofire_adapters.terminal.play import TOLD_ROWS
from ringofire_adapters.terminal.screen import Screen
from ringofire_adapters.terminal.seats import Kept, Seats
from ringofire_adapters.terminal.story import Line, names_in, refusal, tell
from ringofire_adapters.terminal.table import Picture, draw, question, waiting
from ringofire_adapters.terminal.typed import SEAT_WORDS, Here, Local, Unclear, help_lines, read

__all__ = ["Gone", "Wish", "join"]

PROMPT = "> "

REMEMBERED = 40
"""So many lines of the story are remembered, of which a picture shows the last ones."""

_NAMES = frozenset({Reason.BAD_NAME, Reason.NAME_TAKEN})
"""Another name mends these."""

_SEAT_LOST = frozenset({Why.KICKED, Why.LEFT, Why.UNAUTHORIZED, Why.UNKNOWN_ROOM})
"""Nobody comes back after these."""

_DOOR: Mapping[str, str] = {
    ErrorReason.UNAUTHORIZED: "This room is not for watching.",
    ErrorReason.UNKNOWN_ROOM: "There is no such room.",
    ErrorReason.RATE_LIMITED: "Too many wrong codes were tried from here: wait a minute.",
}
"""What a server says at the door, for people."""

_WATCHING = frozenset({"?", "help", "quit", "rules", "table"})
"""What may be typed by those who watch."""


@frozen
class Wish:
    """What a command line asks for.

    Args:
        address: of the server, and of a room if it was named.
        typed: the address as it was typed, without a room: what brings people back.
        name: None to ask for it.
        watch: whether to watch only.
        create: whether to make a room, whatever is kept.
        fresh: whether to ignore the seat that is kept.
        pack: for a new room.
        packs: those that can be played, by name.
        tone: for a new room.
    """

    address: Address
    typed: str
    name: str | None
    watch: bool
    create: bool
    fresh: bool
    pack: Pack
    packs: Mapping[str, Pack]
    tone: str


class Gone(RingofireError):
    """It is over, and not because anybody here wanted it; the text says why."""


def join(wish: Wish, screen: Screen) -> None:
    """Take part until somebody has had enough; raises Gone and whatever a client raises."""
    seats = Seats()
    try:
        asyncio.run(Visit(wish, attrs.evolve(screen, live=screen.live and CAN_TYPE), seats).run())
    except asyncio.CancelledError:  # by a signal
        raise KeyboardInterrupt from None
    finally:
        seats.close()


@define(eq=False)
class Visit:
    """One run of the command.

    Args:
        wish: what was asked for.
        screen: where it is seen.
        seats: what is kept of seats.
    """

    wish: Wish
    screen: Screen
    seats: Seats
    lines: Lines = field(factory=Lines, init=False)
    client: Client = field(init=False)
    kept: Kept | None = field(default=None, init=False)
    told: list[Line] = field(factory=list, init=False)
    """The story since the last card, for a picture that is drawn anew."""
    note: str | None = field(default=None, init=False)
    """Why nothing came of the last line that was typed."""
    asked: str | None = field(default=None, init=False)
    """The question that is on the screen, where it is not drawn anew."""
    known: dict[bytes, Pack] = field(factory=dict, init=False)
    """Packs by their digest."""
    sight: Pack | None = field(default=None, init=False)
    """The pack that the cards on the table belong to."""
    there: tuple[str, ...] | None = field(default=None, init=False)
    """Who is connected, as it was told last."""
    line_is_lost: bool = field(default=False, init=False)
    seen: int = field(default=0, init=False)
    """The last version that was told of."""
    moved: asyncio.Event = field(factory=asyncio.Event, init=False)
    """Set whenever something was told."""
    page: bool = field(default=False, init=False)
    """Whether something else than the table is read, until the next line."""

    async def run(self) -> None:
        """Come, play, and go."""
        self.known = {pack.digest: pack for pack in self.wish.packs.values()}
        live = self.screen.live
        with self.lines.from_keys(self._draw_typing) if live else self.lines.from_pipe():
            async with connect(self.wish.address.url) as self.client:
                news = self.client.news()
                try:
                    if await self._enter():
                        await self._arrive()
                        await _first_of(self._follow(news), self._obey())
                except asyncio.CancelledError:
                    self._say_how_to_come_back()
                    raise
                except ConnectionOver as error:
                    self._end(error)
                except ServerError as error:
                    raise Gone(_DOOR.get(error.reason) or _sentence(error)) from None

    # -- Coming in

    async def _enter(self) -> bool:
        """Get into a room; False if the input has ended before."""
        wish, room = self.wish, self.wish.address.room
        if wish.watch:
            assert room is not None
            kept = self._kept(room)
            try:
                await self.client.watch(room, None if kept is None else kept.token)
            except Rejected as rejected:
                raise Gone(refusal(rejected)) from None
            return True
        if not wish.fresh and not wish.create:
            self.kept = self._kept(room)
        if self.kept is not None and await self._resume(self.kept):
            return True
        while True:
            name = wish.name or await self._ask_name()
            if name is None:
                return False
            try:
                await self._take_seat(room, name)
            except Rejected as rejected:
                if rejected.reason is Reason.WRONG_PHASE:
                    raise Gone("The room is closed.") from None
                if wish.name is not None or rejected.reason not in _NAMES:
                    raise Gone(refusal(rejected)) from None
                self.screen.put(refusal(rejected))
            else:
                return True

    def _kept(self, room: str | None) -> Kept | None:
        try:
            return self.seats.take(self.wish.address.url, room, self.wish.name)
        except OSError as error:
            self.screen.put(f"What is kept of seats cannot be read: {error.strerror}.")
            return None

    async def _resume(self, kept: Kept) -> bool:
        try:
            await self.client.resume(kept.room, kept.token)
        except ServerError as error:
            if error.reason not in (ErrorReason.UNAUTHORIZED, ErrorReason.UNKNOWN_ROOM):
                raise
            what = "room is" if error.reason == ErrorReason.UNKNOWN_ROOM else "seat there is"
            self.screen.put(f"Room {shown(kept.room)}: the {what} there no more.")
            self._forget()
            return False
        self._keep(kept)
        self.screen.put(f"Back in room {shown(kept.room)}, in the seat of {shown(kept.name)}.")
        return True

    async def _take_seat(self, room: str | None, name: str) -> None:
        token = secrets.token_bytes(32).hex()
        if room is None:
            pack = self.wish.pack
            tone = {"tone": self.wish.tone}
            await self.client.create_room(name, pack=pack, options=tone, token=token)
            assert self.client.room is not None
            self._keep(Kept(self.wish.address.url, self.client.room, name, token))
            return
        kept = Kept(self.wish.address.url, room, name, token)
        if self.seats.has(kept):  # of somebody who may still sit there
            await self.client.join_room(room, name, token=token)
            self._keep(kept)
            return
        # Kept before it is asked for: whoever is stopped in between has a seat all the same.
        self._keep(kept)
        try:
            await self.client.join_room(room, name, token=token)
        except (Rejected, ServerError):
            self._forget()
            raise

    async def _ask_name(self) -> str | None:
        while True:
            self._question("Your name")
            line = await self.lines.next()
            if line is None or line.strip().lower() in ("quit", "/quit"):
                return None
            if line.strip():
                return line.strip()

    def _keep(self, kept: Kept) -> None:
        self.kept = kept
        try:
            self.seats.keep(kept)
        except OSError as error:
            self.screen.put(f"The seat cannot be kept for later: {error.strerror}.")

    def _forget(self) -> None:
        kept, self.kept = self.kept, None
        if kept is not None:
            self.seats.forget(kept)

    async def _arrive(self) -> None:
        """Tell where we are, and how others get here."""
        view = self.client.view
        await self._look_up(view)
        self.seen = view.version
        pack = self._pack
        if self.screen.live:
            self.told = [Line(self._invitation())]
        else:
            self.screen.put(Text(pack.title), aim_line(pack), deck_line(pack))
            self.screen.put(self._invitation())
            if view.round:
                self._draw_plain()
        self._show()

    def _invitation(self) -> str:
        what = "Watching room" if self.wish.watch else "Room"
        return f"{what} {self.client.room}. Others come with: {self._command()}"

    def _command(self) -> str:
        return shlex.join(["ringofire", "join", self.wish.typed, self.client.room or ""])

    def _say_how_to_come_back(self) -> None:
        if self.kept is None or self.client.room is None:
            return
        command = f"{self._command()} --name {shlex.quote(self.kept.name)}"
        told = f"Your seat stays yours. To come back: {shown(command)}"
        self.screen.console.print(Text(told), soft_wrap=True)  # a command is pasted in one piece

    # -- What happens

    async def _follow(self, news: AsyncIterator[News]) -> None:
        """Tell what happens, as it happens, until it is over."""
        view = self.client.view
        async for one in news:
            match one:
                case Updated() if one.version > view.version:
                    await self._look_up(one.view)
                    self._tell(one, view)
                    view = one.view
                case Welcomed() if one.version > view.version:
                    await self._look_up(one.view)
                    self._say("Some of what happened was missed; this is the table now.")
                    self._draw_plain()
                    view = one.view
                case Presence():
                    self._tell_presence(one)
                case Lost():
                    self._tell_lost()
                case Back():
                    self.line_is_lost = False
                    self._say("Connected again.")
                case Over():
                    raise ConnectionOver(one)
                case _:
                    pass
            self.seen = view.version
            self.moved.set()
            self._show()
            if view.phase == "closed":
                self._forget()
                return

    async def _catch_up(self) -> None:
        """Let everything be told that is known."""
        while self.seen < self.client.version:
            self.moved.clear()
            await self.moved.wait()

    def _tell(self, update: Updated, before: RoomView) -> None:
        view = update.view
        changed = any(isinstance(event, PackChangedView) for event in update.events)
        with _drawing():
            lines = tell(
                update.events,
                before=before,
                after=view,
                pack=self.known[view.pack.digest] if changed else self._pack,
                words=wording(view.options.tone),
                signs=self.screen.signs,
            )
        if self.screen.live:
            fresh = any(line.kind == "card" for line in lines)
            told = [] if fresh else self.told
            self.told = [*told, *[line for line in lines if line.kind != "text"]][-REMEMBERED:]
            return
        self.screen.tell(lines)
        if view.round != before.round:
            self._draw_plain()

    def _tell_presence(self, presence: Presence) -> None:
        names = names_in(self.client.view)
        before, self.there = self.there, presence.connected
        if before is None:
            before = () if self.client.seat is None else (self.client.seat,)
        come = [seat for seat in presence.connected if seat not in before]
        gone = [seat for seat in before if seat not in presence.connected and seat in names]
        for seats, what in ((come, "connected"), (gone, "not connected any more")):
            if seats:
                called = [names.get(seat, shown(seat)) for seat in seats]
                self._say(f"{and_(called)} {'is' if len(called) == 1 else 'are'} {what}.")

    def _tell_lost(self) -> None:
        if not self.line_is_lost:
            self._say("The connection is lost; trying to get it back.")
        self.line_is_lost, self.there = True, None

    def _end(self, error: ConnectionOver) -> None:
        """Say why it is over, and raise Gone unless that was wanted here."""
        if error.why in _SEAT_LOST:
            self._forget()
        if error.why is Why.LEFT:
            self.screen.put("You have left, and your seat is free again.")
            return
        self._say_how_to_come_back()
        raise Gone(_sentence(error)) from None

    def _say(self, text: str) -> None:
        if self.screen.live:
            self.told = [*self.told, Line(text, "people")][-REMEMBERED:]
        else:
            self.screen.tell([Line(text, "people")])

    async def _look_up(self, view: RoomView) -> None:
        """Have the pack of the room at hand, and know which one lies on the table."""
        if view.pack.digest not in self.known:
            pack = await self.client.get_pack()
            self.known[pack.digest] = pack
            self.known.setdefault(view.pack.digest, pack)  # of a room that has changed it since
        if self.sight is None or view.phase in ("lobby", "playing"):
            self.sight = self.known[view.pack.digest]

    @property
    def _pack(self) -> Pack:
        assert self.sight is not None
        return self.sight

    # -- What is typed

    async def _obey(self) -> None:
        """Do what is typed until that is to go, or the input ends."""
        while (line := await self.lines.next()) is not None:
            self.note = self.asked = None
            if not self.screen.live:
                self.screen.put(Text(f"{PROMPT}{shown(line)}"))
            if self.page and not line.strip():
                self.page = False
            elif not await self._do(line):
                break
            await self._catch_up()
            self._show()
        self._say_how_to_come_back()

    async def _do(self, line: str) -> bool:
        """Do what a line asks for; False if that is to go."""
        self.page = False
        try:
            asked = self._read(line)
            if isinstance(asked, Local):
                return self._look(asked.word)
            for ask in asked:
                await self._send(ask)
        except Unclear as unclear:
            self._refuse(str(unclear))
        except Rejected as rejected:
            self._refuse(refusal(rejected))
        except ConnectionOver:
            raise
        except ClientError as error:
            self._refuse(_sentence(error))
        except ValueError:  # what no server would take, however it was typed
            self._refuse("That is too long.")
        return True

    def _read(self, line: str) -> Local | list[Ask]:
        me = self.client.seat
        if me is None:
            word = line.strip().removeprefix("/").lower()
            if word not in _WATCHING:
                raise Unclear("Whoever watches only watches; ? shows what may be typed.")
            return Local("help" if word == "?" else word)
        with _drawing():
            here = Here(self.client.view, self._pack, self.wish.packs, secrets.choice, me)
            return read(here, line)

    async def _send(self, ask: Ask) -> None:
        expect = None
        if self.line_is_lost:
            # By the time it goes out the turn may be another's: it is meant for what was seen.
            expect = self.client.version
            self._say("That goes out as soon as the connection is back.")
            self._show()
        await self.client.send(wire_name(ask.kind), expect=expect, **ask.fields)

    def _refuse(self, why: str) -> None:
        if self.screen.live:
            self.note = why
        else:
            self.screen.put(Text(why))

    def _look(self, word: str) -> bool:
        if word == "quit":
            return False
        if word == "table":
            self._draw_plain()
            return True
        self.screen.clear()
        if word == "rules":
            self.screen.put(deck_line(self._pack))
            self.screen.console.print(book(self._pack))
        else:
            words = self._help()
            wide = max([len(usage) for usage, _ in words]) + 2
            self.screen.put(
                *[Text.assemble((usage.ljust(wide), "bold"), means) for usage, means in words]
            )
        if self.screen.live:
            self.page = True
            self.screen.put(Text("Enter goes back to the table", style="bold green"))
            self._draw_typing()
        return True

    def _help(self) -> list[tuple[str, str]]:
        if self.client.seat is not None:
            return help_lines(self.client.view, self.client.seat)
        words = dict.fromkeys(SEAT_WORDS[word] for word in SEAT_WORDS if word in _WATCHING)
        return [(word.usage, word.means) for word in words]

    # -- What is seen

    def _picture(self) -> Picture:
        screen, view = self.screen, self.client.view
        return Picture(
            self._pack,
            wording(view.options.tone),
            screen.signs,
            screen.width,
            screen.height,
            me=self.client.seat or "",
            connected=self.there,
        )

    def _show(self) -> None:
        """Show the table as it is, if it is drawn anew each time; or else what it waits for."""
        if self.page or self.client.over is not None:
            return
        with _drawing():
            if self.screen.live:
                self._draw()
            else:
                self._ask()

    def _draw(self) -> None:
        view, picture, screen = self.client.view, self._picture(), self.screen
        screen.clear()
        screen.put(*draw(view, picture), Text())
        screen.tell(self.told[-TOLD_ROWS:])
        if self.note is not None:
            screen.tell([Line(self.note, "penalty")])
        screen.put(Text(question(view, picture), style="bold green"))
        self._draw_typing()

    def _draw_typing(self) -> None:
        """Show what was typed so far, in the last row."""
        room = self.screen.width - len(PROMPT) - 1
        typed = Text(shown(self.lines.typing.text))
        while typed.cell_len > room:
            typed = typed[1:]
        file = self.screen.console.file
        file.write(f"\r\x1b[K{PROMPT}{typed.plain}")
        file.flush()

    def _draw_plain(self) -> None:
        """Draw the table once, where it is not drawn anew each time."""
        if not self.screen.live:
            with _drawing():
                self.screen.put(*draw(self.client.view, self._picture()))

    def _ask(self) -> None:
        """Say what the table waits for, if that is not what was said last; `>` asks us."""
        view = self.client.view
        asked = question(view, self._picture())
        if asked != self.asked:
            mine = self.client.seat is not None and waiting(view)[0] == self.client.seat
            self._question(asked) if mine else self.screen.put(Text(asked))
            self.asked = asked

    def _question(self, text: str) -> None:
        if self.screen.live:
            self.screen.put(Text(text, style="bold green"))
            self._draw_typing()
        else:
            self.screen.put(Text(f"{text}>"))
            self.screen.console.file.flush()


async def _first_of(*works: Coroutine[Any, Any, None]) -> None:
    """Do several things until one of them is done; raise what it raises."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


@contextmanager
def _drawing() -> Iterator[None]:
    """Have a table that cannot be drawn told as what it is: a server may send anything."""
    try:
        yield
    except (RingofireError, Unclear, OSError):
        raise
    except Exception as error:
        raise Gone("The server tells of a table that cannot be.") from error


def _sentence(error: Exception) -> str:
    told = str(error)
    return f"{told[:1].upper()}{told[1:]}."
