"""The sentence that comes with an order: when what is to be done, in words that an officer reads once."""

import json
from dataclasses import replace

from streams.agents.order_call import Names, as_event, order_call, order_text
from streams.facts.deliveries import ToldLimit
from streams.facts.joint import Joint
from streams.facts.notices import Attempt

ORDER = "50011720261122M00001-01"
NAMES = Names({"gas_leak": "燃气泄漏"}, {"500117": "合川区"}, {"gas": "合川区燃气抢险队"})
CALL = Attempt(
    delivery_no=f"{ORDER}-D1", attempt=1, unit="gas", channel="sms", address="", timeout_seconds=10, district="500117",
    order_no=ORDER, matter_no=ORDER[:-3], incident_class="gas_leak", urgency="critical", region="500117", limits=(),
)  # fmt: skip


def test_an_order_says_by_when_and_how_often() -> None:
    told = (
        ToldLimit(kind="acknowledge", amount=5, unit="minute"),
        ToldLimit(kind="initial_report", amount=30, unit="minute"),
        ToldLimit(kind="follow_up_report", amount=2, unit="hour"),
        ToldLimit(kind="final_report", amount=24, unit="hour"),
        ToldLimit(kind="periodic", amount=2, unit="hour"),
    )
    assert order_text(replace(CALL, limits=told), NAMES) == (
        "【特急】合川区发生燃气泄漏，请合川区燃气抢险队在5分钟内签收，30分钟内初报，其后每2小时续报，"
        f"办结后24小时内终报，每2小时阶段反馈。派单编号{ORDER}。"
    )


def test_a_time_says_after_what_it_begins() -> None:
    told = (
        ToldLimit(kind="accept", amount=15, unit="natural_day"),
        ToldLimit(kind="resolve", amount=60, unit="natural_day", after="accept"),
    )
    assert "在15个自然日内受理，受理后60个自然日内办结。" in order_text(replace(CALL, limits=told), NAMES)


STAGES = (
    ToldLimit(kind="stage", amount=4, unit="office_hour", stage_name="责令停工"),
    ToldLimit(kind="stage", amount=20, unit="office_day", stage_name="拆除", after_stage_name="责令停工"),
)


def test_a_case_in_stages_says_each_by_its_name_and_from_when_it_counts() -> None:
    told = replace(CALL, limits=(ToldLimit(kind="acknowledge", amount=5, unit="minute"), *STAGES))
    assert "在5分钟内签收，4个工作小时内责令停工，责令停工后20个工作日内拆除。" in order_text(told, NAMES)
    sent = json.loads(as_event(order_call(told, NAMES)))["data"]["limits"]
    assert [one["stage_name"] for one in sent] == [None, "责令停工", "拆除"]
    assert sent[2]["after_stage_name"] == "责令停工"


def test_a_reminder_of_a_stage_names_it() -> None:
    due_at = 1_790_000_000_000
    word = replace(CALL, kind="reminder", clock="stage", stage_name="拆除", due_at=due_at, accountable="gas")
    assert order_text(word, NAMES) == (
        f"【催办】合川区燃气泄漏，请合川区燃气抢险队在09月21日22:13前拆除。派单编号{ORDER}。"
    )
    assert json.loads(as_event(order_call(word, NAMES)))["data"]["stage_name"] == "拆除"


def test_a_folded_order_says_which_one_goes_on() -> None:
    other = "50011720261122M00002-01"
    word = replace(CALL, kind="folded", into_order_no=other)
    assert order_text(word, NAMES) == (
        f"【并单】合川区燃气泄漏，派单{ORDER}与派单{other}是同一事件，已并入，请按派单{other}办理。"
    )
    event = json.loads(as_event(order_call(word, NAMES)))
    assert (event["type"], event["data"]["into_order_no"]) == ("hub.order.folded.v1", other)


def test_a_letter_asks_and_sets_no_time() -> None:
    assert order_text(CALL, NAMES) == (
        f"【协调函·特急】合川区发生燃气泄漏，商请合川区燃气抢险队协助处置并函复结果。编号{ORDER}。"
    )


def test_a_letter_that_is_followed_up_says_that_no_result_has_come() -> None:
    again = replace(CALL, kind="letter", accountable="gas", exercise=True)
    assert order_text(again, NAMES) == (
        f"【演练】【协调函·跟进】合川区燃气泄漏，前函尚未收到结果，商请合川区燃气抢险队尽快函复。编号{ORDER}。"
    )


WHISTLE = Joint(kind="whistle", number="50011720261122W00001", called_by="town", called_by_name="合阳城街道综治中心")


def test_a_unit_that_a_town_whistled_for_reads_who_did_and_by_when_to_report_in() -> None:
    told = replace(CALL, joint=WHISTLE, limits=(ToldLimit(kind="arrive", amount=30, unit="minute"),))
    assert order_text(told, NAMES) == (
        "【吹哨报到·特急】合川区发生燃气泄漏，合阳城街道综治中心吹哨，请合川区燃气抢险队到场报到，在30分钟内到场。"
        f"派单编号{ORDER}。"
    )
    assert json.loads(as_event(order_call(told, NAMES)))["data"]["joint"] == vars(WHISTLE)


def test_an_order_that_a_meeting_decided_says_what_is_to_be_done() -> None:
    decided = replace(WHISTLE, kind="inspection", number="50011720261122C00001", task="correct")
    told = replace(CALL, joint=decided, limits=(ToldLimit(kind="resolve", amount=24, unit="hour"),))
    assert order_text(told, NAMES) == (
        "【联合检查·特急】合川区发生燃气泄漏，联合检查50011720261122C00001议定，请合川区燃气抢险队整改，在24小时内办结。"
        f"派单编号{ORDER}。"
    )


def test_a_meeting_says_who_calls_it_and_when_it_begins() -> None:
    called = replace(WHISTLE, kind="meeting", number="50011720261122C00001", called_by_name="合川区综治中心")
    word = replace(CALL, kind="meeting", order_no="", due_at=1_790_000_000_000, joint=called)
    assert order_text(word, NAMES) == (
        "【联席会议】合川区燃气泄漏，合川区综治中心召集联席会议，请合川区燃气抢险队于09月21日22:13参加。"
        "会议编号50011720261122C00001。"
    )
    assert json.loads(as_event(order_call(word, NAMES)))["type"] == "hub.meeting.called.v1"


def test_a_confidential_order_and_every_word_on_it_say_so_and_where_the_place_is_read() -> None:
    told = replace(CALL, confidential=True, limits=(ToldLimit(kind="acknowledge", amount=5, unit="minute"),))
    end = "具体地点登录值班页面查看，阅看留痕，不得外传。"
    assert order_text(told, NAMES) == (
        f"【保密】【特急】合川区发生燃气泄漏，请合川区燃气抢险队在5分钟内签收。派单编号{ORDER}。{end}"
    )
    reminder = replace(told, kind="reminder", clock="acknowledge", due_at=1_790_000_000_000, accountable="gas")
    assert order_text(replace(reminder, exercise=True), NAMES).startswith("【演练】【保密】【催办】")
    assert order_text(reminder, NAMES).endswith(end)
    assert json.loads(as_event(order_call(told, NAMES)))["data"]["confidential"] is True
    assert end not in order_text(replace(told, confidential=False), NAMES)


def test_an_order_of_a_service_says_until_when_and_where_the_unit_finds_to_whom_and_no_place() -> None:
    due_at = 1_790_000_000_000
    told = replace(
        CALL, incident_class="service_due", urgency="routine", confidential=True, subject="service_due", due_at=due_at,
        system="cl_disability_service", record_no="CJ00017",
        limits=(ToldLimit(kind="acknowledge", amount=1, unit="office_day"),),
    )  # fmt: skip
    assert order_text(told, NAMES) == (
        "【保密】【一般】应办服务，请合川区燃气抢险队1个工作日内签收，09月21日22:13前办结。"
        f"请在系统cl_disability_service按记录号CJ00017查阅，不得外传。派单编号{ORDER}。"
    )
    data = json.loads(as_event(order_call(told, NAMES)))["data"]
    assert (data["incident_class_name"], data["subject"], data["record_no"]) == ("应办服务", "service_due", "CJ00017")


def test_a_reminder_of_a_service_names_what_it_is_about_and_nobody() -> None:
    word = replace(
        CALL, kind="reminder", incident_class="help_call", confidential=True, clock="arrive", due_at=1_790_000_000_000,
        accountable="gas",
    )  # fmt: skip
    assert order_text(word, NAMES).startswith("【保密】【催办】合川区居家呼叫求助，请合川区燃气抢险队在")
