"""Workers audit on their own what they have published: a lost half comes back, a whole one is left alone."""

import shutil

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from streams.cities.city import CITIES, read_city
from streams.facts.deliveries import Attempted, Requested, ToldLimit
from streams.facts.matters import Delivered
from streams.kafka import Topics
from streams.rules_publication import Rules
from tests.hosting.patiently import patiently
from tests.hosting.stage import DELIVERIES, MATTERS, Stage
from tests.hosting.worker_process import WorkerProcess
from tests.lost_entry import lose_an_entry

UNIT, DISTRICT = "500117-water_utility", "500117"
REQUESTED_AT = 1_795_305_600_000
ORDERS = [f"50011720261122M000{number:02}-01" for number in range(20)]
LATER_ORDERS = [f"50011720261122M000{number:02}-01" for number in range(90, 93)]
OUTPUTS, AGE, TARGET, CUT_FAILURES = (
    f'hub_auditor_{name}{{processor="delivery"}}'
    for name in ("outputs_total", "age_seconds", "target_seconds", "cut_failures_total")
)
WRONG_ENTRIES = 'hub_auditor_differences_total{difference="entries",processor="delivery"}'


def deliver(stage: Stage, orders: list[str]) -> None:
    """Have orders requested and proved delivered: the processor tells of each in the matters' log."""
    for order_no in orders:
        request = Requested(
            id=f"{order_no}-requested",
            key=UNIT,
            source="test",
            trace=order_no,
            occurred_at=REQUESTED_AT,
            delivery_no=order_no,
            unit=UNIT,
            district=DISTRICT,
            order_no=order_no,
            matter_no=order_no[:-3],
            incident_class="burst_main",
            urgency="critical",
            region=f"{DISTRICT}001020",
            limits=(ToldLimit(kind="acknowledge", amount=2, unit="minute"),),
        )
        proof = Attempted(
            id=f"{order_no}-attempted",
            key=UNIT,
            source="test",
            trace=order_no,
            occurred_at=REQUESTED_AT,
            delivery_no=order_no,
            attempt=1,
            channel="webhook",
            outcome="delivered",
            detail="",
        )
        stage.topics.append(DELIVERIES, UNIT, request)
        stage.topics.append(DELIVERIES, UNIT, proof)


def delivered(stage: Stage) -> list[str]:
    """The orders whose delivery was told, as often as it was."""
    return sorted(fact.order_no for fact in stage.topics.records(MATTERS) if isinstance(fact, Delivered))


def lose_what_was_told(stage: Stage) -> None:
    """Delete everything in the matters' log, as if that half had never been written."""
    name = stage.topology.topic_name(MATTERS)
    ends = Topics(stage.topics.bootstrap).end_offsets(name, range(4), committed=False)
    everything = [TopicPartition(name, partition, end) for partition, end in ends.items()]
    admin = AdminClient({"bootstrap.servers": stage.topics.bootstrap})
    for done in admin.delete_records(everything).values():
        done.result()


def figure(worker: WorkerProcess, series: str) -> float:
    """What a series of the worker's metrics shows, 0 if it is not there."""
    lines = worker.get("/metrics")[1].decode().splitlines()
    return sum(float(line.removeprefix(series)) for line in lines if line.startswith(f"{series} "))


def audits(worker: WorkerProcess, outcome: str) -> float:
    return figure(worker, f'hub_auditor_results_total{{outcome="{outcome}",processor="delivery"}}')


@pytest.fixture
def told(stage: Stage) -> Stage:
    """Every order's delivery was told by a worker that has ended and never audited."""
    Rules(stage.topics.bootstrap, stage.topology, stage.topics.codec).publish(read_city(CITIES / "hechuan"))
    worker = stage.worker("delivery")
    worker.start()
    deliver(stage, ORDERS)
    patiently(lambda: delivered(stage) == ORDERS)
    worker.child.stop()
    return stage


def audited(stage: Stage) -> WorkerProcess:
    """A worker that audits every second."""
    worker = stage.worker("delivery", HUB_AUDIT_EVERY_SECONDS="1")
    worker.start()
    return worker


def test_a_lost_half_is_published_again_without_an_operator_and_once(told: Stage) -> None:
    lose_what_was_told(told)
    worker = audited(told)
    patiently(lambda: delivered(told) == sorted(ORDERS * 2))
    patiently(lambda: audits(worker, "repaired") == 1)
    assert figure(worker, OUTPUTS) == len(ORDERS)
    patiently(lambda: audits(worker, "equal") > 1)
    assert delivered(told) == sorted(ORDERS * 2)
    assert audits(worker, "repaired") == 1
    assert audits(worker, "different") == audits(worker, "failed") == 0


def test_what_is_whole_is_left_alone_and_later_audits_begin_at_the_cut_of_the_first(told: Stage) -> None:
    worker = audited(told)
    patiently(lambda: audits(worker, "equal") > 1)
    assert delivered(told) == ORDERS
    assert sum(audits(worker, outcome) for outcome in ("repaired", "different", "failed")) == 0
    assert figure(worker, AGE) > 0
    assert figure(worker, TARGET) == 3
    kept = set((worker.home / "cuts" / "delivery").iterdir())

    deliver(told, LATER_ORDERS)
    patiently(lambda: delivered(told) == ORDERS + LATER_ORDERS)
    lose_what_was_told(told)
    patiently(lambda: audits(worker, "repaired") == 1)
    assert figure(worker, OUTPUTS) == len(LATER_ORDERS)
    assert set((worker.home / "cuts" / "delivery").iterdir()) == kept

    for path in kept:
        path.write_bytes(path.read_bytes()[:100])
    patiently(lambda: audits(worker, "failed"))
    assert "is damaged; remove it" in worker.log()


def test_an_entry_that_the_changelog_has_lost_is_told_and_left_to_the_owners_memory(told: Stage) -> None:
    worker = audited(told)
    patiently(lambda: audits(worker, "equal") > 0)
    assert figure(worker, WRONG_ENTRIES) == 0
    table = lose_an_entry(told.topics.bootstrap, told.topology, "delivery")
    patiently(lambda: audits(worker, "different") > 0)
    assert figure(worker, WRONG_ENTRIES) > 0
    assert f'\\"table\\": \\"{table}\\", \\"missing\\": 1, \\"surplus\\": 0' in worker.log()


def test_a_cut_that_cannot_be_written_is_counted_until_it_can(told: Stage) -> None:
    worker = audited(told)
    patiently(lambda: audits(worker, "equal") > 0)
    assert figure(worker, CUT_FAILURES) == 0
    folder = worker.home / "cuts"
    shutil.rmtree(folder)
    folder.write_text("")
    patiently(lambda: figure(worker, CUT_FAILURES) > 0)
    assert "was not written: " in worker.log()
    folder.unlink()
    patiently(lambda: any(folder.glob("delivery/*.avro")))
