"""Who of a city may merge, split and link incidents and decide suspected duplicates: `incidents` of `modes.yaml`."""

from collections.abc import Collection, Iterator
from typing import get_args

from streams.cities.authorities import read_authorities
from streams.facts.incidents import IncidentAct, IncidentActRule
from streams.facts.rules import RULES_KEY
from streams.marked.form import Form

ACTS: tuple[IncidentAct, ...] = get_args(IncidentAct)


def read_incident_acts(
    whole: Form, units: Collection[str], document: str, effective_at: int
) -> Iterator[IncidentActRule]:
    """Each act once; what is wrong goes to the faults of `whole`. `document` holds where a line names none."""
    for act, form in whole.one_for_each("incidents", "act", ACTS, "act on incidents"):
        yield IncidentActRule(
            key=RULES_KEY,
            occurred_at=effective_at,
            version="",
            act=act,
            name=form.text("name"),
            ordered_by=tuple(read_authorities(form, units)),
            document=form.text("document", document),
        )
