"""The Chinese words for what facts say in codes: officers and departments read these."""

from collections.abc import Mapping

from streams.facts.joint import JointKind, Rating, RefusalReason, Task
from streams.facts.people import ServiceState
from streams.facts.rules import TimeUnit
from streams.facts.services import ServiceKind
from streams.facts.views import Clock
from streams.facts.vocabulary import ClockKind, Complexity, MoveCause, RequestKind, Result, Subject, Urgency

URGENCIES: Mapping[Urgency, str] = {"critical": "特急", "urgent": "紧急", "routine": "一般"}
COMPLEXITIES: Mapping[Complexity, str] = {"simple": "简易", "ordinary": "普通", "difficult": "疑难"}
CLOCK_KINDS: Mapping[ClockKind, str] = {
    "assign": "派单",
    "acknowledge": "签收",
    "accept": "受理",
    "arrive": "到场",
    "first_contact": "首次联系",
    "resolve": "办结",
    "reply": "答复",
    "verify": "核查",
    "phone": "电话通知",
    "initial_report": "初报",
    "follow_up_report": "续报",
    "final_report": "终报",
    "periodic": "阶段反馈",
    "follow_up": "函件跟进",
    "stage": "阶段",
}
RESULTS: Mapping[Result, str] = {
    "solved": "解决",
    "partly_solved": "部分解决",
    "explained": "解释说明",
    "guided": "依法导引",
    "not_accepted": "不予受理",
    "withdrawn": "撤回",
    "duplicate": "重复",
    "parked": "挂账",
}
TIME_UNITS: Mapping[TimeUnit, str] = {
    "minute": "分钟",
    "hour": "小时",
    "office_hour": "个工作小时",
    "office_day": "个工作日",
    "natural_day": "个自然日",
    "month": "个月",
}
REQUEST_KINDS: Mapping[RequestKind, str] = {
    "suspend": "中止计时",
    "extend": "延期",
    "set_deadline": "批示时限",
    "late_entry": "补录",
    "correct": "更正",
    "return": "退单",
    "ruling": "裁定",
    "park": "挂账",
}
MOVE_CAUSES: Mapping[MoveCause, str] = {
    "suspended": "中止计时",
    "resumed": "提前恢复计时",
    "extended": "延期",
    "set": "领导批示",
    "revised": "日历修订",
    "level": "应急响应级别",
    "urgency": "改变紧急程度",
    "due_day": "应办日期改动",
}
SUBJECTS: Mapping[Subject, str] = {
    "service_due": "应办服务",
    "help_call": "居家呼叫求助",
    "right": "个人权利请求",
    "access_review": "查阅复核",
}
COUNTED: Mapping[Subject, str] = {"service_due": "应办服务(至少)", "help_call": "居家呼叫(至少)"}
"""The tiles of what is counted of persons, in whole steps alone."""
SERVICE_KINDS: Mapping[ServiceKind, str] = {
    "aid": "社会救助",
    "disability": "残疾人服务",
    "elder": "养老服务",
    "health": "健康服务",
    "correction": "社区矫正帮扶",
    "minor": "未成年人关爱",
    "help_call": "居家呼叫求助",
}
SERVICE_STATES: Mapping[ServiceState, str] = {"opened": "在享", "due": "待办", "done": "已办", "closed": "已止"}
REQUEST_OBSTACLES: Mapping[str, str] = {
    "unknown_reason": "规则中没有此紧急程度、此时限单位的这项事由",
    "not_started": "派单尚未送达,时钟未起算",
    "no_such_clock": "所涉时钟不存在、已停止或不在此事由之列",
    "no_end": "未写明截止时间,或所写时间已过",
    "no_amount": "未写明延长多少",
    "too_long": "超过上限",
    "too_often": "已达批准次数上限",
    "waiting": "同类请示尚待批准",
    "suspended_already": "已在中止期内",
    "done_already": "工单已办结",
    "not_the_lead": "不是主办单位",
    "accepted_already": "已经受理,不能再退单",
    "deal_first": "特急事项须先行处置,不得退单",
    "too_late": "已过退单时限",
    "ruled": "归属已经裁定",
    "refused_already": "退单请示已被驳回",
    "no_unit": "未写明改派给哪个单位",
    "unknown_unit": "所写单位不存在",
    "avoided": "所写单位是被反映的单位,应当回避",
    "same_unit": "所写单位就是退单单位",
    "over": "已到截止时间,须在截止前请示",
    "set_by_hand": "截止时间由领导批示,须另行请示批示",
    "not_late": "该时钟未超时,或应答尚未录入",
    "not_in_time": "所称应答时间不在起算之后、截止之前",
    "no_outage": "所称应答时间不在认定的平台停摆时段内",
    "closed": "事项已结案",
    "order_ended": "派单已退回、撤回或并入他单",
    "begun_again": "工单已退回重办或已进入下一阶段,时钟已重新起算",
    "outdated": "决定时所请示的时间已过",
    "own_request": "不得批准本人的请示(办核分离)",
    "not_the_decider": "不是规则指定的批准人",
    "decided_already": "已有决定",
}
"""Why a request or a decision came to nothing."""

JOINT_KINDS: Mapping[JointKind, str] = {"whistle": "吹哨报到", "meeting": "联席会议", "inspection": "联合检查"}
TASKS: Mapping[Task, str] = {
    "act": "处置",
    "inspect": "检查",
    "correct": "整改",
    "explain": "书面说明",
    "watch": "值守看护",
}
RATINGS: Mapping[Rating, str] = {
    "in_time": "到场及时",
    "late": "到场迟到",
    "unsolved": "到场未解决",
    "absent": "未到场",
}
REFUSAL_REASONS: Mapping[RefusalReason, str] = {
    "not_our_duty": "不属本单位职责",
    "no_hands": "人手不足",
    "cannot_come": "无法到场",
}
JOINT_OBSTACLES: Mapping[str, str] = {
    "no_rule": "规则未规定此紧急程度的吹哨与会议",
    "not_a_whistler": "不是规则指定的吹哨单位,或事项不在其辖区",
    "not_a_convener": "不是规则指定的召集单位;镇街须先吹哨而未报到或未解决",
    "done_already": "事项已办结",
    "nobody_leads": "事项尚无牵头单位,须先派单",
    "unknown_unit": "所写单位不存在",
    "unknown_matter": "所写事项不存在",
    "other_matter": "所写事项不在会议所议之列",
    "own_unit": "不得呼叫本单位",
    "avoided": "所写单位是被反映的单位,应当回避",
    "not_to_act": "所写单位不能承办本事项",
    "called_already": "所写单位已被吹哨呼叫",
    "not_called": "所写单位未被此次吹哨呼叫",
    "withdrawn": "派单已撤回",
    "came_already": "单位已到场",
    "refused_already": "单位已经拒绝",
    "not_the_caller": "不是吹哨或召集单位",
    "signed_already": "已经签认",
    "not_due": "报到时限未到,单位也未拒绝",
    "not_come": "单位尚未报到",
    "came_late": "单位超时报到,不能评为及时",
    "came_in_time": "单位按时报到,不能评为迟到",
    "in_the_past": "未写明召开时间,或所写时间已过",
    "never_called": "会议召集未成立",
    "held_already": "会议已经召开",
    "not_invited": "实到单位不在参加单位之列",
    "not_held": "会议尚未召开,不能议定",
    "decided_already": "会议已经议定",
}
"""Why a word on a whistle or a meeting came to nothing."""

MATCHING_REASONS: Mapping[str, str] = {
    "class": "类别",
    "distance": "距离",
    "time": "时间",
    "facility": "同一设施",
    "reporter": "同一反映人",
    "transfer": "转办编号",
    "doubt": "存疑",
    "words": "用语",
    "new": "另有其事",
}
"""Reasons for taking two tellings for one happening or for two, as views.report.v1 and views.review.v1 name them."""


def clock_name(clock: Clock) -> str:
    """What a clock waits for: its stage by name, or its kind."""
    return clock.stage_name or CLOCK_KINDS[clock.kind]
