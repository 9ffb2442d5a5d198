"""The record of incidents that were taken for two and were one, and of a wrong merge that was taken back."""

from streams.after_action.account import Account
from tests.after_action.desk import account, document
from tests.processors.kit import MINUTE, Centre
from tests.processors.one_and_two import deliver, fold, separate, two_mains

OLDER, YOUNGER = "50011720260921E00001", "50011720260921E00002"


def merged() -> Centre:
    """Two burst mains, both units called, that are found to be one two minutes later."""
    centre = two_mains(minutes_between=1)
    for matter in centre.matters():
        deliver(centre, matter.orders[0].order_no)
    centre.wait(2 * MINUTE)
    fold(centre)
    return centre


def taken_back() -> Centre:
    """The same, and three minutes later it is found to have been wrong; then the unit of each answers."""
    centre = merged()
    centre.wait(3 * MINUTE)
    separate(centre, OLDER, YOUNGER, "zz_grid_app/WG1")
    centre.wait(MINUTE)
    for matter in centre.matters():
        for order in matter.orders:
            if order.state == "delivered":
                centre.answer("acknowledge", order_no=order.order_no)
    return centre


def reports(written: Account) -> dict[str, str]:
    """How each report belongs, by its number."""
    return {one.record_no: one.belonging for one in written.reports}


def test_the_one_that_goes_on_tells_both_stories_from_their_beginnings() -> None:
    centre = merged()
    written = account(centre, OLDER)
    assert reports(written) == {"JQ1": "由此立项", "WG1": f"随事件并入(自 {YOUNGER})"}
    assert dict(written.head)["并入本事件"] == YOUNGER
    calls = {one.detail.split(",")[0] for one in written.timeline if one.what == "呼叫:派单"}
    assert calls == {"50011720260921M00001-01", "50011720260921M00002-01"}
    whats = [one.what for one in written.timeline]
    assert {"并单", "事项:并单"} <= set(whats)
    assert whats.index("并单") > whats.index("派单送达")


def test_the_one_that_went_into_it_keeps_its_own_record_and_says_where_it_went() -> None:
    head = dict(account(merged(), YOUNGER).head)
    assert (head["状态"], head["现已并入"]) == ("已并入", OLDER)
    (belonging,) = reports(account(merged(), YOUNGER)).values()
    assert belonging == "由此立项,2026-09-21 08:03:00 离开"


def test_what_was_merged_wrongly_and_taken_back_is_told_of_each_until_then_and_of_its_own_after() -> None:
    centre = taken_back()
    older, younger = account(centre, OLDER), account(centre, YOUNGER)
    assert reports(older)["WG1"] == f"随事件并入(自 {YOUNGER}),2026-09-21 08:06:00 离开"
    assert reports(younger) == {"WG1": f"拆分而来(自 {OLDER})"}
    assert "现已并入" not in dict(younger.head)
    for written in (older, younger):
        assert "拆单" in [one.what for one in written.timeline]
    answered = {one.detail.split(",")[0] for one in older.timeline if one.what == "应答:签收"}
    assert answered
    assert all(order_no.startswith("50011720260921M00001") for order_no in answered)


def test_also_then_everybody_gets_the_same_bytes() -> None:
    centre = taken_back()
    for incident_no in (OLDER, YOUNGER):
        written = document(centre, incident_no)
        assert document(centre, incident_no, reorder=lambda found: found[::-1]) == written
        assert document(taken_back(), incident_no) == written
