"""The stages of cases are data of the city; a line that cannot be meant is told with its place."""

from pathlib import Path

import pytest

from streams.cities.city import City
from streams.facts.rules import Call, Stages
from tests.hechuan import expect_fault, faults_of, spoil


def stages_of(city: City) -> dict[str, Stages]:
    return {f"{rule.incident_class}/{rule.urgency}": rule for rule in city.rules if isinstance(rule, Stages)}


def test_illegal_construction_is_stopped_then_penalised_then_removed(hechuan: City) -> None:
    told = stages_of(hechuan)["illegal_construction/routine"]
    assert [(one.name, one.counted_from, one.limit.amount, one.limit.unit) for one in told.stages] == [
        ("责令停工", "filing", 4, "office_hour"),
        ("作出处罚决定", "filing", 7, "office_day"),
        ("拆除", "stage_before", 20, "office_day"),
    ]
    assert (told.reply.amount, told.reply.unit) == (30, "office_day")


def test_a_class_in_stages_is_so_for_every_urgency_that_somebody_is_called_for(hechuan: City) -> None:
    staged = {one.partition("/")[0] for one in stages_of(hechuan)}
    called = {
        f"{rule.incident_class}/{rule.urgency}"
        for rule in hechuan.rules
        if isinstance(rule, Call) and rule.incident_class in staged
    }
    assert called == {*stages_of(hechuan)}


@pytest.mark.parametrize(("before", "after", "said"), [
    ("incident_class: illegal_construction", "incident_class: illegal_constructions",
     "did you mean 'illegal_construction'?"),
    ("incident_class: illegal_construction", "incident_class: medical",
     "unknown class that somebody is called for 'medical'"),
    ("urgencies: [routine]", "urgencies: []", "'urgencies' names none"),
    ("urgencies: [routine]", "urgencies: [routine, urgent]", "illegal_construction, urgent stands here a second time"),
    ("urgencies: [routine]", "urgencies: [rare]", "unknown urgency 'rare'"),
    ("stage: penalty", "stage: stop_work", "stop_work stands here a second time"),
    ("name: 拆除", "name: 责令停工", "责令停工 stands here a second time"),
    ("counted_from: filing, amount: 4", "counted_from: stage_before, amount: 4", "the first stage has none before it"),
    ("counted_from: stage_before", "counted_from: acceptance", "unknown beginning of a stage's time 'acceptance'"),
    ("counted_from: stage_before", "counted_from: filing", "'reply' would be due before the last stage is"),
    ("amount: 7, unit: office_day, day_end: office_close", "amount: 2, unit: office_hour",
     "penalty, counted from the filing, would be due before stop_work is"),
    ("amount: 4, unit: office_hour", "amount: 0, unit: office_hour", "'amount' must be from 1"),
    ("reply: {amount: 30, unit: office_day", "reply: {amount: 20, unit: office_day",
     "'reply' would be due before the last stage is"),
    ("    reply: {amount: 30, unit: office_day, day_end: office_close, calendar: office}\n", "", "'reply' is missing"),
    ("calendar: office}", "calendar: night}", "unknown calendar 'night'"),
    ("document: 合川区", "documents: 合川区", "'document' is missing"),
])  # fmt: skip
def test_a_line_that_cannot_be_meant_is_told_with_its_place(copy: Path, before: str, after: str, said: str) -> None:
    if after == "counted_from: filing":
        spoil(copy / "stages.yaml", "amount: 20, unit: office_day", "amount: 40, unit: office_day")
    expect_fault(copy / "stages.yaml", before, after, said)


def test_one_stage_alone_is_no_case_in_stages(copy: Path) -> None:
    path = copy / "stages.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if "stage: penalty" not in line and "stage: removal" not in line))
    assert [fault for fault in faults_of(copy) if "a case in stages has at least 2" in fault]


def test_the_times_of_stages_do_not_stand_among_the_clocks(copy: Path) -> None:
    expect_fault(copy / "clocks.yaml", "kind: arrive", "kind: stage", "unknown kind of clock 'stage'")


def test_all_faults_are_told_at_once(copy: Path) -> None:
    spoil(copy / "stages.yaml", "amount: 4, unit: office_hour", "amount: 0, unit: office_hour")
    spoil(copy / "stages.yaml", "stage: penalty", "stage: stop_work")
    assert len(faults_of(copy)) == 2
