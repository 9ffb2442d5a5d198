"""`hub person receipts|verify` over a real topic, and the auditor's own verifier over what they export."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from streams.commands.person import person
from streams.facts.audit import Receipt
from streams.receipts.anchors import Anchors, read_anchors, write_anchor
from streams.receipts.reading import AUDIT
from streams.rules.receipt_chain import head_at
from streams.topics import ensure_topics
from tests.conftest import Cluster
from tests.delete_topic import delete_topic
from tests.hosting.stage import Stage
from tests.receipts.auditing import faults_in, read_lines, run_verifier, write_lines
from tests.receipts.receipts import MONDAY, chain_of, deed, forged_chain, some

pytestmark = pytest.mark.timeout(300)

NIGHT = MONDAY + 14 * 3_600_000
ONE = chain_of(
    deed(1),
    deed(2, act="refused", result="wrong_role", actor_officer="W0013"),
    deed(3, case_no="50011720261122M00002"),
    deed(4, act="broke_glass", case_no="", second="W0013", happened_at=NIGHT),
    begun_by="one",
)
OTHER = some(3, "other")


class Desk:
    """The command line over a topic of receipts that nobody else writes to."""

    def __init__(self, bootstrap: str, home: Path) -> None:
        self.stage = Stage(bootstrap, f"t{uuid.uuid4().hex[:8]}.", home, "ga_alarm110")
        self.anchors = home / "anchors"
        self.append([*ONE, *OTHER])
        write_anchor(self.anchors, Anchors((), ""), [head_at(ONE[2]), head_at(OTHER[2])], {}, MONDAY)

    def append(self, receipts: Sequence[Receipt]) -> None:
        for one in receipts:
            self.stage.topics.append(AUDIT, one.chain, replace(one, id=f"{one.number}"))

    def refill(self, receipts: Sequence[Receipt]) -> None:
        """What somebody does who has all of Kafka: the topic is gone, and another one in its place."""
        delete_topic(self.stage.topics.bootstrap, self.stage.topology.topic_name(AUDIT))
        ensure_topics(self.stage.topology, self.stage.topics.bootstrap)
        self.append(receipts)

    def person(self, *arguments: str) -> Result:
        variables = {
            "HUB_KAFKA": self.stage.topics.bootstrap,
            "HUB_NAMESPACE": self.stage.topology.namespace,
            "HUB_HOME": str(self.stage.home),
        }
        return CliRunner().invoke(person, arguments, env=variables)

    def numbers(self, *filters: str) -> list[tuple[str, int]]:
        """Chain and number of what is listed."""
        listed = json.loads(self.person("receipts", *filters, "--json").stdout)["receipts"]
        return [(one["chain"], one["number"]) for one in listed]

    def verified(self) -> tuple[int, Any]:
        done = self.person("verify", "--json")
        return done.exit_code, json.loads(done.stdout)

    def judged_alone(self, export: Path) -> tuple[int, list[tuple[str, int, str]]]:
        """What the auditor's verifier says of an export of the topic as it is, and of the anchors."""
        assert self.person("receipts", "--export", str(export)).exit_code == 0
        code, printed = run_verifier(export, "--anchors", self.anchors)
        return code, faults_in(printed)


@pytest.fixture(scope="module")
def desk(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(kafka_broker.bootstrap_servers, tmp_path_factory.mktemp("receipts"))
    yield desk
    desk.stage.close()


def test_receipts_are_listed_by_time_in_the_words_of_officers(desk: Desk) -> None:
    shown = desk.person("receipts").stdout
    for text in ("查阅", "拒绝", "紧急查阅", "wrong_role", "W0013", "50011720261122M00002", "共 7 条"):
        assert text in shown
    assert desk.numbers() == [
        ("one", 1), ("other", 1), ("one", 2), ("other", 2), ("one", 3), ("other", 3), ("one", 4),
    ]  # fmt: skip


def test_receipts_are_found_by_token_case_officer_and_time(desk: Desk) -> None:
    assert desk.numbers("--token", ONE[1].token) == [("one", 2), ("other", 2)]
    assert desk.numbers("--case", "50011720261122M00002") == [("one", 3)]
    assert desk.numbers("--officer", "W0013") == [("one", 2), ("one", 4)]
    since, until = "2026-11-22T08:00:03", "2026-11-22T08:00:04"
    assert desk.numbers("--from", since, "--until", until) == [("one", 3), ("other", 3)]
    assert desk.person("receipts", "--from", "yesterday").exit_code == 2


def test_what_somebody_should_ask_about_is_listed_with_its_receipts(desk: Desk) -> None:
    done = desk.person("receipts", "--unusual", "--json")
    assert done.exit_code == 1
    (one,) = json.loads(done.stdout)["unusual"]
    assert (one["kind"], one["officer"], one["receipts"]) == (
        "night_without_case", "W0012", [{"chain": "one", "number": 4}],
    )  # fmt: skip
    assert "夜间无事项查阅" in desk.person("receipts", "--unusual").stdout
    assert desk.person("receipts", "--unusual", "--officer", "W0013", "--until", "2026-11-22T12:00").exit_code == 0


def test_whole_chains_are_verified_here_and_by_the_auditor_alone(desk: Desk, tmp_path: Path) -> None:
    code, told = desk.verified()
    assert (code, told["faults"], told["receipts"], told["anchors"]) == (0, [], 7, 1)
    assert [head["digest"] for head in told["heads"]] == [ONE[-1].digest, OTHER[-1].digest]
    assert told["last_anchor_digest"] == read_anchors(desk.anchors).digest
    assert desk.judged_alone(tmp_path / "export") == (0, [])
    assert "共 7 条留痕,2 条链,有问题的 0 条" in desk.person("verify").stdout


def test_an_export_is_all_or_refused_and_never_written_over(desk: Desk, tmp_path: Path) -> None:
    export = tmp_path / "export"
    assert desk.person("receipts", "--export", str(export), "--officer", "W0013").exit_code == 2
    assert not export.exists()
    assert desk.person("receipts", "--export", str(export)).exit_code == 0
    assert desk.person("receipts", "--export", str(export)).exit_code == 2
    assert desk.person("receipts", "--export", str(tmp_path / "none" / "export")).exit_code == 2


def test_an_export_that_was_tampered_with_is_found(desk: Desk, tmp_path: Path) -> None:
    export = tmp_path / "export"
    desk.person("receipts", "--export", str(export))
    lines = [line for line in read_lines(export) if (line["chain"], line["number"]) != ("other", 2)]
    write_lines(export, [{**line, "actor_officer": "W9999"} if line["number"] == 4 else line for line in lines])
    code, printed = run_verifier(export, "--anchors", desk.anchors)
    assert (code, faults_in(printed)) == (1, [("one", 4, "changed"), ("other", 2, "missing")])


def test_a_folder_of_anchors_that_was_touched_is_a_finding_and_one_that_is_not_there_wrong_use(
    desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "anchor-00000001.json").write_text("{}")
    done = desk.person("verify", "--anchors", str(tmp_path))
    assert done.exit_code == 1
    assert "anchor-00000001.json is no anchor" in done.stdout
    assert desk.person("verify", "--anchors", str(tmp_path / "none")).exit_code == 2


@pytest.mark.parametrize(
    ("receipts", "fault"),
    [
        pytest.param([*ONE[:2], *OTHER], ("one", 3, "cut_back"), id="cut back behind the anchor"),
        pytest.param([*ONE[1:], *OTHER], ("one", 1, "missing"), id="its beginning gone"),
        pytest.param([*ONE, *forged_chain(OTHER, 2, result="x")], ("other", 3, "rewritten"), id="written anew"),
        pytest.param([*ONE[:1], replace(ONE[1], act="read"), *ONE[2:], *OTHER], ("one", 2, "changed"), id="changed"),
        pytest.param(list(ONE), ("other", 1, "cut_back"), id="a whole chain gone"),
    ],
)
def test_a_topic_that_was_tampered_with_is_found_here_and_by_the_auditor_alone(
    desk: Desk, tmp_path: Path, receipts: list[Receipt], fault: tuple[str, int, str]
) -> None:
    desk.refill(receipts)
    code, told = desk.verified()
    assert code == 1
    assert [(one["chain"], one["number"], one["kind"]) for one in told["faults"]] == [fault]
    assert desk.judged_alone(tmp_path / "export") == (1, [fault])
    assert "有问题的 1 条" in desk.person("verify").stdout


def test_what_is_no_receipt_in_the_topic_is_named_and_the_chains_are_judged_all_the_same(
    desk: Desk, tmp_path: Path
) -> None:
    desk.refill(ONE)
    desk.stage.topics.append(AUDIT, "one", b"nothing of ours")
    code, told = desk.verified()
    assert (code, [one["kind"] for one in told["faults"]]) == (1, ["strange", "cut_back"])
    assert "不是留痕" in desk.person("verify").stdout
    done = desk.person("receipts", "--export", str(tmp_path / "export"))
    assert done.exit_code == 0
    assert "1 records are no receipts" in done.stderr
    assert len(read_lines(tmp_path / "export")) == 4
