"""The broker is stopped in order and killed by turns: what it acknowledged stays, and workers go on by themselves."""

import time
from pathlib import Path
from statistics import median

import pytest

from streams.embedded.kafka import KafkaBroker
from tests.engine.toy import Totals
from tests.faults.flow import flow
from tests.faults.stage import stage_on

MOST_OF_AN_OUTAGE = 2.0
"""The pass mark of a broker's restart: caught up within twice the outage."""


def run_through_restarts(broker: KafkaBroker, namespace: str, folder: Path, restarts: int) -> list[float]:
    """Restart the broker amid work, then judge; how long catching up took each time, as a share of the outage."""
    shares: list[float] = []
    with stage_on(broker.bootstrap_servers, namespace, folder) as stage:
        workers = stage.start(), stage.start(Totals())
        with flow(stage) as flowing:
            for number in range(restarts):
                flowing.await_progress()
                left_at = time.monotonic()
                broker.stop() if number % 2 == 0 else broker.kill()
                broker.start()
                back_at = time.monotonic()
                flowing.await_progress()
                shares.append((time.monotonic() - back_at) / (back_at - left_at))
        flowing.judge()
        assert [worker.failure for worker in workers] == [None, None]
    return shares


@pytest.mark.timeout(300)
def test_a_broker_that_is_stopped_and_killed_loses_nothing_it_acknowledged(
    mortal_broker: KafkaBroker, namespace: str, tmp_path: Path
) -> None:
    run_through_restarts(mortal_broker, namespace, tmp_path, restarts=2)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_broker_that_is_stopped_and_killed_twenty_times_loses_nothing_it_acknowledged(
    mortal_broker: KafkaBroker, namespace: str, tmp_path: Path
) -> None:
    shares = run_through_restarts(mortal_broker, namespace, tmp_path, restarts=20)
    print(f"caught up in {median(shares):.2f} of an outage, at most in {max(shares):.2f}")
    assert max(shares) <= MOST_OF_AN_OUTAGE
