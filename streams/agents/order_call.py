"""What a unit is told: an order, or a word on one, with a sentence in Chinese; as a record and as a CloudEvent."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from streams.cities.city import City
from streams.durations import SECOND_MILLISECONDS
from streams.facts.chinese import CLOCK_KINDS, JOINT_KINDS, SUBJECTS, TASKS, TIME_UNITS, URGENCIES
from streams.facts.deliveries import DeliveryKind, ToldLimit
from streams.facts.joint import Joint
from streams.facts.notices import Attempt, OrderCall
from streams.facts.rules import IncidentClass, Unit
from streams.facts.vocabulary import ClockKind, StartEvent
from streams.rules.calendar import BEIJING

WORDS: Mapping[DeliveryKind, str] = {
    "reminder": "【催办】{place}{what}，请{accountable}在{due}前{clock}。派单编号{number}。",
    "supervision": "【督办单】{place}{what}，请{accountable}在{due}前答复督办单{supervision}。派单编号{number}。",
    "overdue": "【{urgency}·超时】{place}{what}，{accountable}应在{due}前{clock}，至今未办，请督促。编号{number}。",
    "letter": "【协调函·跟进】{place}{what}，前函尚未收到结果，商请{accountable}尽快函复。编号{number}。",
    "meeting": "【{joint}】{place}{what}，{caller}召集{joint}，请{unit}于{due}参加。会议编号{joint_no}。",
    "hastened": "【{urgency}·时限提前】{place}{what}，时限已提前，请{accountable}在{due}前{clock}。编号{number}。",
    "folded": "【并单】{place}{what}，派单{number}与派单{into}是同一事件，已并入，请按派单{into}办理。",
}
AFTER: Mapping[StartEvent, str] = {
    "delivery": "",
    "accept": "受理后",
    "first_contact": "首次联系后",
    "arrive": "到场后",
}
CONFIDENTIAL = "【保密】"
READ_UNDER_RECEIPT = "具体地点登录值班页面查看，阅看留痕，不得外传。"
IN_TIME = "{time}内{clock}"
LIMIT_WORDS: Mapping[ClockKind, str] = {
    "follow_up_report": "其后每{time}{clock}",
    "final_report": "办结后{time}内{clock}",
    "periodic": "每{time}{clock}",
}
"""How a time is said that does not run from the order on."""
UNANSWERED = "【督办单超时】{place}{what}，{accountable}应在{due}前答复督办单{supervision}，至今未答。编号{number}。"
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
TYPES: Mapping[DeliveryKind, str] = {
    "order": "hub.order.requested.v1",
    "reminder": "hub.order.reminded.v1",
    "overdue": "hub.order.overdue.v1",
    "supervision": "hub.supervision.served.v1",
    "hastened": "hub.order.hastened.v1",
    "letter": "hub.letter.followed_up.v1",
    "meeting": "hub.meeting.called.v1",
    "folded": "hub.order.folded.v1",
}


@dataclass(frozen=True)
class Names:
    """Chinese names by code."""

    classes: Mapping[str, str]
    regions: Mapping[str, str]
    units: Mapping[str, str]

    @classmethod
    def of(cls, city: City) -> "Names":
        return cls(
            classes={rule.incident_class: rule.name for rule in city.rules if isinstance(rule, IncidentClass)},
            regions=city.regions,
            units={rule.unit: rule.name for rule in city.rules if isinstance(rule, Unit)},
        )


def order_call(notice: Attempt, names: Names) -> OrderCall:
    """What the unit is told; the same at every attempt, as the delivery's number promises."""
    return OrderCall(
        delivery_no=notice.delivery_no,
        kind=notice.kind,
        district=notice.district,
        order_no=notice.order_no,
        matter_no=notice.matter_no,
        unit=notice.unit,
        unit_name=names.units.get(notice.unit, notice.unit),
        incident_class=notice.incident_class,
        incident_class_name=_what(notice, names),
        urgency=notice.urgency,
        urgency_name=URGENCIES[notice.urgency],
        region=notice.region,
        region_name=region_name(notice.region, names),
        longitude=notice.longitude,
        latitude=notice.latitude,
        exercise=notice.exercise,
        confidential=notice.confidential,
        limits=notice.limits,
        joint=notice.joint,
        clock=notice.clock,
        stage_name=notice.stage_name,
        due_at=notice.due_at,
        accountable=notice.accountable,
        accountable_name=names.units.get(notice.accountable, notice.accountable) if notice.accountable else None,
        supervision_no=notice.supervision_no,
        into_order_no=notice.into_order_no,
        subject=notice.subject,
        system=notice.system,
        record_no=notice.record_no,
        text=order_text(notice, names),
    )


def _what(notice: Attempt, names: Names) -> str:
    """What has happened or is owed, by name."""
    code = notice.incident_class
    return names.classes.get(code) or SUBJECTS.get(code, code)  # type: ignore[call-overload]


def as_event(call: OrderCall) -> bytes:
    """The call as a CloudEvent in JSON; what does not apply is left out of its data."""
    inner = {"delivery_no", "kind", "district"}
    data = {name: value for name, value in asdict(call).items() if name not in inner and value is not None}
    if call.due_at is not None:
        data["due_at"] = _moment(call.due_at).isoformat(timespec="seconds")
    event = {
        "specversion": "1.0",
        "id": call.delivery_no,
        "source": source_of(call),
        "type": TYPES[call.kind],
        "subject": call.order_no or call.matter_no,
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def source_of(call: OrderCall) -> str:
    """Who calls, as a CloudEvent says it."""
    return f"urn:hub:{call.district}"


def region_name(region: str, names: Names) -> str:
    """District, town and what lies below by name, as far as they have names."""
    levels = [names.regions.get(region[:digits], "") for digits in (6, 9, 12, 15) if len(region) >= digits]
    return "".join(name for name in levels if name and not name.isdecimal()) or region


def _limit_text(limit: ToldLimit) -> str:
    after = f"{limit.after_stage_name}后" if limit.after_stage_name else AFTER[limit.after]
    words = LIMIT_WORDS.get(limit.kind, IN_TIME)
    clock = limit.stage_name or CLOCK_KINDS[limit.kind]
    return after + words.format(time=f"{limit.amount}{TIME_UNITS[limit.unit]}", clock=clock)


def _moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant / SECOND_MILLISECONDS, BEIJING)


def order_text(notice: Attempt, names: Names) -> str:
    """The order, or the word on one, as a sentence for whoever reads it or is read it."""
    mark = ("【演练】" if notice.exercise else "") + (CONFIDENTIAL if notice.confidential else "")
    end = READ_UNDER_RECEIPT if notice.confidential and notice.subject is None else ""
    if notice.kind in WORDS:
        template = UNANSWERED if notice.kind == "overdue" and not notice.clock else WORDS[notice.kind]
        accountable = names.units.get(notice.accountable, notice.accountable) if notice.accountable else "指挥中心"
        said = template.format(
            urgency=URGENCIES[notice.urgency],
            place=region_name(notice.region, names),
            what=_what(notice, names),
            accountable=accountable,
            clock=notice.stage_name or (CLOCK_KINDS[notice.clock] if notice.clock else ""),
            due=f"{_moment(notice.due_at or 0):%m月%d日%H:%M}",
            supervision=notice.supervision_no or "",
            unit=names.units.get(notice.unit, notice.unit),
            joint=JOINT_KINDS[notice.joint.kind] if notice.joint else "",
            joint_no=notice.joint.number if notice.joint else "",
            caller=notice.joint.called_by_name if notice.joint else "",
            number=notice.order_no or notice.matter_no,
            into=notice.into_order_no or "",
        )
        return mark + said + end
    if notice.subject is not None:
        return mark + _subject_text(notice, names)
    what = f"{region_name(notice.region, names)}发生{_what(notice, names)}"
    unit = names.units.get(notice.unit, notice.unit)
    if not notice.limits:
        urgency = URGENCIES[notice.urgency]
        return f"{mark}【协调函·{urgency}】{what}，商请{unit}协助处置并函复结果。编号{notice.order_no}。{end}"
    limits = "，".join(_limit_text(one) for one in notice.limits)
    kind, why, task = _of_joint(notice.joint)
    urgency, number = URGENCIES[notice.urgency], notice.order_no
    return f"{mark}【{kind}{urgency}】{what}，{why}请{unit}{task}在{limits}。派单编号{number}。{end}"


def _subject_text(notice: Attempt, names: Names) -> str:
    """The order of a matter that no incident is behind: what is owed, by when, and where the unit finds to whom."""
    asked = [_limit_text(one) for one in notice.limits]
    if notice.due_at is not None:
        asked.append(f"{_moment(notice.due_at):%m月%d日%H:%M}前办结")
    unit = names.units.get(notice.unit, notice.unit)
    where = f"请在系统{notice.system}按记录号{notice.record_no}查阅，不得外传。"
    what = f"【{URGENCIES[notice.urgency]}】{SUBJECTS[notice.subject or 'service_due']}"
    return f"{what}，请{unit}{'，'.join(asked)}。{where}派单编号{notice.order_no}。"


def _of_joint(joint: Joint | None) -> tuple[str, str, str]:
    """What an order says that comes of a whistle or a meeting: its kind, whose word it is, and what is to be done."""
    if joint is None:
        return "", "", ""
    kind = JOINT_KINDS[joint.kind]
    if joint.task is None:
        return f"{kind}·", f"{joint.called_by_name}吹哨，", "到场报到，"
    return f"{kind}·", f"{kind}{joint.number}议定，", f"{TASKS[joint.task]}，"
