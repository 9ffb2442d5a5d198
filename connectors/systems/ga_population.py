"""实有人口服务管理系统: who is registered where, polled from a table, for the service of floating residents (四必知).

Identity numbers, some still of 15 digits, and household numbers become tokens here. A row struck off is only marked;
clerks enter some rows twice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row
from connectors.meanings.people import resident
from connectors.standard_items import IS_DELETED, NUMBER, UPDATE_TIME
from connectors.values import Code, Day, PersonToken
from connectors.vocabulary import DELETED
from streams.contract import Fact

RESIDENCE_KINDS = {"1": "户籍人口", "2": "流动人口", "3": "寄住人口"}
MOVED_AWAY = "2"
MOVE_FLAGS = {"0": "无变动", "1": "迁入", MOVED_AWAY: "迁出"}

CONTRACT = Contract(
    system="ga_population",
    name="实有人口服务管理系统",
    department="公安局(人口)",
    purpose="四必知之流动人口:服务登记与底数核对",
    zone="police",
    passage="front_machine",
    agreement_no="合数协〔2025〕003号",
    authorisation="authorised",
    event_types=("ref.person.upserted", "ref.person.moved"),
    fresh_seconds=1800,
    late_seconds=86_400,
    items=(
        Item("person_token", "人员令牌", "pii", PersonToken("population", "certificate"), field="id_no"),
        Item("residence_kind", "人口类别", "pii", Code(RESIDENCE_KINDS)),
        Item("residence_addr_code", "现住地址编码", "pii", NUMBER),
        Item("household_token", "户令牌", "pii", PersonToken("population", "household"), field="household_no"),
        Item("register_date", "登记日期", "pii", Day()),
        Item("move_flag", "迁入迁出标志", "pii", Code(MOVE_FLAGS)),
    ),
    additions=(Item("record_no", "登记编号", "inner", NUMBER), IS_DELETED, UPDATE_TIME),
    record=("record_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
)


def event_type(values: Mapping[str, Any]) -> str:
    return "ref.person.upserted" if values["move_flag"] == "0" else "ref.person.moved"


def facts(row: Row) -> Sequence[Fact]:
    """Who was struck off lives there no longer."""
    values = row.values
    gone = values["move_flag"] == MOVED_AWAY or values["is_deleted"] == DELETED
    household, address_code = values["household_token"], values["residence_addr_code"]
    return [resident(row, values["person_token"], household=household, address_code=address_code, moved_away=gone)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
