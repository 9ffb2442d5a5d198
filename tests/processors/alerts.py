"""A centre whose rules have levels of alert, and what its leaders order."""

from typing import Any

from streams.facts.matters import Opened
from streams.facts.measures import (
    Authority,
    Effect,
    HastenedTime,
    Measure,
    MeasureRule,
    ModeOrdered,
    OutageDeclared,
    UrgencySet,
)
from streams.facts.rules import Limit
from tests.processors.kit import DISTRICT, GRID, HOUR, MATTERS, RULES, START_AT, Centre, call, clock_limit

MEASURE_VIEW = "hub.view.measures.v1"
LEADER, COMMANDER = "shift_leader", "commander"
CENTRE_UNIT, COMMAND_UNIT = "centre-district", "emergency-district"


def limit(amount: int, unit: Any = "minute", **said: Any) -> Limit:
    fields: dict[str, Any] = {
        "start": "at", "day_end": "same_time", "rolls_over": False, "calendar": "always", "document": "预案", **said,
    }  # fmt: skip
    return Limit(amount=amount, unit=unit, **fields)


def hastened(urgency: Any, kind: Any, percent: int | None = None, own: Limit | None = None) -> HastenedTime:
    return HastenedTime(urgency=urgency, kind=kind, percent=percent, limit=own)


def measure_rule(measure: Any, *ordered_by: Authority, **said: Any) -> MeasureRule:
    fields: dict[str, Any] = {
        "reaction_minutes": 0, "review_hours": 0, "hit_percent": 0, "effects": (), "document": "预案", **said,
    }  # fmt: skip
    return MeasureRule(
        key="rules",
        occurred_at=START_AT,
        version="",
        measure=measure,
        name=f"名称{measure}",
        ordered_by=ordered_by,
        **fields,
    )


FLOOD = ("burst_main", "flooding")
TIMES = (
    hastened("critical", "acknowledge", own=limit(3)),
    hastened("urgent", "acknowledge", 50),
    hastened("urgent", "arrive", 50),
    hastened("urgent", "resolve", 50),
    hastened("routine", "acknowledge", own=limit(20)),
)
LEVEL_2 = measure_rule(
    "level_2",
    Authority(role=COMMANDER, unit=COMMAND_UNIT),
    reaction_minutes=10,
    review_hours=12,
    effects=(Effect(classes=FLOOD, around_the_clock=True, also_called=(), times=TIMES),),
)
LEVEL_1 = measure_rule(
    "level_1",
    Authority(role=COMMANDER),
    reaction_minutes=5,
    review_hours=6,
    effects=(Effect(classes=FLOOD, around_the_clock=True, also_called=(), times=(hastened("urgent", "arrive", 25),)),),
)
MEASURE_RULES = (
    LEVEL_1,
    LEVEL_2,
    measure_rule("raise_urgency", Authority(role=LEADER), Authority(role="duty_officer", unit=CENTRE_UNIT)),
    measure_rule("lower_urgency", Authority(role=LEADER, unit=CENTRE_UNIT)),
    measure_rule("seal", Authority(role=LEADER)),
    measure_rule("outage", Authority(role=LEADER, unit=CENTRE_UNIT), hit_percent=50),
)
ALERT_RULES = (
    *RULES,
    call("flooding", "routine", "emergency"),
    clock_limit("urgent", "resolve", 24, "hour"),
    clock_limit("routine", "resolve", 5, "hour"),
    *MEASURE_RULES,
)


class AlertCentre(Centre):
    """The centre with these rules."""

    def __init__(self, items: Any = ALERT_RULES, **said: Any) -> None:
        super().__init__(items=items, **said)

    def begin(self, level: Any = "level_2", **said: Any) -> None:
        """A level is ordered for the whole district, by default by the commander, to be reviewed in eight hours."""
        self._mode("begin", level=level, **{"review_at": self.now + 8 * HOUR, "regions": (DISTRICT,), **said})

    def review(self, measure_no: str, **said: Any) -> None:
        self._mode("review", measure_no=measure_no, **{"review_at": self.now + 8 * HOUR, **said})

    def end(self, measure_no: str, **said: Any) -> None:
        self._mode("end", measure_no=measure_no, **said)

    def _mode(self, order: Any, **said: Any) -> None:
        fields: dict[str, Any] = {
            "level": None, "measure_no": None, "regions": (), "classes": (), "cause": "超警戒水位", "document": "令",
            "exercise": False, "actor_unit": COMMAND_UNIT, "actor_role": COMMANDER, **said,
        }  # fmt: skip
        self.append(
            MATTERS,
            ModeOrdered(
                key=DISTRICT, occurred_at=self.now, order=order, actor_post="指挥长", actor_officer="0301",
                actor_shift="夜班", **fields,
            ),
        )  # fmt: skip
        self._settle()
        self.wait(0)

    def grade(self, urgency: Any, matter_no: str = "", **said: Any) -> None:
        """The shift leader sets the urgency of a matter, by default of the only one."""
        fields: dict[str, Any] = {"actor_unit": CENTRE_UNIT, "actor_role": LEADER, **said}
        self.append(
            MATTERS,
            UrgencySet(
                key=DISTRICT, occurred_at=self.now, matter_no=matter_no or self.matter().matter_no, urgency=urgency,
                cause="积水", document="值班记录", actor_post="带班", actor_officer="0302", actor_shift="夜班",
                **fields,
            ),
        )  # fmt: skip
        self._settle()
        self.wait(0)

    def declare_outage(self, from_at: int, until_at: int, **said: Any) -> None:
        fields: dict[str, Any] = {
            "regions": (DISTRICT,), "actor_unit": CENTRE_UNIT, "actor_role": LEADER, **said,
        }  # fmt: skip
        self.append(
            MATTERS,
            OutageDeclared(
                key=DISTRICT, occurred_at=self.now, from_at=from_at, until_at=until_at, cause="断电",
                document="故障报告", actor_post="带班", actor_officer="0302", actor_shift="夜班", **fields,
            ),
        )  # fmt: skip
        self._settle()
        self.wait(0)

    def drill(self, incident_class: str = "burst_main", region: str = GRID, number: int = 1) -> None:
        """Somebody reports what is only made up."""
        self.append(
            MATTERS,
            Opened(
                key=DISTRICT, occurred_at=self.now, incident_no=f"{DISTRICT}20260921D{number}",
                incident_class=incident_class, urgency="urgent", region=region, system="exercise",
                record_no=str(number), exercise=True,
            ),
        )  # fmt: skip
        self._settle()
        self.wait(0)

    def measures(self) -> list[Measure]:
        """Every level and outage that is shown, by number."""
        return [measure for _, measure in sorted(self.hub.latest(MEASURE_VIEW).items())]

    def measure(self) -> Measure:
        """The only one."""
        (measure,) = self.measures()
        return measure
