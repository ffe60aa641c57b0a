"""The golden games: fixed commands whose logs have the same bytes wherever they are made."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from ringofire.audit import verify
from ringofire.entry import COMMANDS, EVENTS
from ringofire.log import read_log, write_log, write_public_log
from tests.golden.make_golden import HERE, made

HOUSE = Path(__file__).parent.parent
FILES = {path.name: path.read_bytes() for path in sorted(HERE.glob("*.jsonl"))}
FULL = [name for name in FILES if ".public." not in name]

DIGESTS = """
from hashlib import sha256
from tests.golden.make_golden import made
for name, content in sorted(made().items()):
    print(sha256(content).hexdigest(), name)
"""


def test_golden_logs_are_made_anew_byte_for_byte() -> None:
    """The commands of the golden games make the very bytes of the files."""
    assert made() == FILES


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4242", "TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8"},
    ],
    ids=["hash seed 0", "hash seed 4242"],
)
def test_golden_logs_are_the_same_in_other_processes(environment: dict[str, str]) -> None:
    """Another hash seed, time zone or locale makes no other bytes."""
    done = subprocess.run(
        [sys.executable, "-c", DIGESTS],
        capture_output=True,
        check=True,
        cwd=HOUSE,
        encoding="utf-8",
        env=os.environ | environment,
    )

    expected = [f"{sha256(content).hexdigest()} {name}" for name, content in FILES.items()]
    assert expected == done.stdout.splitlines()


@pytest.mark.parametrize("name", FULL)
def test_golden_logs_are_verified(name: str) -> None:
    """Each golden game is verified; its public log is what the full one without secrets is."""
    full, public = FILES[name], FILES[name.replace(".", ".public.", 1)]
    entries = read_log(full).entries

    assert (full, public) == (write_log(entries), write_public_log(entries))
    assert verify(full).head == verify(public, head=entries[-1].hash).head


def test_golden_logs_hold_every_kind_of_command_and_event() -> None:
    """No command and no event is missing from the golden games."""
    entries = [entry for name in FULL for entry in read_log(FILES[name]).entries]

    assert set(COMMANDS.values()) == {type(entry.command) for entry in entries}
    assert set(EVENTS.values()) == {type(event) for entry in entries for event in entry.events}
