"""The command `ringofire` where its extra was not installed."""

import subprocess
import sys

import pytest

CALL = """
import sys
sys.modules[{missing!r}] = None
sys.argv = ["ringofire", *{arguments!r}]
from ringofire_adapters.terminal import main
main()
"""


def call_without(missing: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    call = CALL.format(missing=missing, arguments=arguments)
    return subprocess.run(
        [sys.executable, "-c", call],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


@pytest.mark.parametrize("missing", ["cyclopts", "rich"])
def test_missing_extra_is_named_in_one_line(missing: str) -> None:
    """Without the extra the command says what to install, and exits with status 2."""
    done = call_without(missing)

    assert (2, "") == (done.returncode, done.stdout)
    assert [
        f"ringofire: {missing} is missing; install it with: pip install 'ringofire[cli]'"
    ] == done.stderr.splitlines()


@pytest.mark.parametrize(
    ("missing", "extra", "word"),
    [
        ("prometheus_client", "serve", "serve"),
        ("segno", "serve", "serve"),
        ("starlette", "serve", "serve"),
        ("uvicorn", "serve", "serve"),
        ("websockets", "cli", "join"),
    ],
)
def test_a_command_names_the_extra_that_it_needs(missing: str, extra: str, word: str) -> None:
    """What only some commands need is asked for by these alone, in one line."""
    done = call_without(missing, word, *(["127.0.0.1:1"] if word == "join" else []))

    assert (2, "") == (done.returncode, done.stdout)
    assert [
        f"ringofire: {missing} is missing; install it with: pip install 'ringofire[{extra}]'"
    ] == done.stderr.splitlines()


def test_any_other_missing_module_is_a_bug_and_stays_one() -> None:
    """A module that no extra brings is not blamed on the extra."""
    done = call_without("attrs")

    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr
