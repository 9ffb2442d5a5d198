"""A centre whose rules have cases in stages, and words to say that a stage is done."""

from collections.abc import Sequence
from typing import Any

from streams.contract import Fact
from streams.facts import rules, views
from tests.processors.ending import ending
from tests.processors.kit import START_AT, Centre
from tests.processors.requesting import CITY as ASKING
from tests.processors.requesting import limit, request_rule

STOP, PENALTY, REMOVAL = "stop_work", "penalty", "removal"


def stage(code: str, counted_from: Any, told: rules.Limit) -> rules.Stage:
    return rules.Stage(stage=code, name=f"{code}的名称", counted_from=counted_from, limit=told)


def staged(stages: Sequence[rules.Stage], reply: rules.Limit, incident_class: str = "burst_main") -> Fact:
    """Urgent cases of a class are dealt with in these stages."""
    return rules.Stages(
        key="rules", occurred_at=START_AT, version="", incident_class=incident_class, urgency="urgent",
        stages=tuple(stages), reply=reply, document="试验规则",
    )  # fmt: skip


STAGES = (
    stage(STOP, "filing", limit(4)),
    stage(PENALTY, "filing", limit(10)),
    stage(REMOVAL, "stage_before", limit(20)),
)
"""Stop within 4 hours, penalty within 10 of the filing, removal within 20 of the penalty."""

CITY: tuple[Fact, ...] = (
    *(fact for fact in ASKING if not (isinstance(fact, rules.RequestRule) and fact.reason in ("waiting", "complex"))),
    ending("urgent", centre="district_centre"),
    request_rule("suspend", "waiting", ["stage", "reply"], longest=limit(72), times=2),
    request_rule("extend", "complex", ["stage"], unit="hour", most=12, times=3),
    staged(STAGES, limit(60)),
)


def delivered(items: Sequence[Fact] = CITY, start_at: int = START_AT, **said: Any) -> Centre:
    """A staged case whose unit has just got its order."""
    centre = Centre(items=items, start_at=start_at)
    centre.report("1", **said)
    centre.end_attempt("delivered")
    return centre


def done(centre: Centre, code: str, **said: Any) -> None:
    """The unit of the only order says that a stage is done."""
    centre.answer("stage", stage=code, **said)


def runs(centre: Centre) -> views.Clock:
    """The clock of the stage that the only order is in."""
    return centre.clock("stage")


def clocks_of_stages(centre: Centre) -> list[tuple[str | None, str]]:
    """Each clock that a stage has had, the oldest first: its stage and how it stands."""
    order = centre.order()
    return [(one.stage, one.state) for one in (*order.earlier_clocks, *order.clocks) if one.kind == "stage"]


def told_of_stages(centre: Centre) -> list[tuple[str, str | None]]:
    """What was told of stages, with the stage."""
    return [(one.change, one.stage) for one in centre.notices() if one.stage is not None]
