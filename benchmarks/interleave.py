"""How things are compared: in turns, in CPU time, as ratios.

Machines are shared and their speed drifts, so each round runs every candidate once and what counts
is the ratio within a round; the median of the rounds is shown with its range.
"""

import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping

ROUNDS = 5

Measured = Mapping[str, list[float]]


def cpu_seconds(work: Callable[[], int]) -> float:
    """CPU seconds for each of the units that `work` says it has done."""
    gc.collect()
    start = time.process_time()
    units = work()
    return (time.process_time() - start) / units


def interleaved(candidates: Mapping[str, Callable[[], float]], *, rounds: int = ROUNDS) -> Measured:
    """Measure each candidate once a round, after one round that does not count."""
    figures: dict[str, list[float]] = {name: [] for name in candidates}
    for number in range(rounds + 1):
        if sys.stderr.isatty():
            print(f"\rround {number} of {rounds}", end="", file=sys.stderr)
        for name, measure in candidates.items():
            figure = measure()
            if number:
                figures[name].append(figure)
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    return figures


def ratio(figures: Measured, name: str, baseline: str) -> str:
    """The median, least and greatest of `name` over `baseline`, round by round."""
    ratios = [one / other for one, other in zip(figures[name], figures[baseline], strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}..{max(ratios):.2f})"


def median(figures: Measured, name: str) -> float:
    """The median figure of `name`."""
    return statistics.median(figures[name])
