"""Draw the grids and places of a city whose real ones are not public: `python ops/cities/synthesise.py hechuan`.

From `towns.csv` alone, always the same bytes. A town's grids lie in a disc around its seat that no other town's disc
touches, spread evenly; its villages are sectors of the disc. Codes have the national form, district 6 + town 3 +
village 3 + grid 3 digits, but the last six digits, all names below the towns and all places are invented.
"""

import csv
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from connectors.check_characters import credit_check_character

GRIDS_IN_A_VILLAGE = 10
LARGEST_RADIUS_METRES = 5_000
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
METRES_IN_A_DEGREE = 111_320

Kinds = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Kind, prefix of the code, names of one town's places."""

FIRST_WATCHED_DOOR = 300

ROADS = ("人民路", "滨江路", "兴合路")
PLACES = (
    ("estate", "ES", ("江畔花园", "锦绣苑", "阳光家园", "金竹小区")),
    ("organisation", "", ("中心小学", "卫生院", "农贸市场", "加油站", "烟花爆竹经营部", "建材厂")),
    ("storage", "KD", ("烟花爆竹经营部库点",)),
    ("manhole", "MH", ("1号井盖", "2号井盖", "3号井盖", "4号井盖")),
    ("streetlight", "SL", ("1号路灯", "2号路灯", "3号路灯", "4号路灯")),
    ("water_main", "WM", ("1号供水干管", "2号供水干管", "3号供水干管", "4号供水干管")),
    ("bridge", "BR", ("1号桥",)),
)

WATCHED = (
    ("camera", "SX", ("1号点位", "2号点位", "3号点位", "4号点位")),
    ("private_camera", "KJ", ("1号社会面点位", "2号社会面点位")),
    ("lift", "DT", ("1号电梯", "2号电梯")),
    ("rented_house", "FW", ("1号出租屋", "2号出租屋", "3号出租屋")),
    ("construction_site", "GD", ("安置房工地",)),
    ("river_section", "HD", ("河段",)),
    ("road_section", "LD", ("公路段",)),
    ("water_plant", "SC", ("水厂",)),
    ("river_station", "SW", ("水文站",)),
    ("air_station", "HB", ("空气站",)),
    ("slope", "DZ", ("滑坡隐患点",)),
)
"""What sensors, cameras and inspections are about; drawn after all other places, which it leaves where they are."""


@dataclass(frozen=True)
class Town:
    code: str
    name: str
    longitude: float
    latitude: float
    grids: int

    @property
    def short_name(self) -> str:
        return self.name.removesuffix("街道").removesuffix("镇")


@dataclass(frozen=True)
class Grid:
    code: str
    name: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Place:
    code: str
    kind: str
    name: str
    address: str


def read_towns(folder: Path) -> list[Town]:
    lines = (line for line in (folder / "towns.csv").read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    return [
        Town(row["town"], row["name"], float(row["longitude"]), float(row["latitude"]), int(row["grids"]))
        for row in csv.DictReader(lines)
    ]


def moved(longitude: float, latitude: float, east_metres: float, north_metres: float) -> tuple[float, float]:
    east = east_metres / (METRES_IN_A_DEGREE * math.cos(math.radians(latitude)))
    return round(longitude + east, 5), round(latitude + north_metres / METRES_IN_A_DEGREE, 5)


def metres_between(one: Town, other: Town) -> float:
    east = (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
    return math.hypot(east, one.latitude - other.latitude) * METRES_IN_A_DEGREE


def grids_of(town: Town, towns: list[Town]) -> Iterator[Grid]:
    nearest_metres = min(metres_between(town, other) for other in towns if other is not town)
    radius_metres = min(nearest_metres / 2, LARGEST_RADIUS_METRES)
    # A sunflower's seeds: each has the same area, none lies behind another.
    turns = [
        (number * GOLDEN_ANGLE % math.tau, radius_metres * math.sqrt((number + 0.5) / town.grids))
        for number in range(town.grids)
    ]
    for number, (angle, distance_metres) in enumerate(sorted(turns)):
        village, place_in_village = divmod(number, GRIDS_IN_A_VILLAGE)
        longitude, latitude = moved(
            town.longitude, town.latitude, distance_metres * math.cos(angle), distance_metres * math.sin(angle)
        )
        yield Grid(
            f"{town.code}{village + 1:03}{place_in_village + 1:03}",
            f"{town.short_name}{village + 1:02}村社区{place_in_village + 1:02}网格",
            longitude,
            latitude,
        )


def credit_code(town: Town, number: int) -> str:
    """An 18-character organisation code with a right check character (GB 32100)."""
    body = f"91{town.code[:6]}HC{town.code[6:]}{number:03}X"
    return body + credit_check_character(body)


def places_of(town: Town) -> Iterator[Place]:
    suffix, name = town.code[6:], town.short_name
    for number, road in enumerate(ROADS, 1):
        yield Place(f"RD{suffix}{number:02}", "road", f"{name}{road}", f"{town.name}{name}{road}")
    yield from numbered(town, PLACES, door=0)


def numbered(town: Town, kinds: Kinds, *, door: int) -> Iterator[Place]:
    """Places of some kinds, one after the other along the town's roads, from a door on."""
    suffix, name = town.code[6:], town.short_name
    for kind, prefix, titles in kinds:
        for number, title in enumerate(titles, 1):
            door += 7
            code = f"{prefix}{suffix}{number:02}" if prefix else credit_code(town, number)
            yield Place(code, kind, f"{name}{title}", f"{town.name}{name}{ROADS[door % len(ROADS)]}{door}号")


def write(path: Path, columns: str, rows: list[str]) -> None:
    head = "# synthetic: drawn by ops/cities/synthesise.py, none of it is real"
    path.write_text("\n".join([head, columns, *rows, ""]), encoding="utf-8")


def drawn(place: Place, grids: list[Grid], random: Random) -> str:
    """A place's line, somewhere about the centre of one of the grids."""
    grid = random.choice(grids)
    longitude, latitude = moved(grid.longitude, grid.latitude, random.uniform(-20, 20), random.uniform(-20, 20))
    return f"{place.code},{place.kind},{place.name},{place.address},{longitude},{latitude},{grid.code}"


def synthesise(source: Path, target: Path) -> None:
    """Write `grids.csv` and `places.csv` to `target` from the towns in `source`."""
    towns = read_towns(source)
    grids = {town.code: list(grids_of(town, towns)) for town in towns}
    write(
        target / "grids.csv",
        "grid,name,longitude,latitude",
        [f"{grid.code},{grid.name},{grid.longitude},{grid.latitude}" for town in towns for grid in grids[town.code]],
    )
    random = Random(0)
    rows = [drawn(place, grids[town.code], random) for town in towns for place in places_of(town)]
    for town in towns:
        rows += [drawn(place, grids[town.code], random) for place in numbered(town, WATCHED, door=FIRST_WATCHED_DOOR)]
    write(target / "places.csv", "place_code,kind,name,address,longitude,latitude,grid", rows)


if __name__ == "__main__":
    city = Path(__file__).parent / sys.argv[1]
    synthesise(city, city)
