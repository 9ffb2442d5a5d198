"""Who may merge, split and link incidents and decide suspected duplicates, by the rules in force."""

from typing import Any

import pytest

from streams.facts.incidents import ActOnIncidents, IncidentActRule, Linked, Merged, Reviewed, Split
from streams.facts.measures import Authority
from streams.facts.rules import RULES_KEY, InForce
from streams.processors.event_profiles import RULES
from streams.processors.incident_acts import ACT_OF, ACT_RULES, check_act
from streams.rules.authorities import NotAuthorised
from streams.rules.versions import CURRENT, IN_FORCE, NoRulesInForce

ONE, OTHER = "50011720261122E00001", "50011720261122E00002"
CENTRE, TOWN = "500117-district_centre", "500117001-town_centre"
BY = (Authority(role="duty_officer", unit=CENTRE), Authority(role="shift_leader"))


def said_by(role: str, unit: str) -> list[ActOnIncidents]:
    """Each act, by somebody of a unit."""
    begun: dict[str, Any] = {
        "id": "act:1", "key": "500117", "source": "gateway", "trace": "act:1", "occurred_at": 1, "words": "同一处爆管",
        "actor_unit": unit, "actor_post": "值班岗", "actor_officer": "0117", "actor_shift": "夜班", "actor_role": role,
    }  # fmt: skip
    return [
        Merged(**begun, replaced_no=OTHER, replacing_no=ONE),
        Split(**begun, incident_no=ONE, records=("ga_alarm110/JJ1",)),
        Linked(**begun, incident_no=ONE, other_no=OTHER, relation="related"),
        Reviewed(**begun, incident_no=OTHER, other_no=ONE, decision="join"),
    ]


def ruled(*missing: str) -> Any:
    """Tables with the rules of every act that is not missing."""
    rules = {
        f"1/{act}": IncidentActRule(
            key=RULES_KEY, occurred_at=1, version="1", act=act, name=act, ordered_by=BY, document="试验"
        )
        for act in ACT_OF.values()
        if act not in missing
    }
    in_force = InForce(id="1", key=RULES_KEY, occurred_at=1, version="1", effective_at=1, items=len(rules))
    return {ACT_RULES: rules, IN_FORCE: {CURRENT: in_force}}


@pytest.mark.parametrize(("role", "unit"), [("duty_officer", CENTRE), ("shift_leader", CENTRE), ("shift_leader", TOWN)])
def test_whoever_the_rules_name_may_decide(role: str, unit: str) -> None:
    for act in said_by(role, unit):
        check_act(act, RULES, ruled())


@pytest.mark.parametrize(("role", "unit"), [("duty_officer", TOWN), ("responder", CENTRE)])
def test_nobody_else_may(role: str, unit: str) -> None:
    for act in said_by(role, unit):
        with pytest.raises(NotAuthorised, match=f"role '{role}' of {unit} may not order '{ACT_OF[type(act)]}'"):
            check_act(act, RULES, ruled())


def test_what_the_rules_say_nothing_of_nobody_may_decide() -> None:
    merged, split, *_ = said_by("shift_leader", CENTRE)
    check_act(split, RULES, ruled("merge"))
    with pytest.raises(NotAuthorised, match="nobody decide 'merge'"):
        check_act(merged, RULES, ruled("merge"))
    without_rules: Any = {ACT_RULES: {}, IN_FORCE: {}}
    with pytest.raises(NoRulesInForce):
        check_act(merged, RULES, without_rules)
