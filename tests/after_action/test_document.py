"""The after-action record: everything that names the incident, in order, the same bytes for everybody."""

from hashlib import new
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.after_action.document import HASH_LINE, document_digest
from streams.facts.incidents import MasterOrder
from streams.facts.matters import Mirrored
from streams.facts.views import Report
from tests.after_action.desk import Read, account, document, gathered_of, shown_by
from tests.processors.ending import city, delivered, judge
from tests.processors.kit import (
    DISTRICT,
    GRID,
    HOUR,
    MATTERS,
    MINUTE,
    START_AT,
    Centre,
    incident_class,
    spot,
)

INCIDENT_NO, MATTER_NO = "50011720260921E00001", "50011720260921M00001"


def story() -> Centre:
    """A burst main that two departments tell of; its unit comes an hour late, and the centre sends it back."""
    centre = delivered()
    centre.wait(MINUTE)
    centre.report("SQ7", spot(30), system="zz_community_e", urgency="critical")
    centre.report("1", spot(9_000), system="xj_alarm119", incident_class="public_security")
    centre.answer("acknowledge")
    centre.wait(2 * HOUR)
    centre.answer("arrive")
    centre.answer("resolve", result="solved")
    centre.answer("reply", result="solved")
    centre.wait(MINUTE)
    judge(centre, "verify")
    centre.wait(MINUTE)
    judge(centre, "rework", reason="recurred")
    return centre


@pytest.fixture(scope="module")
def told() -> Centre:
    return story()


def test_it_says_who_told_what_and_where_each_report_stands_in_the_log(told: Centre) -> None:
    reports = account(told, INCIDENT_NO).reports
    assert [(one.system, one.record_no, one.urgency, one.belonging) for one in reports] == [
        ("ga_alarm110", "1", "紧急", "由此立项"),
        ("zz_community_e", "SQ7", "特急", "并入"),
    ]
    assert (reports[1].occurred_at, reports[1].recorded_at, reports[1].appended_at) == (START_AT + MINUTE,) * 3
    for one in reports:
        topic, partition, offset = one.position.split("/")
        record = told.hub.log(topic, int(partition)).records[int(offset)]
        assert one.record_no.encode() in (record.data or b"")


def test_it_tells_calls_deliveries_answers_breaches_and_ends_in_the_order_of_appending(told: Centre) -> None:
    timeline = account(told, INCIDENT_NO).timeline
    whats = [one.what for one in timeline]
    wanted = (
        "报告", "呼叫:派单", "送达尝试", "事项:派单送达", "并入报告", "应答:签收", "事项:超时", "应答:到场",
        "事项:逾期应答", "核查", "事项:结案", "退回重办", "事项:重新打开",
    )  # fmt: skip
    rest = iter(whats)
    assert [what for what in wanted if what not in rest] == []
    assert [one.appended_at for one in timeline] == sorted(one.appended_at for one in timeline)


def test_it_says_who_acted_by_unit_and_post_and_never_which_officer(told: Centre) -> None:
    text = document(told, INCIDENT_NO)
    assert "合川区供水公司 值班岗" in text
    assert "合川区指挥中心 核查岗" in text
    assert "officer" not in text


def test_an_order_shows_when_it_came_to_each_step_and_which_clock_ran_out(told: Centre) -> None:
    (order,) = account(told, INCIDENT_NO).orders
    assigned, delivered_at, acknowledged, accepted, arrived, *_ = order.moments
    assert (order.order_no, order.unit, order.breaches) == (f"{MATTER_NO}-01", "合川区供水公司", "到场")
    assert (assigned, delivered_at, acknowledged, accepted) == (START_AT, START_AT, START_AT + MINUTE, None)
    assert arrived == START_AT + MINUTE + 2 * HOUR


def test_each_field_names_its_source_and_what_the_others_said(told: Centre) -> None:
    fields = {one.name: one for one in account(told, INCIDENT_NO).fields}
    assert (fields["紧急程度"].value, fields["紧急程度"].source) == ("特急", "zz_community_e SQ7")
    assert fields["紧急程度"].others == "紧急(ga_alarm110 1,2026-09-21 08:00:00)"


def test_nothing_of_another_incident_stands_in_it(told: Centre) -> None:
    assert "xj_alarm119" not in document(told, INCIDENT_NO)


def test_its_last_line_is_the_hash_of_all_bytes_before_it(told: Centre) -> None:
    text = document(told, INCIDENT_NO)
    above, last = text[: text.rindex(HASH_LINE)], text.splitlines()[-1]
    assert last == HASH_LINE + new("sm3", above.encode()).hexdigest()
    assert document_digest(text) in last


@given(st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_two_readers_that_meet_the_partitions_in_different_orders_get_the_same_bytes(told: Centre, seed: int) -> None:
    def interleaved(found: list[Read]) -> list[Read]:
        """Each partition in its order, the partitions mixed as a consumer happens to fetch them."""
        turns = [one.number for one in found]
        Random(seed).shuffle(turns)
        queues = {number: iter([one for one in found if one.number == number]) for number in set(turns)}
        return [next(queues[number]) for number in turns]

    assert document(told, INCIDENT_NO, reorder=interleaved) == document(told, INCIDENT_NO)


def test_what_is_added_later_changes_nothing_up_to_an_instant() -> None:
    centre = delivered()
    centre.wait(MINUTE)
    until_at, before = centre.now, document(centre, INCIDENT_NO)
    centre.wait(1)
    centre.answer("acknowledge")
    centre.report("2", spot(9_000))
    assert document(centre, INCIDENT_NO) != before
    assert document(centre, INCIDENT_NO, until_at=until_at) == before


def test_what_concerns_other_incidents_changes_no_byte() -> None:
    centre = delivered()
    before = document(centre, INCIDENT_NO)
    centre.wait(3 * MINUTE)
    centre.report("2", spot(9_000))
    assert document(centre, INCIDENT_NO) == before


def test_what_stands_in_a_log_twice_is_told_once() -> None:
    centre = delivered()
    before = document(centre, INCIDENT_NO)
    for topic in ("hub.log.incidents.v1", MATTERS, "hub.log.deliveries.v1", "hub.notice.matters.v1"):
        for partition in range(4):
            for record in list(centre.hub.log(topic, partition).records):
                centre.hub.log(topic, partition).append(centre.now, record.key, record.data, record.headers)
    assert document(centre, INCIDENT_NO) == before


def test_poison_in_a_log_is_passed_over() -> None:
    centre = delivered()
    before = document(centre, INCIDENT_NO)
    centre.hub.append("hub.log.incidents.v1", DISTRICT, b"\x00\x00poison")
    assert document(centre, INCIDENT_NO) == before


def test_a_departments_own_order_is_told_under_its_number() -> None:
    centre = Centre(items=city())
    centre.report("1", system="cg_digital", order=MasterOrder(order_no="CG1", unit="城管中队"))
    centre.report("SQ1", spot(10), system="zz_community_e")
    centre.close_at_source("1", "cg_digital")
    for number in ("CG1", "CG2"):
        said = Mirrored(
            key=DISTRICT, occurred_at=centre.now, system="cg_digital", order_no=number, state="closed",
            recorded_at=centre.now,
        )  # fmt: skip
        centre.append(MATTERS, said)
    centre.hub.settle()
    text = document(centre, INCIDENT_NO)
    assert "cg_digital CG1,已结案" in text
    assert "| 来源系统办理状态 | 已办结 | cg_digital 1 |" in text
    assert "办理中(zz_community_e SQ1" in text
    assert "CG2" not in text


def test_an_incident_without_a_matter_has_its_reports_from_the_event_profiles() -> None:
    centre = Centre()
    centre.report("J1", incident_class="public_security")
    assert gathered_of(centre, INCIDENT_NO).said == {}
    shown = Report(
        incident_no=INCIDENT_NO, system="ga_alarm110", record_no="J1", incident_class="public_security",
        urgency="urgent", region=GRID, occurred_at=START_AT, recorded_at=START_AT,
    )  # fmt: skip
    (report,) = account(centre, INCIDENT_NO, shown=shown_by(shown)).reports
    assert (report.record_no, report.belonging) == ("J1", "并入(依事件画像)")


def test_the_matters_log_goes_before_the_event_profiles() -> None:
    centre = delivered()
    shown = {("ga_alarm110", "1"): "50011720260921E00002"}
    assert [one.record_no for one in account(centre, INCIDENT_NO, shown=shown).reports] == ["1"]
    assert gathered_of(centre, "50011720260921E00002", shown=shown).said == {}


@pytest.mark.parametrize(
    "secret", [{"confidential": True}, {"incident_class": "wage"}], ids=["as_asked_for", "by_its_class"]
)
def test_a_confidential_incident_says_its_district_and_no_departments_number(secret: dict[str, Any]) -> None:
    def written(**said: Any) -> str:
        centre = Centre(items=(*city(), incident_class("wage", 50, 86_400)))
        centre.report("SECRET-77", system="zw_hotline12345", **said)
        return document(centre, INCIDENT_NO)

    for leading in ("SECRET-77", "zw_hotline12345", "合阳城", "106.26"):
        assert leading in written()
        assert leading not in written(**secret)
    assert "合川区" in written(**secret)


def test_what_a_department_writes_into_its_number_breaks_neither_table_nor_page() -> None:
    centre = Centre()
    centre.report("A|B\n<script>[x](y)*", system="zz_community_e")
    text = document(centre, INCIDENT_NO)
    assert "A\\|B \\<script>\\[x](y)\\*" in text
    rows = [line for line in text.splitlines() if line.startswith("| ") and "script" in line]
    assert all(line.count(" |") >= 5 for line in rows)
    assert rows
