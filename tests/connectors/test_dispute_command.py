"""A wrong row and a wrong value go back to their department, with a limit, until it answers; no value is shown."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from connectors.commands.contract import contract
from connectors.contract import Batch
from connectors.readers.json_rows import json_row
from connectors.systems import fleet
from streams.codec import Origin
from streams.commands.quarantine import quarantine
from streams.durations import DAY_MILLISECONDS
from tests.connectors.conftest import Hub, Publishers
from tests.connectors.fleet_samples import AFTERWARDS, samples

SYSTEM = "ga_alarm110"
STEWARD = "公安局(指挥中心)"
PLACE = "绝密地点"
OBJECTION = ("--by", "综治中心", "--reason", "坐标与现场不符,联系13812345678")


@pytest.fixture
def fed(hub: Hub, publishers: Publishers) -> Hub:
    """Two alarms, the second in two versions, and one that breaks its contract."""
    rows: list[dict[str, Any]] = [
        {**samples()[SYSTEM].good, "alarm_no": number, "seq": seq, "handle_unit": PLACE, "alarm_class": alarm_class}
        for number, seq, alarm_class in (("JQ1", 1, "0401"), ("JQ2", 1, "0401"), ("JQ2", 2, "0401"), ("JQ3", 1, "0777"))
    ]
    raw = [
        json_row(json.dumps(row, ensure_ascii=False).encode(), Origin("dept.ga_alarm110", 0, offset))
        for offset, row in enumerate(rows)
    ]
    publishers.of(hub, SYSTEM, lambda: AFTERWARDS).publish(Batch(raw), threading.Event())
    return hub


def hub_command(hub: Hub, app: typer.Typer, *arguments: str) -> Result:
    variables = {
        "HUB_KAFKA": hub.bootstrap,
        "HUB_NAMESPACE": hub.topology.namespace,
        "HUB_HOME": str(hub.surroundings.home),
        "HUB_KEYS": str(hub.surroundings.keys),
    }
    return CliRunner().invoke(app, arguments, env=variables)


def listed(hub: Hub, *arguments: str) -> list[dict[str, Any]]:
    done = hub_command(hub, quarantine, "list", "--json", *arguments)
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)["held"]
    return found


def test_a_wrong_row_has_the_department_and_the_limit_of_its_contract(fed: Hub) -> None:
    (case,) = listed(fed)
    (held,) = fed.held()
    assert (case["steward"], held.steward) == (STEWARD, STEWARD)
    assert held.answer_due_at == AFTERWARDS + 14 * DAY_MILLISECONDS
    agreed = replace(fleet()[SYSTEM].contract, correction_days=3)
    assert agreed.answer_due_at(AFTERWARDS) == AFTERWARDS + 3 * DAY_MILLISECONDS
    assert listed(fed, "--steward", STEWARD) == [case]
    assert listed(fed, "--steward", "应急管理局") == []


def test_a_value_that_passed_is_given_back_and_answered(fed: Hub) -> None:
    done = hub_command(fed, contract, "dispute", SYSTEM, "geo_point", "--row", "JQ2", *OBJECTION, "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["steward"] == STEWARD
    case = next(one for one in listed(fed) if one["number"] == said["number"])
    assert (case["stage"], case["state"], case["topic"], case["offset"]) == (
        "dispute", "open", f"hub.source.{SYSTEM}.v1", 2,
    )  # fmt: skip
    assert case["detail"] == "geo_point:坐标与现场不符,联系***(综治中心提出)"
    value = samples()[SYSTEM].good["geo_point"]
    for app, arguments in ((quarantine, ("list",)), (quarantine, ("show", str(said["number"])))):
        assert value not in hub_command(fed, app, *arguments).stdout

    shown = json.loads(hub_command(fed, quarantine, "show", str(said["number"]), "--reveal", "--json").stdout)
    assert shown["payload"] == {"row": f"{SYSTEM}:JQ2:2", "item": "geo_point", "value": value}
    again = hub_command(fed, contract, "dispute", SYSTEM, "geo_point", "--row", f"{SYSTEM}:JQ2:2", *OBJECTION)
    assert (again.exit_code, f"under {said['number']}" in again.stderr) == (1, True)
    retried = hub_command(fed, quarantine, "retry", str(said["number"]))
    assert (retried.exit_code, "hub quarantine answer" in retried.stdout) == (1, True)

    answer = ("answer", str(said["number"]), "--outcome", "corrected", "--by", "指挥中心", "--reason", "已重新报送")
    assert hub_command(fed, quarantine, *answer).exit_code == 0
    assert said["number"] not in [one["number"] for one in listed(fed)]
    done_case = next(one for one in listed(fed, "--again") if one["number"] == said["number"])
    assert (done_case["state"], done_case["answers"][0]["by"]) == ("answered", "指挥中心")
    anew = hub_command(fed, contract, "dispute", SYSTEM, "geo_point", "--row", "JQ2", *OBJECTION)
    assert anew.exit_code == 0, "what was answered may be disputed again"


def test_departments_are_listed_with_what_they_have_to_answer_for(fed: Hub) -> None:
    assert hub_command(fed, contract, "dispute", SYSTEM, "geo_point", "--row", "JQ1", *OBJECTION).exit_code == 0
    said = json.loads(hub_command(fed, quarantine, "stewards", "--json").stdout)["stewards"]
    assert [(one["steward"], one["system"], one["open_cases"]) for one in said] == [(STEWARD, SYSTEM, 2)]
    assert STEWARD in hub_command(fed, quarantine, "stewards").stdout


def test_a_row_is_found_by_where_it_stands_too(fed: Hub) -> None:
    place = f"hub.source.{SYSTEM}.v1[0]@0"
    assert hub_command(fed, contract, "dispute", SYSTEM, "geo_point", "--row", place, *OBJECTION).exit_code == 0
    assert [(one["topic"], one["offset"]) for one in listed(fed, "--stage", "dispute")] == [
        (f"hub.source.{SYSTEM}.v1", 0)
    ]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ((SYSTEM, "geo_point", "--row", "JQ9", *OBJECTION), 1),
        ((SYSTEM, "geo_pont", "--row", "JQ1", *OBJECTION), 2),
        (("ga_alarm11", "geo_point", "--row", "JQ1", *OBJECTION), 2),
        ((SYSTEM, "geo_point", "--row", "JQ1", "--by", "综治中心", "--reason", " "), 2),
        ((SYSTEM, "geo_point", "--row", "JQ1", "--by", "综治中心", "--reason", "字" * 201), 2),
    ],
    ids=["no such row", "no such item", "no such system", "no reason", "a reason without end"],
)
def test_a_dispute_that_is_not_whole_writes_nothing(fed: Hub, arguments: tuple[str, ...], status: int) -> None:
    done = hub_command(fed, contract, "dispute", *arguments)
    assert done.exit_code == status, done.output
    assert len(fed.held()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("0", "--outcome", "nonsense", "--by", "指挥中心", "--reason", "已重新报送"),
        ("0", "--outcome", "stands", "--by", " ", "--reason", "已重新报送"),
    ],
    ids=["no such outcome", "nobody answers"],
)
def test_an_answer_that_is_not_whole_is_wrong_use(fed: Hub, arguments: tuple[str, ...]) -> None:
    assert hub_command(fed, quarantine, "answer", *arguments).exit_code == 2
    assert [one["state"] for one in listed(fed)] == ["open"]
