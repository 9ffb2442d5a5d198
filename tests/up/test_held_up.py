"""Kafka is held up past its session, again and again, under a whole hub whose every core is taken by other work."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.eventually import eventually
from tests.passable import passable_folder
from tests.up.hub_process import HubProcess, hanging

HELD_UP_SECONDS, HELD_UP_TIMES = 8.0, 5
"""Twice the embedded broker's session: it fences itself, and names no broker for as long as it does not get a core."""
OTHER_WORK = 6
GONE_ON_SECONDS = 90.0
CITY_SECONDS = 300
"""The city plays on at its pace until all is over: nothing is told only after the last stop."""


@contextmanager
def busy_cores() -> Iterator[None]:
    """Processes that take every core there is; six of them on two cores leave the hub a quarter."""
    with ExitStack() as work:
        for _ in range(OTHER_WORK):
            process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            work.callback(process.wait)
            work.callback(process.kill)
        yield


@pytest.mark.soak
@pytest.mark.timeout(1500)
def test_a_hub_whose_kafka_is_held_up_past_its_session_goes_on_and_loses_and_doubles_nothing() -> None:
    with passable_folder() as folder:
        running = HubProcess(folder / "home", "--for", str(CITY_SECONDS), "--json")
        try:
            wall = running.until_it_runs().wall
            for _ in range(HELD_UP_TIMES):
                with busy_cores():
                    with hanging(running.pid_of("kafka")):
                        threading.Event().wait(HELD_UP_SECONDS)
                    before = running.newest_tile(wall)
                    eventually(lambda: running.newest_tile(wall) > before, within_seconds=GONE_ON_SECONDS)  # noqa: B023
            summary = running.summary(within_seconds=CITY_SECONDS + 300)
            print(running.said, summary, sep="\n")
        finally:
            running.kill()
    # An answer to an order that was taken back from its unit meanwhile is set aside.
    assert (summary["lost"], summary["doubled"]) == (0, 0)
