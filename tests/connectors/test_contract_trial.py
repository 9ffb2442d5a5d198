"""A contract judged on what a source topic keeps: pure, over the samples of the whole fleet."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.contract import Connector, Contract, Item, RawRow
from connectors.contract_trial import MOST_EXAMPLES, Trial
from connectors.kept_rows import judged_on, kept_row, trial_intake
from connectors.systems import fleet
from connectors.values import Code, PersonToken, Text, ZonedTime
from streams.codec import Origin
from streams.secrecy.sealing import Keys
from tests.connectors.fleet_samples import AFTERWARDS, accepted, hechuan, intake, samples

ALARM = "ga_alarm110"


def kept(system: str, row: RawRow, keys: Path) -> RawRow:
    """A row as the source topic has it after its connector took it in."""
    taking = intake(system, keys)
    taken = accepted(taking.take(row, AFTERWARDS))
    values = taking.codec.decode(taken.value, taken.row.id)
    origin = Origin(f"hub.source.{system}.v1", 0, 7)
    return kept_row(fleet()[system].contract, values, taken.row.event_type, AFTERWARDS, origin)


def trial_of(system: str, changed: Connector, keys: Path) -> Trial:
    was, store = fleet()[system], Keys(keys, create=False)
    judged = judged_on(changed.contract, was.contract)
    same = judged_on(was.contract, was.contract).contract
    return Trial(
        trial_intake(was, same, hechuan(), store),
        trial_intake(changed, judged.contract, hechuan(), store),
        judged.not_kept,
    )


def with_item(contract: Contract, name: str, **changes: Any) -> Contract:
    items = tuple(replace(item, **changes) if item.name == name else item for item in contract.items)
    return replace(contract, items=items)


def alarm(**changes: Any) -> Connector:
    return replace(fleet()[ALARM], **changes)


@pytest.mark.parametrize("system", sorted(fleet()))
def test_an_unchanged_contract_changes_nothing_of_what_was_kept(system: str, tmp_path: Path) -> None:
    trial = trial_of(system, fleet()[system], tmp_path)
    for event_type in samples()[system].events:
        row = samples()[system].event(event_type)
        before = accepted(intake(system, tmp_path).take(row, AFTERWARDS))
        again = accepted(trial.after.take(kept(system, row, tmp_path), AFTERWARDS))
        trial.compare(kept(system, row, tmp_path), AFTERWARDS)
        assert again.row.event_type == event_type
        assert [type(fact) for fact in again.facts] == [type(fact) for fact in before.facts]
        assert {name: str(value) for name, value in again.row.values.items()} == {
            name: str(value) for name, value in before.row.values.items()
        }
    assert (trial.differences, trial.not_judged) == ({}, 0)


def test_a_code_that_is_dropped_makes_its_rows_wrong_and_names_their_numbers_alone(tmp_path: Path) -> None:
    contract = with_item(fleet()[ALARM].contract, "alarm_class", type=Code({"0101": "火警"}))
    trial = trial_of(ALARM, alarm(contract=contract), tmp_path)
    row = kept(ALARM, samples()[ALARM].row(), tmp_path)
    for _ in range(MOST_EXAMPLES + 2):
        trial.compare(row, AFTERWARDS)
    (difference,) = trial.differences.items()
    assert difference[0] == ("newly_wrong", "alarm_class[code_table]")
    assert (difference[1].count, len(difference[1].examples)) == (MOST_EXAMPLES + 2, MOST_EXAMPLES)
    assert set(difference[1].examples) == {samples()[ALARM].good["alarm_no"]}


def test_facts_that_come_go_or_say_something_else_are_told_apart(tmp_path: Path) -> None:
    was = fleet()[ALARM].facts
    row = kept(ALARM, samples()[ALARM].row(), tmp_path)
    changes = {
        ("fact_gone", "Reported"): alarm(facts=lambda _: []),
        ("fact_added", "Reported"): alarm(facts=lambda row: [*was(row), *was(row)]),
        ("fact_changed", "Reported.urgency"): alarm(
            facts=lambda row: [replace(fact, urgency="routine") for fact in was(row)]  # type: ignore[call-arg]
        ),
    }
    for expected, changed in changes.items():
        trial = trial_of(ALARM, changed, tmp_path)
        trial.compare(row, AFTERWARDS)
        assert list(trial.differences) == [expected]


def test_another_type_of_event_and_another_number_of_the_row_are_told(tmp_path: Path) -> None:
    contract = replace(fleet()[ALARM].contract, record=("alarm_no", "handle_unit"))
    changed = alarm(contract=contract, event_type=lambda _: "incident.closed", facts=lambda _: [])
    trial = trial_of(ALARM, changed, tmp_path)
    trial.compare(kept(ALARM, samples()[ALARM].row(), tmp_path), AFTERWARDS)
    kinds = {kind for kind, _ in trial.differences}
    assert kinds == {"event_type", "identity", "fact_gone"}
    assert ("event_type", "incident.reported → incident.closed") in trial.differences


def test_what_was_not_kept_is_an_open_question_and_makes_no_row_wrong(tmp_path: Path) -> None:
    was = fleet()[ALARM].contract
    added = Item("caller_kind", "类别", "inner", Text())
    contract = replace(with_item(was, "alarm_time", type=ZonedTime()), additions=(*was.additions, added))
    judged = judged_on(contract, was)
    assert set(judged.open_questions) == {"alarm_time", "caller_kind"}
    assert judged.not_kept == {"caller_kind"}
    stumbling = alarm(contract=contract, facts=lambda row: [row.values["caller_kind"].upper()])
    trial = trial_of(ALARM, stumbling, tmp_path)
    trial.compare(kept(ALARM, samples()[ALARM].row(), tmp_path), AFTERWARDS)
    assert (trial.differences, trial.not_judged) == ({}, 1)


def test_a_token_that_becomes_a_text_cannot_be_judged() -> None:
    token, text = Item("who_token", "人", "pii", PersonToken("services")), Item("who_token", "人", "pii", Text(40))
    was = replace(fleet()[ALARM].contract, items=(token,))
    assert judged_on(replace(was, items=(text,)), was).not_kept == {"who_token"}
    assert judged_on(was, replace(was, items=(text,))).not_kept == frozenset()


def test_a_number_that_could_name_a_person_is_not_shown(tmp_path: Path) -> None:
    contract = with_item(fleet()[ALARM].contract, "alarm_no", data_class="pii")
    trial = trial_of(ALARM, alarm(contract=contract, facts=lambda _: []), tmp_path)
    trial.before.connector = replace(trial.before.connector, contract=contract)
    trial.compare(kept(ALARM, samples()[ALARM].row(), tmp_path), AFTERWARDS)
    assert trial.differences["fact_gone", "Reported"].examples == [f"hub.source.{ALARM}.v1[0]@7"]


def test_whatever_stands_in_a_row_its_values_are_never_in_what_is_told(tmp_path: Path) -> None:
    secret_class = with_item(fleet()[ALARM].contract, "handle_unit", type=Text(1))
    kept(ALARM, samples()[ALARM].row(), tmp_path)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text("绝密甲乙丙丁", min_size=4, max_size=20))
    def check(unit: str) -> None:
        trial = trial_of(ALARM, alarm(contract=secret_class), tmp_path)
        trial.compare(kept(ALARM, samples()[ALARM].row(handle_unit=unit), tmp_path), AFTERWARDS)
        assert ("newly_wrong", "handle_unit[length]") in trial.differences
        assert unit not in repr(trial.differences)

    check()
