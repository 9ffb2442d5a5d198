"""Ports: free ones, the same ones again, and a clear word where there are none."""

import socket
from pathlib import Path

import pytest

from streams.embedded.ports import HOST, NoFreePort, Ports, free_port, is_free


@pytest.fixture
def ports_path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "ports.json"


def test_a_name_keeps_its_port(ports_path: Path) -> None:
    port = Ports(ports_path).take("kafka")
    assert Ports(ports_path).take("kafka") == port


def test_two_names_never_share_a_port(ports_path: Path) -> None:
    first = free_port()
    among = range(first, first + 3)
    ports = Ports(ports_path, among)
    taken = {ports.take(name) for name in ("kafka", "kafka-controller")}
    assert len(taken) == 2


def test_a_port_that_was_taken_meanwhile_is_replaced_for_good(ports_path: Path) -> None:
    port = Ports(ports_path).take("kafka")
    with socket.create_server((HOST, port)):
        assert not is_free(port)
        other = Ports(ports_path).take("kafka")
    assert other != port
    assert Ports(ports_path).take("kafka") == other


def test_a_port_file_torn_by_a_crash_is_written_anew(ports_path: Path) -> None:
    ports_path.parent.mkdir()
    ports_path.write_text('{"kafka": 2')
    port = Ports(ports_path).take("kafka")
    assert Ports(ports_path).take("kafka") == port


def test_no_free_port_is_said_in_one_line(ports_path: Path) -> None:
    with socket.create_server((HOST, 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(NoFreePort, match="in use") as refusal:
            Ports(ports_path, range(port, port + 1)).take("kafka")
    assert "\n" not in str(refusal.value)
