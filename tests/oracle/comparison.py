"""Cases at random, asked of the oracle and of the hub."""

from collections.abc import Iterable
from datetime import timedelta

from tests.oracle.counted_time import EPOCH, deadline
from tests.oracle.hub_deadline import hub_deadline
from tests.oracle.random_cases import RandomCase, random_case


def differences(numbers: Iterable[int]) -> list[str]:
    """The cases of those numbers in which the hub says another deadline than the oracle, in words."""
    found = []
    for number in numbers:
        case = random_case(number)
        ours = deadline(case.limit, case.caused_at, case.hours, case.suspended)
        theirs = hub_deadline(case.limit, case.caused_at, case.hours, case.suspended)
        if ours != theirs:
            found.append(f"{described(case)}: the oracle says {moment(ours)}, the hub {moment(theirs)}")
    return found


def described(case: RandomCase) -> str:
    """All of a case, in Beijing's time; `random_case(number)` makes it again."""
    spans = ", ".join(f"{moment(first)} / {moment(last)}" for first, last in case.suspended)
    suspended = f" suspended {spans}" if spans else ""
    return f"random_case({case.number}) {case.limit} {case.office} caused {moment(case.caused_at)}{suspended}"


def moment(at: int) -> str:
    """Beijing's date and time."""
    return f"{EPOCH + timedelta(milliseconds=at):%Y-%m-%d %H:%M:%S.%f}"[:-3]
