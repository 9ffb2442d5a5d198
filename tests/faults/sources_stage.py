"""The owner of the sources log on a broker, and batches that connectors tell it of."""

from dataclasses import replace

from streams.engine.replay import Replay, Report
from streams.engine.versions import versions_of
from streams.facts.sources import Observed
from streams.facts.views import Source
from streams.processors.sources import Sources
from streams.topics import ensure_topics
from streams.topology import load_topology
from tests.hosting.hub_topics import HubTopics

LOG = "hub.log.sources.v1"
VIEW = "hub.view.sources.v1"
QUARANTINE = "hub.quarantine.v1"
SYSTEM = "ga_alarm110"
ROWS = 5


class SourcesStage:
    """The topics of `sources`, and of others that are named."""

    def __init__(self, bootstrap: str, namespace: str, *others: str) -> None:
        whole = load_topology(environment={}).with_namespace(namespace)
        wiring = {"sources": whole.processors["sources"]}
        topics = {name: whole.topics[name] for name in (LOG, VIEW, QUARANTINE, *others)}
        self.topology = replace(whole, topics=topics, processors=wiring)
        self.bootstrap = bootstrap
        ensure_topics(self.topology, bootstrap)
        self.topics = HubTopics(self.topology, bootstrap)

    def observe(self, number: int) -> None:
        """A connector tells of a batch of 5 rows."""
        fact = Observed(
            id=f"batch:{number}", key=SYSTEM, source=SYSTEM, trace=f"batch:{number}", occurred_at=number, system=SYSTEM,
            rows=ROWS, facts=4, wrong=1, late=2, newest_at=number, items={"alarm_no": number}, fresh_seconds=3600,
        )  # fmt: skip
        self.topics.append(LOG, SYSTEM, fact)

    def rows_shown(self) -> int:
        """How many rows the system has delivered, as it is shown."""
        shown: list[Source] = self.topics.records(VIEW)
        return shown[-1].rows if shown else 0

    def replay(self) -> Report:
        """What a shadow gives, compared with what was published."""
        code = Sources()
        versions = versions_of(code, self.topology.processors["sources"])
        return Replay(self.topology, code, versions, self.topics.codec, self.bootstrap).run()

    def close(self) -> None:
        self.topics.close()
