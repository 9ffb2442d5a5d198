"""`hub up` as an operator starts it: a process of its own in a session of its own, over a data folder of its own."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from streams.embedded.running import Running, running_hub
from tests.eventually import eventually
from tests.hub_command import HUB, surroundings

STARTED_SECONDS = 420.0
"""On two slow cores that three other tests keep busy it took three minutes."""


class HubProcess:
    """One `hub up`; what it says on standard error lies in a file while it runs."""

    def __init__(self, home: Path, *arguments: str, **variables: str) -> None:
        self.home = home
        self._said = home.with_name(f"{home.name}.said")
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(
                [HUB, "up", *arguments],
                env=surroundings(home, **variables),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._said.read_text()

    def until_it_runs(self) -> Running:
        """Where its parts listen, as soon as all are ready."""
        eventually(self._runs, within_seconds=STARTED_SECONDS)
        running = running_hub(self.home)
        assert running is not None
        return running

    def get(self, url: str) -> Any:
        """JSON of a part of it."""
        address = urlsplit(url)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
        try:
            connection.request("GET", address.path)
            return json.load(connection.getresponse())
        finally:
            connection.close()

    def newest_tile(self, wall: str) -> int:
        """The offset of the newest tile that the wall shows, 0 while it shows none."""
        tiles = self.get(f"{wall}/v1/wall/snapshot").get("tiles", {})
        return max((tile["origin"]["offset"] for tile in tiles.values()), default=0)

    def until_it_says(self, text: str, within_seconds: float = 60.0) -> None:
        eventually(lambda: text in self.said, within_seconds=within_seconds)

    def pid_of(self, part: str) -> int:
        """The process id of a part that runs now."""
        return eventually(lambda: self._pid(part))

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def finish(self, within_seconds: float) -> tuple[int, str]:
        """Exit code and standard output, once it has ended."""
        output, _ = self._process.communicate(timeout=within_seconds)
        return self._process.returncode, output.decode()

    def summary(self, within_seconds: float) -> dict[str, Any]:
        """The one object that it ends with."""
        exit_code, output = self.finish(within_seconds)
        assert exit_code == 0, self.said
        (line,) = output.splitlines()
        return dict(json.loads(line))

    def kill(self) -> None:
        """At once; its children are on its leash."""
        self._process.kill()
        self._process.communicate()

    def _runs(self) -> bool:
        assert self._process.poll() is None, self.said
        return running_hub(self.home) is not None

    def _pid(self, part: str) -> int:
        paths = [path for path in self.home.rglob("*.pid") if path.stem == part]
        return int(paths[0].read_text().split()[0]) if paths else 0


@contextmanager
def hanging(process: int) -> Iterator[None]:
    """A process that stands still for as long as the block takes."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def processes_of(home: Path) -> list[str]:
    """Command lines of every process that was told of this data folder."""
    wanted = f"HUB_HOME={home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "environ").read_bytes().split(b"\0")
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if wanted in told or str(home) in command:
            found.append(command)
    return found
