"""When the clock of a quiet partition is made to move: at the next due moment, and at one that comes before it."""

import pytest

from streams.codec import Codec
from streams.engine.ticks import PAUSE_MILLISECONDS, Ticker, TickProducer

NOW, LATER = 1_000_000, 2_000_000


@pytest.fixture(scope="module")
def codec() -> Codec:
    return Codec.load()


def ticker_after_a_tick(codec: Codec, *, clock: int, due_at: int) -> Ticker:
    """One whose tick, sent at NOW, has come back and left `due_at` as the next due moment."""
    ticker = Ticker(TickProducer("127.0.0.1:1"), "log", 0, codec, stamped=False)
    assert ticker.send(NOW)
    ticker._offset = 7
    ticker.seen(7, clock, due_at, NOW + 10)
    return ticker


def test_a_moment_that_is_due_before_the_one_that_a_tick_left_behind_is_not_kept_waiting(codec: Codec) -> None:
    ticker = ticker_after_a_tick(codec, clock=NOW, due_at=LATER)
    assert ticker.next_at(LATER) == LATER + 10
    soon = NOW + PAUSE_MILLISECONDS + 50
    assert ticker.next_at(soon) == soon


def test_a_tick_that_came_back_too_early_is_sent_again_later_by_the_difference(codec: Codec) -> None:
    due_at = NOW + 5
    ticker = ticker_after_a_tick(codec, clock=due_at - 300, due_at=due_at)
    assert ticker.next_at(due_at) == NOW + 10 + 300


def test_two_ticks_are_a_pause_apart(codec: Codec) -> None:
    ticker = ticker_after_a_tick(codec, clock=NOW, due_at=LATER)
    assert ticker.next_at(NOW + 1) == NOW + PAUSE_MILLISECONDS
    assert ticker.next_at(None) is None


def test_a_producer_that_hears_nothing_while_another_client_is_answered_twice_gives_way_once() -> None:
    ticks = TickProducer("127.0.0.1:1")
    assert [ticks.compare() for _ in range(2)] == [False, False], "nothing was handed over"
    ticks.append(lambda *_: None, topic="log", value=b"a tick", partition=0)
    assert [ticks.compare() for _ in range(4)] == [False, True, False, False]
    ticks.append(lambda *_: None, topic="log", value=b"a tick", partition=0)
    assert [ticks.compare() for _ in range(2)] == [False, True]
