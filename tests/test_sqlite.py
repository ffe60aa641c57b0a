"""Rooms in a SQLite file: what is stored stays, whoever races, crashes or spoils the file.

The first part is what any store promises, and is asked of the one in memory, too. The files are
real, time is an argument. This module run as a program is the other process of a race.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Thread
from typing import Any, Protocol

import attrs
import pytest
from attrs import define, frozen
from hypothesis import example, given
from hypothesis import strategies as st

from ringofire import (
    Accepted,
    Answer,
    Append,
    Appended,
    Busy,
    CreateRoom,
    Effect,
    Entry,
    JoinRoom,
    Load,
    LogError,
    PlayerJoined,
    Publish,
    Record,
    Room,
    Wait,
    decide,
    handle,
    make_entry,
    run,
    verify,
    write_line,
    write_log,
    write_public_log,
)
from ringofire_adapters import sqlite
from ringofire_adapters.lifetime import HOUR, REST
from ringofire_adapters.memory import Memory
from ringofire_adapters.sqlite import FORMAT, SqliteStore, StoreError
from tests.given import CODE, MASTER, NAMES, NOW, token
from tests.logs import TINY, tiny

STORED, TAKEN, UNKNOWN = Appended.STORED, Appended.TAKEN, Appended.UNKNOWN
HOUSE = Path(__file__).parent.parent
OTHER = "D34DGY"
ENDS = NOW + 24 * HOUR
PATIENCE = 60.0
"""Seconds that stores wait for each other here: disks of shared machines stall for some."""


# -- Entries and stores ----------------------------------------------------------------------------


def create(at: int = NOW, hours: int = 24) -> CreateRoom:
    return CreateRoom(
        id="c",
        by=None,
        at=at,
        room=CODE,
        name="Ann",
        token_hash=token("Ann"),
        master=MASTER,
        pack=TINY,
        options={"capacity": 20, "lifetime_hours": hours},
    )


def join(name: str) -> JoinRoom:
    return JoinRoom(id="j", by=None, at=NOW, name=name, token_hash=token(name))


@cache
def first(at: int = NOW, hours: int = 24) -> Entry:
    """The entry that creates a room."""
    command = create(at, hours)
    return make_entry(Room(), command, decide(Room(), command))


@cache
def entry(version: int, who: str = "Bob") -> Entry:
    """An entry that `who` would like to be the room's `version`; a store asks for no more."""
    mark = sha256(f"{version} {who}".encode()).digest()
    if version == 1:
        return attrs.evolve(first(), hash=mark)
    joined = PlayerJoined("p2", who, who, token(who))
    return Entry(version, 1, join(who), (joined,), mark)


def entries(count: int, who: str = "Bob") -> tuple[Entry, ...]:
    return tuple(entry(version, who) for version in range(1, count + 1))


class Store(Protocol):
    def perform(self, effect: Effect[Any], /) -> Any: ...


@define
class Clock:
    """The time, as a test says it is."""

    now: int = NOW

    def __call__(self) -> int:
        return self.now


def opened(
    folder: Path, clock: Callable[[], int] | None = None, timeout: float = PATIENCE
) -> SqliteStore:
    return SqliteStore(folder / "rooms.db", clock=clock or Clock(), timeout=timeout)


def fill(store: Store, *rooms: str, count: int = 3) -> None:
    """Store so many entries in each of these rooms."""
    wanted = [(room, one) for room in rooms for one in entries(count)]
    if isinstance(store, SqliteStore):
        assert [STORED] * len(wanted) == store.append_all(wanted)
    else:
        assert all(STORED is store.perform(Append(room, one)) for room, one in wanted)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """One of each kind, with no room in it."""
    if request.param == "memory":
        yield Memory()
    else:
        with opened(tmp_path) as store:
            yield store


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[SqliteStore]:
    """A file with no room in it."""
    with opened(tmp_path, timeout=0) as store:
        yield store


# -- What any store promises -----------------------------------------------------------------------


@frozen
class Case:
    """One row of a table: so many entries of CODE and of OTHER, what is asked, what is answered."""

    given: tuple[int, int]
    when: Effect[Any]
    then: object


CASES = {
    "a room nobody made has no entries": Case((0, 0), Load(CODE), ()),
    "nor has it any after a version": Case((0, 3), Load(CODE, 2), ()),
    "all entries, in order": Case((3, 2), Load(CODE), entries(3)),
    "those after a version": Case((3, 3), Load(CODE, 1), entries(3)[1:]),
    "the last one": Case((3, 0), Load(CODE, 2), (entry(3),)),
    "none after the last one": Case((3, 4), Load(CODE, 3), ()),
    "none far after it": Case((3, 0), Load(CODE, 2**40), ()),
    "the first entry makes the room": Case((0, 2), Append(CODE, entry(1)), STORED),
    "the next one is stored": Case((3, 0), Append(CODE, entry(4)), STORED),
    "the same one is not stored twice": Case((3, 4), Append(CODE, entry(3)), TAKEN),
    "nor is another one of its version": Case((3, 0), Append(CODE, entry(3, "Cem")), TAKEN),
    "a room is made once": Case((3, 0), Append(CODE, entry(1, "Cem")), TAKEN),
    "a gap is refused": Case((3, 4), Append(CODE, entry(5)), TAKEN),
    "so is one at the beginning": Case((0, 1), Append(CODE, entry(2)), TAKEN),
    "there is no version 0": Case((0, 0), Append(CODE, attrs.evolve(entry(2), version=0)), TAKEN),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_store_answers(store: Store, case: Case) -> None:
    """Every store gives the same answer to the same effect, and lets other rooms be."""
    here, there = case.given
    fill(store, CODE, count=here)
    fill(store, OTHER, count=there)

    assert case.then == store.perform(case.when)
    more = (case.when.entry,) if isinstance(case.when, Append) and case.then is STORED else ()
    assert entries(here) + more == store.perform(Load(CODE))
    assert entries(there) == store.perform(Load(OTHER))


CODES = (
    *("", " ", "0", "00", "%", "_", "?", "a", "A", "ä", "NULL", "a\0", "a\0b", "a ", "🂡", "\n"),
    *("'", '"', "''", "' OR 1=1 --", "'; DROP TABLE entries; --", ":room", "$1", "x''", "a" * 999),
)


def test_a_code_is_a_key_whatever_it_looks_like(store: Store) -> None:
    """Codes that look like SQL, patterns or nothing at all are as far apart as any two."""
    for number, code in enumerate(CODES):
        fill(store, code, count=1)
        assert STORED is store.perform(Append(code, entry(2, f"N{number}")))

    for number, code in enumerate(CODES):
        assert (entry(1), entry(2, f"N{number}")) == store.perform(Load(code))


def test_what_is_no_effect_of_a_store_is_a_bug(store: Store) -> None:
    """An effect that no store knows raises TypeError with its name."""

    class Unheard(Effect[None]):
        pass

    with pytest.raises(TypeError, match="Unheard is not an effect"):
        store.perform(Unheard())


@pytest.mark.parametrize(
    "effect", [Publish(CODE, entry(1), Room()), Wait(1)], ids=["publish", "wait"]
)
def test_publishing_and_waiting_are_somebody_elses(rooms: SqliteStore, effect: Effect[Any]) -> None:
    """A store that is asked to publish or to wait raises TypeError."""
    with pytest.raises(TypeError, match=f"{type(effect).__name__} is not an effect of a store"):
        rooms.perform(effect)


Wish = tuple[str, int, str]
"""Who would like to store which version of which room."""

WISHES = st.tuples(st.sampled_from([CODE, OTHER]), st.integers(1, 5), st.sampled_from(NAMES[1:3]))


@given(st.lists(st.lists(WISHES, max_size=4) | st.integers(0, 5) | st.none(), max_size=12))
def test_any_story_goes_as_it_does_in_memory(story: list[list[Wish] | int | None]) -> None:
    """Batches of appends, loads of what comes after a version, and reopening (None)."""
    memory = Memory()
    with tempfile.TemporaryDirectory() as name:
        store = opened(Path(name))
        for step in story:
            match step:
                case None:
                    store.close()
                    store = opened(Path(name))
                case int(after):
                    for room in (CODE, OTHER):
                        load = Load(room, after)
                        assert memory.perform(load) == store.perform(load)
                case wishes:
                    wanted = [(room, entry(version, who)) for room, version, who in wishes]
                    expected = [memory.perform(Append(room, one)) for room, one in wanted]
                    assert expected == store.append_all(wanted)
        for room in (CODE, OTHER):
            assert memory.perform(Load(room)) == store.load(room)
        store.close()


# -- What is in the file ---------------------------------------------------------------------------


def rows(store: SqliteStore, sql: str, *values: object) -> list[Any]:
    """Look into the file, or meddle with it, from outside."""
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        return db.execute(sql, values).fetchall()


def test_lines_are_those_of_a_log(rooms: SqliteStore) -> None:
    """The same bytes as in a log file, so that nothing depends on where a room lived."""
    for one in tiny():
        assert STORED is rooms.append(CODE, one)

    stored = [line for (line,) in rows(rooms, "SELECT line FROM entries ORDER BY version")]
    assert write_log(tiny()).splitlines()[1:] == stored
    assert tiny() == rooms.load(CODE)
    assert len(tiny()) == verify(write_log(rooms.load(CODE))).entries


def test_a_batch_is_judged_one_by_one_in_its_order(rooms: SqliteStore) -> None:
    """Each entry of a batch is stored or not by what is there when its turn has come."""
    batch = [(CODE, entry(1)), (OTHER, entry(2)), (CODE, entry(2)), (CODE, entry(2, "Cem"))]
    batch += [(OTHER, entry(1)), (CODE, entry(3))]

    assert [STORED, TAKEN, STORED, TAKEN, STORED, STORED] == rooms.append_all(iter(batch))
    assert entries(3) == rooms.load(CODE)
    assert entries(1) == rooms.load(OTHER)
    assert [] == rooms.append_all([])


def test_a_batch_waits_for_the_disk_once(rooms: SqliteStore) -> None:
    """All entries of a batch are stored by one commit."""
    heard: list[str] = []
    rooms._db.set_trace_callback(heard.append)
    rooms.append_all([(CODE, one) for one in entries(9)])
    rooms._db.set_trace_callback(None)

    assert 1 == heard.count("COMMIT")


def test_an_entry_is_on_the_disk_before_it_is_stored(rooms: SqliteStore) -> None:
    """SQLite's own words for: the log is synchronised at every commit."""
    assert [(b"wal",)] == rooms._db.execute("PRAGMA journal_mode").fetchall()
    assert [(2,)] == rooms._db.execute("PRAGMA synchronous").fetchall()
    assert [(1,)] == rooms._db.execute("PRAGMA fullfsync").fetchall()


def test_what_a_room_held_is_overwritten_when_it_is_deleted(rooms: SqliteStore) -> None:
    """The secrets of a room that was swept are no longer in the file."""
    fill(rooms, CODE)
    rooms.sweep(ENDS + REST)
    rooms.close()

    assert MASTER.hex().encode() not in rooms.path.read_bytes()


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """Also what SQLite keeps beside the file, and whatever the process lets others do."""
    before = os.umask(0)
    try:
        with opened(tmp_path / "new" / "folder") as store:
            fill(store, CODE)
            modes = {file.name: file.stat().st_mode & 0o777 for file in store.path.parent.iterdir()}
    finally:
        os.umask(before)

    assert {"rooms.db": 0o600, "rooms.db-wal": 0o600, "rooms.db-shm": 0o600} == modes
    assert 0o700 == (tmp_path / "new" / "folder").stat().st_mode & 0o777


def test_repr_tells_the_path_and_nothing_else(rooms: SqliteStore) -> None:
    """The repr of a store has its path, and none of what it holds."""
    fill(rooms, CODE)

    assert f"SqliteStore(path={rooms.path!r})" == repr(rooms)


def test_paths_may_look_like_anything(tmp_path: Path) -> None:
    """A path is not an address, even if it looks like one with arguments."""
    for name in ("a b", "a?mode=memory", "a#b", "%41", ":memory:", "'", "ä"):
        with SqliteStore(tmp_path / name, clock=Clock()) as store:
            fill(store, CODE, count=1)

        assert (tmp_path / name).is_file()


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """A closed store may be closed again, raises StoreError for the rest, and leaves one file."""
    store = opened(tmp_path)
    store.close()
    store.close()
    asked: list[Callable[[], object]] = [
        partial(store.load, CODE),
        partial(store.append, CODE, entry(1)),
        store.count_rooms,
        store.sweep,
    ]

    for ask in asked:
        with pytest.raises(StoreError, match=r"rooms\.db: Cannot operate on a closed database"):
            ask()
    assert [store.path] == list(tmp_path.iterdir())


def test_a_backup_is_a_store(rooms: SqliteStore, tmp_path: Path) -> None:
    """What `VACUUM INTO` writes while the store is open can be opened in its place."""
    fill(rooms, CODE, OTHER)
    (tmp_path / "backup").mkdir()
    rows(rooms, "VACUUM INTO ?", str(tmp_path / "backup" / "rooms.db"))
    fill(rooms, "LATER1")

    with opened(tmp_path / "backup") as backup:
        assert [3, 3, 0] == [len(backup.load(room)) for room in (CODE, OTHER, "LATER1")]
        assert STORED is backup.append(CODE, entry(4))


# -- Races -----------------------------------------------------------------------------------------


def answered(store: SqliteStore, command: JoinRoom | CreateRoom) -> Answer:
    """Take a command to its answer; while that is `Busy`, send it again."""

    def perform(effect: Effect[Any]) -> Any:
        return None if isinstance(effect, Publish | Wait) else store.perform(effect)

    while isinstance(answer := run(handle(CODE, command), perform), Busy):
        pass
    return answer


def at_once(*works: Callable[[], object]) -> None:
    """Do all of it at the same time, each in a thread."""
    barrier = Barrier(len(works))

    def begin(work: Callable[[], object]) -> None:
        barrier.wait()
        work()

    threads = [Thread(target=begin, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("files", [1, 8], ids=["one store", "a store each"])
def test_threads_racing_on_a_room_give_every_version_once(tmp_path: Path, files: int) -> None:
    """Eight join at once: one entry each, in one true chain."""
    stores = [opened(tmp_path) for _ in range(files)]
    answered(stores[0], create())
    answers: list[Answer] = []

    def joins(name: str, store: SqliteStore) -> None:
        answers.append(answered(store, join(name)))

    at_once(*[partial(joins, NAMES[n], stores[n % files]) for n in range(1, 9)])

    stored = stores[0].load(CODE)
    for store in stores:
        store.close()
    accepted = [answer.entry for answer in answers if isinstance(answer, Accepted)]
    assert 8 == len(accepted) == len(answers)
    assert sorted(accepted, key=lambda one: one.version) == list(stored[1:])
    assert 9 == verify(write_log(stored)).entries


def test_whoever_opens_first_makes_the_file_and_nobody_else(tmp_path: Path) -> None:
    """Eight open what is not there; what one of them stores at once, all of them see."""
    for number in range(5):
        stores: list[SqliteStore] = []
        stored: list[Appended] = []

        def opens(folder: Path, stores: list[SqliteStore], stored: list[Appended]) -> None:
            store = opened(folder)
            stores.append(store)
            stored.append(store.append(CODE, entry(1)))

        folder = tmp_path / str(number)
        at_once(*[partial(opens, folder, stores, stored)] * 8)

        assert Counter({TAKEN: 7, STORED: 1}) == Counter(stored)
        assert [entries(1)] * 8 == [store.load(CODE) for store in stores]
        for store in stores:
            store.close()
        assert [folder / "rooms.db"] == list(folder.iterdir())


@contextmanager
def child(task: str, path: Path, who: str) -> Iterator[subprocess.Popen[str]]:
    """Another process at this file; it begins when it is told so."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.test_sqlite", task, path, who],
        cwd=HOUSE,
        encoding="utf-8",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def lines(process: subprocess.Popen[str]) -> Iterable[str]:
    assert process.stdout is not None
    return process.stdout


def go(*processes: subprocess.Popen[str]) -> None:
    """Let processes begin, once all of them are there."""
    for process in processes:
        assert "ready\n" == next(iter(lines(process)))
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


RACE = 60


def append_until(path: Path, who: str, last: int) -> Iterator[int]:
    """Store entries in whatever versions are free, up to `last`; give those that were stored."""
    print("ready", flush=True)
    sys.stdin.readline()
    with SqliteStore(path, clock=Clock(), timeout=PATIENCE) as store:
        version = 0
        while version < last:
            version += 1
            while (answer := store.append(CODE, entry(version, who))) is UNKNOWN:
                pass
            if answer is STORED:
                yield version


def test_processes_racing_on_a_room_give_every_version_once(tmp_path: Path) -> None:
    """Two that make the file and the room at once, and then race for each of its versions."""
    path = tmp_path / "rooms.db"
    with child("race", path, "Bob") as one, child("race", path, "Cem") as two:
        go(one, two)
        stored = {who: set(map(int, lines(it))) for who, it in {"Bob": one, "Cem": two}.items()}
        assert (0, 0) == (one.wait(), two.wait())

    with opened(tmp_path) as store:
        loaded = store.load(CODE)
    assert set(range(1, RACE + 1)) == stored["Bob"] | stored["Cem"]
    assert not stored["Bob"] & stored["Cem"]
    for who, versions in stored.items():
        assert [entry(version, who) for version in sorted(versions)] == [
            loaded[version - 1] for version in sorted(versions)
        ]


def test_what_was_stored_survives_a_kill(tmp_path: Path) -> None:
    """A process killed in the middle of appending loses nothing of what it said was stored."""
    path = tmp_path / "rooms.db"
    for number in range(1, 6):
        with child("append", path, "Bob") as process:
            go(process)
            heard = iter(lines(process))
            told = [int(next(heard)) for _ in range(number * 3)]
            process.send_signal(signal.SIGKILL)
            told += map(int, heard)
            assert -signal.SIGKILL == process.wait()

        with opened(tmp_path) as store:
            loaded = store.load(CODE)
            # It may have been killed after the last one was stored, and before it said so.
            assert len(loaded) - told[-1] in (0, 1)
            assert entries(len(loaded)) == loaded
            assert STORED is store.append(CODE, entry(len(loaded) + 1))


def test_other_processes_see_what_was_stored_at_once(rooms: SqliteStore) -> None:
    """What one process has stored another one loads from that moment on."""
    with child("race", rooms.path, "Cem") as process:
        go(process)
        for line in lines(process):
            assert entry(int(line), "Cem") == rooms.load(CODE)[int(line) - 1]

    assert RACE == len(rooms.load(CODE))


# -- Trouble ---------------------------------------------------------------------------------------


@contextmanager
def locked(store: SqliteStore) -> Iterator[None]:
    """Somebody else holds the right to write."""
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield


def test_who_finds_the_file_locked_may_try_again(
    rooms: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody knows when it will be free: UNKNOWN, so a turn tries eight times, and is Busy."""
    fill(rooms, CODE)
    with locked(rooms):
        assert UNKNOWN is rooms.append(CODE, entry(4))
        assert [UNKNOWN] * 2 == rooms.append_all([(CODE, entry(4)), (OTHER, entry(1))])
        assert entries(3) == rooms.load(CODE)
        assert 1 == rooms.count_rooms()
        with pytest.raises(StoreError, match=r"rooms\.db: database is locked"):
            rooms.sweep()
        answer = run(
            handle("TRY1NG", attrs.evolve(create(), room="TRY1NG")),
            lambda effect: None if isinstance(effect, Wait) else rooms.perform(effect),
        )

    assert isinstance(answer, Busy)
    assert f"{rooms.path}: database is locked" in caplog.messages
    assert STORED is rooms.append(CODE, entry(4))


def test_a_full_disk_is_told_and_nothing_is_stored(rooms: SqliteStore) -> None:
    """SQLite's limit of pages stands for the disk's; a batch that does not fit is undone whole."""
    fill(rooms, CODE)
    [(pages,)] = rooms._db.execute("PRAGMA page_count").fetchall()
    rooms._db.execute(f"PRAGMA max_page_count = {pages}")
    batch = [(f"R{n}", entry(1)) for n in range(20)]

    with pytest.raises(StoreError, match=r"rooms\.db: database or disk is full"):
        rooms.append_all(batch)

    assert 1 == rooms.count_rooms()
    rooms._db.execute(f"PRAGMA max_page_count = {pages + 100}")
    assert [STORED] * 20 == rooms.append_all(batch)


def test_an_error_while_writing_leaves_it_unknown(
    rooms: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    """The system refuses to let files grow: the commit fails half-way. Then all goes on."""
    resource = pytest.importorskip("resource")
    fill(rooms, CODE)
    size = Path(f"{rooms.path}-wal").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        appended = rooms.append(CODE, entry(4))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert UNKNOWN is appended
    assert f"{rooms.path}: disk I/O error" in caplog.messages
    assert entries(3) == rooms.load(CODE)
    assert STORED is rooms.append(CODE, entry(4))
    assert entries(4) == rooms.load(CODE)


def test_an_entry_that_cannot_be_written_stops_the_batch(rooms: SqliteStore) -> None:
    """An entry 1 that creates nothing is the caller's mistake; the store goes on."""
    with pytest.raises(ValueError, match="entry 1 creates no room"):
        rooms.append_all([(CODE, entry(1)), (OTHER, attrs.evolve(entry(2), version=1))])

    assert () == rooms.load(CODE)
    assert STORED is rooms.append(CODE, entry(1))


def other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE entries (room, version, line)")


def with_sql(*statements: str) -> Callable[[Path], None]:
    """Make a store with a room, and meddle with it."""

    def make(path: Path) -> None:
        with SqliteStore(path, clock=Clock()) as store:
            fill(store, CODE)
            for statement in statements:
                rows(store, statement)

    return make


def with_bytes(data: bytes) -> Callable[[Path], None]:
    """Make a file of these bytes."""

    def make(path: Path) -> None:
        path.write_bytes(data)

    return make


def with_change(*changes: tuple[bytes, bytes]) -> Callable[[Path], None]:
    """Make a store with a room, and change bytes of its file."""

    def make(path: Path) -> None:
        with_sql()(path)
        data = path.read_bytes()
        for old, new in changes:
            assert len(old) == len(new)
            assert old in data
            data = data.replace(old, new)
        path.write_bytes(data)

    return make


SPOILT_INDEX = (b"CREATE INDEX", b"CREITE INDEX")
"""An index that SQLite cannot understand: it names it in its error."""

REFUSED: Mapping[str, tuple[Callable[[Path], object], str]] = {
    "empty": (with_bytes(b""), "holds no rooms of ringofire"),
    "one byte": (with_bytes(b"\n"), "holds no rooms of ringofire"),
    "text": (with_bytes(b"Dear diary, " * 500), "file is not a database"),
    "a log": (with_bytes(write_log(tiny())), "file is not a database"),
    "noise": (with_bytes(sha256(b"noise").digest() * 300), "file is not a database"),
    "another program's": (other_program, "holds no rooms of ringofire"),
    "an older format": (with_sql("PRAGMA user_version = 0"), "is of format 0"),
    "a newer format": (with_sql(f"PRAGMA user_version = {FORMAT + 1}"), "is of format 2"),
    "a table more": (with_sql("CREATE TABLE more (a)"), "has other tables"),
    "a trigger": (
        with_sql("CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries; END"),
        "has other tables",
    ),
    "no index": (with_sql("DROP INDEX expiry"), "has other tables"),
    "a header that is spoilt": (with_change((b"SQLite", b"sqlite")), "file is not a database"),
    "a schema that is spoilt": (with_change(SPOILT_INDEX), r"malformed database schema \(expiry\)"),
    "a schema that is no text": (
        with_change(SPOILT_INDEX, (b"indexexpiry", b"indexexpir\xff")),
        "is damaged",
    ),
    "a schema that tells terminals what to do": (
        with_change(SPOILT_INDEX, (b"indexexpiry", b"indexexpir\x1b")),
        "is damaged",
    ),
    "a folder": (Path.mkdir, "unable to open database file"),
    "a link to nowhere": (lambda path: path.symlink_to("nowhere"), "unable to open database file"),
}


@pytest.mark.parametrize(("make", "why"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_not_ours_is_refused_and_left_alone(
    tmp_path: Path, make: Callable[[Path], object], why: str
) -> None:
    """A file that is no whole file of rooms raises StoreError with its path, and stays as it is."""
    path = tmp_path / "rooms.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None

    with pytest.raises(StoreError, match=why) as refused:
        SqliteStore(path)

    assert str(refused.value).startswith(f"{path}: ")
    assert path == refused.value.path
    assert before == (path.read_bytes() if path.is_file() else None)


def test_a_sweep_does_not_count_what_is_not_there(tmp_path: Path) -> None:
    """The index, spoilt, names a room that nobody made."""
    ends = ENDS.to_bytes(4, "big")
    with_change((ends + CODE.encode(), ends + b"K7QX2N"))(tmp_path / "rooms.db")

    with opened(tmp_path) as store:
        with pytest.raises(StoreError, match=r"rooms\.db: is damaged"):
            store.sweep(ENDS + REST)
        assert entries(3) == store.load(CODE)


def test_a_path_that_cannot_be_is_named(tmp_path: Path) -> None:
    """An OSError with the path, as the command line wants it."""
    (tmp_path / "file").touch()
    paths = [tmp_path / "file" / "rooms.db", tmp_path / "file" / "a" / "b", tmp_path / ("a" * 300)]
    if sys.platform == "linux":
        paths.append(Path("/proc/rooms.db"))  # where not even root makes files
    for path in paths:
        with pytest.raises(OSError, match=r"rooms\.db|file|aaa") as refused:
            SqliteStore(path)

        assert str(refused.value.filename) in (str(path), *map(str, path.parents))
        assert refused.value.strerror

    assert [tmp_path / "file"] == list(tmp_path.iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write wherever it likes")
def test_who_may_not_write_is_told_at_once(tmp_path: Path) -> None:
    """Whether it is the file or its folder, or the folder in which it is to be made."""
    with opened(tmp_path) as store:
        fill(store, CODE)
    store.path.chmod(0o400)
    with pytest.raises(PermissionError) as refused:
        opened(tmp_path)
    assert str(store.path) == refused.value.filename
    store.path.chmod(0o600)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreError, match=r"rooms\.db: "):
            opened(tmp_path)
        with pytest.raises(PermissionError) as refused:
            SqliteStore(tmp_path / "new.db")
    finally:
        tmp_path.chmod(0o700)

    assert str(tmp_path / "new.db") == refused.value.filename
    assert [store.path] == list(tmp_path.iterdir())
    with opened(tmp_path) as store:
        assert entries(3) == store.load(CODE)


def resummed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose sum is right, whatever it says: as only this program could have written it."""
    crc = sqlite._crc(row["room"], row["version"], row["expires"], row["line"])
    return {**row, "crc": crc}


def public(line: bytes) -> bytes:
    """The line as it is in a public log."""
    return write_public_log(tiny()).splitlines()[2]


Spoils = Callable[[bytes], object]

SPOILT: Mapping[str, tuple[int, Spoils, str]] = {
    "no JSON": (2, lambda line: line[:-1], "entry 2: .*JSON"),
    "nothing": (2, lambda _: b"", "entry 2: "),
    "another entry": (2, lambda _: write_line(Record(entry(3))), "entry 2: version: is not 2"),
    "of an unknown kind": (
        2,
        lambda line: line.replace(b"player_joined", b"player_jailed"),
        "entry 2: ",
    ),
    "without its secrets": (2, public, "entry 2: has no private part"),
    "a first one that is spoilt": (1, lambda line: line[1:], "entry 1: "),
    "far too long": (3, lambda line: line.replace(b"{", b"{" + b" " * 98304, 1), "entry 3: .*long"),
}


@pytest.mark.parametrize(("version", "spoil", "why"), SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("sum_is_right", [True, False], ids=["with its sum", "alone"])
def test_a_row_that_does_not_read_is_refused(
    rooms: SqliteStore, version: int, spoil: Spoils, why: str, *, sum_is_right: bool
) -> None:
    """Nothing of the room is given, and other rooms do not notice."""
    fill(rooms, CODE, OTHER)
    [(line, expires)] = rows(
        rooms, "SELECT line, expires FROM entries WHERE room = ? AND version = ?", CODE, version
    )
    row = {"room": CODE, "version": version, "expires": expires, "line": spoil(line)}
    change = "UPDATE entries SET line = ?, crc = ? WHERE room = ? AND version = ?"
    crc = resummed(row)["crc"] if sum_is_right else 0
    rows(rooms, change, row["line"], crc, CODE, version)

    with pytest.raises(
        LogError, match=why if sum_is_right else "is not what was stored"
    ) as refused:
        rooms.load(CODE)
    assert f"{rooms.path}: room {CODE}, entry {version}" == refused.value.place
    assert entries(3) == rooms.load(OTHER)
    assert entries(3)[version:] == rooms.load(CODE, version)


MEDDLED = {
    "an entry in the middle is gone": (
        "DELETE FROM entries WHERE version = 2",
        0,
        "entry 2: is missing",
    ),
    "the first one is gone": ("DELETE FROM entries WHERE version = 1", 0, "entry 1: is missing"),
    "the first one, which says when it ends": (
        "DELETE FROM entries WHERE version = 1",
        2,
        "entry 1: is missing",
    ),
    "the one that comes next is gone": (
        "DELETE FROM entries WHERE version = 2",
        1,
        "entry 2: is mis",
    ),
    "another version": (
        "UPDATE entries SET version = 9 WHERE version = 3",
        0,
        "entry 3: is missing",
    ),
    "another room": (f"UPDATE entries SET room = '{OTHER}'", 0, "entry 1: is not what was stored"),
    "a longer life": ("UPDATE entries SET expires = expires + 1", 0, "entry 1: is not what was s"),
    "a bit of a name": (
        "UPDATE entries SET line = CAST(replace(CAST(line AS TEXT), 'Bob', 'Rob') AS BLOB)",
        1,
        "entry 2: is not what was stored",
    ),
}


@pytest.mark.parametrize(("sql", "after", "why"), MEDDLED.values(), ids=MEDDLED)
def test_a_room_that_was_meddled_with_is_refused(
    rooms: SqliteStore, sql: str, after: int, why: str
) -> None:
    """A room of which entries were deleted, moved or changed in the file raises LogError."""
    fill(rooms, CODE)
    rows(rooms, sql)

    with pytest.raises(LogError, match=why):
        rooms.load(OTHER if OTHER in sql else CODE, after)


@cache
def whole_file() -> bytes:
    """A file with two rooms."""
    with tempfile.TemporaryDirectory() as name:
        with opened(Path(name)) as store:
            for one in tiny():
                store.append(CODE, one)
            fill(store, OTHER)
        return store.path.read_bytes()


def ask_all(folder: Path) -> str:
    """Ask a store all there is to ask; give the words in which it refused, if it did."""
    held = {CODE: tiny(), OTHER: entries(3)}
    try:
        with opened(folder) as store:
            for room, stored in held.items():
                for after in (0, 1):
                    found = store.load(room, after)
                    assert stored[after:][: len(found)] == found
            store.count_rooms()
            store.append(CODE, entry(len(tiny()) + 1))
            store.sweep(ENDS + REST)
    except (LogError, StoreError) as refused:
        return str(refused)
    return ""


@given(st.integers(0, 2**32), st.integers(0, 7))
@example(18, 0)  # says that there is no write-ahead log
@example(60, 0)  # says that the format is another
def test_a_bit_that_flips_is_found_or_does_no_harm(place: int, bit: int) -> None:
    """Whatever is given after it is what was stored, from the first on, or it is refused."""
    data = bytearray(whole_file())
    data[place % len(data)] ^= 1 << bit
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "rooms.db").write_bytes(data)
        refused = ask_all(Path(name))

    assert not refused or "rooms.db: " in refused
    assert MASTER.hex() not in refused


# -- The end of a room -----------------------------------------------------------------------------


def test_all_of_a_room_is_there_until_it_expires_and_then_nothing(tmp_path: Path) -> None:
    """To the millisecond, for whatever part of it is asked; nobody can add to what is over."""
    clock = Clock()
    with opened(tmp_path, clock=clock) as store:
        fill(store, CODE)
        clock.now = ENDS - 1
        assert entries(3) == store.load(CODE)
        assert 1 == store.count_rooms()
        assert STORED is store.append(CODE, entry(4))

        clock.now = ENDS
        assert [(), (), ()] == [store.load(CODE, after) for after in (0, 1, 4)]
        assert 0 == store.count_rooms()
        assert TAKEN is store.append(CODE, entry(5))


def test_the_code_of_an_expired_room_rests(tmp_path: Path) -> None:
    """For 24 h nobody is given it, and nothing is deleted; then whoever asks first gets it."""
    clock = Clock()
    again = first(ENDS + REST, 24)
    with opened(tmp_path, clock=clock) as store:
        fill(store, CODE)
        for clock.now in (ENDS, ENDS + REST - 1):
            assert TAKEN is store.append(CODE, again)
            assert 0 == store.sweep()
            assert 0 == store.sweep(clock.now)

        clock.now = ENDS + REST
        assert TAKEN is store.append(CODE, again)
        assert 1 == store.sweep()
        assert [] == rows(store, "SELECT * FROM entries")
        assert STORED is store.append(CODE, again)
        assert (again,) == store.load(CODE)
        assert 0 == store.sweep()


def test_each_room_has_its_own_end(tmp_path: Path) -> None:
    """Each room is there, and counts, until its own lifetime is over, and is swept after that."""
    clock = Clock()
    with opened(tmp_path, clock=clock) as store:
        for hours in range(1, 11):
            assert STORED is store.append(f"H{hours}", first(NOW, hours))
            assert STORED is store.append(f"H{hours}", entry(2))

        clock.now = NOW + 4 * HOUR
        assert [f"H{n}" for n in range(5, 11)] == [
            f"H{n}" for n in range(1, 11) if store.load(f"H{n}")
        ]
        assert 6 == store.count_rooms()
        clock.now += REST
        assert 4 == store.sweep()
        assert 12 == len(rows(store, "SELECT * FROM entries"))


def test_a_sweep_goes_in_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a room is, a step deletes just so many entries; its first one goes last."""
    monkeypatch.setattr(sqlite, "SWEPT", 4)
    heard: list[str] = []
    with opened(tmp_path) as store:
        fill(store, "A", "B", count=10)
        fill(store, "C", "D", "E", count=1)
        assert STORED is store.append("LIVES", first(NOW + HOUR))
        store._db.set_trace_callback(heard.append)
        assert (0, True) == store._sweep(ENDS)
        store._db.set_trace_callback(None)
        assert "BEGIN IMMEDIATE" == heard[0]
        assert "COMMIT" == heard[-1]
        left = rows(
            store, "SELECT room, version FROM entries WHERE room IN ('A', 'B') ORDER BY 1, 2"
        )
        assert 16 == len(left)
        assert {("A", 1), ("B", 1)} <= set(left)
        assert TAKEN is store.append("A", entry(1))

        assert 5 == store.sweep(ENDS + REST)
        assert [("LIVES", 1)] == rows(store, "SELECT room, version FROM entries")


def test_others_write_while_a_sweep_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that lives is touched, nobody waits in vain."""
    monkeypatch.setattr(sqlite, "SWEPT", 20)
    clock = Clock()
    with opened(tmp_path, clock=clock) as sweeper, opened(tmp_path, clock=clock) as writer:
        for room in range(100):
            writer.append_all([(f"D{room}", one) for one in entries(3)])
        clock.now = ENDS + REST
        assert STORED is writer.append("LIVES", first(clock.now))
        swept: list[int] = []
        stored: list[Appended] = []

        def writes() -> None:
            stored.extend(writer.append("LIVES", entry(version)) for version in range(2, 42))

        at_once(lambda: swept.append(sweeper.sweep()), writes)

        assert [100] == swept
        assert [STORED] * 40 == stored
        assert (first(clock.now), *entries(41)[1:]) == sweeper.load("LIVES")
        assert 41 == len(rows(writer, "SELECT * FROM entries"))


if __name__ == "__main__":
    task, path, who = sys.argv[1:]
    for stored in append_until(Path(path), who, RACE if task == "race" else sys.maxsize):
        print(stored, flush=True)
