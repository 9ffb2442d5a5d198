"""`topology.yaml` becomes dataclasses, or a list of everything that is wrong with it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.topology import TOPOLOGY, Audit, ReceiptWatch, TopologyErrors, load_topology, read_topology
from tests.topology.small import SMALL, line_of, small


def texts(path: Path, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(TopologyErrors) as refused:
        load_topology(path, environment or {})
    return [fault.text for fault in refused.value.faults]


def test_the_hubs_own_topology_loads() -> None:
    topology = load_topology(environment={})
    assert topology.clock == "broker"
    assert topology.processors["dispatch"].reads == "hub.log.matters.v1"
    assert topology.topics["hub.log.incidents.v1"].retention_days is None
    assert topology.topics["hub.notice.attempts.v1"].retention_days == 7.0


def test_lists_in_settings_cannot_be_changed(tmp_path: Path) -> None:
    topology = load_topology(small(tmp_path), {})
    assert topology.processors["work"].settings == {"patience_seconds": 60, "steps": (1, 2)}


def test_a_processor_has_a_pace_of_its_own_or_the_usual_one(tmp_path: Path) -> None:
    slower = ("changelog: hub.changelog.work.v1", "changelog: hub.changelog.work.v1\n    pace_milliseconds: 500")
    processors = load_topology(small(tmp_path, slower), {}).processors
    assert (processors["work"].pace_milliseconds, processors["bring"].pace_milliseconds) == (500, 15)


def test_a_changelog_has_the_partitions_of_its_log_and_belongs_to_its_processor(tmp_path: Path) -> None:
    changelog = load_topology(small(tmp_path), {}).changelogs["hub.changelog.work.v1"]
    assert (changelog.partitions, changelog.compacted, changelog.owner) == (4, True, "work")
    assert changelog.schemas == ("engine.position.v1", "engine.remembered.v1")


def test_names_on_the_cluster_begin_with_the_namespace(tmp_path: Path) -> None:
    topology = load_topology(small(tmp_path), {"HUB_NAMESPACE": "trial."})
    assert topology.topic_name("hub.log.matters.v1") == "trial.hub.log.matters.v1"
    assert topology.with_namespace("").topic_name("hub.log.matters.v1") == "hub.log.matters.v1"


def test_the_environment_goes_before_the_city_and_the_city_before_the_topology(tmp_path: Path) -> None:
    path = small(tmp_path)
    (tmp_path / "ops/cities/dongguan/topology.yaml").write_text(
        "processors: {work: {settings: {patience_seconds: 30}}}\ntopics: {hub.log.deliveries.v1: {retention: 14}}\n"
    )

    def patience(environment: dict[str, str]) -> object:
        return load_topology(path, environment).processors["work"].settings["patience_seconds"]

    assert patience({}) == 60
    assert patience({"HUB_CITY": "dongguan"}) == 30
    assert patience({"HUB_CITY": "dongguan", "HUB_WORK_PATIENCE_SECONDS": "5"}) == 5
    in_dongguan = load_topology(path, {"HUB_CITY": "dongguan"})
    assert in_dongguan.city == "dongguan"
    assert in_dongguan.topics["hub.log.deliveries.v1"].retention_days == 14.0
    assert in_dongguan.topics["hub.log.deliveries.v1"].partitions == 4


def test_a_city_is_a_name_not_a_way_out_of_the_folder(tmp_path: Path) -> None:
    path = small(tmp_path)
    (tmp_path / "topology.yaml").rename(tmp_path / "small.yaml")
    (tmp_path / "ops" / "topology.yaml").write_text("clock: simulated\n")
    assert load_topology(tmp_path / "small.yaml", {"HUB_CITY": ".."}).clock == "broker"
    assert not path.exists()


def test_a_setting_from_the_environment_keeps_the_kind_that_was_declared(tmp_path: Path) -> None:
    path = small(tmp_path)
    environment = {"HUB_SHOP_TOPIC": "007", "HUB_WORK_STEPS": "[3, 4]", "HUB_WORK_UNDECLARED": "1"}
    topology = load_topology(path, environment)
    assert topology.connectors["shop"].settings["topic"] == "007"
    assert topology.processors["work"].settings == {"patience_seconds": 60, "steps": (3, 4)}


def test_what_is_not_said_of_the_audit_is_as_usual(tmp_path: Path) -> None:
    assert load_topology(small(tmp_path), {}).audit == Audit(every_seconds=600, cut_hour=3, kept_cuts=7)
    assert load_topology(small(tmp_path), {"HUB_AUDIT_EVERY_SECONDS": "60"}).audit == Audit(every_seconds=60)
    assert load_topology(small(tmp_path, ("audit: {every_seconds: 600}\n", "")), {}).audit == Audit()


def test_receipts_are_watched_as_usual_unless_the_city_or_the_environment_says_otherwise(tmp_path: Path) -> None:
    assert load_topology(small(tmp_path), {}).receipts == ReceiptWatch()
    said = ("audit: {every_seconds: 600}\n", "receipts: {anchor_hour: 2, persons_an_hour: 12}\n")
    watch = load_topology(small(tmp_path, said), {"HUB_RECEIPTS_ANCHOR_HOUR": "3"}).receipts
    assert watch == ReceiptWatch(anchor_hour=3, persons_an_hour=12)


def test_a_wrong_value_from_the_environment_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(TopologyErrors) as refused:
        load_topology(small(tmp_path), {"HUB_CLOCK": "sundial"})
    assert [str(fault) for fault in refused.value.faults] == [
        "HUB_CLOCK: unknown clock 'sundial'; known: broker, simulated"
    ]


def test_a_fault_in_the_citys_changes_names_the_citys_file(tmp_path: Path) -> None:
    path = small(tmp_path)
    overlay = tmp_path / "ops/cities/dongguan/topology.yaml"
    overlay.write_text("# changes\nprocessors:\n  work:\n    reads: hub.log.maters.v1\n")
    with pytest.raises(TopologyErrors) as refused:
        load_topology(path, {"HUB_CITY": "dongguan"})
    assert str(refused.value) == (
        f"{overlay}:4: processor work: unknown topic 'hub.log.maters.v1'; did you mean 'hub.log.matters.v1'?"
    )


WRONG = {
    "a topic that is not there": (
        "reads: hub.log.matters.v1", "reads: hub.log.mattrs.v1",
        "processor work: unknown topic 'hub.log.mattrs.v1'; did you mean 'hub.log.matters.v1'?"),
    "a port to nowhere": (
        "view: hub.view.matters.v1}", "view: hub.view.tiles.v1}", "processor work: ports: unknown topic"),
    "a list of inputs": (
        "reads: hub.log.deliveries.v1", "reads: [hub.log.deliveries.v1, hub.log.matters.v1]",
        "processor bring: a processor keeps state over exactly one log; 'reads' is a list"),
    "an unknown owner": ("owner: shop}", "owner: shoop}", "unknown owner 'shoop'; did you mean 'shop'?"),
    "an unknown key of records": ("key: matter,", "key: mater,", "unknown key 'mater'; did you mean 'matter'?"),
    "a worker's processor": ("[work, bring]", "[work, brig]", "worker hub: unknown processor 'brig'"),
    "a worker's agent": ("agents: [show]}", "agents: [shows]}", "worker hub: unknown agent 'shows'"),
    "feedback from no port": ("feedback: [matters]", "feedback: [mater]", "processor bring: unknown port 'mater'"),
    "a word for a number": ("partitions: 1", "partitions: one", "'partitions' must be a whole number, not 'one'"),
    "a truth for a number": ("partitions: 1", "partitions: true", "'partitions' must be a whole number, not True"),
    "a number for a truth": ("compacted: true", "compacted: 1", "'compacted' must be true or false, not 1"),
    "a text for a list": ("publishes: []", "publishes: none", "'publishes' must be a list of names, not 'none'"),
    "a mapping that is empty": (
        "gateway:\n  publishes: [hub.log.matters.v1]", "gateway:", "gateway: must be a mapping, not nothing"),
    "a name listed twice": ("[work, bring]", "[work, work, bring]", "worker hub: 'work' is listed twice"),
    "a misspelt key": (
        "changelog: hub.changelog.work.v1", "chagelog: hub.changelog.work.v1",
        "processor work: unknown key 'chagelog'; did you mean 'changelog'?"),
    "a key that stands twice": ("clock: broker", "clock: broker\nclock: broker", "'clock' stands here again, first"),
    "no retention": ("partitions: 1, retention: 30", "partitions: 1", "'retention' is missing: days, or forever"),
    "retention of nothing": ("retention: 30", "retention: 0", "retention must be days, above 0"),
    "retention for longer than anybody thinks": ("retention: 30", "retention: .inf", "and up to 3650, or forever"),
    "retention in words": ("retention: 30", "retention: long", "retention must be days, above 0"),
    "retention of a compacted topic": ("compacted: true", "compacted: true, retention: 7", "it has no retention"),
    "a pace that nobody waits for": (
        "changelog: hub.changelog.work.v1", "changelog: hub.changelog.work.v1\n    pace_milliseconds: 1001",
        "processor work: 'pace_milliseconds' must be from 0 to 1000, not 1001"),
    "audits without a pause": ("every_seconds: 600", "every_seconds: 0", "'every_seconds' must be from 1 to 86400"),
    "an hour of no day": ("every_seconds: 600", "cut_hour: 24", "audit: 'cut_hour' must be from 0 to 23, not 24"),
    "an hour in words": ("every_seconds: 600", "cut_hour: night", "'cut_hour' must be a whole number, not 'night'"),
    "no cut that stays": ("every_seconds: 600", "kept_cuts: 0", "'kept_cuts' must be from 1 to 1000, not 0"),
    "a misspelt setting of the audit": (
        "every_seconds: 600", "every_second: 600", "unknown key 'every_second'; did you mean 'every_seconds'?"),
    "an anchor at no hour": (
        "{every_seconds: 600}", "{every_seconds: 600}\nreceipts: {anchor_hour: 24}",
        "receipts: 'anchor_hour' must be from 0 to 23, not 24"),
    "a limit that everybody is above": (
        "{every_seconds: 600}", "{every_seconds: 600}\nreceipts: {persons_an_hour: 0}",
        "receipts: 'persons_an_hour' must be from 1 to 100000, not 0"),
    "an unknown clock": ("clock: broker", "clock: sun", "unknown clock 'sun'"),
    "a format of the future": ("version: 1", "version: 2", "version 2 is not known, only 1"),
    "no text": ("city: hechuan", "city: 42", "'city' must be text, not 42"),
    "a list for a topic": (
        "hub.notice.attempts.v1: {schemas: [notices.attempt.v1], key: unit, partitions: 4, retention: 7, owner: bring}",
        "hub.notice.attempts.v1: []", "topic hub.notice.attempts.v1: must be a mapping, not a list of 0"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_each_error_is_shown_at_its_line(case: str, tmp_path: Path) -> None:
    old, new, said = WRONG[case]
    path = small(tmp_path, (old, new))
    found = [fault for fault in read_topology(path, {}).faults if said in fault.text]
    assert [str(fault.file) for fault in found] == [str(path)]
    assert new.splitlines()[-1] in path.read_text().splitlines()[found[0].line - 1]


def test_a_missing_key_is_shown_where_its_mapping_begins(tmp_path: Path) -> None:
    path = small(tmp_path, ("    changelog: hub.changelog.work.v1\n", ""))
    assert [str(fault) for fault in read_topology(path, {}).faults] == [
        f"{path}:{line_of(path, '  work:')}: processor work: 'changelog' is missing"
    ]


def test_ten_errors_are_all_shown_at_once_each_at_its_line(tmp_path: Path) -> None:
    path = small(
        tmp_path,
        ("clock: broker", "clock: sun"),
        ("partitions: 1", "partitions: one"),
        ("compacted: true", "compacted: true, retention: 7"),
        ("reader: kafka", "raeder: kafka"),
        ("reads: hub.log.matters.v1", "reads: hub.log.nothing.v1"),
        ("view: hub.view.matters.v1}", "view: hub.view.nothing.v1}"),
        ("feedback: [matters]", "feedback: [nothing]"),
        ("publishes: []", "publishes: [hub.nothing.v1]"),
        ("[work, bring]", "[work, bring, nobody]"),
    )
    with pytest.raises(TopologyErrors) as refused:
        load_topology(path, {})
    lines = [fault.line for fault in refused.value.faults]
    assert lines == [
        line_of(path, text)
        for text in ("clock: sun", "partitions: one", "retention: 7", "  shop:", "raeder", "reads: hub.log.nothing",
                     "hub.view.nothing.v1}", "[nothing]", "hub.nothing.v1]", "nobody")
    ]  # fmt: skip


@pytest.mark.parametrize("content", ["a: [1,\n", "\tversion: 1\n", "a: 'open\n", "- 1\n- 2\n", "", "{{{", "a: &b *b"])
def test_a_file_that_is_no_mapping_is_one_clear_fault_not_a_crash(content: str, tmp_path: Path) -> None:
    path = tmp_path / "topology.yaml"
    path.write_text(content)
    assert texts(path)
    assert all(fault.file == str(path) for fault in read_topology(path, {}).faults)


def test_a_topology_that_is_missing_or_not_text_is_a_fault(tmp_path: Path) -> None:
    assert "cannot be read" in texts(tmp_path / "absent.yaml")[0]
    path = tmp_path / "topology.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    assert "cannot be read" in texts(path)[0]


@given(position=st.integers(0, len(SMALL) - 1), new=st.sampled_from(["", ":", "[", "}", "x", "\n", "-", "*", "#", "'"]))
def test_one_wrong_character_anywhere_is_a_list_of_faults_or_nothing_never_a_crash(
    position: int, new: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "one_wrong_character.yaml"
    path.write_text(SMALL[:position] + new + SMALL[position + 1 :])
    for fault in read_topology(path, {}).faults:
        assert fault.text
        assert fault.line <= SMALL.count("\n") + 2


def test_the_topology_stands_where_the_code_looks_for_it() -> None:
    assert TOPOLOGY.is_file()
