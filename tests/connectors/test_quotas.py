"""What a department may push: never more than its rate and its burst, and never less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.quotas import BURST_SECONDS, Bucket, OverQuota, Quota, Rates, WrongQuota


@given(takes=st.lists(st.tuples(st.floats(0, 5), st.integers(1, 30)), max_size=80))
def test_no_stretch_of_time_gives_more_than_the_rate_and_one_burst(takes: list[tuple[float, int]]) -> None:
    bucket, now = Bucket(4, 20), 0.0
    given_out: list[tuple[float, int]] = []
    for gap, amount in takes:
        now += gap
        if bucket.take(amount, now) == 0:
            given_out.append((now, min(amount, 20)))
    for first, (began, _) in enumerate(given_out):
        total = 0
        for at, amount in given_out[first:]:
            total += amount
            assert total <= 20 + 4 * (at - began) + 1e-6


@given(gap=st.floats(0, 10), amount=st.integers(1, 50))
def test_whoever_waits_as_long_as_is_said_is_let_through(gap: float, amount: int) -> None:
    bucket = Bucket(4, 20)
    bucket.take(20, 0)
    wait_seconds = bucket.take(amount, gap)
    if wait_seconds > 0:
        assert bucket.take(amount, gap + wait_seconds + 1e-6) == 0


def test_a_department_over_its_burst_is_told_when_to_come_again() -> None:
    quota = Quota(Rates(requests=1, rows=10))
    for _ in range(BURST_SECONDS):
        quota.take_request(100.0)
    with pytest.raises(OverQuota) as refused:
        quota.take_request(100.0)
    assert refused.value.retry_after_seconds == 1
    quota.take_request(101.0)
    quota.take_rows(10 * BURST_SECONDS, 101.0)
    with pytest.raises(OverQuota) as refused:
        quota.take_rows(50, 101.0)
    assert refused.value.retry_after_seconds == 5


def test_the_rates_follow_the_catalogue_unless_the_topology_names_others() -> None:
    assert Rates.of(420, {}) == Rates(200, 200)
    assert Rates.of(864_000, {}) == Rates(10_000, 10_000)
    assert Rates.of(420, {"requests_per_second": "5", "rows_per_second": 7}) == Rates(5, 7)
    for wrong in ("many", 0, -1, "nan", "inf", None):
        with pytest.raises(WrongQuota):
            Rates.of(420, {"rows_per_second": wrong})
