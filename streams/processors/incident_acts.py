"""Who may merge, split and link incidents and decide suspected duplicates: what the rules in force say of it."""

from collections.abc import Mapping

from streams.contract import TableName, Tables
from streams.facts.incidents import ActOnIncidents, IncidentAct, IncidentActRule, Linked, Merged, Reviewed, Split
from streams.rules.authorities import NotAuthorised, check_authority
from streams.rules.versions import RuleTables

ACT_RULES = TableName("act_rules", IncidentActRule, ordered=True)
ACT_OF: Mapping[type[ActOnIncidents], IncidentAct] = {
    Merged: "merge",
    Split: "split",
    Linked: "link",
    Reviewed: "review",
}
"""Which rule says who may decide what a fact tells of."""


def check_act(decided: ActOnIncidents, rules: RuleTables, tables: Tables) -> None:
    """NotAuthorised unless the actor may decide that; nobody may where the rules say nothing of it. NoRulesInForce."""
    act = ACT_OF[type(decided)]
    rule: IncidentActRule | None = rules.find(ACT_RULES, act, tables)
    if rule is None:
        raise NotAuthorised(f"the rules in force let nobody decide '{act}'")
    check_authority(decided, rule.ordered_by, act)
