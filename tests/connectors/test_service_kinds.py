"""Which kind of service a row tells of, and whether it is a child's: as far as its system says, and its numbers."""

from pathlib import Path
from typing import Any

import pytest

from connectors.check_characters import identity_check_character
from streams.facts.people import Service, ServiceContent
from tests.connectors.fleet_samples import NOW, accepted, intake, samples


def number_of(born: str) -> str:
    """An identity number of somebody born on that day."""
    body = f"500117{born}001"
    return body + identity_check_character(body)


def told(system: str, keys: Path, **changes: Any) -> ServiceContent:
    taken = accepted(intake(system, keys).take(samples()[system].row(**changes), NOW))
    (service,) = (fact for fact in taken.facts if isinstance(fact, Service))
    assert service.record_no == taken.row.record_no
    assert service.content is not None
    return service.content


@pytest.mark.parametrize(
    ("system", "changes", "kind"),
    [
        ("mz_social_aid", {"aid_class": "1"}, "aid"),
        ("mz_social_aid", {"aid_class": "4"}, "health"),
        ("cl_disability_service", {"服务类别": "托养"}, "disability"),
        ("cl_disability_service", {"服务类别": "康复"}, "health"),
        ("sf_correction_service", {}, "correction"),
    ],
)
def test_a_service_is_of_the_kind_that_its_system_says(
    system: str, changes: dict[str, Any], kind: str, tmp_path: Path
) -> None:
    assert told(system, tmp_path, **changes).kind == kind


@pytest.mark.parametrize(("born", "under_14"), [("20121122", True), ("20121121", False), ("20200101", True)])
def test_a_childs_service_is_told_as_such_on_the_day_it_was_recorded(
    born: str,
    tmp_path: Path,
    *,
    under_14: bool,
) -> None:
    """The samples were recorded on 22 November 2026."""
    assert told("mz_social_aid", tmp_path, id_no=number_of(born)).under_14 is under_14


def test_an_old_number_of_fifteen_digits_is_nobodys_who_is_a_child(tmp_path: Path) -> None:
    assert not told("mz_social_aid", tmp_path, id_no="110105491231002").under_14
