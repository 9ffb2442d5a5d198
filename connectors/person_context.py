"""A reading as whoever asked is told of it: masked, in Chinese and as codes, with a watermark. Pure."""

from collections.abc import Mapping
from typing import Any

from connectors.problems import Problem
from connectors.times import to_rfc3339
from streams.facts.person_views import Basis, Context
from streams.person_masks import shown
from streams.secrecy.actors import Actor

SECOND_PERSON = "second_person"
REASONS: Mapping[str, str] = {
    SECOND_PERSON: "等待第二人决定",
    "token_expired": "凭证已过期",
    "token_replayed": "此凭证已用于查阅此人,须换发新凭证",
    "wrong_role": "该职责不得为此用途查阅",
    "wrong_purpose": "所称用途与凭证或人员令牌的用途不一致",
    "wrong_case": "此人没有这一编号的事项",
    "case_closed": "事项已结案",
    "erased": "此人信息已删除",
    "not_of_the_case": "本单位不是该事项的承办单位",
    "no_consent": "没有本人同意,或同意已到期",
    "not_decided": "第二人未在时限内决定",
    "declined": "第二人不予同意",
    "same_person": "须由另一人决定",
    "too_many": "对此人同时有效的查阅过多",
}
"""Why nothing is shown."""
BASES: Mapping[Basis, str] = {"case": "在办事项", "consent": "本人同意", "break_glass": "紧急查阅", "right": "本人权利"}
STATES = {"granted": "可以查阅", "waiting": "等待决定"}


def told(context: Context, actor: Actor, shown_at: int) -> dict[str, Any]:
    """What stands of a reading as JSON values; Problem 403 or 401 where it was refused.

    The watermark says to whom and when it was shown, so that a copy tells where it came from.
    """
    if context.state == "refused":
        raise refused(context.request_no, context.reason)
    if context.state == "granted" and context.content is None:
        raise refused(context.request_no, "erased")
    masks = {one.field: one.mask for one in context.masks}
    return {
        "request_no": context.request_no,
        "state": context.state,
        "state_name": STATES[context.state],
        "code": context.reason,
        "reason": REASONS.get(context.reason, ""),
        "purpose": context.purpose,
        "case_no": context.case_no,
        "basis": context.basis if context.state == "granted" else "",
        "basis_name": BASES[context.basis] if context.state == "granted" else "",
        "article": context.article,
        "decided_at": to_rfc3339(context.decided_at),
        "until_at": to_rfc3339(context.ends_at),
        "sections": list(context.sections),
        "masks": masks,
        "shown": {} if context.content is None else _dated(shown(context.content, masks)),
        "watermark": f"{actor.unit} {actor.officer} {to_rfc3339(shown_at)} {context.request_no}",
    }


def refused(request_no: str, code: str) -> Problem:
    """The refusal of a reading, which has left its receipt."""
    reason = REASONS.get(code, code)
    more = {"code": code, "reason": reason, "request_no": request_no}
    return Problem(401 if code == "token_expired" else 403, code, f"{reason} / {code}", more=more)


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    until_at = values.get("consent_until_at")
    return values if until_at is None else {**values, "consent_until_at": to_rfc3339(until_at)}
