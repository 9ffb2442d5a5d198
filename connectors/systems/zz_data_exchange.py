"""数据共享交换平台: what the district's catalogue of shared resources gains or changes, on the platform's own topic."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row
from connectors.meanings.envelope import of
from connectors.standard_items import NUMBER
from connectors.values import Code, LocalTime, Text
from streams.contract import Fact
from streams.facts.sources import Catalogued

PUBLISHED, CHANGED = "1", "2"
CHANGE_KINDS = {PUBLISHED: "新发布", CHANGED: "变更"}
UPDATE_CYCLES = {"1": "实时", "2": "每日", "3": "每周", "4": "每月", "5": "每年", "9": "不定期"}

CONTRACT = Contract(
    system="zz_data_exchange",
    name="数据共享交换平台",
    department="大数据治理中心",
    purpose="目录与数据项变更通知",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕017号",
    authorisation="authorised",
    event_types=("contract.published", "contract.changed"),
    fresh_seconds=60,
    late_seconds=3600,
    items=(
        Item("catalog_code", "目录代码", "pub", NUMBER),
        Item("resource_name", "资源名称", "pub", Text(100)),
        Item("schema_version", "结构版本", "pub", Text(20, r"\d+(\.\d+)*")),
        Item("update_cycle", "更新周期", "pub", Code(UPDATE_CYCLES)),
        Item("publish_time", "发布时间", "pub", LocalTime()),
    ),
    additions=(Item("change_kind", "变更类型", "inner", Code(CHANGE_KINDS)),),
    record=("catalog_code",),
    version=("schema_version",),
    occurred="publish_time",
    recorded="publish_time",
)


def event_type(values: Mapping[str, Any]) -> str:
    return "contract.published" if values["change_kind"] == PUBLISHED else "contract.changed"


def facts(row: Row) -> Sequence[Fact]:
    return [
        Catalogued(
            **of(row, row.system, row.occurred_at),
            system=row.system,
            catalog_code=row.values["catalog_code"],
            resource_name=row.values["resource_name"],
            schema_version=row.values["schema_version"],
            update_cycle=UPDATE_CYCLES[row.values["update_cycle"]],
            changed=row.event_type == "contract.changed",
            published_at=row.recorded_at,
        )
    ]


CONNECTOR = Connector(CONTRACT, facts, event_type)
