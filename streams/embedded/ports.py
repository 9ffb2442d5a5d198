"""Free ports on 127.0.0.1, the same ones again at the next start."""

import errno
import json
import random
import socket
from collections.abc import Sequence
from pathlib import Path

from streams.embedded.errors import EmbeddedError

HOST = "127.0.0.1"
# Below the range from which Linux takes the ports of outgoing connections, so that none of those
# can sit on the port of a server that is just being restarted.
PORT_RANGE = range(20_000, 32_000)


class NoFreePort(EmbeddedError):
    """Nothing can listen on any port of the range."""


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now; OSError where nothing can be said of it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def free_port(among: Sequence[int] = PORT_RANGE) -> int:
    """A port of `among` that nothing listens on; NoFreePort where there is none."""
    for port in random.sample(among, len(among)):
        if is_free(port):
            return port
    raise NoFreePort(f"all {len(among)} ports on {HOST} that a hub may take are in use: end the servers that hold them")


class Ports:
    """The ports of one data folder by name, kept in a file beside the data."""

    def __init__(self, path: Path, among: range = PORT_RANGE) -> None:
        self._path = path
        self._among = among

    def take(self, name: str) -> int:
        """The port `name` had last time if it is still free, else a new one, which is remembered."""
        known = self._read()
        port = known.get(name)
        if port is not None and is_free(port):
            return port
        taken = set(known.values())
        port = free_port([port for port in self._among if port not in taken])
        self._write({**known, name: port})
        return port

    def _read(self) -> dict[str, int]:
        try:
            ports = json.loads(self._path.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return {str(name): int(port) for name, port in ports.items()}

    def _write(self, ports: dict[str, int]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(ports, indent=1) + "\n")
        draft.replace(self._path)
