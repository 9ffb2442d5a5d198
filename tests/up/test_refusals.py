"""What a newcomer may get wrong, or a machine may lack: one clear line, and the exit code."""

import socket
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from streams.commands.up import up
from streams.embedded.home import Home

COMMAND = typer.Typer()
COMMAND.command()(up)


def refused(home: Path, *arguments: str, **variables: str) -> Result:
    """`hub up` as it ends before anything is started."""
    unset = dict.fromkeys(("HUB_KAFKA", "HUB_REDIS", "HUB_PORT"))
    return CliRunner().invoke(COMMAND, arguments, env={**unset, "HUB_HOME": str(home), **variables})


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"HUB_KAFKA": "somewhere"}, "HUB_KAFKA is 'somewhere': it takes the addresses of Kafka, host:port"),
        ({"HUB_KAFKA": "a:9092,b"}, "HUB_KAFKA is 'a:9092,b': it takes"),
        ({"HUB_REDIS": "localhost:6379"}, "HUB_REDIS is 'localhost:6379': it takes an address like redis://"),
        ({"HUB_PORT": "a wall"}, "HUB_PORT is 'a wall': it takes a number from 0 to 65535"),
    ],
)
def test_a_variable_that_cannot_be_meant_so_is_named(tmp_path: Path, variables: dict[str, str], said: str) -> None:
    done = refused(tmp_path / "home", **variables)
    assert done.exit_code == 2
    assert said in done.stderr.splitlines()[-1]


def test_a_port_that_somebody_holds_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        done = refused(tmp_path / "home", HUB_PORT=str(port))
    assert done.exit_code == 2
    assert f"HUB_PORT is {port}: another server on 127.0.0.1 holds that port" in done.stderr


def test_a_data_folder_that_another_hub_holds_is_named_with_that_hub(tmp_path: Path) -> None:
    with Home(tmp_path / "home"):
        done = refused(tmp_path / "home")
    assert done.exit_code == 2
    assert f"the data folder {tmp_path / 'home'} is in use by the hub with process id" in done.stderr


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = refused(tmp_path / "file" / "home")
    assert done.exit_code == 2
    assert f"the data folder {tmp_path / 'file' / 'home'} cannot be used: Not a directory" in done.stderr


def test_every_fault_of_the_topology_is_told_before_anything_starts(tmp_path: Path) -> None:
    done = refused(tmp_path / "home", HUB_CITY="nowhere", HUB_CLOCK="sundial")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) >= 2
    assert "nowhere" in done.stderr
    assert "sundial" in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("arguments", [("--for", "0"), ("--for", "soon"), ("--speed", "0"), ("--nonsense",)])
def test_wrong_use_ends_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert refused(tmp_path / "home", *arguments).exit_code == 2
