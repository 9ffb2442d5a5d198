"""`hub mode` and `hub outage`: levels and outages as they stand, with the clocks they touched, both deadlines told."""

from dataclasses import replace
from typing import Any

import pytest

from streams.facts.measures import Measure
from streams.facts.views import Clock, Hastened, Matter, Move
from tests.commands.conftest import HELD_AT, Desk
from tests.commands.test_listings import MATTERS_VIEW, TWO_MINUTES, matter

pytestmark = pytest.mark.timeout(300)

MEASURES_VIEW = "hub.view.measures.v1"
LEVEL_NO, DRILL_NO, OUTAGE_NO = "50011720261122L00001", "50011720261122L00002", "50011720261122X00003"


def measure(measure_no: str, kind: Any, **said: Any) -> Measure:
    fields: dict[str, Any] = {
        "name": "二级响应", "state": "in_force", "exercise": False, "review_at": HELD_AT + 3_600_000, **said,
    }  # fmt: skip
    return Measure(
        measure_no=measure_no, measure=kind, regions=("500117",), classes=(), cause="嘉陵江超警戒水位",
        document="令12号", from_at=HELD_AT, missed_reviews=0, ordered_unit="500117-emergency", ordered_post="指挥长",
        ordered_officer="0301", clocks=1, as_of=HELD_AT, **fields,
    )  # fmt: skip


def touched(number: int, **changes: Any) -> Matter:
    """A matter whose only clock is changed so."""
    found = matter(number, "running")
    clock: Clock = replace(found.orders[0].clocks[0], **changes)
    return replace(found, orders=(replace(found.orders[0], clocks=(clock,)),))


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A desk whose hub has a level, an exercise, an outage, and a clock of the first and of the last."""
    hastened = Hastened(
        measure_no=LEVEL_NO, name="二级响应", limit=TWO_MINUTES, counted_from_at=HELD_AT, reaction_until_at=HELD_AT
    )
    move = Move(moved_at=HELD_AT, was_due_at=HELD_AT + 600_000, cause="level", measure_no=LEVEL_NO)
    for one in (
        measure(LEVEL_NO, "level_2"),
        measure(DRILL_NO, "level_2", exercise=True, state="ended", review_at=None, until_at=HELD_AT + 60_000),
        measure(OUTAGE_NO, "outage", name="停摆认定", review_at=None, until_at=HELD_AT + 2_400_000),
    ):
        desk.topics.append(MEASURES_VIEW, one.measure_no, one)
    for found in (
        touched(701, hastened=hastened, moves=(move,)),
        touched(702, state="exempted", outage_no=OUTAGE_NO),
        touched(703),
    ):
        desk.topics.append(MATTERS_VIEW, found.matter_no, found)
    return desk


def test_levels_are_listed_apart_from_outages_and_exercises_are_marked(told: Desk) -> None:
    modes = {one["measure_no"] for one in told.listed("mode", "list")["modes"]}
    assert modes == {LEVEL_NO, DRILL_NO}
    assert [one["measure_no"] for one in told.listed("outage", "list")["outages"]] == [OUTAGE_NO]
    shown = told.hub("mode", "list").stdout
    for text in ("【演练】二级响应", "生效中", "已终止", "嘉陵江超警戒水位"):
        assert text in shown


def test_a_level_is_shown_with_the_clocks_that_it_moved_and_both_deadlines(told: Desk) -> None:
    found = told.listed("mode", "show", LEVEL_NO)
    (clock,) = found["touched"]
    assert clock["order_no"] == "50011720261122M00701-01"
    assert clock["clock"]["moves"][0]["was_due_at"] != clock["clock"]["due_at"]
    shown = told.hub("mode", "show", LEVEL_NO).stdout
    for text in ("令12号", "指挥长", "签收", "计时中", "共 1 个时钟"):
        assert text in shown


def test_an_outage_is_shown_with_the_clocks_that_it_exempted(told: Desk) -> None:
    (clock,) = told.listed("outage", "show", OUTAGE_NO)["touched"]
    assert (clock["order_no"], clock["clock"]["state"]) == ("50011720261122M00702-01", "exempted")
    assert "已豁免" in told.hub("outage", "show", OUTAGE_NO).stdout


def test_a_clock_is_explained_with_what_touched_it(told: Desk) -> None:
    hastened = told.hub("explain", "clock", "50011720261122M00701-01", "acknowledge").stdout
    assert f"响应级别(措施{LEVEL_NO})" in hastened
    assert "二级响应时限:2分钟" in hastened
    exempted = told.hub("explain", "clock", "50011720261122M00702-01", "acknowledge").stdout
    assert f"豁免:平台停摆(措施{OUTAGE_NO})" in exempted


def test_a_number_that_nothing_has_is_a_finding(told: Desk) -> None:
    done = told.hub("mode", "show", "50011720261122L09999")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "no measure" in done.stderr


def test_a_matter_that_is_made_up_is_marked_in_listings(desk: Desk) -> None:
    drill = replace(touched(704), exercise=True)
    desk.topics.append(MATTERS_VIEW, drill.matter_no, drill)
    assert "【演练】" in desk.hub("matter", "show", drill.matter_no).stdout
    assert "【演练】" in desk.hub("matter", "list").stdout
