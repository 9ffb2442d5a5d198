"""What every case is given: sizes, a folder of its own, brokers that belong to it, a way to say how far it is."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from streams.embedded.kafka import KafkaBroker

BENCH_SCHEMAS = Path(__file__).resolve().parent / "schemas"
GROUP_PREFIX = "hub."
"""What the engine puts before a processor's name to make its group."""
METRICS_PORT = "metrics.port"

EVENTS = "HUB_BENCH_EVENTS"
ROUNDS = "HUB_BENCH_ROUNDS"
MATTERS = "HUB_BENCH_MATTERS"
KAFKA = "HUB_KAFKA"
QUICK_EVENTS, QUICK_MATTERS = 20_000, 420
ENGINES = "HUB_BENCH_ENGINES"


class WrongUse(Exception):
    """A setting of the environment that cannot be meant; the text says which and why."""


class WrongResult(Exception):
    """An engine's results are not what the oracle says; its figures are worth nothing."""


@dataclass(frozen=True)
class Bench:
    """Sizes of a run. `engines` empty: all. `folder` is emptied by whoever made it.

    `cluster` names a Kafka to measure on; empty: each case starts one of its own. `matters` come in the year that
    `dispatch` replays: a twentieth of the catalogue's 840,000 (2,300 a day), so that it ends in a few minutes.
    """

    folder: Path
    events: int = 1_000_000
    rounds: int = 3
    engines: frozenset[str] = frozenset()
    cluster: str = ""
    matters: int = 42_000

    @classmethod
    def from_environment(cls, folder: Path, variables: Mapping[str, str] = os.environ) -> "Bench":
        """HUB_BENCH_EVENTS, HUB_BENCH_ROUNDS: smaller runs; HUB_BENCH_MATTERS: a fuller or an emptier year;
        HUB_BENCH_ENGINES: only these, with commas between.

        HUB_KAFKA names a cluster.
        """
        names = frozenset(name.strip() for name in variables.get(ENGINES, "").split(",") if name.strip())
        events, rounds = _count(variables, EVENTS, cls.events), _count(variables, ROUNDS, cls.rounds)
        matters = _count(variables, MATTERS, cls.matters)
        return cls(folder, events, rounds, names, variables.get(KAFKA, ""), matters)

    def quickened(self) -> "Bench":
        """As small as shows anything."""
        return replace(self, events=min(self.events, QUICK_EVENTS), rounds=1, matters=min(self.matters, QUICK_MATTERS))

    @contextmanager
    def broker(self, name: str = "kafka", settings: Mapping[str, str] | None = None) -> Iterator[str]:
        """A Kafka for as long as this lasts, private where none is named; yields its bootstrap servers."""
        if self.cluster:
            yield self.cluster
            return
        broker = KafkaBroker(self.folder / name, settings=settings)
        broker.start()
        try:
            yield broker.bootstrap_servers
        finally:
            broker.kill()

    def say(self, text: str) -> None:
        """Tell whoever waits; standard output is for the figures."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def _count(variables: Mapping[str, str], name: str, otherwise: int) -> int:
    text = variables.get(name, "")
    if not text:
        return otherwise
    try:
        count = int(text.replace("_", ""))
    except ValueError:
        raise WrongUse(f"{name}={text}: not a number") from None
    if count < 1:
        raise WrongUse(f"{name}={text}: at least 1 is needed")
    return count
