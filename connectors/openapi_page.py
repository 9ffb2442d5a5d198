"""The OpenAPI document of a department as a page in Chinese: plain HTML, no script, nothing from elsewhere. Pure."""

from collections.abc import Iterable
from html import escape
from typing import Any

from connectors.contract import Contract
from connectors.item_schemas import item_schema
from connectors.openapi import openapi_of

STYLE = """body{font:16px/1.6 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;
vertical-align:top}code{font-family:ui-monospace,monospace}p{white-space:pre-line}"""


def page_of(contract: Contract) -> str:
    """The page as HTML; `/openapi/<system>.json` has the same for programs."""
    document = openapi_of(contract)
    info, address = document["info"], f"/openapi/{contract.system}.json"
    doors = "".join(
        _door(f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    types = "、".join(f"<code>{escape(name)}</code>" for name in contract.event_types)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(info['title'])}</h1><p>{escape(info['description'])}</p>"
        f'<p>程序可读的文档:<a href="{address}">{address}</a></p>'
        f"<h2>数据项</h2><p>事件类型:{types}</p>{_items(contract)}{doors}</body></html>\n"
    )


def _items(contract: Contract) -> str:
    return _table(
        ("字段", "名称", "必填", "说明", "示例"),
        (
            (f"<code>{escape(item.source_field)}</code>", escape(item.title), "是" if item.required else "否", *said)
            for item in contract.all_items
            for said in (_said_of(item_schema(item)),)
        ),
    )


def _said_of(schema: dict[str, Any]) -> tuple[str, str]:
    """The description of an item with its codes, and its example."""
    form = schema.get("anyOf", [schema])[0]
    codes = "<br>".join(f"{escape(code['const'])} {escape(code['title'])}" for code in form.get("oneOf", ()))
    example = "、".join(f"<code>{escape(str(example))}</code>" for example in form.get("examples", ()))
    return escape(schema["description"]) + (f"<br>{codes}" if codes else ""), example


def _door(door: str, operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    kinds = "、".join(f"<code>{escape(kind)}</code>" for kind in content) or "无请求体"
    headers = ((f"<code>{header['name']}</code>", escape(header["description"])) for header in operation["parameters"])
    answers = ((status, escape(answer["description"])) for status, answer in operation["responses"].items())
    return (
        f"<h2><code>{escape(door)}</code></h2><p>{escape(operation['summary'])}\n"
        f"{escape(operation['description'])}</p><p>内容类型:{kinds}</p>"
        f"{_table(('请求头', '说明'), headers)}{_table(('状态', '含义'), answers)}"
    )


def _table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; its cells are HTML already."""
    head = "".join(f"<th>{title}</th>" for title in titles)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{lines}</table>"
