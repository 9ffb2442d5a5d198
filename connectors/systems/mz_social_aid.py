"""社会救助信息系统: which households receive aid, polled from a table, so that services join up (按户按需).

Identity numbers, some still of 15 digits, household and phone numbers become tokens; all else of the person is sealed.
Whom a number reaches is told too: whoever calls for help from it may be that person, which somebody then looks at.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.people import reached, service
from connectors.standard_items import IS_DELETED, NUMBER, REGION, UPDATE_TIME
from connectors.values import Code, Day, PersonToken
from connectors.vocabulary import DELETED
from streams.contract import Fact
from streams.facts.people import OwedServiceKind, ServiceState

MEDICAL = "4"
AID_CLASSES = {"1": "最低生活保障", "2": "特困供养", "3": "临时救助", MEDICAL: "医疗救助", "5": "住房救助"}

CONTRACT = Contract(
    system="mz_social_aid",
    name="社会救助信息系统",
    department="民政局",
    purpose="救助服务衔接,按户按需",
    zone="government",
    passage="front_machine",
    agreement_no="合数协〔2025〕053号",
    authorisation="authorised",
    event_types=("person.service_opened", "person.service_closed"),
    fresh_seconds=7200,
    late_seconds=86_400,
    items=(
        Item("person_token", "人员令牌", "spi", PersonToken("services", "certificate"), field="id_no"),
        Item("aid_class", "救助类别", "spi", Code(AID_CLASSES)),
        Item("aid_start", "起始日期", "pii", Day()),
        Item("household_token", "户令牌", "pii", PersonToken("services", "household"), field="household_no"),
        Item("village_code", "村社区代码", "inner", REGION),
    ),
    additions=(
        Item("record_no", "救助编号", "inner", NUMBER),
        Item("phone_token", "联系电话令牌", "pii", PersonToken("services"), required=False, field="contact_phone"),
        IS_DELETED,
        UPDATE_TIME,
    ),
    record=("record_no",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
    whereabouts=Whereabouts(region="village_code"),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "person.service_closed" if values["is_deleted"] == DELETED else "person.service_opened"


def facts(row: Row) -> Sequence[Fact]:
    state: ServiceState = "closed" if row.event_type == "person.service_closed" else "opened"
    values = row.values
    kind: OwedServiceKind = "health" if values["aid_class"] == MEDICAL else "aid"
    person, number = values["person_token"], values["phone_token"]
    aid = service(row, person, unit=values["village_code"], kind=kind, state=state)
    if number is None:
        return [aid]
    return [aid, reached(row, number, person, household=values["household_token"], gone=state == "closed")]


CONNECTOR = Connector(CONTRACT, facts, event_type)
