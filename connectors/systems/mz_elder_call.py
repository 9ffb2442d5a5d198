"""养老服务与居家呼叫平台: calls for help of old people at home, pushed as CloudEvents, now and then twice.

The subscriber's phone number becomes a token. The platform sends its own helpers; the hub keeps who is still waiting.
"""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.people import help_called
from connectors.standard_items import NUMBER, VERSION, VILLAGE_CODE
from connectors.values import Code, PersonToken, ZonedTime
from streams.contract import Fact

CALL_KINDS = {"1": "紧急求助", "2": "跌倒", "3": "生活服务", "4": "设备自检异常"}
RESPONSE_STATUSES = {"0": "待响应", "1": "已派人", "2": "已到场", "3": "已完成"}

CONTRACT = Contract(
    system="mz_elder_call",
    name="养老服务与居家呼叫平台",
    department="民政局",
    purpose="空巢老人紧急呼叫与到场",
    zone="internet",
    passage="front_machine",
    agreement_no="合数协〔2025〕054号",
    authorisation="authorised",
    event_types=("person.help_called", "person.help_answered"),
    fresh_seconds=10,
    late_seconds=300,
    items=(
        Item("call_no", "呼叫编号", "inner", NUMBER),
        Item("elder_token", "老人令牌", "pii", PersonToken("services", "phone"), field="elder_phone"),
        Item("call_kind", "呼叫类别", "pii", Code(CALL_KINDS)),
        Item("call_time", "呼叫时间", "inner", ZonedTime()),
        Item("response_status", "响应状态", "inner", Code(RESPONSE_STATUSES)),
    ),
    additions=(VERSION, VILLAGE_CODE),
    record=("call_no",),
    version=("version",),
    occurred="call_time",
    recorded="call_time",
    whereabouts=Whereabouts(region="village_code"),
)


def facts(row: Row) -> Sequence[Fact]:
    return [help_called(row, row.values["elder_token"], answered=row.event_type == "person.help_answered")]


CONNECTOR = Connector(CONTRACT, facts)
