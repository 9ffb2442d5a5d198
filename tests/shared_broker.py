"""One Kafka broker for all worker processes of a test run."""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from streams.embedded.kafka import KAFKA_JARS, KafkaBroker, answers, class_archive_options

CROWDED = {"broker.session.timeout.ms": "30000", "broker.heartbeat.interval.ms": "2000"}
"""Thousands of topics, and every core taken by tests: a broker that is held up for some seconds is to be waited for."""


class SharedBroker:
    """Whoever needs it first starts it; whoever started it stops it, after the last user has left.

    `folder` is common to the run's processes. Users hold a shared lock on a file, so that one that crashes has left
    too; a starter that crashes takes its broker along, and the next user starts another.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._address_path = folder / "address.json"
        self._started: KafkaBroker | None = None
        self._use: IO[bytes] | None = None

    def join(self) -> str:
        """The bootstrap servers of a broker that answers, until `leave`."""
        with self._alone():
            bootstrap_servers = self._running() or self._start()
            self._use = (self._folder / "users").open("ab")
            fcntl.flock(self._use, fcntl.LOCK_SH)
        return bootstrap_servers

    def leave(self) -> None:
        if self._use is not None:
            self._use.close()
        if self._started is None:
            return
        with self._alone(), (self._folder / "users").open("ab") as users:
            fcntl.flock(users, fcntl.LOCK_EX)
            self._started.kill()
            self._address_path.unlink()
            shutil.rmtree(self._folder / "broker")

    def _running(self) -> str | None:
        try:
            bootstrap_servers = str(json.loads(self._address_path.read_text()))
        except FileNotFoundError:
            return None
        return bootstrap_servers if answers(int(bootstrap_servers.rpartition(":")[2])) else None

    def _start(self) -> str:
        self._started = KafkaBroker(
            self._folder / "broker",
            log_path=self._folder / "kafka.log",
            settings=CROWDED,
            jvm_options=(*class_archive_options(KAFKA_JARS), "-Xmx1g"),
        )
        self._started.start()
        self._address_path.write_text(json.dumps(self._started.bootstrap_servers))
        return self._started.bootstrap_servers

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._folder / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
