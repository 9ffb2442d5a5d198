"""What the hub keeps of a person by token, and that it lets go of it."""

from typing import Any

import pytest

from streams.contract import Fact
from streams.engine.memory import MemoryHub
from streams.facts.people import Help, Resident, Service
from streams.processors.person_profiles import PersonProfiles
from tests.processors.kit import DAY, START_AT, codec, topology

PEOPLE = "hub.log.people.v1"
TOKEN = "services:1:0123456789abcdef"


@pytest.fixture
def hub() -> MemoryHub:
    return MemoryHub(topology(), {"person_profiles": PersonProfiles()}, codec(), START_AT)


def hear(hub: MemoryHub, *facts: Fact) -> None:
    for fact in facts:
        hub.publish(PEOPLE, fact)
    hub.settle()


def entries(hub: MemoryHub) -> dict[str, Any]:
    """What the tables hold, without the engine's own rows."""
    kept = {key: row for owner in hub.owners for key, row in owner.changelog.items() if "/" in key and TOKEN in key}
    return {key.partition("/")[0]: codec().decode(row[8:]) for key, row in kept.items()}


def service(number: int, state: Any, recorded_at: int = 0) -> Service:
    return Service(
        id=f"row:{number}#1", key=TOKEN, trace=f"row:1:{number}", occurred_at=START_AT, token=TOKEN,
        system="mz_social_aid", unit="500117001001", state=state, recorded_at=recorded_at or START_AT + number,
    )  # fmt: skip


def resident(number: int, *, moved_away: bool) -> Resident:
    return Resident(
        id=f"row:{number}#1", key=TOKEN, trace=f"row:1:{number}", occurred_at=START_AT, token=TOKEN,
        household="household", address_code=f"DZ{number}", moved_away=moved_away, recorded_at=START_AT + number,
    )  # fmt: skip


def help_called(number: int, *, answered: bool) -> Help:
    return Help(
        id=f"row:{number}#1", key=TOKEN, trace=f"row:1:{number}", occurred_at=START_AT, token=TOKEN,
        system="mz_elder_call", call_no="HJ1", answered=answered, region="500117001001", recorded_at=START_AT + number,
    )  # fmt: skip


def test_the_latest_word_on_a_service_and_a_residence_is_kept(hub: MemoryHub) -> None:
    hear(hub, service(2, "due"), service(1, "opened"), resident(4, moved_away=False), resident(3, moved_away=True))
    kept = entries(hub)
    assert kept["services"].state == "due"
    assert kept["residents"].address_code == "DZ4"


def test_an_answer_to_a_call_for_help_stays_whatever_comes_after_it(hub: MemoryHub) -> None:
    hear(hub, help_called(2, answered=True), help_called(1, answered=False))
    assert entries(hub)["calls"].answered


def test_what_is_over_is_forgotten_after_a_month_and_what_is_not_is_not(hub: MemoryHub) -> None:
    hear(hub, service(1, "due"), resident(2, moved_away=False), help_called(3, answered=False))
    hub.advance_to(START_AT + 300 * DAY)
    assert entries(hub).keys() == {"services", "residents", "calls"}
    hear(hub, service(4, "done"), resident(5, moved_away=True), help_called(6, answered=True))
    hub.advance_to(START_AT + 330 * DAY - 1)
    assert entries(hub).keys() == {"services", "residents", "calls"}
    hub.advance_to(START_AT + 330 * DAY)
    assert entries(hub) == {}


def test_nothing_leaves_but_the_orders_of_who_must_see_to_it(hub: MemoryHub) -> None:
    hear(hub, service(1, "due"), resident(2, moved_away=False), help_called(3, answered=False))
    written = [topic for topic in topology().topics if topic != PEOPLE and hub.appended(topic)]
    assert written == ["hub.log.matters.v1"]
    assert TOKEN not in repr(hub.values("hub.log.matters.v1"))
