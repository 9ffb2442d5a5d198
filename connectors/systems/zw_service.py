"""政务服务一体化平台: applications at government desks and when they were finished, pushed as CloudEvents.

Only counts leave: an application is no incident.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.situation import counted
from connectors.standard_items import NUMBER, TOWN_CODE, UPDATED_AT, VERSION
from connectors.values import Code, Whole, ZonedTime
from streams.contract import Fact

FINISH_STATUSES = {"0": "办理中", "1": "按时办结", "2": "超期办结", "3": "不予受理"}

CONTRACT = Contract(
    system="zw_service",
    name="政务服务一体化平台",
    department="区政务服务办",
    purpose="承诺时限与办结,支撑最多跑一次",
    zone="government",
    passage="direct",
    agreement_no="合数协〔2025〕019号",
    authorisation="authorised",
    reply="callback",
    event_types=("service.applied", "service.finished"),
    fresh_seconds=60,
    late_seconds=3600,
    items=(
        Item("item_code", "事项编码", "pub", NUMBER),
        Item("apply_no", "申请编号", "inner", NUMBER),
        Item("apply_time", "申请时间", "inner", ZonedTime()),
        Item("promise_days", "承诺工作日", "pub", Whole(0, 365)),
        Item("finish_status", "办结状态", "inner", Code(FINISH_STATUSES)),
    ),
    additions=(VERSION, UPDATED_AT, TOWN_CODE),
    record=("apply_no",),
    version=("version",),
    occurred="updated_at",
    recorded="updated_at",
    whereabouts=Whereabouts(region="town_code"),
)


def facts(row: Row) -> Sequence[Fact]:
    return [counted(row, "service_applied" if row.event_type == "service.applied" else "service_finished")]


CONNECTOR = Connector(CONTRACT, facts)
