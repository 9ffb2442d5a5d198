"""出租房屋管理系统: rented houses, polled from a table of the department's database.

A row is a house as it stands; it changes in place (`update_time`). A hazard found in it has a number of its own, which
stays on the row when the hazard is gone. The landlord's identity number becomes a token here; the address is free text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract import Connector, Contract, Item, Row, Whereabouts
from connectors.meanings.incidents import reported, source_closed
from connectors.meanings.reference import house
from connectors.standard_items import ADDRESS, NUMBER, UPDATE_TIME
from connectors.values import Code, PersonToken, Whole
from connectors.vocabulary import YES, YES_NO
from streams.contract import Fact

RENTAL_KINDS = {"1": "整租", "2": "合租", "3": "日租", "4": "单位宿舍"}

CONTRACT = Contract(
    system="ga_rental",
    name="出租房屋管理系统",
    department="公安局(治安)",
    purpose="四必知之出租房屋:房屋安全隐患闭环",
    zone="police",
    passage="front_machine",
    agreement_no="合数协〔2025〕004号",
    authorisation="authorised",
    event_types=("ref.house.upserted", "facility.hazard_found"),
    fresh_seconds=3600,
    late_seconds=86_400,
    items=(
        Item("house_code", "房屋编码", "inner", NUMBER),
        Item("rental_kind", "出租类别", "inner", Code(RENTAL_KINDS)),
        Item("landlord_token", "出租人令牌", "pii", PersonToken("population", "certificate"), field="landlord_id_no"),
        Item("tenant_count", "租住人数", "inner", Whole(0, 500)),
        Item("hazard_flag", "隐患标志", "inner", Code(YES_NO)),
    ),
    additions=(Item("hazard_no", "隐患编号", "inner", NUMBER, required=False), ADDRESS, UPDATE_TIME),
    record=("house_code",),
    version=("update_time",),
    occurred="update_time",
    recorded="update_time",
    whereabouts=Whereabouts(place_codes=("house_code",), address="address"),
)


def event_type(values: Mapping[str, Any]) -> str:
    return "facility.hazard_found" if values["hazard_flag"] == YES else "ref.house.upserted"


def facts(row: Row) -> Sequence[Fact]:
    """A hazard is reported, and closed, under its own number; every row says how the house is let."""
    said: list[Fact] = []
    if (hazard_no := row.values["hazard_no"]) is not None:
        found = row.event_type == "facility.hazard_found"
        hazard = reported(row, "hazard", "routine", record_no=hazard_no) if found else None
        said.append(hazard or source_closed(row, record_no=hazard_no))
    use = RENTAL_KINDS[row.values["rental_kind"]]
    return [*said, house(row, row.values["house_code"], use, row.values["tenant_count"])]


CONNECTOR = Connector(CONTRACT, facts, event_type)
