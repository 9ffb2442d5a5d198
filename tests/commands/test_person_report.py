"""The copy that a person gets: what is known, from where, for what, and who has read it and why."""

from dataclasses import replace

from streams.commands.person_report import HASH_LINE, Copy, report_of
from streams.facts.person_access import ContextContent, KnownCall, KnownMatter, KnownService
from streams.facts.person_views import PersonRight
from streams.rules.receipt_chain import append
from tests.receipts.receipts import deed

TOKEN = "services:1:0123456789abcdef"
RIGHT = PersonRight(
    token=TOKEN, actor_unit="500117-district_centre", actor_post="服务岗", actor_officer="FW-017", actor_shift="day",
    actor_role="operator", request_no="right:1", kind="access", state="approved", subject_no="500117R1",
    unit="500117-district_centre", document="个人信息保护法第四十五条", asked_at=1_795_305_600_000,
    due_at=1_797_897_600_000, changed_at=1_795_305_700_000, decided_by="BM-002",
)  # fmt: skip
CONTENT = ContextContent(
    matters=(KnownMatter(matter_no="M1", incident_class="street_order", region="500117001", units=("u-water",)),),
    services=(
        KnownService(
            system="mz_social_aid", record_no="FW|1", kind="aid", unit="u-civil", region="500117001001", state="due",
            due_on="2027-01-08", under_14=False, disputed=True,
        ),
    ),
    calls=(KnownCall(system="mz_elder_call", record_no="HJ1", region="500117001001"),),
)  # fmt: skip
_, READ = append(None, "fact", replace(deed(1), token=TOKEN))
COPY = Copy(
    RIGHT, CONTENT, [], [READ], {"u-water": "合川区水务局", "u-civil": "合川区民政局"}, {"mz_social_aid": "社会救助"}
)


def test_it_says_what_is_known_from_where_for_what_and_who_read_it() -> None:
    text = report_of(COPY)
    for said in (
        "# 个人信息查阅报告", "应办服务与帮扶(services)", "合川区水务局", "合川区民政局", "2027-01-08", "FW\\|1",
        "社会救助", "mz_elder_call", "HJ1", "BM-002", READ.actor_officer, "查阅", "异议核校中",
    ):  # fmt: skip
        assert said in text, said


def test_what_there_is_none_of_is_said_to_be_none() -> None:
    text = report_of(COPY._replace(content=ContextContent(), receipts=[]))
    assert text.count("无。") == 7
    assert "| ---" not in text


def test_it_ends_with_the_hash_of_all_before_it_and_the_same_is_the_same_bytes() -> None:
    text = report_of(COPY)
    assert text == report_of(COPY)
    assert text.splitlines()[-1].startswith(HASH_LINE)
    assert report_of(COPY._replace(right=replace(RIGHT, decided_by="BM-003"))).splitlines()[-1] != text.splitlines()[-1]
