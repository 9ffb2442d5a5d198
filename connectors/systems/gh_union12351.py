"""12351职工维权服务系统: cases of labour before the trade union, a CSV file in GB18030 a day. Nothing on a worker."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported
from connectors.meanings.situation import counted
from connectors.standard_items import FILE_UPDATE_TIME, NUMBER
from connectors.values import Code, CreditCode, Day
from streams.contract import Fact

ADVICE = "咨询"
CASE_CLASSES = {
    "劳动报酬": "劳动报酬",
    "工伤": "工伤待遇",
    "解除": "解除劳动合同",
    "集体": "集体协商",
    ADVICE: "政策咨询",
}

CONTRACT = Contract(
    system="gh_union12351",
    name="12351职工维权服务系统",
    department="总工会",
    purpose="职工维权与劳资联动",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕066号",
    authorisation="authorised",
    reply="file",
    event_types=("dispute.filed", "service.applied"),
    fresh_seconds=90_000,
    late_seconds=259_200,
    items=(
        Item("case_no", "维权编号", "inner", NUMBER, field="维权编号"),
        Item("case_class", "维权类别", "inner", Code(CASE_CLASSES), field="维权类别"),
        Item("org_uscc", "涉及单位代码", "inner", CreditCode(), field="涉及单位代码"),
        Item("accept_date", "受理日期", "inner", Day(), field="受理日期"),
    ),
    additions=(FILE_UPDATE_TIME,),
    record=("case_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("org_uscc",)),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "service.applied" if values["case_class"] == ADVICE else "dispute.filed"


def facts(row: Row) -> Sequence[Fact]:
    if row.event_type == "service.applied":
        return [counted(row, "service_applied")]
    return [reported(row, "dispute", "urgent" if row.values["case_class"] == "集体" else "routine")]


CONNECTOR = Connector(CONTRACT, facts, event_type)
