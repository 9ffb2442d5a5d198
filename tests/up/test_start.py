"""A start that cannot come to its end is given up in one line."""

from pathlib import Path

import pytest

from streams.embedded.child import Child, Command
from streams.embedded.home import Home
from streams.embedded.processes import Restart, Supervisor
from streams.schema_files import SCHEMAS, Schema, load_schemas
from streams.up.run import MOST_ENDS_AT_START, PartEnds, expect_to_stay
from streams.up.written_schemas import WrittenOtherwise, check_written_schemas
from tests.eventually import eventually


def altered(schema: Schema) -> Schema:
    """The schema of another state of the hub: one field more."""
    fields = [*schema.definition["fields"], {"name": "more", "type": "long"}]
    return Schema(schema.name, schema.identity, {**schema.definition, "fields": fields}, None, schema.path)


def told_otherwise(schema: Schema) -> Schema:
    """The same records under other words."""
    return Schema(schema.name, schema.identity, {**schema.definition, "doc": "其他说明"}, None, schema.path)


def test_a_part_that_always_ends_is_given_up_and_named(tmp_path: Path) -> None:
    child = Child("worker-hub", Command(("false",)), log_path=tmp_path / "log", pid_path=tmp_path / "pid")
    with Supervisor() as supervisor:
        supervisor.start(child, Restart(first_pause_seconds=0.01, longest_pause_seconds=0.01))
        expect_to_stay(child, supervisor)
        eventually(lambda: supervisor.ends_in_a_row(child) > MOST_ENDS_AT_START)
        with pytest.raises(PartEnds, match=r"worker-hub ended .* times in a row; why, stands above and in .*log"):
            expect_to_stay(child, supervisor)


def test_a_data_folder_of_another_state_is_refused_in_one_line(tmp_path: Path) -> None:
    schemas = load_schemas(SCHEMAS)
    with Home(tmp_path / "home") as home:
        check_written_schemas(home, [altered(schemas[0]), *schemas[1:]])
        with pytest.raises(WrittenOtherwise) as refused:
            check_written_schemas(home, schemas)
        with pytest.raises(WrittenOtherwise):
            check_written_schemas(home, schemas)
    (line,) = str(refused.value).splitlines()
    assert schemas[0].name in line
    assert "name an empty folder in HUB_HOME" in line


def test_many_altered_schemas_are_told_in_one_line_too(tmp_path: Path) -> None:
    schemas = load_schemas(SCHEMAS)
    with Home(tmp_path / "home") as home:
        check_written_schemas(home, map(altered, schemas))
        with pytest.raises(WrittenOtherwise, match=f"and {len(schemas) - 3} more"):
            check_written_schemas(home, schemas)


def test_a_schema_that_went_away_is_missed(tmp_path: Path) -> None:
    schemas = load_schemas(SCHEMAS)
    with Home(tmp_path / "home") as home:
        check_written_schemas(home, schemas)
        with pytest.raises(WrittenOtherwise, match=schemas[0].name):
            check_written_schemas(home, schemas[1:])


def test_other_words_and_new_schemas_change_nothing(tmp_path: Path) -> None:
    schemas = load_schemas(SCHEMAS)
    with Home(tmp_path / "home") as home:
        check_written_schemas(home, schemas[1:])
        check_written_schemas(home, [told_otherwise(schema) for schema in schemas])
        check_written_schemas(home, schemas)
