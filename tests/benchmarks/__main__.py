"""`python -m tests.benchmarks [--quick] [CASE ...]`: measures, prints a table, writes `build/bench.json`.

`--quick` measures one small round of each, to see that a case still runs: its figures are no figures.
"""

import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from streams.embedded.errors import EmbeddedError
from tests.benchmarks.bench import Bench, WrongResult, WrongUse
from tests.benchmarks.environments import MissingTool
from tests.benchmarks.figures import Figure, show, write
from tests.benchmarks.measured_process import REPOSITORY, EngineFailed

CASES = ("w1", "clocks", "latency", "restore", "idle", "connectors", "dispatch", "matching", "people")
QUICK = "--quick"
RESULT = REPOSITORY / "build" / "bench.json"


def main(names: list[str]) -> int:
    """0: measured, 1: a case failed or was wrong, 2: wrong use."""
    quick, names = QUICK in names, [name for name in names if name != QUICK]
    unknown = [name for name in names if name not in CASES]
    if unknown:
        sys.stderr.write(f"no such case: {', '.join(unknown)}; there are {', '.join(CASES)}\n")
        return 2
    figures: list[Figure] = []
    failed = False
    for name in names or CASES:
        measure: Callable[[Bench], list[Figure]] = import_module(f"tests.benchmarks.{name}").measure
        with tempfile.TemporaryDirectory(prefix=f"hub-bench-{name}-") as folder:
            try:
                bench = Bench.from_environment(Path(folder))
                figures += measure(bench.quickened() if quick else bench)
            except WrongUse as error:
                sys.stderr.write(f"{error}\n")
                return 2
            except (EngineFailed, WrongResult, MissingTool, EmbeddedError) as error:
                sys.stderr.write(f"{name}: {error}\n")
                failed = True
    show(figures)
    write(figures, RESULT)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
