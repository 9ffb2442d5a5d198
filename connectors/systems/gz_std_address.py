"""标准地址库与治理地图服务: standard addresses and the boundaries of grids, pushed as CloudEvents in CGCS2000."""

from collections.abc import Sequence

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.reference import address, grid
from connectors.standard_items import NUMBER, UPDATED_AT, VERSION
from connectors.values import Code, Day, Position, Text
from streams.contract import Fact

STRUCK_OFF = "3"
CHANGE_KINDS = {"1": "新增", "2": "变更", STRUCK_OFF: "注销"}

POSITION = Position("CGCS2000")

CONTRACT = Contract(
    system="gz_std_address",
    name="标准地址库与治理地图服务",
    department="规划自然资源局",
    purpose="标准地址、网格边界与点位上图",
    zone="government",
    passage="exchange",
    agreement_no="合数协〔2025〕037号",
    authorisation="authorised",
    event_types=("ref.address.upserted", "ref.grid.changed"),
    fresh_seconds=300,
    late_seconds=86_400,
    items=(
        Item("address_code", "标准地址编码", "inner", NUMBER),
        Item("address_text", "标准地址", "inner", Text(200)),
        Item("grid_code", "网格编码", "inner", Text(15, r"\d{15}")),
        Item("geo_point", "坐标", "inner", POSITION),
        Item("valid_from", "生效日期", "inner", Day()),
        Item("change_kind", "变更类型", "inner", Code(CHANGE_KINDS)),
    ),
    additions=(VERSION, UPDATED_AT),
    record=("address_code",),
    version=("version",),
    occurred="updated_at",
    recorded="updated_at",
    whereabouts=Whereabouts(point="geo_point", region="grid_code"),
)


def facts(row: Row) -> Sequence[Fact]:
    """A change of a grid names the address of its centre.

    Positions are the register's own words, not what can be found in the grids known so far.
    """
    values, point = row.values, POSITION.to_cgcs2000(row.values["geo_point"])
    code, valid = values["grid_code"], values["change_kind"] != STRUCK_OFF
    if row.event_type == "ref.grid.changed":
        return [grid(row, code, point, valid=valid)]
    return [address(row, values["address_code"], values["address_text"], code, point, valid=valid)]


CONNECTOR = Connector(CONTRACT, facts)
