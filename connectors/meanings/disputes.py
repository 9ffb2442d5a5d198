"""矛盾纠纷类别 that departments share: the classes of provincial grid platforms, without faith and family planning.

Those two are sensitive and come as 其他 (domain B1.2).
"""

from collections.abc import Mapping

from streams.facts.vocabulary import Urgency

DISPUTE_CLASSES: Mapping[str, str] = {
    "01": "婚姻家庭",
    "02": "邻里",
    "03": "物业管理",
    "04": "劳动争议",
    "05": "征地拆迁",
    "06": "房屋宅基地",
    "07": "山林土地",
    "08": "农村三资",
    "09": "消费",
    "10": "医患",
    "11": "交通事故损害赔偿",
    "12": "生产经营与合同履行",
    "13": "环境生态",
    "14": "建筑工程",
    "15": "院校",
    "16": "行政执法",
    "99": "其他",
}

MANY_PARTIES = 10
"""From so many parties on a dispute is one of a group (群体性), and urgent."""


def urgency_of_dispute(parties: int) -> Urgency:
    """紧急 for a dispute of a group, 一般 for any other."""
    return "urgent" if parties >= MANY_PARTIES else "routine"
