"""What each department had said of its record in the end, from its own words in the incidents log."""

from streams.after_action.gathering import Gathered
from streams.after_action.logged import Logged
from streams.contract import replace
from streams.facts import incidents
from streams.facts.fields import Fields
from streams.facts.views import Report
from streams.rules.shown_fields import URGENCY_STEPS, shown


def tellings(gathered: Gathered) -> list[Report]:
    """Each report that the incident has as it stands in the end; of one that has none left, those that it has had."""
    kept = [report for report, belonging in gathered.belongings.items() if belonging.until is None]
    told = (_told(gathered.incident_no, gathered.said.get(report, ())) for report in kept or gathered.belongings)
    return [report for report in told if report is not None]


def fields_of(gathered: Gathered, told: list[Report]) -> Fields:
    """Who said what of each field, as all may read it; which of them contradict one another is not judged here."""
    return shown(
        gathered.incident_no,
        told,
        as_of=gathered.records[-1].appended_at,
        extent_metres=float("inf"),
        can_be_one=lambda _one, _other: True,
        owner=_owner(gathered, told),
    )


def _owner(gathered: Gathered, told: list[Report]) -> str | None:
    """The system whose order leads (主单): the first that came with a report which the incident has."""
    kept = {(report.system, report.record_no) for report in told}
    facts = (record.fact for record in gathered.records if isinstance(record.fact, incidents.Reported))
    return next((fact.system for fact in facts if fact.order and (fact.system, fact.record_no) in kept), None)


def _told(incident_no: str, said: tuple[Logged, ...]) -> Report | None:
    report: Report | None = None
    for record in said:
        match record.fact:
            case incidents.Reported() as fact if report is None:
                report = _first(incident_no, fact)
            case incidents.Reported() | incidents.Updated() as fact if report is not None:
                report = _with_word(report, fact)
            case incidents.SourceClosed() as fact if report is not None:
                report = replace(report, closed=True, said_at=fact.recorded_at)
    return report


def _first(incident_no: str, fact: incidents.Reported) -> Report:
    return Report(
        incident_no=incident_no,
        system=fact.system,
        record_no=fact.record_no,
        incident_class=fact.incident_class,
        urgency=fact.urgency,
        region=fact.region,
        place_code=fact.place_code,
        longitude=fact.longitude,
        latitude=fact.latitude,
        uncertainty_metres=fact.uncertainty_metres,
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded_at,
        closed=fact.self_resolved,
    )


def _with_word(report: Report, fact: incidents.Reported | incidents.Updated) -> Report:
    """A later word makes it more urgent, never less, and gives it a place that it had not."""
    urgency = max(report.urgency, fact.urgency or report.urgency, key=URGENCY_STEPS.__getitem__)
    closed = report.closed or (isinstance(fact, incidents.Reported) and fact.self_resolved)
    later = replace(report, urgency=urgency, closed=closed, said_at=fact.recorded_at)
    if report.longitude is not None or fact.region is None or len(fact.region) <= len(report.region):
        return later
    return replace(
        later,
        region=fact.region,
        longitude=fact.longitude,
        latitude=fact.latitude,
        uncertainty_metres=fact.uncertainty_metres,
    )
