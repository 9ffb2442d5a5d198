"""疑似重复: two incidents that may be one, put before a person; dispatch goes on until somebody has spoken."""

from collections.abc import Iterator

from streams.contract import Output, TableName, Tables, replace
from streams.facts import views
from streams.facts.matching import Matching
from streams.processors.concealed_incidents import review_as_shown
from streams.processors.incident_profiles import PROFILES, is_confidential, keep
from streams.rules.calendar import MILLISECONDS
from streams.rules.matching import Verdict

REVIEWS = TableName("reviews", views.Review, ordered=True)
"""Under `<incident_no>/<other_no>`, the one that was told of later first."""
MINUTE = 60 * MILLISECONDS


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
        due_at=now + matching.review_minutes * MINUTE,
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


def forget_reviews(incident_no: str, tables: Tables) -> Iterator[Output]:
    """Long closed: reviews under its number are let go of."""
    for key, _ in tables[REVIEWS].scan(f"{incident_no}/"):
        tables[REVIEWS].delete(key)
        yield Output("reviews", key, None)


def _review(one: str, other: str, tables: Tables) -> views.Review | None:
    return tables[REVIEWS].get(f"{one}/{other}") or tables[REVIEWS].get(f"{other}/{one}")


def _show(review: views.Review, tables: Tables) -> Iterator[Output]:
    key = f"{review.incident_no}/{review.other_no}"
    tables[REVIEWS].put(key, review)
    confidential = is_confidential(review.incident_no, tables) or is_confidential(review.other_no, tables)
    yield Output("reviews", key, review_as_shown(review, confidential=confidential))
