"""PostgreSQL and MariaDB of the machine, each with a data folder of its own, on a free port of loopback."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from tests.eventually import eventually

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 20.0


class DatabaseServer:
    """One server: made, started, stopped and started again over the same data."""

    def __init__(
        self, port: int, user: str, initialise: Sequence[str], serve: Sequence[str], *, stopped_by: signal.Signals
    ) -> None:
        """`{folder}` and `{port}` in the commands are replaced. Neither server runs as root: then it runs as `user`."""
        self._stopped_by = stopped_by
        self.port = port
        self._as: dict[str, Any] = {"user": user, "group": user, "extra_groups": []} if os.getuid() == 0 else {}
        self._folder = Path(tempfile.mkdtemp(prefix="hub-database-"))
        if self._as:
            shutil.chown(self._folder, user)
        self._serve = self._filled(serve)
        subprocess.run(self._filled(initialise), check=True, capture_output=True, cwd="/", **self._as)
        self._process: subprocess.Popen[bytes] | None = None

    def _filled(self, command: Sequence[str]) -> list[str]:
        return [part.format(folder=self._folder, port=self.port) for part in command]

    def start(self, answers: Callable[[], object]) -> None:
        """Start it; returns when it answers."""
        log = (self._folder.parent / f"{self._folder.name}.log").open("ab")
        self._process = subprocess.Popen(self._serve, stdout=log, stderr=log, cwd="/", **self._as)
        eventually(lambda: succeeds(answers), within_seconds=START_SECONDS)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(self._stopped_by)
            self._process.wait(STOP_SECONDS)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
        (self._folder.parent / f"{self._folder.name}.log").unlink(missing_ok=True)


def succeeds(answers: Callable[[], object]) -> bool:
    try:
        answers()
    except SQLAlchemyError:
        return False
    return True


def postgresql(port: int) -> DatabaseServer:
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))
    return DatabaseServer(
        port,
        "postgres",
        [f"{binaries}/initdb", "-D", "{folder}", "-U", "hub", "--auth=trust", "--encoding=UTF8", "--locale=C"],
        [f"{binaries}/postgres", "-D", "{folder}", "-p", "{port}", "-k", "{folder}", "-c", f"listen_addresses={HOST}",
         "-c", "fsync=off"],
        stopped_by=signal.SIGINT,  # ends sessions; after SIGTERM it would wait for them
    )  # fmt: skip


def mariadb(port: int) -> DatabaseServer:
    return DatabaseServer(
        port,
        "mysql",
        ["mariadb-install-db", "--no-defaults", "--datadir={folder}", "--auth-root-authentication-method=normal",
         "--skip-test-db"],
        ["/usr/sbin/mariadbd", "--no-defaults", "--datadir={folder}", "--port={port}", f"--bind-address={HOST}",
         "--socket={folder}/socket", "--pid-file={folder}/pid", "--innodb-flush-log-at-trx-commit=0"],
        stopped_by=signal.SIGTERM,
    )  # fmt: skip
