"""Which items of a row are sealed in its source topic, and under whose key.

What is said of a person, sensitive or not, is sealed under the key of the person whose token the row has; a token that
is sensitive itself, and what is sensitive in a row that names nobody, under a key of the system, and so are free texts
there: no mask finds every name that one may hold. Other tokens stay.
"""

from collections.abc import Mapping
from typing import Any

from connectors.contract import Contract, Item
from connectors.values import Masked, PersonToken
from streams.secrecy.person_keys import ContentBroken, PersonKeyMissing, PersonKeys
from streams.secrecy.sealing import KeyMissing, SealBroken, Sealed, Sealer

PERSONAL = ("pii", "spi")
LENGTH_BYTES = 2


class RowSeals:
    """Seals and opens the items of one system's rows, none where nothing is `sealed`.

    Without `persons` rows that name somebody are not handled.
    """

    def __init__(self, contract: Contract, sealer: Sealer, persons: PersonKeys | None, *, sealed: bool = True) -> None:
        self._system = contract.system
        self._sealer = sealer
        self._persons = persons
        self._person = person_of(contract)
        self._is_form = bool(contract.expires_on)
        """What a form collects goes with its own key too, whatever becomes of the persons'."""
        self._of_person = frozenset(item.name for item in contract.all_items if is_of_person(item, contract))
        self.items = [item.name for item in contract.all_items if sealed and is_sealed(item, contract)]

    def sealed(self, values: Mapping[str, Any], row_id: str) -> dict[str, bytes]:
        """The items that are sealed, of those that are there. The same row gives the same bytes. KeyMissing."""
        token = values[self._person] if self._person else None
        there = ((name, values[name]) for name in self.items if values[name] is not None)
        return {name: self._seal(name, str(value).encode(), row_id, token) for name, value in there}

    def opened(self, items: Mapping[str, Any], row_id: str) -> dict[str, str]:
        """The same again as text; KeyMissing, and SealBroken too where the person's key was destroyed."""
        found: dict[str, str] = {}
        token = items[self._person] if self._person else None
        if isinstance(token, bytes) and self._person:
            token = found[self._person] = self._open(self._person, token, row_id, None)
        for name in self.items:
            if items[name] is not None and name not in found:
                found[name] = self._open(name, items[name], row_id, token)
        return found

    def is_renewed(self, values: Mapping[str, Any]) -> bool:
        """Whether the person's key was destroyed once: an earlier row of the same content has other bytes then."""
        token = values[self._person] if self._person else None
        return token is not None and self._keys.is_renewed(token)

    def _seal(self, name: str, value: bytes, row_id: str, token: str | None) -> bytes:
        if token is None or name not in self._of_person:
            return self._sealed_for_system(name, value, row_id)
        inner = self._sealed_for_system(name, value, row_id) if self._is_form else value
        data = self._keys.seal(token, _place(row_id, name) + inner)
        if data is None:
            raise KeyMissing("the person's key was destroyed, and no new one is made here")
        return data

    def _open(self, name: str, data: bytes, row_id: str, token: str | None) -> str:
        if token is None or name not in self._of_person:
            return self._opened_for_system(name, data, row_id)
        try:
            content = self._keys.open(token, data)
        except (ContentBroken, PersonKeyMissing) as error:
            raise SealBroken(f"what was sealed for a person of {self._system} does not open") from error
        place = _place(row_id, name)
        if content is None or not content.startswith(place):
            raise SealBroken("the person's key was destroyed" if content is None else "sealed for another row or item")
        inner = content[len(place) :]
        return self._opened_for_system(name, inner, row_id) if self._is_form else inner.decode()

    def _sealed_for_system(self, name: str, value: bytes, row_id: str) -> bytes:
        return self._sealer.seal(self._system, row_id, name, value).packed()

    def _opened_for_system(self, name: str, data: bytes, row_id: str) -> str:
        return self._sealer.unseal(self._system, row_id, name, Sealed.unpacked(data)).decode()

    @property
    def _keys(self) -> PersonKeys:
        if self._persons is None:
            raise KeyMissing("no keys of persons in this process")
        return self._persons


def person_of(contract: Contract) -> str | None:
    """The item with the token of the person whom a row is about: the first that is no household's."""
    tokens = ((item.name, item.type) for item in contract.all_items if isinstance(item.type, PersonToken))
    return next((name for name, kind in tokens if kind.by != "household"), None)


def is_of_person(item: Item, contract: Contract) -> bool:
    """Whether it is said of the person whom the row names."""
    is_token = isinstance(item.type, PersonToken)
    return item.data_class in PERSONAL and not is_token and person_of(contract) is not None


def is_sealed(item: Item, contract: Contract) -> bool:
    """Whether it stands in the source topic as bytes that need a key."""
    return item.data_class == "spi" or isinstance(item.type, Masked) or is_of_person(item, contract)


def _place(row_id: str, name: str) -> bytes:
    """Row and item with their lengths before them: what was sealed there is nothing anywhere else."""
    parts = (row_id.encode(), name.encode())
    return b"".join(len(part).to_bytes(LENGTH_BYTES, "big") + part for part in parts)
