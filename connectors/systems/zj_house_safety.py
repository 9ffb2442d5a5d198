"""房屋安全管理系统: houses found dangerous and whether they are vacated, a full dump in GB18030 every day."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.standard_items import CHANGE, FILE_UPDATE_TIME, NUMBER
from connectors.values import Code, Day
from streams.contract import Fact
from streams.facts.vocabulary import Urgency

DANGER_GRADES = {"A": "A级", "B": "B级", "C": "C级(局部危险)", "D": "D级(整幢危险)"}
URGENCY_OF_GRADE: dict[str, Urgency] = {"C": "routine", "D": "urgent"}
SAFE = ("2", "3")
RELOCATE_STATUSES = {"0": "未搬离", "1": "部分搬离", "2": "已搬离", "3": "已加固"}

CONTRACT = Contract(
    system="zj_house_safety",
    name="房屋安全管理系统",
    department="住房城乡建委",
    purpose="危房鉴定与搬离",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕044号",
    authorisation="authorised",
    event_types=("facility.hazard_found", "facility.hazard_fixed"),
    fresh_seconds=90_000,
    late_seconds=259_200,
    items=(
        Item("house_code", "房屋编码", "inner", NUMBER, field="房屋编码"),
        Item("danger_grade", "危险等级", "inner", Code(DANGER_GRADES), field="危险等级"),
        Item("survey_date", "鉴定日期", "inner", Day(), field="鉴定日期"),
        Item("relocate_status", "搬离状态", "inner", Code(RELOCATE_STATUSES), field="搬离状态"),
    ),
    additions=(FILE_UPDATE_TIME, CHANGE),
    record=("house_code",),
    occurred="update_time",
    whereabouts=Whereabouts(place_codes=("house_code",)),
    full_dump=True,
)


def event_type(values: Mapping[str, Any]) -> str:
    dangerous = values["danger_grade"] in URGENCY_OF_GRADE and values["relocate_status"] not in SAFE
    return "facility.hazard_found" if dangerous else "facility.hazard_fixed"


def facts(row: Row) -> Sequence[Fact]:
    """A dangerous house that people live in is a report; one that is vacated, repaired or gone is closed."""
    if row.event_type == "facility.hazard_found":
        return [reported(row, "hazard", URGENCY_OF_GRADE[row.values["danger_grade"]])]
    return [] if row.change == "new" else [source_closed(row)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
