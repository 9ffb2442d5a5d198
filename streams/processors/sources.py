"""How the department systems are doing: last seen, newest data, rows wrong, late and unlocated, heard or silent.

Also keeps what the exchange platform says its catalogue holds, the last decision on each system's authorisation, the
approvals of its contracts and the last replacement of the key that it pushes with, with who signed them and why.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from streams.contract import Entry, Fact, Output, TableName, Tables
from streams.durations import SECOND_MILLISECONDS
from streams.facts import rules, sources, views
from streams.processors import hearing, item_counts
from streams.rules.calendar import Days, by_weekday
from streams.rules.versions import IN_FORCE, NoRulesInForce, RuleTables

SOURCES = TableName("sources", views.Source)
CATALOGUE = TableName("catalogue", sources.Catalogued)
AUTHORISATIONS = TableName("authorisations", sources.AuthorisationDecided)
APPROVALS = TableName("approvals", sources.ContractApproved, ordered=True)
"""By `<system>/<digest>`."""
DELETIONS = TableName("deletions", sources.FormDeleted)
ROTATIONS = TableName("rotations", sources.KeyRotated)
DAYS = TableName("days", rules.Day, ordered=True)
RULES = RuleTables({DAYS: lambda day: day.date})


class Sources:
    """Owner of the sources log."""

    name: ClassVar[str] = "sources"
    tables: ClassVar[tuple[TableName[Any], ...]] = (
        SOURCES,
        CATALOGUE,
        AUTHORISATIONS,
        APPROVALS,
        DELETIONS,
        ROTATIONS,
        hearing.HOURS,
        hearing.CURRENT_HOURS,
        item_counts.ITEMS,
        *RULES.tables,
    )
    reads: ClassVar[tuple[type[Fact], ...]] = (
        sources.Observed,
        sources.Catalogued,
        sources.AuthorisationDecided,
        sources.ContractApproved,
        sources.FormDeleted,
        sources.KeyRotated,
        *RULES.kinds,
    )
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"view": (views.Source,)}

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        match record:
            case sources.Observed():
                yield shown(heard(now, record, tables), tables)
            case sources.AuthorisationDecided():
                yield shown(decided(now, record, tables), tables)
            case sources.ContractApproved():
                tables[APPROVALS].put(f"{record.system}/{record.digest}", record)
                yield shown(as_it_is(now, record.system, tables), tables)
            case sources.FormDeleted():
                tables[DELETIONS].put(record.system, record)
                yield shown(unheard(now, record.system, tables), tables)
            case sources.KeyRotated():
                tables[ROTATIONS].put(record.system, record)
                yield shown(as_it_is(now, record.system, tables), tables)
            case sources.Catalogued():
                known = tables[CATALOGUE].get(record.catalog_code)
                if known is None or known.published_at <= record.published_at:
                    tables[CATALOGUE].put(record.catalog_code, record)
            case _:
                RULES.note(now, record, tables)

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterator[Output]:
        if entry.table == IN_FORCE.name:
            RULES.due(now, entry.key, entry.value, tables)
            return
        source: views.Source = replace(entry.value, as_of=now)
        if is_awaited(source, tables):
            source = source.judged(now)
        if now >= stale_at(source):
            source = replace(source, state="stale")
        tables[SOURCES].put(entry.key, source, due_at=next_due(now, source))
        yield shown(source, tables)


def heard(now: int, batch: sources.Observed, tables: Tables) -> views.Source:
    """The source after one more batch."""
    before = tables[SOURCES].get(batch.system)
    late_at, silent_at = hearing.heard(now, before, batch, days_in_force(tables), tables)
    source = observed(now, before, batch, late_at, silent_at)
    source = replace(source, missing=item_counts.missing(now, batch, tables))
    tables[SOURCES].put(batch.system, source, due_at=next_due(now, source))
    return source


def days_in_force(tables: Tables) -> Days:
    """The city's calendar; without one each day is what its weekday says."""
    try:
        version = RULES.version(tables)
    except NoRulesInForce:
        return by_weekday

    def kind(date: str) -> rules.DayKind | None:
        day = tables[DAYS].get(f"{version}/{date}")
        return day.kind if day else None

    return kind


def decided(now: int, decision: sources.AuthorisationDecided, tables: Tables) -> views.Source:
    """The source after a decision: of a system that is not authorised nothing is awaited."""
    tables[AUTHORISATIONS].put(decision.system, decision)
    source = tables[SOURCES].get(decision.system)
    if source is None or decision.authorisation != "authorised":
        return unheard(now, decision.system, tables)
    source = replace(hearing.awaited(now, source), as_of=now)
    tables[SOURCES].put(decision.system, source, due_at=next_due(now, source))
    return source


def as_it_is(now: int, system: str, tables: Tables) -> views.Source:
    """The source after a word that changes nothing of how it is heard."""
    return replace(tables[SOURCES].get(system) or never_seen(system), as_of=now)


def unheard(now: int, system: str, tables: Tables) -> views.Source:
    """The source when nothing is awaited of it any more."""
    source = tables[SOURCES].get(system)
    if source is None:
        return replace(never_seen(system), as_of=now)
    source = replace(source, hearing="not_heard_yet", hearing_since=now, as_of=now)
    tables[SOURCES].put(system, source, due_at=next_due(now, source))
    return source


def is_awaited(source: views.Source, tables: Tables) -> bool:
    """Whether nothing was decided against taking the system's rows, and it is no form that is over."""
    last, deletion = tables[AUTHORISATIONS].get(source.system), tables[DELETIONS].get(source.system)
    is_over = deletion is not None and deletion.digest == source.contract
    return not is_over and (last is None or last.authorisation == "authorised")


def shown(source: views.Source, tables: Tables) -> Output:
    """A source for the view, with what was decided on it last, which contracts were approved, who replaced its key."""
    last = tables[AUTHORISATIONS].get(source.system)
    approvals = tuple(
        views.Approval(digest=approved.digest, effective_at=approved.effective_at)
        for _, approved in tables[APPROVALS].scan(f"{source.system}/")
    )
    if deletion := tables[DELETIONS].get(source.system):
        source = replace(
            source,
            deleted_contract=deletion.digest,
            deleted_at=deletion.occurred_at,
            deleted_rows=deletion.rows,
        )
    if rotation := tables[ROTATIONS].get(source.system):
        source = replace(
            source,
            key_rotated_at=rotation.occurred_at,
            key_rotated_by=rotation.by,
            old_key_until=rotation.old_until_at,
        )
    if last or approvals:
        source = replace(source, authorisation=last.authorisation if last else None, approvals=approvals)
    return Output("view", source.system, source)


def never_seen(system: str) -> views.Source:
    """A system that has yet to tell something."""
    return views.Source(
        system=system, state="stale", last_seen_at=0, newest_at=0, rows=0, facts=0, wrong=0, late=0, items={},
        fresh_seconds=0, as_of=0,
    )  # fmt: skip


def stale_at(source: views.Source) -> int:
    """When its data are older than its objective."""
    return source.last_seen_at + source.fresh_seconds * SECOND_MILLISECONDS


def next_due(now: int, source: views.Source) -> int | None:
    """When there is next something to say of a source that says nothing."""
    return min((at for at in (stale_at(source), source.late_at, source.silent_at) if at > now), default=None)


def observed(
    now: int, before: views.Source | None, batch: sources.Observed, late_at: int, silent_at: int
) -> views.Source:
    """The source after one more batch; silent unless it is heard again by `silent_at` (milliseconds)."""
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
        hearing="live",
        hearing_since=before.hearing_since if before and before.hearing == "live" else now,
        calls=1 + (before.calls if before else 0),
        late_at=late_at,
        silent_at=silent_at,
        contract=batch.contract,
        contract_since=before.contract_since if before and before.contract == batch.contract else now,
    )
