"""市政设施监测平台 as simulated: readings without end, now and then twice, and alarms where something happens."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from connectors.city.ground import Ground, Spot
from connectors.city.happenings import SECONDS_IN_A_DAY, Telling
from connectors.city.rows import HandOver, Play

SYSTEM = "cg_municipal_iot"
READINGS_PER_DAY = 110_000
METRICS = {
    "manhole": ("tilt", 0.0, 5.0),
    "streetlight": ("current", 0.3, 0.9),
    "water_main": ("pressure", 0.25, 0.45),
    "bridge": ("strain", 5.0, 60.0),
}
"""What a facility of each class measures, and between which values when all is well."""
ALARMS = {
    "manhole": ("tilt", 48.0, 2),
    "streetlight": ("current", 0.0, 2),
    "burst_main": ("pressure", 0.02, 3),
    "flooding": ("water_level", 0.6, 3),
}
"""What it measures when something is wrong, and the alarm level."""
TWICE_SHARE, NOTICE_SHARE, FAULT_SHARE = 0.02, 0.01, 0.005
READ_BEFORE_SECONDS = (0.01, 0.3)


class Devices:
    """Readings of every facility, without their sequence numbers."""

    def __init__(self, play: Play, ground: Ground) -> None:
        self._play = play
        self._random = play.random(SYSTEM)
        self._alarm_random = play.random(f"{SYSTEM}/alarms")
        self._facilities = ground.of(*METRICS)

    def readings(self) -> Iterator[HandOver]:
        """Without end, in order of time."""
        random, at_seconds = self._random, 0.0
        while True:
            at_seconds += random.expovariate(READINGS_PER_DAY * self._play.speed / SECONDS_IN_A_DAY)
            facility = random.choice(self._facilities)
            metric, low, high = METRICS[facility.kind]
            value = round(random.uniform(low, high), 3)
            level = 1 if random.random() < NOTICE_SHARE else 0
            status = "fault" if random.random() < FAULT_SHARE else "online"
            times = 1 + (random.random() < TWICE_SHARE)
            observed = at_seconds - random.uniform(*READ_BEFORE_SECONDS)
            yield self._reading(facility, (metric, value, level), status, (observed, at_seconds), times=times)

    def hand_overs(self, telling: Telling) -> Iterator[HandOver]:
        """The alarm of the facility where it happens."""
        metric, value, level = ALARMS[telling.happening.incident_class]
        observed = telling.at_seconds - self._alarm_random.uniform(*READ_BEFORE_SECONDS)
        yield self._reading(
            telling.happening.spot,
            (metric, value, level),
            "online",
            (observed, telling.at_seconds),
            happening=telling.happening.number,
        )

    def _reading(
        self,
        facility: Spot,
        measured: tuple[str, float, int],
        status: str,
        moments: tuple[float, float],
        *,
        times: int = 1,
        happening: int = 0,
    ) -> HandOver:
        metric, value, level = measured
        observed_at, at_seconds = self._play.instant(moments[0]), moments[1]
        row = {
            "facility_code": facility.place_code,
            "facility_class": facility.kind,
            "metric_code": metric,
            "metric_value": value,
            "alarm_level": level,
            "device_status": status,
            "observed_at": observed_at,
        }
        return HandOver(
            at_seconds=at_seconds,
            system=SYSTEM,
            record_no=f"{facility.place_code}-{metric}-{observed_at}",
            version="",
            row=row,
            happening=happening,
            times=times,
        )


def numbered(rows: Iterable[HandOver], play: Play) -> Iterator[HandOver]:
    """The same rows; each reading has its device's next number, which rises from run to run."""
    last: dict[str, int] = defaultdict(lambda: play.started_at)
    for row in rows:
        if row.system != SYSTEM:
            yield row
            continue
        code = row.row["facility_code"]
        last[code] += 1
        yield replace(row, version=str(last[code]), row={**row.row, "sequence": last[code]})
