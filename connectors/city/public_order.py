"""治安案件办理摘要系统 as simulated: a table whose rows are changed in place, sometimes only marked as deleted."""

from collections.abc import Iterator

from connectors.city.happenings import Telling
from connectors.city.rows import HandOver, Play

SYSTEM = "ga_public_order"
CLASSES = ("盗窃", "殴打他人", "故意损毁财物", "扰乱公共秩序")
OPEN, CLOSED = "1", "9"
CLOSED_SHARE, DELETED_SHARE = 0.45, 0.05
PLACE_CODE_SHARE = 0.9
SOON_SECONDS = (3, 8)
ACCEPTED_BEFORE_SECONDS = (60, 1800)
"""How long before its summary a case was accepted: the clerk's own pace, at any speed of the play."""


class Cases:
    """Turns tellings into a case and its later versions."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._random = play.random(SYSTEM)
        self._count = 0

    def hand_overs(self, telling: Telling) -> Iterator[HandOver]:
        random = self._random
        self._count += 1
        accepted = telling.at_seconds - random.uniform(*ACCEPTED_BEFORE_SECONDS)
        case: dict[str, object] = {
            "case_no": self._play.number("AJ", self._count),
            "case_class": random.choice(CLASSES),
            "accept_time": self._play.local_text(accepted),
            "place_code": telling.happening.spot.place_code if random.random() < PLACE_CODE_SHARE else None,
            "case_status": OPEN,
            "is_deleted": 0,
        }
        yield self._hand_over(telling, telling.at_seconds, case, replaces=False)
        # Text times count whole seconds, so a second version within one would be no version.
        later = telling.at_seconds + 1 + self._play.minutes(random, 240, 2880)
        fate = random.random()
        if telling.happening.is_opening:  # some of these are soon done
            later, fate = telling.at_seconds + random.uniform(*SOON_SECONDS), fate / 2
        if fate < DELETED_SHARE:
            yield self._hand_over(telling, later, {**case, "is_deleted": 1}, replaces=True)
        elif fate < DELETED_SHARE + CLOSED_SHARE:
            yield self._hand_over(telling, later, {**case, "case_status": CLOSED}, replaces=True)

    def _hand_over(self, telling: Telling, at_seconds: float, case: dict[str, object], *, replaces: bool) -> HandOver:
        update_time = self._play.local_text(at_seconds)
        return HandOver(
            at_seconds=at_seconds,
            system=SYSTEM,
            record_no=str(case["case_no"]),
            version=update_time,
            row={**case, "update_time": update_time},
            happening=telling.happening.number,
            replaces=replaces,
        )
