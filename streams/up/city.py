"""The simulated city as `hub up` sees it: processes of the connectors' side, reached by the names of their modules."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streams.embedded.child import Command, leashed
from streams.embedded.errors import EmbeddedError
from streams.embedded.home import Home
from streams.embedded.mosquitto import MosquittoServer
from streams.embedded.openssh import SftpServer
from streams.embedded.processes import Ended, Supervisor
from streams.up.parts import Part
from streams.up.voice import telling_line

PROVISION_SECONDS = 60.0
COMPARE_SECONDS = 600.0
FINDING = 1
WITHOUT_KAFKA = 3
"""How a module of the city ends that Kafka did not answer."""


class CityFailed(EmbeddedError):
    """A step of the simulated city did not succeed; the text carries the last thing it said."""


class CityWithoutKafka(CityFailed):
    """Kafka did not answer: it may do so later."""


@dataclass(frozen=True)
class Options:
    """How the city is played: how many times a real city's rates, and from which seed."""

    speed: float
    seed: int


@dataclass(frozen=True)
class OverSftp:
    """The systems whose files are read over SFTP; `why_not` is empty where they are those that should be."""

    systems: tuple[str, ...]
    why_not: str = ""

    def __str__(self) -> str:
        return ", ".join(self.systems) or f"nothing, all folders are read on this machine: {self.why_not}"


@dataclass(frozen=True)
class Comparison:
    """What the city's own ledger says of the hub; latencies in milliseconds, None where nothing was measured."""

    lost: int
    doubled: int
    examples: tuple[str, ...]
    latency_ms: Mapping[str, float | None]


class City:
    """Departments that hand rows over, units that answer, and the ledger of both."""

    def __init__(self, home: Home, variables: Mapping[str, str], options: Options) -> None:
        self.part = Part("city", ("-m", "connectors.city"), home.ports.take("units"))
        self._files = SftpServer(home.root / "sshd", log_path=home.logs / "sshd.log", ports=home.ports)
        self._broker = MosquittoServer(home.root / "mosquitto", log_path=home.logs / "mosquitto.log", ports=home.ports)
        play = (sys.executable, *self.part.arguments, "--speed", str(options.speed), "--seed", str(options.seed))
        self.process = home.child(self.part.name, Command(play, variables))
        self._variables = variables

    def prepare(self, supervisor: Supervisor) -> OverSftp:
        """Start the servers of the departments, make the keys that are missing, and the media. EmbeddedError.

        A machine without OpenSSH, or whose account may not look into the data folder, plays the city without it.
        """
        supervisor.start(self._broker)
        try:
            supervisor.start(self._files)
        except EmbeddedError as error:
            self._provision()
            return OverSftp((), telling_line(Ended(self._files.name, None, str(error), None)))
        said = self._provision("--sftp", str(self._files.access))
        over_sftp = OverSftp(tuple(said["over_sftp"]), said["why_not"])
        if not over_sftp.systems:
            supervisor.end(self._files)
        return over_sftp

    def _provision(self, *sftp: str) -> dict[str, Any]:
        where = ("--units-port", str(self.part.port), "--broker", self._broker.url, *sftp)
        said: dict[str, Any] = json.loads(
            run_module("connectors.city.provision", *where, variables=self._variables, within_seconds=PROVISION_SECONDS)
        )
        return said

    def end_rows(self) -> None:
        """No department hands anything over from now on; units go on answering."""
        if (pid := self.process.pid) is not None:
            os.kill(pid, signal.SIGUSR1)

    def compare(self, since: int) -> Comparison:
        """Hold the ledger against the hub; latencies of rows since an instant (milliseconds). CityFailed."""
        said: dict[str, Any] = json.loads(
            run_module(
                "connectors.city.comparison",
                "--since",
                str(since),
                variables=self._variables,
                within_seconds=COMPARE_SECONDS,
            )
        )
        return Comparison(said["lost"], said["doubled"], tuple(said["examples"]), said["latency_ms"])


def provision_keys(variables: Mapping[str, str]) -> None:
    """Make the keys that an embedded hub without a simulated city needs; CityFailed."""
    run_module("connectors.city.provision", variables=variables, within_seconds=PROVISION_SECONDS)


def run_module(module: str, *arguments: str, variables: Mapping[str, str], within_seconds: float) -> str:
    """Run a module of the city to its end; what it printed. An exit code of 1 is a finding, not a failure."""
    try:
        done = subprocess.run(
            leashed((sys.executable, "-m", module, *arguments)),
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=within_seconds,
            check=False,
            process_group=0,
        )
    except subprocess.TimeoutExpired as error:
        raise CityFailed(f"{module} did not end within {within_seconds:.0f} s") from error
    if done.returncode not in (0, FINDING) or (done.returncode == FINDING and not done.stdout):
        said = done.stderr.strip().splitlines() or [f"status {done.returncode}"]
        failure = CityWithoutKafka if done.returncode == WITHOUT_KAFKA else CityFailed
        raise failure(f"{module}: {said[-1]}")
    return done.stdout
