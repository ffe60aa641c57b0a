"""What `import ringofire` costs in CPU time, beside `import attrs`, each in a fresh process.

At most 2.5 times. Both run from compiled files, as an installed package does.
"""

import os
import subprocess
import sys
from functools import partial

from benchmarks.interleave import interleaved, median, ratio

CODE = "import time; s = time.process_time(); import {0}; print(time.process_time() - s)"


def measure(module: str) -> float:
    """CPU seconds of the import."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", CODE.format(module)]
    done = subprocess.run(command, check=True, capture_output=True, env=environment)
    return float(done.stdout)


def main() -> None:
    """Measure and print."""
    modules = ("attrs", "ringofire")
    figures = interleaved({name: partial(measure, name) for name in modules})
    print("CPU milliseconds of an import in a fresh process")
    for name in figures:
        cost = median(figures, name) * 1e3
        print(f"  {name:24} {cost:10,.1f}   x {ratio(figures, name, 'attrs')}")
