"""What is known of a person within a purpose, from the entries of one token and from those that links tell of."""

from collections.abc import Iterator

from streams.contract import TableName, Tables, replace
from streams.durations import DAY_MILLISECONDS
from streams.facts import people
from streams.facts.person_access import (
    Consented,
    ContextContent,
    KnownCall,
    KnownMatter,
    KnownResidence,
    KnownService,
    Linked,
    MatterMoved,
    Shared,
)
from streams.facts.person_rights import Named
from streams.facts.person_views import PersonRight
from streams.processors.due_services import OVER

KEPT_AFTER_CLOSING_MILLISECONDS = 30 * DAY_MILLISECONDS
"""For so long a closed case is known as closed, and can be opened again."""

RESIDENTS = TableName("residents", people.Resident)
SERVICES = TableName("services", people.Service, ordered=True)
CALLS = TableName("calls", people.Help, ordered=True)
CASES = TableName("cases", MatterMoved, ordered=True)
CONSENTS = TableName("consents", Consented)
SHARED = TableName("shared", Shared, ordered=True)
LINKS = TableName("links", Linked, ordered=True)
RIGHTS = TableName("rights", PersonRight, ordered=True)
NAMED = TableName("named", Named, ordered=True)
"""Whose owners keep something that names a token, under `<token>/<other>`."""


def known_of(token: str, tables: Tables) -> ContextContent:
    """What is known under a token itself."""
    resident, consent = tables[RESIDENTS].get(token), tables[CONSENTS].get(token)
    return ContextContent(
        matters=tuple(_matters(token, tables)),
        services=tuple(_services(token, tables)),
        calls=tuple(_calls(token, tables)),
        residences=() if resident is None else tuple(_residences(resident)),
        consent_until_at=None if consent is None else consent.until_at,
    )


def known_with_links(token: str, tables: Tables) -> ContextContent:
    """The same, and what is known under tokens that it is linked with; what both know stands there once."""
    known = known_of(token, tables)
    numbers = {(service.system, service.record_no) for service in known.services}
    for _, shared in tables[SHARED].scan(f"{token}/"):
        other = shared.content
        if other is not None:
            through = f"{shared.kind}:{shared.article}"
            services = (one for one in other.services if (one.system, one.record_no) not in numbers)
            known = replace(
                known,
                matters=known.matters + tuple(replace(one, through=through) for one in other.matters),
                services=known.services + tuple(replace(one, through=through) for one in services),
                calls=known.calls + tuple(replace(one, through=through) for one in other.calls),
                residences=known.residences + tuple(replace(one, through=through) for one in other.residences),
            )
    return known


def is_disputed(right: PersonRight) -> bool:
    """Whether a department still has to answer for a record of the person."""
    return right.kind == "correction" and right.state == "approved"


def _disputed(token: str, tables: Tables) -> set[tuple[str, str]]:
    """The records that the person wants put right, by system and number."""
    return {(one.system, one.record_no) for _, one in tables[RIGHTS].scan(f"{token}/") if is_disputed(one)}


def began_under(said: people.Service | people.Help, tables: Tables) -> str | None:
    """The older token of the same identifier under which this record is still open: it stays there until it is over.

    So a key of tokens that is replaced neither doubles an order nor lets its clock begin anew.
    """
    for _, shared in tables[SHARED].scan(f"{said.token}/"):
        known = shared.content
        if shared.kind == "rotated" and known is not None:
            open_records = {(one.system, one.record_no) for one in known.services}
            open_records |= {(one.system, one.record_no) for one in known.calls}
            link = tables[LINKS].get(f"{said.token}/{shared.other}")
            if (said.system, said.record_no) in open_records and link is not None and link.told:
                return shared.other
    return None


def _matters(token: str, tables: Tables) -> Iterator[KnownMatter]:
    for _, case in tables[CASES].scan(f"{token}/"):
        if case.open and case.content is not None:
            told = case.content
            yield KnownMatter(
                matter_no=case.matter_no, incident_class=told.incident_class, region=told.region, units=told.units
            )


def _services(token: str, tables: Tables) -> Iterator[KnownService]:
    disputed = _disputed(token, tables)
    for _, service in tables[SERVICES].scan(f"{token}/"):
        told = service.content
        if told is not None and told.state not in OVER:
            yield KnownService(
                system=service.system,
                record_no=service.record_no,
                kind=told.kind,
                unit=told.unit,
                region=told.region,
                state=told.state,
                due_on=told.due_on,
                under_14=told.under_14,
                disputed=(service.system, service.record_no) in disputed,
            )


def _calls(token: str, tables: Tables) -> Iterator[KnownCall]:
    disputed = _disputed(token, tables)
    for _, call in tables[CALLS].scan(f"{token}/"):
        told = call.content
        if told is not None and not told.answered:
            is_so = (call.system, call.record_no) in disputed
            yield KnownCall(system=call.system, record_no=call.record_no, region=told.region, disputed=is_so)


def _residences(resident: people.Resident) -> Iterator[KnownResidence]:
    told = resident.content
    if told is not None and not told.moved_away:
        yield KnownResidence(household=told.household, address_code=told.address_code)
