"""The command `ringofire` where its extra was not installed."""

import subprocess
import sys

import pytest

CALL = """
import sys
sys.modules[{missing!r}] = None
from ringofire_adapters.terminal import main
main()
"""


def call_without(missing: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CALL.format(missing=missing)],
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


def test_any_other_missing_module_is_a_bug_and_stays_one() -> None:
    """A module that no extra brings is not blamed on the extra."""
    done = call_without("attrs")

    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr
