"""法律援助管理系统: applications for legal aid and their end, polled from a table. Only counts leave."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row
from connectors.meanings.situation import counted
from connectors.standard_items import NUMBER, UPDATE_TIME
from connectors.values import Code, Day
from streams.contract import Fact

AID_CLASSES = {"1": "民事", "2": "刑事", "3": "行政", "4": "劳动争议"}
FINISHED = ("3", "4")
AID_STATUSES = {"1": "已受理", "2": "承办中", "3": "已结案", "4": "终止援助"}

CONTRACT = Contract(
    system="sf_legal_aid",
    name="法律援助管理系统",
    department="司法局",
    purpose="援助时限",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕025号",
    authorisation="authorised",
    reply="table",
    event_types=("service.applied", "service.finished"),
    fresh_seconds=3600,
    late_seconds=86_400,
    items=(
        Item("aid_no", "援助编号", "inner", NUMBER),
        Item("aid_class", "援助类别", "inner", Code(AID_CLASSES)),
        Item("accept_date", "受理日期", "inner", Day()),
        Item("aid_status", "援助状态", "inner", Code(AID_STATUSES)),
    ),
    additions=(UPDATE_TIME,),
    record=("aid_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
)


def event_type(values: Mapping[str, Any]) -> str:
    return "service.finished" if values["aid_status"] in FINISHED else "service.applied"


def facts(row: Row) -> Sequence[Fact]:
    return [counted(row, "service_applied" if row.event_type == "service.applied" else "service_finished")]


CONNECTOR = Connector(CONTRACT, facts, event_type)
