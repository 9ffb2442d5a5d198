"""The script of a play: every row of every department in order of time, the same for the same seed and start."""

import heapq
import itertools
from collections.abc import Iterable, Iterator

from connectors.city import alarm110, community_e, municipal_iot, public_order
from connectors.city.ground import Ground
from connectors.city.happenings import Telling, happenings, opening, tellings
from connectors.city.rows import HandOver, Play


def script(play: Play, ground: Ground) -> Iterator[HandOver]:
    """Without end. The daily dump is no part of it: a file is a day's, at any speed."""
    devices = municipal_iot.Devices(play, ground)
    rows = heapq.merge(_told(play, ground, devices), devices.readings(), key=lambda hand_over: hand_over.at_seconds)
    return municipal_iot.numbered(rows, play)


def _told(play: Play, ground: Ground, devices: municipal_iot.Devices) -> Iterator[HandOver]:
    """What departments tell of happenings. Nobody tells before it happens, so all before the next one is complete."""
    departments = {
        alarm110.SYSTEM: alarm110.Alarms(play).hand_overs,
        community_e.SYSTEM: community_e.Requests(play).hand_overs,
        public_order.SYSTEM: public_order.Cases(play).hand_overs,
        municipal_iot.SYSTEM: devices.hand_overs,
    }
    random = play.random("tellings")
    pending: list[tuple[float, int, HandOver]] = []
    count = itertools.count()

    def tell(told: Iterable[Telling]) -> None:
        for telling in told:
            for hand_over in departments[telling.system](telling):
                heapq.heappush(pending, (hand_over.at_seconds, next(count), hand_over))

    tell(opening(ground, play.random("opening")))
    for happening in happenings(ground, play.random("happenings"), play.speed):
        while pending and pending[0][0] <= happening.at_seconds:
            yield heapq.heappop(pending)[2]
        tell(tellings(happening, random, play.speed))
