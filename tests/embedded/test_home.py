"""The data folder: one hub at a time."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from streams.embedded.home import FOLDERS, Home, HomeInUse, HomeUnusable, default_home

HOLD = """
import sys, time
from pathlib import Path
from streams.embedded.home import Home
home = Home(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(600)
"""


def test_a_new_home_has_a_folder_for_each_kind_of_data(tmp_path: Path) -> None:
    with Home(tmp_path / "hub") as home:
        assert all((home.root / name).is_dir() for name in FOLDERS)


def test_secrets_and_keys_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    with Home(tmp_path) as home:
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in (home.secrets, home.keys)} == {0o700}


def test_a_second_hub_is_told_which_process_holds_the_folder(tmp_path: Path) -> None:
    with Home(tmp_path), pytest.raises(HomeInUse) as refusal:
        Home(tmp_path)
    assert f"process id {os.getpid()}" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_hub_that_was_killed_leaves_its_folder_to_the_next(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(HomeInUse, match=f"process id {holder.pid}"):
        Home(tmp_path)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    Home(tmp_path).close()


def test_two_homes_stand_side_by_side(tmp_path: Path) -> None:
    with Home(tmp_path / "one") as one, Home(tmp_path / "two") as two:
        assert one.root != two.root


def test_a_home_keeps_its_ports(tmp_path: Path) -> None:
    with Home(tmp_path) as home:
        port = home.ports.take("gateway")
    with Home(tmp_path) as home:
        assert home.ports.take("gateway") == port
        assert home.ports.take("wall") != port


def test_a_home_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HomeUnusable, match="Not a directory"):
        Home(tmp_path / "file" / "hub")


def test_hub_home_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    assert default_home() == tmp_path
    monkeypatch.delenv("HUB_HOME")
    assert default_home().name == ".hub"
