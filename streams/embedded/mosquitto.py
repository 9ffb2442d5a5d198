"""A Mosquitto of the hub's own: the MQTT broker between the simulated devices and the hub."""

import getpass
import socket
from collections.abc import Sequence
from pathlib import Path

from streams.embedded.child import Child, Command
from streams.embedded.errors import EmbeddedError
from streams.embedded.ports import HOST
from streams.embedded.programs import installed
from streams.embedded.server import Server

ANSWER_SECONDS = 1.0


class NoMosquitto(EmbeddedError):
    """There is no MQTT broker to start."""


class MosquittoServer(Server):
    """One broker over one folder, which keeps sessions and what waits for them; open to this machine only."""

    name = "mosquitto"
    title = "Mosquitto"
    port_names = ("mqtt",)

    @property
    def url(self) -> str:
        return f"mqtt://{HOST}:{self.port}"

    def answers(self) -> bool:
        try:
            with socket.create_connection((HOST, self.port), timeout=ANSWER_SECONDS):
                return True
        except OSError:
            return False

    def _prepare(self, ports: Sequence[int]) -> Child:
        (port,) = ports
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = self.folder / "mosquitto.conf"
        settings.write_text(_settings(self.folder, port), encoding="utf-8")
        self.log_path.unlink(missing_ok=True)
        return Child(
            self.name,
            Command((str(find_mosquitto()), "-c", str(settings))),
            log_path=self.log_path,
            pid_path=self.folder / "mosquitto.pid",
        )


def find_mosquitto() -> Path:
    """The installed `mosquitto`; NoMosquitto where there is none."""
    if found := installed("mosquitto"):
        return found
    raise NoMosquitto("mosquitto is missing: install it (Debian: apt-get install mosquitto)")


def _settings(folder: Path, port: int) -> str:
    """Sessions outlive the broker: saved at its end and every second, so that one killed loses a second at most."""
    return "\n".join(
        [
            f"listener {port} {HOST}",
            f"user {getpass.getuser()}",  # started as root it would take another user's name and could not save here
            "allow_anonymous true",
            "persistence true",
            f"persistence_location {folder}/",
            "autosave_interval 1",
            "max_queued_messages 0",
            "max_inflight_messages 1000",
            "log_dest stderr",
            "log_type error",
            "log_type warning",
            "",
        ]
    )
