"""`hub up` as a newcomer meets it: it runs and ends by itself, goes on with its data, survives what happens to it."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from connectors.city.provision import OVER_SFTP
from streams.topology import load_topology
from tests.eventually import eventually
from tests.hub_command import hub
from tests.passable import passable_folder
from tests.up.hub_process import HubProcess, hanging, processes_of

pytestmark = [pytest.mark.timeout(1500), pytest.mark.whole_machine]

REBUILT_SECONDS = 30.0
CALM = "15"
"""How many times its pace a city is played at beside what asks for the machine itself."""
KILLED = ("worker-hub", "kafka", "redis", "sshd")
KEYS = {
    "systems", "items", "events", "facts", "incidents", "matters", "clocks", "tiles", "quarantined", "lost", "doubled",
    "latency_ms",
}  # fmt: skip


@dataclass(frozen=True)
class Story:
    """Two runs over one data folder: the first was disturbed and ended by itself, the second was stopped by Ctrl-C."""

    home: Path
    first: dict[str, Any]
    said: str
    refused: tuple[int, str]
    left_after_first: list[str]
    hang: "Hang"
    replays: dict[str, int]
    stopped: tuple[int, str]
    left_after_second: list[str]


@dataclass(frozen=True)
class Hang:
    """What a hub did while its Redis stood still: incidents before, how many came meanwhile; the newest tile."""

    incidents_before: int
    incidents_meanwhile: int
    newest_tile_before: int
    newest_tile_after: int


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with passable_folder() as folder:
        yield told(folder / "home")


def told(home: Path) -> Story:
    first = HubProcess(home, "--for", "30", "--json")
    second = None
    try:
        first.until_it_runs()
        for part in KILLED:
            os.kill(first.pid_of(part), signal.SIGKILL)
            first.until_it_says(f"{part} was killed by SIGKILL; started again")
        summary = first.summary(within_seconds=300)
        left_after_first = processes_of(home)
        second = HubProcess(home, "--speed", CALM)
        running = second.until_it_runs()
        another = hub(home, "up")
        hang = let_redis_hang(second, running.wall)
        replays = {name: hub(home, "replay", name).returncode for name in load_topology().processors}
        second.interrupt()
        stopped = second.finish(within_seconds=60)
        return Story(
            home, summary, first.said, (another.returncode, another.stderr), left_after_first, hang, replays, stopped,
            processes_of(home),
        )  # fmt: skip
    finally:
        for started in (first, second):
            if started is not None:
                started.kill()


def let_redis_hang(running: HubProcess, wall: str) -> Hang:
    """Let it stand still until Kafka knows of another incident, then until the wall shows what came since."""
    before = eventually(lambda: running.newest_tile(wall))
    with hanging(running.pid_of("redis")):
        counted = incidents(running.home)
        more = eventually(lambda: incidents(running.home) - counted, within_seconds=60)
    after = eventually(lambda: max(running.newest_tile(wall) - before, 0), within_seconds=REBUILT_SECONDS) + before
    return Hang(counted, more, before, after)


def incidents(home: Path) -> int:
    """How many incidents Kafka knows of."""
    listing = hub(home, "incident", "list", "--json")
    assert listing.returncode == 0, f"exit code {listing.returncode}: {listing.stderr}"
    return len(json.loads(listing.stdout)["incidents"])


def test_nothing_is_lost_or_doubled_by_the_citys_own_ledger(story: Story) -> None:
    assert (story.first["lost"], story.first["doubled"], story.first["quarantined"]) == (0, 0, 0)


def test_the_figures_tell_one_story(story: Story) -> None:
    first = story.first
    assert first.keys() == KEYS
    assert first["systems"] == 67, story.said
    assert first["events"] >= first["facts"] >= first["incidents"] >= first["matters"] > 0
    assert first["tiles"] >= 5
    assert sum(first["clocks"].values()) > 0
    assert 0 <= first["latency_ms"]["p50"] <= first["latency_ms"]["p99"]


def test_no_process_stays_behind(story: Story) -> None:
    assert story.left_after_first == []
    assert story.left_after_second == []


def test_a_second_hub_on_one_data_folder_is_refused_in_one_line(story: Story) -> None:
    exit_code, said = story.refused
    assert exit_code == 2
    (line,) = said.splitlines()
    assert f"the data folder {story.home} is in use by the hub with process id" in line


def test_what_is_killed_comes_back_and_the_reason_is_shown(story: Story) -> None:
    for part in KILLED:
        assert f"{part} was killed by SIGKILL; started again" in story.said


def test_files_of_some_departments_come_over_sftp(story: Story) -> None:
    said = {line.split(maxsplit=2)[2] for line in story.said.splitlines() if line.startswith("over SFTP")}
    assert said == {", ".join(OVER_SFTP)}


def test_the_next_run_goes_on_with_the_same_data(story: Story) -> None:
    assert story.hang.incidents_before >= story.first["incidents"]


def test_a_redis_that_hangs_holds_up_the_wall_alone_and_for_no_longer(story: Story) -> None:
    assert story.hang.incidents_meanwhile > 0
    assert story.hang.newest_tile_after > story.hang.newest_tile_before


def test_every_processor_has_written_what_its_log_gives(story: Story) -> None:
    assert story.replays == dict.fromkeys(load_topology().processors, 0)


def test_ctrl_c_stops_everything_within_seconds(story: Story) -> None:
    assert story.stopped == (0, "")
