"""疑似重复: two incidents that may be one, put before a person; dispatch goes on until somebody has spoken."""

from collections.abc import Iterator, Mapping
from heapq import nlargest

from streams.contract import Output, TableName, Tables, replace
from streams.durations import MINUTE_MILLISECONDS
from streams.facts import views
from streams.facts.matching import Matching
from streams.facts.tellings import Telling
from streams.processors.concealed_incidents import review_as_shown
from streams.processors.incident_profiles import PROFILES, all_told, is_confidential, keep
from streams.rules.matching import Verdict

REVIEWS = TableName("reviews", views.Review, ordered=True)
"""Under `<incident_no>/<other_no>`, the one that was told of later first."""
MOST_TOLD = 20
"""So many reports of each of the two are put before whoever decides."""


def ask(
    now: int, incident_no: str, other_no: str, verdict: Verdict, matching: Matching, tables: Tables
) -> Iterator[Output]:
    """Put two incidents before a person, once; both are marked."""
    if incident_no == other_no or _review(incident_no, other_no, tables) is not None:
        return
    review = views.Review(
        incident_no=incident_no,
        other_no=other_no,
        state="open",
        owner=f"{incident_no[:6]}-{matching.review_owner}",
        opened_at=now,
        due_at=now + matching.review_minutes * MINUTE_MILLISECONDS,
        probability=round(verdict.probability, 3),
        reasons=verdict.reasons,
    )
    yield from _show(review, tables)
    for one, other in ((incident_no, other_no), (other_no, incident_no)):
        profile = tables[PROFILES].get(one)
        if profile is not None and other not in profile.incident.suspected:
            incident = replace(profile.incident, suspected=(*profile.incident.suspected, other))
            yield from keep(now, replace(profile, incident=incident), tables)


def decide(
    now: int, one: str, other: str, state: views.ReviewState, tables: Tables, officer: str | None = None
) -> Iterator[Output]:
    """End a review, if there is one that is open, and take the mark off both incidents."""
    review = _review(one, other, tables)
    if review is None or review.state != "open":
        return
    yield from _show(replace(review, state=state, decided_at=now, actor_officer=officer), tables)
    for number, suspect in ((one, other), (other, one)):
        profile = tables[PROFILES].get(number)
        if profile is not None and suspect in profile.incident.suspected:
            left = tuple(each for each in profile.incident.suspected if each != suspect)
            yield from keep(now, replace(profile, incident=replace(profile.incident, suspected=left)), tables)


def lapse_reviews(now: int, incident_no: str, into_no: str | None, tables: Tables) -> Iterator[Output]:
    """An incident has ended or gone into another one: whether it is one with that is decided, the rest is moot."""
    profile = tables[PROFILES].get(incident_no)
    for other in profile.incident.suspected if profile is not None else ():
        yield from decide(now, incident_no, other, "joined" if other == into_no else "lapsed", tables)


def show_reviews(incident_no: str, tables: Tables) -> Iterator[Output]:
    """More was told of an incident, or it has become confidential: its open reviews are shown as they stand now."""
    profile = tables[PROFILES].get(incident_no)
    if profile is None or not profile.incident.suspected:
        return
    told = _told(incident_no, tables)
    for other in profile.incident.suspected:
        review = _review(incident_no, other, tables)
        if review is not None and review.state == "open":
            yield _shown(review, tables, {incident_no: told})


def forget_reviews(incident_no: str, tables: Tables) -> Iterator[Output]:
    """Long closed: reviews under its number are let go of."""
    for key, _ in tables[REVIEWS].scan(f"{incident_no}/"):
        tables[REVIEWS].delete(key)
        yield Output("reviews", key, None)


def _review(one: str, other: str, tables: Tables) -> views.Review | None:
    return tables[REVIEWS].get(f"{one}/{other}") or tables[REVIEWS].get(f"{other}/{one}")


def _show(review: views.Review, tables: Tables) -> Iterator[Output]:
    tables[REVIEWS].put(_key(review), review)
    yield _shown(review, tables, {})


def _shown(review: views.Review, tables: Tables, known: Mapping[str, tuple[Telling, ...]]) -> Output:
    """A review as it stands; `known` is what is told of incidents, so that it is not looked for again."""
    numbers = (review.incident_no, review.other_no)
    confidential = any(is_confidential(number, tables) for number in numbers)
    if review.state == "open":
        one, other = (known[number] if number in known else _told(number, tables) for number in numbers)
        review = replace(review, told=one + other)
    return Output("reviews", _key(review), review_as_shown(review, confidential=confidential))


def _told(incident_no: str, tables: Tables) -> tuple[Telling, ...]:
    """The last reports of an incident, the newest first; none of a confidential one."""
    profile = tables[PROFILES].get(incident_no)
    if profile is None or profile.incident.confidential:
        return ()
    reports = all_told(profile.incident, tables)
    last = nlargest(MOST_TOLD, reports, key=lambda one: (one.occurred_at, one.system, one.record_no))
    return tuple(
        Telling(
            incident_no=incident_no,
            system=report.system,
            record_no=report.record_no,
            incident_class=report.incident_class,
            urgency=report.urgency,
            region=report.region,
            words=report.words,
            occurred_at=report.occurred_at,
            closed=report.closed,
        )
        for report in last
    )


def _key(review: views.Review) -> str:
    return f"{review.incident_no}/{review.other_no}"
