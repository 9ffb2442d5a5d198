"""How the department systems are doing: last seen, newest data, rows late and wrong; stale past their objective.

Also keeps what the exchange platform says its catalogue holds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from streams.contract import Entry, Fact, Output, TableName, Tables
from streams.facts import sources, views
from streams.rules.calendar import MILLISECONDS

SOURCES = TableName("sources", views.Source)
CATALOGUE = TableName("catalogue", sources.Catalogued)


class Sources:
    """Owner of the sources log."""

    name: ClassVar[str] = "sources"
    tables: ClassVar[tuple[TableName[Any], ...]] = (SOURCES, CATALOGUE)
    reads: ClassVar[tuple[type[Fact], ...]] = (sources.Observed, sources.Catalogued)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"view": (views.Source,)}

    def on_record(self, now: int, record: sources.Observed | sources.Catalogued, tables: Tables) -> Iterable[Output]:
        if isinstance(record, sources.Catalogued):
            known = tables[CATALOGUE].get(record.catalog_code)
            if known is None or known.published_at <= record.published_at:
                tables[CATALOGUE].put(record.catalog_code, record)
            return
        before = tables[SOURCES].get(record.system)
        source = observed(now, before, record)
        tables[SOURCES].put(record.system, source, due_at=now + record.fresh_seconds * MILLISECONDS)
        yield Output("view", record.system, source)

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterator[Output]:
        stale: views.Source = replace(entry.value, state="stale", as_of=now)
        tables[SOURCES].put(entry.key, stale)
        yield Output("view", entry.key, stale)


def observed(now: int, before: views.Source | None, batch: sources.Observed) -> views.Source:
    """The source after one more batch."""
    items = dict(before.items) if before else {}
    for item, newest_at in batch.items.items():
        items[item] = max(items.get(item, newest_at), newest_at)
    return views.Source(
        system=batch.system,
        state="fresh",
        last_seen_at=now,
        newest_at=max(batch.newest_at, before.newest_at if before else batch.newest_at),
        rows=batch.rows + (before.rows if before else 0),
        facts=batch.facts + (before.facts if before else 0),
        wrong=batch.wrong + (before.wrong if before else 0),
        late=batch.late + (before.late if before else 0),
        items=items,
        fresh_seconds=batch.fresh_seconds,
        as_of=now,
    )
