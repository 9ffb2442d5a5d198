"""How `hub matter show` tells of whistles and meetings, and that each reason has its Chinese words."""

import re
from pathlib import Path

import pytest

from streams.commands.joint import origin_lines, print_joint
from streams.facts.chinese import JOINT_OBSTACLES
from streams.processors import meetings, whistles
from tests.processors.joining import (
    CITY_MANAGEMENT,
    JOINED,
    MARKET,
    convene,
    decision,
    deliver,
    meeting,
    number_of,
    whistle,
)
from tests.processors.kit import HOUR
from tests.processors.test_supervision import DISTRICT_CENTRE, delivered


def test_a_whistle_and_a_meeting_are_told_with_what_came_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    centre = delivered(JOINED)
    whistle(centre, "blow", units=(CITY_MANAGEMENT, MARKET))
    deliver(centre, MARKET)
    whistle(centre, "refuse", by=CITY_MANAGEMENT, reason="no_hands")
    centre.answer("arrive", order_no=number_of(centre, MARKET))
    whistle(centre, "sign", unit=MARKET, rating="unsolved")
    whistle(centre, "sign", unit=MARKET, rating="late")
    found = centre.matter().matter_no
    call = {"kind": "inspection", "matters": (found,), "units": (MARKET,), "begins_at": centre.now + HOUR}
    convene(centre, "call", DISTRICT_CENTRE, **call)
    convene(centre, "hold", DISTRICT_CENTRE, units=(MARKET,))
    convene(centre, "decide", DISTRICT_CENTRE, decisions=(decision(centre, MARKET, "correct"),), document="纪要3号")
    print_joint(centre.matter())
    told = capsys.readouterr().out
    for word in ("待报到签认", "人手不足", "到场未解决", "已经签认", "联合检查", "已议定", "纪要3号"):
        assert word in told
    assert f"{MARKET}整改({meeting(centre).decisions[0].order_no})" in told


def test_what_explains_a_clock_says_whose_whistle_or_which_meeting_the_order_comes_from() -> None:
    centre = delivered(JOINED)
    whistle(centre, "blow", units=(MARKET,))
    lead, called = centre.matter().orders
    number = centre.matter().whistles[0].whistle_no
    assert list(origin_lines(called)) == [f"来由:吹哨报到{number},centre-town吹哨,到场时限即报到时限"]
    assert list(origin_lines(lead)) == list(origin_lines(None)) == []
    call = {"matters": (centre.matter().matter_no,), "units": (MARKET,), "begins_at": centre.now + HOUR}
    convene(centre, "call", DISTRICT_CENTRE, kind="meeting", **call)
    convene(centre, "hold", DISTRICT_CENTRE, units=(MARKET,))
    convene(centre, "decide", DISTRICT_CENTRE, decisions=(decision(centre, MARKET, "watch"),))
    told = list(origin_lines(centre.matter().orders[-1]))
    assert told == [f"来由:联席会议{meeting(centre).meeting_no}议定,centre-district召集,任务:值守看护"]


def test_a_matter_without_any_is_told_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    print_joint(delivered(JOINED).matter())
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("module", [whistles, meetings])
def test_every_reason_that_dispatch_gives_has_its_words(module: object) -> None:
    source = Path(str(getattr(module, "__file__", ""))).read_text(encoding="utf-8")
    obstacles = source[source.index("def _obstacle") :]
    given = set(re.findall(r'(?:return|else|if|:) "([a-z]+(?:_[a-z]+)+)"', obstacles))
    told = {"whistle_refused", "whistle_signed", "whistle_ended", "joint_refused", "meeting_held", "meeting_decided"}
    assert given - told <= set(JOINT_OBSTACLES)
    assert "not_the_caller" in given
