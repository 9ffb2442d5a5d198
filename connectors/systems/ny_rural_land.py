"""农村土地承包与三资监管系统: disputes of land and irregular collective assets, polled from a table.

Times are local text; a row entered by mistake is only marked as deleted.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.meanings.situation import condition
from connectors.standard_items import IS_DELETED, NUMBER, REGION, UPDATE_TIME
from connectors.values import Code, LocalTime, Real
from connectors.vocabulary import DELETED
from streams.contract import Fact

RECORD_CLASSES = {
    "1": "承包经营权纠纷",
    "2": "流转合同纠纷",
    "3": "宅基地纠纷",
    "4": "集体资产异常",
    "5": "资金管理异常",
}
IRREGULAR = ("4", "5")
CLOSED = "3"
HANDLE_STATUSES = {"1": "已登记", "2": "处理中", CLOSED: "已办结"}

CONTRACT = Contract(
    system="ny_rural_land",
    name="农村土地承包与三资监管系统",
    department="农业农村委",
    purpose="土地流转纠纷与集体资产异常",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕067号",
    authorisation="authorised",
    reply="table",
    event_types=("dispute.filed", "org.risk_signal"),
    fresh_seconds=3600,
    late_seconds=86_400,
    items=(
        Item("record_no", "记录编号", "inner", NUMBER),
        Item("village_code", "村社区代码", "inner", REGION),
        Item("record_class", "记录类别", "inner", Code(RECORD_CLASSES)),
        Item("involved_amount", "涉及金额", "inner", Real(0), required=False),
        Item("handle_status", "处理状态", "inner", Code(HANDLE_STATUSES)),
    ),
    additions=(IS_DELETED, Item("register_time", "登记时间", "inner", LocalTime()), UPDATE_TIME),
    record=("record_no",),
    version=("update_time",),
    occurred="register_time",
    recorded="update_time",
    whereabouts=Whereabouts(region="village_code"),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "org.risk_signal" if values["record_class"] in IRREGULAR else "dispute.filed"


def facts(row: Row) -> Sequence[Fact]:
    values = row.values
    gone = values["handle_status"] == CLOSED or values["is_deleted"] == DELETED
    if row.event_type == "org.risk_signal":
        return [condition(row, "collective_assets", row.record_no, holds=not gone)]
    return [source_closed(row) if gone else reported(row, "dispute", "routine")]


CONNECTOR = Connector(CONTRACT, facts, event_type)
