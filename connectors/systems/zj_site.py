"""智慧工地监管平台: dust, cranes and edges of construction sites and their wage accounts, pushed as CloudEvents."""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported
from connectors.meanings.situation import condition, measured
from connectors.standard_items import EVENT_NO, NUMBER, VERSION
from connectors.values import Code, CreditCode, Real, ZonedTime
from streams.contract import Fact
from streams.facts.vocabulary import Urgency

DUST = "1"
ALARM_KINDS = {"0": "无告警", DUST: "扬尘超标", "2": "塔吊超载", "3": "临边防护缺失", "4": "深基坑位移"}
URGENCY_OF_ALARM: dict[str, Urgency] = {"2": "urgent", "3": "urgent", "4": "critical"}
ACCOUNT_IN_ORDER = "1"
ACCOUNT_STATUSES = {ACCOUNT_IN_ORDER: "正常", "2": "余额不足", "3": "逾期未发放"}

CONTRACT = Contract(
    system="zj_site",
    name="智慧工地监管平台",
    department="住房城乡建委",
    purpose="工地安全扬尘与工资专户",
    zone="internet",
    passage="front_machine",
    agreement_no="合数协〔2025〕043号",
    authorisation="authorised",
    event_types=("facility.alarm", "org.wage_signal"),
    fresh_seconds=60,
    late_seconds=1800,
    items=(
        Item("site_code", "工地编码", "inner", NUMBER),
        Item("contractor_uscc", "施工单位代码", "inner", CreditCode()),
        Item("alarm_kind", "告警类别", "inner", Code(ALARM_KINDS)),
        Item("dust_value", "扬尘值", "pub", Real(0, 10_000), required=False),
        Item("wage_account_status", "工资专户状态", "inner", Code(ACCOUNT_STATUSES)),
    ),
    additions=(EVENT_NO, VERSION, Item("event_time", "事件时间", "inner", ZonedTime())),
    record=("event_no",),
    version=("version",),
    occurred="event_time",
    recorded="event_time",
    whereabouts=Whereabouts(place_codes=("site_code", "contractor_uscc")),
)


def facts(row: Row) -> Sequence[Fact]:
    """Dust is a reading, any other alarm an incident; a wage account is a condition of its contractor."""
    values = row.values
    if row.event_type == "org.wage_signal":
        holds = values["wage_account_status"] != ACCOUNT_IN_ORDER
        return [condition(row, "wage_account", values["contractor_uscc"], holds=holds)]
    said: list[Fact] = []
    if urgency := URGENCY_OF_ALARM.get(values["alarm_kind"]):
        said.append(reported(row, "construction_site", urgency))
    if values["dust_value"] is not None:
        level = 1 if values["alarm_kind"] == DUST else 0
        said.append(measured(row, values["site_code"], "dust_micrograms_a_cubic_metre", values["dust_value"], level))
    return said


CONNECTOR = Connector(CONTRACT, facts)
