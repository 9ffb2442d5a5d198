"""The verifier that an auditor runs alone: the hub's own judgement, reached by another program."""

import ast
import runpy
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.facts.audit import Receipt
from streams.receipts.anchors import Anchors, write_anchor
from streams.receipts.exporting import exported_line, write_export
from streams.rules.chain_check import ChainChecks
from streams.rules.receipt_chain import ChainHead, head_at
from tests.receipts.auditing import VERIFIER, faults_in, read_lines, run_verifier, write_lines
from tests.receipts.receipts import forged, forged_chain, some

Mutation = Callable[[list[Receipt], int], list[Receipt]]
MUTATIONS: dict[str, Mutation] = {
    "changed": lambda all_, at: [*all_[:at], replace(all_[at], result="x"), *all_[at + 1 :]],
    "forged": lambda all_, at: [*all_[:at], forged(all_[at], result="x"), *all_[at + 1 :]],
    "left out": lambda all_, at: [*all_[:at], *all_[at + 1 :]],
    "put in": lambda all_, at: [*all_[:at], forged(all_[at], act="exported"), *all_[at:]],
    "twice": lambda all_, at: [*all_, all_[at]],
    "later": lambda all_, at: [*all_[:at], *all_[at + 1 :], all_[at]],
    "numbered anew": lambda all_, at: [*all_[:at], *(forged(one, number=one.number - 1) for one in all_[at:])],
    "cut back": lambda all_, at: all_[:at],
    "rewritten": lambda all_, at: forged_chain(all_, at + 1, result="x"),
}


@pytest.fixture(scope="module")
def verifier() -> dict[str, Any]:
    """The program's own names, in this process: a start costs too much for hundreds of cases."""
    return runpy.run_path(str(VERIFIER))


def judged_by_hub(receipts: list[Receipt], seen: list[ChainHead]) -> list[tuple[str, int, str]]:
    checks = ChainChecks()
    for one in receipts:
        checks.hear(one)
    return [(fault.chain, fault.number, fault.kind) for fault in checks.end(seen)]


def judged_alone(verifier: dict[str, Any], receipts: list[Receipt], seen: list[ChainHead], path: Path) -> Any:
    path.write_text("".join(exported_line(one) + "\n" for one in receipts), encoding="utf-8")
    chains, strange = verifier["read_export"](path)
    for head in seen:
        chains.setdefault(head.chain, verifier["Chain"]()).compare(head.number, head.digest)
    assert strange == []
    return [(name, *chain.fault) for name, chain in sorted(chains.items()) if chain.fault is not None]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(sorted(MUTATIONS)), st.integers(0, 5)), max_size=3), st.integers(1, 6), st.data()
)
def test_it_judges_as_the_hub_does(
    verifier: dict[str, Any], tmp_path: Path, mutations: list[tuple[str, int]], anchored: int, data: st.DataObject
) -> None:
    original, other = some(6, "a"), some(4, "b")
    receipts = original
    for name, at in mutations:
        receipts = MUTATIONS[name](receipts, min(at, len(receipts) - 1)) if receipts else receipts
    mixed = data.draw(st.permutations([0] * len(receipts) + [1] * len(other)))
    both = [iter(receipts), iter(other)]
    lines = [next(both[which]) for which in mixed]
    seen = [head_at(original[anchored - 1]), head_at(other[-1])]
    by_hub = judged_by_hub(lines, seen)
    assert judged_alone(verifier, lines, seen, tmp_path / "export") == by_hub
    assert all(chain == "a" for chain, _, _ in by_hub)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "receipts.jsonl"
    assert write_export(path, [*some(4, "a"), *some(3, "b")]) == 7
    return path


@pytest.fixture
def anchors(tmp_path: Path) -> Path:
    """A folder of two anchors: after two receipts of a chain, and after all."""
    folder = tmp_path / "anchors"
    first = write_anchor(folder, Anchors((), ""), [head_at(some(2, "a")[-1])], {0: 2}, 1)
    write_anchor(folder, first, [head_at(some(4, "a")[-1]), head_at(some(3, "b")[-1])], {0: 7}, 2)
    return folder


def test_a_whole_export_is_whole_with_its_anchors_and_without(export: Path, anchors: Path) -> None:
    code, printed = run_verifier(export)
    assert code == 0
    assert f"链 a: 完整,共 4 条,末条摘要 {some(4, 'a')[-1].digest}" in printed
    assert "未核对锚点" in printed
    code, printed = run_verifier(export, "--anchors", anchors)
    assert code == 0
    assert "锚点 2 个,完整" in printed
    assert "共 2 条链,问题 0 个" in printed


def test_an_export_holds_only_what_its_digests_vouch_for_and_only_its_owner_reads_it(export: Path) -> None:
    assert read_lines(export)[0].keys().isdisjoint({"id", "source", "trace", "key", "occurred_at"})
    assert export.stat().st_mode & 0o077 == 0


def test_an_export_that_cannot_be_written_whole_does_not_stay_and_none_is_written_over(tmp_path: Path) -> None:
    def breaking() -> Any:
        yield some(1)[0]
        raise RuntimeError

    path = tmp_path / "export"
    with pytest.raises(RuntimeError):
        write_export(path, breaking())
    assert not path.exists()
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        write_export(path, some(1))
    assert path.read_text() == "mine"


def test_a_changed_line_is_named_and_the_other_chain_is_whole(export: Path) -> None:
    lines = read_lines(export)
    lines[1]["actor_officer"] = "W9999"
    write_lines(export, lines)
    code, printed = run_verifier(export)
    assert code == 1
    assert faults_in(printed) == [("a", 2, "changed")]
    assert "链 b: 完整" in printed


def test_a_chain_that_was_cut_back_behind_an_anchor_is_found_only_with_the_anchors(export: Path, anchors: Path) -> None:
    write_lines(export, [line for line in read_lines(export) if (line["chain"], line["number"]) != ("a", 4)])
    assert run_verifier(export)[0] == 0
    code, printed = run_verifier(export, "--anchors", anchors)
    assert (code, faults_in(printed)) == (1, [("a", 4, "cut_back")])


def test_a_chain_that_was_written_anew_and_one_that_is_gone_are_found_with_the_anchors(
    tmp_path: Path, anchors: Path
) -> None:
    path = tmp_path / "anew"
    write_export(path, forged_chain(some(4, "a"), 1, actor_officer="W9999"))
    assert run_verifier(path)[0] == 0
    code, printed = run_verifier(path, "--anchors", anchors)
    assert (code, faults_in(printed)) == (1, [("a", 2, "rewritten"), ("b", 1, "cut_back")])


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "anchor-00000001.json").unlink(), "缺第 1 个锚点"),
        (lambda folder: (folder / "anchor-00000002.json").rename(folder / "anchor-00000003.json"), "缺第 2 个锚点"),
        (lambda folder: rewrite(folder / "anchor-00000001.json", '"number": 2', '"number": 1'), "与上一锚点不符"),
        (lambda folder: rewrite(folder / "anchor-00000002.json", "{", "["), "不是锚点文件"),
    ],
)
def test_anchors_that_were_touched_are_found(
    export: Path, anchors: Path, damage: Callable[[Path], None], said: str
) -> None:
    damage(anchors)
    code, printed = run_verifier(export, "--anchors", anchors)
    assert code == 1
    assert said in printed


def rewrite(path: Path, said: str, instead: str) -> None:
    text = path.read_text(encoding="utf-8")
    path.chmod(0o644)
    path.write_text(text.replace(said, instead), encoding="utf-8")


@pytest.mark.parametrize("line", ["", "{", "[]", '{"chain": "a"}', '{"number": "1"}'])
def test_a_line_that_is_no_receipt_is_a_fault(export: Path, line: str) -> None:
    with export.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    code, printed = run_verifier(export)
    assert code == 1
    assert "第 8 行: 不是留痕" in printed


def test_what_cannot_be_read_is_not_judged(tmp_path: Path, export: Path) -> None:
    assert run_verifier(tmp_path / "none")[0] == 2
    assert run_verifier(export, "--anchors", tmp_path / "none")[0] == 2
    assert run_verifier()[0] == 2
    (tmp_path / "binary").write_bytes(b"\xff\xfe\n")
    assert run_verifier(tmp_path / "binary")[0] == 2


def test_a_python_without_sm3_says_so_in_one_line(
    verifier: dict[str, Any], export: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without(name: str, _: bytes) -> Any:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr("hashlib.new", without)
    monkeypatch.setattr(sys, "argv", ["verify_receipts.py", str(export)])
    assert verifier["main"]() == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "SM3" in said.err
    assert len(said.err.splitlines()) == 1


def test_it_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
