"""The rules that persons' profiles go by: who must see to a service, who may read what, who decides what else."""

from streams.contract import TableName, Tables
from streams.facts.person_access import ActOnPerson, PersonAccess, PersonAct, PersonActRule
from streams.facts.services import PersonCounting, PersonService, ServiceKind
from streams.rules.authorities import NotAuthorised, check_authority
from streams.rules.versions import CURRENT, IN_FORCE, RuleTables

SERVICE_RULES = TableName("service_rules", PersonService, ordered=True)
COUNTING_RULES = TableName("counting_rules", PersonCounting, ordered=True)
ACCESS_RULES = TableName("access_rules", PersonAccess, ordered=True)
PERSON_ACTS = TableName("person_acts", PersonActRule, ordered=True)
RULES = RuleTables(
    {
        SERVICE_RULES: lambda fact: fact.kind,
        COUNTING_RULES: lambda _: "",
        ACCESS_RULES: lambda fact: f"{fact.role}/{fact.purpose}",
        PERSON_ACTS: lambda fact: fact.act,
    }
)


def find_service_rule(kind: ServiceKind, tables: Tables) -> PersonService | None:
    """How services of a kind are seen to, where the rules in force say so."""
    found: PersonService | None = RULES.find(SERVICE_RULES, kind, tables) if _are_in_force(tables) else None
    return found


def find_counting_rule(tables: Tables) -> PersonCounting | None:
    """How counts leave, where the rules in force say so: else none does."""
    found: PersonCounting | None = RULES.find(COUNTING_RULES, "", tables) if _are_in_force(tables) else None
    return found


def find_access(role: str, purpose: str, tables: Tables) -> PersonAccess | None:
    """What a role may read for a purpose, where the rules in force say so: else nothing."""
    key = f"{role}/{purpose}"
    found: PersonAccess | None = RULES.find(ACCESS_RULES, key, tables) if _are_in_force(tables) else None
    return found


def find_act(act: PersonAct, tables: Tables) -> PersonActRule | None:
    """Who may ask for an act and decide it, where the rules in force say so: else nobody."""
    found: PersonActRule | None = RULES.find(PERSON_ACTS, act, tables) if _are_in_force(tables) else None
    return found


def may(rule: PersonActRule | None, actor: ActOnPerson, *, decide: bool = False) -> bool:
    """Whether an actor may ask for what a rule is about, or decide it."""
    if rule is None:
        return False
    try:
        check_authority(actor, rule.decided_by if decide else rule.asked_by, rule.act)
    except NotAuthorised:
        return False
    return True


def may_decide(rule: PersonActRule | None, decided: ActOnPerson, *officers: str) -> bool:
    """Whether an actor may decide what these officers have asked for or decided before: never one of them."""
    return may(rule, decided, decide=True) and decided.actor_officer not in officers


def _are_in_force(tables: Tables) -> bool:
    return tables[IN_FORCE].get(CURRENT) is not None
