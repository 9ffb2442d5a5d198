"""One child process: started, ended, paused, and never left behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streams.embedded.child import Child, Command, last_lines
from tests.eventually import eventually

SLEEP = Command(("sleep", "600"))
DEAF = Command(("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"))
WITH_A_CHILD_OF_ITS_OWN = Command(("sh", "-c", "sleep 600 & echo $!; wait"))

START_AND_SLEEP = """
import sys, time
from pathlib import Path
from streams.embedded.child import Child, Command
folder = Path(sys.argv[1])
child = Child("sleeper", Command(("sleep", "600")), log_path=folder / "log", pid_path=folder / "pid")
child.start()
print(child.pid, flush=True)
time.sleep(600)
"""

Start = Callable[[Command], Child]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    children: list[Child] = []

    def start(command: Command) -> Child:
        name = f"child-{len(children)}"
        child = Child(name, command, log_path=tmp_path / f"{name}.log", pid_path=tmp_path / f"{name}.pid")
        children.append(child)
        child.start()
        return child

    yield start
    for child in children:
        child.kill()


def runs(pid: int) -> bool:
    """Is there such a process, other than as the unread end of one?"""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_a_child_runs_until_it_is_stopped(start: Start) -> None:
    child = start(SLEEP)
    pid = child.pid
    assert pid is not None
    child.stop()
    assert child.pid is None
    assert not runs(pid)
    assert child.wait() == -signal.SIGTERM


def test_a_child_that_ends_by_itself_says_how(start: Start) -> None:
    child = start(Command(("sh", "-c", "echo the reason; exit 3")))
    assert child.wait(within_seconds=10) == 3
    assert "status 3" in child.why_ended()
    assert "the reason" in child.why_ended()


def test_a_running_child_is_waited_for_no_longer_than_asked(start: Start) -> None:
    child = start(SLEEP)
    assert child.wait(within_seconds=0.05) is None
    assert child.why_ended() == ""


def test_a_child_deaf_to_term_is_killed(start: Start) -> None:
    child = start(DEAF)
    eventually(lambda: last_lines(child.log_path) == "ready")
    child.stop(within_seconds=0.2)
    assert child.wait() == -signal.SIGKILL


def test_a_paused_child_stops_in_order(start: Start) -> None:
    child = start(SLEEP)
    child.pause()
    eventually(lambda: Path(f"/proc/{child.pid}/stat").read_text().split()[2] == "T")
    child.stop()
    assert child.wait() == -signal.SIGTERM


@pytest.mark.parametrize("end", [Child.stop, Child.kill])
def test_what_a_child_started_ends_with_it(start: Start, end: Callable[[Child], None]) -> None:
    child = start(WITH_A_CHILD_OF_ITS_OWN)
    grandchild = int(eventually(lambda: last_lines(child.log_path)))
    assert runs(grandchild)
    end(child)
    eventually(lambda: not runs(grandchild))


def test_what_a_child_started_ends_when_the_child_dies_by_itself(start: Start) -> None:
    child = start(Command(("sh", "-c", "sleep 600 & echo $!; exit 1")))
    assert child.wait(within_seconds=10) == 1
    grandchild = int(last_lines(child.log_path))
    eventually(lambda: not runs(grandchild))


def test_a_child_starts_again_under_a_new_number(start: Start) -> None:
    child = start(SLEEP)
    first = child.pid
    child.kill()
    child.start()
    assert child.pid not in (None, first)


def test_a_running_child_is_not_started_twice(start: Start) -> None:
    child = start(SLEEP)
    pid = child.pid
    child.start()
    assert child.pid == pid


def test_a_command_that_does_not_exist_is_named_in_the_log(start: Start) -> None:
    child = start(Command(("no-such-command",)))
    assert child.wait(within_seconds=10) == 127
    assert "no-such-command: No such file or directory" in child.why_ended()


def test_the_environment_is_added_to_the_parents(start: Start) -> None:
    child = start(Command(("sh", "-c", "echo $HUB_CITY $HOME"), {"HUB_CITY": "hechuan"}))
    child.wait(within_seconds=10)
    assert last_lines(child.log_path) == f"hechuan {os.environ['HOME']}"


def test_a_child_outlives_the_thread_that_asked_for_it(start: Start) -> None:
    started: list[Child] = []
    thread = threading.Thread(target=lambda: started.append(start(SLEEP)))
    thread.start()
    thread.join()
    assert started[0].wait(within_seconds=0.3) is None


def test_nothing_stays_behind_when_the_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", START_AND_SLEEP, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert runs(pid)
    parent.kill()
    parent.communicate()
    eventually(lambda: not runs(pid))


def test_a_run_left_over_from_another_hub_is_ended_before_the_next(tmp_path: Path) -> None:
    """Where the kernel could not end it with its parent, as under some container runtimes."""
    left_over = subprocess.Popen(["sleep", "600"], process_group=0)
    start_of_left_over = Path(f"/proc/{left_over.pid}/stat").read_text().rpartition(")")[2].split()[19]
    (tmp_path / "pid").write_text(f"{left_over.pid} {start_of_left_over}")
    child = Child("sleeper", SLEEP, log_path=tmp_path / "log", pid_path=tmp_path / "pid")
    child.start()
    assert left_over.wait(timeout=10) == -signal.SIGKILL
    child.kill()


def test_a_stranger_who_got_the_number_of_an_earlier_run_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "600"], process_group=0)
    (tmp_path / "pid").write_text(f"{stranger.pid} 1")
    child = Child("sleeper", SLEEP, log_path=tmp_path / "log", pid_path=tmp_path / "pid")
    child.start()
    assert stranger.poll() is None
    child.kill()
    stranger.kill()
    stranger.wait()
