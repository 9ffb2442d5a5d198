"""The facts of a telling as connectors make them: the report itself, and what every later word on its record has."""

from typing import Any

from streams.facts.incidents import Reported
from tests.matching.city_map import DISTRICT
from tests.matching.systems import urgency_of
from tests.matching.whereabouts import Whereabouts


def reported(
    *,
    system: str,
    record_no: str,
    incident_class: str,
    at: int,
    recorded_at: int,
    where: Whereabouts,
    transferred_from: str | None,
    reporter: str | None = None,
    words: tuple[str, ...] = (),
) -> Reported:
    """What happened `at` an instant and was written down at another (ms), with a reporter and words where there are."""
    identity = f"{system}:{record_no}:1"
    return Reported(
        id=identity,
        key=DISTRICT,
        source=system,
        trace=identity,
        occurred_at=at,
        system=system,
        record_no=record_no,
        incident_class=incident_class,
        urgency=urgency_of(incident_class),
        recorded_at=recorded_at,
        region=where.region,
        place_code=where.place_code,
        longitude=where.longitude,
        latitude=where.latitude,
        located_by=where.located_by,
        self_resolved=False,
        transferred_from=transferred_from,
        confidence=where.confidence,
        reporter=reporter,
        uncertainty_metres=where.uncertainty_metres,
        words=words,
        centre_longitude=where.centre and where.centre.longitude,
        centre_latitude=where.centre and where.centre.latitude,
    )


def later_word(fact: Reported, turn: int, at: int) -> dict[str, Any]:
    """What a later word on a record begins with."""
    identity = f"{fact.system}:{fact.record_no}:{turn}"
    return {
        "id": identity, "key": DISTRICT, "source": fact.system, "trace": fact.trace, "occurred_at": at,
        "system": fact.system, "record_no": fact.record_no, "recorded_at": at,
    }  # fmt: skip
