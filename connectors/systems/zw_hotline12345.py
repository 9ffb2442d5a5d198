"""12345政务服务便民热线: requests and the orders the hotline makes of them, on the hotline's own topic.

An order of the hotline with a unit and a deadline stays master (主单); one that no unit was given is only noted. Calls
pass both ways between 110 and 12345: an order that came from there names the alarm's number, one that goes there is
'transferred'. Addresses are free text and often become a standard one only when an agent calls back; the text of the
request is masked by the hotline and checked once more, the caller's phone number becomes a token here. Whom a request
complains of is a unit's name; who asks for that is kept secret (`confidential`). What the hub has written back itself
carries `origin` 2 and means nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import placed, reported, source_closed, transferred
from connectors.meanings.orders import mirrored
from connectors.meanings.situation import counted
from connectors.standard_items import ADDRESS, NUMBER, ORIGIN, RECORD_TIME, SEQ
from connectors.values import Code, LocalTime, Masked, PersonToken, Text
from connectors.vocabulary import WRITTEN_BACK
from streams.contract import Fact
from streams.facts.incidents import MasterOrder
from streams.facts.matters import MirroredState
from streams.facts.vocabulary import Urgency

REQUEST_CLASSES = {
    "0101": "供水",
    "0102": "道路积水",
    "0103": "井盖缺损",
    "0104": "路灯照明",
    "0105": "环境卫生",
    "0106": "占道经营",
    "0107": "噪声扬尘",
    "0108": "物业服务",
    "0109": "燃气",
    "0110": "劳动保障",
    "0111": "消费维权",
    "0112": "道路破损阻断",
    "0901": "咨询求助",
}
INCIDENT_OF_REQUEST: dict[str, tuple[str, Urgency]] = {
    "0101": ("burst_main", "urgent"),
    "0102": ("flooding", "urgent"),
    "0103": ("manhole", "urgent"),
    "0104": ("streetlight", "routine"),
    "0105": ("environment", "routine"),
    "0106": ("street_order", "routine"),
    "0107": ("pollution", "routine"),
    "0108": ("property", "routine"),
    "0109": ("gas_leak", "critical"),
    "0110": ("wage", "routine"),
    "0111": ("consumer", "routine"),
    "0112": ("road_block", "urgent"),
    "0901": ("service_request", "routine"),
}
TRANSFERRED = "60"
EVENT_TYPE_OF_STATUS = {
    "10": "request.submitted",
    "11": "request.accepted",
    "20": "request.routed",
    "21": "request.returned",
    "30": "request.resolved",
    "40": "request.revisited",
    "50": "request.closed",
    "51": "request.reopened",
    TRANSFERRED: "request.transferred",
}
ORDER_STATUSES = {
    "10": "已受话",
    "11": "已受理",
    "20": "已派单",
    "21": "已退回",
    "30": "已办结",
    "40": "已回访",
    "50": "已归档",
    "51": "重新办理",
    TRANSFERRED: "已转110",
}
STATE_OF_EVENT: dict[str, MirroredState] = {
    "request.accepted": "accepted",
    "request.routed": "routed",
    "request.returned": "returned",
    "request.resolved": "resolved",
    "request.closed": "closed",
    "request.reopened": "reopened",
}
REVISIT_RESULTS = {"1": "满意", "2": "基本满意", "3": "不满意", "4": "未接通"}
CONFIDENTIAL = {"0": "不保密", "1": "保密"}
COUNT_OF_REVISIT = {"1": "revisit_satisfied", "2": "revisit_satisfied", "3": "revisit_dissatisfied"}

CONTRACT = Contract(
    system="zw_hotline12345",
    name="12345政务服务便民热线",
    department="区政务服务办",
    purpose="非紧急诉求主渠道,与110双向转办",
    zone="government",
    passage="direct",
    agreement_no="合数协〔2025〕018号",
    authorisation="authorised",
    reply="topic",
    write_back="topic",
    event_types=(
        "request.submitted", "request.routed", "request.returned", "request.revisited",
        "request.accepted", "request.resolved", "request.closed", "request.reopened", "request.transferred",
    ),
    fresh_seconds=10,
    late_seconds=600,
    items=(
        Item("order_no", "工单编号", "inner", NUMBER),
        Item("call_time", "来电时间", "inner", LocalTime()),
        Item("request_class", "诉求类别", "inner", Code(REQUEST_CLASSES)),
        Item("content_masked", "内容摘要(脱敏)", "pii", Masked()),
        Item("place_code", "标准地址编码", "inner", NUMBER, required=False),
        Item("dispatch_dept", "承办单位", "inner", Text(60), required=False),
        Item("deadline_at", "办理时限", "inner", LocalTime(), required=False),
        Item("revisit_result", "回访结果", "inner", Code(REVISIT_RESULTS), required=False),
        Item("caller_token", "来电人令牌", "pii", PersonToken("requests"), field="caller_phone"),
    ),
    additions=(
        SEQ,
        RECORD_TIME,
        Item("order_status", "工单状态", "inner", Code(ORDER_STATUSES)),
        ADDRESS,
        Item("transferred_from", "来源警情编号", "inner", NUMBER, required=False),
        ORIGIN,
        Item("complained_dept", "被反映单位", "inner", Text(60), required=False),
        Item("confidential", "保密标志", "inner", Code(CONFIDENTIAL), required=False),
    ),
    record=("order_no",),
    version=("seq",),
    occurred="call_time",
    recorded="record_time",
    whereabouts=Whereabouts(place_codes=("place_code",), address="address"),
)  # fmt: skip


def event_type(values: Mapping[str, Any]) -> str:
    return EVENT_TYPE_OF_STATUS[values["order_status"]]


def facts(row: Row) -> Sequence[Fact]:
    values = row.values
    if values["origin"] == WRITTEN_BACK:
        return []
    unit, due_at = values["dispatch_dept"], values["deadline_at"]
    match row.event_type:
        case "request.submitted":
            order = MasterOrder(order_no=row.record_no, unit=unit, due_at=due_at, assigned=unit is not None)
            incident_class, urgency = INCIDENT_OF_REQUEST[values["request_class"]]
            said = reported(row, incident_class, urgency, order=order, transferred_from=values["transferred_from"])
            confidential = values["confidential"] == "1"
            return [replace(said, complained_unit=values["complained_dept"], confidential=confidential)]
        case "request.revisited":
            kind = COUNT_OF_REVISIT.get(values["revisit_result"])
            return [*placed(row), *([counted(row, kind)] if kind else [])]
        case "request.transferred":
            return [*placed(row), transferred(row, "ga_alarm110")]
        case state:
            mirror = mirrored(row, STATE_OF_EVENT[state], unit=unit, due_at=due_at)
            closed = [source_closed(row)] if state == "request.closed" else []
            return [*placed(row), *closed, mirror]


CONNECTOR = Connector(CONTRACT, facts, event_type)
