"""Whatever is signed for over HTTP becomes a fact that begins alike and says who signed."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.answers import answered
from connectors.approval_requests import decided, requested, resumed
from connectors.handovers import handed_over
from connectors.incident_requests import linked, merged, reviewed, split
from connectors.joint_requests import blown, called, convened, whistled
from connectors.judgements import judged
from connectors.measures import drilled, mode_ordered, outage_declared, urgency_set
from connectors.order_requests import OrderRequest
from connectors.signed_facts import SignedRequest
from connectors.supervision_requests import escalated, instructed, supervised
from streams.contract import Fact
from streams.secrecy.actors import Actor, Identified

DAY = "50011720261122"
UNIT = "500117-water_utility"
NOON, ONE_O_CLOCK = "2026-11-22T12:00:00+08:00", "2026-11-22T13:00:00+08:00"
NOON_MILLISECONDS = 1_795_320_000_000
WHO = ("unit", "post", "officer", "shift", "role")

Maker = Callable[[Identified, dict[str, Any]], Fact]


def of_number(fact_of: Callable[[OrderRequest, Identified], Fact], number: str, word: str, **said: Any) -> Maker:
    def make(identified: Identified, more: dict[str, Any]) -> Fact:
        body = json.dumps({**said, **more}).encode()
        return fact_of(OrderRequest(None, None, body, number, word), identified)

    return make


def of_centre(fact_of: Callable[[SignedRequest, Identified], Fact], **said: Any) -> Maker:
    return lambda identified, _: fact_of(SignedRequest(None, None, json.dumps(said).encode()), identified)


UNITS = ["500117-market"]
ORDER, REQUEST, SUPERVISION = f"{DAY}M00001-01", f"{DAY}R00001", f"{DAY}S00001"
MAY_NAME_ITS_TIME: dict[str, Maker] = {
    "answer": of_number(answered, ORDER, "accept"),
    "request": of_number(requested, ORDER, "return", reason="other_unit"),
    "resumption": of_number(resumed, ORDER, "resume"),
    "decision": of_number(decided, REQUEST, "refuse"),
}
BASIS = {"cause": "暴雨红色预警", "document": "渝汛指〔2026〕3号"}
OTHERS: dict[str, Maker] = {
    "judgement": of_number(judged, ORDER, "rework", reason="dissatisfied"),
    "supervision": of_number(supervised, SUPERVISION, "sign"),
    "escalation": of_number(escalated, ORDER, "escalate", to_unit="500117-government"),
    "instruction": of_number(instructed, ORDER, "instruct"),
    "whistle": of_centre(partial(blown, f"{DAY}M00001"), units=UNITS),
    "signature": of_centre(partial(whistled, f"{DAY}W00001", "sign"), unit=UNITS[0], rating="late"),
    "meeting": of_centre(called, kind="meeting", matters=[f"{DAY}M00001"], units=UNITS, begins_at=NOON),
    "meeting held": of_centre(partial(convened, f"{DAY}C00001", "hold"), units=UNITS),
    "handover": of_centre(partial(handed_over, UNIT)),
    "mode": of_centre(mode_ordered, order="end", measure_no=f"{DAY}L00001", **BASIS),
    "urgency": of_centre(partial(urgency_set, f"{DAY}M00001"), urgency="urgent", **BASIS),
    "outage": of_centre(outage_declared, from_at=NOON, until_at=ONE_O_CLOCK, regions=["500117"], **BASIS),
    "merge": of_centre(partial(merged, f"{DAY}E00002"), into=f"{DAY}E00001", words="同一处爆管"),
    "split": of_centre(partial(split, f"{DAY}E00001"), records=["ga_alarm110/JJ1"], words="两处火情"),
    "link": of_centre(partial(linked, f"{DAY}E00001"), other=f"{DAY}E00002", relation="parent", words="内涝引发"),
    "review": of_centre(partial(reviewed, "join", f"{DAY}E00002"), other=f"{DAY}E00001", words="同一处"),
    "drill": of_centre(drilled, incident_class="waterlogging", urgency="urgent", region="500117001"),
}
texts = st.text(min_size=1, max_size=20)
signatures = st.builds(
    Identified,
    st.builds(Actor, st.just(UNIT), texts, texts, texts, texts, texts),
    st.integers(1_700_000_000, 1_900_000_000).map(lambda seconds: seconds * 1000),
    st.just(1_900_000_900_000),
)


@pytest.mark.parametrize("kind", [*MAY_NAME_ITS_TIME, *OTHERS])
@given(signature=signatures)
def test_what_is_signed_begins_with_its_id_and_district_and_says_who_signed(kind: str, signature: Identified) -> None:
    fact = {**MAY_NAME_ITS_TIME, **OTHERS}[kind](signature, {})
    assert (fact.key, fact.source, fact.trace) == ("500117", "gateway", fact.id)
    assert fact.occurred_at == signature.issued_at
    told = {name: getattr(fact, f"actor_{name}") for name in WHO if hasattr(fact, f"actor_{name}")}
    assert told == {name: getattr(signature.actor, name) for name in told}
    assert {*told} >= {*WHO[:-1]} or kind == "drill"


@pytest.mark.parametrize("kind", MAY_NAME_ITS_TIME)
@given(signature=signatures)
def test_what_names_its_own_time_happened_then(kind: str, signature: Identified) -> None:
    fact = MAY_NAME_ITS_TIME[kind](signature, {"claimed_at": NOON})
    assert fact.occurred_at == getattr(fact, "claimed_at", None) == NOON_MILLISECONDS
