"""Words that several facts share."""

from typing import Literal

Urgency = Literal["critical", "urgent", "routine"]
"""特急, 紧急, 一般: decides who must be reached and be there, and how soon (domain rule F7)."""

Complexity = Literal["simple", "ordinary", "difficult"]
"""简易, 普通, 疑难: decides by when it must be done and said (domain rule F7)."""

AnyComplexity = Literal["any", "simple", "ordinary", "difficult"]
"""Which complexity a time is for."""

ClockKind = Literal[
    "assign", "acknowledge", "accept", "arrive", "first_contact", "resolve", "reply", "verify", "phone",
    "initial_report", "follow_up_report", "final_report", "periodic", "follow_up", "stage",
]  # fmt: skip
"""派单, 核查, 电话通知 and 函件跟进, which are the centre's; 签收, 受理, 到场, 首次联系, 办结 and 答复, a unit's;
and what it has to report: 初报, 续报, 终报 and, for whoever asked, 阶段反馈; 阶段, the stage that a case is in."""

CountedFrom = Literal["filing", "stage_before"]
"""From when a stage's time counts: 立案, since the unit has the order; 上一阶段完成."""

StartEvent = Literal["delivery", "accept", "first_contact", "arrive"]
"""送达, 受理, 首次联系, 到场: from what on a unit's time runs, where it does not begin with the proven delivery."""

Demand = Literal["finish", "explain", "correct"]
"""限期办结, 书面说明, 限期整改: what a supervision order demands."""

CENTRES_KINDS: tuple[ClockKind, ...] = ("assign", "verify")
"""Clocks that count against the centre and stand with the matter, not with an order."""

OF_THE_CENTRE: tuple[ClockKind, ...] = (*CENTRES_KINDS, "phone", "follow_up")
"""The centre's clocks: `phone` stands with an order whose unit has to be phoned, `follow_up` with a letter (协调函)."""

Result = Literal["solved", "partly_solved", "explained", "guided", "not_accepted", "withdrawn", "duplicate", "parked"]
"""解决, 部分解决, 解释说明, 依法导引, 不予受理, 撤回, 重复, 挂账: how an order ends."""

PersonPurpose = Literal["requests", "population", "services", "disputes"]
"""诉求办理, 人口服务, 到期服务, 纠纷调处: what a person's token may be used for. A closed list, keys for each."""

Channel = Literal["webhook", "topic", "file", "app", "sms", "voice", "leader", "phone"]
"""How a unit is reached (ops/decisions/0100): its program, a folder; 短信; 电话语音, 带班领导的电话语音, which
ring by themselves; and 人工电话, which only a person can use."""

RequestKind = Literal["suspend", "extend", "set_deadline", "late_entry", "correct", "return", "ruling", "park"]
"""What needs an approval: 中止计时, 延期, 批示时限, 补录, 更正, 挂账, 退单 and, after too many of those, 裁定."""

AFTER_CLOSING: tuple[RequestKind, ...] = ("correct",)
"""What may be asked for and decided when the matter is closed: it changes what is told of it and nothing that runs."""

MoveCause = Literal["suspended", "resumed", "extended", "set", "revised", "level", "urgency", "due_day"]
"""Why a deadline moved: 中止计时, 恢复计时, 延期, 批示, 日历或规则修订, 响应级别, 改级, 应办日期改动."""

Subject = Literal["service_due", "help_call", "right", "access_review"]
"""应办服务, 居家呼叫, 个人权利请求, 查阅复核: what a matter is about that no incident is behind."""

MatterState = Literal["unassigned", "assigned", "in_hand", "resolved", "closed"]
"""未派单, 已派单, 处置中, 已办结, 已结案."""

Medium = Literal["none", "callback", "topic", "table", "file"]
"""Over what the hub speaks back to a department's system, as its contract names it."""

GivenBackKind = Literal["reply", "status"]
"""答复反映者: the outcome, to whoever asked; 回传: how it stands, to a system that keeps an order of its own."""

CENTRE_ROLES = frozenset({"centre"})
"""Roles that read the orders of every unit."""
