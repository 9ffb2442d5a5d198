"""社区e通APP as simulated: residents' requests and ratings, pushed in three envelopes, now and then twice."""

from collections.abc import Iterator
from random import Random

from connectors.city.ground import Spot
from connectors.city.happenings import HURRIED_SECONDS, Telling
from connectors.city.rows import Envelope, HandOver, Play
from connectors.city.spoken import SAID

SYSTEM = "zz_community_e"
CODES = {
    "burst_main": "A1",
    "flooding": "A2",
    "manhole": "A3",
    "streetlight": "A4",
    "environment": "A5",
    "service_request": "A9",
}
VAGUE_ADDRESSES = ("桥头那边", "菜市场对面", "我家楼下", "转盘附近")
SUBMITTED, RATED = "request.submitted", "request.rated"
RATED_SHARE, TWICE_SHARE = 0.5, 0.05
GRID_SHARE, ADDRESS_SHARE, VAGUE_SHARE = 0.7, 0.7, 0.15
ENVELOPES: tuple[tuple[Envelope, float], ...] = (("structured", 0.6), ("binary", 0.3), ("batch", 0.1))


class Requests:
    """Turns tellings into requests and their ratings."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._random = play.random(SYSTEM)
        self._count = 0

    def hand_overs(self, telling: Telling) -> Iterator[HandOver]:
        random, spot, is_opening = self._random, telling.happening.spot, telling.happening.is_opening
        self._count += 1
        request_class = CODES[telling.happening.incident_class]
        request = {
            "request_no": self._play.number("SQ", self._count),
            "request_class": request_class,
            "submit_time": self._play.moment(telling.at_seconds).isoformat(timespec="seconds"),
            "grid_code": spot.grid if random.random() < GRID_SHARE or is_opening else None,
            "address": _address(spot, random),
            "content_masked": random.choice(SAID[telling.happening.incident_class]),
            "requester_phone": f"19{random.randrange(10**9):09}",
        }
        yield self._hand_over(telling, telling.at_seconds, {**request, "satisfaction": None, "version": 1}, SUBMITTED)
        if random.random() < RATED_SHARE or is_opening:
            waits = random.uniform(*HURRIED_SECONDS) if is_opening else self._play.minutes(random, 15, 240)
            rated_at = telling.at_seconds + waits
            satisfaction = random.choices((5, 4, 3, 2, 1), (70, 15, 8, 4, 3))[0]
            yield self._hand_over(telling, rated_at, {**request, "satisfaction": satisfaction, "version": 2}, RATED)

    def _hand_over(self, telling: Telling, at_seconds: float, row: dict[str, object], event_type: str) -> HandOver:
        envelopes, weights = zip(*ENVELOPES, strict=True)
        return HandOver(
            at_seconds=at_seconds,
            system=SYSTEM,
            record_no=str(row["request_no"]),
            version=str(row["version"]),
            row=row,
            happening=telling.happening.number if event_type == SUBMITTED else 0,
            times=1 + (self._random.random() < TWICE_SHARE),
            event_type=event_type,
            envelope=self._random.choices(envelopes, weights)[0],
        )


def _address(spot: Spot, random: Random) -> str | None:
    if random.random() >= ADDRESS_SHARE:
        return None
    return random.choice(VAGUE_ADDRESSES) if random.random() < VAGUE_SHARE else random.choice((spot.address, spot.name))
