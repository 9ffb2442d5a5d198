"""The Chinese words for what facts say in codes: officers and departments read these."""

from collections.abc import Mapping

from streams.facts.rules import TimeUnit
from streams.facts.vocabulary import ClockKind, Complexity, Result, Urgency

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
