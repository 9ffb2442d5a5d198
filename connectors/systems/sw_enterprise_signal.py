"""税务企业经营异常提示系统: public signals on enterprises, a CSV file in GB18030 a day. Only what is public."""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.situation import condition
from connectors.standard_items import FILE_RECORD_NO, FILE_UPDATE_TIME, REGION
from connectors.values import Code, CreditCode, Day
from streams.contract import Fact

CANCELLED = "解除"
SIGNAL_CLASSES = {"非正常户": "认定为非正常户", "欠税公告": "欠税公告", "走逃失联": "走逃失联", CANCELLED: "异常解除"}

CONTRACT = Contract(
    system="sw_enterprise_signal",
    name="税务企业经营异常提示系统",
    department="税务局",
    purpose="企业风险预警之经营信号,仅公示类",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕060号",
    authorisation="authorised",
    event_types=("org.risk_signal",),
    fresh_seconds=90_000,
    late_seconds=259_200,
    items=(
        Item("org_uscc", "统一社会信用代码", "pub", CreditCode(), field="统一社会信用代码"),
        Item("signal_class", "提示类别", "inner", Code(SIGNAL_CLASSES), field="提示类别"),
        Item("signal_date", "提示日期", "inner", Day(), field="提示日期"),
        Item("region_code", "属地", "inner", REGION, field="属地"),
    ),
    additions=(
        FILE_RECORD_NO,
        FILE_UPDATE_TIME,
    ),
    record=("record_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("org_uscc",), region="region_code"),
)


def event_type(_: object) -> str:
    return "org.risk_signal"


def facts(row: Row) -> Sequence[Fact]:
    holds = row.values["signal_class"] != CANCELLED
    return [condition(row, "business_abnormal", row.values["org_uscc"], holds=holds)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
