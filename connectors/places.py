"""Where something happened: from codes, coordinates, grids and addresses to the most exact region that is certain.

Standard addresses and grids are what the address system has delivered; what it has not said a word of yet is what the
city's configuration says. What neither knows stays unlocated, with the system's district as region: a state to be
worked off, never a guess.
"""

import csv
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from connectors.coordinates import Point, metres_between
from connectors.grids import Found, Grids
from connectors.standard_addresses import StandardAddress, StandardAddresses, without_details
from connectors.uncertainties import uncertainties
from connectors.words import Lexicon
from streams.facts.reference import Address, Grid

LocatedBy = Literal["point", "place", "grid", "system"]

AGREES_METRES = 1_000.0
"""A reported position this near to the registered place is a better word on where it happened than the registry's."""
EXACT_METRES = 100.0
"""A position rounded more coarsely than this is no point: it says a grid, village or town, where it says only one."""
CERTAIN, WITHIN_AN_ADDRESS = 1.0, 0.9
"""Of a registered code, a whole address or a region's code; of a building or flat of a standard address, which may be
so large that it reaches into the next grid: our proposal, until a department has compared."""


@dataclass(frozen=True)
class Place:
    """The region's code, and a position in CGCS2000 where one is known; `located_by` says on what it rests.

    `confidence` is how likely the region is the right one, from 0 to 1; None where nothing but the district is known.
    In two cases of three it lies within `uncertainty_metres` of the position, or of the region's centre.
    """

    region: str
    located_by: LocatedBy
    place_code: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    confidence: float | None = None
    uncertainty_metres: float | None = None


@dataclass(frozen=True)
class Facility:
    """A registered place: an organisation, a device, an estate, a road, a standard address."""

    place_code: str
    kind: str
    name: str
    address: str
    point: Point | None
    grid: str


class Places:
    """The registered places and the grids of one district; what is learned counts for the next row, in any thread."""

    def __init__(
        self,
        district: str,
        facilities: Sequence[Facility],
        grids: Mapping[str, Point],
        above: Sequence[str] = (),
    ) -> None:
        """`above` are the names that an address may begin with: what the district lies in, and its own."""
        self.grids = Grids(district, grids)
        self._configured = {facility.place_code: facility for facility in facilities}
        self._standard = StandardAddresses(above)
        self._texts = self._unambiguous(facilities)
        self._delivered: set[str] = set()
        self._uncertainties = uncertainties()
        self.lexicon = Lexicon.of(text for facility in facilities for text in (facility.name, facility.address))
        self._turn = threading.Lock()

    @classmethod
    def load(cls, folder: Path) -> "Places":
        """Read `city.yaml`, `grids.csv` and `places.csv` of a city; ValueError or KeyError where they are wrong."""
        city = yaml.safe_load((folder / "city.yaml").read_text(encoding="utf-8"))
        grids = {row["grid"]: _point(row) for row in _rows(folder / "grids.csv")}
        facilities = [
            Facility(row["place_code"], row["kind"], row["name"], row["address"], _point(row), row["grid"])
            for row in _rows(folder / "places.csv")
        ]
        districts = {grid[:6] for grid in grids}
        if len(districts) != 1:
            raise ValueError(f"{folder / 'grids.csv'}: the grids lie in {len(districts)} districts, not in one")
        return cls(districts.pop(), facilities, grids, (city["parent"], city["name"]))

    def learn(self, fact: Address | Grid) -> None:
        """Know what the address system says; an older word than the one known changes nothing."""
        with self._turn:
            if isinstance(fact, Address):
                self._standard.take(fact)
                if fact.address_code in self._configured:
                    self._delivered.add(fact.address_code)
                return
            self.grids.take(fact)

    def locate(
        self,
        *,
        point: Point | None = None,
        rounded_metres: float = 0.0,
        within_metres: float | None = None,
        place_codes: Sequence[str] = (),
        region: str | None = None,
        address: str | None = None,
    ) -> Place:
        """The best of what a row says of its place: a registered code, a position, a region's code, an address.

        `rounded_metres` is how far off the decimals of `point` leave it; `within_metres` is where two of three such
        points lie.
        """
        metres = max(rounded_metres, self._uncertainties.of_point("unsaid", within_metres))
        with self._turn:
            said_code = place_codes[0] if place_codes else None
            exact = point if rounded_metres <= EXACT_METRES else None
            if facility := self._registered(place_codes):
                return self._at(facility, exact, metres)
            if exact and (reached := self.grids.nearest(exact)):
                return Place(reached.region, "point", said_code, *exact, reached.confidence, metres)
            if region and (known := self.grids.known(region)):
                return self._in_region("grid", Found(known, CERTAIN), said_code)
            if address and (named := self._named(address)):
                facility, confidence = named
                return self._at(facility, None, metres, confidence)
            if point and (shared := self.grids.shared(point, rounded_metres)):
                return self._in_region("point", shared, said_code)
            return Place(self.grids.district, "system", said_code)

    def standard(self, place_codes: Sequence[str], address: str | None) -> Facility | None:
        """The registered place that a row names by code or address."""
        with self._turn:
            return self._registered(place_codes) or (self._of_text(address) if address else None)

    def _at(self, facility: Facility, said: Point | None, said_metres: float, confidence: float = CERTAIN) -> Place:
        """At a registered place; where within it, a position that agrees with it says best."""
        point, metres = facility.point, self._uncertainties.of_kind(facility.kind)
        if said and (point is None or metres_between(said, point) <= AGREES_METRES):
            point, metres = said, said_metres
        found = self._region_of(facility)
        if found is None:
            return Place(self.grids.district, "system", facility.place_code)
        sure = min(confidence, found.confidence)
        if point is None:
            return self._in_region("place", Found(found.region, sure), facility.place_code)
        return Place(found.region, "place", facility.place_code, *point, sure, metres)

    def _in_region(self, located_by: LocatedBy, found: Found, place_code: str | None) -> Place:
        """Somewhere in a grid, village or town."""
        metres = self.grids.within_metres(found.region) or self._uncertainties.of_region(found.region)
        return Place(found.region, located_by, place_code, confidence=found.confidence, uncertainty_metres=metres)

    def _region_of(self, facility: Facility) -> Found | None:
        """Its grid; where that is not there, the one nearest to it, else the village or town of it that exists."""
        if facility.grid in self.grids.centres:
            return Found(facility.grid, CERTAIN)
        if facility.point and (nearest := self.grids.nearest(facility.point)):
            return nearest
        known = self.grids.known(facility.grid)
        return Found(known, CERTAIN) if known else None

    def _registered(self, place_codes: Sequence[str]) -> Facility | None:
        return next((facility for code in place_codes if (facility := self._of_code(code))), None)

    def _of_code(self, code: str) -> Facility | None:
        """As it was delivered, else as it is configured."""
        configured = self._configured.get(code)
        if configured and code not in self._delivered:
            return configured
        delivered = self._standard.of_code(code)
        return _facility(delivered) if delivered and delivered.valid else None

    def _named(self, address: str) -> tuple[Facility, float] | None:
        """The place that a text names, or of which what it names is a part; and how sure its grid is."""
        if facility := self._of_text(address):
            return facility, CERTAIN
        for whole in without_details(self._standard.plain(address)):
            if facility := self._of_text(whole):
                return facility, WITHIN_AN_ADDRESS
        return None

    def _of_text(self, text: str) -> Facility | None:
        """The one place of this name or address: of the standard addresses, else of the configuration."""
        if delivered := self._standard.of_text(text):
            return _facility(delivered[0]) if len(delivered) == 1 else None
        configured = self._texts.get(self._standard.plain(text))
        return self._of_code(configured) if configured else None

    def _unambiguous(self, facilities: Sequence[Facility]) -> dict[str, str]:
        """Codes by name and by address, without those that several share."""
        codes: dict[str, list[str]] = defaultdict(list)
        for facility in facilities:
            for text in {self._standard.plain(facility.name), self._standard.plain(facility.address)} - {""}:
                codes[text].append(facility.place_code)
        return {text: found[0] for text, found in codes.items() if len(found) == 1}


def _facility(address: StandardAddress) -> Facility:
    return Facility(address.code, "address", "", address.text, address.point, address.grid)


def _point(row: Mapping[str, str]) -> Point:
    return Point(float(row["longitude"]), float(row["latitude"]))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV file whose comment lines begin with `#`."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))
