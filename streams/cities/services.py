"""Services that a city owes to persons, `services.yaml`: read and checked, each fault with its line."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import get_args

from streams.cities.clocks import TIMED, URGENCIES
from streams.cities.limits import read_limit
from streams.facts.rules import RULES_KEY, ClockLimit, Limit, Unit
from streams.facts.services import ITS_UNIT_ALONE, PersonCounting, PersonService, ServiceKind
from streams.facts.vocabulary import OF_THE_CENTRE, ClockKind, Subject
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked

KINDS: tuple[ServiceKind, ...] = get_args(ServiceKind)
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
CLOCKS: tuple[ClockKind, ...] = tuple(kind for kind in TIMED if kind not in OF_THE_CENTRE)
NEEDED: tuple[ClockKind, ...] = ("acknowledge", "resolve")
"""Without these an order could be left lying and nobody would hear of it."""
USUAL_STEP, USUAL_MINUTES = 5, 60
STEPS, MINUTES, DAYS, HOURS = range(2, 101), range(1, 1_441), range(61), range(24)

ServiceRule = PersonService | PersonCounting | ClockLimit


def read_services(
    path: Path, units: Iterable[Unit], calendars: Collection[str], effective_at: int, faults: list[Fault]
) -> list[ServiceRule]:
    """How each kind is seen to, what is counted, and the times of the units by what a matter is about."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    document = whole.text("document")
    counting = _read_counting(whole.form("counting"), document, effective_at)
    unit_kinds = sorted({unit.unit_kind for unit in units})
    services = [
        _read_service(kind, form, unit_kinds, document, effective_at)
        for kind, form in whole.one_for_each("services", "kind", KINDS, "service")
    ]
    clocks = _read_clocks(whole, calendars, document, effective_at)
    whole.done()
    return [counting, *services, *clocks]


def _read_counting(form: Form, document: str, effective_at: int) -> PersonCounting:
    counting = PersonCounting(
        key=RULES_KEY,
        occurred_at=effective_at,
        version="",
        step=form.whole_within("step", STEPS, USUAL_STEP),
        every_minutes=form.whole_within("every_minutes", MINUTES, USUAL_MINUTES),
        document=document,
    )
    form.done()
    return counting


def _read_service(
    kind: ServiceKind, form: Form, unit_kinds: list[str], document: str, effective_at: int
) -> PersonService:
    is_restricted = form.flag("restricted", default=False)
    service = PersonService(
        key=RULES_KEY,
        occurred_at=effective_at,
        version="",
        kind=kind,
        unit_kind=form.one_of("unit_kind", unit_kinds, "kind of unit"),
        urgency=form.choice("urgency", URGENCIES, "urgency"),
        remind_days=form.whole_within("remind_days", DAYS, 0),
        remind_hour=form.whole_within("remind_hour", HOURS, 0),
        restricted=is_restricted,
        counted=form.flag("counted", default=not is_restricted),
        document=form.text("document", document),
    )
    if kind in ITS_UNIT_ALONE and not is_restricted:
        form.fault(f"services of kind '{kind}' reach their unit alone: 'restricted' must be true", "restricted")
    if kind == "help_call" and is_restricted:
        form.fault("calls for help are counted, and their units may have to be hastened", "restricted")
    if is_restricted and service.counted:
        form.fault("what reaches its unit alone is not counted", "counted")
    return service


def _read_clocks(whole: Form, calendars: Collection[str], document: str, effective_at: int) -> list[ClockLimit]:
    found: dict[tuple[str, str], ClockLimit] = {}
    for form in whole.listed("clocks", "clock"):
        subject = form.choice("subject", SUBJECTS, "subject")
        urgency = form.choice("urgency", URGENCIES, "urgency")
        kind = form.choice("kind", CLOCKS, "kind of clock")
        own_document = form.text("document", document)
        limit, calendar = read_limit(form, calendars)
        if (subject, f"{urgency}/{kind}") in found:
            form.fault(f"{subject}, {urgency}, {kind} stands here a second time", "kind")
        found[subject, f"{urgency}/{kind}"] = ClockLimit(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            urgency=urgency,
            complexity="any",
            kind=kind,
            limit=Limit(**vars(limit), calendar=calendar, document=own_document),
            incident_class=subject,
        )
    for subject in SUBJECTS:
        for kind in NEEDED:
            if not any(named == subject and one.kind == kind for (named, _), one in found.items()):
                whole.fault(f"there is no time to {kind} for {subject}", "clocks")
    return list(found.values())
