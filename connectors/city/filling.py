"""What a department writes into the fields that its story leaves open: of the right type, at the right place."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from connectors.city.ground import Spot
from connectors.city.residents import identifier
from connectors.city.rows import Play, nearby
from connectors.contract import Contract, Item
from connectors.coordinates import from_cgcs2000
from connectors.values import (
    Code,
    CodeList,
    CreditCode,
    Day,
    EpochTime,
    LocalTime,
    Masked,
    PersonToken,
    Position,
    Real,
    Text,
    Whole,
    ZonedTime,
)

OFF_BY_METRES, WITHIN_METRES = 60, 55
"""A position lies so far off to each side at most, and so near in two cases of three, as its device says."""
LEFT_OPEN_SHARE = 0.1
"""Of the fields that may be missing: missing."""
REGION_DIGITS = {"village_code": 12, "committee_code": 12, "town_code": 9, "region_code": 9, "outage_area": 9}
DEADLINES_DAYS = {
    "deadline_at": 5,
    "rectify_deadline": 15,
    "accept_deadline": 15,
    "reply_deadline": 60,
    "next_meeting_at": 7,
    "next_service_date": 5,
    "service_date": 3,
}
DEADLINE_HOURS = {"expires_at": 12.0, "outage_end": 8.0}
TEXTS = {
    "dispatch_dept": ("区城市管理局", "区供水公司", "合阳城街道办事处", "区住房城乡建委"),
    "dispose_dept": ("环卫所", "市政设施所", "城管执法支队"),
    "lead_dept": ("区城市管理局", "区应急管理局", "区生态环境局", "区市场监管局"),
    "transfer_dept": ("合阳城派出所", "区民政局", "区司法局"),
    "mediation_org": ("合阳城街道人民调解委员会", "区联合人民调解委员会"),
    "dept_code": ("区生态环境局", "区市场监管局", "区住房城乡建委"),
    "inspect_org": ("区应急管理局", "合阳城街道应急办"),
    "topic_title": ("城区停水", "公交线路调整", "学校周边堵车", "小区停车收费"),
    "resource_name": ("出租房屋登记信息", "市场主体登记信息", "水文监测信息"),
    "pollutant_code": ("pm25", "pm10", "o3", "cod", "noise"),
}
WORDS = ("请尽快处理", "已经反映过一次", "晚上更严重", "希望答复")
VAGUE_ADDRESSES = ("桥头那边", "菜市场对面", "转盘附近")
VAGUE_SHARE, DETAILED_SHARE = 0.2, 0.2
"""Of the addresses: vague; with building and entrance, where it is an estate."""


@dataclass(frozen=True)
class Moment:
    """When a version is written: its number from 1, when the record began, when this version was recorded (seconds)."""

    number: int
    began: float
    recorded: float


class Filler:
    """Fills the rows of one contract."""

    def __init__(self, contract: Contract, play: Play, organisations: list[Spot]) -> None:
        self._contract = contract
        self._play = play
        self._organisations = organisations
        self._count = 0

    def fixed(self, spot: Spot, began: float, record_no: str, random: Random, *, whole: bool = False) -> dict[str, Any]:
        """The fields that all versions of a record share; none is left open in a `whole` record."""
        moment = Moment(1, began, began)
        row: dict[str, Any] = {}
        for item in self._contract.all_items:
            if item.name == "change" or self._changes(item):
                continue
            if item.name == self._contract.whereabouts.accuracy:
                row[item.source_field] = WITHIN_METRES
                continue
            left_open = not item.required and random.random() < LEFT_OPEN_SHARE
            value = self._value(item, spot, moment, record_no, random)
            row[item.source_field] = value if whole or not left_open else None
        return row

    def version(self, spot: Spot, moment: Moment, random: Random) -> dict[str, Any]:
        """The fields that belong to a version alone: its number and its time."""
        changing = [item for item in self._contract.all_items if self._changes(item)]
        return {item.source_field: self._value(item, spot, moment, "", random) for item in changing}

    def _changes(self, item: Item) -> bool:
        """Whether each version of a record has its own."""
        contract = self._contract
        return item.name in contract.version or (item.name == contract.recorded != contract.occurred)

    def _value(self, item: Item, spot: Spot, moment: Moment, record_no: str, random: Random) -> Any:
        if item.name == self._contract.record[0] and not isinstance(item.type, CreditCode | EpochTime):
            return spot.place_code if self._is_place(item) else record_no
        if isinstance(item.type, LocalTime | ZonedTime | EpochTime | Day):
            return self._time(item, moment)
        if item.name == "address_text":
            return f"{spot.address}{int(record_no[-5:])}号楼"
        if isinstance(item.type, Text | Masked):
            return self._text(item, spot, random)
        return self._drawn(item, spot, moment, random)

    def _is_place(self, item: Item) -> bool:
        """Whether the record is a registered thing itself: a house, a store, a device."""
        return item.name in self._contract.whereabouts.place_codes

    def _time(self, item: Item, moment: Moment) -> Any:
        seconds = moment.recorded if self._changes(item) else moment.began
        at = self._play.moment(seconds)
        at += timedelta(days=DEADLINES_DAYS.get(item.name, 0), hours=DEADLINE_HOURS.get(item.name, 0.0))
        match item.type:
            case LocalTime():
                return at.strftime("%Y-%m-%d %H:%M:%S")
            case ZonedTime():
                return at.isoformat(timespec="milliseconds")
            case Day():
                return at.strftime("%Y-%m-%d")
            case _:
                return self._play.instant(seconds)

    def _text(self, item: Item, spot: Spot, random: Random) -> str:
        where = self._contract.whereabouts
        if item.name == where.region or item.name in REGION_DIGITS:
            return spot.grid[: REGION_DIGITS.get(item.name, len(spot.grid))]
        if item.name in where.place_codes:
            return spot.place_code
        if item.name == where.address:
            return random.choice(VAGUE_ADDRESSES) if random.random() < VAGUE_SHARE else _detailed(spot, random)
        if item.name in TEXTS:
            return random.choice(TEXTS[item.name])
        if isinstance(item.type, Masked):
            return f"{spot.name}:{random.choice(WORDS)}"
        return f"{item.name[:2].upper()}{spot.place_code[-7:]}"

    def _drawn(self, item: Item, spot: Spot, moment: Moment, random: Random) -> Any:
        self._count += 1
        drawn: Any = None
        match item.type:
            case Code(table):
                drawn = random.choice(list(table))
            case CodeList():
                drawn = [spot.grid[:9]] if item.name == "area_codes" else [spot.town, "供水公司"]
            case CreditCode():
                drawn = (
                    spot.place_code if spot.kind == "organisation" else random.choice(self._organisations).place_code
                )
            case Position() as kind:
                drawn = self._position(kind, spot, random)
            case PersonToken() as kind:
                drawn = identifier(kind.by, random)
            case Real(least, most):
                drawn = round(random.uniform(max(least, 0), min(most, 100)), 2)
            case Whole() as kind:
                drawn = self._whole(item, kind, moment, random)
        return drawn

    def _whole(self, item: Item, kind: Whole, moment: Moment, random: Random) -> int:
        if item.name == "sequence":
            return self._play.started_at + self._count
        if item.name in self._contract.version:
            return moment.number
        return random.randint(kind.least, min(kind.most, kind.least + 20))

    def _position(self, kind: Position, spot: Spot, random: Random) -> str:
        point = nearby(spot.point, random, OFF_BY_METRES)
        shown = from_cgcs2000(point, kind.datum)
        return f"{shown.longitude:.6f},{shown.latitude:.6f}"


def _detailed(spot: Spot, random: Random) -> str:
    """The address of a place, in an estate now and then to the entrance."""
    if spot.kind != "estate" or random.random() >= DETAILED_SHARE:
        return spot.address
    return f"{spot.address}{random.randint(1, 9)}栋{random.randint(1, 4)}单元"
