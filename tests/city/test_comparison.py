"""The ledger contradicts the hub: a planted loss and a planted double of each kind are found, and nothing else is."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from connectors.city.comparison import Comparison, compare
from connectors.city.ledger import GivenAnswer, Ledger, PlannedAnswer
from connectors.city.rows import HandOver
from streams import cloudevents
from streams.codec import Codec
from streams.facts.incidents import Reported
from streams.facts.matters import Answered
from streams.facts.notices import MatterChanged
from streams.facts.quarantine import Held
from streams.facts.sources import Observed
from streams.facts.views import Incident
from streams.topics import ensure_topics
from streams.topology import Topology, load_topology
from tests.conftest import Cluster

POLICE, CASES = "ga_alarm110", "ga_public_order"
ORDER, UNIT = "50011720261122M00001-01", "500117-emergency"
LATER = 2**62
Headers = list[tuple[str, str | bytes | None]]
TOPICS = [
    *(f"hub.source.{system}.v1" for system in
      (POLICE, CASES, "zz_community_e", "ga_dangerous_goods", "cg_municipal_iot")),
    "hub.log.incidents.v1", "hub.log.matters.v1", "hub.log.sources.v1", "hub.notice.matters.v1",
    "hub.quarantine.v1", "hub.view.incidents.v1",
]  # fmt: skip


@dataclass
class City:
    """A ledger and the topics of a hub, both written by the test."""

    bootstrap: str
    topology: Topology
    ledger: Ledger
    codec: Codec
    started_at: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
    told: int = 0

    def __post_init__(self) -> None:
        self._producer = Producer({"bootstrap.servers": self.bootstrap})

    def hand_over(self, row: HandOver, at: int = 0) -> None:
        self.ledger.handed_over(row, self.started_at, self.started_at + at)

    def write(
        self, topic: str, key: str, value: Any, headers: list[tuple[str, str | bytes | None]] | None = None
    ) -> None:
        encoded = value if isinstance(value, bytes) else self.codec.encode(value)
        self._producer.produce(self.topology.topic_name(topic), encoded, key, headers=headers or [])
        assert self._producer.flush(10) == 0

    def row(self, row_id: str, system: str = POLICE) -> None:
        """The hub has a row."""
        headers = cloudevents.headers("incident.reported", row_id, system, "", 0, row_id)
        self.write(f"hub.source.{system}.v1", system, b"row", [*headers])

    def asked(self, system: str) -> None:
        """The hub tells of a batch that it read of a system."""
        told = Observed(
            key=system, occurred_at=0, system=system, rows=0, facts=0, wrong=0, late=0, newest_at=0, items={},
            fresh_seconds=600,
        )  # fmt: skip
        self.write("hub.log.sources.v1", system, told)

    def report(self, row_id: str) -> None:
        """The hub has the fact of a row."""
        system, record_no, _ = row_id.split(":")
        fact = Reported(
            id=f"{row_id}#1", key="500117", occurred_at=0, system=system, record_no=record_no, incident_class="fire",
            urgency="urgent", recorded_at=0, region="500117", located_by="system", self_resolved=False,
        )  # fmt: skip
        self.write("hub.log.incidents.v1", "500117", fact)

    def incident(self, number: int, reports: int, state: Any = "open") -> None:
        """The hub shows an incident."""
        view = Incident(
            incident_no=f"E{number}", incident_class="fire", urgency="urgent", state=state, region="500117",
            opened_at=0, last_report_at=0, reports=reports, systems=(POLICE,), as_of=0,
        )  # fmt: skip
        self.write("hub.view.incidents.v1", view.incident_no, view)

    def tell(self, change: Any, order_no: str = ORDER, **parts: Any) -> None:
        """The hub tells of a change of an order."""
        notice = MatterChanged(matter_no=order_no[:-3], incident_no="E1", order_no=order_no, change=change,
                               changed_at=self.started_at)  # fmt: skip
        self.write("hub.notice.matters.v1", "500117", replace(notice, **parts))

    def answer(self, answer: Any, *, in_log: bool) -> None:
        """A unit has a receipt for an answer."""
        planned = PlannedAnswer(f"{ORDER}/{answer}", ORDER, UNIT, answer, 0)
        self.ledger.plan([planned])
        self.ledger.answered(planned, self.started_at, 200, GivenAnswer(ORDER, answer, f"id-{answer}", 0, 0))
        if in_log:
            fact = Answered(
                id=f"id-{answer}", key="500117", occurred_at=0, order_no=ORDER, answer=answer, channel="api",
                actor_unit=UNIT, actor_post="", actor_officer="", actor_shift="",
            )  # fmt: skip
            self.write("hub.log.matters.v1", "500117", fact)

    def compare(self, until: int = LATER) -> Comparison:
        return compare(self.bootstrap, self.topology, self.ledger, until)


def alarm(number: int, **parts: Any) -> HandOver:
    return replace(HandOver(at_seconds=0, system=POLICE, record_no=f"JQ{number}", version="1", row={}), **parts)


@pytest.fixture
def city(kafka_broker: Cluster, namespace: str, tmp_path: Path, codec: Codec) -> Iterator[City]:
    whole = load_topology(environment={}).with_namespace(namespace)
    topics = {name: whole.topics[name] for name in TOPICS}
    ensure_topics(replace(whole, topics=topics, processors={}), kafka_broker.bootstrap_servers)
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        yield City(kafka_broker.bootstrap_servers, whole, ledger, codec)


def test_a_whole_story_has_nothing_lost_and_nothing_doubled(city: City) -> None:
    for number in (1, 2):
        city.hand_over(alarm(number, happening=1))
        city.row(f"{POLICE}:JQ{number}:1")
        city.report(f"{POLICE}:JQ{number}:1")
    city.incident(1, reports=2)
    for change in ("assigned", "delivered", "acknowledged", "arrived"):
        city.tell(change)
    city.ledger.called(f"{ORDER}-D1", ORDER, UNIT, city.started_at)
    city.answer("acknowledge", in_log=True)
    city.answer("arrive", in_log=True)
    comparison = city.compare()
    assert (comparison.lost, comparison.doubled) == (0, 0), comparison.examples
    assert comparison.handed_over == {POLICE: 2, "calls": 1, "answers": 2}


def test_an_empty_ledger_asks_for_nothing(city: City) -> None:
    assert city.compare() == Comparison(0, 0, (), {"calls": 0, "answers": 0})


def test_a_row_and_a_fact_that_are_not_there_are_lost(city: City) -> None:
    for number in (1, 2, 3):
        city.hand_over(alarm(number, happening=number))
    for number in (1, 2):
        city.row(f"{POLICE}:JQ{number}:1")
    city.report(f"{POLICE}:JQ1:1")
    city.incident(1, reports=1)
    comparison = city.compare()
    assert set(comparison.examples) == {
        f"row {POLICE}:JQ3:1 is lost",
        f"the fact of row {POLICE}:JQ2:1 is lost",
    }
    assert (comparison.lost, comparison.doubled) == (2, 0)


def test_a_row_handed_over_or_written_twice_is_still_one(city: City) -> None:
    for _ in range(2):
        city.hand_over(alarm(1))
        city.row(f"{POLICE}:JQ1:1")
    comparison = city.compare()
    assert (comparison.lost, comparison.doubled) == (0, 0)


def test_a_row_in_the_quarantine_is_not_lost(city: City) -> None:
    city.hand_over(alarm(1))
    held = Held(stage="connector", reason="type", detail="", owner=POLICE, topic="", partition=0, offset=0, held_at=0,
                algorithm="", key_version=1, nonce=b"", sealed=b"")  # fmt: skip
    city.write("hub.quarantine.v1", POLICE, held)
    assert city.compare().lost == 0


def test_a_report_that_counts_in_two_incidents_is_doubled_and_one_that_counts_in_none_is_lost(city: City) -> None:
    city.hand_over(alarm(1, happening=1))
    city.row(f"{POLICE}:JQ1:1")
    city.report(f"{POLICE}:JQ1:1")
    assert city.compare().examples == ("a report counts in no incident",)
    city.incident(1, reports=1)
    assert city.compare().examples == ()
    city.incident(2, reports=1)
    comparison = city.compare()
    assert comparison.examples == ("a report counts in more than one incident",)
    assert (comparison.lost, comparison.doubled) == (0, 1)
    city.incident(1, reports=1, state="replaced")
    assert city.compare().examples == ()


def test_a_row_that_the_reader_cannot_have_fetched_yet_is_not_lost(city: City) -> None:
    case = alarm(1, system=CASES, record_no="AJ1", version="2026-11-22 08:00:00")
    city.hand_over(case)
    two_rounds = 2 * 300_000
    assert city.compare(city.started_at + two_rounds - 1).lost == 0
    assert city.compare(city.started_at + two_rounds).lost == 1


def test_a_version_that_was_replaced_before_it_could_be_fetched_is_not_asked_for(city: City) -> None:
    first = alarm(1, system=CASES, record_no="AJ1", version="2026-11-22 08:00:00")
    city.hand_over(first)
    city.hand_over(replace(first, version="2026-11-22 08:00:05", replaces=True), at=5000)
    city.row(f"{CASES}:AJ1:2026-11-22 08:00:05", CASES)
    assert city.compare().lost == 0


def test_a_version_that_lay_there_while_the_table_was_read_again_and_again_is_lost_where_it_is_missing(
    city: City,
) -> None:
    """The batches stand in the log by the broker's time: the version lay there until a minute from now."""
    first = alarm(1, system=CASES, record_no="AJ1", version="2026-11-22 08:00:00")
    city.hand_over(first)
    city.hand_over(replace(first, version="2026-11-22 08:00:05", replaces=True), at=60_000)
    city.row(f"{CASES}:AJ1:2026-11-22 08:00:05", CASES)
    for _ in range(3):
        city.asked(CASES)
    assert city.compare().lost == 0
    city.asked(CASES)
    assert city.compare().examples == (f"row {CASES}:AJ1:2026-11-22 08:00:00 is lost",)


def test_an_order_said_to_be_delivered_that_no_unit_knows_is_lost(city: City) -> None:
    city.hand_over(alarm(1))
    city.row(f"{POLICE}:JQ1:1")
    city.tell("assigned")
    city.tell("delivered")
    assert city.compare().examples == (f"order {ORDER} is said to be delivered, its unit knows nothing of it",)


def test_an_order_neither_delivered_nor_given_up_in_time_is_lost(city: City) -> None:
    city.hand_over(alarm(1))
    city.row(f"{POLICE}:JQ1:1")
    city.tell("assigned")
    assert city.compare(city.started_at + 100_000).lost == 0
    assert city.compare(city.started_at + 200_000).lost == 1
    city.tell("undelivered")
    assert city.compare(city.started_at + 200_000).lost == 0


def test_an_order_that_reached_its_unit_as_two_and_a_change_told_twice_are_doubled(city: City) -> None:
    city.hand_over(alarm(1))
    city.row(f"{POLICE}:JQ1:1")
    for delivery_no in (f"{ORDER}-D1", f"{ORDER}-D2"):
        city.ledger.called(delivery_no, ORDER, UNIT, city.started_at)
    for clock in ("acknowledge", "arrive", "arrive"):
        city.tell("breached", clock=clock)
    comparison = city.compare()
    assert (comparison.lost, comparison.doubled) == (0, 2), comparison.examples


def test_an_answer_with_a_receipt_that_is_not_in_the_log_or_had_no_effect_is_lost(city: City) -> None:
    city.hand_over(alarm(1))
    city.row(f"{POLICE}:JQ1:1")
    city.answer("acknowledge", in_log=True)
    city.answer("arrive", in_log=False)
    city.tell("acknowledged")
    assert set(city.compare().examples) == {
        f"arrive of order {ORDER} has a receipt and is lost",
        f"arrive of order {ORDER} had no effect",
    }


@pytest.mark.parametrize("change", ["withdrawn", "returned", "folded"])
def test_an_answer_to_an_order_that_was_taken_back_need_have_no_effect(city: City, change: str) -> None:
    city.hand_over(alarm(1))
    city.row(f"{POLICE}:JQ1:1")
    city.answer("reply", in_log=True)
    city.tell(change)
    assert city.compare().examples == ()


def test_what_a_departments_own_record_has_ended_is_not_lost_though_its_unit_never_had_it(city: City) -> None:
    city.hand_over(alarm(1))
    city.row(f"{POLICE}:JQ1:1")
    city.tell("assigned")
    city.tell("resolved")
    city.answer("acknowledge", in_log=True)
    assert city.compare(city.started_at + 200_000).examples == ()


def test_a_clock_that_ran_anew_to_another_day_may_be_breached_again(city: City) -> None:
    city.hand_over(alarm(1))
    city.row(f"{POLICE}:JQ1:1")
    for due_at in (1_000, 2_000):
        city.tell("breached", clock="resolve", due_at=due_at)
    assert city.compare().doubled == 0
    city.tell("breached", clock="resolve", due_at=2_000)
    assert city.compare().doubled == 1
