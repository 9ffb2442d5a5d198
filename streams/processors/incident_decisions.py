"""What people decide about incidents: one, two, related, parts of one another. The matcher takes none of it back."""

from collections.abc import Iterator
from typing import Literal

from streams.contract import Output, Tables, replace
from streams.facts import incidents, views
from streams.processors.incident_acts import check_act
from streams.processors.incident_moves import IncidentMoves
from streams.processors.incident_profiles import PROFILES, Profile, keep, live_number
from streams.processors.incident_reviews import decide
from streams.rules.versions import RuleTables

OTHER_SIDE: dict[str, Literal["related", "child"]] = {"related": "related", "parent": "child"}
"""What an incident is to the one that it is this to."""


class NoSuchIncident(Exception):
    """An incident that somebody decides about is not known, or is the one that it is to be linked with."""


class IncidentDecisions:
    """Hears what officers decide."""

    def __init__(self, moves: IncidentMoves, rule_tables: RuleTables) -> None:
        self._moves = moves
        self._rules = rule_tables

    def hear(self, now: int, decided: incidents.ActOnIncidents, tables: Tables) -> Iterator[Output]:
        """Do it, if the actor may. NotAuthorised, NoSuchIncident, NoSuchReport."""
        check_act(decided, self._rules, tables)
        match decided:
            case incidents.Merged():
                yield from self._merge(now, decided, tables)
            case incidents.Split():
                number = self._standing(decided.incident_no, tables).incident.incident_no
                yield from self._moves.part(now, number, decided.records, tables)
            case incidents.Linked():
                yield from self._link(now, decided, tables)
            case incidents.Reviewed():
                yield from self._review(now, decided, tables)

    def _merge(self, now: int, merged: incidents.Merged, tables: Tables) -> Iterator[Output]:
        replaced, replacing = self._two(merged.replaced_no, merged.replacing_no, tables)
        if replaced == replacing:
            return
        yield from decide(now, replaced, replacing, "joined", tables, merged.actor_officer)
        yield from self._moves.fold(now, replacing, replaced, tables, by_person=True)

    def _review(self, now: int, reviewed: incidents.Reviewed, tables: Tables) -> Iterator[Output]:
        one, other = self._two(reviewed.incident_no, reviewed.other_no, tables)
        if one == other:
            return
        if reviewed.decision == "apart":
            yield from decide(now, one, other, "apart", tables, reviewed.actor_officer)
            self._moves.set_apart(one, other, tables)
            return
        yield from decide(now, one, other, "joined", tables, reviewed.actor_officer)
        elder, younger = sorted((one, other), key=lambda number: (self._first_at(number, tables), number))
        yield from self._moves.fold(now, elder, younger, tables, by_person=True)

    def _link(self, now: int, linked: incidents.Linked, tables: Tables) -> Iterator[Output]:
        one, other = self._two(linked.incident_no, linked.other_no, tables)
        if one == other:
            raise NoSuchIncident(f"{linked.incident_no} and {linked.other_no} are one incident")
        ends = ((one, other, linked.relation), (other, one, OTHER_SIDE[linked.relation]))
        for number, other_no, relation in ends:
            profile = self._standing(number, tables)
            link = views.Link(other_no=other_no, relation=relation)
            links = tuple(each for each in profile.incident.links if each != link)
            links = links if linked.undone else (*links, link)
            yield from keep(now, replace(profile, incident=replace(profile.incident, links=links)), tables)

    def _two(self, one: str, other: str, tables: Tables) -> tuple[str, str]:
        """Where two incidents stand now; the same number twice where they are one already."""
        return self._standing(one, tables).incident.incident_no, self._standing(other, tables).incident.incident_no

    def _standing(self, incident_no: str, tables: Tables) -> Profile:
        profile = tables[PROFILES].get(live_number(incident_no, tables))
        if profile is None:
            raise NoSuchIncident(f"incident {incident_no} is not known")
        return profile

    def _first_at(self, incident_no: str, tables: Tables) -> int:
        return self._standing(incident_no, tables).first_report_at
