"""Words that contracts share. Each list stands here once; the Chinese is what departments and officers see."""

from collections.abc import Mapping
from typing import Literal

from streams.facts.vocabulary import PersonPurpose, Urgency

DataClass = Literal["pub", "inner", "pii", "spi"]
DATA_CLASSES: Mapping[DataClass, str] = {
    "pub": "可公开",
    "inner": "部门间内部共享",
    "pii": "个人信息",
    "spi": "敏感个人信息",
}

Purpose = PersonPurpose
PURPOSES: Mapping[Purpose, str] = {
    "requests": "群众诉求办理与回访",
    "population": "流动人口服务登记与底数核对",
    "services": "到期服务提醒",
    "disputes": "矛盾纠纷调处",
}
"""What a person's token may be used for; the list is closed, and each purpose has a key of its own."""

Zone = Literal["police", "government", "internet", "operations"]
ZONES: Mapping[Zone, str] = {
    "police": "公安信息网",
    "government": "电子政务外网",
    "internet": "互联网",
    "operations": "行业专网",
}

Passage = Literal["one_way", "front_machine", "exchange", "direct"]
PASSAGES: Mapping[Passage, str] = {
    "one_way": "单向光闸",
    "front_machine": "前置机",
    "exchange": "数据共享交换平台",
    "direct": "直连",
}

Authorisation = Literal["pending", "authorised", "suspended", "revoked"]
AUTHORISATIONS: Mapping[Authorisation, str] = {
    "pending": "待授权",
    "authorised": "已授权",
    "suspended": "已暂停",
    "revoked": "已撤销",
}
"""Whether a department lets the hub take its rows; only of an authorised system any are taken."""

Medium = Literal["none", "callback", "topic", "table", "file"]
MEDIA: Mapping[Medium, str] = {
    "none": "无",
    "callback": "HTTP回调",
    "topic": "消息主题",
    "table": "前置机数据表",
    "file": "交换文件",
}
"""Over what the hub speaks back to a system."""

REQUESTING = frozenset(
    {
        "request.submitted",
        "petition.registered",
        "service.applied",
        "dispute.filed",
        "dispute.entrusted",
        "supervise.suggested",
    }
)
"""Event types behind which somebody waits for an answer: who asked is told the outcome."""

Change = Literal["new", "changed", "removed"]
CHANGES: Mapping[Change, str] = {"new": "新增", "changed": "变更", "removed": "消失"}
"""What a line of a full dump is against the dump before it."""

KEPT, DELETED = "0", "1"
DELETION_MARKS: Mapping[str, str] = {KEPT: "有效", DELETED: "已删除"}

OWN, WRITTEN_BACK = "1", "2"
ORIGINS: Mapping[str, str] = {OWN: "本系统", WRITTEN_BACK: "数据中枢回写"}
"""Who wrote a row of an order: the department, or the hub, which reports back to it."""

NO, YES = "0", "1"
YES_NO: Mapping[str, str] = {NO: "否", YES: "是"}

LEVELS: Mapping[str, str] = {"1": "一级", "2": "二级", "3": "三级", "4": "四级"}
RESPONSE_LEVELS: Mapping[str, str] = {"0": "未启动", **LEVELS}

INCIDENT_CLASSES: Mapping[str, str] = {
    "fire": "火情",
    "burst_main": "供水管爆裂",
    "flooding": "内涝积水",
    "gas_leak": "燃气泄漏",
    "traffic": "交通事故",
    "public_security": "治安警情",
    "hazardous_goods": "危爆物品隐患",
    "manhole": "井盖缺损",
    "streetlight": "路灯故障",
    "environment": "环境卫生",
    "service_request": "群众诉求",
    "rescue": "抢险救援",
    "medical": "医疗急救",
    "elevator": "电梯故障与困人",
    "hazardous_chemicals": "危化品泄漏",
    "geohazard": "地质灾害",
    "high_water": "江河超警水位",
    "road_block": "道路阻断",
    "water_supply": "供水异常",
    "pollution": "环境污染",
    "public_health": "公共卫生事件",
    "campus": "涉校事件",
    "crowd": "场所聚集",
    "street_order": "市容秩序",
    "illegal_construction": "违法建设",
    "construction_site": "工地安全",
    "property": "物业投诉",
    "river": "河道问题",
    "hazard": "安全隐患",
    "food_drug": "食品药品安全",
    "dispute": "矛盾纠纷",
    "petition": "信访事项",
    "consumer": "消费维权",
    "wage": "欠薪线索",
    "supervision": "检察建议",
    "fund": "医保基金线索",
}
"""The hub's own classes of incidents; each system maps its codes to these."""

URGENCY_OF_LEVEL: Mapping[str, Urgency] = {"1": "critical", "2": "urgent", "3": "routine", "4": "routine"}
"""Four levels, 1 the most urgent, as the police and the emergency services count them."""
