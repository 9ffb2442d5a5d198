"""What the engine promises, asked of every kind of hub."""

from hashlib import blake2b
from typing import Any

import pytest

from streams.engine.partitioner import partition_of
from streams.facts.engine import Rearm
from tests.engine.conftest import START_AT, Hub
from tests.engine.toy import ACCOUNTS_LOG, ACCOUNTS_VIEW, ALARMS, TOTALS_VIEW, Account, Added, toy_codec

HOUR = 3_600_000


def added(number: int, key: str = "a", **said: Any) -> Added:
    fields: dict[str, Any] = {"amount": number, **said}
    return Added(id=f"row:{number}", key=key, trace=f"row:{number}", occurred_at=START_AT, **fields)


def output_id(processor: str, partition: int, cause: str, port: str, ordinal: int) -> bytes:
    """The id that design 2.3 promises, computed by hand."""
    cause_in_full = f"{processor}|{partition}|{cause}|{port}|{ordinal}"
    return blake2b(cause_in_full.encode(), digest_size=16).hexdigest().encode()


def fired(hub: Hub) -> list[tuple[int, int]]:
    """When each alarm fired, after the start, and how many records its account had."""
    return [(alarm.fired_at - START_AT, alarm.records) for alarm in hub.values(ALARMS)]


def test_each_record_is_applied_once_and_goes_on_through_the_next_log(hub: Hub) -> None:
    for number in range(1, 101):
        hub.publish(ACCOUNTS_LOG, added(number, key="ab"[number % 2]))
    hub.settle()
    assert hub.latest(ACCOUNTS_VIEW) == {"a": Account(total=2550, records=50), "b": Account(total=2500, records=50)}
    assert hub.latest(TOTALS_VIEW) == {"all": Account(total=5050, records=100)}
    assert hub.set_aside() == []


def test_outputs_carry_ids_that_follow_from_their_cause(hub: Hub) -> None:
    hub.publish(ACCOUNTS_LOG, added(1))
    hub.settle()
    (record,) = {(one.key, one.data, tuple(one.headers or ())) for one in hub.appended(ACCOUNTS_VIEW)}
    headers = dict(record[2])
    assert headers["ce_id"] == output_id("accounts", partition_of("a", 2), "row:1", "view", 0)
    assert headers["ce_source"] == b"accounts"
    assert headers["ce_trace"] == b"row:1"


def test_a_record_that_comes_again_is_dropped_even_a_day_later(hub: Hub) -> None:
    hub.publish(ACCOUNTS_LOG, added(5))
    hub.advance_to(START_AT + 24 * HOUR)
    hub.restart()
    hub.publish(ACCOUNTS_LOG, added(5))
    hub.settle()
    assert hub.latest(ACCOUNTS_VIEW) == {"a": Account(total=5, records=1)}


def test_the_same_id_with_another_body_is_set_aside(hub: Hub) -> None:
    hub.publish(ACCOUNTS_LOG, added(5))
    hub.publish(ACCOUNTS_LOG, added(5, amount=6))
    hub.settle()
    assert hub.latest(ACCOUNTS_VIEW) == {"a": Account(total=5, records=1)}
    assert set(hub.set_aside()) == {("apply", "conflict")}


def test_due_moments_fire_in_order_at_their_own_time(hub: Hub) -> None:
    for number, minutes in enumerate((30, 10, 20), start=1):
        hub.publish(ACCOUNTS_LOG, added(number, order="remind", due_at=START_AT + minutes * 60_000))
    hub.advance_to(START_AT + 10 * 60_000 - 1)
    assert fired(hub) == []
    hub.advance_to(START_AT + HOUR)
    assert fired(hub) == [(600_000, 3), (1_200_000, 3), (1_800_000, 3)]


def test_a_record_of_the_deadline_itself_comes_after_the_firing(hub: Hub) -> None:
    hub.publish(ACCOUNTS_LOG, added(1, order="remind", due_at=START_AT + HOUR))
    hub.settle()
    hub.advance_to(START_AT + HOUR - 1)
    hub.publish(ACCOUNTS_LOG, added(2))
    hub.advance_to(START_AT + HOUR)
    hub.publish(ACCOUNTS_LOG, added(3))
    hub.settle()
    assert fired(hub) == [(HOUR, 2)]


def test_what_is_cancelled_in_time_never_fires(hub: Hub) -> None:
    hub.publish(ACCOUNTS_LOG, added(1, order="remind", due_at=START_AT + HOUR))
    hub.advance_to(START_AT + HOUR - 1)
    hub.publish(ACCOUNTS_LOG, added(2, order="cancel"))
    hub.advance_to(START_AT + 2 * HOUR)
    assert fired(hub) == []


def test_clocks_survive_a_restart(hub: Hub) -> None:
    hub.publish(ACCOUNTS_LOG, added(1, order="remind", due_at=START_AT + HOUR))
    hub.settle()
    hub.restart()
    hub.advance_to(START_AT + 2 * HOUR)
    hub.restart()
    hub.advance_to(START_AT + 3 * HOUR)
    assert fired(hub) == [(HOUR, 1)]


def test_thousands_due_at_once_all_fire_once(hub: Hub) -> None:
    for number in range(1, 4_501):
        hub.publish(ACCOUNTS_LOG, added(number, order="remind", due_at=START_AT + HOUR))
    hub.advance_to(START_AT + HOUR)
    names = [alarm.name for alarm in hub.values(ALARMS)]
    assert len(names) == len(set(names)) == 4_500
    assert names == sorted(names)


def test_work_too_long_for_a_step_goes_on_in_slices(hub: Hub) -> None:
    hub.publish(ACCOUNTS_LOG, added(1, order="work in slices", due_at=10_000))
    hub.settle()
    hub.advance_to(START_AT + HOUR)
    assert [alarm.records for alarm in hub.values(ALARMS)] == [10_000]


@pytest.mark.parametrize(("order", "reason"), [("fail", "Poison"), ("change too much", "StepTooLarge")])
def test_a_step_that_fails_is_set_aside_whole_and_harms_nobody_else(hub: Hub, order: str, reason: str) -> None:
    hub.publish(ACCOUNTS_LOG, added(1))
    hub.publish(ACCOUNTS_LOG, added(2, order=order))
    hub.publish(ACCOUNTS_LOG, added(3))
    hub.settle()
    assert hub.latest(ACCOUNTS_VIEW) == {"a": Account(total=4, records=2)}
    assert hub.latest(TOTALS_VIEW) == {"all": Account(total=4, records=2)}
    assert set(hub.set_aside()) == {("apply", reason)}


def test_a_due_moment_that_fails_is_kept_and_can_be_armed_again(hub: Hub) -> None:
    due_at = START_AT + HOUR
    hub.publish(ACCOUNTS_LOG, added(1, order="remind and fail", due_at=due_at))
    hub.advance_to(due_at)
    assert set(hub.set_aside()) == {("due", "Poison")}
    hub.publish(ACCOUNTS_LOG, added(2))
    rearm = Rearm(
        id="officer:1", key="a", occurred_at=hub.now, table="reminders", entry_key="a/row:1/remind and fail",
        due_at=due_at + HOUR,
    )  # fmt: skip
    hub.publish(ACCOUNTS_LOG, rearm)
    hub.advance_to(due_at + 2 * HOUR)
    assert fired(hub) == [(2 * HOUR, 2)]


def test_bytes_that_are_no_record_are_set_aside_with_their_reason(hub: Hub) -> None:
    good = toy_codec().encode(added(1))
    for data in (None, b"", b"\0", good[:-1], good + b"x", b"\1" + good[1:], b"\0\xff\xff\xff\xff" + good[5:]):
        hub.append(ACCOUNTS_LOG, "a", data)
    hub.append(ACCOUNTS_LOG, "b", good)
    hub.publish(ACCOUNTS_LOG, added(2))
    hub.settle()
    assert hub.latest(ACCOUNTS_VIEW) == {"a": Account(total=2, records=1)}
    assert sorted(hub.set_aside()) == [
        ("apply", "wrong_key"),
        ("decode", "malformed"),
        ("decode", "trailing_bytes"),
        ("decode", "unknown_schema"),
        ("decode", "wrong_magic"),
        ("decode", "wrong_magic"),
        ("decode", "wrong_magic"),
        ("decode", "wrong_magic"),
    ]
