"""What warnings of Hechuan explain, and lines that cannot be meant."""

from pathlib import Path

import pytest

from streams.facts.rules import IncidentClass
from streams.facts.warnings import WarningRule
from tests.hechuan import expect_fault, hechuan


def test_a_rainstorm_explains_floods_and_every_warning_explains_classes_that_there_are() -> None:
    found = {rule.event_code: rule for rule in hechuan().rules if isinstance(rule, WarningRule)}
    classes = {rule.incident_class for rule in hechuan().rules if isinstance(rule, IncidentClass)}
    assert "flooding" in found["11B03"].explains
    assert all(rule.explains and classes.issuperset(rule.explains) for rule in found.values())


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("event_code: 11B05", "event_code: 11B03", "11B03 stands here a second time"),
        ("[traffic]", "[trafic]", "did you mean 'traffic'?"),
        ("[traffic]", "[]", "it explains nothing"),
        ("lasts_minutes: 360", "lasts_minutes: 9999", "'lasts_minutes' must be from 0 to 4320"),
        ("name: 大雾", "title: 大雾", "'name' is missing"),
        ("warnings:", "warning:", "'warnings' is missing"),
    ],
)
def test_a_line_that_cannot_be_meant_is_said_where_it_stands(copy: Path, before: str, after: str, said: str) -> None:
    expect_fault(copy / "warnings.yaml", before, after, said)
