"""The command `ringofire`: its commands, their options, and the one place where errors are met.

Whatever is typed or read, people get a line that says what is wrong, never a traceback: what the
library raises is told, and anything else is a bug, told as one. Status 0 is success, 1 that
something was refused or is not true, 2 that the command line was wrong, 70 a bug, 130 Ctrl-C.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter, Token, validators
from rich.console import Console
from rich.text import Text

from ringofire import (
    Entry,
    LogError,
    RingDealt,
    RingofireError,
    Room,
    __version__,
    fold,
    read_log,
    verify,
    view,
    wording,
    write_public_log,
)
from ringofire_adapters import PORT
from ringofire_adapters.memory import Memory
from ringofire_adapters.terminal import what_to_install
from ringofire_adapters.terminal.book import (
    book,
    choose,
    deck_line,
    known_packs,
    listing,
    load_file,
)
from ringofire_adapters.terminal.ink import shown
from ringofire_adapters.terminal.logfile import (
    LOG_LIMIT,
    LogFile,
    open_log,
    read_file,
    write_file,
)
from ringofire_adapters.terminal.play import SEATS, Sitting, hot_seat, play_bots
from ringofire_adapters.terminal.screen import (
    Screen,
    complain,
    make_screen,
    prepare_streams,
    silence,
)
from ringofire_adapters.terminal.source import real_source, seeded_source
from ringofire_adapters.terminal.story import Line, tell
from ringofire_adapters.terminal.table import Picture, draw, pack_in_sight, question

__all__ = ["app", "main", "run"]

DEBUG = "RINGOFIRE_DEBUG"
"""Set in the environment, it lets a bug show where it is."""

BROKEN_PIPE = 141
"""What a shell reports for a program whose output nobody reads any more."""

INTERRUPTED = 130

BUG = 70
"""EX_SOFTWARE of sysexits.h."""

app = App(
    name="ringofire",
    help="Ring of Fire in a terminal: play it, replay it, and check that nobody cheated.",
    version=__version__,
    help_format="plaintext",
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
packs = App(name="packs", help="Look at packs: which rule lies on which card.")
app.command(packs)


def _whole(_: object, tokens: Sequence[Token]) -> int:
    """Read a whole number, and nothing that could be rounded to one."""
    try:
        return int(tokens[0].value)
    except ValueError:
        raise ValueError("it has to be a whole number of some digits, such as 7") from None


LogArgument = Annotated[str, Parameter(help="A log file.")]
PacksOption = Annotated[
    str | None, Parameter(name="--packs", metavar="FILE", help="A TOML file of packs of your own.")
]


# ------------------------------------------------------------------ play


@app.command
def play(
    *,
    players: Annotated[
        str | None, Parameter(metavar="NAMES", help="Who plays: 2 to 20 names, between commas.")
    ] = None,
    bots: Annotated[
        int | None,
        Parameter(
            metavar="N",
            converter=_whole,
            validator=validators.Number(gte=2, lte=SEATS),
            help="Let 2 to 20 bots play a round alone.",
        ),
    ] = None,
    pack: Annotated[
        str | None,
        Parameter(metavar="NAME", help="The pack to play: uk, unless FILE has just one."),
    ] = None,
    packs: PacksOption = None,
    tone: Annotated[
        Literal["sips", "points", "forfeits", "water"], Parameter(help="How penalties are worded.")
    ] = "sips",
    seed: Annotated[
        int | None,
        Parameter(
            metavar="N",
            converter=_whole,
            help="Play the same game each time; who knows N knows the cards.",
        ),
    ] = None,
    log: Annotated[
        str | None,
        Parameter(metavar="FILE", help="Write the log to FILE as it grows; it holds the cards."),
    ] = None,
    overwrite: Annotated[
        bool, Parameter(negative=(), help="Let --log replace the log of an earlier game.")
    ] = False,
) -> int:
    """Play at this keyboard, passing it round, or watch bots play."""
    names = [] if players is None else [name for name in players.split(",") if name.strip()]
    if players is not None and bots is not None:
        raise CycloptsError(msg="--players and --bots cannot both be given.")
    if players is not None and not 2 <= len(names) <= SEATS:
        raise CycloptsError(msg=f"--players needs 2 to {SEATS} names.")
    screen = make_screen(typed=bots is None)
    sitting = Sitting(
        screen=screen,
        source=real_source() if seed is None else seeded_source(seed),
        memory=Memory(),
        pack=choose(pack, packs),
        tone=tone,
        packs=known_packs(packs),
    )
    if log is None:
        _play(sitting, names, bots)
        return 0
    with open_log(log, overwrite=overwrite) as file:
        sitting.memory.listeners.append(file)
        try:
            _play(sitting, names, bots)
        finally:
            _tell_log(screen, file, sitting.room)
    return 0


def _play(sitting: Sitting, names: list[str], bots: int | None) -> None:
    if bots is None:
        hot_seat(sitting, names)
    else:
        play_bots(sitting, bots)


def _tell_log(screen: Screen, file: LogFile, room: Room) -> None:
    if file.size:
        screen.put(
            Text(f"Log: {shown(file.name)}, entries: {room.version}, head: {room.head.hex()}")
        )


# ------------------------------------------------------------------ join


@app.command
def join(
    url: Annotated[
        str, Parameter(help="The server: HOST:PORT, or a URL, with the room behind a # or without.")
    ],
    room: Annotated[str | None, Parameter(help="The room's code; without it, a new room.")] = None,
    /,
    *,
    name: Annotated[
        str | None, Parameter(metavar="NAME", help="What you are called; else you are asked.")
    ] = None,
    watch: Annotated[bool, Parameter(negative=(), help="Only watch, without a seat.")] = False,
    create: Annotated[
        bool, Parameter(negative=(), help="Make a new room, even if you have a seat in another.")
    ] = False,
    fresh: Annotated[
        bool, Parameter(negative=(), help="Take a new seat, even if you have one there.")
    ] = False,
    pack: Annotated[
        str | None,
        Parameter(metavar="NAME", help="The pack of a new room: uk, unless FILE has just one."),
    ] = None,
    packs: PacksOption = None,
    tone: Annotated[
        Literal["sips", "points", "forfeits", "water"],
        Parameter(help="How penalties are worded in a new room."),
    ] = "sips",
) -> int:
    """Play in a room on a server, each at a keyboard of their own."""
    from ringofire_adapters.client import Address, BadAddress, read_address
    from ringofire_adapters.codes import ALPHABET, read_code
    from ringofire_adapters.terminal import join as joining

    try:
        address = read_address(url)
    except BadAddress as error:
        raise CycloptsError(msg=str(error)) from None
    wanted = address.room if room is None else read_code(room)
    if wanted is not None and not (wanted and set(wanted) <= set(ALPHABET)):
        raise CycloptsError(msg="that is no code of a room, such as K7QX2M.")
    if create and (wanted is not None or watch):
        raise CycloptsError(msg="--create makes a new room: name none, and do not --watch.")
    if watch and wanted is None:
        raise CycloptsError(msg="--watch needs the code of a room.")
    wish = joining.Wish(
        address=Address(address.url, wanted),
        typed=url.partition("#")[0],
        name=name,
        watch=watch,
        create=create,
        fresh=fresh,
        pack=choose(pack, packs),
        packs=known_packs(packs),
        tone=tone,
    )
    joining.join(wish, make_screen(typed=True))
    return 0


# ------------------------------------------------------------------ serve


def _limit(help_: str, least: int = 0) -> Parameter:
    return Parameter(
        metavar="N", converter=_whole, validator=validators.Number(gte=least), help=help_
    )


@app.command
def serve(
    *,
    host: Annotated[
        str, Parameter(metavar="ADDRESS", help="Where to listen; 127.0.0.1 is this machine alone.")
    ] = "0.0.0.0",  # noqa: S104 (everybody in this network is who it is for)
    port: Annotated[
        int,
        Parameter(
            metavar="N",
            converter=_whole,
            validator=validators.Number(gte=0, lte=65535),
            help="The port to listen on; 0 takes any that is free.",
        ),
    ] = PORT,
    store: Annotated[
        str | None,
        Parameter(
            metavar="STORE",
            help="Where rooms live: sqlite:PATH, or memory. A file in your data folder by default.",
        ),
    ] = None,
    origin: Annotated[
        tuple[str, ...],
        Parameter(
            metavar="ORIGIN",
            negative=(),
            show_default=False,
            help="A web site whose pages may connect, such as https://play.example; can be "
            "repeated. The server's own by default.",
        ),
    ] = (),
    rate: Annotated[int, _limit("Frames a second that one connection may send.", 1)] = 20,
    burst: Annotated[int, _limit("Frames it may send at once.", 1)] = 60,
    connections: Annotated[int, _limit("Connections at a time; 0 is no limit.")] = 10_000,
    seat_connections: Annotated[int, _limit("Connections of one seat; 0 is no limit.")] = 8,
    address_connections: Annotated[int, _limit("Connections from one address; 0 is no limit.")] = 0,
    rooms: Annotated[int, _limit("Rooms that may live at a time; 0 is no limit.")] = 10_000,
    address_rooms: Annotated[
        int, _limit("Rooms made from one address in a minute; 0 is no limit.")
    ] = 0,
    address_misses: Annotated[
        int, _limit("Wrong codes from one address in a minute; 0 is no limit.")
    ] = 10,
    misses: Annotated[int, _limit("Wrong codes in a minute in all; 0 is no limit.")] = 300,
    code_length: Annotated[
        int,
        Parameter(
            metavar="N",
            converter=_whole,
            validator=validators.Number(gte=4, lte=32),
            help="Signs of a room's code; 8 for a server that anybody can reach.",
        ),
    ] = 6,
    trust_proxy: Annotated[
        str | None,
        Parameter(
            metavar="ADDRESS",
            help="A proxy that stands in front: its X-Forwarded headers are believed.",
        ),
    ] = None,
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        Parameter(help="What is written to standard error, as lines of JSON."),
    ] = "WARNING",
) -> int:
    """Serve rooms to everybody in this network; Ctrl-C stops it, and rooms stay."""
    from ringofire.protocol.limits import Limits
    from ringofire_adapters.hub import Settings
    from ringofire_adapters.terminal import serve as serving

    service = serving.Service(
        host=host,
        port=port,
        store=serving.default_store() if store is None else store,
        origins=origin,
        settings=Settings(
            limits=Limits(rate=rate, burst=burst),
            code_length=code_length,
            rooms=rooms,
            connections=connections,
            seat_connections=seat_connections,
            address_connections=address_connections,
            address_rooms=address_rooms,
            address_misses=address_misses,
            misses=misses,
        ),
        trust_proxy=trust_proxy,
        log_level=log_level,
    )
    serving.serve(service, make_screen())
    return 0


# ------------------------------------------------------------------ logs


@app.command
def replay(
    file: LogArgument,
    /,
    *,
    at: Annotated[
        int | None,
        Parameter(
            metavar="N", converter=_whole, help="After entry N; after the last one by default."
        ),
    ] = None,
) -> int:
    """Draw the table as it was after any entry of a log."""
    screen = make_screen()
    log = read_log(read_file(file, LOG_LIMIT))
    last = len(log.records)
    version = last if at is None else at
    if not 1 <= version <= last:
        raise CycloptsError(msg=f"--at has to be within 1..{last}: so many entries there are.")
    try:
        drawn, lines = _drawn(log.entries[:version], screen)
    except RingofireError:
        raise
    except Exception as error:
        # A log is from anybody, and its entries are applied, not judged: that is for `verify`.
        what = "what the log says up to here cannot be drawn; verify tells what is wrong with it"
        raise LogError(f"entry {version}", what) from error
    screen.put(*drawn, "", Text(f"Entry {version} of {last}:", style="bold"))
    screen.tell(lines)
    return 0


def _drawn(entries: Sequence[Entry], screen: Screen) -> tuple[list[Text], list[Line]]:
    """Give the table as it is after some entries, and the story of the last of them."""
    before = fold(entries[:-1])
    room = fold(entries[-1:], room=before)
    now = view(room)
    pack, words = pack_in_sight(room), wording(now.options.tone)
    lines = tell(
        tuple([event for event in entries[-1].events if not isinstance(event, RingDealt)]),
        before=view(before) if before.version else None,
        after=now,
        pack=pack,
        words=words,
        signs=screen.signs,
    )
    picture = Picture(pack, words, screen.signs, screen.width, screen.height)
    drawn = draw(now, picture)
    if now.choice is not None:
        drawn.append(Text(question(now, picture), style="bold green"))
    return drawn, lines


@app.command(name="verify")
def verify_log(
    file: LogArgument,
    /,
    *,
    head: Annotated[
        str | None, Parameter(metavar="HASH", help="A head that was once given out for this room.")
    ] = None,
) -> int:
    """Check a log: its bytes, its chain of hashes, its shuffles, and every decision."""
    wanted = None if head is None else _hash(head)
    data = _log_to_check(file)
    with Console(stderr=True).status("Checking ..."):
        done = verify(data, head=wanted)
    checked = ["every line in its one form, and the chain of hashes through all of them"]
    if not done.public:
        checked.append("every command was decided again, with the same events")
    checked += [f"the shuffle of round {number}, against its commitment" for number in done.rounds]
    if done.head_at is not None:
        checked.append(f"the given head is that of entry {done.head_at}")
    screen = make_screen()
    kind = "public" if done.public else "full"
    screen.put(f"{shown(file)}: a {kind} log of room {shown(done.room)}, entries: {done.entries}")
    screen.put(*[Text.assemble(("  checked      ", "green"), told) for told in checked])
    screen.put(*[Text.assemble(("  not checked  ", "yellow"), told) for told in done.unchecked])
    screen.put(f"  head         {done.head.hex()}")
    return 0


def _log_to_check(file: str) -> bytes:
    data = read_file(file, LOG_LIMIT)
    if data.partition(b"\n")[0].endswith(b"\r"):
        raise LogError(file, "its lines end in carriage returns (CRLF), so its bytes were changed")
    return data


def _hash(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != 32 or len(text) != 64:
        raise CycloptsError(msg="--head has to be a hash of 64 hex digits.")
    return found


@app.command
def export(
    file: LogArgument,
    /,
    *,
    public: Annotated[
        bool, Parameter(negative=(), help="Leave the secrets out. There is no other export.")
    ] = False,
    out: Annotated[
        str | None,
        Parameter(
            name=["--out", "-o"], metavar="OUT", help="Where to write, if not standard output."
        ),
    ] = None,
) -> int:
    """Write a log without its secrets, so that it can be shown to anybody and still be checked."""
    if not public:
        raise CycloptsError(
            msg="say --public: it leaves out the cards that were not drawn, the room's entropy and "
            "the tokens. For a full copy, copy the file."
        )
    data = _log_to_check(file)
    if out is not None and Path(out).exists() and Path(out).samefile(file):
        raise CycloptsError(msg="--out would write over the log itself.")
    verify(data)
    log = read_log(data)
    if log.is_public:
        raise LogError(file, "is public already: it can be handed on as it is")
    write_file(out, write_public_log(log.entries))
    return 0


# ------------------------------------------------------------------ packs


@packs.command(name="list")
def list_packs(*, packs: PacksOption = None) -> int:
    """List the packs that can be played."""
    make_screen().console.print(listing(known_packs(packs)))
    return 0


@packs.command
def show(
    name: Annotated[str, Parameter(help="The pack's name.")],
    /,
    *,
    packs: PacksOption = None,
    json: Annotated[
        bool, Parameter(negative=(), help="Print the resolved pack as one JSON object.")
    ] = False,
) -> int:
    """Show what every card of a pack means."""
    pack = choose(name, packs)
    screen = make_screen()
    if json:
        sys.stdout.write(pack.text + "\n")
        return 0
    screen.put(Text(f"{shown(pack.title)} ({shown(pack.name)})", style="bold magenta"))
    screen.put(deck_line(pack), f"Digest: {pack.digest.hex()}", "")
    screen.console.print(book(pack, effects=True))
    return 0


@packs.command
def check(file: Annotated[str, Parameter(help="A TOML file of packs.")], /) -> int:
    """Check a file of packs, and name each fault with its file, table and field."""
    found = load_file(file)
    screen = make_screen()
    screen.put(f"{shown(file)}: no faults; packs: {len(found)}")
    screen.console.print(listing(found))
    return 0


# ------------------------------------------------------------------ the edge


def run(arguments: list[str]) -> int:
    """Run a command line to its end and give its status; whatever goes wrong is told here."""
    prepare_streams()
    try:
        status = app(arguments, exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except CycloptsError as error:
        complain(str(error))
        return 2
    except RingofireError as error:
        complain(str(error))
        return 1
    except BrokenPipeError:
        silence()
        return BROKEN_PIPE
    except OSError as error:
        _settle()
        complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return 1
    except UnicodeError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        complain("stopped")
        return INTERRUPTED
    except Exception as bug:
        told = what_to_install(bug) if isinstance(bug, ModuleNotFoundError) else None
        if told is not None:
            complain(told)
            return 2
        if os.environ.get(DEBUG):
            raise
        complain(f"a bug, please report it ({DEBUG}=1 shows where): {type(bug).__name__}: {bug}")
        return BUG
    return status if isinstance(status, int) else 0


def _settle() -> None:
    """Write out what is still to be written; if that is what failed, throw it away."""
    try:
        sys.stdout.flush()
    except OSError:
        silence()


def main() -> None:
    """Run the command line of this process."""
    sys.exit(run(sys.argv[1:]))
