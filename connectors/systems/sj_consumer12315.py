"""12315消费维权系统: consumers' complaints and how they were settled, pushed as CloudEvents, now and then twice."""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.standard_items import NUMBER, UPDATED_AT, VERSION
from connectors.values import Code, CreditCode, ZonedTime
from streams.contract import Fact

COMPLAINT_CLASSES = {"1": "质量", "2": "价格", "3": "售后服务", "4": "虚假宣传", "5": "预付消费", "9": "其他"}
MEDIATION_RESULTS = {"0": "未调解", "1": "调解成功", "2": "调解不成", "3": "撤诉"}

CONTRACT = Contract(
    system="sj_consumer12315",
    name="12315消费维权系统",
    department="市场监管局",
    purpose="消费纠纷",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕050号",
    authorisation="authorised",
    reply="callback",
    event_types=("request.submitted", "dispute.closed"),
    fresh_seconds=60,
    late_seconds=3600,
    items=(
        Item("complaint_no", "投诉编号", "inner", NUMBER),
        Item("complaint_class", "投诉类别", "inner", Code(COMPLAINT_CLASSES)),
        Item("org_uscc", "被投诉单位代码", "inner", CreditCode()),
        Item("accept_time", "受理时间", "inner", ZonedTime()),
        Item("mediation_result", "调解结果", "inner", Code(MEDIATION_RESULTS)),
    ),
    additions=(VERSION, UPDATED_AT),
    record=("complaint_no",),
    version=("version",),
    occurred="accept_time",
    recorded="updated_at",
    whereabouts=Whereabouts(place_codes=("org_uscc",)),
)


def facts(row: Row) -> Sequence[Fact]:
    return [reported(row, "consumer", "routine")] if row.event_type == "request.submitted" else [source_closed(row)]


CONNECTOR = Connector(CONTRACT, facts)
