"""How listings show codes and instants: Chinese words and Beijing time on the screen, RFC 3339 in JSON."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from streams.rules.calendar import BEIJING

INCIDENT_STATES = {
    "open": "待处置",
    "assigned": "已派单",
    "in_hand": "处置中",
    "resolved": "已办结",
    "closed": "已结案",
    "replaced": "已并入",
}
REVIEW_STATES = {"open": "待定夺", "joined": "同一起", "apart": "不是同一起", "lapsed": "已不必定夺"}
RELATIONS = {
    "related": "相关",
    "parent": "包含",
    "child": "属于",
    "recurrence_of": "此前同地同类",
    "recurred_as": "此后同地同类",
}
"""What an incident is to the other one."""
MATTER_STATES = {
    "unassigned": "未派单",
    "assigned": "已派单",
    "in_hand": "处置中",
    "resolved": "已办结",
    "closed": "已结案",
}
ORDER_STATES = {
    "sent": "已派发",
    "delivered": "已送达",
    "undelivered": "未送达",
    "acknowledged": "已签收",
    "accepted": "已受理",
    "arrived": "已到场",
    "resolved": "已办结",
    "replied": "已答复",
    "returned": "已退单",
    "withdrawn": "已撤回",
    "folded": "已并单",
}
CLOCK_STATES = {
    "running": "计时中",
    "met": "按时",
    "breached": "超时",
    "withdrawn": "超时已撤销",
    "exempted": "已豁免",
    "stopped": "未超时,已停止",
}
VERIFICATIONS = {"pending": "待核查", "passed": "核查通过", "failed": "核查不通过"}
HOLDERS = {"centre": "指挥中心", "unit": "承办单位", "verification": "核查", "suspended": "挂起", "nobody": "结案期间"}
MASTER_STATES = {
    "accepted": "已受理",
    "routed": "已分派",
    "acknowledged": "已签收",
    "arrived": "已到场",
    "returned": "已退回",
    "resolved": "已办结",
    "fed_back": "已反馈",
    "closed": "已结案",
    "reopened": "重新办理",
}
MASTER_WATCH = {"none": "不计时", "running": "计时中", "due_soon": "临期", "overdue": "逾期"}
ARRIVALS = {"claimed": "到场自报", "confirmed": "到场已核实"}
HAND_OVERS = {
    "none": "无",
    "offered": "已转出,待对方接收,仍由首接平台负责",
    "taken": "对方已接收",
    "refused": "首接平台继续办理",
    "lapsed": "对方逾时未接,退回首接平台",
}
ROLES = {"lead": "牵头", "assist": "配合"}
LIGHTS = {"green": "", "yellow": "黄灯", "red": "红灯"}
TIERS = {"grid": "网格", "village": "村(社区)", "town": "镇街", "district": "区", "leader": "分管领导"}
SUPERVISION_STATES = {
    "proposed": "拟发",
    "signed": "已签发",
    "refused": "不予签发",
    "answered": "已答复",
    "signed_off": "已销号",
}
SUPERVISION_ORIGINS = {"breach": "超时", "instruction": "领导批示", "repetition": "反复发生", "whistle": "吹哨未到"}
DEMANDS = {"finish": "限期办结", "explain": "书面说明", "correct": "限期整改"}
CENTRE = "指挥中心"
NOTHING = "—"
PRINTED_WIDTH = 400


def shown_time(at: int | None) -> str:
    """An instant (milliseconds) in Beijing time, for the screen."""
    return NOTHING if at is None else _moment(at).strftime("%Y-%m-%d %H:%M:%S")


def as_json_object(value: Any) -> dict[str, Any]:
    """A record's fields, its instants (`…_at`, `as_of`) as RFC 3339 with Beijing's offset."""
    return {name: _json_value(name, field) for name, field in asdict(value).items()}


def print_table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A table on standard output, as wide as the terminal; as wide as its content where output is none."""
    table = Table(*titles)
    for row in rows:
        table.add_row(*(escape(text) for text in row))
    _console().print(table)


def print_fields(fields: Mapping[str, str]) -> None:
    """One thing, a line a field."""
    grid = Table.grid("", "", padding=(0, 2))
    for title, text in fields.items():
        grid.add_row(title, escape(text))
    _console().print(grid)


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else PRINTED_WIDTH)


def _json_value(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner: _json_value(inner, field) for inner, field in value.items()}
    if isinstance(value, (tuple, list)):
        return [_json_value(name, item) for item in value]
    if isinstance(value, int) and (name.endswith("_at") or name == "as_of"):
        return _moment(value).isoformat(timespec="milliseconds")
    return value


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, BEIJING)
