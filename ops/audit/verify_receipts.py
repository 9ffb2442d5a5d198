#!/usr/bin/env python3
"""Verifies an export of receipts (留痕) and its anchors (锚点), with nothing but Python's standard library.

    python3 verify_receipts.py EXPORT [--anchors FOLDER]

EXPORT is what `hub person receipts --export` wrote: a JSON object a line. FOLDER holds `anchor-<number>.json`, from
wherever the auditor keeps a copy. For each chain it says that it is whole, or its first fault. Exit code: 0 all is
whole, 1 something is not, 2 it could not be judged.

A receipt's digest is the SM3 of the line `audit.receipt.v1` and a line for each of FIELDS: name, `=`, how many bytes
the value has, `:`, the value in UTF-8; each line ends with 0x0A. `previous` is the digest of the receipt of the number
before, '' in number 1. Numbers make the order, not lines: a receipt may stand twice, or later than its number.
Needs Python 3.9 or newer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

WHOLE, FAULTY, NOT_JUDGED = 0, 1, 2
FIELDS = (
    "chain", "number", "previous", "act", "token", "purpose", "case_no", "basis", "actor_unit", "actor_post",
    "actor_officer", "actor_shift", "actor_role", "second", "result", "happened_at",
)  # fmt: skip
NUMBERS = ("number", "happened_at")
ANCHOR_NAME = re.compile(r"anchor-(\d{8,})\.json")
WORDS = {
    "changed": "内容与摘要不符,被改动",
    "unnumbered": "序号小于 1",
    "missing": "缺失",
    "doubled": "同一序号有内容不同的两条",
    "broken": "所记上一条的摘要与上一条不符",
    "cut_back": "锚点记有此条而链中已无,被截短",
    "rewritten": "与锚点所记不是同一条,被改写",
}

Said = dict[str, Any]
Fault = tuple[int, str]
"""A number and what is wrong there."""
Head = tuple[str, int, str]
"""A chain, the number of its last receipt and that one's digest."""


class Chain:
    """One chain as its lines are read."""

    def __init__(self) -> None:
        self.digests: dict[int, str] = {0: ""}
        self.ahead: dict[int, tuple[str, str]] = {}
        self.late = 0
        self.fault: Fault | None = None

    @property
    def last(self) -> int:
        """Up to this number the chain is whole."""
        return len(self.digests) - 1

    def take(self, said: Said) -> None:
        """Take one receipt; what comes after the first fault is not judged."""
        if self.fault is None:
            self.fault = self._judge(said)
            while self.fault is None and self.last + 1 in self.ahead:
                self.fault = self._link(self.last + 1, *self.ahead.pop(self.last + 1))

    def _judge(self, said: Said) -> Fault | None:
        number, digest = said["number"], said["digest"]
        if sm3(canonical(said)) != digest:
            return number, "changed"
        if number < 1:
            return number, "unnumbered"
        known = self.digests.get(number) or self.ahead.get(number, ("", None))[1]
        if known is not None:
            return None if known == digest else (number, "doubled")
        if any(other > number for other in self.ahead):
            self.late += 1
        if number == self.last + 1:
            return self._link(number, said["previous"], digest)
        self.ahead[number] = said["previous"], digest
        return None

    def _link(self, number: int, previous: str, digest: str) -> Fault | None:
        if previous != self.digests[number - 1]:
            return number, "broken"
        self.digests[number] = digest
        return None

    def end(self) -> None:
        """All lines were read."""
        if self.fault is None and self.ahead:
            self.fault = self.last + 1, "missing"

    def compare(self, number: int, digest: str) -> None:
        """An anchor says that the chain once ended so."""
        if self.fault is not None:
            return
        if number > self.last:
            self.fault = self.last + 1, "cut_back"
        elif self.digests[number] != digest:
            self.fault = number, "rewritten"


def sm3(data: bytes) -> str:
    """64 lower-case hexadecimal digits."""
    return hashlib.new("sm3", data).hexdigest()


def canonical(said: Said) -> bytes:
    """What a receipt's digest is taken of."""
    lines = [b"audit.receipt.v1"]
    for name in FIELDS:
        value = str(said[name]).encode()
        lines.append(name.encode() + b"=" + str(len(value)).encode() + b":" + value)
    return b"\n".join(lines) + b"\n"


def read_export(path: Path) -> tuple[dict[str, Chain], list[int]]:
    """The chains of an export by name, and its lines that are no receipts."""
    chains: dict[str, Chain] = {}
    strange: list[int] = []
    with path.open(encoding="utf-8", errors="strict") as file:
        for number, line in enumerate(file, 1):
            said = receipt_in(line)
            if said is None:
                strange.append(number)
            else:
                chains.setdefault(said["chain"], Chain()).take(said)
    for chain in chains.values():
        chain.end()
    return chains, strange


def receipt_in(line: str) -> Said | None:
    """The receipt that a line holds, None where it holds none."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if not isinstance(said, dict) or said.keys() != {*FIELDS, "digest"}:
        return None
    fits = all(type(said[name]) is (int if name in NUMBERS else str) for name in said)
    return said if fits else None


def read_anchors(folder: Path) -> tuple[list[list[Head]], str, str]:
    """The anchors of a folder in order, the SM3 of the last, and what is wrong with them ('' if nothing)."""
    files = sorted((int(found[1]), path) for path in folder.iterdir() if (found := ANCHOR_NAME.fullmatch(path.name)))
    anchors: list[list[Head]] = []
    digest = ""
    for number, path in files:
        data = path.read_bytes()
        try:
            anchor = json.loads(data)
            heads = [(head["chain"], int(head["number"]), head["digest"]) for head in anchor["heads"]]
            told = anchor["number"], anchor["previous"]
        except (ValueError, TypeError, KeyError):
            return anchors, digest, f"{path.name} 不是锚点文件,被改动"
        if number != len(anchors) + 1 or told[0] != number:
            return anchors, digest, f"缺第 {len(anchors) + 1} 个锚点"
        if told[1] != digest:
            return anchors, digest, f"{path.name} 所记上一锚点的摘要与上一锚点不符"
        anchors.append(heads)
        digest = sm3(data)
    return anchors, digest, ""


def judge(export: Path, folder: Path | None) -> int:
    """Print what is whole and what is not; the exit code."""
    chains, strange = read_export(export)
    anchors, digest, anchor_fault = read_anchors(folder) if folder else ([], "", "")
    for name, number, head in (head for heads in anchors for head in heads):
        chains.setdefault(name, Chain()).compare(number, head)
    for name, chain in sorted(chains.items()):
        late = f",其中 {chain.late} 条的位置晚于序号" if chain.late else ""
        if chain.fault is None:
            print(f"链 {name}: 完整,共 {chain.last} 条{late},末条摘要 {chain.digests[chain.last]}")
        else:
            number, kind = chain.fault
            print(f"链 {name}: 第 {number} 条 {WORDS[kind]}({kind});此前 {chain.last} 条完整")
    for number in strange:
        print(f"第 {number} 行: 不是留痕")
    if folder:
        print(f"锚点 {len(anchors)} 个,{anchor_fault or '完整'},末个摘要 {digest or '无'}")
    else:
        print("未核对锚点: 整条链被重写或截短的,须凭锚点才能发现")
    faults = sum(chain.fault is not None for chain in chains.values()) + len(strange) + bool(anchor_fault)
    print(f"共 {len(chains)} 条链,问题 {faults} 个")
    return FAULTY if faults else WHOLE


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="核验个人信息操作留痕")
    parser.add_argument("export", type=Path, help="hub person receipts --export 写出的文件")
    parser.add_argument("--anchors", type=Path, help="锚点目录")
    arguments = parser.parse_args()
    try:
        sm3(b"")
    except ValueError:
        print("此处的 Python 没有 SM3(须 OpenSSL 1.1.1 以上且未裁剪),无法核验", file=sys.stderr)
        return NOT_JUDGED
    try:
        return judge(arguments.export, arguments.anchors)
    except (OSError, UnicodeDecodeError) as error:
        print(f"无法读取: {error}", file=sys.stderr)
        return NOT_JUDGED


if __name__ == "__main__":
    sys.exit(main())
