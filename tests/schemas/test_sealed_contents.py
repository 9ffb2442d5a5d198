"""Contents sealed for persons: what is written opens for whom it was sealed, and the linter refuses all else."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.checks.records import record_faults
from streams.checks.schemas import SchemaFile, read_schema_files, schema_faults
from streams.checks.sealed import clear_faults, sealed_faults
from streams.checks.usage import orphan_faults
from streams.codec import Codec, SealBroken
from streams.facts.people import HelpContent, Service, ServiceContent
from streams.marked.yaml_file import Fault
from streams.sealed_contents import NoKeysHere, sealed_fields
from streams.secrecy.person_key_store import PersonKeyStore
from streams.secrecy.person_keys import ContentBroken, MemoryPersonKeys, PersonKeys
from streams.topology import read_topology

TOKEN, OTHER = "services:1:01", "services:1:02"
CONTENT = ServiceContent(
    unit="office", region="500117001001", kind="aid", state="due", due_on="2026-10-01", under_14=False
)
SERVICE = Service(
    id="row#1", key=TOKEN, occurred_at=1, token=TOKEN, system="mz_social_aid", record_no="1", content=CONTENT,
    recorded_at=1,
)  # fmt: skip


def codec_with(keys: PersonKeys | None = None) -> Codec:
    return Codec.load(persons=MemoryPersonKeys() if keys is None else keys)


KEYS = MemoryPersonKeys()
WRITER, READER, STRANGER = codec_with(KEYS), codec_with(KEYS), Codec.load()


@given(unit=st.text(max_size=40), region=st.text(max_size=12), under_14=st.booleans())
def test_what_is_sealed_comes_back_is_not_seen_and_is_the_same_bytes_again(
    unit: str, region: str, *, under_14: bool
) -> None:
    fact = replace(SERVICE, content=replace(CONTENT, unit=f"unit {unit}", region=region, under_14=under_14))
    data = WRITER.encode(fact)
    assert READER.decode(data) == fact
    assert READER.encode(replace(fact, content=replace(fact.content))) == data  # type: ignore[type-var]
    assert b"unit " not in data
    assert STRANGER.decode(data) == replace(fact, content=None)


def test_an_entry_that_keeps_what_was_said_is_sealed_as_it_came() -> None:
    codec = codec_with()
    heard = codec.decode(codec.encode(SERVICE))
    codec.contents.keys = None
    assert codec.decode(codec.encode(replace(heard, recorded_at=2))).recorded_at == 2
    with pytest.raises(NoKeysHere):
        codec.encode(replace(heard, token=OTHER, key=OTHER))


def test_the_same_said_of_two_persons_is_sealed_for_each() -> None:
    keys = MemoryPersonKeys()
    codec = codec_with(keys)
    codec.encode(SERVICE)
    other = codec.encode(replace(SERVICE, token=OTHER))
    keys.destroy(TOKEN)
    assert codec.decode(other).content == CONTENT


def test_content_that_stands_under_another_persons_token_is_refused() -> None:
    codec = codec_with()
    codec.encode(replace(SERVICE, token=OTHER))
    with pytest.raises(SealBroken):
        codec.decode(codec.encode(SERVICE).replace(TOKEN.encode(), OTHER.encode()))


def test_content_of_somebody_who_never_had_a_key_is_refused_and_not_taken_for_destroyed() -> None:
    data = codec_with().encode(SERVICE)
    with pytest.raises(SealBroken):
        codec_with().decode(data)


def test_content_of_another_kind_is_neither_written_nor_read() -> None:
    keys = MemoryPersonKeys()
    codec, strange = codec_with(keys), HelpContent(region="", answered=True, unit=None)
    with pytest.raises(TypeError, match="HelpContent stands where ServiceContent belongs"):
        codec.encode(replace(SERVICE, content=strange))  # type: ignore[arg-type]
    (field,) = sealed_fields(Service, codec.schema_of(Service).definition)
    forged = {"token": TOKEN, "content": keys.seal(TOKEN, codec.encode(strange))}
    with pytest.raises(ContentBroken, match="HelpContent is sealed where ServiceContent belongs"):
        codec.contents.opened(field, forged)


def test_what_is_not_sealed_any_more_since_the_key_was_destroyed_is_counted_too(tmp_path: Path) -> None:
    store = PersonKeyStore(tmp_path, create=True, renews=False)
    codec = codec_with(store)
    codec.encode(SERVICE)
    store.destroy(SERVICE.token)
    again = replace(SERVICE, content=replace(CONTENT, region="500117002"))
    assert codec.decode(codec.encode(again)).content is None
    assert codec.contents.lost == 1
    store.close()


def test_what_is_lost_with_a_key_is_counted() -> None:
    keys = MemoryPersonKeys()
    codec = codec_with(keys)
    data = codec.encode(SERVICE)
    codec.decode(data)
    keys.destroy(TOKEN)
    assert (codec.decode(data).content, codec.contents.lost) == (None, 1)


# The linter.

CALL: dict[str, Any] = {
    "type": "record",
    "name": "Call",
    "namespace": "hub.trial",
    "doc": "呼叫",
    "fields": [
        {"name": "token", "type": "string", "class": "pii", "doc": "人员令牌"},
        {
            "name": "content", "type": ["null", "bytes"], "sealed": "trial.said.v1", "sealed_for": "token",
            "class": "spi", "doc": "封存内容",
        },
    ],
}  # fmt: skip
SAID: dict[str, Any] = {
    "type": "record",
    "name": "Said",
    "namespace": "hub.trial",
    "doc": "呼叫内容",
    "fields": [{"name": "words", "type": "string", "class": "spi", "doc": "内容"}],
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., dict[str, SchemaFile]]:
    def write(call: Any = CALL, said: Any = SAID) -> dict[str, SchemaFile]:
        folder = tmp_path / "trial"
        folder.mkdir(exist_ok=True)
        for name, definition in (("call", call), ("said", said)):
            text = json.dumps(definition, ensure_ascii=False, indent=2)
            (folder / f"{name}.v1.avsc").write_text(text, encoding="utf-8")
        faults: list[Fault] = []
        schemas = read_schema_files(tmp_path, faults)
        assert faults == []
        return schemas

    return write


def test_a_sealed_field_that_keeps_the_rules_has_no_fault(write: Callable[..., dict[str, SchemaFile]]) -> None:
    schemas = write()
    assert [fault for schema in schemas.values() for fault in schema_faults(schema)] == []
    assert [*sealed_faults(schemas)] == []


def with_field(**changes: Any) -> dict[str, Any]:
    definition = deepcopy(CALL)
    definition["fields"][1].update(changes)
    return definition


NESTED = {
    **CALL,
    "fields": [
        CALL["fields"][0],
        {"name": "part", "type": {**CALL, "name": "Part"}, "class": "inner", "doc": "部分"},
    ],
}
REFUSED = {
    "a record that is not there": (with_field(sealed="trial.sayd.v1"), "there is no schema 'trial.sayd.v1'"),
    "a record that has sealed fields": (with_field(sealed="trial.call.v1"), "trial.call.v1 has something sealed"),
    "a field that is not there": (with_field(sealed_for="tokn"), "'sealed_for' names no field"),
    "a field that is no text": (with_field(sealed_for="content"), "'sealed_for' names no field"),
    "another type": (with_field(type="bytes"), "is null or bytes"),
    "another class": (with_field(**{"class": "inner"}), "is of class pii or spi"),
    "a record inside": (NESTED, "only a field of the record itself is sealed"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_each_rule_of_sealing_refuses_what_breaks_it(case: str, write: Callable[..., dict[str, SchemaFile]]) -> None:
    definition, said = REFUSED[case]
    assert said in " ".join(fault.text for fault in sealed_faults(write(definition)))


def test_the_class_holds_the_record_that_is_sealed(tmp_path: Path) -> None:
    schemas = read_schema_files(Path("schemas").absolute(), [])
    altered = deepcopy(dict(schemas["people.service.v1"].definition))
    for field in altered["fields"]:
        if "sealed" in field:
            field["sealed"] = "people.help_content.v1"
    path = tmp_path / "people" / "service.v1.avsc"
    path.parent.mkdir()
    path.write_text(json.dumps(altered, ensure_ascii=False), encoding="utf-8")
    changed = {**schemas, **read_schema_files(tmp_path, [])}
    faults = [fault.text for fault in record_faults({Service: "people.service.v1"}, changed)]
    assert len(faults) == 1
    assert "sealed in it is null or people.help_content.v1, in the class null or people.service_content.v1" in faults[0]


def test_the_people_log_and_its_owners_entries_have_nothing_personal_in_clear_but_tokens() -> None:
    schemas = read_schema_files(Path("schemas").absolute(), [])
    reading = read_topology()
    assert [*clear_faults(reading, schemas, [])] == []
    named = sorted(fault.text.split(":")[0] for fault in clear_faults(reading, schemas, ["people.help_content.v1"]))
    assert named == ["people.help_content.v1"]


def test_what_is_only_sealed_in_another_record_is_no_orphan() -> None:
    schemas = read_schema_files(Path("schemas").absolute(), [])
    orphans = [fault.text for fault in orphan_faults(read_topology(), schemas, [])]
    assert not [text for text in orphans if "_content.v1" in text]
