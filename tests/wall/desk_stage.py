"""What waits at the centre: reviews, requests, supervision orders and meetings as the processors show them."""

from dataclasses import replace
from typing import Any

import httpx

from streams.facts import views
from streams.facts.joint import Meeting, Participant
from streams.facts.tellings import Telling
from tests.hosting.patiently import patiently
from tests.wall.duty_stage import UNIT, DutyStage, clock, matter_of, order_of
from tests.wall.events import EventReader
from tests.wall.wall_stage import INCIDENTS, MATTERS, incident, now

REVIEWS = "hub.view.reviews.v1"
CENTRE = "500117-district_centre"
ONE, OTHER = "50011720261122E00401", "50011720261122E00402"
REASONS = (
    views.Reason(name="new", points=-2.04), views.Reason(name="distance", points=2.31),
    views.Reason(name="words", points=1.5),
)  # fmt: skip


class DeskStage(DutyStage):
    """A wall with a front door, and what waits at the centre."""

    def officer(self, role: str = "duty_officer", **parts: Any) -> str:
        """The token of somebody of the centre."""
        return self.token(parts.pop("unit", CENTRE), role=role, post="值班长", **parts)

    def show_both(self, number: str = ONE, other_no: str = OTHER, **changes: Any) -> None:
        """The two incidents of a review; `changes` are those of the later one."""
        self.wall.show(INCIDENTS, other_no, incident(other_no, reports=2))
        self.wall.show(INCIDENTS, number, incident(number, reports=1, longitude=106.262, **changes))

    def show_review(self, **changes: Any) -> None:
        review = review_of(**changes)
        self.wall.show(REVIEWS, f"{review.incident_no}/{review.other_no}", review)

    def show_matter(self, matter: views.Matter) -> None:
        self.wall.show(MATTERS, matter.matter_no, matter)

    def get_desk(self, token: str | None, path: str = "/v1/desk") -> httpx.Response:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.get(f"{self.wall.address}{path}", headers=headers, timeout=10, trust_env=False)

    def waiting(self, section: str, token: str) -> list[dict[str, Any]]:
        response = self.get_desk(token)
        found: list[dict[str, Any]] | None = response.json()[section] if response.status_code == 200 else None
        return found or []

    def await_waiting(self, section: str, name: str, value: object, token: str) -> dict[str, Any]:
        """The item of a section whose field is so, once it waits."""

        def found() -> list[dict[str, Any]]:
            return [one for one in self.waiting(section, token) if one[name] == value]

        patiently(lambda: bool(found()))
        return found()[0]

    def follow(self, token: str) -> EventReader:
        reader = EventReader(f"{self.wall.address}/v1/desk/stream", "", token)
        self._readers.append(reader)
        return reader


def telling(number: str, system: str, record_no: str, *words: str, **changes: Any) -> Telling:
    fields: dict[str, Any] = {
        "incident_class": "burst_main", "urgency": "critical", "region": "500117001020008",
        "occurred_at": now() - 50_000, **changes,
    }  # fmt: skip
    return Telling(incident_no=number, system=system, record_no=record_no, words=words, **fields)


TOLD = (
    telling(ONE, "zz_community_e", "E0001", "水管", "嘉滨路", "漏水", urgency="urgent"),
    telling(OTHER, "ga_alarm110", "JQ0002", "水管", "爆裂", "嘉滨路", "3栋"),
    telling(OTHER, "zw_hotline12345", "RX0003", "停水", incident_class="water_supply", closed=True),
)


def review_of(*, due_in_seconds: int = 600, **changes: Any) -> views.Review:
    fields: dict[str, Any] = {
        "incident_no": ONE, "other_no": OTHER, "state": "open", "owner": CENTRE, "opened_at": now(),
        "due_at": now() + due_in_seconds * 1000, "probability": 0.62, "reasons": REASONS, "told": TOLD, **changes,
    }  # fmt: skip
    return views.Review(**fields)


def request_of(number: str, **changes: Any) -> views.Request:
    fields: dict[str, Any] = {
        "request": "extend", "reason": "large_works", "reason_name": "需立项、招标或专项施工", "kinds": ("resolve",),
        "amount": 5, "document": "合川府〔2026〕8号", "state": "waiting", "requested_at": now() - 60_000,
        "requested_unit": UNIT, "requested_post": "值班岗", "requested_officer": "0117", "approver_name": "带班领导",
        "approver_role": "centre_leader", "approver_unit": CENTRE, "tells_requester": True,
        "decide_until_at": now() + 3_600_000, "decision_document": "", "rests_on": "试验", **changes,
    }  # fmt: skip
    return views.Request(request_no=number, **fields)


def asking(sequence: int, **changes: Any) -> views.Matter:
    """A matter on whose order its unit asks for something."""
    order = order_of(sequence, clock("resolve", 9_000), state="accepted")
    request = request_of(f"50011720261122R{sequence:05}", **changes)
    return matter_of(replace(order, requests=(request,)), urgency="routine")


def supervised(sequence: int, **changes: Any) -> views.Matter:
    """A matter on whose order a supervision order is proposed."""
    order = order_of(sequence, clock("resolve", -9_000), state="accepted")
    fields: dict[str, Any] = {
        "supervision_no": f"50011720261122S{sequence:05}", "order_no": order.order_no, "unit": order.unit,
        "unit_name": order.unit_name, "origin": "breach", "state": "proposed", "demand": "finish",
        "proposed_at": now() - 60_000, **changes,
    }  # fmt: skip
    return matter_of(order, supervisions=(views.SupervisionOrder(**fields),))


def meeting_of(sequence: int, *sequences: int, **changes: Any) -> list[views.Matter]:
    """The matters of a meeting that the centre has called for two units."""
    matters = [matter_of(order_of(one, clock("resolve", 9_000), state="accepted")) for one in sequences]
    fields: dict[str, Any] = {
        "kind": "meeting", "unit": CENTRE, "unit_name": "合川区综治中心", "post": "值班长", "state": "called",
        "matters": tuple(one.matter_no for one in matters), "called_at": now() - 60_000, "begins_at": now() + 7_200_000,
        "participants": (
            Participant(unit=UNIT, unit_name="合川区供水公司抢修队"),
            Participant(unit="500117-police", unit_name="合川区公安局"),
        ), **changes,
    }  # fmt: skip
    meeting = Meeting(meeting_no=f"50011720261122C{sequence:05}", **fields)
    return [replace(one, meetings=(meeting,)) for one in matters]
