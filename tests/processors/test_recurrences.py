"""A recurrence is linked on both incidents, counted once by class and over all, and betrays no confidential place."""

from dataclasses import replace

from streams.contract import Fact
from streams.engine.memory import MemoryHub
from streams.facts.views import Incident, Link
from streams.processors.recurrences import counted_recurrence, linked_recurrence
from streams.processors.situation import Situation
from tests.processors.kit import GRID, SITUATION, START_AT, VILLAGE, codec, topology

FIGURES = "hub.view.figures.v1"


def incident(number: int, *, confidential: bool = False) -> Incident:
    return Incident(
        incident_no=f"50011720260921E{number:05}", incident_class="burst_main", urgency="urgent", state="open",
        region=GRID, longitude=106.2628, latitude=29.993, opened_at=START_AT, last_report_at=START_AT, reports=1,
        systems=("ga_alarm110",), as_of=START_AT, confidential=confidential,
    )  # fmt: skip


def counted(recurring: Incident) -> dict[str, int]:
    """What the situation shows of it, under `<region>|<kind>`."""
    hub = MemoryHub(topology(), {"situation": Situation()}, codec(), START_AT)
    for number, output in enumerate(counted_recurrence(recurring, START_AT)):
        fact: Fact = replace(output.value, id=f"recurrence:{number}")
        hub.publish(SITUATION, fact)
    hub.settle()
    shown = [one for one in hub.latest(FIGURES).values() if one is not None]
    return {f"{one.region}|{one.kind}": one.count for one in shown}


def test_both_incidents_have_the_link_once() -> None:
    new, closed = linked_recurrence(incident(2), incident(1))
    assert new.links == (Link(other_no=closed.incident_no, relation="recurrence_of"),)
    assert closed.links == (Link(other_no=new.incident_no, relation="recurred_as"),)
    assert linked_recurrence(new, closed) == (new, closed)


def test_it_is_counted_by_its_class_and_over_all_in_each_region_above_it() -> None:
    shown = counted(incident(2))
    assert {key: shown[key] for key in (f"{GRID}|recurred", f"{VILLAGE}|recurred_burst_main", "500117|recurred")} == {
        f"{GRID}|recurred": 1,
        f"{VILLAGE}|recurred_burst_main": 1,
        "500117|recurred": 1,
    }


def test_a_confidential_one_is_linked_to_nothing_and_counts_in_its_district_alone() -> None:
    secret = incident(2, confidential=True)
    assert linked_recurrence(secret, incident(1)) == (secret, incident(1))
    assert linked_recurrence(incident(1), secret) == (incident(1), secret)
    shown = counted(secret)
    assert shown["500117|recurred"] == 1
    assert f"{GRID}|recurred" not in shown
