"""The house rules that no linter knows: what the pure part may not touch, lengths, names, documentation."""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
CODE = ("streams", "connectors")
PURE = ("streams/processors", "streams/rules", "streams/facts", "streams/contract.py")

FORBIDDEN_MODULES = {
    "asyncio", "io", "os", "pathlib", "random", "secrets", "socket", "subprocess", "sys", "threading", "time", "uuid",
}  # fmt: skip
"""What a pure file never imports; `pyproject.toml` has the contract for what it reaches by way of others."""

FORBIDDEN_CALLS = {
    "open": "touches files",
    "print": "writes to the world",
    "input": "reads from the world",
    "exec": "runs text",
    "eval": "runs text",
    "hash": "differs from process to process for texts",
    "id": "differs from process to process",
    "__import__": "imports by name",
}
FORBIDDEN_METHODS = {
    "now": "reads the clock; 'now' is an argument",
    "utcnow": "reads the clock",
    "today": "reads the clock",
    "fromtimestamp": "depends on the machine's zone unless it is given one",
}

EXCUSED = {"streams/contract.py": {"exec"}}
"""`record` writes the `__init__` of a class once, while it is imported, from the names of its fields."""

LONGEST_FUNCTION_LINES = 40
LONGEST_FILE_LINES = 600
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "shared", "tools", "stuff"}
ABBREVIATIONS = {
    "cfg", "conf", "msg", "mgr", "ctx", "req", "resp", "cb", "fn", "impl", "cnt", "idx", "buf", "addr", "cmd", "usr",
    "pwd", "src", "dst", "prev", "curr", "evt", "exc", "svc", "srv", "elem", "lst", "arr", "dct", "hdr", "proc", "tmp",
    "val",
}  # fmt: skip
NAMES_OF_OTHERS = {"tmp_path", "tmp_path_factory"}

FIXED_BY_CONTRACT = {"main", "event_type", "facts"}
"""Functions whose meaning stands elsewhere: the entry point, and what `connectors/contract.py` asks of every system."""


def python_files(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((CHECKOUT / folder).rglob("*.py"))]
    found += [CHECKOUT / folder for folder in folders if folder.endswith(".py")]
    return [path for path in found if "node_modules" not in path.parts]


def shown(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(CHECKOUT)}:{getattr(node, 'lineno', 1)}"


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def is_function(node: ast.AST) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def impurities(tree: ast.AST, excused: Collection[str] = ()) -> Iterator[tuple[ast.AST, str]]:
    """What a pure file does that it may not."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules = {name.name.partition(".")[0] for name in names} & FORBIDDEN_MODULES
                yield from ((node, f"imports {module}") for module in modules)
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in FORBIDDEN_MODULES:
                yield node, f"imports {module}"
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_CALLS.keys() - excused:
                yield node, f"calls {name}: {FORBIDDEN_CALLS[name]}"
            case ast.Call(func=ast.Attribute(attr=name), args=arguments, keywords=keywords) if (
                name in FORBIDDEN_METHODS
            ):
                if name != "fromtimestamp" or len(arguments) + len(keywords) < 2:
                    yield node, f"calls {name}: {FORBIDDEN_METHODS[name]}"
            case ast.For(iter=over) | ast.comprehension(iter=over) if is_a_set(over):
                yield over, "goes through a set, whose order differs from process to process"
            case ast.Global():
                yield node, "changes what other calls see"


def is_a_set(node: ast.expr) -> bool:
    return isinstance(node, ast.Set | ast.SetComp) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("set", "frozenset")
    )


def test_processors_rules_facts_and_the_contract_depend_on_their_arguments_only() -> None:
    found = [
        f"{shown(path, node)} {text}"
        for path in python_files(*PURE)
        for node, text in impurities(
            ast.parse(path.read_text(encoding="utf-8")), EXCUSED.get(str(path.relative_to(CHECKOUT)), ())
        )
    ]
    assert found == []


@pytest.mark.parametrize("text", [
    "import time", "from random import choice", "import os.path as p", "open('x')", "hash('a')", "datetime.now(UTC)",
    "date.today()", "datetime.fromtimestamp(1)", "for x in set(y): pass", "[x for x in {1, 2}]",
    "def f():\n    global g\n    g = 1",
])  # fmt: skip
def test_the_rule_on_pure_files_sees_what_it_should(text: str) -> None:
    assert list(impurities(ast.parse(text)))


@pytest.mark.parametrize("text", ["datetime.fromtimestamp(1, UTC)", "for x in sorted(set(y)): pass", "self.now + 1"])
def test_the_rule_on_pure_files_lets_pass_what_is_pure(text: str) -> None:
    assert list(impurities(ast.parse(text))) == []


def test_nothing_is_left_to_be_done() -> None:
    left = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    kept = {".py", ".yaml", ".yml", ".toml", ".md", ".sh", ".ts", ".html", ".css", ".properties", ".xml"}
    folders = ["streams", "connectors", "tests", "ops", "schemas", ".ci"]
    files = [path for folder in folders for path in (CHECKOUT / folder).rglob("*") if path.suffix in kept]
    files = [
        path for path in (*files, *CHECKOUT.glob("*.*"), CHECKOUT / "Makefile") if not made(path) and path.is_file()
    ]
    found = [
        f"{path.relative_to(CHECKOUT)}:{number}"
        for path in files
        if path.is_file() and not made(path) and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if left.search(line)
    ]
    assert found == []


def made(path: Path) -> bool:
    """Whether a file is brought by a tool and not kept in the repository."""
    return bool({"node_modules", "dist", "__pycache__", "build"} & set(path.parts))


def test_a_function_can_be_read_without_scrolling() -> None:
    found = [
        f"{shown(path, node)} {node.name}: {length} lines"
        for path in python_files(*CODE, "tests")
        for node in nodes(path)
        if is_function(node) and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION_LINES
    ]
    assert found == []


def test_a_file_is_about_one_thing() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*CODE, "tests")}
    assert {shown(path): length for path, length in lengths.items() if length > LONGEST_FILE_LINES} == {}
    assert [shown(path) for path in lengths if path.stem in EMPTY_NAMES or path.parent.name in EMPTY_NAMES] == []


def test_names_are_words() -> None:
    found = [
        f"{shown(path, node)} {name}"
        for path in python_files(*CODE, "tests")
        for node in nodes(path)
        for name in names_given(node)
        if name not in NAMES_OF_OTHERS and ABBREVIATIONS & set(name.lower().strip("_").split("_"))
    ]
    assert found == []


def names_given(node: ast.AST) -> Iterator[str]:
    """The names that a node gives to something."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.ClassDef(name=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name


def test_every_module_class_and_function_that_is_public_says_what_it_is() -> None:
    """Save those of one statement: that says it."""
    undocumented = []
    for path in python_files(*CODE):
        module = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(module):
            undocumented.append(shown(path))
        undocumented += [
            f"{shown(path, node)} {node.name}"
            for node in module.body
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and not node.name.startswith("_")
            and node.name not in FIXED_BY_CONTRACT
            and len(node.body) > 1
            and not ast.get_docstring(node)
        ]
    assert undocumented == []


def test_tests_wait_for_conditions_not_for_time() -> None:
    """`eventually` waits for conditions; in a coroutine asyncio's own sleep does, under a timeout.

    Benchmarks are no tests: they let time pass to measure it.
    """
    found = [
        shown(path, node)
        for path in python_files("tests")
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "time.sleep"
        and path.name != "eventually.py"
        and "benchmarks" not in path.parts
    ]
    assert found == []
