"""How `hub matter show` and `hub explain clock` tell of orders that were folded and of what has to be repaired."""

import pytest

from streams.agents.order_call import Names
from streams.commands.explain import _clock
from streams.commands.matter import _fields, _order_fields
from streams.commands.repairs import folded_lines, print_repairs
from tests.processors.kit import MINUTE
from tests.processors.one_and_two import deliver, fold, two_mains

NO_NAMES = Names(classes={}, regions={}, units={})


def test_what_was_called_and_missed_before_two_matters_became_one_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    centre = two_mains()
    for matter in centre.matters():
        deliver(centre, matter.orders[0].order_no)
    centre.wait(15 * MINUTE)
    fold(centre)
    rest, folded = centre.matters()
    print_repairs(rest)
    told = capsys.readouterr().out
    for word in ("并单前分作两件", folded.matter_no, f"{folded.matter_no}-01 签收", "0份"):
        assert word in told
    print_repairs(folded)
    assert capsys.readouterr().out == ""
    assert _fields(folded, NO_NAMES)["并入"] == rest.matter_no
    stays, ended = rest.orders
    assert _order_fields(ended)[3] == f"已并单,由{stays.order_no}续办"


def test_a_clock_of_a_folded_order_is_found_with_the_matter_that_goes_on() -> None:
    centre = two_mains()
    for matter in centre.matters():
        deliver(centre, matter.orders[0].order_no)
    fold(centre)
    matters = {one.matter_no: one for one in centre.matters()}
    rest, folded = centre.matters()
    matter, order, clock = _clock(f"{folded.matter_no}-01", "reply", "", matters)
    assert (matter, order, clock.state) == (rest, rest.orders[1], "running")
    assert list(folded_lines(order)) == [
        f"并单:已并入派单{rest.orders[0].order_no},按该派单办理;报告的答复时限仍按本派单计"
    ]
    assert list(folded_lines(rest.orders[0])) == list(folded_lines(None)) == []
