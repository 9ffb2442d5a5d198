"""What may be said of an order by whichever door: answer, request, judgement, direction, receipt, refusal to come."""

from collections.abc import Callable, Mapping

from connectors.answers import ANSWERS, answered
from connectors.approval_requests import MAKERS
from connectors.confidentiality import read
from connectors.joint_requests import declined
from connectors.judgements import JUDGEMENTS, judged
from connectors.order_requests import OrderRequest
from connectors.supervision_requests import DIRECTIONS
from streams.contract import Fact
from streams.secrecy.actors import Identified

WORDS = (*ANSWERS, *MAKERS, *JUDGEMENTS, *DIRECTIONS, "decline")
_OTHERS: Mapping[str, Callable[[OrderRequest, Identified], Fact]] = {
    **MAKERS,
    **DIRECTIONS,
    **dict.fromkeys(JUDGEMENTS, judged),
    "read": read,
    "decline": declined,
}
"""Who makes the fact of what is no answer."""


def fact_of(request: OrderRequest, identified: Identified) -> Fact:
    """The fact of what somebody says of an order; Problem where it cannot be."""
    return _OTHERS.get(request.word, answered)(request, identified)
