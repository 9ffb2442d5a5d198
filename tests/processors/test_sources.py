"""Systems: what was last seen of them, how new it was, and when they fall silent."""

from typing import Any

import pytest

from streams.engine.memory import MemoryHub
from streams.facts.sources import AuthorisationDecided, Catalogued, ContractApproved, Decision, FormDeleted, KeyRotated
from tests.processors.kit import DAY, SECOND, SOURCE_VIEW, SOURCES, START_AT, codec
from tests.processors.told_batches import source, sources_hub, tell


@pytest.fixture
def hub() -> MemoryHub:
    return sources_hub()


def observe(hub: MemoryHub, number: int, **said: Any) -> None:
    """A connector tells of one batch: 5 rows, fresh for 60 s."""
    usual = {"facts": 4, "wrong": 1, "late": 2, "items": {"alarm_no": hub.now}, "fresh_seconds": 60}
    tell(hub, id=f"batch:{number}", **{"rows": 5, **usual, **said})


def test_a_system_that_tells_something_is_fresh(hub: MemoryHub) -> None:
    observe(hub, 1)
    shown = source(hub)
    assert (shown.state, shown.last_seen_at, shown.newest_at) == ("fresh", START_AT, START_AT)
    assert (shown.rows, shown.facts, shown.wrong, shown.late) == (5, 4, 1, 2)


def test_it_is_stale_when_its_objective_has_passed_and_not_before(hub: MemoryHub) -> None:
    observe(hub, 1)
    hub.advance_to(START_AT + 60 * SECOND - 1)
    assert source(hub).state == "fresh"
    hub.advance_to(START_AT + 60 * SECOND)
    assert (source(hub).state, source(hub).as_of) == ("stale", START_AT + 60 * SECOND)
    assert source(hub).last_seen_at == START_AT


def test_each_batch_begins_the_time_anew(hub: MemoryHub) -> None:
    for number in range(10):
        observe(hub, number)
        hub.advance_to(hub.now + 59 * SECOND)
    assert {shown.state for shown in hub.values(SOURCE_VIEW)} == {"fresh"}


def test_a_stale_system_that_tells_again_is_fresh_again(hub: MemoryHub) -> None:
    observe(hub, 1)
    hub.advance_to(START_AT + DAY)
    observe(hub, 2)
    assert [shown.state for shown in hub.values(SOURCE_VIEW)] == ["fresh", "stale", "stale", "fresh"]


def test_falling_silent_is_told_once(hub: MemoryHub) -> None:
    observe(hub, 1)
    hub.advance_to(START_AT + 10 * DAY)
    hub.restart()
    hub.advance_to(START_AT + 20 * DAY)
    assert [shown.hearing for shown in hub.values(SOURCE_VIEW)] == ["live", "late", "silent"]


def test_a_new_objective_counts_from_its_batch_on(hub: MemoryHub) -> None:
    observe(hub, 1, fresh_seconds=60)
    observe(hub, 2, fresh_seconds=5)
    hub.advance_to(START_AT + 5 * SECOND)
    assert (source(hub).state, source(hub).fresh_seconds) == ("stale", 5)


def test_rows_add_up(hub: MemoryHub) -> None:
    observe(hub, 1)
    observe(hub, 2, rows=0, facts=0, wrong=0, late=0)
    observe(hub, 3, rows=7, facts=7, wrong=0, late=0)
    shown = source(hub)
    assert (shown.rows, shown.facts, shown.wrong, shown.late) == (12, 11, 1, 2)


def test_the_newest_data_stays_the_newest_when_older_comes_later(hub: MemoryHub) -> None:
    observe(hub, 1, newest_at=START_AT + 9, items={"alarm_no": START_AT + 9, "geo_point": START_AT})
    observe(hub, 2, newest_at=START_AT + 3, items={"alarm_no": START_AT + 3, "place_code": START_AT + 1})
    shown = source(hub)
    assert shown.newest_at == START_AT + 9
    assert shown.items == {"alarm_no": START_AT + 9, "geo_point": START_AT, "place_code": START_AT + 1}


def test_systems_are_kept_apart(hub: MemoryHub) -> None:
    observe(hub, 1, system="ga_alarm110", fresh_seconds=5)
    observe(hub, 2, system="cg_municipal_iot", fresh_seconds=500)
    hub.advance_to(START_AT + 60 * SECOND)
    assert (source(hub, "ga_alarm110").state, source(hub, "cg_municipal_iot").state) == ("stale", "fresh")


def test_a_batch_that_is_told_twice_counts_once(hub: MemoryHub) -> None:
    observe(hub, 1)
    observe(hub, 1)
    assert source(hub).rows == 5


def test_the_exchange_platforms_catalogue_is_kept_by_its_latest_publication(hub: MemoryHub) -> None:
    for version, published_at in (("1.1", START_AT + 2), ("1.0", START_AT + 1)):
        fact = Catalogued(
            id=f"row:{version}#1", key="zz_data_exchange", occurred_at=START_AT, system="zz_data_exchange",
            catalog_code="ML1", resource_name="出租房屋", schema_version=version, update_cycle="每日", changed=True,
            published_at=published_at,
        )  # fmt: skip
        hub.publish(SOURCES, fact)
        hub.settle()
    assert codec().decode(hub.owners[0].changelog["catalogue/ML1"][8:]).schema_version == "1.1"


def decide(hub: MemoryHub, number: int, authorisation: Decision, system: str = "ga_alarm110") -> None:
    fact = AuthorisationDecided(
        id=f"decision:{number}", key=system, occurred_at=hub.now, system=system, authorisation=authorisation,
        agreement_no="合数协〔2025〕001号", by="值班处", reason="协议到期",
    )  # fmt: skip
    hub.publish(SOURCES, fact)
    hub.settle()


def test_without_a_decision_the_contracts_word_holds(hub: MemoryHub) -> None:
    observe(hub, 1)
    assert source(hub).authorisation is None


def test_the_last_decision_is_shown_and_batches_do_not_undo_it(hub: MemoryHub) -> None:
    observe(hub, 1)
    decide(hub, 1, "suspended")
    assert (source(hub).authorisation, source(hub).rows) == ("suspended", 5)
    observe(hub, 2)
    assert (source(hub).authorisation, source(hub).rows) == ("suspended", 10)
    decide(hub, 2, "authorised")
    assert source(hub).authorisation == "authorised"


def test_a_decision_moves_no_due_moment_and_outlives_a_restart(hub: MemoryHub) -> None:
    observe(hub, 1)
    hub.advance_to(START_AT + 30 * SECOND)
    decide(hub, 1, "revoked")
    hub.restart()
    hub.advance_to(START_AT + 60 * SECOND)
    assert (source(hub).state, source(hub).authorisation, source(hub).as_of) == (
        "stale", "revoked", START_AT + 60 * SECOND,
    )  # fmt: skip


def test_a_system_that_never_told_anything_can_be_suspended_and_begins_from_nothing(hub: MemoryHub) -> None:
    decide(hub, 1, "suspended")
    assert (source(hub).last_seen_at, source(hub).rows, source(hub).authorisation) == (0, 0, "suspended")
    decide(hub, 2, "authorised")
    observe(hub, 1)
    assert (source(hub).state, source(hub).rows, source(hub).authorisation) == ("fresh", 5, "authorised")


def test_who_decided_and_why_is_kept_with_the_tables(hub: MemoryHub) -> None:
    decide(hub, 1, "suspended")
    kept = codec().decode(hub.owners[0].changelog["authorisations/ga_alarm110"][8:])
    assert (kept.by, kept.reason, kept.agreement_no) == ("值班处", "协议到期", "合数协〔2025〕001号")


def test_rows_without_a_place_add_up_and_what_is_suspected_is_the_latest_word(hub: MemoryHub) -> None:
    observe(hub, 1, unlocated=2, suspected_datum="GCJ-02", skewed_devices=3)
    shown = source(hub)
    assert (shown.unlocated, shown.suspected_datum, shown.skewed_devices) == (2, "GCJ-02", 3)
    observe(hub, 2, unlocated=1)
    shown = source(hub)
    assert (shown.unlocated, shown.suspected_datum, shown.skewed_devices) == (3, None, 0)


def approve(hub: MemoryHub, digest: str, effective_at: int, system: str = "ga_alarm110") -> None:
    identity = f"{system}:contract:{hub.now}"
    fact = ContractApproved(
        id=identity, key=system, source="contract", trace=identity, occurred_at=hub.now, system=system, digest=digest,
        effective_at=effective_at, agreement_no="合数协〔2025〕001号", by="数据局契约组", reason="新增警情类别",
    )  # fmt: skip
    hub.publish(SOURCES, fact)
    hub.settle()


def approvals(hub: MemoryHub, system: str = "ga_alarm110") -> dict[str, int]:
    return {approval.digest: approval.effective_at for approval in source(hub, system).approvals}


def test_approvals_of_contracts_are_shown_with_the_later_word_on_when_they_count(hub: MemoryHub) -> None:
    approve(hub, "d1", 1)
    assert (source(hub).state, source(hub).last_seen_at, source(hub).contract) == ("stale", 0, "")
    hub.advance_to(START_AT + SECOND)
    approve(hub, "d2", 2)
    observe(hub, 1)
    hub.advance_to(START_AT + 2 * SECOND)
    approve(hub, "d1", 3)
    approve(hub, "d9", 9, system="ga_alarm11")
    assert (approvals(hub), source(hub).rows) == ({"d1": 3, "d2": 2}, 5)
    hub.restart()
    observe(hub, 2)
    assert approvals(hub) == {"d1": 3, "d2": 2}


def test_the_contract_that_rows_were_taken_under_is_shown_since_its_first_batch(hub: MemoryHub) -> None:
    observe(hub, 1, contract="d1")
    hub.advance_to(START_AT + SECOND)
    observe(hub, 2, contract="d1")
    assert (source(hub).contract, source(hub).contract_since) == ("d1", START_AT)
    hub.advance_to(START_AT + 2 * SECOND)
    observe(hub, 3, contract="d2")
    assert (source(hub).contract, source(hub).contract_since) == ("d2", START_AT + 2 * SECOND)


def test_of_a_form_that_is_over_nothing_is_awaited_and_the_deletion_is_shown(hub: MemoryHub) -> None:
    observe(hub, 1, contract="d1")
    deleted = FormDeleted(
        id="ga_alarm110:deleted:1", key="ga_alarm110", source="forms", trace="ga_alarm110:deleted:1",
        occurred_at=hub.now, system="ga_alarm110", digest="d1", expired_at=hub.now, rows=5, keys=(),
    )  # fmt: skip
    hub.publish(SOURCES, deleted)
    hub.settle()
    hub.advance_to(START_AT + 20 * DAY)
    shown = source(hub)
    assert (shown.hearing, shown.state) == ("not_heard_yet", "stale")
    assert (shown.deleted_contract, shown.deleted_at, shown.deleted_rows) == ("d1", START_AT, 5)
    observe(hub, 2, contract="d2")
    hub.advance_to(START_AT + 40 * DAY)
    assert source(hub).hearing == "silent", "a form that is collected anew is awaited"


def test_who_replaced_a_key_is_shown_before_and_after_rows_of_the_system_come(hub: MemoryHub) -> None:
    def rotate(by: str) -> None:
        identity = f"ga_alarm110:key_rotated:{by}"
        rotated = KeyRotated(
            id=identity, key="ga_alarm110", source="keys", trace=identity, occurred_at=hub.now, system="ga_alarm110",
            old_until_at=hub.now + DAY, by=by, reason="r",
        )  # fmt: skip
        hub.publish(SOURCES, rotated)
        hub.settle()

    rotate("first")
    shown = source(hub)
    assert (shown.key_rotated_at, shown.key_rotated_by, shown.old_key_until) == (START_AT, "first", START_AT + DAY)
    assert (shown.last_seen_at, shown.hearing) == (0, "not_heard_yet")
    observe(hub, 1)
    assert source(hub).key_rotated_by == "first"
    hub.advance_to(START_AT + SECOND)
    rotate("second")
    shown = source(hub)
    assert (shown.key_rotated_at, shown.key_rotated_by, shown.hearing) == (START_AT + SECOND, "second", "live")
