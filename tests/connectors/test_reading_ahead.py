"""While Kafka writes a page of a table, the next one is read and checked: one, not more, and nothing is lost by it."""

import threading
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

from connectors.contract import Batch, SourceAway
from connectors.readers.db_poll import DatabaseReader
from connectors.systems import fleet
from tests.conftest import PrivateBrokers
from tests.connectors.conftest import Hub, Running, hub_on
from tests.connectors.departments import file_cases
from tests.connectors.fleet_samples import samples
from tests.connectors.reading import reading
from tests.eventually import eventually

CASES = "ga_public_order"


def page(number: int, *, more: bool = True) -> Batch:
    """A page of one case; its cursor says which."""
    row = samples()[CASES].row(case_no=f"AJ{number}")
    return Batch([row], f'{{"page": {number}}}', more=more)


class Pages:
    """A reader of these pages, or of faults between them. It notes how many were asked for, and from which cursors."""

    def __init__(self, *pages: Batch | SourceAway) -> None:
        self._pages = iter(pages)
        self.asked = 0
        self.cursors: list[str | None] = []

    def batches(self, cursor: str | None, stop: threading.Event) -> Generator[Batch, None, None]:
        self.cursors.append(cursor)
        for found in self._pages:
            self.asked += 1
            if isinstance(found, SourceAway):
                raise found
            yield found
        stop.wait()


def alone(hub: Hub) -> Hub:
    """The hub with the one connector that reads a table."""
    return hub.with_only(CASES)


def test_one_page_is_read_while_kafka_has_the_one_before_and_no_second(
    private_broker: PrivateBrokers, running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.kafka.OVERDUE_SECONDS", 0.5)
    broker = private_broker()
    hub = alone(hub_on(broker.bootstrap_servers, "", tmp_path))
    monkeypatch.setattr("connectors.publisher.Publisher.recall", lambda *_: broker.pause())
    pages = Pages(page(1), page(2), page(3, more=False))
    runner = running.start(hub, "db_poll", opening=lambda *_: pages)
    eventually(lambda: pages.asked == 2, within_seconds=20)
    eventually(lambda: any("not acknowledged" in reason for reason in runner.not_ready()))
    assert pages.asked == 2
    broker.resume()
    eventually(lambda: hub.cursor(CASES) == '{"page": 3}', within_seconds=30)
    assert hub.rows(CASES) == [f"{CASES}:AJ{number}:2026-11-22 08:00:00" for number in (1, 2, 3)]
    assert runner.not_ready() == []


def test_a_source_that_fails_behind_a_page_costs_that_page_neither_its_receipt_nor_its_cursor(
    hub: Hub, running: Running
) -> None:
    reader = Pages(page(1), SourceAway("the database is away"), page(2, more=False))
    running.start(alone(hub), "db_poll", opening=lambda *_: reader)
    eventually(lambda: hub.cursor(CASES) == '{"page": 2}', within_seconds=20)
    assert reader.cursors == [None, '{"page": 1}']
    assert hub.rows(CASES) == [f"{CASES}:AJ{number}:2026-11-22 08:00:00" for number in (1, 2)]


def test_what_has_landed_and_is_not_asked_for_yet_is_not_overdue(
    hub: Hub, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that takes its time is the database's affair: Kafka is not blamed for it."""
    reads_on = threading.Event()

    class Slow(Pages):
        def batches(self, cursor: str | None, stop: threading.Event) -> Generator[Batch, None, None]:
            yield page(1)
            reads_on.wait(20)
            yield page(2, more=False)
            stop.wait()

    monkeypatch.setattr("connectors.kafka.OVERDUE_SECONDS", 0.0)
    runner = running.start(alone(hub), "db_poll", opening=lambda *_: Slow())
    eventually(lambda: hub.rows(CASES))
    eventually(lambda: runner.not_ready() == [])
    reads_on.set()
    eventually(lambda: hub.cursor(CASES) == '{"page": 2}')


@pytest.mark.parametrize(
    ("cases", "pages"), [(10, [(4, True), (4, True), (2, False)]), (8, [(4, True), (4, True), (0, False)])]
)
def test_the_last_page_of_a_table_waits_for_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cases: int, pages: list[tuple[int, bool]]
) -> None:
    """One that is full as well, which does not know that it is the last."""
    monkeypatch.setattr("connectors.readers.source_table.PAGE_ROWS", 4)
    monkeypatch.setattr("connectors.readers.db_poll.STAMP_SECONDS", 0.0)
    database = file_cases(tmp_path / "cases.sqlite3", range(cases))
    with reading(DatabaseReader(fleet()[CASES].contract, database, "case_summary", 60, 0)) as read:
        assert [(len(batch.rows), batch.more) for batch in (read.next() for _ in range(3))] == pages


def test_kafka_killed_while_a_table_is_read_for_the_first_time_loses_and_doubles_no_row(
    private_broker: PrivateBrokers, running: Running, tmp_path: Path
) -> None:
    broker = private_broker()
    hub = alone(hub_on(broker.bootstrap_servers, "", tmp_path))
    hub.secret(f"{CASES}_database", file_cases(tmp_path / "cases.sqlite3", range(8000)))
    running.start(hub, "db_poll")
    eventually(lambda: hub.count(CASES), within_seconds=20)
    broker.kill()
    broker.start()
    eventually(lambda: '"stamp": "2026-11-22 02:13:19"' in (hub.cursor(CASES) or ""), within_seconds=90)
    assert set(Counter(hub.rows(CASES)).values()) == {1}
    assert hub.count(CASES) == 8000
