"""What a report carries beside what its connector says: words of its texts and who tells it, where there are any."""

from pathlib import Path
from typing import Any

import pytest

from connectors.tokens import Tokens
from streams.facts.incidents import Reported, Updated
from streams.secrecy.sealing import Keys
from tests.connectors.fleet_samples import AFTERWARDS, accepted, intake, samples

HOTLINE, RESIDENTS, POLICE = "zw_hotline12345", "zz_community_e", "ga_alarm110"
PHONE = "13912345678"


def report(system: str, keys: Path, **said: Any) -> Reported:
    """The report that a system's sample row is, with some fields changed."""
    (found,) = (
        fact
        for fact in accepted(intake(system, keys).take(samples()[system].row(**said), AFTERWARDS)).facts
        if isinstance(fact, Reported)
    )
    return found


@pytest.mark.parametrize(("system", "phone"), [(HOTLINE, "caller_phone"), (RESIDENTS, "requester_phone")])
def test_a_caller_is_the_same_token_in_every_system_of_the_purpose_and_in_no_other_form(
    system: str, phone: str, tmp_path: Path
) -> None:
    token = Tokens(Keys(tmp_path, create=True)).token("requests", PHONE)
    assert report(system, tmp_path, **{phone: "+86 139-1234-5678"}).reporter == token


def test_words_are_those_of_the_account_and_of_the_address(tmp_path: Path) -> None:
    said = report(HOTLINE, tmp_path, content_masked="三栋楼下水管爆了", address="锦绣苑", place_code=None)
    assert set(said.words) == {"3栋", "楼下", "水管", "爆管", "锦绣", "绣苑"}


def test_of_whoever_asks_for_confidentiality_neither_token_nor_words_are_carried(tmp_path: Path) -> None:
    said = report(HOTLINE, tmp_path, content_masked="锦绣苑三栋漏水", confidential="1")
    assert said.confidential
    assert (said.reporter, said.words) == (None, ())
    assert report(HOTLINE, tmp_path, content_masked="锦绣苑三栋漏水", confidential="0").reporter


def test_the_police_say_neither_who_called_nor_in_which_words(tmp_path: Path) -> None:
    said = report(POLICE, tmp_path)
    assert (said.reporter, said.words) == (None, ())


@pytest.mark.parametrize(("accuracy", "metres"), [(12, 12.0), ("35.5", 35.5), (1, 5.0), (0, 150.0), (None, 150.0)])
def test_a_position_is_as_uncertain_as_its_row_says_else_as_such_positions_are(
    accuracy: Any, metres: float, tmp_path: Path
) -> None:
    assert (
        report(POLICE, tmp_path, geo_point="106.262900,29.982112", accuracy_metres=accuracy).uncertainty_metres
        == metres
    )


def test_a_later_word_on_a_place_says_how_uncertain_it_is(tmp_path: Path) -> None:
    row = samples()[POLICE].event("incident.updated")
    (said,) = accepted(intake(POLICE, tmp_path).take(row, AFTERWARDS)).facts
    assert isinstance(said, Updated)
    assert said.uncertainty_metres == 42.5
