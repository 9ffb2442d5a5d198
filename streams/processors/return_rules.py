"""What the rules say of returning an order (退单): who decides, and to whom it may go."""

from streams.contract import Tables
from streams.facts import matters, rules, views
from streams.facts.vocabulary import RequestKind
from streams.processors.dispatch_rules import ENDINGS, RULES, find_request_rule, find_unit_anywhere

RETURNS: tuple[RequestKind, ...] = ("return", "ruling")
"""What a unit asks for that returns an order; the district rules (裁定) when a matter was returned too often."""


def find_ending(matter: views.Matter, tables: Tables) -> rules.Ending | None:
    """How orders of the matter's urgency end, where the rules say so. Raises NoRulesInForce."""
    found: rules.Ending | None = RULES.find(ENDINGS, matter.urgency, tables)
    return found


def find_return_rule(asked: matters.Requested, matter: views.Matter, tables: Tables) -> rules.RequestRule | None:
    """Who decides that an order is returned for a reason: the district rules after so many returns of the matter."""
    ending = find_ending(matter, tables)
    returned = sum(order.state == "returned" for order in matter.orders)
    kind: RequestKind = "ruling" if ending is not None and returned >= ending.most_returns else "return"
    return find_request_rule(kind, matter.urgency, asked.reason, None, tables)


def named_wrongly(
    decided: matters.Decided, request: views.Request, matter: views.Matter, order: views.Order, tables: Tables
) -> str | None:
    """Why nobody can get the order by this decision, in a word; a ruling may also leave it with its unit."""
    if request.request not in RETURNS or decided.decision == "refuse":
        return None
    if decided.unit is None:
        return "no_unit"
    if find_unit_anywhere(decided.unit, tables) is None:
        return "unknown_unit"
    if decided.unit == matter.avoided:
        return "avoided"
    if decided.unit == order.unit and request.request == "return":
        return "same_unit"
    return None
