"""The rules that persons' profiles go by."""

from streams.contract import TableName, Tables
from streams.facts.services import PersonCounting, PersonService, ServiceKind
from streams.rules.versions import CURRENT, IN_FORCE, RuleTables

SERVICE_RULES = TableName("service_rules", PersonService, ordered=True)
COUNTING_RULES = TableName("counting_rules", PersonCounting, ordered=True)
RULES = RuleTables({SERVICE_RULES: lambda fact: fact.kind, COUNTING_RULES: lambda _: ""})


def find_service_rule(kind: ServiceKind, tables: Tables) -> PersonService | None:
    """How services of a kind are seen to, where the rules in force say so."""
    found: PersonService | None = RULES.find(SERVICE_RULES, kind, tables) if _are_in_force(tables) else None
    return found


def find_counting_rule(tables: Tables) -> PersonCounting | None:
    """How counts leave, where the rules in force say so: else none does."""
    found: PersonCounting | None = RULES.find(COUNTING_RULES, "", tables) if _are_in_force(tables) else None
    return found


def _are_in_force(tables: Tables) -> bool:
    return tables[IN_FORCE].get(CURRENT) is not None
