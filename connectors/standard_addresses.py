"""The standard addresses that the district's address system has delivered, in a database of this process.

A district has up to some million addresses. They lie in a temporary file that SQLite keeps and that ends with the
process, so that memory stays bounded by its cache; the topic they come from is the truth. An address that was struck
off stays, so that an older word of it does not bring it back.
"""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.coordinates import Point
from streams.facts.reference import Address

CACHE_KIBIBYTES = 16_384
DETAIL = re.compile(r"[0-9A-Za-z一二三四五六七八九十]+(?:号楼|栋|幢|座|单元|层|楼|室|户)$")
"""A part of one standard address: a building, an entrance, a storey, a flat. A house number is none: it is another."""
MOST_DETAILS = 6
BLANKS = re.compile(r"[\s,,。.]")


@dataclass(frozen=True)
class StandardAddress:
    """One address as it stands; `point` in CGCS2000, `valid` is false once it is struck off."""

    code: str
    text: str
    grid: str
    point: Point | None
    valid: bool


class StandardAddresses:
    """Addresses by code and by text. Not for several threads at once."""

    def __init__(self, above: Sequence[str] = ()) -> None:
        """`above` names what an address may begin with or leave out: the province or city, then the district."""
        self._above = above
        self._database = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        self._database.execute(
            "CREATE TABLE addresses (code TEXT PRIMARY KEY, text TEXT, plain TEXT, grid TEXT, longitude REAL,"
            " latitude REAL, valid INTEGER, recorded_at INTEGER) WITHOUT ROWID"
        )
        self._database.execute("CREATE INDEX by_text ON addresses (plain) WHERE valid")
        self._database.execute("BEGIN")  # for good: what one connection alone sees need never be committed
        self._is_empty = True

    def take(self, address: Address) -> None:
        """Know an address as it is said now, unless a later word on it is known."""
        self._is_empty = False
        self._database.execute(
            "INSERT INTO addresses VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET"
            " text = excluded.text, plain = excluded.plain, grid = excluded.grid, longitude = excluded.longitude,"
            " latitude = excluded.latitude, valid = excluded.valid, recorded_at = excluded.recorded_at"
            " WHERE excluded.recorded_at >= recorded_at",
            (
                address.address_code,
                address.text,
                self.plain(address.text),
                address.grid,
                address.longitude,
                address.latitude,
                address.valid,
                address.recorded_at,
            ),
        )

    def of_code(self, code: str) -> StandardAddress | None:
        """The address of this code, struck off or not."""
        found = [] if self._is_empty else self._select("code = ?", code)
        return found[0] if found else None

    def of_text(self, text: str) -> list[StandardAddress]:
        """The address that has this text, blanks and punctuation aside; two of them where several have it."""
        return [] if self._is_empty else self._select("valid AND plain = ? LIMIT 2", self.plain(text))

    def plain(self, text: str) -> str:
        """An address as it is compared: without blanks, punctuation and the names of what lies above."""
        said = BLANKS.sub("", text)
        for name in self._above:
            said = said.removeprefix(name)
        return said

    def _select(self, condition: str, value: str) -> list[StandardAddress]:
        columns = "SELECT code, text, grid, longitude, latitude, valid FROM addresses WHERE "
        return [
            StandardAddress(
                code, text, grid, None if longitude is None else Point(longitude, latitude), valid=bool(valid)
            )
            for code, text, grid, longitude, latitude, valid in self._database.execute(columns + condition, (value,))
        ]


def without_details(text: str) -> list[str]:
    """A plain address without its last detail, its last two …: of 江畔花园3栋2单元 江畔花园3栋 and 江畔花园."""
    shorter: list[str] = []
    while len(shorter) < MOST_DETAILS and (detail := DETAIL.search(text)) and detail.start():
        text = text[: detail.start()]
        shorter.append(text)
    return shorter
