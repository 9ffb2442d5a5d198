"""`hub incident locate`: a person says where an incident is that no report could place."""

from dataclasses import replace

import pytest

from streams.commands.incident import ADDRESSES
from streams.facts.incidents import Located
from streams.facts.reference import Address
from tests.commands.conftest import INCIDENTS, Desk
from tests.eventually import eventually

pytestmark = pytest.mark.timeout(300)

ROAD, ROAD_GRID = "RD00101", "500117001020008"


def unlocated(desk: Desk, record_no: str) -> str:
    """The number of a new incident without a place."""
    known = set(desk.incidents())
    report = replace(desk.report(record_no), longitude=None, latitude=None, located_by="system")
    desk.topics.append(INCIDENTS, "500117", report)
    (number,) = eventually(lambda: set(desk.incidents()) - known, within_seconds=30)
    return str(number)


def listed(desk: Desk) -> list[str]:
    return [one["incident_no"] for one in desk.listed("incident", "list", "--unlocated")["incidents"]]


def test_an_incident_is_listed_as_unlocated_until_somebody_has_located_it(desk: Desk) -> None:
    number = unlocated(desk, "JQ601")
    assert number in listed(desk)
    done = desk.hub("incident", "locate", number, "--place", ROAD, "--by", "张值班")
    assert done.exit_code == 0, done.output
    assert ROAD_GRID in done.stdout
    eventually(lambda: number not in listed(desk), within_seconds=30)
    shown = desk.listed("incident", "show", number)
    assert (shown["region"], shown["longitude"], shown["latitude"]) == (ROAD_GRID, 106.2591, 29.98436)
    (fact,) = (fact for fact in desk.facts() if isinstance(fact, Located) and fact.incident_no == number)
    assert (fact.by, fact.place_code) == ("张值班", ROAD)
    again = desk.hub("incident", "locate", number, "--place", "500117001", "--by", "李值班")
    assert (again.exit_code, again.stdout) == (1, "")
    assert f"has a place: {ROAD_GRID}" in again.stderr


def test_a_village_will_do_where_no_more_is_known(desk: Desk) -> None:
    number = unlocated(desk, "JQ602")
    said = desk.listed("incident", "locate", number, "--place", ROAD_GRID[:12], "--by", "张值班")
    assert (said["region"], said["longitude"]) == (ROAD_GRID[:12], None)
    eventually(lambda: desk.listed("incident", "show", number)["region"] == ROAD_GRID[:12], within_seconds=30)


def address(code: str, *, valid: bool = True) -> Address:
    return Address(
        id=code, key=code, source="gz_std_address", trace=code, occurred_at=1, address_code=code, text="沿江路8号",
        grid="500117001001001", longitude=106.2629, latitude=29.9931, valid=valid, recorded_at=1,
    )  # fmt: skip


def test_a_delivered_address_is_a_place_and_one_that_is_struck_off_is_none(desk: Desk) -> None:
    number = unlocated(desk, "JQ603")
    for one in (address("BZ0001"), address("BZ0002", valid=False)):
        desk.topics.append(ADDRESSES, one.address_code, one)
    done = desk.hub("incident", "locate", number, "--place", "BZ0002", "--by", "张值班")
    assert (done.exit_code, done.stdout) == (2, "")
    said = desk.listed("incident", "locate", number, "--place", "BZ0001", "--by", "张值班")
    assert (said["region"], said["longitude"], said["place_code"]) == ("500117001001001", 106.2629, "BZ0001")


@pytest.mark.parametrize(
    ("place", "by", "said"),
    [
        ("RD99999", "张值班", "there is no place or region 'RD99999' below the district"),
        ("500117", "张值班", "there is no place or region '500117' below the district"),
        (ROAD, " ", "--by is empty"),
    ],
)
def test_what_is_no_place_or_said_by_nobody_is_not_written(desk: Desk, place: str, by: str, said: str) -> None:
    number = unlocated(desk, f"JQ61{len(desk.incidents())}")
    done = desk.hub("incident", "locate", number, "--place", place, "--by", by)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert not [fact for fact in desk.facts() if isinstance(fact, Located) and fact.incident_no == number]


def test_an_incident_that_does_not_exist_is_a_finding(desk: Desk) -> None:
    done = desk.hub("incident", "locate", "50011720261122E99999", "--place", ROAD, "--by", "张值班")
    assert done.exit_code == 1
    assert "no incident 50011720261122E99999" in done.stderr
