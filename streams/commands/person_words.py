"""What is known of a person, and which tokens are one person, as officers read it: tables and JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

from streams.commands.words import NOTHING, as_json_object, print_fields, print_table, shown_time
from streams.facts.chinese import SERVICE_KINDS, SERVICE_STATES, SUBJECTS
from streams.facts.person_views import PersonLink

LINK_STATES = {"waiting": "待决定", "linked": "已关联", "refused": "未予关联", "undone": "已撤销", "lapsed": "已到期"}
LINK_TITLES = (
    *("令牌", "另一令牌", "种类", "状态", "原因", "依据", "有效期至"),
    *("申请人", "决定人", "变更时间", "请求编号", "已出示"),
)
LINK_KINDS = {"same_person": "同一用途内同一人", "cross_purpose": "跨用途", "rotated": "令牌密钥更换"}
SECTIONS = {"matters": "在办事项", "services": "应办服务", "calls": "待应答呼叫", "residences": "登记住址"}
FIELDS = {
    "matter_no": "事项编号",
    "incident_class": "类别",
    "region": "区域",
    "units": "承办单位",
    "system": "系统",
    "record_no": "记录编号",
    "kind": "种类",
    "unit": "责任单位",
    "state": "状态",
    "due_on": "应办日期",
    "under_14": "未满十四周岁",
    "disputed": "异议核校中",
    "household": "户",
    "address_code": "地址编码",
    "through": "关联依据",
}
"""Titles of the fields of the parts of a context."""
WORDS: Mapping[str, Mapping[Any, str]] = {"kind": SERVICE_KINDS, "state": SERVICE_STATES, "incident_class": SUBJECTS}
"""What the codes of a field mean; classes of incidents are the city's own and stay as they are."""


def print_context(told: Mapping[str, Any]) -> None:
    """A reading as the gateway has told it: what it rests on, a table a section, the watermark last."""
    print_fields(
        {
            "结果": told["state_name"] + (f"({told['reason']})" if told["reason"] else ""),
            "请求编号": told["request_no"],
            "用途": told["purpose"],
            "案由": told["case_no"] or NOTHING,
            "依据": " ".join(part for part in (told["basis_name"], told["article"]) if part) or NOTHING,
            "有效期至": told["until_at"],
            "本人同意至": told["shown"].get("consent_until_at", NOTHING),
        }
    )
    for section in told["sections"]:
        _print_section(SECTIONS.get(section, section), told["shown"].get(section, ()))
    print_fields({"水印": told["watermark"]})


def print_links(links: Iterable[PersonLink]) -> None:
    """One line a link, and then one for each reading that showed what is known under the other token by mistake."""
    links = list(links)
    print_table(LINK_TITLES, map(_link_row, links))
    wrong = [(one, shown) for one in links if _is_wrong(one) for shown in one.disclosures]
    if wrong:
        print_table(
            ("须纠正:经已撤销的关联出示", "时间", "单位", "人员", "案由", "查阅编号"),
            (
                (one.other, shown_time(shown.shown_at), shown.unit, shown.officer, shown.case_no, shown.request_no)
                for one, shown in wrong
            ),
        )


def _link_row(link: PersonLink) -> tuple[str, ...]:
    return (
        link.token,
        link.other,
        LINK_KINDS[link.kind],
        LINK_STATES[link.state],
        link.reason or NOTHING,
        link.article or NOTHING,
        shown_time(link.until_at or None),
        link.asked_by,
        link.decided_by or NOTHING,
        shown_time(link.changed_at),
        link.request_no,
        str(len(link.disclosures)),
    )


def link_as_json(link: PersonLink) -> dict[str, Any]:
    """A link; `to_put_right` are its disclosures if it was undone: they rested on a mistake."""
    told = as_json_object(link)
    return {**told, "to_put_right": told["disclosures"] if _is_wrong(link) else []}


def _is_wrong(link: PersonLink) -> bool:
    return link.state == "undone"


def _print_section(title: str, parts: Iterable[Mapping[str, Any]]) -> None:
    parts = list(parts)
    names = [name for name in FIELDS if any(part.get(name) not in (None, "") for part in parts)]
    rows = (tuple(_text(part.get(name), WORDS.get(name, {})) for name in names) for part in parts)
    print_table(
        (f"{title} {len(parts)} 项", *(FIELDS[name] for name in names)),
        ((str(number), *row) for number, row in enumerate(rows, 1)),
    )


def _text(value: Any, words: Mapping[Any, str]) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value)) or NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    return NOTHING if value in (None, "") else words.get(value, str(value))
