"""The record as a document in Markdown that ends with its own hash: the same log gives the same bytes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import new

from streams.after_action.account import Account, precisely
from streams.commands.words import shown_time

MARKUP = re.compile(r"[\\|<\[`*]")
HASH_LINE = "全文摘要(SM3,本行以上各字节):"
REPORT_TITLES = ("序", "系统", "编号", "类别", "紧急程度", "地点", "发生", "登记", "入库", "归属", "日志位置")
FIELD_TITLES = ("字段", "采用", "来源", "时间", "其他说法")
ORDER_TITLES = ("派单编号", "单位", "派单", "送达", "签收", "受理", "到场", "办结", "答复", "超时")
TIMELINE_TITLES = ("入库时间", "事由", "内容", "何人", "日志位置")
SPAN_TITLES = ("日志分区", "首条", "末条", "条数")


def document_of(account: Account) -> str:
    """The document, its last line the hash of all the bytes before it."""
    text = "\n".join(_lines(account)) + "\n"
    return f"{text}{HASH_LINE}{new('sm3', text.encode()).hexdigest()}\n"


def document_digest(document: str) -> str:
    """The hash that stands in its last line."""
    return document.rpartition(HASH_LINE)[2].strip()


def _lines(account: Account) -> Iterator[str]:
    yield f"# 事件处置报告 {account.incident_no}"
    yield ""
    yield "本报告只依据日志生成;时间均为北京时间,日志位置为“主题/分区/序号”。"
    yield from _section("一、概况", ("项目", "内容"), account.head)
    yield from _section("二、来源报告", REPORT_TITLES, _reports(account))
    yield from _section("三、字段来源", FIELD_TITLES, _fields(account))
    yield from _section("四、派单与时限", ORDER_TITLES, _orders(account))
    yield from _section("五、时间线", TIMELINE_TITLES, _timeline(account))
    yield from _section("六、所依据的日志", SPAN_TITLES, _spans(account))
    yield ""
    yield f"以上记录原文摘要(SM3):{account.digest}"
    yield ""


def _section(title: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    found = [_row(row) for row in rows]
    if not found:
        yield "无。"
        return
    yield _row(titles)
    yield "|" + "---|" * len(titles)
    yield from found


def _row(cells: Iterable[str]) -> str:
    return "|" + "".join(f" {_cell(cell)} |" for cell in cells)


def _cell(text: str) -> str:
    """What neither breaks a table nor is read as markup, whatever a department has written."""
    return " ".join(MARKUP.sub(r"\\\g<0>", text).split())


def _reports(account: Account) -> Iterator[Sequence[str]]:
    for number, one in enumerate(account.reports, 1):
        yield (
            str(number),
            one.system,
            one.record_no,
            one.incident_class,
            one.urgency,
            one.place,
            shown_time(one.occurred_at),
            shown_time(one.recorded_at),
            precisely(one.appended_at),
            one.belonging,
            one.position,
        )


def _fields(account: Account) -> Iterator[Sequence[str]]:
    return ((one.name, one.value, one.source, shown_time(one.said_at), one.others) for one in account.fields)


def _orders(account: Account) -> Iterator[Sequence[str]]:
    return ((one.order_no, one.unit, *map(shown_time, one.moments), one.breaches) for one in account.orders)


def _timeline(account: Account) -> Iterator[Sequence[str]]:
    return ((precisely(one.appended_at), one.what, one.detail, one.who, one.position) for one in account.timeline)


def _spans(account: Account) -> Iterator[Sequence[str]]:
    return ((one.partition, str(one.first_offset), str(one.last_offset), str(one.records)) for one in account.spans)
