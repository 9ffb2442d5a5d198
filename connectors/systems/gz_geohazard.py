"""地质灾害监测预警系统: movements of slopes that may slide, over MQTT, out of order.

How many households a slope threatens is a fact of the slope, not of any household.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.sensors import GRAVEST_LEVEL, alarm_reported, event_type_of_reading
from connectors.meanings.situation import measured
from connectors.standard_items import NUMBER, OBSERVED_AT, SEQUENCE
from connectors.values import Real, Whole
from streams.contract import Fact

CONTRACT = Contract(
    system="gz_geohazard",
    name="地质灾害监测预警系统",
    department="规划自然资源局",
    purpose="滑坡崩塌隐患点",
    zone="operations",
    passage="front_machine",
    agreement_no="合数协〔2025〕036号",
    authorisation="authorised",
    event_types=("sensor.reading", "facility.alarm"),
    fresh_seconds=30,
    late_seconds=600,
    items=(
        Item("site_code", "隐患点编码", "inner", NUMBER),
        Item("device_code", "设备编码", "inner", NUMBER),
        Item("displacement", "位移量", "inner", Real(-100_000, 100_000)),
        Item("alarm_level", "预警等级", "inner", Whole(0, GRAVEST_LEVEL)),
        Item("threatened_households", "受威胁户数", "inner", Whole(0, 100_000)),
    ),
    additions=(OBSERVED_AT, SEQUENCE),
    record=("device_code", "observed_at"),
    version=("sequence",),
    occurred="observed_at",
    recorded="observed_at",
    whereabouts=Whereabouts(place_codes=("site_code",)),
    device="device_code",
)


def facts(row: Row) -> Sequence[Fact]:
    values, level = row.values, row.values["alarm_level"]
    said = alarm_reported(row, "geohazard", level)
    return [*said, measured(row, values["device_code"], "displacement_millimetres", values["displacement"], level)]


CONNECTOR = Connector(CONTRACT, facts, event_type_of_reading)
