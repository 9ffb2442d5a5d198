"""社会组织管理系统: social organisations that can take on tasks, a CSV file in GB18030 a day. All of it is public."""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.reference import organisation
from connectors.standard_items import FILE_UPDATE_TIME, REGION
from connectors.values import Code, CreditCode
from streams.contract import Fact

ORGANISATION_CLASSES = {"社会团体": "社会团体", "民办非企业": "社会服务机构", "基金会": "基金会"}
ACTIVE = "正常"
ORGANISATION_STATUSES = {ACTIVE: "正常", "注销": "已注销", "撤销": "已撤销"}

CONTRACT = Contract(
    system="mz_social_org",
    name="社会组织管理系统",
    department="民政局",
    purpose="可承接任务的社会组织名录",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕055号",
    authorisation="authorised",
    event_types=("ref.org.upserted",),
    fresh_seconds=90_000,
    late_seconds=259_200,
    items=(
        Item("org_uscc", "统一社会信用代码", "pub", CreditCode(), field="统一社会信用代码"),
        Item("org_class", "组织类别", "pub", Code(ORGANISATION_CLASSES), field="组织类别"),
        Item("region_code", "活动区域", "pub", REGION, field="活动区域"),
        Item("org_status", "组织状态", "pub", Code(ORGANISATION_STATUSES), field="组织状态"),
    ),
    additions=(FILE_UPDATE_TIME,),
    record=("org_uscc",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
    whereabouts=Whereabouts(region="region_code"),
)


def event_type(_: object) -> str:
    return "ref.org.upserted"


def facts(row: Row) -> Sequence[Fact]:
    values, kind = row.values, ORGANISATION_CLASSES[row.values["org_class"]]
    return [organisation(row, values["org_uscc"], name=None, kind=kind, active=values["org_status"] == ACTIVE)]


CONNECTOR = Connector(CONTRACT, facts, event_type)
