"""The Chinese words of an after-action record for what facts say in codes."""

from collections.abc import Mapping

from streams.after_action.membership import How
from streams.facts.chinese import JOINT_OBSTACLES, MOVE_CAUSES, REFUSAL_REASONS, REQUEST_OBSTACLES
from streams.facts.deliveries import DeliveryKind
from streams.facts.notices import Transition
from streams.facts.vocabulary import Channel

TRANSITIONS: Mapping[Transition, str] = {
    "opened": "立项",
    "assigned": "派单",
    "unassignable": "无单位可派",
    "delivered": "派单送达",
    "undelivered": "派单未送达",
    "acknowledged": "签收",
    "accepted": "受理",
    "arrived": "到场",
    "first_contacted": "首次联系",
    "resolved": "办结",
    "replied": "答复",
    "reported": "报告进展",
    "breached": "超时",
    "breach_withdrawn": "撤销超时",
    "answered_late": "逾期应答",
    "closed": "结案",
    "handover_due": "待交接班",
    "handed_over": "已交接班",
    "handover_unsigned": "交接班未签",
    "verified": "核查通过",
    "sent_back": "退回重办",
    "reopened": "重新打开",
    "withdrawn": "撤回派单",
    "return_refused": "不准退单",
    "returned": "退单",
    "ruled": "裁定归属",
    "mirrored": "主单变化",
    "master_due_soon": "主单临期",
    "master_overdue": "主单逾期",
    "unit_avoided": "单位回避",
    "assistants_awaited": "等待配合单位",
    "requester_replied": "已答复反映者",
    "reply_by_centre": "由中心答复反映者",
    "requested": "请示",
    "refused": "请示不予受理",
    "decision_refused": "请示未获批准",
    "decision_overdue": "请示逾期未批",
    "suspended": "中止计时",
    "resumed": "恢复计时",
    "extended": "延期",
    "deadline_set": "批示时限",
    "deadline_moved": "时限变动",
    "tell_requester": "须告知反映者",
    "reminded": "催办",
    "due_soon": "临期",
    "supervisor_added": "增派督办人",
    "leader_told": "报告分管领导",
    "exempted": "豁免",
    "urgency_raised": "提高紧急程度",
    "urgency_lowered": "降低紧急程度",
    "write_back_failed": "回传失败",
    "escalated": "提级办理",
    "supervision_proposed": "拟发督办单",
    "supervision_signed": "签发督办单",
    "supervision_refused": "不予签发督办单",
    "supervision_answered": "督办单已答复",
    "supervision_overdue": "督办单逾期",
    "supervision_signed_off": "督办单销号",
    "parked": "挂账",
    "review_due": "挂账到期",
    "followed_up": "函件跟进",
    "stage_done": "阶段完成",
    "whistled": "吹哨",
    "whistle_refused": "吹哨被拒",
    "whistle_signed": "吹哨签认",
    "whistle_ended": "吹哨结束",
    "meeting_called": "召集会议",
    "meeting_held": "会议召开",
    "meeting_decided": "会议议定",
    "joint_refused": "吹哨或会议不成立",
    "sealed": "定为保密",
    "content_read": "阅看地点",
    "folded": "并单",
    "order_folded": "派单并入",
    "separated": "拆单",
}
ANSWERS: Mapping[str, str] = {
    "receive": "已阅",
    "acknowledge": "签收",
    "accept": "受理",
    "arrive": "到场",
    "first_contact": "首次联系",
    "resolve": "办结",
    "reply": "答复",
    "report": "报告进展",
    "stage": "阶段完成",
}
ANSWER_CHANNELS: Mapping[str, str] = {
    "api": "接口",
    "webhook": "回执",
    "phone": "电话代录",
    "topic": "消息",
    "file": "文件",
}
CHANNELS: Mapping[Channel, str] = {
    "webhook": "系统",
    "topic": "消息",
    "file": "文件",
    "app": "值班页面",
    "sms": "短信",
    "voice": "语音电话",
    "leader": "带班领导",
    "phone": "人工电话",
}
DELIVERIES: Mapping[DeliveryKind, str] = {
    "order": "派单",
    "reminder": "催办",
    "overdue": "超时报告",
    "supervision": "督办单",
    "hastened": "时限提前",
    "letter": "协调函",
    "meeting": "会议通知",
    "folded": "并单通知",
}
OUTCOMES: Mapping[str, str] = {
    "delivered": "送达",
    "sent": "已发出,未证实送达",
    "refused": "被拒",
    "failed": "失败",
    "timeout": "无回应",
}
ENDS: Mapping[str, str] = {"answered": "单位已应答", "withdrawn": "派单已撤回"}
PROGRESS: Mapping[str, str] = {
    "unassigned": "待派单",
    "assigned": "已派单",
    "in_hand": "处置中",
    "resolved": "已办结",
    "closed": "已结案",
    "reopened": "重新打开",
}
JUDGEMENTS: Mapping[str, str] = {"verify": "核查", "rework": "退回重办", "withdraw": "撤回"}
VERDICTS: Mapping[str, str] = {"passed": "通过", "failed": "不通过"}
METHODS: Mapping[str, str] = {"on_site": "现场核查", "call_back": "电话回访", "documents": "资料核查"}
JUDGEMENT_REASONS: Mapping[str, str] = {
    "not_done": "未办理",
    "partly_done": "未办完",
    "not_as_said": "与所报不符",
    "recurred": "再次发生",
    "dissatisfied": "诉求人不满意",
    "by_requester": "诉求人撤回",
    "duplicate": "重复",
    "mistaken": "误派",
    "not_needed": "已不需要",
}
SUPERVISIONS: Mapping[str, str] = {
    "sign": "签发督办单",
    "refuse": "不予签发督办单",
    "answer": "答复督办单",
    "sign_off": "督办单销号",
}
WHISTLES: Mapping[str, str] = {"blow": "吹哨", "refuse": "拒绝吹哨", "sign": "签认报到"}
MEETINGS: Mapping[str, str] = {"call": "召集会议", "hold": "会议召开", "decide": "会议议定"}
DIRECTIONS: Mapping[str, str] = {"escalate": "提级办理", "instruct": "领导批示"}
DECISIONS: Mapping[str, str] = {"approve": "批准", "refuse": "不批准"}
RELATIONS: Mapping[str, str] = {"related": "相关", "parent": "从属"}
REVIEWS: Mapping[str, str] = {"join": "同一起", "apart": "不是同一起"}
BELONGINGS: Mapping[How, str] = {
    "opened": "由此立项",
    "joined": "并入",
    "folded": "随事件并入",
    "separated": "拆分而来",
    "shown": "并入(依事件画像)",
}
REASONS: Mapping[str, str] = {
    **JOINT_OBSTACLES,
    **REQUEST_OBSTACLES,
    **{str(cause): name for cause, name in MOVE_CAUSES.items()},
    **{str(reason): name for reason, name in REFUSAL_REASONS.items()},
    **JUDGEMENT_REASONS,
}
"""Reasons that the hub itself gives; those of a city's list stand as their code."""
