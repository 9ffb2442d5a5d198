"""What waits for an officer, out of the wall's matters and the reviews: pure, no I/O.

Whatever is not needed to decide is left out: officers, clocks, places below what the wall shows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from streams.facts.vocabulary import AFTER_CLOSING
from streams.secrecy.actors import Actor
from streams.wall.desk.competence import Competence

Shown = dict[str, Any]

SIDE_FIELDS = (
    "incident_no", "incident_class", "urgency", "state", "region", "longitude", "latitude", "opened_at",
    "last_report_at", "reports", "systems", "confidential",
)  # fmt: skip
REVIEW_FIELDS = ("incident_no", "other_no", "opened_at", "due_at", "probability", "reasons")
TELLING_FIELDS = ("system", "record_no", "incident_class", "urgency", "region", "words", "occurred_at", "closed")
MATTER_FIELDS = ("matter_no", "incident_class", "urgency", "region", "opened_at", "exercise", "confidential")
REQUEST_FIELDS = (
    "request_no", "request", "reason_name", "kinds", "until_at", "amount", "document", "requested_at",
    "requested_post", "decide_until_at", "tells_requester",
)  # fmt: skip
SUPERVISION_FIELDS = (
    "supervision_no", "order_no", "unit_name", "origin", "state", "demand", "proposed_at", "due_at", "late_at",
    "answered_at",
)  # fmt: skip
MEETING_FIELDS = ("meeting_no", "kind", "state", "participants", "called_at", "begins_at", "held_at", "obstacle")
UNDECIDED = ("called", "held")
UNSIGNED = ("proposed", "answered")
OVER = ("returned", "withdrawn", "folded")


@dataclass
class Waiting:
    """What waits for anybody: matters by number, reviews by their key and the incidents that these name."""

    competence: Competence
    matters: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    reviews: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    incidents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def take(self, matter_no: str, matter: Mapping[str, Any] | None) -> bool:
        """Take a matter as it stands now, None for one that is closed; whether anything waits or waited on it."""
        was = self.matters.pop(matter_no, None)
        if matter is None or not _has_waiting(matter):
            return was is not None
        self.matters[matter_no] = matter
        return True

    def of(self, actor: Actor) -> Shown:
        """What waits for one officer by section, what is due first in front; None where his role has no say.

        `centre` says whether he is of the centre: another unit's leader has the requests of his own unit alone.
        """
        may = self.competence
        return {
            "centre": may.is_of_centre(actor),
            "reviews": _by("due_at", self._reviews(actor)) if may.reviews(actor) else None,
            "requests": _by("decide_until_at", self._requests(actor)),
            "supervisions": _by("proposed_at", self._supervisions(actor)) if may.signs(actor) else None,
            "meetings": _by("begins_at", self._meetings(actor)),
        }

    def _reviews(self, actor: Actor) -> Iterator[Shown]:
        for review in self.reviews.values():
            if self.competence.decides_review(actor, review):
                numbers = (review["incident_no"], review["other_no"])
                sides = [side_of(number, self.incidents.get(number), review.get("told", ())) for number in numbers]
                yield {**_only(REVIEW_FIELDS, review), "sides": sides}

    def _requests(self, actor: Actor) -> Iterator[Shown]:
        for matter in self.matters.values():
            for order in matter["orders"]:
                for request in order["requests"]:
                    if _can_be_decided(request, order, matter) and self.competence.decides_request(actor, request):
                        told = {"order_no": order["order_no"], "unit": order["unit"], "unit_name": order["unit_name"]}
                        clocks = [_clock(one) for one in order["clocks"] if one["kind"] in request["kinds"]]
                        yield {**_told(matter), **told, **_only(REQUEST_FIELDS, request), "clocks": clocks}

    def _supervisions(self, actor: Actor) -> Iterator[Shown]:
        for matter in self.matters.values():
            for one in matter["supervisions"]:
                if self.competence.decides_supervision(actor, one, matter["urgency"]):
                    yield {**_told(matter), **_only(SUPERVISION_FIELDS, one)}

    def _meetings(self, actor: Actor) -> Iterable[Shown]:
        """Each once, with all of its matters."""
        found: dict[str, Shown] = {}
        for matter in self.matters.values():
            for meeting in matter["meetings"]:
                if meeting["state"] in UNDECIDED and self.competence.decides_meeting(actor, meeting):
                    shown = found.setdefault(meeting["meeting_no"], {**_only(MEETING_FIELDS, meeting), "matters": []})
                    shown["matters"].append(_told(matter))
        return found.values()


def side_of(number: str, incident: Mapping[str, Any] | None, told: Iterable[Mapping[str, Any]]) -> Shown:
    """One of two incidents that may be one, with its reports; none of a confidential one, nor of one not known here."""
    if incident is None:
        return {"incident_no": number, "known": False, "told": []}
    tellings = [] if incident.get("confidential") else [one for one in told if one["incident_no"] == number]
    return {**_only(SIDE_FIELDS, incident), "known": True, "told": [_only(TELLING_FIELDS, one) for one in tellings]}


def _has_waiting(matter: Mapping[str, Any]) -> bool:
    return (
        any(request["state"] == "waiting" for order in matter["orders"] for request in order["requests"])
        or any(one["state"] in UNSIGNED for one in matter["supervisions"])
        or any(one["state"] in UNDECIDED for one in matter["meetings"])
    )


def _can_be_decided(request: Mapping[str, Any], order: Mapping[str, Any], matter: Mapping[str, Any]) -> bool:
    """Whether a decision would still mean something: of what is over only what is told of it may be corrected."""
    is_over = matter["state"] == "closed" or order["state"] in OVER
    return request["state"] == "waiting" and (not is_over or request["request"] in AFTER_CLOSING)


def _clock(clock: Mapping[str, Any]) -> Shown:
    return {**_only(("kind", "stage_name", "due_at"), clock), "unit": clock["limit"]["unit"]}


def _told(matter: Mapping[str, Any]) -> Shown:
    return _only(MATTER_FIELDS, matter)


def _only(names: Iterable[str], record: Mapping[str, Any]) -> Shown:
    return {name: record.get(name) for name in names}


def _by(limit: str, items: Iterable[Shown]) -> list[Shown]:
    """What has no limit comes last."""
    return sorted(items, key=lambda one: (one[limit] is None, one[limit]))
