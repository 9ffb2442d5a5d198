"""110接处警系统 as simulated: three versions of an alarm, sometimes out of order, with GCJ-02 points and own codes."""

import itertools
from collections.abc import Iterator

from connectors.city.filling import OFF_BY_METRES, WITHIN_METRES
from connectors.city.happenings import HURRIED_SECONDS, Telling
from connectors.city.rows import HandOver, Play, nearby
from connectors.coordinates import cgcs2000_to_gcj02

SYSTEM = "ga_alarm110"
TOPIC = "dept.ga_alarm110"
CODES = {
    "fire": ("0101", "1"),
    "traffic": ("0201", "3"),
    "public_security": ("0301", "3"),
    "burst_main": ("0401", "2"),
    "flooding": ("0402", "1"),
    "gas_leak": ("0501", "1"),
    "service_request": ("0901", "4"),
}
"""Alarm class and usual level."""
NEW, IN_HAND, CLOSED, HANDED_OVER = "10", "20", "30", "40"
HANDLED_SHARE, CLOSED_SHARE = 0.9, 0.9
NOT_FOR_THE_POLICE, HANDED_OVER_SHARE = "service_request", 0.7
OUT_OF_ORDER_SHARE, TWICE_SHARE = 0.05, 0.01
POINT_SHARE, PLACE_CODE_SHARE = 0.8, 0.6


class Alarms:
    """Turns tellings into the alarm's versions; `handed_over` has the alarm that went to 12345 by its happening."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._random = play.random(SYSTEM)
        self._count = 0
        self.handed_over: dict[int, str] = {}

    def hand_overs(self, telling: Telling) -> Iterator[HandOver]:
        random, spot = self._random, telling.happening.spot
        self._count += 1
        alarm_no = self._play.number("JQ", self._count)
        alarm_class, level = CODES[telling.happening.incident_class]
        shifted = cgcs2000_to_gcj02(nearby(spot.point, random, OFF_BY_METRES))
        fixed = {
            "alarm_no": alarm_no,
            "alarm_time": self._play.local_text(telling.at_seconds),
            "alarm_class": alarm_class,
            "alarm_level": level,
            "place_code": spot.place_code if random.random() < PLACE_CODE_SHARE else None,
            "geo_point": f"{shifted.longitude:.6f},{shifted.latitude:.6f}" if random.random() < POINT_SHARE else None,
            "handle_unit": f"合川区公安局{spot.town}派出所",
            "transferred_from": None,
            "accuracy_metres": WITHIN_METRES,
        }
        statuses, moments = (NEW, IN_HAND, CLOSED), self._moments(telling)
        is_handed_over = random.random() < HANDED_OVER_SHARE or telling.happening.is_opening
        if telling.happening.incident_class == NOT_FOR_THE_POLICE and is_handed_over:
            self.handed_over[telling.happening.number] = alarm_no
            statuses, moments = (NEW, HANDED_OVER, CLOSED), [moments[0], moments[0] + self._play.minutes(random, 1, 4)]
        arrivals = moments[::-1] if random.random() < OUT_OF_ORDER_SHARE else moments
        versions = zip(statuses, moments, arrivals, strict=False)
        for seq, (status, recorded, arrives) in enumerate(versions, 1):
            row = {**fixed, "alarm_status": status, "seq": seq, "record_time": self._play.local_text(recorded)}
            yield HandOver(
                at_seconds=arrives,
                system=SYSTEM,
                record_no=alarm_no,
                version=str(seq),
                row=row,
                happening=telling.happening.number,
                times=1 + (random.random() < TWICE_SHARE),
            )

    def _moments(self, telling: Telling) -> list[float]:
        """When each version is recorded: some alarms are never handled further, some never closed."""
        moments = [telling.at_seconds]
        if telling.happening.is_opening:
            waits = (self._random.uniform(*HURRIED_SECONDS) for _ in (IN_HAND, CLOSED))
            return list(itertools.accumulate(waits, initial=telling.at_seconds))
        if self._random.random() < HANDLED_SHARE:
            moments.append(moments[-1] + self._play.minutes(self._random, 3, 15))
            if self._random.random() < CLOSED_SHARE:
                moments.append(moments[-1] + self._play.minutes(self._random, 20, 90))
        return moments
