"""市场主体登记系统: enterprises as they are registered, polled from a table (四实之实有单位). All of it is public."""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.reference import organisation
from connectors.standard_items import UPDATE_TIME
from connectors.values import Code, CreditCode, Day, Text
from streams.contract import Fact

ACTIVE = "1"
REGISTER_STATUSES = {ACTIVE: "存续", "2": "吊销", "3": "注销", "4": "迁出"}

CONTRACT = Contract(
    system="sj_entity",
    name="市场主体登记系统",
    department="市场监管局",
    purpose="四实之实有单位",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕049号",
    authorisation="authorised",
    event_types=("ref.org.upserted",),
    fresh_seconds=3600,
    late_seconds=86_400,
    items=(
        Item("org_uscc", "统一社会信用代码", "pub", CreditCode()),
        Item("org_name", "名称", "pub", Text(120)),
        Item("industry_code", "行业代码", "pub", Text(5, r"[A-T]\d{0,4}")),
        Item("register_status", "登记状态", "pub", Code(REGISTER_STATUSES)),
        Item("change_date", "变更日期", "pub", Day()),
    ),
    additions=(UPDATE_TIME,),
    record=("org_uscc",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("org_uscc",)),
)


def event_type(_: object) -> str:
    return "ref.org.upserted"


def facts(row: Row) -> Sequence[Fact]:
    values = row.values
    active = values["register_status"] == ACTIVE
    return [organisation(row, values["org_uscc"], name=values["org_name"], kind=values["industry_code"], active=active)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
