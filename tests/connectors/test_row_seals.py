"""What a source row says of a person is under the person's key, and gone with it."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.row_seals import RowSeals, is_of_person, person_of
from connectors.systems import fleet
from streams.secrecy.person_keys import MemoryPersonKeys
from streams.secrecy.sealing import KeyMissing, Keys, SealBroken, Sealer

CORRECTION, AID = fleet()["sf_correction_service"].contract, fleet()["mz_social_aid"].contract
TOKEN, OTHER = "services:1:0a", "services:1:0b"
VALUES = {
    "person_token": TOKEN, "aid_class": "1", "aid_start": "2026-01-01", "household_token": "services:1:0c",
    "village_code": "500117001001", "record_no": "JZ1", "is_deleted": "0", "update_time": 1,
}  # fmt: skip
ROW = "mz_social_aid:JZ1:1"


@pytest.fixture
def persons() -> MemoryPersonKeys:
    return MemoryPersonKeys()


@pytest.fixture
def seals(tmp_path: Path, persons: MemoryPersonKeys) -> RowSeals:
    return RowSeals(AID, Sealer(Keys(tmp_path, create=True), "rows"), persons)


def test_whose_rows_are_sealed_follows_from_the_contract() -> None:
    persons = {system: person_of(connector.contract) for system, connector in fleet().items()}
    assert {system: item for system, item in persons.items() if item} == {
        "cl_disability_service": "person_token",
        "ga_population": "person_token",
        "ga_rental": "landlord_token",
        "mz_elder_call": "elder_token",
        "mz_social_aid": "person_token",
        "sf_correction_service": "person_token",
        "zw_hotline12345": "caller_token",
        "zz_community_e": "requester_token",
    }
    assert [item.name for item in AID.all_items if is_of_person(item, AID)] == ["aid_class", "aid_start"]


def test_a_row_opens_again_and_is_the_same_bytes_twice(seals: RowSeals) -> None:
    sealed = seals.sealed(VALUES, ROW)
    assert seals.sealed(VALUES, ROW) == sealed
    assert sealed.keys() == {"person_token", "aid_class", "aid_start"}
    assert seals.opened({**VALUES, **sealed}, ROW) == {
        "person_token": TOKEN, "aid_class": "1", "aid_start": "2026-01-01"
    }  # fmt: skip


def test_after_the_key_is_destroyed_the_row_opens_no_more_and_a_later_one_does(
    seals: RowSeals, persons: MemoryPersonKeys
) -> None:
    sealed = {**VALUES, **seals.sealed(VALUES, ROW)}
    assert not seals.is_renewed(VALUES)
    persons.destroy(TOKEN)
    with pytest.raises(SealBroken, match="destroyed"):
        seals.opened(sealed, ROW)
    later = {**VALUES, **seals.sealed(VALUES, "mz_social_aid:JZ1:2")}
    assert seals.opened(later, "mz_social_aid:JZ1:2")["aid_class"] == "1"
    assert seals.is_renewed(VALUES)
    with pytest.raises(SealBroken):
        seals.opened(sealed, ROW)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=st.text(min_size=1, max_size=20))
def test_what_is_sealed_is_nothing_under_another_row_item_or_person(seals: RowSeals, value: str) -> None:
    values = {**VALUES, "aid_class": value, "aid_start": value}
    items = {**values, **seals.sealed(values, ROW)}
    swapped = {**items, "aid_class": items["aid_start"], "aid_start": items["aid_class"]}
    others = {**items, "person_token": seals.sealed({**values, "person_token": OTHER}, ROW)["person_token"]}
    for wrong, row in ((items, "mz_social_aid:JZ1:2"), (swapped, ROW), (others, ROW)):
        with pytest.raises(SealBroken):
            seals.opened(wrong, row)
    assert seals.opened(items, ROW)["aid_class"] == value


def test_what_a_form_collects_is_gone_with_the_forms_key_and_with_the_persons(
    tmp_path: Path, persons: MemoryPersonKeys
) -> None:
    form, keys = replace(AID, expires_on="2026-12-31"), Keys(tmp_path, create=True)
    seals = RowSeals(form, Sealer(keys, "rows"), persons)
    items = {**VALUES, **seals.sealed(VALUES, ROW)}
    assert seals.opened(items, ROW)["aid_class"] == "1"
    assert seals.sealed(VALUES, ROW).items() <= items.items()
    inner = persons.open(TOKEN, seals.sealed(VALUES, ROW)["aid_start"])
    assert inner is not None
    assert b"2026-01-01" not in inner, "whoever has the person's key alone reads nothing"
    keys.destroy("rows.mz_social_aid")
    with pytest.raises(KeyMissing):
        RowSeals(form, Sealer(Keys(tmp_path, create=False), "rows"), persons).opened(items, ROW)


def test_a_line_that_names_nobody_any_more_is_under_the_systems_key(tmp_path: Path, persons: MemoryPersonKeys) -> None:
    seals = RowSeals(CORRECTION, Sealer(Keys(tmp_path, create=True), "rows"), persons)
    values = {item.name: None for item in CORRECTION.all_items} | {"service_stage": "日常"}
    sealed = {**values, **seals.sealed(values, "sf_correction_service:1:a")}
    assert seals.opened(sealed, "sf_correction_service:1:a") == {"service_stage": "日常"}
    assert not seals.is_renewed(values)


def test_rows_that_name_somebody_need_the_keys_of_persons(tmp_path: Path) -> None:
    seals = RowSeals(AID, Sealer(Keys(tmp_path, create=True), "rows"), None)
    with pytest.raises(KeyMissing):
        seals.sealed(VALUES, ROW)
    unnamed = replace(AID, items=(), additions=tuple(item for item in AID.additions if item.name != "phone_token"))
    assert person_of(unnamed) is None
