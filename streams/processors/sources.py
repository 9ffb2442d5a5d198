"""How the department systems are doing: last seen, newest data, rows wrong, late, unlocated; stale past an objective.

Also keeps what the exchange platform says its catalogue holds, and the last decision on each system's authorisation
with who signed it and why.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from streams.contract import Entry, Fact, Output, TableName, Tables
from streams.facts import sources, views
from streams.rules.calendar import MILLISECONDS

SOURCES = TableName("sources", views.Source)
CATALOGUE = TableName("catalogue", sources.Catalogued)
AUTHORISATIONS = TableName("authorisations", sources.AuthorisationDecided)


class Sources:
    """Owner of the sources log."""

    name: ClassVar[str] = "sources"
    tables: ClassVar[tuple[TableName[Any], ...]] = (SOURCES, CATALOGUE, AUTHORISATIONS)
    reads: ClassVar[tuple[type[Fact], ...]] = (sources.Observed, sources.Catalogued, sources.AuthorisationDecided)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"view": (views.Source,)}

    def on_record(
        self, now: int, record: sources.Observed | sources.Catalogued | sources.AuthorisationDecided, tables: Tables
    ) -> Iterable[Output]:
        if isinstance(record, sources.AuthorisationDecided):
            tables[AUTHORISATIONS].put(record.system, record)
            source = tables[SOURCES].get(record.system) or never_seen(record.system)
            yield shown(replace(source, as_of=now), tables)
            return
        if isinstance(record, sources.Catalogued):
            known = tables[CATALOGUE].get(record.catalog_code)
            if known is None or known.published_at <= record.published_at:
                tables[CATALOGUE].put(record.catalog_code, record)
            return
        before = tables[SOURCES].get(record.system)
        source = observed(now, before, record)
        tables[SOURCES].put(record.system, source, due_at=now + record.fresh_seconds * MILLISECONDS)
        yield shown(source, tables)

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterator[Output]:
        stale: views.Source = replace(entry.value, state="stale", as_of=now)
        tables[SOURCES].put(entry.key, stale)
        yield shown(stale, tables)


def shown(source: views.Source, tables: Tables) -> Output:
    """A source for the view, with what was decided on it last."""
    decided = tables[AUTHORISATIONS].get(source.system)
    return Output("view", source.system, replace(source, authorisation=decided.authorisation) if decided else source)


def never_seen(system: str) -> views.Source:
    """A system that has yet to tell something."""
    return views.Source(
        system=system, state="stale", last_seen_at=0, newest_at=0, rows=0, facts=0, wrong=0, late=0, items={},
        fresh_seconds=0, as_of=0,
    )  # fmt: skip


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
        unlocated=batch.unlocated + (before.unlocated if before else 0),
        suspected_datum=batch.suspected_datum,
        skewed_devices=batch.skewed_devices,
    )
