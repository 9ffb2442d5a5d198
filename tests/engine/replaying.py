"""What replays of the toy begin with: a story, and the replay of its accounts."""

from streams.engine.replay import Replay
from streams.engine.simulation import KafkaHub
from streams.engine.versions import versions_of
from tests.conftest import Cluster
from tests.engine.test_behaviours import HOUR, added
from tests.engine.toy import ACCOUNTS_LOG, Accounts


def replay_of(hub: KafkaHub, broker: Cluster, processor: Accounts | None = None) -> Replay:
    accounts = processor or Accounts()
    versions = versions_of(accounts, hub.topology.processors["accounts"])
    return Replay(hub.topology, accounts, versions, hub.codec, broker.bootstrap_servers)


def tell_a_story(hub: KafkaHub, first: int = 1) -> None:
    """Fifty records of three accounts, all of them in partition 0, with ten reminders: 110 outputs."""
    for number in range(first, first + 50):
        order = "remind" if number % 5 == 0 else ""
        hub.publish(ACCOUNTS_LOG, added(number, key="abc"[number % 3], order=order, due_at=hub.now + HOUR))
    hub.advance_to(hub.now + 2 * HOUR)
