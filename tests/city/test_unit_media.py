"""Units without HTTP: one hears its orders over its topic and answers over that of all units, one does so by files."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.actors import PRIVATE_KEY, make_keys
from connectors.city.ledger import Ledger, PlannedAnswer
from connectors.city.provision import units_of
from connectors.city.unit_media import UnitFolder, UnitMedium, UnitTopics
from connectors.city.units import Tokens, Units
from streams.agents.order_call import Names, as_event, order_call
from streams.cities.city import CITIES, read_city
from streams.facts.answers import Said
from streams.facts.notices import Attempt
from streams.topics import ensure_topics
from streams.topology import load_topology
from tests.city.test_units import ACKNOWLEDGE, ARRIVE, SEED, orders
from tests.conftest import Cluster
from tests.hosting.hub_topics import HubTopics
from tests.part_topologies import without_connectors

CITY = read_city(CITIES / "hechuan")
NAMES = Names.of(CITY)
ON_TOPIC, IN_FOLDER = "500117-traffic_duty", "500117-police_station_liaison"
TOPIC, ANSWERS = "hub.notice.to_traffic_duty.v1", "hub.answers.v1"


@pytest.fixture
def topics(kafka_broker: Cluster) -> Iterator[HubTopics]:
    topology = without_connectors(load_topology()).with_namespace(f"t{uuid.uuid4().hex[:8]}.")
    ensure_topics(topology, kafka_broker.bootstrap_servers)
    topics = HubTopics(topology, kafka_broker.bootstrap_servers)
    yield topics
    topics.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        yield ledger


@asynccontextmanager
async def at_work(ledger: Ledger, secrets: Path, media: dict[str, UnitMedium]) -> AsyncIterator[Units]:
    """Units that hear and answer."""
    make_keys(secrets)
    units = Units(SEED, ledger, Tokens((secrets / PRIVATE_KEY).read_bytes()), b"key", "http://127.0.0.1:9", media)
    tasks = [asyncio.create_task(units.listen()), asyncio.create_task(units.answer_when_due())]
    try:
        yield units
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)
        await units.close()


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not done():
            await asyncio.sleep(0.05)


def notice(order_no: str, unit: str, **said: Any) -> Attempt:
    return replace(
        Attempt(
            delivery_no=f"{order_no}-D1", attempt=1, unit=unit, channel="topic", address="", timeout_seconds=10,
            district="500117", order_no=order_no, matter_no=order_no[:-3], incident_class="traffic",
            urgency="critical", region="500117001001001", limits=(ACKNOWLEDGE, ARRIVE),
        ),
        **said,
    )  # fmt: skip


def due_now(order_no: str, unit: str) -> list[PlannedAnswer]:
    return [PlannedAnswer(f"{order_no}/acknowledge", order_no, unit, "acknowledge", 0)]


def test_orders_of_a_topic_are_noted_once_and_committed_and_answered_over_the_topic_of_all(
    topics: HubTopics, ledger: Ledger, tmp_path: Path
) -> None:
    (order_no,) = orders("at_once")

    async def story() -> None:
        medium = UnitTopics(topics.bootstrap, topics.topology, ON_TOPIC, TOPIC)
        async with at_work(ledger, tmp_path, {ON_TOPIC: medium}):
            for _ in range(2):
                topics.append(TOPIC, "M", order_call(notice(order_no, ON_TOPIC), NAMES))
            topics.append(TOPIC, "M", b"poison")
            topics.append(TOPIC, "M", order_call(notice(order_no, ON_TOPIC, kind="reminder", limits=()), NAMES))
            await until(lambda: topics.committed(ON_TOPIC, TOPIC) == {0: 4})
            ledger.plan(due_now(order_no, ON_TOPIC))
            await until(lambda: any(one.answer == "acknowledge" for one in ledger.given_answers(2**62)))

    asyncio.run(story())
    assert [(call.order_no, call.unit, call.times) for call in ledger.calls()] == [(order_no, ON_TOPIC, 2)]
    said = [one for one in topics.records(ANSWERS) if isinstance(one, Said)]
    assert (said[0].order_no, said[0].word, said[0].idempotency_key) == (
        order_no, "acknowledge", f"{order_no}/acknowledge",
    )  # fmt: skip


def test_orders_in_a_folder_are_taken_away_and_answered_with_files_until_the_hub_takes_those(
    ledger: Ledger, tmp_path: Path
) -> None:
    (order_no,) = orders("prompt")
    folder = tmp_path / "of-the-liaison"
    folder.mkdir()
    file = folder / f"{order_no}-D1.json"
    file.write_bytes(as_event(order_call(notice(order_no, IN_FOLDER), NAMES)))
    (folder / "nonsense.json").write_text("[]")

    async def story() -> None:
        async with at_work(ledger, tmp_path, {IN_FOLDER: UnitFolder(folder)}):
            await until(lambda: len(ledger.calls()) == 1 and not file.exists())
            ledger.plan(due_now(order_no, IN_FOLDER))
            await until(lambda: any((folder / "answers").glob("*.json")))
            (written,) = (folder / "answers").glob("*.json")
            said = json.loads(written.read_text())
            assert (said["order_no"], said["word"]) == (order_no, "acknowledge")
            assert ledger.given_answers(2**62) == []
            written.unlink()
            await until(lambda: len(ledger.given_answers(2**62)) == 1)
            ledger.plan([replace(due_now(order_no, IN_FOLDER)[0], idempotency_key="nonsense", answer="accept")])
            await until(lambda: any((folder / "answers").glob("*.json")))
            (folder / "refused").mkdir()
            (folder / "answers" / "nonsense.json").replace(folder / "refused" / "nonsense.json")
            await until(lambda: not any(one.idempotency_key == "nonsense" for one in ledger.due(2**62)))
            assert len(ledger.given_answers(2**62)) == 1

    asyncio.run(story())


def test_each_unit_that_reads_a_topic_has_one_of_its_own_and_each_folder_takes_answers_too() -> None:
    topology = load_topology()
    ways = [(unit.unit, way) for unit in units_of(CITY) for way in unit.channels]
    read = [way.address for _, way in ways if way.channel == "topic"]
    assert len(set(read)) == len(read)
    assert set(read) <= set(topology.agents["attempts"].publishes)
    folders = {unit: way.address for unit, way in ways if way.channel == "file"}
    assert folders == topology.answer_folders
