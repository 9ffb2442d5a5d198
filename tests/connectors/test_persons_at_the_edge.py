"""Whatever a department names after a person, or quotes of one, goes no further than its connector."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import MQTTMessage
from sqlalchemy.exc import DataError

from connectors.contract import SourceAway
from connectors.personal import MASK
from connectors.readers import mqtt
from connectors.readers.folders import DroppedFile, folder_at
from connectors.readers.source_table import reason_of
from connectors.row_seals import is_sealed
from connectors.systems import fleet
from connectors.values import Masked
from tests.connectors import test_db_poll as polled
from tests.connectors import test_file_drop as dropped
from tests.connectors.fleet_samples import NOW, accepted, intake, refused, samples
from tests.connectors.reading import reading
from tests.privacy.marks import STEMS, Marks
from tests.privacy.scanner import Scanner

PERSON, OTHER = Marks.drawn(seed=5, count=2).persons
FREE_TEXTS = [
    (system, item.source_field)
    for system, connector in fleet().items()
    for item in connector.contract.all_items
    if isinstance(item.type, Masked) and is_sealed(item, connector.contract)
]


def names_nobody(*said: object) -> bool:
    return not any([*Scanner(STEMS).scan("here", str(part).encode())] for part in said)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.file_drop.SETTLE_SECONDS", 0.02)
    monkeypatch.setattr("connectors.readers.db_poll.STAMP_SECONDS", 0.02)


def test_files_named_after_persons_are_read_once_each_under_names_that_tell_nobody(tmp_path: Path) -> None:
    names = [f"危爆物品检查_20261121_{number}.csv" for number in (PERSON.certificate, OTHER.certificate)]
    for name in names:
        dropped.drop(tmp_path, name, dropped.line("A"), dropped.line(name[-9:]))
    with reading(dropped.reader(tmp_path)) as read:
        rows = read.rows(4)
        cursor = read.cursor
    assert names_nobody(cursor, *(row.origin for row in rows), *(row.version for row in rows))
    assert {row.origin.topic.count("~") for row in rows} == {1}
    assert len({row.version for row in rows}) == 2
    dropped.drop(tmp_path, "危爆物品检查_20261122.csv", dropped.line("D"))
    with reading(dropped.reader(tmp_path), cursor) as read:
        assert ("D", "new") in dropped.told(read.rows(1))


def test_a_line_numbered_by_a_person_is_held_and_not_remembered(tmp_path: Path) -> None:
    dropped.drop(tmp_path, dropped.NOV_21, dropped.line("A"), dropped.line(PERSON.certificate))
    with reading(dropped.reader(tmp_path)) as read:
        rows = read.rows(2)
    assert names_nobody(read.cursor)
    taking = intake("ga_dangerous_goods", tmp_path)
    assert refused(taking.take(rows[1], NOW)).reason == "person_number"


def test_a_file_that_cannot_be_opened_is_told_without_its_path(tmp_path: Path) -> None:
    gone = DroppedFile(str(tmp_path / f"{PERSON.phone}.csv"), "20261121_a1b2~.csv", 1, 1)
    with pytest.raises(SourceAway) as away, folder_at(str(tmp_path)).open(gone):
        pass
    assert str(away.value) == "20261121_a1b2~.csv cannot be read: No such file or directory"


@pytest.mark.parametrize("level", [PERSON.phone, PERSON.certificate.lower(), f"腕表-{PERSON.name}", "%E4%BA%93"])
def test_a_row_of_a_device_named_after_a_person_comes_from_a_masked_topic(level: str) -> None:
    message = MQTTMessage(topic=f"iot/municipal/{level}".encode())
    message.payload = b"{}"
    assert mqtt._row(message).origin.topic == f"iot/municipal/{MASK}"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f'invalid timestamp: "{PERSON.certificate}"\nLINE 1: ...', f"invalid timestamp: {MASK}"),
        (f"Incorrect DATETIME value: '{PERSON.name}'", f"Incorrect DATETIME value: {MASK}"),
        (f"duplicate key\nDETAIL: Key (id_no)=({PERSON.certificate}) already exists.", "duplicate key"),
        (f"Failing row: (id_no)=({PERSON.name}, {PERSON.phone})", f"Failing row: (id_no){MASK}"),
        (f"bad JSON path: '{PERSON.phone}", f"bad JSON path: {MASK}"),
        (f"value {PERSON.phone} is out of range", f"value {MASK} is out of range"),
        ("no such column: update_time", "no such column: update_time"),
        ("", "DataError"),
    ],
)
def test_what_a_database_says_is_told_without_what_it_quotes(said: str, told: str) -> None:
    assert reason_of(DataError("SELECT 1", {}, Exception(said))) == told


def test_a_database_whose_error_quotes_a_row_is_away_and_nobody_is_named(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "cases.sqlite3")) as database, database:
        database.execute(f"CREATE TABLE written ({', '.join(polled.COLUMNS)})")
        database.execute(
            "INSERT INTO written (case_no, update_time) VALUES (?, ?)", (PERSON.phone, "2026-11-22 08:00:00")
        )
        fields = [column.split()[0] for column in polled.COLUMNS]
        shown = [f"json_extract('{{}}', case_no) AS {name}" if name == "case_class" else name for name in fields]
        database.execute(f"CREATE VIEW case_summary AS SELECT {', '.join(shown)} FROM written")  # noqa: S608
    with reading(polled.reader(tmp_path, full_scan=True)) as read, pytest.raises(SourceAway) as away:
        read.rows(1)
    assert "cannot be read" in str(away.value)
    assert names_nobody(away.value)


def test_a_stamp_that_is_a_person_is_never_a_place_to_go_on_from(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "cases.sqlite3", isolation_level=None)) as database:
        database.execute(f"CREATE TABLE case_summary ({', '.join(polled.COLUMNS)})")
        polled.put(database, "AJ1", PERSON.phone)
    with reading(polled.reader(tmp_path, full_scan=True)) as read:
        assert len(read.rows(1)) == 1
        assert names_nobody(read.cursor)


@pytest.mark.parametrize("number", [PERSON.certificate, PERSON.old_certificate, f"SQ-{PERSON.phone}", "139 1234 5678"])
def test_a_record_numbered_by_a_person_is_refused_by_its_rule(number: str, tmp_path: Path) -> None:
    held = refused(intake("zz_community_e", tmp_path).take(samples()["zz_community_e"].row(request_no=number), NOW))
    assert (held.reason, held.detail) == ("person_number", "request_no[person_number] 诉求编号含公民身份号码或手机号")


def test_a_number_in_another_code_is_masked_and_the_row_is_taken(tmp_path: Path) -> None:
    row = samples()["ga_alarm110"].row(
        handle_unit=f"合阳城派出所 {PERSON.phone[:3]}-{PERSON.phone[3:7]}-{PERSON.phone[7:]}"
    )
    taken = accepted(intake("ga_alarm110", tmp_path).take(row, NOW))
    assert taken.row.values["handle_unit"] == f"合阳城派出所 {MASK}"


@pytest.mark.parametrize(("system", "field"), FREE_TEXTS)
def test_a_free_text_is_sealed_in_its_row_so_that_a_name_nobody_could_tell_is_not_read(
    system: str, field: str, tmp_path: Path
) -> None:
    taking, said = intake(system, tmp_path), f"{PERSON.name}家漏水"
    sample = samples()[system]
    row: dict[str, Any] = {**next(iter(sample.events.values()))["row"], field: said}
    taken = accepted(taking.take(sample.row(**row), NOW + 86_400_000))
    assert not [*Scanner(STEMS).scan("row", taken.value)]
    name = next(item.name for item in taking.connector.contract.all_items if item.source_field == field)
    assert taking.codec.decode(taken.value, taken.row.id)[name] == said


def test_the_free_texts_of_the_fleet_are_known() -> None:
    assert FREE_TEXTS == [
        ("ga_rental", "address"),
        ("sf_mediation", "address"),
        ("zj_property", "address"),
        ("zw_hotline12345", "content_masked"),
        ("zw_hotline12345", "address"),
        ("zz_community_e", "content_masked"),
        ("zz_community_e", "address"),
        ("zz_opinion", "topic_title"),
    ]
