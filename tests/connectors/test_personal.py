"""What names a person is found in texts however it is written, and codes of the hub's own are left as they are."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.check_characters import identity_check_character
from connectors.city.spoken import SAID
from connectors.personal import MASK, masked, names_person, narrow, without_numbers, without_persons
from connectors.values import PersonToken, Text, Violation
from tests.privacy.marks import Marks, certificates, households, phones, sentences

PERSON = Marks.drawn(seed=3, count=1).persons[0]
PLACES = Path(__file__).resolve().parents[2] / "ops" / "cities" / "hechuan" / "places.csv"
WIDE = {code: code + 0xFEE0 for code in range(ord("0"), ord("9") + 1)}


@pytest.mark.parametrize("said", sentences(PERSON)[:8])
def test_of_a_sentence_about_a_person_only_the_sentence_is_left(said: str) -> None:
    left = narrow(masked(f"请尽快处理,{said},谢谢"))
    assert left.startswith("请尽快处理,")
    assert left.endswith(",谢谢")
    assert MASK in left
    for named in (PERSON.name, PERSON.plate, PERSON.household, PERSON.phone[-4:], PERSON.certificate[-4:]):
        assert named not in left


@pytest.mark.parametrize("number", [*certificates(PERSON), *phones(PERSON), " ".join(PERSON.phone)])
def test_a_code_holds_no_number_however_it_is_written(number: str) -> None:
    assert without_numbers(f"R_{number}_1") in (f"R_{MASK}_1", f"R_ {MASK} _1")
    assert names_person(number)


@pytest.mark.parametrize("text", [said for all_said in SAID.values() for said in all_said])
def test_what_people_say_of_happenings_is_left_as_it_is(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("找王女士", f"找{MASK}女士"),
        ("业主张大爷摔倒", f"业主{MASK}大爷摔倒"),
        ("欧阳婆婆要人陪", f"{MASK}婆婆要人陪"),
        ("姓名: 李四,渝A12345", f"姓名: {MASK},{MASK}"),
        ("渝AD12345挡道", f"{MASK}挡道"),
        ("业主方便就行", "业主方便就行"),
        ("业主张贴了通知", "业主张贴了通知"),
        ("找老师傅", "找老师傅"),
        ("电话023-42751234", "电话023-42751234"),
        ("2026-11-29 12:30 到 2026-11-30", "2026-11-29 12:30 到 2026-11-30"),
        ("3栋2单元1502号", "3栋2单元1502号"),
    ],
)
def test_names_are_found_by_what_stands_beside_them(said: str, left: str) -> None:
    assert masked(said) == left


def test_no_code_of_a_place_and_no_address_is_taken_for_a_person() -> None:
    with PLACES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert len(rows) > 1000
    for row in rows:
        assert not names_person(row["place_code"])
        assert not names_person(row["grid"])
        assert masked(row["address"]) == row["address"]


@pytest.mark.parametrize(
    "code", ["JQ2026112200001", "1795305600123", "SQ13912345678", "202611221234567", "500117001020008"]
)
def test_codes_with_many_digits_are_no_persons(code: str) -> None:
    assert Text().parse(code) == code


BIRTHDAYS = st.dates(date(1915, 1, 1), date(2099, 12, 31))


@given(BIRTHDAYS, st.integers(0, 999), st.sampled_from(["", " ", "-"]), st.sampled_from([{}, WIDE]))
def test_every_identity_number_is_the_same_person_however_it_is_written(
    born: date, order: int, gap: str, letters: dict[int, int]
) -> None:
    body = f"500117{born:%Y%m%d}{order:03}"
    number = body + identity_check_character(body)
    written = f"{number[:6]}{gap}{number[6:14]}{gap}{number[14:]}".lower()
    assert PersonToken("population", "certificate").parse(written.translate(letters)) == number


@pytest.mark.parametrize("written", phones(PERSON))
def test_a_phone_is_the_same_however_it_is_written(written: str) -> None:
    assert PersonToken("requests").parse(written) == PERSON.phone


@pytest.mark.parametrize("written", households(PERSON))
def test_a_household_is_the_same_however_it_is_written(written: str) -> None:
    assert PersonToken("services", "household").parse(written) == PERSON.household


def test_a_number_with_a_letter_too_many_is_nobodys() -> None:
    with pytest.raises(Violation):
        PersonToken("population", "certificate").parse(f"{PERSON.certificate}(")


def test_a_topic_keeps_its_codes_and_loses_its_persons() -> None:
    assert without_persons("iot/municipal/WM00101") == "iot/municipal/WM00101"
    for level in (PERSON.phone, PERSON.certificate, PERSON.name, "%E4%BA%93%E5%AE%98"):
        assert without_persons(f"iot/municipal/{level}") == f"iot/municipal/{MASK}"


@given(st.text(max_size=80))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert without_numbers(without_numbers(text)) == without_numbers(text)
