"""社会治理智能信息系统2.0: matters of the 26 kinds of business and the calls of the centre, on the system's own topic.

The system issues orders with deadlines of its own: such an order stays master (主单). A matter begins as a report with
its order; every later word mirrors the order and says its grid, if it is known by then. What the hub has written back
itself carries `origin` 2 and means nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import placed, reported, source_closed
from connectors.meanings.orders import mirrored
from connectors.standard_items import NUMBER, ORIGIN, RECORD_TIME, REGION, SEQ
from connectors.values import Code, CodeList, LocalTime, Text
from connectors.vocabulary import WRITTEN_BACK
from streams.contract import Fact
from streams.facts.incidents import MasterOrder
from streams.facts.matters import MirroredState
from streams.facts.vocabulary import Urgency

BUSINESS_CLASSES = {
    "01": "矛盾纠纷调处",
    "02": "信访诉求",
    "03": "流动人口服务",
    "04": "出租房屋安全",
    "05": "治安隐患",
    "06": "反诈劝阻",
    "07": "校园周边安全",
    "08": "未成年人保护",
    "09": "妇女儿童权益",
    "10": "特殊群体帮扶",
    "11": "公共卫生服务协同",
    "12": "安置帮教协同",
    "13": "安全生产隐患",
    "14": "消防安全",
    "15": "道路交通安全",
    "16": "食品药品安全",
    "17": "危化燃气安全",
    "18": "防汛与地灾",
    "19": "生态环境",
    "20": "市容环境",
    "21": "市政设施",
    "22": "物业服务",
    "23": "劳资纠纷",
    "24": "土地与征拆",
    "25": "公共服务求助",
    "26": "公共卫生",
}
INCIDENT_OF_BUSINESS: dict[str, tuple[str, Urgency]] = {
    "01": ("dispute", "routine"),
    "02": ("petition", "routine"),
    "04": ("hazard", "routine"),
    "05": ("hazard", "routine"),
    "07": ("campus", "urgent"),
    "13": ("hazard", "urgent"),
    "14": ("hazard", "urgent"),
    "15": ("traffic", "urgent"),
    "16": ("food_drug", "urgent"),
    "17": ("gas_leak", "critical"),
    "18": ("flooding", "critical"),
    "19": ("pollution", "routine"),
    "20": ("environment", "routine"),
    "21": ("manhole", "routine"),
    "22": ("property", "routine"),
    "23": ("wage", "urgent"),
    "24": ("dispute", "routine"),
    "26": ("public_health", "urgent"),
}
OTHER_BUSINESS: tuple[str, Urgency] = ("service_request", "routine")

SOURCE_CHANNELS = {"1": "网格上报", "2": "热线转入", "3": "群众登记", "4": "部门移送", "5": "领导交办", "6": "系统预警"}
EVENT_OF_STATUS: dict[str, tuple[str, MirroredState]] = {
    "10": ("matter.accepted", "accepted"),
    "20": ("matter.routed", "routed"),
    "21": ("dispatch.called", "routed"),
    "22": ("dispatch.acked", "acknowledged"),
    "23": ("dispatch.arrived", "arrived"),
    "24": ("dispatch.resolved", "resolved"),
    "25": ("dispatch.fed_back", "fed_back"),
    "30": ("matter.returned", "returned"),
    "40": ("matter.closed", "closed"),
    "50": ("matter.reopened", "reopened"),
}
MATTER_STATUSES = {
    "10": "已受理",
    "20": "已分流",
    "21": "已呼叫",
    "22": "已签收",
    "23": "已到场",
    "24": "已办结",
    "25": "已反馈",
    "30": "已退回",
    "40": "已关闭",
    "50": "重新办理",
}

CONTRACT = Contract(
    system="zz_shzl2",
    name="社会治理智能信息系统2.0",
    department="区社会治理办(综治中心)",
    purpose="26项业务的统一受理与限期办理主干",
    zone="government",
    passage="direct",
    agreement_no="合数协〔2025〕011号",
    authorisation="authorised",
    write_back="topic",
    event_types=(
        "matter.accepted", "matter.routed", "matter.closed",
        "dispatch.called", "dispatch.acked", "dispatch.arrived", "dispatch.resolved", "dispatch.fed_back",
        "matter.returned", "matter.reopened",
    ),
    fresh_seconds=5,
    late_seconds=300,
    items=(
        Item("matter_no", "事项编号", "inner", NUMBER),
        Item("business_class", "业务类别代码", "inner", Code(BUSINESS_CLASSES)),
        Item("source_channel", "来源渠道", "inner", Code(SOURCE_CHANNELS)),
        Item("accept_time", "受理时间", "inner", LocalTime()),
        Item("grid_code", "网格编码", "inner", REGION, required=False),
        Item("lead_dept", "牵头单位", "inner", Text(60), required=False),
        Item("assist_depts", "配合单位", "inner", CodeList(Text(60)), required=False),
        Item("deadline_at", "办理时限", "inner", LocalTime(), required=False),
        Item("matter_status", "事项状态", "inner", Code(MATTER_STATUSES)),
    ),
    additions=(SEQ, RECORD_TIME, ORIGIN),
    record=("matter_no",),
    version=("seq",),
    occurred="accept_time",
    recorded="record_time",
    whereabouts=Whereabouts(region="grid_code"),
)  # fmt: skip


def event_type(values: Mapping[str, Any]) -> str:
    return EVENT_OF_STATUS[values["matter_status"]][0]


def facts(row: Row) -> Sequence[Fact]:
    values = row.values
    if values["origin"] == WRITTEN_BACK:
        return []
    unit, due_at = values["lead_dept"], values["deadline_at"]
    mirror = mirrored(row, EVENT_OF_STATUS[values["matter_status"]][1], unit=unit, due_at=due_at)
    if row.event_type == "matter.accepted":
        incident = INCIDENT_OF_BUSINESS.get(values["business_class"], OTHER_BUSINESS)
        order = MasterOrder(
            order_no=row.record_no, unit=unit, due_at=due_at, assisting=tuple(values["assist_depts"] or ())
        )
        return [reported(row, *incident, order=order), mirror]
    closed = [source_closed(row)] if row.event_type == "matter.closed" else []
    return [*placed(row), *closed, mirror]


CONNECTOR = Connector(CONTRACT, facts, event_type)
