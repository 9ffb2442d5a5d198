"""智慧安防小区平台: alarms and states of devices in housing estates, pushed as CloudEvents, now and then twice.

Devices watch the estate's facilities and surroundings, never persons. Their clocks may be off, so the platform's own
time of the alarm is what counts.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported
from connectors.meanings.situation import condition
from connectors.standard_items import EVENT_NO, NUMBER, VERSION
from connectors.values import Code, ZonedTime
from streams.contract import Fact
from streams.facts.vocabulary import Urgency

ALARM_KINDS = {
    "00": "无告警",
    "01": "烟感报警",
    "02": "地下空间水浸",
    "03": "电梯困人",
    "04": "消防通道占用",
    "05": "高空抛物",
}
INCIDENT_OF_ALARM: dict[str, tuple[str, Urgency]] = {
    "01": ("fire", "urgent"),
    "02": ("flooding", "urgent"),
    "03": ("elevator", "urgent"),
    "04": ("hazard", "routine"),
    "05": ("hazard", "routine"),
}
FAULT = "2"
DEVICE_STATUSES = {"1": "正常", FAULT: "故障"}

CONTRACT = Contract(
    system="ga_estate_security",
    name="智慧安防小区平台",
    department="公安局(科信)",
    purpose="小区设施与环境告警,不含生物识别",
    zone="police",
    passage="front_machine",
    agreement_no="合数协〔2025〕006号",
    authorisation="authorised",
    event_types=("facility.alarm", "facility.status"),
    fresh_seconds=30,
    late_seconds=1800,
    items=(
        Item("estate_code", "小区编码", "inner", NUMBER),
        Item("device_code", "设备编码", "inner", NUMBER),
        Item("alarm_kind", "告警类别", "inner", Code(ALARM_KINDS)),
        Item("alarm_time", "告警时间", "inner", ZonedTime()),
        Item("device_status", "设备状态", "inner", Code(DEVICE_STATUSES)),
    ),
    additions=(EVENT_NO, VERSION),
    record=("event_no",),
    version=("version",),
    occurred="alarm_time",
    recorded="alarm_time",
    whereabouts=Whereabouts(place_codes=("estate_code",)),
)


def facts(row: Row) -> Sequence[Fact]:
    """An alarm of a known kind is a report; a state says whether the device is down."""
    if row.event_type == "facility.alarm" and (incident := INCIDENT_OF_ALARM.get(row.values["alarm_kind"])):
        return [reported(row, *incident)]
    return [condition(row, "device_fault", row.values["device_code"], holds=row.values["device_status"] == FAULT)]


CONNECTOR = Connector(CONTRACT, facts)
