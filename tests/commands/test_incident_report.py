"""`hub incident report`: the after-action record from the logs of a cluster, the same bytes again and again."""

from hashlib import new

import pytest

from tests.commands.conftest import INCIDENTS, Desk
from tests.eventually import eventually

pytestmark = pytest.mark.timeout(300)

MATTERS = "hub.log.matters.v1"


def reported(desk: Desk, record_no: str) -> str:
    """The number of an incident that 110 has told of and that dispatch was asked to work on."""
    desk.topics.append(INCIDENTS, "500117", desk.report(record_no))

    def number() -> str:
        opened = (one for one in desk.topics.records(MATTERS) if getattr(one, "record_no", "") == record_no)
        return next((str(one.incident_no) for one in opened), "")

    return str(eventually(number, within_seconds=30))


def test_the_record_is_written_from_the_logs_and_ends_with_its_own_hash(desk: Desk) -> None:
    number = reported(desk, "JQ701")
    done = desk.hub("incident", "report", number)
    assert done.exit_code == 0, done.output
    text = done.stdout
    for said in (f"# 事件处置报告 {number}", "供水管爆裂", "ga_alarm110", "JQ701", "由此立项", "hub.log.incidents.v1/"):
        assert said in text
    above, last = text[: text.rindex("全文摘要")], text.splitlines()[-1]
    assert last.endswith(new("sm3", above.encode()).hexdigest())


def test_whoever_writes_it_gets_the_same_bytes_whatever_else_happens(desk: Desk) -> None:
    number = reported(desk, "JQ702")
    before = desk.hub("incident", "report", number).stdout
    reported(desk, "JQ703")
    assert desk.hub("incident", "report", number).stdout == before
    replayed = desk.hub("incident", "report", number, "--replay")
    assert (replayed.exit_code, replayed.stdout) == (0, before), repr(replayed.exception)
    told = desk.listed("incident", "report", number)
    assert before.endswith(f"{told['document_digest']}\n")
    assert [one["record_no"] for one in told["reports"]] == ["JQ702"]
    assert told["timeline"][0]["appended_at"].endswith("+08:00")


def test_up_to_an_instant_later_records_are_left_out(desk: Desk) -> None:
    number = reported(desk, "JQ704")
    assert desk.hub("incident", "report", number, "--until", "2099-01-01T00:00").exit_code == 0
    done = desk.hub("incident", "report", number, "--until", "2020-01-01T00:00")
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"no report of an incident {number}" in done.stderr


def test_an_incident_is_shown_with_its_timeline_where_that_is_asked_for(desk: Desk) -> None:
    number = reported(desk, "JQ705")
    shown = desk.hub("incident", "show", number, "--timeline").stdout
    for text in ("入库时间", "报告", "提请立项", "JQ705"):
        assert text in shown
    assert "入库时间" not in desk.hub("incident", "show", number).stdout
    told = desk.listed("incident", "show", number, "--timeline")
    assert [one["what"] for one in told["timeline"]] == ["报告", "提请立项"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("50011720200101E99999",), 1, "no report of an incident 50011720200101E99999"),
        (("50011720200101E99999", "--until", "yesterday"), 2, "'yesterday' is no moment"),
        (("E1",), 2, "'E1' is no number of an incident"),
    ],
)
def test_what_cannot_be_written_is_said_in_one_line(
    arguments: tuple[str, ...], code: int, said: str, desk: Desk
) -> None:
    done = desk.hub("incident", "report", *arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
