"""`Idempotency-Key`: the same request gets its first answer, another one under its key none, for 72 hours."""

import asyncio
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import RawRow, Receipt
from connectors.kafka import Acknowledgement
from connectors.known_rows import Reach
from connectors.problems import Problem, kafka_away
from connectors.push_keys import KeyedPush, KnownPushes, PushKeys
from connectors.readers.http_push import pushed_row
from streams.cloudevents import attributes
from streams.codec import Codec
from streams.facts.pushes import Answer, Taken
from streams.secrecy.sealing import Keys, Sealer
from tests.conftest import Cluster
from tests.eventually import eventually
from tests.gateway.test_pushes import BATCH, PHONE, STRUCTURED, body, event, request_data
from tests.running_gateway import SYSTEM, Hub

HOUR = 3_600_000
PUSHES = "hub.pushes.v1"


@pytest.fixture
def knowing_hub(hub: Hub) -> Hub:
    """The gateway once it knows what was pushed under keys before; until then it says to come again."""
    _await_ready(hub)
    return hub


def _await_ready(hub: Hub) -> None:
    eventually(lambda: hub.client.get("/health/ready").status_code == 200, within_seconds=60)


def key() -> str:
    return str(uuid.uuid4())


def test_the_same_request_under_its_key_gets_the_first_receipt_and_another_one_a_conflict(knowing_hub: Hub) -> None:
    name, pushed = key(), body(event(request_data()))
    first = knowing_hub.push("events", pushed, STRUCTURED, Idempotency_Key=name)
    assert first.json()["status"] == "accepted"
    again = knowing_hub.push("events", pushed, STRUCTURED, Idempotency_Key=name)
    assert (again.status_code, again.json()) == (200, first.json())

    data = request_data()
    other = knowing_hub.push("events", body(event(data)), STRUCTURED, Idempotency_Key=name)
    assert other.status_code == 409
    assert other.json()["type"] == "urn:hub:problem:idempotency_conflict"
    rows = [attributes(record.headers())["id"] for record in knowing_hub.records(f"hub.source.{SYSTEM}.v1")]
    assert f"{SYSTEM}:{data['request_no']}:1" not in rows
    assert (
        knowing_hub.push("events", body(event(data)), STRUCTURED, Idempotency_Key=key()).json()["status"] == "accepted"
    )


def test_a_key_stands_for_the_attributes_in_the_headers_too(knowing_hub: Hub) -> None:
    name, content = key(), body(request_data())
    said = {"ce_specversion": "1.0", "ce_source": "urn:app", "ce_type": "request.submitted", "Idempotency_Key": name}
    assert knowing_hub.push("events", content, "application/json", ce_id="1", **said).status_code == 200
    assert knowing_hub.push("events", content, "application/json", ce_id="2", **said).status_code == 409


def test_a_restarted_gateway_still_gives_the_first_receipts_of_every_row(
    own_hub: Callable[[str], Hub], kafka_broker: Cluster
) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    hub.start()
    _await_ready(hub)
    taken, name = event(request_data()), key()
    assert hub.push("events", body(taken), STRUCTURED, Idempotency_Key=key()).status_code == 200
    bad = event(request_data(request_class="Z9"), id="bad class")
    batch = body([taken, event(request_data()), bad, {"id": "no event"}])
    first = hub.push("batches", batch, BATCH, Idempotency_Key=name)
    assert [receipt["status"] for receipt in first.json()] == ["duplicate", "accepted", "quarantined", "quarantined"]
    conflict_name, conflict = key(), body(event({**taken["data"], "content_masked": "另一件事"}))
    assert hub.push("events", conflict, STRUCTURED, Idempotency_Key=conflict_name).status_code == 409
    held = len(hub.records("hub.quarantine.v1"))
    hub.kill()
    hub.start()

    _await_ready(hub)
    assert hub.push("batches", batch, BATCH, Idempotency_Key=name).json() == first.json()
    other = hub.push("batches", body([taken]), BATCH, Idempotency_Key=name)
    assert other.json()["type"] == "urn:hub:problem:idempotency_conflict"
    again = hub.push("events", conflict, STRUCTURED, Idempotency_Key=conflict_name)
    assert again.json()["type"] == "urn:hub:problem:conflict"
    assert len(hub.records("hub.quarantine.v1")) == held


def test_five_at_once_under_one_key_are_one(knowing_hub: Hub) -> None:
    name, pushed = key(), body(event(request_data()))
    with ThreadPoolExecutor(5) as threads:
        answers = list(
            threads.map(lambda _: knowing_hub.push("events", pushed, STRUCTURED, Idempotency_Key=name).json(), range(5))
        )
    assert answers == [answers[0]] * 5
    assert answers[0]["status"] == "accepted"


@pytest.mark.parametrize("name", ["", "x" * 129, "two words"])
def test_what_can_be_no_key_is_refused(knowing_hub: Hub, name: str) -> None:
    answer = knowing_hub.push("events", body(event(request_data())), STRUCTURED, Idempotency_Key=name)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:hub:problem:idempotency_key"


def test_neither_key_nor_content_stands_in_kafka_or_can_be_guessed_from_it(knowing_hub: Hub, codec: Codec) -> None:
    name = f"call-of-{PHONE}"
    knowing_hub.push("events", body(event(request_data(content_masked=f"打{PHONE}"))), STRUCTURED, Idempotency_Key=name)
    records = [record.value() or b"" for record in knowing_hub.records(PUSHES)]
    assert all(PHONE.encode() not in record for record in records)
    kept = codec.decode(records[-1])
    unkeyed = [Sealer(Keys(knowing_hub.home / "other keys", create=True)).fingerprint(SYSTEM, "push", name.encode())]
    assert kept.push not in unkeyed


class Log:
    """Kafka for these tests: appends, or says that it is away."""

    def __init__(self) -> None:
        self.is_away = False
        self.values: list[bytes] = []

    async def __call__(self, topic: str, key: str, value: bytes) -> Acknowledgement:
        await asyncio.sleep(0)
        if self.is_away:
            raise kafka_away()
        self.values.append(value)
        return Acknowledgement(topic, 0, len(self.values) - 1)


@pytest.fixture
def keys(codec: Codec, tmp_path: Path) -> tuple[PushKeys, Log]:
    log = Log()
    keys = PushKeys(log, codec, Sealer(Keys(tmp_path, create=True)), PUSHES)
    keys.recall([])
    return keys, log


ROWS = [pushed_row(b"{}", "request.submitted", "e1", "/v1/sources/x/events")]
RECEIPTS = [Receipt("e1", "accepted", "topic", 0, 7)]


def push_of(said: bytes = b"{}", rows: list[RawRow] = ROWS) -> KeyedPush:
    return KeyedPush(SYSTEM, "k", said, rows)


async def carried() -> list[Receipt]:
    await asyncio.sleep(0)
    return RECEIPTS


def test_without_its_key_in_kafka_there_is_no_receipt(keys: tuple[PushKeys, Log]) -> None:
    known, log = keys

    async def push() -> None:
        log.is_away = True
        first, second = await asyncio.gather(
            known.once(push_of(), carried), known.once(push_of(), carried), return_exceptions=True
        )
        for refused in (first, second):
            assert isinstance(refused, Problem)
            assert refused.status == 503
        log.is_away = False
        assert await known.once(push_of(), carried) == RECEIPTS

    asyncio.run(push())
    assert len(log.values) == 1


def test_other_content_is_refused_also_while_the_first_is_under_way(keys: tuple[PushKeys, Log]) -> None:
    known, _ = keys

    async def push() -> None:
        first, other = await asyncio.gather(
            known.once(push_of(), carried), known.once(push_of(b"other"), carried), return_exceptions=True
        )
        assert first == RECEIPTS
        assert isinstance(other, Problem)
        assert other.status == 409

    asyncio.run(push())


def test_until_what_was_pushed_before_is_known_the_sender_comes_again(codec: Codec, tmp_path: Path) -> None:
    keys = PushKeys(Log(), codec, Sealer(Keys(tmp_path, create=True)), PUSHES)
    with pytest.raises(Problem) as refused:
        asyncio.run(keys.once(push_of(), carried))
    assert refused.value.status == 503


@given(
    gaps=st.lists(st.integers(0, 30 * HOUR), max_size=40),
    sizes=st.lists(st.integers(0, 5), min_size=40, max_size=40),
    most=st.integers(5, 30),
)
def test_exactly_the_latest_pushes_within_the_hours_and_receipts_are_known(
    gaps: list[int], sizes: list[int], most: int
) -> None:
    known = KnownPushes(Reach(most, 72 * HOUR))
    answer = Answer(status="accepted", topic="t", partition=0, offset=0, reason="")
    pushes: list[Taken] = []
    for number, gap in enumerate(gaps):
        at = (pushes[-1].taken_at if pushes else int(time.time() * 1000)) + gap
        answers = (answer,) * sizes[number]
        pushes.append(Taken(system=SYSTEM, push=str(number), content="", answers=answers, taken_at=at))
        known.put(pushes[-1])

    within: list[str] = []
    receipts = 0
    for taken in reversed(pushes):
        receipts += len(taken.answers)
        if receipts > most or taken.taken_at < pushes[-1].taken_at - 72 * HOUR:
            break
        within.append(taken.push)
    assert [taken.push for taken in pushes if known.get(taken.push)] == within[::-1]
