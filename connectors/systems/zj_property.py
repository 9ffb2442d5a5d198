"""物业服务监管系统: complaints about property management and the state of owners' committees, polled from a table.

Addresses are free text; the estate's code counts first.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.meanings.situation import condition
from connectors.standard_items import ADDRESS, NUMBER, UPDATE_TIME
from connectors.values import Code, CreditCode
from streams.contract import Fact

COMPLAINT_CLASSES = {"1": "收费争议", "2": "设施维修", "3": "环境卫生", "4": "停车秩序", "5": "公共收益", "9": "其他"}
DISPUTED = "3"
COMMITTEE_STATUSES = {"0": "未成立", "1": "筹备", "2": "正常履职", DISPUTED: "运转异常"}
CLOSED = "3"
COMPLAINT_STATUSES = {"1": "已登记", "2": "处理中", CLOSED: "已办结"}

CONTRACT = Contract(
    system="zj_property",
    name="物业服务监管系统",
    department="住房城乡建委",
    purpose="物业矛盾与业委会",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕042号",
    authorisation="authorised",
    reply="table",
    event_types=("matter.reported", "matter.closed"),
    fresh_seconds=1800,
    late_seconds=28_800,
    items=(
        Item("estate_code", "小区编码", "inner", NUMBER),
        Item("property_uscc", "物业企业代码", "inner", CreditCode()),
        Item("complaint_class", "投诉类别", "inner", Code(COMPLAINT_CLASSES)),
        Item("committee_status", "业委会状态", "inner", Code(COMMITTEE_STATUSES)),
        Item("complaint_status", "投诉状态", "inner", Code(COMPLAINT_STATUSES)),
    ),
    additions=(Item("complaint_no", "投诉编号", "inner", NUMBER), ADDRESS, UPDATE_TIME),
    record=("complaint_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("estate_code",), address="address"),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "matter.closed" if values["complaint_status"] == CLOSED else "matter.reported"


def facts(row: Row) -> Sequence[Fact]:
    """Every row also says whether the estate's committee works as it should."""
    values = row.values
    holds = values["committee_status"] == DISPUTED
    committee = condition(row, "committee_dispute", values["estate_code"], holds=holds)
    said = source_closed(row) if row.event_type == "matter.closed" else reported(row, "property", "routine")
    return [said, committee]


CONNECTOR = Connector(CONTRACT, facts, event_type)
