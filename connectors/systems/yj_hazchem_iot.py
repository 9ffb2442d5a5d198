"""危险化学品监测预警系统: readings of grave sources of danger, over MQTT at least once, out of order, in bursts.

A reading is known by device, metric, the device's instant and its sequence number. It lies where its organisation does.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.sensors import GRAVEST_LEVEL, alarm_reported, event_type_of_reading
from connectors.meanings.situation import measured
from connectors.standard_items import NUMBER, OBSERVED_AT, SEQUENCE
from connectors.values import CreditCode, Real, Text, Whole
from streams.contract import Fact

CONTRACT = Contract(
    system="yj_hazchem_iot",
    name="危险化学品监测预警系统",
    department="应急管理局",
    purpose="重大危险源在线监测",
    zone="operations",
    passage="front_machine",
    agreement_no="合数协〔2025〕030号",
    authorisation="authorised",
    event_types=("sensor.reading", "facility.alarm"),
    fresh_seconds=5,
    late_seconds=300,
    items=(
        Item("device_code", "设备编码", "inner", NUMBER),
        Item("org_uscc", "单位统一社会信用代码", "inner", CreditCode()),
        Item("metric_code", "指标代码", "inner", Text(40, r"[a-z][a-z0-9_]*")),
        Item("metric_value", "指标值", "inner", Real()),
        Item("alarm_level", "报警等级", "inner", Whole(0, GRAVEST_LEVEL)),
    ),
    additions=(OBSERVED_AT, SEQUENCE),
    record=("device_code", "metric_code", "observed_at"),
    version=("sequence",),
    occurred="observed_at",
    recorded="observed_at",
    whereabouts=Whereabouts(place_codes=("org_uscc",)),
    device="device_code",
)


def facts(row: Row) -> Sequence[Fact]:
    values = row.values
    level = values["alarm_level"]
    reading = measured(row, values["device_code"], values["metric_code"], values["metric_value"], level)
    return [*alarm_reported(row, "hazardous_chemicals", level), reading]


CONNECTOR = Connector(CONTRACT, facts, event_type_of_reading)
