"""`hub rules items`, `diff` and `try` as an operator uses them, over a real log."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from typer.testing import CliRunner

from streams.cities.city import City
from streams.commands.rules import rules
from streams.contract import Fact
from streams.facts.matters import Located, Opened
from streams.published_rules import PublishedReader
from streams.rules_publication import CURSORS, Rules, logs_of_rules
from streams.topics import ensure_topics
from streams.topology import load_topology
from tests.conftest import Cluster
from tests.hechuan import hechuan, spoil
from tests.hosting.hub_topics import HubTopics

RUNNER = CliRunner()
MATTERS = "hub.log.matters.v1"
DISTRICT = "500117"
STREET_GRID, TOWN_GRID = f"{DISTRICT}001001001", f"{DISTRICT}100001001"


def run(*arguments: str) -> tuple[int, str]:
    result = RUNNER.invoke(rules, list(arguments))
    return result.exit_code, result.output


def said(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json")[1])


@pytest.fixture
def hub(kafka_broker: Cluster, namespace: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubTopics]:
    """The logs that take rules, on the shared broker under a namespace of the test's own."""
    monkeypatch.setenv("HUB_KAFKA", kafka_broker.bootstrap_servers)
    monkeypatch.setenv("HUB_NAMESPACE", namespace)
    topology = load_topology()
    needed = {name: topology.topics[name] for name in (*logs_of_rules(topology), CURSORS)}
    ensure_topics(replace(topology, topics=needed, processors={}), kafka_broker.bootstrap_servers)
    topics = HubTopics(topology, kafka_broker.bootstrap_servers)
    yield topics
    topics.close()


def hurry_manholes(copy: Path) -> None:
    """Urgent matters get two minutes less to acknowledge, and only some towns lead in manholes."""
    before = "{urgency: urgent, kind: acknowledge, amount: 10"
    spoil(copy / "clocks.yaml", before, before.replace("10", "8"))
    spoil(
        copy / "items.yaml",
        'exceptions: [{region: "5001171", lead: town_centre',
        'exceptions: [{region: "50011712", lead: town_centre',
    )


def opened(number: int, region: str, incident_class: str = "manhole") -> Opened:
    return Opened(
        id=f"opened:{number}", key=DISTRICT, source="event_profiles", trace=f"t{number}", occurred_at=1,
        incident_no=f"{DISTRICT}20261128E{number:05}", incident_class=incident_class, urgency="urgent", region=region,
        system="zz_grid_app", record_no=str(number),
    )  # fmt: skip


def publish(topics: HubTopics, city: City | None = None) -> None:
    Rules(topics.bootstrap, topics.topology, topics.codec).publish(city or hechuan())


def append(topics: HubTopics, *facts: Fact) -> None:
    for fact in facts:
        topics.append(MATTERS, fact.key, fact)


def test_what_was_published_is_read_back_whole_also_after_other_versions_and_other_records(hub: HubTopics) -> None:
    reader = PublishedReader(hub.bootstrap, hub.topology, hub.codec)
    assert reader.read() is None
    city = hechuan()
    publish(hub, replace(city, rules=city.rules[:-3]))
    append(hub, opened(1, STREET_GRID))
    publish(hub, city)
    append(hub, opened(2, STREET_GRID))

    found = reader.read()

    assert found is not None
    assert found.version.startswith("2-")
    assert found.effective_at == city.effective_at
    assert not found.gone
    plain = {replace(rule, id="", source="", trace="", version="") for rule in found.rules}
    assert plain == set(city.rules)


def test_a_publication_that_was_written_long_before_it_was_noted_is_found_all_the_same(
    hub: HubTopics, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(hub)
    monkeypatch.setattr("streams.published_rules.MARGIN_MILLISECONDS", -3_600_000)
    found = PublishedReader(hub.bootstrap, hub.topology, hub.codec).read()
    assert found is not None
    assert not found.gone


def test_diff_shows_nothing_for_the_files_that_were_published_and_every_field_for_others(
    hub: HubTopics, copy: Path
) -> None:
    code, text = run("diff")
    assert code == 1
    assert "hub rules publish" in text
    publish(hub)
    assert run("diff")[0] == 0
    hurry_manholes(copy)

    code, text = run("diff", str(copy))
    assert code == 1
    assert "urgent.any.acknowledge" in text
    assert "2 处不同" in text
    found = said("diff", str(copy))
    assert found["differs"]
    by_name = {(one["kind"], one["name"]): one for one in found["differences"]}
    assert by_name.keys() == {("clock_limit", "urgent.any.acknowledge"), ("item", "0401")}
    limit = by_name["clock_limit", "urgent.any.acknowledge"]["fields"]["limit"]
    assert (limit["before"]["amount"], limit["after"]["amount"]) == (10, 8)
    exceptions = by_name["item", "0401"]["fields"]["exceptions"]
    assert [one["region"] for one in exceptions["before"] + exceptions["after"]] == ["5001171", "50011712"]


def test_diff_says_that_only_the_instant_differs(hub: HubTopics, copy: Path) -> None:
    publish(hub)
    spoil(copy / "city.yaml", "2025-01-01T00", "2025-02-01T00")
    code, text = run("diff", str(copy))
    assert (code, "生效时间不同" in text, "0 处不同" in text) == (1, True, True)


def test_kinds_that_no_log_holds_any_more_are_named_and_not_taken_for_removed(hub: HubTopics) -> None:
    publish(hub)
    admin = AdminClient({"bootstrap.servers": hub.bootstrap})
    end = TopicPartition(hub.topology.topic_name("hub.log.incidents.v1"), 0, -1)
    admin.delete_records([end])[end].result()
    found = said("diff")
    own = ("happening", "incident_act", "incident_class", "matching", "warning")
    assert found["not_comparable"] == [f"rules.{kind}.v1" for kind in own]
    assert not found["differs"]


def test_try_shows_which_matters_would_have_gone_elsewhere_and_which_clocks_differ(hub: HubTopics, copy: Path) -> None:
    publish(hub)
    groups = _groups(hub)
    append(
        hub,
        opened(1, STREET_GRID),
        opened(2, TOWN_GRID),
        opened(3, TOWN_GRID, "streetlight"),
        opened(2, TOWN_GRID),
        Located(key=DISTRICT, occurred_at=1, id="l", trace="l", source="e", incident_no="elsewhere", region=TOWN_GRID),
    )
    hub.append(MATTERS, DISTRICT, b"\x00\x00\x00\xff\xffpoison")
    assert said("try")["differing"] == 0
    hurry_manholes(copy)

    code, text = run("try", "--city", str(copy))

    assert code == 0
    assert "共 3 件,1 件去向不同,3 件有变化" in text
    assert "沙鱼镇综治中心" in text
    found = said("try", "--city", str(copy))
    assert (found["matters"], found["differing"], found["unreadable"], found["not_listed"]) == (3, 3, 1, 0)
    assert found["elsewhere"] == [
        {
            "incident_class": "manhole",
            "before": "500117100-town_centre",
            "after": "500117-city_management",
            "matters": 1,
        }
    ]
    assert [(one["incident_class"], one["clock"], one["before"][:4], one["matters"]) for one in found["clocks"]] == [
        ("manhole", "acknowledge", "10分钟", 2),
        ("streetlight", "acknowledge", "10分钟", 1),
    ]
    assert sorted(one["incident_no"][-1] for one in found["listed"]) == ["1", "2", "3"]
    for one in found["listed"]:
        assert one["clocks"] == [{"clock": "acknowledge", "before_seconds": 600, "after_seconds": 480}]
    assert _groups(hub) == groups


def test_try_takes_no_matter_from_before_the_days_that_are_asked(
    hub: HubTopics, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(hub)
    append(hub, opened(1, STREET_GRID))
    assert said("try")["matters"] == 1
    later = time.time() + 10 * 86_400
    monkeypatch.setattr("streams.commands.rules_try.time", SimpleNamespace(time=lambda: later))
    assert said("try", "--days", "3")["matters"] == 0
    assert said("try", "--days", "20")["matters"] == 1


def test_errors_in_the_files_are_all_shown_and_nothing_is_compared(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_KAFKA", "127.0.0.1:1")
    for name in ("items.yaml", "calls.yaml"):
        (copy / name).write_text("{}", encoding="utf-8")
    for arguments in (["diff", str(copy)], ["try", "--city", str(copy)], ["items", "--city", str(copy)]):
        code, text = run(*arguments)
        assert code == 1
        assert "items.yaml" in text
        assert "calls.yaml" in text


@pytest.mark.parametrize("command", ["diff", "try"])
def test_a_missing_cluster_is_said_in_one_line(command: str, monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    monkeypatch.setenv("HUB_KAFKA", f"127.0.0.1:{free_port}")
    code, text = run(command)
    assert code == 1
    assert text.startswith("cannot be read: ")
    assert text.count("\n") == 1


def test_items_shows_the_matrix_in_chinese_and_filters_it() -> None:
    code, text = run("items")
    assert code == 0
    assert "共 48 项" in text
    assert "沙鱼镇等23个镇街" in text
    assert text.count("提级 ") == 2
    assert "不呼叫" in text
    for given in ("04", "市政环境"):
        assert {one["class"] for one in said("items", "--class", given)["items"]} == {"04"}
    assert {one["lead"] for one in said("items", "--lead", "housing")["items"]} == {"housing"}
    assert run("items", "--class", "市政")[0] == 2
    code, text = run("items", "--lead", "town_center")
    assert (code, "did you mean 'town_centre'?" in text) == (2, True)


def test_items_shows_boundaries_with_both_sides() -> None:
    code, text = run("items", "--boundaries")
    assert code == 0
    assert "共 10 条" in text
    assert "小区内外井盖" in text
    found = said("items", "--boundaries", "--lead", "human_resources")["boundaries"]
    assert [one["boundary"] for one in found] == ["site_wages"]
    assert [side["lead"] for side in found[0]["sides"]] == ["human_resources", "housing"]


def _groups(topics: HubTopics) -> set[str]:
    listed = AdminClient({"bootstrap.servers": topics.bootstrap}).list_consumer_groups().result().valid
    return {group.group_id for group in listed if group.group_id.startswith(topics.topology.namespace)}
