"""A city whose residents come from a file: they stand wherever a person did, the same one in a record for good."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path

import pytest

from connectors.city.daily_files import FilesOf
from connectors.city.departments import DEPARTMENTS
from connectors.city.ground import Ground
from connectors.city.residents import Residents
from connectors.city.rows import HandOver, Play
from connectors.city.script import DROPPING_FILES, script
from connectors.systems import fleet
from connectors.times import SHANGHAI
from connectors.values import Masked, PersonToken
from streams.cities.city import CITIES
from tests.privacy.marks import Marks

STARTED_AT = 1_795_300_000_000
NOON = datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground.load(CITIES / "hechuan")


@pytest.fixture(scope="module")
def residents(tmp_path_factory: pytest.TempPathFactory) -> Residents:
    path = tmp_path_factory.mktemp("hidden") / "residents.json"
    Marks.drawn(seed=1).write_residents(path)
    return Residents.read(path)


@pytest.fixture(scope="module")
def pairs(ground: Ground, residents: Residents) -> list[tuple[HandOver, HandOver]]:
    """Rows of a minute as they would be, and as they are of these residents."""
    play = Play(1, STARTED_AT, 60.0)
    usual = [*takewhile(lambda row: row.at_seconds < 60.0, script(play, ground))]
    return [*zip(usual, residents.told(iter(usual)), strict=True)]


def persons_and_texts(row: HandOver) -> list[tuple[object, str]]:
    """Types and columns of what names persons in a row."""
    items = fleet()[row.system].contract.all_items
    return [(item.type, item.source_field) for item in items if isinstance(item.type, PersonToken | Masked)]


def test_everybody_named_is_one_of_them_and_nobody_else_is_named(
    pairs: list[tuple[HandOver, HandOver]], residents: Residents
) -> None:
    named = defaultdict(set)
    for before, after in pairs:
        for kind, column in persons_and_texts(after):
            value = after.row.get(column)
            assert (value is None) == (before.row.get(column) is None)
            if isinstance(kind, PersonToken) and value is not None:
                assert value in residents.numbers[kind.by]
                named[kind.by].add(value)
            elif isinstance(kind, Masked) and value is not None:
                assert len(value) <= kind.longest
                assert any(value.endswith(said) for said in residents.said)
    assert set(named) == {"phone", "certificate", "household"}


def test_nothing_else_of_a_row_is_another(pairs: list[tuple[HandOver, HandOver]]) -> None:
    for before, after in pairs:
        columns = {column for _, column in persons_and_texts(after)}
        assert {name: value for name, value in before.row.items() if name not in columns} == {
            name: value for name, value in after.row.items() if name not in columns
        }


def test_versions_of_a_record_name_the_same_person(pairs: list[tuple[HandOver, HandOver]]) -> None:
    found = defaultdict(set)
    for _, after in pairs:
        for kind, column in persons_and_texts(after):
            if isinstance(kind, PersonToken) and after.row.get(column) is not None:
                found[after.system, after.record_no, column].add(after.row[column])
    assert len(found) > 20
    assert {len(values) for values in found.values()} == {1}


def test_files_name_them_too_and_are_the_same_again(ground: Ground, residents: Residents) -> None:
    for department in DEPARTMENTS:
        if department.system in DROPPING_FILES:
            files = FilesOf(department, timedelta(days=1), ground, 1, residents)
            file = files.file_at(NOON)
            assert file == files.file_at(NOON)
            kinds = {item.source_field: item.type for item in fleet()[department.system].contract.all_items}
            for line in islice(file.lines.values(), 50):
                for column, value in zip(file.columns, line, strict=True):
                    kind = kinds[column]
                    assert not isinstance(kind, PersonToken) or value in residents.numbers[kind.by]


def test_a_file_that_lacks_a_list_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "residents.json").write_text('{"phone": []}', encoding="utf-8")
    with pytest.raises(KeyError):
        Residents.read(tmp_path / "residents.json")
