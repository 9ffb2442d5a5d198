"""A small topology that is right, to be made wrong in one place or ten, and processors for it."""

from pathlib import Path
from textwrap import dedent
from typing import Any, ClassVar

from streams.contract import Entry, Fact, Output, TableName, Tables
from streams.facts import deliveries, matters, situation, views

SMALL = """\
version: 1
city: hechuan
clock: broker
namespace: ""
topics:
  hub.source.shop.v1: {schemas: [source.ga_alarm110.v1], key: system, partitions: 1, retention: 30, owner: shop}
  hub.log.matters.v1:
    schemas: [matters.opened.v1, engine.tick.v1]
    key: district
    partitions: 4
    retention: forever
    owner: work
  hub.log.deliveries.v1:
    schemas: [deliveries.attempted.v1]
    key: unit
    partitions: 4
    retention: 90
    owner: bring
  hub.view.matters.v1: {schemas: [views.matter.v1], key: matter, partitions: 4, compacted: true, owner: work}
  hub.notice.attempts.v1: {schemas: [notices.attempt.v1], key: unit, partitions: 4, retention: 7, owner: bring}
connectors:
  shop:
    reader: kafka
    settings: {topic: dept.shop, key: "secret:shop"}
    publishes: [hub.source.shop.v1, hub.log.matters.v1]
gateway:
  publishes: [hub.log.matters.v1]
processors:
  work:
    code: tests.topology.small:Work
    reads: hub.log.matters.v1
    ports: {deliveries: hub.log.deliveries.v1, view: hub.view.matters.v1}
    changelog: hub.changelog.work.v1
    settings: {patience_seconds: 60, steps: [1, 2]}
  bring:
    code: tests.topology.small:Bring
    reads: hub.log.deliveries.v1
    ports: {matters: hub.log.matters.v1, attempts: hub.notice.attempts.v1}
    feedback: [matters]
    changelog: hub.changelog.bring.v1
agents:
  show:
    code: tests.topology.small:show
    reads: [hub.view.matters.v1]
    publishes: []
audit: {every_seconds: 600}
workers:
  hub: {processors: [work, bring], agents: [show]}
"""


class Work:
    """Owner of the matters log in the small topology."""

    name: ClassVar = "work"
    tables: ClassVar[tuple[TableName[Any], ...]] = (TableName("matters", views.Matter),)
    reads: ClassVar[tuple[type[Fact], ...]] = (matters.Opened,)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"deliveries": (deliveries.Attempted,), "view": (views.Matter,)}

    def __init__(self, patience_seconds: int, steps: tuple[int, ...] = ()) -> None:
        self.settings = (patience_seconds, steps)

    def on_record(self, now: int, record: Any, tables: Tables) -> tuple[Output, ...]:
        return ()

    def on_due(self, now: int, entry: Entry, tables: Tables) -> tuple[Output, ...]:
        return ()


class Bring(Work):
    """Owner of the deliveries log."""

    name: ClassVar = "bring"
    tables: ClassVar[tuple[TableName[Any], ...]] = ()
    reads: ClassVar[tuple[type[Fact], ...]] = (deliveries.Attempted,)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"matters": (matters.Opened,), "attempts": ()}

    def __init__(self) -> None:
        super().__init__(0)


class Loose:
    """A table's values without a schema."""


class WrongWork(Work):
    """As Work, but fits the wiring nowhere."""

    name: ClassVar = "labour"
    tables: ClassVar[tuple[TableName[Any], ...]] = (TableName("matters", Loose), TableName("matters", views.Matter))
    reads: ClassVar[tuple[type[Fact], ...]] = (situation.MatterMoved,)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"delivery": (), "view": (views.Tile,)}

    def __init__(self, patience: int) -> None:
        super().__init__(patience)


def show() -> None:
    """Stands for an agent's factory."""


not_callable = "an agent"


def small(folder: Path, *changes: tuple[str, str]) -> Path:
    """The small topology in a checkout of its own, with some of its text replaced by other text."""
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, dedent(new), 1)
    path = folder / "topology.yaml"
    path.write_text(text, encoding="utf-8")
    for empty in ("ops/cities/hechuan", "ops/cities/dongguan", "connectors/readers", "connectors/systems"):
        (folder / empty).mkdir(parents=True, exist_ok=True)
    (folder / "connectors" / "readers" / "kafka.py").touch()
    (folder / "connectors" / "systems" / "shop.py").touch()
    return path


def line_of(path: Path, text: str) -> int:
    """The number of the first line with a text in it."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)
