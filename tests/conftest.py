"""Settings of every test: how hard Hypothesis tries.

`quick` is what every run uses; `RINGOFIRE_HYPOTHESIS_PROFILE=thorough` tries fifty times as many
examples, `brief` a quarter: it asks whether another Python does the same. None of them is
Hypothesis's own `ci` profile, which it loads by itself where it sees a CI and which tries the same
examples for ever: ours are new in every run, and what once failed is kept in .hypothesis and tried
first.
"""

import os
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

COMMON = settings(
    database=DirectoryBasedExampleDatabase(
        Path(__file__).parent.parent / ".hypothesis" / "examples"
    ),
    # Shared machines stall for seconds: a deadline would fail tests for what a neighbour does.
    deadline=None,
    derandomize=False,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # likewise
)

settings.register_profile("quick", COMMON, max_examples=100)
settings.register_profile("brief", COMMON, max_examples=25)
settings.register_profile("thorough", COMMON, max_examples=5_000)
# For planted faults the same few examples each time: a mutant must not die of another's luck. One
# process runs each test many times over there, which Hypothesis would take for a mistake.
settings.register_profile(
    "mutants",
    COMMON,
    max_examples=15,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile(os.environ.get("RINGOFIRE_HYPOTHESIS_PROFILE", "quick"))
