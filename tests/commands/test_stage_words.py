"""The stages of an order as an operator reads them, and how the deadline of each comes about."""

import pytest

from streams.commands.stages import print_stages
from streams.facts.views import Matter
from tests.commands.conftest import Desk
from tests.commands.test_listings import MATTERS_VIEW
from tests.processors.kit import HOUR
from tests.processors.staging import PENALTY, STOP, delivered, done


def second_stage() -> Matter:
    """Delivered on 21 September 2026 at 8:00; stopped three hours later, the penalty still to come."""
    centre = delivered()
    centre.wait(3 * HOUR)
    done(centre, STOP)
    return centre.matter()


def test_stages_are_listed_with_how_far_each_has_come(capsys: pytest.CaptureFixture[str]) -> None:
    print_stages(second_stage())
    said = capsys.readouterr().out
    rows = [line for line in said.splitlines() if "50011720260921M00001-01" in line]
    assert [word for row in rows for word in ("已完成", "办理中", "未到") if word in row] == [
        "已完成",
        "办理中",
        "未到",
    ]
    assert "2026-09-21 11:00:00" in rows[0]


def test_what_is_left_ends_with_the_order(capsys: pytest.CaptureFixture[str]) -> None:
    centre = delivered()
    centre.answer("resolve")
    print_stages(centre.matter())
    assert capsys.readouterr().out.count("随派单终止") == 3


def test_a_matter_without_stages_says_nothing_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    matter = delivered(urgency="critical").matter()
    print_stages(matter)
    assert capsys.readouterr().out == ""


def test_a_stages_clock_is_explained_by_its_name_also_when_it_is_over(desk: Desk) -> None:
    matter = second_stage()
    desk.topics.append(MATTERS_VIEW, matter.matter_no, matter)
    order_no = matter.orders[0].order_no
    now = desk.hub("explain", "clock", order_no, "stage").stdout
    assert now.startswith("penalty的名称:计时中,依据试验规则")
    assert "自送达2026-09-21 08:00:00计起" in now
    assert "截止:2026-09-21(周一)18:00" in now
    over = desk.hub("explain", "clock", order_no, "stage", "--stage", STOP).stdout
    assert over.startswith("stop_work的名称:")
    assert "截止:2026-09-21(周一)12:00" in over
    missing = desk.hub("explain", "clock", order_no, "stage", "--stage", "seal")
    assert (missing.exit_code, missing.output.strip()) == (1, f"{order_no} has no clock 'stage seal'")
    shown = desk.hub("matter", "show", matter.matter_no).stdout
    assert PENALTY in shown
    assert "penalty的名称" in shown
