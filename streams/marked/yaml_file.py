"""YAML and JSON files whose every value knows its file and line, so that each error can be shown where it stands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, order=True)
class Fault:
    """Something wrong in a file. `line` counts from 1; 0 stands for the file as a whole."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


@dataclass(frozen=True)
class Marked:
    """A value and where it stands; an item of a mapping stands where its key does.

    `value` is a scalar, a list of Marked or a dict of Marked by key.
    """

    value: Any
    file: str
    line: int

    def fault(self, text: str) -> Fault:
        return Fault(self.file, self.line, text)

    def plain(self) -> Any:
        """The value without its marks; lists become tuples, so that nobody changes them."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return tuple(item.plain() for item in self.value)
        return self.value

    def items(self, *path: str) -> "dict[str, Marked]":
        """The mapping at the end of `path`; empty where there is none."""
        found = self.value
        for step in path:
            found = found[step].value if isinstance(found, dict) and step in found else None
        return found if isinstance(found, dict) else {}

    def with_item(self, path: tuple[str, ...], item: "Marked") -> "Marked":
        """The same tree with `item` at the end of `path`."""
        if not path:
            return item
        items = self.value if isinstance(self.value, dict) else {}
        under = items.get(path[0], Marked({}, item.file, item.line))
        return Marked({**items, path[0]: under.with_item(path[1:], item)}, self.file, self.line)

    def at(self, *path: str | int) -> "Marked":
        """The value at the end of `path`, or the deepest one on the way there that exists: where an error is shown."""
        found = self
        for step in path:
            try:
                found = found.value[step]
            except (KeyError, IndexError, TypeError):
                return found
        return found


def read_marked(path: Path, faults: list[Fault]) -> Marked:
    """The file's content; what is wrong with the file goes to `faults`, and stands as an empty mapping."""
    nothing = Marked({}, str(path), 0)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError) as error:
        faults.append(nothing.fault(f"cannot be read: {error}"))
        return nothing
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(part for part in (error.context, error.problem) if part)
        faults.append(Fault(str(path), mark.line + 1 if mark else 0, f"cannot be parsed: {problem}"))
        return nothing
    return _mark(node, str(path), node.start_mark.line + 1, faults) if node else nothing


def parse_marked(text: str, file: str) -> Marked:
    """The value that YAML text from outside a file stands for; text that is no YAML stands for itself."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError:
        return Marked(text, file, 0)
    return _mark(node, file, 0, []) if node else Marked(None, file, 0)


def _mark(node: yaml.Node, file: str, line: int, faults: list[Fault]) -> Marked:
    if isinstance(node, yaml.MappingNode):
        items: dict[Any, Marked] = {}
        for key_node, value_node in node.value:
            key, key_line = _scalar(key_node), key_node.start_mark.line + 1
            if key in items:
                faults.append(Fault(file, key_line, f"'{key}' stands here again, first in line {items[key].line}"))
            items[key] = _mark(value_node, file, key_line, faults)
        return Marked(items, file, line)
    if isinstance(node, yaml.SequenceNode):
        return Marked([_mark(item, file, item.start_mark.line + 1, faults) for item in node.value], file, line)
    return Marked(_scalar(node), file, line)


def _scalar(node: yaml.Node) -> Any:
    if not isinstance(node, yaml.ScalarNode):
        return str(node.tag)  # a mapping or list as a key: reported as an unknown key under this name
    # Not a whole loader: its scanner and parser cost more than the value.
    constructor = yaml.constructor.SafeConstructor()
    try:
        return constructor.construct_object(node)
    except (yaml.YAMLError, ValueError):
        return str(node.value)


def merged(base: Marked, over: Marked) -> Marked:
    """`base` with what `over` says: mappings are merged key by key, anything else is replaced."""
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    items = dict(base.value)
    for key, item in over.value.items():
        items[key] = merged(items[key], item) if key in items else item
    return Marked(items, base.file, base.line)
