"""The copy that a person gets of what is known of them (个人信息查阅报告): Markdown with a hash at its end.

Where it comes from, for which purpose, who has read it and why; by token, as the hub knows no name. The officer who
hands it over adds whose it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import new
from typing import Any, NamedTuple

from streams.commands.person_words import FIELDS, LINK_KINDS, LINK_STATES, SECTIONS, WORDS
from streams.commands.receipt_words import ACTS
from streams.commands.words import NOTHING, shown_time
from streams.facts.audit import Receipt
from streams.facts.person_access import ContextContent
from streams.facts.person_views import PersonLink, PersonRight

HASH_LINE = "全文摘要(SM3,本行以上各字节):"
PURPOSES = {
    "requests": "诉求办理",
    "services": "应办服务与帮扶",
    "population": "人口与流动人口服务",
    "disputes": "矛盾纠纷调解",
}
RECEIPT_TITLES = ("时间", "操作", "结果", "依据", "单位", "人员", "第二人", "案由")


class Copy(NamedTuple):
    """All that goes into one copy; `units` and `systems` are names by code."""

    right: PersonRight
    content: ContextContent
    links: Sequence[PersonLink]
    receipts: Sequence[Receipt]
    units: Mapping[str, str]
    systems: Mapping[str, str]


def report_of(copy: Copy) -> str:
    """The document, its last line the hash of all the bytes before it."""
    text = "\n".join(_lines(copy)) + "\n"
    return f"{text}{HASH_LINE}{new('sm3', text.encode()).hexdigest()}\n"


def _lines(copy: Copy) -> Iterator[str]:
    right, purpose = copy.right, copy.right.token.partition(":")[0]
    yield "# 个人信息查阅报告"
    yield ""
    yield f"- 人员令牌:{right.token}"
    yield f"- 使用目的:{PURPOSES.get(purpose, purpose)}({purpose})"
    yield f"- 请求编号:{right.request_no},提出于 {shown_time(right.asked_at)}"
    yield f"- 批准人:{right.decided_by};依据:{right.document}"
    yield f"- 本人同意至:{shown_time(copy.content.consent_until_at)}"
    yield ""
    yield "本报告只含枢纽按此令牌所知的内容;各部门自有系统中的记录请向该部门查阅。时间均为北京时间。"
    for number, (section, title) in enumerate(SECTIONS.items(), 1):
        yield from _section(f"{number}、{title}", *_parts(copy, section))
    number = len(SECTIONS) + 1
    yield from _section(f"{number}、来源系统", ("系统", "名称"), _sources(copy))
    yield from _section(
        f"{number + 1}、与其他令牌的关联",
        ("另一令牌", "种类", "状态", "依据", "有效期至", "申请人", "决定人"),
        (_link(copy, one) for one in copy.links),
    )
    yield from _section(
        f"{number + 2}、谁在何时为何查阅或处理过", RECEIPT_TITLES, (_receipt(copy, one) for one in copy.receipts)
    )
    yield ""


def _parts(copy: Copy, section: str) -> tuple[Sequence[str], list[list[str]]]:
    parts: list[dict[str, Any]] = [asdict(one) for one in getattr(copy.content, section)]
    names = [name for name in FIELDS if any(part.get(name) not in (None, "", ()) for part in parts)]
    rows = [[_said(copy, name, part.get(name)) for name in names] for part in parts]
    return [FIELDS[name] for name in names], rows


def _said(copy: Copy, name: str, value: Any) -> str:
    """A field in words: what its codes mean, and units by their names."""
    return WORDS[name].get(value, str(value)) if name in WORDS else _text(copy, value)


def _sources(copy: Copy) -> Iterator[tuple[str, str]]:
    """Departments' systems that have said something of the person."""
    named = {one.system for one in copy.content.services} | {one.system for one in copy.content.calls}
    return ((system, copy.systems.get(system, NOTHING)) for system in sorted(named))


def _link(copy: Copy, link: PersonLink) -> tuple[str, ...]:
    other = link.other if link.token == copy.right.token else link.token
    return (
        *(other, LINK_KINDS[link.kind], LINK_STATES[link.state], link.article or NOTHING),
        *(shown_time(link.until_at or None), link.asked_by, link.decided_by or NOTHING),
    )


def _receipt(copy: Copy, receipt: Receipt) -> tuple[str, ...]:
    return (
        *(shown_time(receipt.happened_at), ACTS[receipt.act], receipt.result, receipt.basis or NOTHING),
        *(_text(copy, receipt.actor_unit), receipt.actor_officer, receipt.second or NOTHING),
        receipt.case_no or NOTHING,
    )


def _section(title: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    found = [_row(row) for row in rows]
    if not found:
        yield "无。"
        return
    yield _row(titles)
    yield "|" + " --- |" * len(titles)
    yield from found


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("\\", "\\\\").replace("|", "\\|") for cell in cells) + " |"


def _text(copy: Copy, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(_text(copy, one) for one in value)
    return NOTHING if value in (None, "") else copy.units.get(value, str(value))
