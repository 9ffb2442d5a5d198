"""CloudEvents 1.0, Kafka binding, binary mode."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import cloudevents
from streams.cloudevents import MissingHeader, NotACloudEvent, WrongHeader
from streams.facts.views import Tile

EIGHT_IN_CHINA = 1_795_305_600_123
"""2026-11-22 08:00:00.123 in Shanghai."""

NON_EMPTY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def headers_of_a_tile() -> dict[str, bytes | None]:
    return dict(cloudevents.headers(Tile, "e1", "situation", "500117", EIGHT_IN_CHINA, "ga_alarm110:1:1"))


def test_the_headers_are_those_of_the_specification() -> None:
    assert headers_of_a_tile() == {
        "content-type": b"application/avro",
        "ce_specversion": b"1.0",
        "ce_type": b"hub.views.tile.v1",
        "ce_id": b"e1",
        "ce_source": b"situation",
        "ce_time": b"2026-11-22T00:00:00.123Z",
        "ce_subject": b"500117",
        "ce_trace": b"ga_alarm110:1:1",
    }


def test_a_kind_may_be_named_by_its_schema() -> None:
    named = cloudevents.headers("views.tile.v1", "e1", "situation", "500117", EIGHT_IN_CHINA, "ga_alarm110:1:1")
    assert dict(named) == headers_of_a_tile()


def test_an_empty_subject_or_trace_is_left_out() -> None:
    names = [name for name, _ in cloudevents.headers(Tile, "e1", "situation", "", EIGHT_IN_CHINA, "")]
    assert "ce_subject" not in names
    assert "ce_trace" not in names


@given(
    event_id=NON_EMPTY,
    source=NON_EMPTY,
    subject=NON_EMPTY,
    trace=NON_EMPTY,
    at=st.integers(min_value=-62_135_596_800_000, max_value=253_402_300_799_999),
)
def test_what_was_said_is_read_again_to_the_millisecond(
    event_id: str, source: str, subject: str, trace: str, at: int
) -> None:
    said = cloudevents.attributes(cloudevents.headers(Tile, event_id, source, subject, at, trace))
    assert said == {
        "specversion": "1.0",
        "type": "hub.views.tile.v1",
        "id": event_id,
        "source": source,
        "time": said["time"],
        "subject": subject,
        "trace": trace,
    }
    assert cloudevents.instant(said["time"]) == at
    assert datetime.fromisoformat(said["time"]) == datetime.fromtimestamp(at // 1000, UTC).replace(
        microsecond=at % 1000 * 1000
    )


@pytest.mark.parametrize("header", ["ce_specversion", "ce_id", "ce_source", "ce_type", "content-type"])
def test_each_required_header_is_missed_by_name(header: str) -> None:
    headers = headers_of_a_tile()
    del headers[header]
    with pytest.raises(MissingHeader) as missing:
        cloudevents.attributes(headers)
    assert (missing.value.header, missing.value.reason) == (header, "cloudevent_header_missing")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("ce_specversion", b"0.3"),
        ("ce_id", b""),
        ("ce_source", None),
        ("ce_type", b"\xff\xfe"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-11-22"),
        ("ce_time", b"2026-11-22T08:00:00"),
        ("ce_time", b"2026-02-30T08:00:00Z"),
        ("content-type", b"application/cloudevents+json"),
        ("content-type", b"application/json"),
    ],
)
def test_a_wrong_header_is_refused_by_name(header: str, value: bytes | None) -> None:
    with pytest.raises(WrongHeader) as wrong:
        cloudevents.attributes({**headers_of_a_tile(), header: value})
    assert (wrong.value.header, wrong.value.reason) == (header, "cloudevent_header_wrong")


def test_a_record_without_any_headers_is_no_event() -> None:
    with pytest.raises(NotACloudEvent):
        cloudevents.attributes(None)


def test_headers_of_others_are_left_alone() -> None:
    assert "traceparent" not in cloudevents.attributes({**headers_of_a_tile(), "traceparent": b"\xff"})


def test_a_content_type_may_carry_parameters_and_capitals() -> None:
    assert cloudevents.attributes({**headers_of_a_tile(), "content-type": b"Application/Avro; charset=binary"})["id"]


@pytest.mark.parametrize(
    "time", ["2026-11-22T08:00:00.123+08:00", "2026-11-22t00:00:00.123z", "2026-11-22T00:00:00.123999Z"]
)
def test_times_of_other_zones_and_finer_clocks_are_the_same_instant(time: str) -> None:
    assert cloudevents.instant(time) == EIGHT_IN_CHINA
