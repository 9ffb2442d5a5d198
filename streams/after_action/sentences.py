"""What one record of the logs says, in a line for officers: what happened, in which words, and who said it.

Who acted is told by unit and post; officers' numbers, free words and what leads to a requester are not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from streams.after_action import words
from streams.agents.order_call import Names, region_name
from streams.commands.words import DEMANDS, MASTER_STATES, shown_time
from streams.facts import deliveries, incidents, matters
from streams.facts.chinese import CLOCK_KINDS, JOINT_KINDS, RATINGS, REQUEST_KINDS, RESULTS, TASKS, URGENCIES
from streams.facts.joint import Convened, Whistled
from streams.facts.measures import UrgencySet
from streams.facts.notices import MatterChanged
from streams.rules.geography import TIERS
from streams.rules.numbering import matter_no_of

HUB = "平台"
CONCEALED = "(保密)"


class Line(NamedTuple):
    """One happening: what, in which words, said by whom."""

    what: str
    detail: str
    who: str


@dataclass(frozen=True)
class Speaker:
    """Says codes in the city's words; of a confidential incident its district and no department's number."""

    names: Names
    confidential: bool

    def place(self, region: str) -> str:
        return region_name(region[: TIERS["district"]] if self.confidential else region, self.names)

    def record(self, system: str, record_no: str) -> str:
        return CONCEALED if self.confidential else f"{system} {record_no}"

    def system(self, system: str) -> str:
        return CONCEALED if self.confidential else system

    def unit(self, unit: str | None) -> str:
        return self.names.units.get(unit, unit) if unit else ""

    def kind(self, incident_class: str) -> str:
        return self.names.classes.get(incident_class, incident_class)

    def actor(self, fact: Any) -> str:
        """Unit and post."""
        return f"{self.unit(fact.actor_unit)} {fact.actor_post}".strip()

    def line(self, fact: Any) -> Line:
        return LINES[type(fact)](self, fact)


Say = Callable[[Speaker, Any], Line]


def joined(*parts: str | None, by: str = ",") -> str:
    """The parts that say something."""
    return by.join(part for part in parts if part)


def reason_of(reason: str | None) -> str:
    return f"事由 {words.REASONS.get(reason, reason)}" if reason else ""


def until(at: int | None, name: str = "截止") -> str:
    return f"{name} {shown_time(at)}" if at is not None else ""


def into(number: str | None) -> str:
    return f"归入 {number}" if number else ""


# Incidents.


def _reported(speaker: Speaker, fact: incidents.Reported) -> Line:
    detail = joined(
        speaker.record(fact.system, fact.record_no),
        speaker.kind(fact.incident_class),
        URGENCIES[fact.urgency],
        speaker.place(fact.region),
        f"发生于 {shown_time(fact.occurred_at)}",
        "已当场办结" if fact.self_resolved else "",
    )
    return Line("报告", detail, speaker.system(fact.system))


def _updated(speaker: Speaker, fact: incidents.Updated) -> Line:
    detail = joined(
        speaker.record(fact.system, fact.record_no),
        URGENCIES[fact.urgency] if fact.urgency else "",
        speaker.place(fact.region) if fact.region else "",
    )
    return Line("续报", detail, speaker.system(fact.system))


def _source_closed(speaker: Speaker, fact: incidents.SourceClosed) -> Line:
    return Line("来源系统办结", speaker.record(fact.system, fact.record_no), speaker.system(fact.system))


def _transferred(speaker: Speaker, fact: incidents.Transferred) -> Line:
    to = speaker.system(fact.to_system)
    return Line("转办", f"{speaker.record(fact.system, fact.record_no)} 转 {to}", speaker.system(fact.system))


def _located(speaker: Speaker, fact: incidents.Located) -> Line:
    return Line("人工定位", speaker.place(fact.region), "值守人员")


def _progressed(_: Speaker, fact: incidents.Progressed) -> Line:
    return Line("事件状态", f"{words.PROGRESS[fact.state]},事项 {fact.matter_no}", HUB)


def _merged(speaker: Speaker, fact: incidents.Merged) -> Line:
    return Line("合并事件", f"{fact.replaced_no} 并入 {fact.replacing_no}", speaker.actor(fact))


def _split(speaker: Speaker, fact: incidents.Split) -> Line:
    records = (speaker.record(*record.split("/", 1)) for record in fact.records)
    return Line("拆分事件", f"从 {fact.incident_no} 拆出:{'、'.join(records)}", speaker.actor(fact))


def _linked(speaker: Speaker, fact: incidents.Linked) -> Line:
    what = "解除关联" if fact.undone else "关联事件"
    return Line(what, f"{fact.incident_no} 与 {fact.other_no}:{words.RELATIONS[fact.relation]}", speaker.actor(fact))


def _reviewed(speaker: Speaker, fact: incidents.Reviewed) -> Line:
    detail = f"{fact.incident_no} 与 {fact.other_no}:{words.REVIEWS[fact.decision]}"
    return Line("疑似重复定夺", detail, speaker.actor(fact))


# Matters.


def _opened(speaker: Speaker, fact: matters.Opened) -> Line:
    detail = joined(
        f"事件 {fact.incident_no}",
        speaker.kind(fact.incident_class),
        URGENCIES[fact.urgency],
        speaker.place(fact.region),
        f"依据 {speaker.record(fact.system, fact.record_no)}",
        "演练" if fact.exercise else "",
    )
    return Line("提请立项", detail, HUB)


def _joined(speaker: Speaker, fact: matters.Joined) -> Line:
    detail = f"{speaker.record(fact.system, fact.record_no)} 并入 {fact.incident_no},共 {fact.reports} 次报告"
    return Line("并入报告", detail, HUB)


def _folded(_: Speaker, fact: matters.Folded) -> Line:
    return Line("并单", f"{fact.incident_no} 并入 {fact.into_no}", HUB)


def _separated(speaker: Speaker, fact: matters.Separated) -> Line:
    records = "、".join(speaker.record(*record.split("/", 1)) for record in fact.records)
    return Line("拆单", f"{fact.incident_no} 拆至 {fact.to_no}:{records}", HUB)


def _placed(speaker: Speaker, fact: matters.Located) -> Line:
    return Line("取得地点", speaker.place(fact.region), HUB)


def _answered(speaker: Speaker, fact: matters.Answered) -> Line:
    recorder = fact.recorder
    detail = joined(
        fact.order_no,
        RESULTS[fact.result] if fact.result else "",
        words.ANSWER_CHANNELS[fact.channel],
        until(fact.claimed_at, "自称时间"),
        f"代录 {speaker.unit(recorder.unit)} {recorder.post}" if recorder else "",
    )
    return Line(f"应答:{words.ANSWERS[fact.answer]}", detail, speaker.actor(fact))


def _judged(speaker: Speaker, fact: matters.Judged) -> Line:
    detail = joined(
        fact.order_no,
        words.VERDICTS[fact.result] if fact.result else "",
        words.METHODS[fact.method] if fact.method else "",
        reason_of(fact.reason),
    )
    return Line(words.JUDGEMENTS[fact.word], detail, speaker.actor(fact))


def _delivered(_: Speaker, fact: matters.Delivered) -> Line:
    channel = words.CHANNELS.get(fact.channel, fact.channel)  # type: ignore[call-overload]
    return Line(f"{words.DELIVERIES[fact.kind]}送达", f"{fact.order_no},{channel},第 {fact.attempts} 次", HUB)


def _undelivered(_: Speaker, fact: matters.Undelivered) -> Line:
    return Line(f"{words.DELIVERIES[fact.kind]}未送达", f"{fact.order_no},共试 {fact.attempts} 次", HUB)


def _mirrored(speaker: Speaker, fact: matters.Mirrored) -> Line:
    order_no = CONCEALED if speaker.confidential else fact.order_no
    detail = joined(f"{fact.system} {order_no}", MASTER_STATES[fact.state], fact.unit, until(fact.due_at))
    return Line("主单", detail, fact.system)


def _requested(speaker: Speaker, fact: matters.Requested) -> Line:
    detail = joined(
        fact.order_no,
        CLOCK_KINDS[fact.clock] if fact.clock else "",
        reason_of(fact.reason),
        until(fact.until_at, "至"),
        f"延长 {fact.amount}" if fact.amount is not None else "",
    )
    return Line(f"请示:{REQUEST_KINDS[fact.request]}", detail, speaker.actor(fact))


def _decided(speaker: Speaker, fact: matters.Decided) -> Line:
    to = f"改派 {speaker.unit(fact.unit)}" if fact.unit else ""
    return Line(f"请示{words.DECISIONS[fact.decision]}", joined(fact.request_no, to), speaker.actor(fact))


def _resumed(speaker: Speaker, fact: matters.Resumed) -> Line:
    return Line("提前恢复计时", fact.order_no, speaker.actor(fact))


def _given_back(_: Speaker, fact: matters.GivenBack) -> Line:
    detail = joined(matter_no_of(fact.give_back_no), f"第 {fact.attempt} 次", words.OUTCOMES[fact.outcome])
    return Line("回告", detail, HUB)


def _directed(speaker: Speaker, fact: matters.Directed) -> Line:
    to = f"至 {speaker.unit(fact.to_unit)}" if fact.to_unit else ""
    demand = DEMANDS[fact.demand] if fact.demand else ""
    return Line(words.DIRECTIONS[fact.direction], joined(fact.order_no, to, demand), speaker.actor(fact))


def _supervised(speaker: Speaker, fact: matters.Supervised) -> Line:
    demand = DEMANDS[fact.demand] if fact.demand else ""
    return Line(words.SUPERVISIONS[fact.act], joined(fact.supervision_no, demand), speaker.actor(fact))


def _sealed(speaker: Speaker, fact: matters.Sealed) -> Line:
    return Line("定为保密", fact.matter_no, speaker.actor(fact))


def _read(speaker: Speaker, fact: matters.Read) -> Line:
    return Line("阅看地点", fact.order_no, speaker.actor(fact))


def _whistled(speaker: Speaker, fact: Whistled) -> Line:
    detail = joined(
        fact.whistle_no or fact.order_no,
        "、".join(map(speaker.unit, fact.units)),
        speaker.unit(fact.unit),
        RATINGS[fact.rating] if fact.rating else "",
        reason_of(fact.reason),
    )
    return Line(words.WHISTLES[fact.act], detail, speaker.actor(fact))


def _convened(speaker: Speaker, fact: Convened) -> Line:
    decided = (f"{speaker.unit(one.unit)}{TASKS[one.task]}" for one in fact.decisions)
    detail = joined(
        fact.meeting_no,
        JOINT_KINDS[fact.kind] if fact.kind else "",
        "、".join(map(speaker.unit, fact.units)),
        until(fact.begins_at, "定于"),
        "、".join(decided),
    )
    return Line(words.MEETINGS[fact.act], detail, speaker.actor(fact))


def _urgency_set(speaker: Speaker, fact: UrgencySet) -> Line:
    return Line("改变紧急程度", URGENCIES[fact.urgency], speaker.actor(fact))


# Deliveries and notices.


def _to_deliver(speaker: Speaker, fact: deliveries.Requested) -> Line:
    limits = (f"{CLOCK_KINDS[limit.kind]}{limit.stage_name or ''}" for limit in fact.limits)
    return Line(
        f"呼叫:{words.DELIVERIES[fact.kind]}",
        joined(fact.order_no, speaker.unit(fact.unit), "、".join(limits), until(fact.due_at), into(fact.into_order_no)),
        HUB,
    )


def _attempted(_: Speaker, fact: deliveries.Attempted) -> Line:
    channel, outcome = words.CHANNELS[fact.channel], words.OUTCOMES[fact.outcome]
    detail = joined(order_of(fact.delivery_no), channel, f"第 {fact.attempt} 次", outcome)
    return Line("送达尝试", detail, HUB)


def _ended(_: Speaker, fact: deliveries.Ended) -> Line:
    return Line("停止送达", f"{order_of(fact.delivery_no)},{words.ENDS[fact.reason]}", HUB)


def _changed(speaker: Speaker, fact: MatterChanged) -> Line:
    detail = joined(
        fact.order_no or fact.matter_no,
        speaker.unit(fact.unit),
        CLOCK_KINDS[fact.clock] if fact.clock else "",
        until(fact.due_at),
        f"{fact.step}%" if fact.change == "reminded" and fact.step is not None else "",
        f"督办 {speaker.unit(fact.supervisor)}" if fact.supervisor else "",
        fact.request_no or fact.supervision_no or fact.joint_no or fact.measure_no,
        reason_of(fact.reason),
        into(fact.into_no),
    )
    return Line(f"事项:{words.TRANSITIONS[fact.change]}", detail, HUB)


def order_of(number: str) -> str:
    """The order that a delivery's number begins with."""
    return "-".join(number.split("-")[:2])


LINES: Mapping[type[Any], Say] = {
    incidents.Reported: _reported,
    incidents.Updated: _updated,
    incidents.SourceClosed: _source_closed,
    incidents.Transferred: _transferred,
    incidents.Located: _located,
    incidents.Progressed: _progressed,
    incidents.Merged: _merged,
    incidents.Split: _split,
    incidents.Linked: _linked,
    incidents.Reviewed: _reviewed,
    matters.Opened: _opened,
    matters.Joined: _joined,
    matters.Folded: _folded,
    matters.Separated: _separated,
    matters.Located: _placed,
    matters.Answered: _answered,
    matters.Judged: _judged,
    matters.Delivered: _delivered,
    matters.Undelivered: _undelivered,
    matters.Mirrored: _mirrored,
    matters.Requested: _requested,
    matters.Decided: _decided,
    matters.Resumed: _resumed,
    matters.GivenBack: _given_back,
    matters.Directed: _directed,
    matters.Supervised: _supervised,
    matters.Sealed: _sealed,
    matters.Read: _read,
    Whistled: _whistled,
    Convened: _convened,
    UrgencySet: _urgency_set,
    deliveries.Requested: _to_deliver,
    deliveries.Attempted: _attempted,
    deliveries.Ended: _ended,
    MatterChanged: _changed,
}
"""Every kind of record that can name an incident, its matter or an order of it."""
