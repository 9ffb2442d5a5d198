"""The script of a play: every row of every department in order of time, the same for the same seed and start."""

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from connectors.catalogue import district_catalogue
from connectors.city import alarm110, community_e, municipal_iot, public_order
from connectors.city.departments import DEPARTMENTS
from connectors.city.ground import Ground
from connectors.city.happenings import HOTLINE, Happening, Telling, happenings, opening, tellings
from connectors.city.records import Records
from connectors.city.rows import HandOver, Play
from connectors.city.stories import Story

CATALOGUE = district_catalogue()
DROPPING_FILES = frozenset(
    department.system for department in DEPARTMENTS if CATALOGUE[department.system].transport == "file_drop"
)
"""Departments that drop files: a file is a day's or an hour's, at any speed, and no part of the script."""


@dataclass(frozen=True)
class Beginning:
    """A record that a department begins of its own accord."""

    at_seconds: float
    records: Records
    story: Story


def script(play: Play, ground: Ground) -> Iterator[HandOver]:
    """Without end."""
    devices = municipal_iot.Devices(play, ground)
    rows = heapq.merge(_told(play, ground, devices), devices.readings(), key=lambda hand_over: hand_over.at_seconds)
    return municipal_iot.numbered(rows, play)


class Writers:
    """Every department that hands rows over one by one, at its desk."""

    def __init__(self, play: Play, ground: Ground, devices: municipal_iot.Devices) -> None:
        self._play = play
        self._ground = ground
        self._alarms = alarm110.Alarms(play)
        self.records = {
            department.system: Records(department, play, ground, place)
            for place, department in enumerate(DEPARTMENTS)
            if department.system not in DROPPING_FILES
        }
        self._departments: dict[str, Callable[[Telling], Iterator[HandOver]]] = {
            alarm110.SYSTEM: self._alarms.hand_overs,
            community_e.SYSTEM: community_e.Requests(play).hand_overs,
            public_order.SYSTEM: public_order.Cases(play).hand_overs,
            municipal_iot.SYSTEM: devices.hand_overs,
            **{system: records.tell for system, records in self.records.items()},
            HOTLINE: self._tell_hotline,
        }

    def opening(self) -> Iterator[HandOver]:
        """What lies on their desks when the play begins."""
        yield from self.told(opening(self._ground, self._play.random("opening")))
        for records in self.records.values():
            yield from records.opening()

    def told(self, all_told: Iterable[Telling]) -> Iterator[HandOver]:
        """What they write of what they have heard."""
        return itertools.chain.from_iterable(self._departments[telling.system](telling) for telling in all_told)

    def _tell_hotline(self, telling: Telling) -> Iterator[HandOver]:
        """With the number of the alarm, where the police have handed it over."""
        alarm_no = self._alarms.handed_over.get(telling.happening.number)
        return self.records[HOTLINE].tell(telling, {"transferred_from": alarm_no})


def _told(play: Play, ground: Ground, devices: municipal_iot.Devices) -> Iterator[HandOver]:
    """What departments tell of happenings and begin themselves, and how it goes on.

    Nobody tells before it happens, so all before the next one is complete.
    """
    writers, random = Writers(play, ground, devices), play.random("tellings")
    pending: list[tuple[float, int, HandOver]] = []
    count = itertools.count()

    def hand_over_later(hand_overs: Iterable[HandOver]) -> None:
        for hand_over in hand_overs:
            heapq.heappush(pending, (hand_over.at_seconds, next(count), hand_over))

    hand_over_later(writers.opening())
    events: list[Iterator[Happening | Beginning]] = [
        happenings(ground, play.random("happenings"), play.speed),
        _begun(writers.records.values(), play),
    ]
    for event in heapq.merge(*events, key=lambda event: event.at_seconds):
        while pending and pending[0][0] <= event.at_seconds:
            yield heapq.heappop(pending)[2]
        if isinstance(event, Happening):
            hand_over_later(writers.told(tellings(event, random, play.speed)))
        else:
            hand_over_later(event.records.begin(event.story, event.at_seconds))


def _begun(records: Iterable[Records], play: Play) -> Iterator[Beginning]:
    """Without end, in order of time."""
    random = play.random("beginnings")
    sorts = [(rate, each, story) for each in records for rate, story in each.rates]
    weights = list(itertools.accumulate(rate for rate, _, _ in sorts))
    at_seconds = 0.0
    while True:
        at_seconds += random.expovariate(weights[-1])
        _, each, story = random.choices(sorts, cum_weights=weights)[0]
        yield Beginning(at_seconds, each, story)
