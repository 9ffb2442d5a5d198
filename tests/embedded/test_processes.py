"""The supervisor: what ends by itself is started again, what is to end ends, last started first."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.embedded.child import Child, Command, last_lines
from streams.embedded.errors import EmbeddedError
from streams.embedded.processes import ALWAYS, NEVER, ONCE_THROUGH, Ended, Restart, Service, Supervisor
from tests.eventually import eventually

SLEEP = Command(("sleep", "600"))
AT_ONCE = Restart(first_pause_seconds=0.01)

HUB_OF_TWO = """
import sys
from pathlib import Path
from streams.embedded.child import Child, Command, last_lines
from streams.embedded.processes import Supervisor
folder = Path(sys.argv[1])
def child(name, *arguments):
    return Child(name, Command(arguments), log_path=folder / f"{name}.log", pid_path=folder / f"{name}.pid")
try:
    with Supervisor() as supervisor:
        for name in ("first", "second"):
            service = child(name, "sleep", "600")
            supervisor.start(service)
            print(service.pid, flush=True)
        print(supervisor.run(), flush=True)
except KeyboardInterrupt:
    print("stopped by a signal")
"""


def a_child(folder: Path, name: str, *arguments: str) -> Child:
    return Child(name, Command(arguments), log_path=folder / f"{name}.log", pid_path=folder / f"{name}.pid")


class Recorded:
    """A service that runs until it is stopped and notes when."""

    def __init__(self, service: Service, stopped: list[str]) -> None:
        self._service = service
        self._stopped = stopped
        self.name = service.name

    def start(self) -> None:
        self._service.start()

    def stop(self) -> None:
        self._stopped.append(self.name)
        self._service.stop()

    def kill(self) -> None:
        self._service.kill()

    def wait(self, within_seconds: float | None = None) -> int | None:
        return self._service.wait(within_seconds)

    def why_ended(self) -> str:
        return self._service.why_ended()


class CannotComeBack(Recorded):
    """A service whose second start fails, as a broker's on a full disk."""

    starts = 0

    def start(self) -> None:
        self.starts += 1
        if self.starts == 2:
            raise EmbeddedError("the disk is full")
        super().start()


def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    child = a_child(tmp_path, "worker", "sleep", "600")
    ends: list[Ended] = []
    with Supervisor(on_exit=ends.append) as supervisor:
        supervisor.start(child, AT_ONCE)
        first = child.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        eventually(lambda: child.pid not in (None, first))
    assert child.pid is None
    assert [(end.name, end.exit_code, end.restart_in_seconds) for end in ends] == [("worker", -signal.SIGKILL, 0.01)]


def test_services_stop_in_reverse_order(tmp_path: Path) -> None:
    stopped: list[str] = []
    with Supervisor() as supervisor:
        for name in ("kafka", "worker", "wall"):
            supervisor.start(Recorded(a_child(tmp_path, name, "sleep", "600"), stopped))
    assert stopped == ["wall", "worker", "kafka"]


def test_a_service_that_cannot_come_back_is_tried_again(tmp_path: Path) -> None:
    child = a_child(tmp_path, "kafka", "sleep", "600")
    ends: list[Ended] = []
    with Supervisor(on_exit=ends.append) as supervisor:
        supervisor.start(CannotComeBack(child, []), AT_ONCE)
        child.kill()
        eventually(lambda: len(ends) == 2 and child.pid is not None)
    assert [(end.exit_code, end.why) for end in ends[1:]] == [(None, "the disk is full")]


def test_a_service_that_cannot_be_started_at_first_is_an_error_of_the_caller(tmp_path: Path) -> None:
    broken = CannotComeBack(a_child(tmp_path, "kafka", "sleep", "600"), [])
    broken.starts = 1
    first = a_child(tmp_path, "redis", "sleep", "600")
    with Supervisor() as supervisor:
        supervisor.start(first)
        with pytest.raises(EmbeddedError, match="the disk is full"):
            supervisor.start(broken)
    assert first.pid is None


def test_the_end_of_what_must_not_end_stops_everything_and_says_why(tmp_path: Path) -> None:
    other = a_child(tmp_path, "other", "sleep", "600")
    with Supervisor() as supervisor:
        supervisor.start(other)
        supervisor.start(a_child(tmp_path, "worker", "sh", "-c", "echo out of memory; exit 1"), NEVER)
        reason = supervisor.run(for_seconds=30)
    assert "worker ended with status 1" in reason
    assert "out of memory" in reason
    assert other.pid is None


def test_a_service_that_always_ends_is_given_up_after_its_limit(tmp_path: Path) -> None:
    ends: list[Ended] = []
    with Supervisor(on_exit=ends.append) as supervisor:
        supervisor.start(a_child(tmp_path, "worker", "false"), Restart(limit=2, first_pause_seconds=0.01))
        assert "worker ended with status 1" in supervisor.run(for_seconds=30)
    assert [end.restart_in_seconds for end in ends] == [0.01, 0.02, None]


def test_ends_in_a_row_are_counted_until_one_runs_calmly(tmp_path: Path) -> None:
    with Supervisor() as supervisor:
        ending = a_child(tmp_path, "worker", "false")
        staying = a_child(tmp_path, "wall", "sleep", "600")
        supervisor.start(ending, AT_ONCE)
        supervisor.start(staying)
        eventually(lambda: supervisor.ends_in_a_row(ending) >= 3)
        assert supervisor.ends_in_a_row(staying) == 0


def test_what_runs_once_through_may_end_well(tmp_path: Path) -> None:
    ends: list[Ended] = []
    with Supervisor(on_exit=ends.append) as supervisor:
        supervisor.start(a_child(tmp_path, "set-up", "true"), ONCE_THROUGH)
        eventually(lambda: ends)
        assert supervisor.run(for_seconds=0) == ""
    assert ends == [Ended("set-up", 0, ends[0].why, None)]


def test_a_run_of_given_length_ends_by_itself(tmp_path: Path) -> None:
    child = a_child(tmp_path, "worker", "sleep", "600")
    with Supervisor() as supervisor:
        supervisor.start(child)
        assert supervisor.run(for_seconds=0.01) == ""
        assert child.pid is not None
    assert child.pid is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order(tmp_path: Path, number: signal.Signals) -> None:
    hub = subprocess.Popen([sys.executable, "-c", HUB_OF_TWO, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert hub.stdout is not None
    pids = [int(hub.stdout.readline()) for _ in range(2)]
    hub.send_signal(number)
    said, _ = hub.communicate(timeout=30)
    assert said == "stopped by a signal\n"
    assert hub.returncode == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_the_signals_are_the_callers_again_afterwards() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Supervisor():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


@given(ends=st.integers(1, 10_000), first=st.floats(0.01, 10), longest=st.floats(10, 100))
def test_pauses_grow_and_stay_below_the_longest(ends: int, first: float, longest: float) -> None:
    restart = Restart(first_pause_seconds=first, longest_pause_seconds=longest)
    now, later = restart.pause_seconds(ends), restart.pause_seconds(ends + 1)
    assert now is not None
    assert later is not None
    assert first <= now <= later <= longest


def test_always_has_no_limit() -> None:
    assert ALWAYS.pause_seconds(1_000_000) == ALWAYS.longest_pause_seconds


def test_a_second_signal_kills_what_does_not_end(tmp_path: Path) -> None:
    deaf = ("sh", "-c", "trap 'echo heard' TERM; echo ready; while :; do sleep 0.1; done")
    script = HUB_OF_TWO.replace('"sleep", "600"', f"*{deaf!r}")
    hub = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert hub.stdout is not None
    pids = [int(hub.stdout.readline()) for _ in range(2)]
    logs = [tmp_path / "first.log", tmp_path / "second.log"]
    eventually(lambda: [last_lines(log) for log in logs] == ["ready", "ready"])
    hub.send_signal(signal.SIGTERM)
    eventually(lambda: "heard" in last_lines(logs[1]))
    hub.send_signal(signal.SIGINT)
    hub.communicate(timeout=8)
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_service_that_is_ended_for_good_is_not_started_again_while_the_others_run(tmp_path: Path) -> None:
    ends: list[Ended] = []
    with Supervisor(on_exit=ends.append) as supervisor:
        first, second = (Child(name, SLEEP, log_path=tmp_path / f"{name}.log", pid_path=tmp_path / f"{name}.pid")
                         for name in ("first", "second"))  # fmt: skip
        for child in (first, second):
            supervisor.start(child, AT_ONCE)
        supervisor.end(first)
        assert first.pid is None
        assert second.pid is not None
    assert ends == []
