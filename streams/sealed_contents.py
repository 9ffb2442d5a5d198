"""What of a record is sealed for a person: in its schema bytes, in its class a record of its own, or None.

`None` where nothing was said, where the person's key was destroyed, and in a process that has no keys of persons.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, get_args, get_type_hints

from streams.record_parts import WrittenBefore
from streams.secrecy.person_keys import ContentBroken, PersonKeys


class SealedField(NamedTuple):
    """A field of a record: the class of what is sealed in it, and the field that holds the person's token."""

    name: str
    holds: type[Any]
    sealed_for: str


class NoKeysHere(ValueError):
    """Something is to be sealed for a person in a process that has no keys of persons."""


def sealed_fields(values: type[Any], definition: Mapping[str, Any]) -> tuple[SealedField, ...]:
    """The fields of a record class that its schema calls sealed."""
    hints = get_type_hints(values)
    sealed = (field for field in definition["fields"] if "sealed" in field)
    return tuple(SealedField(one["name"], _held(hints[one["name"]]), one["sealed_for"]) for one in sealed)


def _held(hint: Any) -> type[Any]:
    found: type[Any] = next(part for part in get_args(hint) if part is not type(None))
    return found


class Contents:
    """Seals and opens what `encode` and `decode` make of contents.

    What was opened or sealed is known again, for the same person: an entry that keeps what a fact said costs no seal.
    """

    def __init__(self, keys: PersonKeys | None, encode: Callable[[Any], bytes], decode: Callable[[bytes], Any]) -> None:
        self.keys = keys
        self.lost = 0
        """How many contents were not opened or sealed because the key was destroyed."""
        self._encode = encode
        self._decode = decode
        self._sealed = WrittenBefore[tuple[str, bytes]]()

    def batch(self) -> AbstractContextManager[None]:
        """As that of the keys: within it many new ones are kept at the cost of one."""
        return nullcontext() if self.keys is None else self.keys.batch()

    def expect(self, tokens: Iterable[str]) -> None:
        """Have the keys of persons looked up together of whom something comes next."""
        if self.keys is not None:
            self.keys.expect(tokens)

    def sealed(self, field: SealedField, fields: Mapping[str, Any]) -> bytes | None:
        """The bytes of a field's content. Raises NoKeysHere, and TypeError where it is another kind of record."""
        content, token = fields[field.name], fields[field.sealed_for]
        if content is None:
            return None
        known = self._sealed.find(content)
        if known is not None and known[0] == token:
            return known[1]
        if not isinstance(content, field.holds):
            raise TypeError(f"{type(content).__name__} stands where {field.holds.__name__} belongs")
        if self.keys is None:
            raise NoKeysHere(f"{field.name} is sealed for a person, and this process has no keys of persons")
        data = self.keys.seal(token, self._encode(content))
        if data is None:
            self.lost += 1
        else:
            self._sealed.keep(content, (token, data))
        return data

    def opened(self, field: SealedField, fields: Mapping[str, Any]) -> Any:
        """The content that a field's bytes hold. Raises PersonKeyMissing, ContentBroken."""
        data, token = fields[field.name], fields[field.sealed_for]
        if data is None or self.keys is None:
            return None
        plain = self.keys.open(token, data)
        if plain is None:
            self.lost += 1
            return None
        content = self._decode(plain)
        if not isinstance(content, field.holds):
            raise ContentBroken(f"{type(content).__name__} is sealed where {field.holds.__name__} belongs")
        self._sealed.keep(content, (token, data))
        return content
