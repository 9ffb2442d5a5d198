"""燃气安全监管平台: concentrations of gas and states of valves, over MQTT at least once, in bursts.

Concentration is in per cent of the lower explosive limit. A device lies where its organisation does.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.sensors import GRAVEST_LEVEL, alarm_reported, event_type_of_reading
from connectors.meanings.situation import measured
from connectors.standard_items import NUMBER, OBSERVED_AT, SEQUENCE
from connectors.values import Code, CreditCode, Real, Whole
from streams.contract import Fact

VALVE_STATUSES = {"0": "关闭", "1": "开启", "2": "故障"}

CONTRACT = Contract(
    system="cg_gas",
    name="燃气安全监管平台",
    department="经济信息委(燃气)",
    purpose="燃气泄漏",
    zone="operations",
    passage="front_machine",
    agreement_no="合数协〔2025〕040号",
    authorisation="authorised",
    event_types=("sensor.reading", "facility.alarm"),
    fresh_seconds=5,
    late_seconds=300,
    items=(
        Item("device_code", "设备编码", "inner", NUMBER),
        Item("org_uscc", "单位统一社会信用代码", "inner", CreditCode()),
        Item("gas_concentration", "燃气浓度", "inner", Real(0, 100)),
        Item("alarm_level", "报警等级", "inner", Whole(0, GRAVEST_LEVEL)),
        Item("valve_status", "阀门状态", "inner", Code(VALVE_STATUSES)),
    ),
    additions=(OBSERVED_AT, SEQUENCE),
    record=("device_code", "observed_at"),
    version=("sequence",),
    occurred="observed_at",
    recorded="observed_at",
    whereabouts=Whereabouts(place_codes=("org_uscc",)),
    device="device_code",
)


def facts(row: Row) -> Sequence[Fact]:
    values, level = row.values, row.values["alarm_level"]
    said = alarm_reported(row, "gas_leak", level)
    metric = "gas_percent_of_explosive_limit"
    return [*said, measured(row, values["device_code"], metric, values["gas_concentration"], level)]


CONNECTOR = Connector(CONTRACT, facts, event_type_of_reading)
