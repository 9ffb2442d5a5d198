"""Receipts (留痕) as officers read them: a table, JSON, what is unusual."""

from collections.abc import Iterable, Mapping
from typing import Any

from streams.commands.words import NOTHING, as_json_object, print_table, shown_time
from streams.facts.audit import Receipt
from streams.rules.chain_check import ChainCheck, ChainFault
from streams.rules.unusual_reading import Unusual

ACTS = {
    "read": "查阅",
    "refused": "拒绝",
    "approved": "批准",
    "declined": "不予批准",
    "consented": "同意",
    "linked": "关联",
    "unlinked": "解除关联",
    "suggested": "疑似提示",
    "erased": "删除",
    "corrected": "更正",
    "exported": "导出",
    "broke_glass": "紧急查阅",
}
UNUSUAL = {
    "many_persons": "一小时内查阅人数过多",
    "refused_in_a_row": "连续被拒",
    "night_without_case": "夜间无事项查阅",
}
FAULTS = {
    "changed": "被改动",
    "misplaced": "错置",
    "missing": "缺失",
    "doubled": "同号两条",
    "broken": "前后不接",
    "unnumbered": "序号错误",
    "cut_back": "被截短",
    "rewritten": "被改写",
    "strange": "不是留痕",
}
ENVELOPE = ("id", "key", "source", "trace", "occurred_at")


def receipt_as_json(receipt: Receipt) -> dict[str, Any]:
    """What its digest is taken of, and the digest."""
    return {name: value for name, value in as_json_object(receipt).items() if name not in ENVELOPE}


def print_receipts(receipts: Iterable[Receipt], units: Mapping[str, str]) -> None:
    """One line a receipt; `units` are names by code."""
    print_table(
        (
            "时间",
            "操作",
            "结果",
            "依据",
            "单位",
            "岗位",
            "人员",
            "第二人",
            "用途",
            "事项编号",
            "人员令牌",
            "链",
            "序号",
        ),
        (
            (
                shown_time(one.happened_at),
                ACTS[one.act],
                one.result,
                one.basis or NOTHING,
                units.get(one.actor_unit, one.actor_unit) or NOTHING,
                one.actor_post or NOTHING,
                one.actor_officer or NOTHING,
                one.second or NOTHING,
                one.purpose,
                one.case_no or NOTHING,
                one.token,
                one.chain,
                str(one.number),
            )
            for one in receipts
        ),
    )


def unusual_as_json(one: Unusual) -> dict[str, Any]:
    """A finding, its receipts as chain and number."""
    places = [{"chain": chain, "number": number} for chain, number in one.receipts]
    return {
        "kind": one.kind,
        "unit": one.unit,
        "officer": one.officer,
        "since": shown_time(one.since_at),
        "until": shown_time(one.until_at),
        "amount": one.amount,
        "receipts": places,
    }


def print_unusual(found: Iterable[Unusual], units: Mapping[str, str]) -> None:
    """One line a finding."""
    print_table(
        ("情形", "单位", "人员", "自", "至", "数量", "所据留痕(链/序号)"),
        (
            (
                UNUSUAL[one.kind],
                units.get(one.unit, one.unit),
                one.officer,
                shown_time(one.since_at),
                shown_time(one.until_at),
                str(one.amount),
                " ".join(f"{chain}/{number}" for chain, number in one.receipts),
            )
            for one in found
        ),
    )


def print_chains(checks: Iterable[ChainCheck], strange: Iterable[ChainFault]) -> None:
    """One line a chain: up to which number it is whole, and what is wrong after that; then what is no receipt."""
    chains = [
        (one.chain, one.number, one.head.happened_at if one.head else None, one.late, one.fault) for one in checks
    ]
    print_table(
        ("链", "完整至", "末条时间", "位置晚于序号", "问题", "序号", "说明"),
        (
            (chain, str(number), shown_time(last_at), str(len(late)), *_fault(fault))
            for chain, number, last_at, late, fault in [*chains, *((one.chain, 0, None, [], one) for one in strange)]
        ),
    )


def _fault(fault: ChainFault | None) -> tuple[str, str, str]:
    return (FAULTS[fault.kind], str(fault.number), fault.text) if fault else (NOTHING, NOTHING, NOTHING)
