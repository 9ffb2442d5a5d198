"""Who may be one person by something weaker than a verified identifier: said to people, and acted on by nobody.

Two persons of one household that are reached under one number, as after a certificate number was corrected or mistyped;
and whoever calls for help from a number under which a person is reached. What is found stands in a view, until it is no
longer so, for somebody to ask for a link by an article. GB/T 35273-2020 7.6.
"""

from collections.abc import Iterator

from streams.contract import Output, TableName, Tables
from streams.facts.person_access import Reached
from streams.facts.person_rights import Named
from streams.facts.person_views import Resemblance, Suggestion
from streams.processors.known_of_persons import CALLS, KEPT_AFTER_CLOSING_MILLISECONDS

MOST_SUGGESTED = 10
"""A number under which more persons are reached is a home's or an office's, and says nothing."""

REACHED = TableName("reached", Reached, ordered=True)
SUGGESTIONS = TableName("suggestions", Suggestion, ordered=True)


def hear_reached(now: int, reached: Reached, tables: Tables) -> Iterator[Output]:
    """Keep whom a number reaches, and look whom that resembles."""
    content = reached.content
    if content is None:
        return
    key = f"{reached.token}/{content.person}"
    known = tables[REACHED].get(key)
    if known is not None and known.recorded_at > reached.recorded_at:
        return
    if known is None:
        named = Named(key=content.person, occurred_at=now, token=content.person, other=reached.token)
        yield Output("people", content.person, named)
    tables[REACHED].put(key, reached, now + KEPT_AFTER_CLOSING_MILLISECONDS if content.gone else None)
    yield from look(now, reached.token, tables)


def look(now: int, token: str, tables: Tables) -> Iterator[Output]:
    """Suggest what is alike under one number now, and take back what no longer is."""
    alike = dict(_alike(token, tables))
    if len(alike) > MOST_SUGGESTED:
        alike = {}
    before = dict(tables[SUGGESTIONS].scan(f"{token}/"))
    for key in before.keys() - {f"{token}/{pair}" for pair in alike}:
        tables[SUGGESTIONS].delete(key)
        yield Output("suggestions", key.removeprefix(f"{token}/"), None)
    for pair, resemblance in alike.items():
        if f"{token}/{pair}" not in before:
            one, _, other = pair.partition("/")
            suggestion = Suggestion(token=one, other=other, resemblance=resemblance, suggested_at=now)
            tables[SUGGESTIONS].put(f"{token}/{pair}", suggestion)
            yield Output("suggestions", pair, suggestion)


def _alike(token: str, tables: Tables) -> Iterator[tuple[str, Resemblance]]:
    """Pairs of tokens by what they resemble one another in."""
    known = (one.content for _, one in tables[REACHED].scan(f"{token}/"))
    reached = [content for content in known if content is not None and not content.gone]
    if any(True for _ in tables[CALLS].scan(f"{token}/")):
        for content in reached:
            yield f"{token}/{content.person}", "phone_of_caller"
    for number, content in enumerate(reached):
        for other in reached[number + 1 :]:
            if content.household == other.household:
                yield f"{content.person}/{other.person}", "household_and_phone"
