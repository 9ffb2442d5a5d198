"""Records to bytes and back, and every way in which bytes are not a record."""

import contextlib
import json
import struct
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import pytest
from fastavro import schemaless_reader, schemaless_writer
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.codec import Codec, CodecError, Malformed, Origin, TrailingBytes, UnknownSchema, WrongMagic
from streams.contract import KINDS
from streams.facts.engine import Tick
from streams.facts.incidents import Reported
from streams.facts.quarantine import Held
from streams.facts.rules import Limit
from streams.facts.views import Clock, Matter, Order, Source
from streams.schema_files import LockError
from tests.schemas.avro_values import values_of
from tests.schemas.whole_codec import CODEC

KNOWN = [schema for name, schema in sorted(CODEC.schemas.items()) if name in set(KINDS.values())]
ORIGIN = Origin("hub.log.incidents.v1", 2, 41_207)

REPORT = Reported(
    id="ga_alarm110:1:1#1",
    key="500117",
    source="ga_alarm110",
    trace="ga_alarm110:1:1",
    occurred_at=1_795_305_600_000,
    system="ga_alarm110",
    record_no="1",
    incident_class="burst_main",
    urgency="critical",
    recorded_at=1_795_305_603_000,
    region="500117001",
    located_by="system",
    self_resolved=False,
)


def test_the_wire_has_a_zero_byte_the_id_and_plain_avro() -> None:
    data = CODEC.encode(REPORT)
    magic, identity = struct.unpack(">bI", data[:5])
    assert (magic, identity) == (0, CODEC.schema_of(Reported).identity)
    fields: Any = schemaless_reader(BytesIO(data[5:]), CODEC.schema_of(Reported).parsed, None)
    assert fields == REPORT.__dict__ | {"words": []}


@settings(max_examples=300)
@given(data=st.data())
def test_any_record_comes_back_as_its_class_and_as_the_same_bytes(data: st.DataObject) -> None:
    schema = data.draw(st.sampled_from(KNOWN), label="schema")
    buffer = BytesIO(b"\0" + schema.identity.to_bytes(4, "big"))
    buffer.seek(5)
    schemaless_writer(buffer, schema.parsed, data.draw(values_of(schema.definition), label="fields"))
    value = CODEC.decode(buffer.getvalue())
    assert KINDS[type(value)] == schema.name
    assert CODEC.encode(value) == buffer.getvalue()
    assert CODEC.decode(CODEC.encode(value)) == value


def test_records_inside_records_are_of_their_classes_and_lists_are_tuples() -> None:
    limit = Limit(
        amount=5, unit="minute", start="at", day_end="same_time", rolls_over=False, calendar="always", document=""
    )
    clock = Clock(kind="arrive", state="running", started_at=1, due_at=2, limit=limit)
    order = Order(order_no="M-01", unit="u", unit_name="供水公司", state="sent", clocks=(clock, clock))
    matter = Matter(
        matter_no="M",
        incident_no="E",
        incident_class="burst_main",
        urgency="urgent",
        region="500117",
        state="assigned",
        opened_at=1,
        orders=(order,),
        clocks=(),
        as_of=3,
    )
    assert CODEC.decode(CODEC.encode(matter)) == matter


def test_what_the_engine_fills_in_is_written_without_changing_the_record() -> None:
    bare = replace(REPORT, id="", trace="")
    filled = CODEC.decode(CODEC.encode(bare, id="a1", trace="t1"))
    assert (filled.id, filled.trace, filled.system) == ("a1", "t1", "ga_alarm110")
    assert bare.id == ""


def test_a_decoded_record_is_frozen_and_can_be_a_key() -> None:
    value = CODEC.decode(CODEC.encode(REPORT))
    assert hash(value) == hash(REPORT)
    with pytest.raises(AttributeError):
        value.region = "500118"


@pytest.mark.parametrize(
    "change",
    [{"recorded_at": "08:00"}, {"recorded_at": 2**63}, {"urgency": "soon"}, {"region": None}, {"longitude": "106"}],
)
def test_a_field_that_does_not_fit_its_schema_is_not_written(change: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError)):
        CODEC.encode(replace(REPORT, **change))


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", WrongMagic),
        (b"\0\0\0", WrongMagic),
        (b"\x01" + CODEC.encode(REPORT)[1:], WrongMagic),
        (b'{"alarm_no": 1}', WrongMagic),
        (b"\0\x7f\xff\xff\xff" + CODEC.encode(REPORT)[5:], UnknownSchema),
        (CODEC.encode(REPORT)[:5], Malformed),
        (CODEC.encode(REPORT)[:-1], Malformed),
        (CODEC.encode(REPORT) + b"\0", TrailingBytes),
        (CODEC.encode(REPORT)[:5] + b"\xff" * 40, Malformed),
        (CODEC.encode(Tick(sent_at=1))[:5] + CODEC.encode(REPORT)[5:], TrailingBytes),
    ],
)
def test_bytes_that_are_no_record_are_refused_with_where_they_were_read(data: bytes, error: type[CodecError]) -> None:
    with pytest.raises(error) as refused:
        CODEC.decode(data, ORIGIN)
    assert refused.value.origin == ORIGIN
    assert "hub.log.incidents.v1[2]@41207" in str(refused.value)
    assert refused.value.reason == error.reason


def test_each_way_of_being_wrong_has_a_reason_of_its_own() -> None:
    kinds = (WrongMagic, UnknownSchema, Malformed, TrailingBytes)
    assert len({kind.reason for kind in kinds}) == len(kinds)


def test_what_an_error_says_holds_nothing_of_the_payload() -> None:
    secret = "500117199001011234"
    data = CODEC.encode(replace(REPORT, record_no=secret))
    for broken in (data[:-1], data + secret.encode(), b"\x01" + data):
        with pytest.raises(CodecError) as refused:
            CODEC.decode(broken, ORIGIN)
        assert secret not in str(refused.value)


@settings(max_examples=500)
@given(data=st.data())
def test_no_bytes_make_the_codec_fail_in_another_way(data: st.DataObject) -> None:
    schema = data.draw(st.sampled_from(KNOWN))
    body = data.draw(st.binary(max_size=200))
    with contextlib.suppress(CodecError):
        CODEC.decode(b"\0" + schema.identity.to_bytes(4, "big") + body, ORIGIN)


def test_a_source_record_has_a_schema_here_but_no_class() -> None:
    schema = CODEC.schemas["source.ga_alarm110.v1"]
    assert CODEC.schema_with_identity(schema.identity) is schema
    with pytest.raises(UnknownSchema):
        CODEC.decode(b"\0" + schema.identity.to_bytes(4, "big"), ORIGIN)


def test_bytes_stay_bytes_and_maps_stay_maps() -> None:
    held = Held(
        stage="decode",
        reason="wrong_magic",
        detail="",
        owner="dispatch",
        topic="t",
        partition=0,
        offset=1,
        held_at=2,
        record_key=b"\0\xff",
        algorithm="SM4-GCM",
        key_version=1,
        nonce=b"n",
        sealed=b"\xff\0",
    )
    source = Source(
        system="s",
        state="fresh",
        last_seen_at=1,
        newest_at=1,
        rows=1,
        facts=1,
        wrong=0,
        late=0,
        items={"警情编号": 1},
        fresh_seconds=5,
        as_of=1,
    )
    assert CODEC.decode(CODEC.encode(held)) == held
    assert CODEC.decode(CODEC.encode(source)) == source


@dataclass(frozen=True, kw_only=True)
class Visit:
    """The second version of a record that was first written without `outcome`."""

    visit_no: str
    outcome: Literal["met", "absent"] | None = None


def write_schema(folder: Path, name: str, *fields: dict[str, Any]) -> None:
    definition = {"type": "record", "name": "Visit", "namespace": "hub.trial", "doc": "走访", "fields": list(fields)}
    (folder / "trial").mkdir(exist_ok=True)
    (folder / "trial" / f"{name}.avsc").write_text(json.dumps(definition))


def test_what_an_earlier_version_wrote_is_read_as_the_class_of_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = {"name": "visit_no", "type": "string"}
    outcome = {
        "name": "outcome",
        "default": None,
        "type": ["null", {"type": "enum", "name": "Outcome", "symbols": ["met", "absent"]}],
    }
    write_schema(tmp_path, "visit.v1", number)
    write_schema(tmp_path, "visit.v2", outcome, number)
    (tmp_path / "ids.lock").write_text("900 trial.visit.v1\n901 trial.visit.v2\n")
    monkeypatch.setitem(KINDS, Visit, "trial.visit.v2")
    codec = Codec.load(tmp_path)
    written_then = b"\0" + (900).to_bytes(4, "big") + b"\x06V-1"
    assert codec.decode(written_then) == Visit(visit_no="V-1", outcome=None)
    assert codec.decode(codec.encode(Visit(visit_no="V-2", outcome="met"))) == Visit(visit_no="V-2", outcome="met")


def test_schemas_without_ids_and_ids_without_schemas_are_all_named(tmp_path: Path) -> None:
    write_schema(tmp_path, "visit.v1")
    write_schema(tmp_path, "visit.v2")
    (tmp_path / "ids.lock").write_text("# ids\n1 trial.gone.v1\n1 trial.twice.v1\nnonsense\n")
    with pytest.raises(LockError) as refused:
        Codec.load(tmp_path)
    said = str(refused.value)
    for wrong in ("trial.visit.v1", "trial.visit.v2", "trial.gone.v1", "trial.twice.v1", "'nonsense'"):
        assert wrong in said
    assert f"{tmp_path / 'ids.lock'}:3:" in said
