"""12338妇女维权服务系统: cases of families and of violence, pushed as CloudEvents, for the responsible unit alone.

Number and class of a case are sealed in the row; it is known by the number of the message. Nothing of it has a place,
and nothing is shown: what was handed to a unit is mirrored, and cases are counted in the whole district.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row
from connectors.meanings.orders import mirrored
from connectors.meanings.situation import counted
from connectors.standard_items import EVENT_NO, NUMBER, VERSION
from connectors.values import Code, Text, ZonedTime
from streams.contract import Fact

CASE_CLASSES = {"1": "婚姻家庭", "2": "家庭暴力", "3": "劳动权益", "4": "人身权益", "9": "其他"}

CONTRACT = Contract(
    system="fl_women12338",
    name="12338妇女维权服务系统",
    department="妇联",
    purpose="家庭纠纷与家暴联动(只送责任单位)",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕064号",
    authorisation="authorised",
    reply="callback",
    event_types=("dispute.filed", "request.routed"),
    fresh_seconds=60,
    late_seconds=3600,
    items=(
        Item("case_no", "个案编号", "spi", NUMBER),
        Item("case_class", "个案类别", "spi", Code(CASE_CLASSES)),
        Item("accept_time", "受理时间", "inner", ZonedTime()),
        Item("transfer_dept", "转办单位", "inner", Text(60), required=False),
    ),
    additions=(EVENT_NO, VERSION),
    record=("event_no",),
    version=("version",),
    occurred="accept_time",
    recorded="accept_time",
)


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "dispute.filed":
        return [counted(row, "service_applied")]
    return [mirrored(row, "routed", unit=row.values["transfer_dept"])]


CONNECTOR = Connector(CONTRACT, facts)
