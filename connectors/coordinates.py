"""Map coordinates. The hub keeps CGCS2000, which agrees with WGS-84 to centimetres; many departments have GCJ-02.

GCJ-02 is the datum of Chinese street maps: WGS-84 shifted by a published function of the position, some 500 m in
Chongqing. BD-09 is the datum of Baidu's maps: GCJ-02 shifted once more, by some 900 m. Neither shift has a closed
inverse; both change so slowly that repeating the correction finds it.
"""

import math
from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

Datum = Literal["GCJ-02", "BD-09", "CGCS2000"]
DATUMS: tuple[Datum, ...] = get_args(Datum)

# Krasovsky 1940, the ellipsoid by which the shift is defined.
SEMI_MAJOR_METRES = 6_378_245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323
METRES_PER_DEGREE = 111_320.0
INVERSE_STEPS = 6
BD_WAVE = math.pi * 3000.0 / 180.0
BD_LONGITUDE_DEGREES, BD_LATITUDE_DEGREES = 0.0065, 0.006


class Point(NamedTuple):
    """Degrees east and north."""

    longitude: float
    latitude: float


def to_cgcs2000(point: Point, datum: Datum) -> Point:
    """The same place in the hub's datum, to seven decimals (a centimetre)."""
    match datum:
        case "GCJ-02":
            found = gcj02_to_cgcs2000(point)
        case "BD-09":
            found = gcj02_to_cgcs2000(bd09_to_gcj02(point))
        case "CGCS2000":
            found = point
    return Point(round(found.longitude, 7), round(found.latitude, 7))


def from_cgcs2000(point: Point, datum: Datum) -> Point:
    """Where a map in `datum` shows a place."""
    match datum:
        case "GCJ-02":
            return cgcs2000_to_gcj02(point)
        case "BD-09":
            return gcj02_to_bd09(cgcs2000_to_gcj02(point))
        case "CGCS2000":
            return point


def cgcs2000_to_gcj02(point: Point) -> Point:
    """Where a street map shows the place."""
    east, north = _shift(point)
    return Point(point.longitude + east, point.latitude + north)


def gcj02_to_cgcs2000(point: Point) -> Point:
    """The place that a street map shows at `point`, exact to less than a millimetre."""
    return _inverse(cgcs2000_to_gcj02, point)


def gcj02_to_bd09(point: Point) -> Point:
    """Where Baidu's maps show what a street map shows at `point`."""
    x, y = point
    radius = math.hypot(x, y) + 0.00002 * math.sin(y * BD_WAVE)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * BD_WAVE)
    return Point(
        radius * math.cos(angle) + BD_LONGITUDE_DEGREES,
        radius * math.sin(angle) + BD_LATITUDE_DEGREES,
    )


def bd09_to_gcj02(point: Point) -> Point:
    """The way back, exact to less than a millimetre; the formula in circulation for it is off by up to a metre."""
    return _inverse(gcj02_to_bd09, point)


def uncertainty_metres(decimal_places: int) -> float:
    """How far a position may lie, north or south, from where its rounding to so many decimals of a degree puts it."""
    return METRES_PER_DEGREE * 0.5 * 0.1**decimal_places


def metres_between(one: Point, other: Point) -> float:
    """Distance on the flat, good to a thousandth within a district."""
    return math.hypot(*offset_metres(one, other))


def offset_metres(one: Point, other: Point) -> tuple[float, float]:
    """How far east and north of `other` the place `one` lies, on the flat."""
    east = (one.longitude - other.longitude) * math.cos(math.radians((one.latitude + other.latitude) / 2))
    return east * METRES_PER_DEGREE, (one.latitude - other.latitude) * METRES_PER_DEGREE


def _inverse(forward: Callable[[Point], Point], point: Point) -> Point:
    """What `forward` moves to `point`."""
    guess = point
    for _ in range(INVERSE_STEPS):
        moved = forward(guess)
        guess = Point(
            guess.longitude + point.longitude - moved.longitude, guess.latitude + point.latitude - moved.latitude
        )
    return guess


def _shift(point: Point) -> tuple[float, float]:
    """By how many degrees east and north GCJ-02 moves a place."""
    x, y = point.longitude - 105.0, point.latitude - 35.0
    waves = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (
        (
            waves
            + 20.0 * math.sin(y * math.pi)
            + 40.0 * math.sin(y / 3.0 * math.pi)
            + 160.0 * math.sin(y / 12.0 * math.pi)
            + 320.0 * math.sin(y * math.pi / 30.0)
        )
        * 2.0
        / 3.0
    )
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (
        (
            waves
            + 20.0 * math.sin(x * math.pi)
            + 40.0 * math.sin(x / 3.0 * math.pi)
            + 150.0 * math.sin(x / 12.0 * math.pi)
            + 300.0 * math.sin(x / 30.0 * math.pi)
        )
        * 2.0
        / 3.0
    )
    latitude = math.radians(point.latitude)
    flattening = 1.0 - ECCENTRICITY_SQUARED * math.sin(latitude) ** 2
    meridian = SEMI_MAJOR_METRES * (1.0 - ECCENTRICITY_SQUARED) / flattening**1.5
    parallel = SEMI_MAJOR_METRES / math.sqrt(flattening) * math.cos(latitude)
    return math.degrees(east / parallel), math.degrees(north / meridian)
