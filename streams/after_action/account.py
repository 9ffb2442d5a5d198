"""An incident's record as tables of words: what the document and the JSON of it are made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import new

from streams.after_action import words
from streams.after_action.gathering import Belonging, Gathered
from streams.after_action.logged import Logged
from streams.after_action.sentences import CONCEALED, Speaker
from streams.after_action.told import fields_of, tellings
from streams.agents.order_call import Names
from streams.commands.field_words import FIELDS, saying_in_words, value_in_words
from streams.commands.words import shown_time
from streams.facts import incidents, matters
from streams.facts.chinese import CLOCK_KINDS, URGENCIES
from streams.facts.notices import MatterChanged
from streams.facts.views import Report
from streams.rules.shown_fields import URGENCY_STEPS, most_precise

STEPS = ("assigned", "delivered", "acknowledged", "accepted", "arrived", "resolved", "replied")
"""What is told of each order: when it first came to this."""


@dataclass(frozen=True)
class ReportLine:
    """One report: as its system told it first, when it was appended, and how it came to the incident and left it."""

    system: str
    record_no: str
    incident_class: str
    urgency: str
    place: str
    occurred_at: int
    recorded_at: int
    appended_at: int
    belonging: str
    position: str


@dataclass(frozen=True)
class FieldLine:
    """What is shown of a field, who said it when, and what others said."""

    name: str
    value: str
    source: str
    said_at: int
    others: str


@dataclass(frozen=True)
class OrderLine:
    """One order: when it came to each of STEPS (None: it did not), and the clocks that ran out."""

    order_no: str
    unit: str
    moments: tuple[int | None, ...]
    breaches: str


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    appended_at: int
    what: str
    detail: str
    who: str
    position: str


@dataclass(frozen=True)
class Span:
    """How much of a partition the record rests on."""

    partition: str
    first_offset: int
    last_offset: int
    records: int


@dataclass(frozen=True)
class Account:
    """The whole record. `digest` is the SM3 of the records that it rests on, with where each stands."""

    incident_no: str
    head: tuple[tuple[str, str], ...]
    reports: tuple[ReportLine, ...]
    fields: tuple[FieldLine, ...]
    orders: tuple[OrderLine, ...]
    timeline: tuple[Moment, ...]
    spans: tuple[Span, ...]
    digest: str


def account_of(gathered: Gathered, names: Names, confidential_classes: frozenset[str]) -> Account:
    """`gathered` holds at least one report. A confidential incident is told as all may see it (ops/decisions/0111)."""
    speaker = Speaker(names, is_confidential(gathered, confidential_classes))
    told = tellings(gathered)
    return Account(
        incident_no=gathered.incident_no,
        head=tuple(_head(gathered, told, speaker)),
        reports=tuple(_report_lines(gathered, speaker)),
        fields=tuple(_field_lines(gathered, told, speaker)),
        orders=tuple(_order_lines(gathered, speaker)),
        timeline=tuple(
            Moment(record.appended_at, *speaker.line(record.fact), record.position) for record in gathered.records
        ),
        spans=tuple(_spans(gathered.records)),
        digest=_digest(gathered.records),
    )


def is_confidential(gathered: Gathered, confidential_classes: frozenset[str]) -> bool:
    """Whether a report or a person asked for that, or the class of a report is."""
    return any(
        getattr(record.fact, "confidential", False)
        or isinstance(record.fact, matters.Sealed)
        or getattr(record.fact, "incident_class", "") in confidential_classes
        for record in gathered.records
    )


def _head(gathered: Gathered, told: list[Report], speaker: Speaker) -> Iterator[tuple[str, str]]:
    facts = [record.fact for record in gathered.records]
    mine = gathered.incident_no
    opened = next((one for one in facts if isinstance(one, matters.Opened) and one.incident_no == mine), None)
    states = [one.state for one in facts if isinstance(one, incidents.Progressed) and one.incident_no == mine]
    numbers = sorted({one.matter_no for one in facts if isinstance(one, incidents.Progressed)})
    systems = sorted({report.system for report in told})
    first = min(told, key=lambda one: (one.recorded_at, one.system, one.record_no))
    yield "事件编号", mine
    yield "类别", speaker.kind(opened.incident_class if opened else first.incident_class)
    yield "紧急程度", URGENCIES[max((one.urgency for one in told), key=URGENCY_STEPS.__getitem__)]
    yield "地点", speaker.place(most_precise(told).region)
    yield "状态", "已并入" if gathered.replaced_by else words.PROGRESS[states[-1]] if states else "未立项"
    by = "" if speaker.confidential else f",来自 {len(systems)} 个系统:{'、'.join(systems)}"
    yield "报告", f"{len(told)} 次{by}"
    yield "事项编号", "、".join(numbers) or "无"
    if len(gathered.parts) > 1:
        yield "并入本事件", "、".join(gathered.parts[1:])
    if gathered.replaced_by:
        yield "现已并入", gathered.replaced_by
    if any(getattr(one, "exercise", False) for one in facts):
        yield "性质", "演练"
    if speaker.confidential:
        yield "保密", "是:只写区县,不写来源编号"
    yield "最早发生", shown_time(min(one.occurred_at for one in told))
    yield "最后一条记录", precisely(gathered.records[-1].appended_at)


def _report_lines(gathered: Gathered, speaker: Speaker) -> Iterator[ReportLine]:
    for report, said in gathered.said.items():
        record = next((one for one in said if isinstance(one.fact, incidents.Reported)), None)
        if record is None:
            continue
        fact = record.fact
        yield ReportLine(
            system=speaker.system(fact.system),
            record_no=CONCEALED if speaker.confidential else fact.record_no,
            incident_class=speaker.kind(fact.incident_class),
            urgency=URGENCIES[fact.urgency],
            place=speaker.place(fact.region),
            occurred_at=fact.occurred_at,
            recorded_at=fact.recorded_at,
            appended_at=record.appended_at,
            belonging=_belonging(gathered.belongings[report]),
            position=record.position,
        )


def _belonging(belonging: Belonging) -> str:
    came = words.BELONGINGS[belonging.how] + (f"(自 {belonging.before})" if belonging.before else "")
    return came if belonging.until is None else f"{came},{shown_time(belonging.until[0])} 离开"


def _field_lines(gathered: Gathered, told: list[Report], speaker: Speaker) -> Iterator[FieldLine]:
    for field in fields_of(gathered, told).fields:
        if speaker.confidential and field.name == "place":
            continue
        others = (
            [] if speaker.confidential else [saying_in_words(field.name, one, speaker.names) for one in field.others]
        )
        yield FieldLine(
            name=FIELDS[field.name],
            value=value_in_words(field.name, field.shown, speaker.names),
            source=speaker.record(field.shown.system, field.shown.record_no),
            said_at=field.shown.said_at,
            others=";".join(others) or "无",
        )


def _order_lines(gathered: Gathered, speaker: Speaker) -> Iterator[OrderLine]:
    changes: dict[str, list[MatterChanged]] = {}
    for record in gathered.records:
        if isinstance(record.fact, MatterChanged) and record.fact.order_no and not record.fact.system:
            changes.setdefault(record.fact.order_no, []).append(record.fact)
    for order_no, told in sorted(changes.items()):
        first = {
            change: min(one.changed_at for one in told if one.change == change) for change in {c.change for c in told}
        }
        yield OrderLine(
            order_no=order_no,
            unit=speaker.unit(next((one.unit for one in told if one.unit), None)),
            moments=tuple(first.get(step) for step in STEPS),  # type: ignore[call-overload]
            breaches="、".join(_breaches(told)) or "无",
        )


def _breaches(told: Iterable[MatterChanged]) -> Iterator[str]:
    """Each clock that ran out, once, and what became of that."""
    after: dict[str, str] = {}
    for one in told:
        if one.clock and one.change == "breached":
            after.setdefault(CLOCK_KINDS[one.clock], "")
        elif one.clock and one.change in ("breach_withdrawn", "exempted") and CLOCK_KINDS[one.clock] in after:
            after[CLOCK_KINDS[one.clock]] = f"({words.TRANSITIONS[one.change]})"
    return (name + note for name, note in after.items())


def _spans(records: Iterable[Logged]) -> Iterator[Span]:
    offsets: dict[str, list[int]] = {}
    for record in records:
        offsets.setdefault(f"{record.topic}/{record.partition}", []).append(record.offset)
    return (Span(name, min(found), max(found), len(found)) for name, found in sorted(offsets.items()))


def _digest(records: Iterable[Logged]) -> str:
    digest = new("sm3")
    for record in records:
        digest.update(f"{record.position} {len(record.data)}\n".encode() + record.data)
    return digest.hexdigest()


def precisely(at: int) -> str:
    """An instant to the millisecond, Beijing time."""
    return f"{shown_time(at)}.{at % 1000:03}"
