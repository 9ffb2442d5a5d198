"""Reading mappings field by field, with every error written down and none that stops the reading."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from streams.marked.yaml_file import Fault, Marked


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of an error sentence: the nearest known name, or all of them where they are few."""
    choices = sorted(known)
    near = difflib.get_close_matches(name, choices, n=1)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known: {', '.join(choices)}" if 0 < len(choices) <= 12 else ""


Word = TypeVar("Word", bound=str)


class Form:
    """A mapping that is read field by field; what is wrong goes to `faults`, and an empty value stands in.

    `title` is how errors name the mapping: "topic hub.log.matters.v1".
    """

    def __init__(self, title: str, marked: Marked, faults: list[Fault]) -> None:
        self.title = title
        self.marked = marked
        self._faults = faults
        self._asked: set[str] = set()
        if not isinstance(marked.value, dict):
            self._fault(marked, f"must be a mapping, not {_described(marked.value)}")
        self.items: Mapping[str, Marked] = marked.value if isinstance(marked.value, dict) else {}

    def fault(self, text: str, key: str | None = None) -> None:
        """Write down an error where `key` stands, or where the mapping does."""
        place = self.items.get(key, self.marked) if key else self.marked
        self._fault(place, text)

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self.items

    def text(self, key: str, default: str | None = None) -> str:
        """A string; required unless there is a default."""
        return str(self._typed(key, default, str, "text") or "")

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number."""
        return int(self._typed(key, default, int, "a whole number") or 0)

    def whole_within(self, key: str, within: range, default: int) -> int:
        """A whole number of `within`."""
        number = self.whole(key, default)
        if self.has(key) and isinstance(self.items[key].value, int) and number not in within:
            self.fault(f"'{key}' must be from {within[0]} to {within[-1]}, not {number}", key)
        return number

    def number_within(self, key: str, lowest: float, highest: float) -> float:
        """A number, whole or not, from `lowest` to `highest`."""
        if not self.has(key):
            self.fault(f"'{key}' is missing")
            return lowest
        number = self.items[key].value
        if isinstance(number, bool) or not isinstance(number, int | float):
            self.fault(f"'{key}' must be a number, not {_described(number)}", key)
            return lowest
        if not lowest <= number <= highest:
            self.fault(f"'{key}' must be from {lowest:g} to {highest:g}, not {number:g}", key)
        return float(number)

    def numbers_within(self, key: str, lowest: float, highest: float) -> tuple[float, ...]:
        """A list of numbers, each from `lowest` to `highest`."""
        items = self._typed(key, None, list, "a list of numbers")
        values = [item.value for item in self.items[key].value] if isinstance(items, list) else []
        for value in values:
            if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= highest:
                self.fault(f"'{key}' must be numbers from {lowest:g} to {highest:g}, not {_described(value)}", key)
                return ()
        return tuple(float(value) for value in values)

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false."""
        return bool(self._typed(key, default, bool, "true or false"))

    def value(self, key: str) -> Any:
        """Whatever stands there, without marks; None if nothing does."""
        return self.items[key].plain() if self.has(key) else None

    def one_of(self, key: str, known: Sequence[str], what: str, default: str | None = None) -> str:
        """A string that is one of `known`."""
        name = self.text(key, default)
        if name and name not in known:
            self.fault(f"unknown {what} '{name}'{did_you_mean(name, known)}", key)
        return name

    def choice(self, key: str, known: Sequence[Word], what: str, default: Word | None = None) -> Word:
        """One of `known`, as the word that it is there; the first of them where it is none, which is a fault."""
        name = self.one_of(key, known, what, default)
        return next((word for word in known if word == name), known[0])

    def values(self, key: str) -> dict[str, Any]:
        """A mapping of any values, without marks; empty where nothing stands."""
        return {name: item.plain() for name, item in self.form(key).items.items()}

    def names(
        self, key: str, known: Iterable[str] | None = None, what: str = "name", default: tuple[str, ...] | None = None
    ) -> tuple[str, ...]:
        """A list of different strings, each one of `known` where that is given."""
        items = self._typed(key, default, list, "a list of names")
        names: list[str] = []
        for item in self.items[key].value if isinstance(items, list) else ():
            self._name(item, names, None if known is None else tuple(known), what)
        return tuple(names)

    def name_by_key(self, key: str, known: Iterable[str], what: str) -> dict[str, str]:
        """A mapping from names to one of `known` each."""
        form, choices = self.form(key), tuple(known)
        return {name: form.one_of(name, choices, what) for name in form.items}

    def form(self, key: str) -> "Form":
        """The mapping under `key`; an empty one where nothing stands."""
        marked = self.items[key] if self.has(key) else Marked({}, self.marked.file, self.marked.line)
        return Form(f"{self.title}: {key}" if self.title else key, marked, self._faults)

    def forms(self, key: str, what: str) -> dict[str, "Form"]:
        """The mappings under the mapping `key`, by name; `what` names one of them in errors."""
        table = self.form(key)
        return {name: Form(f"{what} {name}", marked, self._faults) for name, marked in table.items.items()}

    def listed(self, key: str, what: str) -> tuple["Form", ...]:
        """The mappings of the list `key`, which must be there; `what` names one of them in errors."""
        items = self._typed(key, None, list, "a list")
        listed: list[Marked] = self.items[key].value if isinstance(items, list) else []
        return tuple(Form(what, item, self._faults) for item in listed)

    def each_once(self, key: str, by: str, what: str) -> "Iterator[tuple[str, Form]]":
        """The mappings of the list `key`, each with the name that stands under `by`; a name's second one is a fault."""
        return self._once(key, by, what, lambda form: form.text(by))

    def one_for_each(self, key: str, by: str, known: Sequence[Word], what: str) -> "Iterator[tuple[Word, Form]]":
        """The mappings of the list `key`, one for each of `known`, which stands under `by`, whatever their order.

        A second one is a fault, and so is one that is missing, once all have been read.
        """
        found: set[Word] = set()
        for word, form in self._once(key, by, what, lambda form: form.choice(by, known, what)):
            found.add(word)
            yield word, form
        for word in known:
            if word not in found:
                self.fault(f"nothing is said of '{word}'", key)

    def done(self) -> None:
        """Report the keys that nobody has asked for."""
        for key in self.items:
            if key not in self._asked:
                self.fault(f"unknown key '{key}'{did_you_mean(str(key), self._asked)}", key)

    def _once(self, key: str, by: str, what: str, name: "Callable[[Form], Word]") -> "Iterator[tuple[Word, Form]]":
        found: set[Word] = set()
        for form in self.listed(key, what):
            word = name(form)
            if word in found:
                form.fault(f"{word} stands here a second time", by)
            found.add(word)
            yield word, form
            form.done()

    def _fault(self, place: Marked, text: str) -> None:
        self._faults.append(place.fault(f"{self.title}: {text}" if self.title else text))

    def _typed(self, key: str, default: Any, kind: type, description: str) -> Any:
        if not self.has(key):
            if default is None:
                self.fault(f"'{key}' is missing")
            return default
        value = self.items[key].value
        # A bool is an int to Python, not to an operator.
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
            return value
        self.fault(f"'{key}' must be {description}, not {_described(value)}", key)
        return None

    def _name(self, item: Marked, names: list[str], known: tuple[str, ...] | None, what: str) -> None:
        name = item.value
        if not isinstance(name, str):
            self._fault(item, f"{what} must be text, not {_described(name)}")
        elif name in names:
            self._fault(item, f"'{name}' is listed twice")
        else:
            names.append(name)
            if known is not None and name not in known:
                self._fault(item, f"unknown {what} '{name}'{did_you_mean(name, known)}")


def _described(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "nothing" if value is None else repr(value)
