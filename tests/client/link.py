"""A player and the world with a link between them that may do anything a network does."""

from collections import Counter, deque
from itertools import count

from attrs import define, field

from ringofire.protocol.news import Answered, News, Over
from ringofire.protocol.player import Patience, Player
from tests.client.world import Connection, World

TOKENS = {name: f"{number:064x}" for number, name in enumerate(("Ann", "Bob", "Cem"), 1)}


@define
class Clock:
    now: int = 0


@define(eq=False)
class Link:
    """Frames on their way, both ways; nothing moves but by a call."""

    world: World
    clock: Clock
    name: str = "Ann"
    patience: Patience = field(factory=Patience)
    player: Player = field(init=False)
    line: Connection | None = None
    up: deque[bytes] = field(factory=deque)
    down: deque[bytes] = field(factory=deque)
    news: list[News] = field(factory=list)
    outcomes: Counter[str] = field(factory=Counter)
    asked: list[str] = field(factory=list)
    doubled: set[str] = field(factory=set)
    """Ids of the frames that the network brought to the server twice."""

    @player.default
    def _player(self) -> Player:
        numbers = count(1)
        return Player(lambda: f"{self.name}-{next(numbers)}", lambda n: n // 2, self.patience)

    # -- What the driver does

    def note(self, news: tuple[News, ...]) -> tuple[News, ...]:
        self.news += news
        for one in news:
            if isinstance(one, Answered):
                self.outcomes[one.id] += 1
        frames = self.player.take()
        assert self.line is not None or not frames
        self.up += frames
        return news

    def enter(self, action: str, **fields: object) -> str:
        frame_id = self.player.enter(action, fields, self.clock.now)
        self.asked.append(frame_id)
        self.note(())
        return frame_id

    def ask(self, action: str, **fields: object) -> str:
        frame_id = self.player.ask(action, fields, self.clock.now)
        self.asked.append(frame_id)
        self.note(())
        return frame_id

    def open(self) -> None:
        """Open a line, if one is wanted by now."""
        if self.player.wants_line and self.player.again_at <= self.clock.now:
            self.line = self.world.connect(self.down.append)
            self.note(self.player.opened(self.clock.now))

    def cut(self, code: int | None = 1006) -> None:
        """Cut the line; what was on its way is lost."""
        if self.line is None:
            return
        self.world.drop(self.line)
        self.line = None
        self.up.clear()
        self.down.clear()
        self.note(self.player.closed(code, self.clock.now))

    def push(self) -> None:
        """Bring the next frame to the server."""
        if self.up and self.line is not None:
            self.world.hear(self.line, self.up.popleft())

    def pull(self) -> tuple[News, ...]:
        """Bring the next frame to the player."""
        return self.hear(self.down.popleft()) if self.down else ()

    def hear(self, frame: bytes | str) -> tuple[News, ...]:
        return self.note(self.player.heard(frame, self.clock.now))

    def passed(self) -> tuple[News, ...]:
        return self.note(self.player.passed(self.clock.now))

    # -- A network in good order

    def flow(self) -> None:
        """Let all frames through, both ways, until there are none."""
        self.open()
        while self.up or self.down:
            self.push()
            self.pull()
        if self.player.wants_cut:
            self.cut(None)

    def answer(self, frame_id: str) -> object:
        """What became of a frame."""
        found = [one for one in self.news if isinstance(one, Answered) and one.id == frame_id]
        return found[0].outcome if found else None

    @property
    def over(self) -> Over | None:
        return self.player.over


def together(*links: Link) -> None:
    """Let all frames of all links through."""
    while any(link.up or link.down for link in links):
        for link in links:
            link.flow()


def wake(*links: Link) -> bool:
    """Go on to when the first of them has something to do; False if none has."""
    players = [link.player for link in links]
    times = [at for player in players if (at := player.next_at) is not None]
    times += [player.again_at for player in players if player.wants_line]
    if not times:
        return False
    clock = links[0].clock
    clock.now = max(clock.now, min(times))
    for link in links:
        link.open()
        link.passed()
        if link.player.wants_cut:
            link.cut(None)
    return True


def seat(world: World, clock: Clock, *names: str, patience: Patience | None = None) -> list[Link]:
    """Seat people in a new room, by a network in good order."""
    links = [Link(world, clock, name, patience or Patience()) for name in names]
    for link in links:
        token = TOKENS[link.name]
        if link is links[0]:
            link.enter("create_room", name=link.name, token=token)
        else:
            link.enter("join_room", room=links[0].player.room, name=link.name, token=token)
        together(*links)
        link.flow()
        together(*links)
    return links
