"""The simulated city's callers: what they say reaches the log as words, and they themselves as tokens."""

import json
from collections import Counter
from itertools import takewhile
from pathlib import Path

import pytest

from connectors.city.ground import Ground
from connectors.city.rows import HandOver, Play
from connectors.city.script import script
from connectors.city.spoken import SAID
from connectors.contract import RawRow
from streams.cities.city import CITIES
from streams.codec import Origin
from streams.facts.incidents import Reported
from tests.connectors.fleet_samples import accepted, hechuan, intake

STARTED_AT = 1_795_300_000_000
SPEED, SECONDS = 600.0, 30.0
HOTLINE, RESIDENTS = "zw_hotline12345", "zz_community_e"
SAYS_NOTHING_SEEN = ("service_request",)


@pytest.fixture(scope="module")
def handed_over() -> list[HandOver]:
    play = script(Play(1, STARTED_AT, SPEED), Ground.load(CITIES / "hechuan"))
    return list(takewhile(lambda row: row.at_seconds < SECONDS, play))


def reports(system: str, handed_over: list[HandOver], keys: Path) -> list[Reported]:
    taking = intake(system, keys)
    rows = [row for row in handed_over if row.system == system]
    taken = [
        accepted(taking.take(RawRow(json.dumps(row.row).encode(), row.row, Origin("city", 0, number),
                                    event_type=row.event_type), STARTED_AT + 3_600_000))
        for number, row in enumerate(rows)
    ]  # fmt: skip
    return [fact for one in taken for fact in one.facts if isinstance(fact, Reported)]


@pytest.mark.parametrize("incident_class", sorted(SAID.keys() - set(SAYS_NOTHING_SEEN)))
def test_whatever_is_said_of_a_happening_leaves_a_word(incident_class: str) -> None:
    assert all(hechuan().lexicon.words(said) for said in SAID[incident_class])


@pytest.mark.parametrize("system", [HOTLINE, RESIDENTS])
def test_calls_reach_the_log_with_words_and_callers(system: str, handed_over: list[HandOver], tmp_path: Path) -> None:
    found = reports(system, handed_over, tmp_path)
    assert len(found) > 20
    assert sum(bool(report.words) for report in found) > 0.7 * len(found)
    assert all((report.reporter is None) == report.confidential for report in found)
    assert all(report.reporter.startswith("requests:1:") for report in found if report.reporter)


@pytest.mark.parametrize("system", ["ga_alarm110", "zz_grid_app", "cg_digital"])
def test_positions_say_within_how_many_metres_they_lie(
    system: str, handed_over: list[HandOver], tmp_path: Path
) -> None:
    found = Counter(report.uncertainty_metres for report in reports(system, handed_over, tmp_path) if report.longitude)
    assert found[55.0] > sum(found.values()) / 2
