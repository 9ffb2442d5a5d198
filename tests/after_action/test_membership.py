"""Which reports an incident has and has had, and what went into it, by the matters log alone."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from streams.after_action.gathering import gather
from streams.after_action.logged import INCIDENTS, MATTERS, Logged, Logs
from streams.after_action.membership import Membership
from streams.contract import Fact
from streams.facts import incidents, matters
from tests.processors.kit import DISTRICT, GRID, START_AT

OLDER, YOUNGER, THIRD = (f"50011720260921E{number:05}" for number in (1, 2, 3))
SYSTEM = "ga_alarm110"


def opened(incident_no: str, record_no: str) -> Fact:
    return matters.Opened(
        key=DISTRICT, occurred_at=START_AT, incident_no=incident_no, incident_class="fire", urgency="urgent",
        region=GRID, system=SYSTEM, record_no=record_no,
    )  # fmt: skip


def joined(incident_no: str, record_no: str) -> Fact:
    return matters.Joined(
        key=DISTRICT, occurred_at=START_AT, incident_no=incident_no, system=SYSTEM, record_no=record_no, reports=2,
        region=GRID,
    )  # fmt: skip


def folded(incident_no: str, into_no: str) -> Fact:
    return matters.Folded(key=DISTRICT, occurred_at=START_AT, incident_no=incident_no, into_no=into_no)


def separated(incident_no: str, to_no: str, *record_nos: str) -> Fact:
    return matters.Separated(
        key=DISTRICT, occurred_at=START_AT, incident_no=incident_no, to_no=to_no,
        records=tuple(f"{SYSTEM}/{number}" for number in record_nos), incident_class="fire", urgency="urgent",
        region=GRID, dispatched=True,
    )  # fmt: skip


def logged(facts: Sequence[Fact], topic: str = MATTERS) -> list[Logged]:
    """One record a second."""
    return [
        Logged(topic, 0, offset, START_AT + 1_000 * offset, str(offset), b"", fact) for offset, fact in enumerate(facts)
    ]


def having(*facts: Fact) -> Membership:
    return Membership(logged(facts))


def left(membership: Membership, incident_no: str) -> set[str]:
    """The numbers of the reports that an incident has in the end."""
    return {report[1] for report, (_, until) in membership.spans(incident_no).items() if until is None}


TWO = (opened(OLDER, "1"), opened(YOUNGER, "2"), joined(YOUNGER, "3"))


def test_a_folded_incident_gives_its_reports_to_the_other_and_is_part_of_it() -> None:
    membership = having(*TWO, folded(YOUNGER, OLDER))
    assert (left(membership, OLDER), left(membership, YOUNGER)) == ({"1", "2", "3"}, set())
    assert (list(membership.parts(OLDER)), membership.replaced_by(YOUNGER)) == ([OLDER, YOUNGER], OLDER)
    step, _ = membership.spans(OLDER)[SYSTEM, "2"]
    assert (step.how, step.before) == ("folded", YOUNGER)


def test_reports_that_join_after_a_fold_are_the_replacing_ones_and_a_chain_of_folds_ends_in_one() -> None:
    membership = having(*TWO, opened(THIRD, "4"), folded(THIRD, YOUNGER), folded(YOUNGER, OLDER), joined(OLDER, "5"))
    assert left(membership, OLDER) == {"1", "2", "3", "4", "5"}
    assert list(membership.parts(OLDER)) == [OLDER, YOUNGER, THIRD]


def test_a_fold_that_is_undone_leaves_both_as_they_were() -> None:
    membership = having(*TWO, folded(YOUNGER, OLDER), separated(OLDER, YOUNGER, "2", "3"))
    assert (left(membership, OLDER), left(membership, YOUNGER)) == ({"1"}, {"2", "3"})
    assert membership.replaced_by(YOUNGER) is None
    assert membership.parts(OLDER)[YOUNGER] is not None
    assert membership.replaced_by(OLDER) is None


def test_a_report_that_is_told_again_of_the_same_incident_has_come_once() -> None:
    membership = having(opened(OLDER, "1"), joined(OLDER, "1"))
    assert [step.how for step in membership.steps] == ["opened"]


NUMBERS = st.sampled_from([OLDER, YOUNGER, THIRD])
RECORDS = st.sampled_from("12345")
FACTS = st.lists(
    st.one_of(
        st.builds(opened, NUMBERS, RECORDS),
        st.builds(joined, NUMBERS, RECORDS),
        st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: folded(*pair)),
        st.builds(separated, NUMBERS, NUMBERS, RECORDS),
    ),
    max_size=15,
)


@given(FACTS)
def test_whatever_is_folded_and_separated_each_report_belongs_to_one_incident(facts: list[Fact]) -> None:
    membership = having(*facts)
    kept = [left(membership, number) for number in (OLDER, YOUNGER, THIRD)]
    assert sum(map(len, kept)) == len(set().union(*kept))
    assert {report[1] for report in membership.known()} == set().union(*kept)


@given(FACTS)
def test_what_the_log_says_does_not_depend_on_the_order_of_reading(facts: list[Fact]) -> None:
    assert Membership(reversed(logged(facts))).steps == having(*facts).steps


def said(record_no: str) -> Fact:
    return incidents.Updated(
        key=DISTRICT, occurred_at=START_AT, system=SYSTEM, record_no=record_no, recorded_at=START_AT
    )


def logs(of_incidents: Sequence[Fact], of_matters: Sequence[Fact]) -> Logs:
    kept = {INCIDENTS: logged(of_incidents, INCIDENTS), MATTERS: logged(of_matters)}
    return lambda topic: kept.get(topic, [])


def test_words_on_a_report_that_left_are_told_until_it_left() -> None:
    facts = (*TWO, folded(YOUNGER, OLDER), separated(OLDER, YOUNGER, "2", "3"))
    words = [said("2") for _ in range(7)]
    told = gather(OLDER, logs(words, facts), {}).said[SYSTEM, "2"]
    assert [record.offset for record in told] == [0, 1, 2, 3, 4]
    assert len(gather(YOUNGER, logs(words, facts), {}).said[SYSTEM, "2"]) == 7
