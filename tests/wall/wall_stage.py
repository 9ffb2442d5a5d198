"""A wall as it runs: views on Kafka, the cache's Faust worker, a Redis of its own, a gateway."""

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from streams import cloudevents
from streams.embedded.child import Child, Command
from streams.embedded.ports import free_port
from streams.embedded.redis import RedisServer
from streams.facts import rules, views
from streams.facts.measures import Measure
from streams.facts.warnings import HazardWarning
from streams.topics import ensure_topics
from streams.topology import load_topology
from tests.delete_topic import delete_topic
from tests.hosting.hub_topics import HubTopics
from tests.hosting.patiently import patiently
from tests.hosting.worker_process import CHECKOUT, WorkerProcess
from tests.part_topologies import without_connectors
from tests.wall.events import EventReader

TILES, INCIDENTS, MATTERS, SOURCES = (f"hub.view.{kind}.v1" for kind in ("tiles", "incidents", "matters", "sources"))
MEASURES, WARNINGS = "hub.view.measures.v1", "hub.view.warnings.v1"
PORT_FILE = "wall_gateway.port"

ONE_MINUTE = rules.Limit(
    amount=1, unit="minute", start="at", day_end="same_time", rolls_over=False, calendar="always", document="试验"
)


def now() -> int:
    return time.time_ns() // 1_000_000


class WallStage:
    """`start` brings up Redis, the cache's worker and the gateway; each may be stopped and started by the test.

    `gateway` is what the gateway is told beside what all of them are.
    """

    def __init__(self, bootstrap: str, namespace: str, home: Path, gateway: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.topology = without_connectors(load_topology()).with_namespace(namespace)
        ensure_topics(self.topology, bootstrap)
        self.topics = HubTopics(self.topology, bootstrap)
        self.redis = RedisServer(home / "redis")
        self.redis.start()
        environment = {"HUB_KAFKA": bootstrap, "HUB_NAMESPACE": namespace, "HUB_REDIS": self.redis.url}
        self._environment = environment
        self._workers: list[WorkerProcess] = []
        self.worker = self.another_worker("0")
        told = {**environment, "HUB_HOME": str(home), "HUB_PORT": str(free_port()), **(gateway or {})}
        self.gateway = Child(
            "gateway",
            Command((sys.executable, "-m", "streams.wall.gateway"), told, CHECKOUT),
            log_path=home / "gateway.log",
            pid_path=home / "gateway.pid",
        )
        self._readers: list[EventReader] = []

    def another_worker(self, slot: str) -> WorkerProcess:
        """A worker beside the others, not yet started."""
        worker = WorkerProcess("wall", ["wall_cache"], self.home, {**self._environment, "HUB_SLOT": slot})
        self._workers.append(worker)
        return worker

    def recreate(self, topic: str) -> None:
        """Delete a topic with all that is in it and create it again."""
        delete_topic(self.topics.bootstrap, self.topology.topic_name(topic))
        ensure_topics(self.topology, self.topics.bootstrap)

    def start(self) -> None:
        self.worker.start(ready=False)
        self.start_gateway()
        patiently(lambda: self.get("/health/ready")[0] == 200)

    def start_gateway(self) -> None:
        (self.home / "run" / PORT_FILE).unlink(missing_ok=True)
        self.gateway.start()
        patiently((self.home / "run" / PORT_FILE).exists)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{(self.home / 'run' / PORT_FILE).read_text().strip()}"

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body; status 0 where the gateway does not answer."""
        try:
            response = httpx.get(f"{self.address}{path}", timeout=10, trust_env=False)
        except (httpx.HTTPError, OSError):
            return 0, b""
        return response.status_code, response.content

    def snapshot(self) -> dict[str, Any]:
        """The snapshot; {} while there is none."""
        status, body = self.get("/v1/wall/snapshot")
        return json.loads(body) if status == 200 else {}

    def listen(self, last_event_id: str = "") -> EventReader:
        """A screen's connection to the stream."""
        reader = EventReader(f"{self.address}/v1/wall/stream", last_event_id)
        self._readers.append(reader)
        return reader

    def show(self, topic: str, key: str, value: Any) -> None:
        """Write a view as a processor does."""
        headers = cloudevents.headers(type(value), f"{key}-id", "test", key, now(), f"row of {key}")
        self.topics.append(topic, key, value, **{name: text.decode() for name, text in headers})

    def show_tile(self, region: str, open_matters: int, *, overdue: int = 0, incident_class: str = "*") -> None:
        tier: Any = {6: "district", 9: "town", 12: "village", 15: "grid"}[len(region)]
        self.show(
            TILES,
            f"{region}|{incident_class}",
            views.Tile(
                region=region,
                tier=tier,
                incident_class=incident_class,
                open=open_matters,
                acknowledged=0,
                overdue=overdue,
                as_of=now(),
                caused_by=f"cause of {region}",
            ),
        )

    def tile(self, region: str, incident_class: str = "*") -> dict[str, Any]:
        """A tile as the snapshot has it now; {} where it has none."""
        tile: dict[str, Any] = self.snapshot().get("tiles", {}).get(f"{region}|{incident_class}", {})
        return tile

    def await_tile(self, region: str, open_matters: int) -> None:
        patiently(lambda: self.tile(region).get("open") == open_matters)

    def close(self) -> None:
        for reader in self._readers:
            reader.close()
        self.gateway.kill()
        for worker in self._workers:
            worker.child.kill()
        self.redis.kill()
        self.topics.close()


def incident(incident_no: str, **changes: Any) -> views.Incident:
    fields: dict[str, Any] = {
        "incident_no": incident_no,
        "incident_class": "burst_main",
        "urgency": "critical",
        "state": "assigned",
        "region": "500117001020008",
        "longitude": 106.26,
        "latitude": 29.99,
        "opened_at": now() - 60_000,
        "last_report_at": now() - 5_000,
        "reports": 3,
        "systems": ("ga_alarm110", "zz_community_e"),
        "matter_no": None,
        "as_of": now(),
    }
    return views.Incident(**{**fields, **changes})


def matter(
    matter_no: str,
    *,
    state: Any = "assigned",
    due_in_seconds: int = 120,
    clock_state: Any = "running",
    unit: str = "500117-water_utility",
    unit_name: str = "合川区供水公司抢修队",
) -> views.Matter:
    started_at, due_at = now() - 30_000, now() + due_in_seconds * 1000
    clock = views.Clock(kind="acknowledge", state=clock_state, started_at=started_at, due_at=due_at, limit=ONE_MINUTE)
    order = views.Order(order_no=f"{matter_no}-01", unit=unit, unit_name=unit_name, state="delivered", clocks=(clock,))
    return views.Matter(
        matter_no=matter_no,
        incident_no=matter_no.replace("M", "E"),
        incident_class="burst_main",
        urgency="critical",
        region="500117001020008",
        state=state,
        opened_at=started_at,
        orders=(order,),
        clocks=(),
        as_of=now(),
    )


def measure(measure_no: str, name: str, *, review_at: int, exercise: bool = False) -> Measure:
    """A level in force in the whole district; one review was missed if it is an exercise."""
    return Measure(
        measure_no=measure_no, measure="level_2", name=name, state="in_force", exercise=exercise, regions=("500117",),
        classes=(), cause="超警戒水位", document="令", from_at=now() - 60_000, review_at=review_at,
        missed_reviews=int(exercise), ordered_unit="500117-emergency", ordered_post="指挥长", ordered_officer="0301",
        clocks=0, as_of=now(),
    )  # fmt: skip


def warning(warning_no: str) -> HazardWarning:
    """A red one of a rainstorm in one street, in force for another hour."""
    return HazardWarning(
        warning_no=warning_no, system="qx_warning", event_code="11B03", name="暴雨", level=1, areas=("500117001",),
        from_at=now() - 60_000, until_at=now() + 3_600_000, cancelled=False, explains=("burst_main",),
        lasts_minutes=60, said_at=now() - 60_000, as_of=now(),
    )  # fmt: skip


def source(
    system: str,
    *,
    last_seen_seconds_ago: int = 3,
    fresh_seconds: int = 60,
    period_seconds: int = 600,
    missing: tuple[str, ...] = (),
) -> views.Source:
    """Heard every `period_seconds`: late after one, silent after three."""
    seen_at = now() - last_seen_seconds_ago * 1000
    return views.Source(
        system=system,
        state="fresh",
        last_seen_at=seen_at,
        newest_at=seen_at - 2_000,
        rows=120,
        facts=118,
        wrong=1,
        late=1,
        items={"record_no": seen_at, "geo_point": seen_at},
        fresh_seconds=fresh_seconds,
        as_of=seen_at,
        hearing="live",
        hearing_since=seen_at,
        calls=40,
        late_at=seen_at + period_seconds * 1000,
        silent_at=seen_at + 3 * period_seconds * 1000,
        missing=missing,
    )
