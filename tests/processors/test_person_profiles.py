"""What the hub keeps of a person by token, and that it lets go of it."""

from dataclasses import replace
from typing import Any

import pytest

from streams.codec import Codec
from streams.contract import Fact
from streams.engine.memory import MemoryHub
from streams.facts.people import Help, HelpContent, Resident, ResidentContent, Service, ServiceContent
from streams.processors.person_profiles import PersonProfiles
from streams.secrecy.person_keys import MemoryPersonKeys
from tests.processors.kit import DAY, START_AT, topology

PEOPLE = "hub.log.people.v1"
TOKEN = "services:1:0123456789abcdef"


@pytest.fixture
def keys() -> MemoryPersonKeys:
    return MemoryPersonKeys()


@pytest.fixture
def hub(keys: MemoryPersonKeys) -> MemoryHub:
    return MemoryHub(topology(), {"person_profiles": PersonProfiles()}, Codec.load(persons=keys), START_AT)


def hear(hub: MemoryHub, *facts: Fact) -> None:
    for fact in facts:
        hub.publish(PEOPLE, fact)
    hub.settle()


def entries(hub: MemoryHub) -> dict[str, Any]:
    """What the tables hold, without the engine's own rows."""
    kept = {key: row for owner in hub.owners for key, row in owner.changelog.items() if "/" in key and TOKEN in key}
    return {key.partition("/")[0]: hub.codec.decode(row[8:]) for key, row in kept.items()}


def service(number: int, state: Any, recorded_at: int = 0, record_no: str = "FW1") -> Service:
    content = ServiceContent(
        unit="office", region="500117001001", kind="aid", state=state, due_on="2026-10-01", under_14=False
    )
    return Service(
        id=f"row:{number}#1", key=TOKEN, trace=f"row:{number}", occurred_at=START_AT, token=TOKEN,
        system="mz_social_aid", record_no=record_no, content=content, recorded_at=recorded_at or START_AT + number,
    )  # fmt: skip


def resident(number: int, *, moved_away: bool) -> Resident:
    content = ResidentContent(household="household", address_code=f"DZ{number}", moved_away=moved_away)
    return Resident(
        id=f"row:{number}#1", key=TOKEN, trace=f"row:{number}", occurred_at=START_AT, token=TOKEN,
        content=content, recorded_at=START_AT + number,
    )  # fmt: skip


def help_called(number: int, *, answered: bool) -> Help:
    return Help(
        id=f"row:{number}#1", key=TOKEN, trace=f"row:{number}", occurred_at=START_AT, token=TOKEN,
        system="mz_elder_call", record_no="HJ1",
        content=HelpContent(region="500117001001", answered=answered, unit=None), recorded_at=START_AT + number,
    )  # fmt: skip


def test_the_latest_word_on_a_service_and_a_residence_is_kept(hub: MemoryHub) -> None:
    hear(hub, service(2, "due"), service(1, "opened"), resident(4, moved_away=False), resident(3, moved_away=True))
    kept = entries(hub)
    assert kept["services"].content.state == "due"
    assert kept["residents"].content.address_code == "DZ4"


def test_an_answer_to_a_call_for_help_stays_whatever_comes_after_it(hub: MemoryHub) -> None:
    hear(hub, help_called(2, answered=True), help_called(1, answered=False))
    assert entries(hub)["calls"].content.answered


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
    orders = hub.values("hub.log.matters.v1")
    assert {order.token for order in orders} == {TOKEN}
    assert TOKEN not in repr([replace(order, token=None, trace="", source="") for order in orders])


def test_nobody_without_the_keys_reads_what_is_said_or_kept(hub: MemoryHub) -> None:
    hear(hub, service(1, "due"), resident(2, moved_away=False), help_called(3, answered=False))
    written = b"".join(one.data or b"" for one in hub.appended(PEOPLE))
    written += b"".join(key.encode() + row for owner in hub.owners for key, row in owner.changelog.items())
    for said in (b"office", b"500117001001", b"2026-10-01", b"household", b"DZ2"):
        assert said not in written
    strangers = Codec.load()
    assert [strangers.decode(one.data or b"").content for one in hub.appended(PEOPLE)] == [None] * 3


def test_after_the_key_is_destroyed_log_and_tables_say_nothing_and_what_comes_late_is_ignored(
    hub: MemoryHub, keys: MemoryPersonKeys
) -> None:
    hear(hub, service(1, "due"))
    hub.publish(PEOPLE, service(2, "due", record_no="FW2"))
    keys.destroy(TOKEN)
    hub.settle()
    hub.restart()
    assert [entries(hub)[table].content for table in entries(hub)] == [None]
    assert [fact.content for fact in hub.values(PEOPLE)] == [None, None]
    assert hub.set_aside() == []


def test_what_a_department_says_anew_is_heard_under_a_new_key(hub: MemoryHub, keys: MemoryPersonKeys) -> None:
    hear(hub, service(1, "due"))
    keys.destroy(TOKEN)
    hear(hub, service(2, "done"))
    assert entries(hub)["services"].content.state == "done"
    assert [fact.content and fact.content.state for fact in hub.values(PEOPLE)] == [None, "done"]


def test_what_is_sealed_for_somebody_else_is_set_aside(hub: MemoryHub) -> None:
    other = TOKEN[:-1] + "0"
    hear(hub, replace(service(1, "due"), key=other, token=other))
    hear(hub, service(2, "due"))
    (stolen,) = [one.data for one in hub.appended(PEOPLE) if one.key == other.encode()]
    hub.append(PEOPLE, TOKEN, (stolen or b"").replace(other.encode(), TOKEN.encode()).replace(b"row:1#1", b"row:9#1"))
    hub.settle()
    assert hub.set_aside() == [("decode", "seal_broken")]
