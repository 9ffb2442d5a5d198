"""The linter of schemas: each rule with what it refuses and where it says so."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from streams.checks.examples import ExampleError, read_example
from streams.checks.privacy import FORBIDDEN, forbidden_faults, label_faults
from streams.checks.records import record_faults
from streams.checks.schemas import SchemaFile, read_schema_files, schema_faults
from streams.checks.usage import example_faults, identity_faults
from streams.codec import import_facts
from streams.contract import KINDS, Fact
from streams.marked.yaml_file import Fault
from streams.metrics import Metric
from streams.schema_files import SCHEMAS

VISIT: dict[str, Any] = {
    "type": "record",
    "name": "Visit",
    "namespace": "hub.trial",
    "doc": "走访",
    "fields": [
        {"name": "visit_no", "type": "string", "class": "inner", "doc": "走访编号"},
        {"name": "visited_at", "type": "long", "class": "inner", "doc": "走访时间(毫秒)"},
        {
            "name": "outcome",
            "type": {"type": "enum", "name": "VisitOutcome", "symbols": ["met", "absent"]},
            "class": "inner",
            "doc": "结果",
        },
        {"name": "note", "type": ["null", "string"], "class": "inner", "doc": "备注", "default": None},
    ],
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Any], SchemaFile]:
    def write(definition: Any) -> SchemaFile:
        path = tmp_path / "trial" / "visit.v1.avsc"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(definition, ensure_ascii=False, indent=2), encoding="utf-8")
        faults: list[Fault] = []
        schema = read_schema_files(tmp_path, faults)["trial.visit.v1"]
        assert faults == []
        return schema

    return write


def changed(number: int | None = None, **changes: Any) -> dict[str, Any]:
    """The visit with changes to one field, or to the record; None takes a key away."""
    definition = deepcopy(VISIT)
    part = definition if number is None else definition["fields"][number]
    for key, value in changes.items():
        part[key] = value
        if value is None:
            del part[key]
    return definition


def line_of(schema: SchemaFile, text: str) -> int:
    lines = schema.path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_a_schema_that_keeps_the_rules_has_no_fault(write: Callable[[Any], SchemaFile]) -> None:
    schema = write(VISIT)
    assert [*schema_faults(schema), *forbidden_faults(schema)] == []


REFUSED = {
    "no class": (changed(0, **{"class": None}), "field visit_no: its class is ''"),
    "a class that is none": (changed(0, **{"class": "secret"}), "field visit_no: its class is 'secret'"),
    "no Chinese name": (changed(0, doc="number"), "field visit_no: it has no Chinese name"),
    "no name of the record": (changed(doc=None), "record Visit has no Chinese name"),
    "a name that is not ASCII": (changed(0, name="编号"), "its name is not like order_no"),
    "a name in capitals": (changed(0, name="visitNo"), "its name is not like order_no"),
    "another record's name": (changed(name="Call"), "'name' must be Visit"),
    "another namespace": (changed(namespace="trial"), "'namespace' must be hub.trial"),
    "a misspelt key": (changed(0, clas="inner"), "unknown key 'clas'; did you mean 'class'?"),
    "a misspelt key of the record": (changed(dok="x"), "unknown key 'dok'; did you mean 'doc'?"),
    "an instant as text": (changed(1, type="string"), "field visited_at: an instant is a long"),
    "an instant with a logical type": (
        changed(1, type={"type": "long", "logicalType": "timestamp-millis"}),
        "a type 'long' is not used here",
    ),
    "a duration as text": (changed(0, name="stay_seconds"), "a duration is a whole number of seconds"),
    "a union of three": (changed(3, type=["null", "string", "long"]), "a union is null and one type"),
    "null at the end of a union": (changed(3, type=["string", "null"], default=""), "a union is null and one type"),
    "a symbol in capitals": (
        changed(2, type={"type": "enum", "name": "VisitOutcome", "symbols": ["MET"]}),
        "the symbol 'MET' is not like in_hand",
    ),
    "a default that can be changed": (
        changed(3, type={"type": "map", "values": "string"}, default={"a": "b"}),
        "field note: a default is null",
    ),
    "a default of bytes": (changed(3, type="bytes", default="x"), "bytes have no other default than null"),
    "a default of another type": (changed(1, default="today"), "not a schema of Avro"),
    "two fields of one name": (changed(1, name="visit_no"), "two fields are called 'visit_no'"),
    "an alias that is a field": (changed(1, aliases=["note"]), "two fields are called 'note'"),
    "an unknown type": (changed(0, type="texts"), "not a schema of Avro"),
    "a record without fields' types": (changed(0, type=None), "not a schema of Avro"),
    "no record": ({"type": "string"}, "a schema is a record"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_each_rule_refuses_what_breaks_it(case: str, write: Callable[[Any], SchemaFile]) -> None:
    definition, said = REFUSED[case]
    faults = list(schema_faults(write(definition)))
    assert any(said in fault.text for fault in faults), faults
    assert all(fault.line > 0 and fault.file.endswith("trial/visit.v1.avsc") for fault in faults)


def test_every_fault_is_reported_with_its_line(write: Callable[[Any], SchemaFile]) -> None:
    definition = changed(1, **{"class": "open"})
    definition["fields"][3]["doc"] = "note"
    schema = write(definition)
    assert {(fault.line, fault.text.partition(": ")[2]) for fault in schema_faults(schema)} == {
        (line_of(schema, '"open"'), "field visited_at: its class is 'open', not one of pub, inner, pii, spi"),
        (line_of(schema, '"doc": "note"'), "field note: it has no Chinese name in 'doc'"),
    }


def test_the_rules_hold_inside_nested_records_too(write: Callable[[Any], SchemaFile]) -> None:
    inner = {"type": "record", "name": "Person", "doc": "人员", "fields": [{"name": "gait", "type": "string"}]}
    schema = write(changed(3, type=["null", {"type": "array", "items": inner}]))
    texts = [fault.text for fault in (*schema_faults(schema), *forbidden_faults(schema))]
    assert any("field gait: its class is ''" in text for text in texts)
    assert any("field gait is refused" in text for text in texts)


@pytest.mark.parametrize("content", ['{"type": "record",}', "type: record\n", "", "{"])
def test_a_file_that_is_no_json_is_a_fault_of_its_own(content: str, tmp_path: Path) -> None:
    (tmp_path / "trial").mkdir()
    (tmp_path / "trial" / "visit.v1.avsc").write_text(content)
    faults: list[Fault] = []
    assert read_schema_files(tmp_path, faults) == {}
    assert [("not JSON" in fault.text, fault.line > 0) for fault in faults] == [(True, True)]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("face_id", "编号"),
        ("photo", "人脸照片"),
        ("gait_code", "编号"),
        ("code", "虹膜编码"),
        ("tracks", "记录"),
        ("path", "行动轨迹"),
        ("score", "分值"),
        ("number", "信用积分"),
        ("post_author", "名称"),
        ("whereabouts", "位置"),
    ],
)
def test_nobodys_face_gait_track_or_score_has_a_field(
    name: str, title: str, write: Callable[[Any], SchemaFile]
) -> None:
    faults = list(forbidden_faults(write(changed(0, name=name, doc=title))))
    assert len(faults) == 1
    assert faults[0].text.startswith(f"trial.visit.v1: field {name} is refused for ")
    assert any(faults[0].text.endswith(rule.reason) for rule in FORBIDDEN)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("risk", "风险"),
        ("rank", "位次"),
        ("disease", "名称"),
        ("religion", "类别"),
    ],
)
def test_what_is_asked_of_areas_is_refused_of_persons(
    name: str, title: str, write: Callable[[Any], SchemaFile]
) -> None:
    of_an_area = changed(0, name=name, doc=title)
    assert list(forbidden_faults(write(of_an_area))) == []
    of_a_person = deepcopy(of_an_area)
    of_a_person["fields"][3]["class"] = "pii"
    assert len(list(forbidden_faults(write(of_a_person)))) == 1
    of_a_token = deepcopy(of_an_area)
    of_a_token["fields"][3]["name"] = "resident_token"
    assert len(list(forbidden_faults(write(of_a_token)))) == 1


def test_a_metric_has_no_label_that_is_a_personal_field(tmp_path: Path, write: Callable[[Any], SchemaFile]) -> None:
    schema = write(changed(0, **{"class": "spi"}))
    catalogue = tmp_path / "metrics.py"
    catalogue.write_text('X = _counter(\n    "hub_visits_total", "visits", "visit_no")\n')
    metrics = [
        Metric("hub_visits_total", "counter", "visits", ("system", "visit_no")),
        Metric("hub_rows_total", "counter", "rows", ("system",)),
    ]
    assert list(label_faults(metrics, catalogue, [schema])) == [
        Fault(str(catalogue), 2, "hub_visits_total: its label visit_no is a personal field of trial.visit.v1")
    ]


def put(folder: Path, name: str, content: Any) -> Path:
    path = folder / "trial" / "examples" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


MET = {"visit_no": "V-1", "visited_at": 1, "outcome": "met", "note": None}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({**MET, "visited_at": "today"}, "expected long"),
        ({**MET, "visited_at": True}, "expected long"),
        ({**MET, "outcome": "gone"}, "expected"),
        ({**MET, "more": 1}, "more fields"),
        ({key: value for key, value in MET.items() if key != "note"}, "missing"),
        ([MET], "expected"),
        ("{", "not JSON"),
    ],
)
def test_an_example_fits_its_schema_exactly(content: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(ExampleError, match=said):
        read_example(put(tmp_path, "visit.v1.met.json", content), VISIT)


def test_bytes_of_an_example_stand_as_base64(tmp_path: Path) -> None:
    definition = changed(3, type=["null", "bytes"])
    assert read_example(put(tmp_path, "visit.v1.a.json", {**MET, "note": "AP8="}), definition)["note"] == b"\0\xff"
    with pytest.raises(ExampleError, match="Base64"):
        read_example(put(tmp_path, "visit.v1.b.json", {**MET, "note": "no base"}), definition)


def test_examples_are_neither_missing_nor_left_over(tmp_path: Path, write: Callable[[Any], SchemaFile]) -> None:
    schema = write(VISIT)
    put(tmp_path, "visit.v2.met.json", MET)
    assert sorted(fault.text for fault in example_faults(tmp_path, {schema.name: schema})) == [
        "an example of trial.visit.v2, which does not exist",
        "trial.visit.v1: no example examples/visit.v1.<name>.json in schemas/trial/",
    ]
    put(tmp_path, "visit.v1.met.json", MET)
    (tmp_path / "trial" / "examples" / "visit.v2.met.json").unlink()
    assert list(example_faults(tmp_path, {schema.name: schema})) == []


def test_a_new_schema_is_told_the_next_free_id(tmp_path: Path, write: Callable[[Any], SchemaFile]) -> None:
    write(VISIT)
    (tmp_path / "ids.lock").write_text("7 trial.gone.v1\n")
    assert [fault.text for fault in identity_faults(tmp_path)] == [
        "trial.visit.v1 has no id in ids.lock; the next free one is 8",
        "there is no schema trial.gone.v1; an id is never taken back",
    ]


@dataclass(frozen=True, kw_only=True)
class Visit:
    visit_no: str
    visited_at: int
    outcome: Literal["met", "absent"]
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Misordered:
    visited_at: int
    visit_no: str
    outcome: Literal["met", "absent"]
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Mistyped:
    visit_no: int
    visited_at: int
    outcome: Literal["met", "moved"]
    note: str = ""


@dataclass
class Thawed:
    visit_no: str


@dataclass(frozen=True, kw_only=True)
class Enveloped(Fact):
    visit_no: str


def test_a_class_that_says_the_same_as_its_schema_has_no_fault(write: Callable[[Any], SchemaFile]) -> None:
    assert list(record_faults({Visit: "trial.visit.v1"}, {"trial.visit.v1": write(VISIT)})) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (Misordered, ["but Misordered has visited_at, visit_no"]),
        (
            Mistyped,
            [
                "field visit_no: its type is string, in the class long",
                "in the class enum of met, moved",
                "field note: its type is null or string, in the class string",
                "its default is None, in Mistyped ''",
            ],
        ),
        (Thawed, ["is not a frozen dataclass"]),
        (Enveloped, ["but Enveloped has id, key, source, trace, occurred_at, visit_no"]),
    ],
)
def test_a_class_that_differs_from_its_schema_is_told_how(
    values: type[Any], said: list[str], write: Callable[[Any], SchemaFile]
) -> None:
    faults = list(record_faults({values: "trial.visit.v1"}, {"trial.visit.v1": write(VISIT)}))
    assert len(faults) == len(said)
    for part in said:
        assert any(part in fault.text for fault in faults), faults


def test_two_classes_for_one_record_and_a_class_without_schema_are_named() -> None:
    faults = list(record_faults({Visit: "trial.visit.v1", Misordered: "trial.visit.v2"}, {}))
    assert [fault.text.partition(":")[0] for fault in faults] == ["Visit", "Misordered"]
    assert [Path(fault.file).name for fault in faults] == [Path(__file__).name] * 2


def test_every_record_of_the_hub_equals_its_schema() -> None:
    import_facts()
    kinds = {values: name for values, name in KINDS.items() if values.__module__.startswith("streams.facts.")}
    assert len(kinds) > 20
    assert list(record_faults(kinds, read_schema_files(SCHEMAS, []))) == []
