"""Units that answer: each order counts once, answers come when they are due, and each has a receipt."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from connectors.actors import PRIVATE_KEY, PUBLIC_KEY, ActorCheck
from connectors.city.ledger import Ledger, PlannedAnswer
from connectors.city.units import BUSY_SHARE, Manner, Order, Tokens, Units, manner_of, plan
from streams.agents.order_call import Names, as_event, order_call
from streams.cities.city import CITIES, read_city
from streams.codec import Codec
from streams.facts.deliveries import ToldLimit
from streams.facts.notices import Attempt
from streams.secrecy.signing import signature_headers
from tests.conftest import Cluster
from tests.running_gateway import Hub

SEED, KEY = 1, b"webhook key"
UNIT = "500117-water_utility"
NAMES = Names.of(read_city(CITIES / "hechuan"))


def orders(manner: Manner, count: int = 1) -> list[str]:
    """Order numbers towards which units behave so."""
    numbers = (f"50011720261122M{number:05}-01" for number in range(1, 10_000))
    found = (number for number in numbers if manner_of(SEED, number) == manner)
    return [next(found) for _ in range(count)]


ACKNOWLEDGE = ToldLimit(kind="acknowledge", amount=5, unit="minute")
ARRIVE = ToldLimit(kind="arrive", amount=30, unit="minute")


def call_body(order_no: str, limits: tuple[ToldLimit, ...] = (ACKNOWLEDGE, ARRIVE)) -> bytes:
    """The call as the hub's agent makes it."""
    notice = Attempt(
        delivery_no=f"{order_no}-D1", attempt=1, unit=UNIT, channel="webhook", address="", timeout_seconds=10,
        district="500117", order_no=order_no, matter_no=order_no[:-3], incident_class="burst_main", urgency="critical",
        region="500117001001001", limits=limits,
    )  # fmt: skip
    return as_event(order_call(notice, NAMES))


def taken(body: bytes) -> Order:
    """What a unit needs of it."""
    order = Order.read("x", body)
    assert order is not None
    return order


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite3") as ledger:
        yield ledger


def units_of(hub: Hub, ledger: Ledger) -> Units:
    return Units(SEED, ledger, Tokens((hub.secrets / PRIVATE_KEY).read_bytes()), KEY, hub.url, {})


def call(units: Units, body: bytes, **headers: str) -> httpx.Response:
    """Call the units' webhook as the hub does, but for `headers`."""

    async def post() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(units.app()), base_url="http://units") as client:
            signed = signature_headers(KEY, int(time.time()), body)
            key = json.loads(body)["id"] if body.startswith(b"{") else "x"
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.post("/orders", content=body, headers={**signed, "Idempotency-Key": key, **named})

    response = asyncio.run(post())
    return call(units, body, **headers) if response.status_code == 503 else response


def give(units: Units, enough: Callable[[], bool]) -> None:
    """Let units answer until it is enough."""

    async def answer() -> None:
        answering = asyncio.create_task(units.answer_when_due())
        async with asyncio.timeout(60):
            while not enough():
                await asyncio.sleep(0.02)
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
        await units.close()

    asyncio.run(answer())


def planned(order_no: str, *answers: str) -> list[PlannedAnswer]:
    """Answers that are due."""
    return [PlannedAnswer(f"{order_no}/{answer}", order_no, UNIT, answer, number)
            for number, answer in enumerate(answers)]  # fmt: skip


def test_a_reminder_is_taken_and_nothing_is_planned_for_it(hub: Hub, ledger: Ledger) -> None:
    order_no = "50011720261122M00099-01"
    notice = Attempt(
        delivery_no=f"{order_no}-resolve-50", attempt=1, unit=UNIT, channel="webhook", address="",
        timeout_seconds=10, district="500117",
        order_no=order_no, matter_no=order_no[:-3], incident_class="burst_main", urgency="critical",
        region="500117001001001", limits=(), kind="reminder", clock="resolve", due_at=1_795_305_600_000,
        accountable=UNIT,
    )  # fmt: skip
    body = as_event(order_call(notice, NAMES))
    assert "【催办】" in json.loads(body)["data"]["text"]
    assert "11月22日08:00前办结" in json.loads(body)["data"]["text"]
    assert call(units_of(hub, ledger), body).status_code == 204
    assert ledger.due(2**62) == []


def test_every_answer_of_a_unit_stands_in_the_matters_log_as_its_receipt_says(
    hub: Hub, ledger: Ledger, codec: Codec
) -> None:
    (order_no,) = orders("prompt")
    said = ("acknowledge", "accept", "arrive", "resolve", "reply")
    ledger.plan(planned(order_no, *said))

    give(units_of(hub, ledger), lambda: len(ledger.given_answers(2**62)) == len(said))

    given = {answer.answer: answer for answer in ledger.given_answers(2**62)}
    assert given.keys() == set(said)
    log = {(record.partition(), record.offset()): record for record in hub.records("hub.log.matters.v1")}
    for answer in given.values():
        fact = codec.decode(log[answer.partition or 0, answer.offset or 0].value() or b"")
        assert (fact.id, fact.order_no, fact.answer) == (answer.receipt_id, order_no, answer.answer)
        assert fact.actor_unit == UNIT


def test_units_behave_in_four_manners_and_the_same_towards_the_same_order() -> None:
    for manner in ("prompt", "at_once", "slow", "never"):
        for order_no in orders(manner, 5):
            asked = taken(call_body(order_no))
            answers = plan(SEED, asked, called_at=0)
            assert answers == plan(SEED, asked, called_at=0)
            said = [answer.answer for answer in answers]
            match manner:
                case "prompt":
                    assert said == ["acknowledge", "accept", "arrive", "resolve", "reply"]
                    assert answers[0].due_at < asked.acknowledge_seconds * 1000
                case "at_once":
                    assert said == ["accept", "arrive", "resolve", "reply"]
                case "slow":
                    assert said[0] == "acknowledge"
                    assert answers[0].due_at > asked.acknowledge_seconds * 1000
                case "never":
                    assert not said


def test_nobody_arrives_where_nobody_has_to() -> None:
    (order_no,) = orders("prompt")
    asked = taken(call_body(order_no, limits=(ACKNOWLEDGE,)))
    assert "arrive" not in [answer.answer for answer in plan(SEED, asked, called_at=0)]


def test_whoever_has_to_report_does_so_when_all_is_said() -> None:
    (order_no,) = orders("prompt")
    final = ToldLimit(kind="final_report", amount=24, unit="hour")
    asked = taken(call_body(order_no, limits=(ACKNOWLEDGE, final)))
    said = [answer.answer for answer in plan(SEED, asked, called_at=0)]
    assert said == ["acknowledge", "accept", "resolve", "reply", "report"]


def test_a_letter_is_answered_though_it_sets_no_times() -> None:
    (order_no,) = orders("prompt")
    asked = taken(call_body(order_no, limits=()))
    assert [answer.answer for answer in plan(SEED, asked, called_at=0)] == ["acknowledge", "accept", "resolve", "reply"]


def test_a_call_repeated_under_its_key_counts_once(hub: Hub, ledger: Ledger) -> None:
    (order_no,) = orders("prompt")
    units = units_of(hub, ledger)
    for _ in range(3):
        assert call(units, call_body(order_no)).status_code == 204
    (known,) = ledger.calls()
    assert (known.order_no, known.unit, known.times) == (order_no, UNIT, 3)
    assert len(ledger.due(2**62)) == 5


def test_who_acknowledges_at_once_says_so_in_the_response_with_a_good_token(hub: Hub, ledger: Ledger) -> None:
    (order_no,) = orders("at_once")
    answer = call(units_of(hub, ledger), call_body(order_no)).json()
    assert answer["answer"] == "acknowledge"
    who = ActorCheck((hub.secrets / PUBLIC_KEY).read_bytes()).identify(f"Bearer {answer['actor']}")
    assert who.actor.unit == UNIT


def test_a_call_that_is_not_the_hubs_is_refused(hub: Hub, ledger: Ledger) -> None:
    units, body = units_of(hub, ledger), call_body(orders("prompt")[0])
    assert call(units, body, X_Hub_Signature="0" * 64).status_code == 401
    assert call(units, body, X_Hub_Timestamp="1").status_code == 401
    assert call(units, b"[]").status_code == 400
    assert not ledger.calls()


def test_some_units_are_busy_the_first_time(hub: Hub, ledger: Ledger) -> None:
    units = units_of(hub, ledger)
    numbers = [f"50011720261122M{number:05}-01" for number in range(200)]
    busy = {number for number in numbers if units.is_busy(number)}
    assert 0 < len(busy) < 200 * BUSY_SHARE * 3
    assert not any(units.is_busy(number) for number in busy)


def test_answers_wait_for_a_gateway_that_is_away_and_then_come_once(
    own_hub: Callable[[str], Hub], kafka_broker: Cluster, ledger: Ledger
) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    hub.start()
    units = units_of(hub, ledger)
    hub.kill()
    ledger.plan(planned(orders("prompt")[0], "acknowledge"))
    came_back = False

    def enough() -> bool:
        nonlocal came_back
        if units.failures and not came_back:
            hub.start(hub.port)
            came_back = True
        return bool(ledger.given_answers(2**62))

    give(units, enough)
    assert len(hub.records("hub.log.matters.v1")) == 1


def test_what_was_planned_outlives_the_city(hub: Hub, ledger: Ledger, tmp_path: Path) -> None:
    order_no, now = orders("prompt")[0], time.time_ns() // 1_000_000
    assert call(units_of(hub, ledger), call_body(order_no)).status_code == 204
    ledger.close()
    with Ledger(tmp_path / "ledger.sqlite3") as reopened:
        first = reopened.due(now + 60_000)[0]
        assert (first.order_no, first.answer) == (order_no, "acknowledge")
        claimed_at = reopened.claim(first, now)
        assert reopened.claim(replace(first), now + 5000) == claimed_at
