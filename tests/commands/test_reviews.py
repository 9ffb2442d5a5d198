"""`hub review` and `hub incident merge|split|link`: what waits for a person's word, and the word itself."""

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from connectors.actors import PRIVATE_KEY, Actor, issue_token, make_keys
from connectors.commands import incident_acts
from streams.commands.words import RELATIONS
from streams.facts.chinese import MATCHING_REASONS
from streams.facts.incidents import Linked, Merged, Reviewed, Split
from streams.facts.views import Incident, Link, Reason, Report, Review
from tests.commands.conftest import HELD_AT, INCIDENTS, VIEW
from tests.conftest import Cluster
from tests.hosting.stage import Stage

pytestmark = pytest.mark.timeout(300)

REPORTS, REVIEWS = "hub.view.reports.v1", "hub.view.reviews.v1"
ONE, OTHER, THIRD, SECRET, GONE = (f"50011720261122E0000{number}" for number in range(1, 6))
CENTRE = "500117-district_centre"
COMMANDS = {"incident": incident_acts.incident, "review": incident_acts.review}
REASONS = (
    Reason(name="new", points=-2.04), Reason(name="distance", points=2.31), Reason(name="words", points=1.5),
)  # fmt: skip


def incident(number: str, **said: Any) -> Incident:
    fields: dict[str, Any] = {
        "incident_class": "burst_main", "urgency": "urgent", "state": "open", "region": "500117001020008",
        "longitude": 106.2591, "latitude": 29.98436, "opened_at": HELD_AT, "last_report_at": HELD_AT, "reports": 1,
        "systems": ("ga_alarm110",), "as_of": HELD_AT, **said,
    }  # fmt: skip
    return Incident(incident_no=number, **fields)


def telling(number: str, system: str, record_no: str, **said: Any) -> Report:
    fields: dict[str, Any] = {
        "incident_class": "burst_main", "urgency": "urgent", "region": "500117001020008", "occurred_at": HELD_AT,
        "recorded_at": HELD_AT, **said,
    }  # fmt: skip
    return Report(incident_no=number, system=system, record_no=record_no, **fields)


def suspected(incident_no: str, other_no: str, *, due_in_seconds: int, **said: Any) -> Review:
    fields: dict[str, Any] = {"state": "open", "owner": CENTRE, "probability": 0.62, "reasons": REASONS, **said}
    due_at = time.time_ns() // 1_000_000 + due_in_seconds * 1000
    return Review(incident_no=incident_no, other_no=other_no, opened_at=HELD_AT, due_at=due_at, **fields)


class Desk:
    """The command line over the views of a hub whose processors stand still."""

    def __init__(self, bootstrap: str, home: Path) -> None:
        self.stage = Stage(bootstrap, f"t{uuid.uuid4().hex[:8]}.", home, "ga_alarm110")
        self.topics = self.stage.topics
        self.secrets = home / "actor-secrets"
        self.secrets.mkdir()
        make_keys(self.secrets)
        self.token_file = home / "token"
        self.sign_in()
        for one in (
            incident(ONE, suspected=(OTHER,), links=(Link(other_no=THIRD, relation="parent"),), replaces=(GONE,)),
            incident(OTHER, incident_class="water_supply", systems=("zw_hotline12345",), suspected=(ONE,)),
            incident(THIRD, incident_class="fire"),
            incident(SECRET, confidential=True, region="500117", longitude=None, latitude=None, systems=()),
            incident(GONE, state="replaced", replaced_by=ONE),
        ):
            self.topics.append(VIEW, one.incident_no, one)
        for report in (
            telling(ONE, "ga_alarm110", "JQ2", occurred_at=HELD_AT + 60_000, words=("水管", "嘉滨"), probability=0.997,
                    reasons=(Reason(name="distance", points=3.14),), settled=True),
            telling(ONE, "ga_alarm110", "JQ1", words=("水管", "嘉滨", "3栋")),
            telling(OTHER, "zw_hotline12345", "GD9", words=("停水", "嘉滨")),
        ):  # fmt: skip
            self.topics.append(REPORTS, f"{report.incident_no}/{report.system}/{report.record_no}", report)
        for review in (
            suspected(OTHER, ONE, due_in_seconds=600),
            suspected(THIRD, ONE, due_in_seconds=-600),
            suspected(SECRET, ONE, due_in_seconds=1200, owner="500117-emergency"),
            suspected(THIRD, OTHER, due_in_seconds=-6000, state="apart", decided_at=HELD_AT, actor_officer="0301"),
        ):
            self.topics.append(REVIEWS, f"{review.incident_no}/{review.other_no}", review)

    def sign_in(self, *, valid_seconds: int = 3600) -> None:
        """Put a token of the centre's officer into the file."""
        actor = Actor(CENTRE, "值班岗", "0117", "夜班", "duty_officer", "dispatch")
        key = (self.secrets / PRIVATE_KEY).read_bytes()
        issued_at = int(time.time()) - 60
        self.token_file.write_text(
            issue_token(actor, key, issued_at_seconds=issued_at, valid_seconds=valid_seconds) + "\n"
        )

    def hub(self, name: str, *arguments: str) -> Result:
        variables = {
            "HUB_KAFKA": self.topics.bootstrap,
            "HUB_NAMESPACE": self.stage.topology.namespace,
            "HUB_SECRETS": str(self.secrets),
        }
        return CliRunner().invoke(COMMANDS[name], arguments, env=variables)

    def decide(self, name: str, *arguments: str) -> Result:
        return self.hub(name, *arguments, "--words", "同一处爆管", "--token-file", str(self.token_file))

    def listed(self, *arguments: str) -> Any:
        done = self.hub(*arguments, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def facts(self) -> list[Any]:
        """What was written to the incidents' log."""
        return [self.topics.codec.decode(value or b"") for _, value in self.topics.values(INCIDENTS)]


@pytest.fixture(scope="module")
def desk(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(kafka_broker.bootstrap_servers, tmp_path_factory.mktemp("reviews"))
    yield desk
    desk.stage.close()


def test_what_waits_is_listed_with_what_is_past_its_limit_first(desk: Desk) -> None:
    reviews = desk.listed("review", "list")["reviews"]
    assert [(one["incident_no"], one["overdue"]) for one in reviews] == [(THIRD, True), (OTHER, False), (SECRET, False)]
    shown = desk.hub("review", "list").stdout
    for text in ("合川区综治中心", "逾期", "62%", "距离 +2.3、另有其事 -2.0、用语 +1.5", "共 3 件,其中逾期 1 件"):
        assert text in shown
    assert [one["incident_no"] for one in desk.listed("review", "list", "--overdue")["reviews"]] == [THIRD]
    assert [one["incident_no"] for one in desk.listed("review", "list", "--owner", "500117-emergency")["reviews"]] == [
        SECRET
    ]
    (decided,) = desk.listed("review", "list", "--state", "apart")["reviews"]
    assert (decided["other_no"], decided["overdue"]) == (OTHER, False)
    assert len(desk.listed("review", "list", "--state", "")["reviews"]) == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "--state", "opn"), "there is no state 'opn'; did you mean 'open'?"),
        (("list", "--owner", "500117-district_center"), "did you mean '500117-district_centre'?"),
    ],
)
def test_a_filter_that_names_nothing_is_no_empty_queue(arguments: tuple[str, ...], said: str, desk: Desk) -> None:
    done = desk.hub("review", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_the_two_are_shown_side_by_side_with_their_reports_whichever_is_named_first(desk: Desk) -> None:
    shown = desk.hub("review", "show", ONE, OTHER).stdout
    assert shown == desk.hub("review", "show", OTHER, ONE).stdout
    (classes,) = (line for line in shown.splitlines() if "类别" in line and "供水管爆裂" in line and "供水异常" in line)
    assert classes.index("供水异常") < classes.index("供水管爆裂")
    for text in ("停水、嘉滨", "水管、嘉滨、3栋", f"{ONE} 的报告 2 条", f"{OTHER} 的报告 1 条", "待定夺"):
        assert text in shown
    found = desk.listed("review", "show", OTHER, ONE)
    assert [one["incident_no"] for one in found["incidents"]] == [OTHER, ONE]
    assert [one["record_no"] for one in found["tellings"][ONE]] == ["JQ1", "JQ2"]
    missing = desk.hub("review", "show", ONE, GONE)
    assert (missing.exit_code, missing.stdout) == (1, "")


def test_of_a_confidential_one_no_report_is_shown(desk: Desk) -> None:
    shown = desk.hub("review", "show", SECRET, ONE).stdout
    assert f"{SECRET} 保密,报告不公开" in shown
    assert f"{ONE} 的报告 2 条" in shown
    assert "用语" in desk.hub("incident", "show", ONE).stdout
    secret = desk.hub("incident", "show", SECRET).stdout
    assert "用语" not in secret
    (line,) = (line for line in secret.splitlines() if line.startswith("保密"))
    assert line.split() == ["保密", "是"]


def test_an_incident_is_shown_with_what_it_has_to_do_with_others_and_why_each_report_is_its(desk: Desk) -> None:
    shown = desk.hub("incident", "show", ONE).stdout
    for text in (f"包含 {THIRD}", GONE, OTHER, "JQ1", "水管、嘉滨", "距离 +3.1", ">99%"):
        assert text in shown
    assert [one["record_no"] for one in desk.listed("incident", "show", ONE)["tellings"]] == ["JQ1", "JQ2"]
    assert ONE in desk.hub("incident", "show", GONE).stdout


def test_what_was_merged_into_another_is_listed_only_when_asked_for(desk: Desk) -> None:
    listed = [one["incident_no"] for one in desk.listed("incident", "list")["incidents"]]
    assert listed == [SECRET, THIRD, OTHER, ONE]
    (gone,) = desk.listed("incident", "list", "--state", "replaced")["incidents"]
    assert (gone["incident_no"], gone["replaced_by"]) == (GONE, ONE)
    (line,) = (line for line in desk.hub("incident", "list").stdout.splitlines() if line.startswith(f"│ {ONE}"))
    cells = [cell.strip() for cell in line.strip("│").split("│")]
    assert cells[:4] == [ONE, "供水管爆裂", "紧急", "待处置"]
    assert (cells[5], cells[6], cells[9]) == ("1", "ga_alarm110", OTHER)


def test_a_persons_word_goes_to_the_log_under_the_token_of_who_says_it(desk: Desk) -> None:
    before = len(desk.facts())
    for name, *arguments in (
        ("incident", "merge", OTHER, "--into", ONE),
        ("incident", "split", ONE, "--record", "ga_alarm110/JQ1", "--record", "ga_alarm110/JQ2"),
        ("incident", "link", ONE, "--other", THIRD, "--relation", "parent"),
        ("incident", "link", ONE, "--other", THIRD, "--relation", "parent", "--undone"),
        ("review", "join", ONE, OTHER),
        ("review", "apart", OTHER, ONE),
    ):
        done = desk.decide(name, *arguments)
        assert done.exit_code == 0, done.output
        assert f"由 {CENTRE} 值班岗 0117 决定" in done.stdout
    merged, split, linked, undone, joined, apart = desk.facts()[before:]
    assert isinstance(merged, Merged)
    assert (merged.replaced_no, merged.replacing_no, merged.words, merged.actor_role) == (
        OTHER, ONE, "同一处爆管", "duty_officer",
    )  # fmt: skip
    assert isinstance(split, Split)
    assert split.records == ("ga_alarm110/JQ1", "ga_alarm110/JQ2")
    assert isinstance(linked, Linked)
    assert [(one.relation, one.undone) for one in (linked, undone)] == [("parent", False), ("parent", True)]
    assert isinstance(joined, Reviewed)
    said = [(one.incident_no, one.other_no, one.decision) for one in (joined, apart)]
    assert said == [(OTHER, ONE, "join"), (OTHER, ONE, "apart")]


def test_what_was_decided_and_undone_can_be_decided_again_in_the_same_words(desk: Desk) -> None:
    identities = {
        json.loads(desk.decide("incident", "merge", OTHER, "--into", ONE, "--json").stdout)["id"] for _ in "12"
    }
    assert len(identities) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("incident", "merge", "50011720261122E00099", "--into", ONE), 1, "no incident 50011720261122E00099"),
        (("incident", "merge", OTHER, "--into", "50011720261122E00099"), 1, "no incident 50011720261122E00099"),
        (("incident", "merge", ONE, "--into", ONE), 2, "not decided about with itself"),
        (("incident", "split", ONE, "--record", "ga_alarm110"), 2, "<system>/<record_no>"),
        (("review", "join", ONE, GONE), 1, "no review of"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_what_is_no_decision_is_not_written(arguments: tuple[str, ...], code: int, said: str, desk: Desk) -> None:
    before = len(desk.facts())
    done = desk.decide(*arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert len(desk.facts()) == before


def test_nobody_decides_without_a_good_token_nor_in_words_that_hold_a_phone_number(desk: Desk, tmp_path: Path) -> None:
    before = len(desk.facts())
    merge = ("incident", "merge", OTHER, "--into", ONE, "--words", "同一处")
    missing = desk.hub(*merge, "--token-file", str(tmp_path / "none"))
    assert (missing.exit_code, "cannot be read" in missing.stderr) == (2, True)
    desk.sign_in(valid_seconds=1)
    expired = desk.hub(*merge, "--token-file", str(desk.token_file))
    assert (expired.exit_code, "expired" in expired.stderr) == (2, True)
    desk.sign_in()
    personal = desk.hub(*merge[:-1], "请联系13800000000", "--token-file", str(desk.token_file))
    assert (personal.exit_code, "13800000000" in personal.output) == (2, False)
    assert len(desk.facts()) == before


def test_every_reason_and_relation_of_the_views_has_a_chinese_word() -> None:
    assert {*MATCHING_REASONS} == {
        "class",
        "distance",
        "time",
        "facility",
        "reporter",
        "transfer",
        "words",
        "doubt",
        "new",
    }
    assert {*RELATIONS} == {"related", "parent", "child", "recurrence_of", "recurred_as"}
    assert replace(REASONS[0], name="class").name in MATCHING_REASONS
