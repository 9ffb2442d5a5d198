"""Rights of persons as matters: what is known is copied, put right or deleted once a second person has said so.

Each is a matter of the unit that the rule names, with the day by which it must be done; one that is not done by then is
late as any order is, and waits on. A reading that two officers allowed (紧急查阅) is reviewed in the same way.
PIPL 44 to 50, GB/T 35273-2020 8.1 to 8.7.
"""

from collections.abc import Iterator
from typing import Literal

from streams.contract import Output, Tables, replace
from streams.durations import DAY_MILLISECONDS, MINUTE_MILLISECONDS
from streams.facts import matters
from streams.facts.audit import Act
from streams.facts.person_access import ActOnPerson, Asked, Decided, PersonActRule
from streams.facts.person_rights import RightAsked, RightDone, RightKind, RightState
from streams.facts.person_views import Context, PersonRight
from streams.processors.known_of_persons import KEPT_AFTER_CLOSING_MILLISECONDS, RIGHTS, is_disputed, known_of
from streams.processors.person_contexts import CONTEXTS
from streams.processors.person_receipts import receipt, receipt_of_right
from streams.processors.person_rules import find_act, may, may_decide
from streams.processors.subject_ends import settled
from streams.rules.numbering import district_of_number, subject_number
from streams.rules.readings import purpose_of

SYSTEM = "hub"
"""Where the unit finds what the matter is about: under the number of the request (`hub person rights list`)."""
COPY_STANDS_MILLISECONDS = 7 * DAY_MILLISECONDS
"""For so long what was approved can be copied and handed over."""
OPEN = ("waiting", "approved", "erasing")
MOST_OPEN = 20
LETTERS: dict[RightKind, str] = {"access": "R", "correction": "R", "deletion": "R", "access_review": "V"}


def ask_right(now: int, asked: RightAsked, tables: Tables) -> Iterator[Output]:
    """Begin its matter, or refuse what cannot be; the person is told why either way."""
    rule = find_act(asked.right, tables)
    reason = _refusal(asked, rule, tables)
    if rule is None or reason:
        yield receipt(now, "refused", asked, tables, result=reason, basis=asked.right)
        return
    right = replace(
        _begun(now, asked, asked.right, rule),
        system=asked.system,
        record_no=asked.record_no,
        item=asked.item,
        content=asked.content,
    )
    yield from _raise(now, right, right.due_at, tables)


def open_review(now: int, asked: Asked, decided: Decided, tables: Tables) -> Iterator[Output]:
    """A reading without its case was granted by two persons: a third one looks whether life was at stake."""
    context = tables[CONTEXTS].get(f"{asked.token}/{asked.id}")
    rule = find_act("access_review", tables)
    if rule is None or context is None or context.basis != "break_glass":
        return
    begun = _begun(now, asked, "access_review", rule)
    yield from _raise(now, replace(begun, second=decided.actor_officer), None, tables)


def decide_right(now: int, right: PersonRight, decided: Decided, tables: Tables) -> Iterator[Output]:
    """A second person approves or refuses; what follows from a deletion that was approved is not begun here."""
    reason = _refusal_of_decision(right, decided, tables)
    if reason:
        yield receipt_of_right(now, "declined", right, tables, result=reason, second=decided.actor_officer)
        return
    is_approved = decided.decision == "approve"
    act: Act = "approved" if is_approved else "declined"
    result = right.kind if is_approved else "declined"
    yield receipt_of_right(now, act, right, tables, result=result, second=decided.actor_officer)
    decided_by = replace(right, decided_by=decided.actor_officer, changed_at=now)
    if right.kind == "access_review":
        yield from end_right(now, decided_by, "in_order" if is_approved else "not_in_order", tables)
    elif not is_approved:
        yield from end_right(now, replace(decided_by, reason="declined"), "declined", tables)
    else:
        state: RightState = "erasing" if right.kind == "deletion" else "approved"
        yield from show_right(replace(decided_by, state=state), tables)
        if right.kind == "access":
            yield from _copy(now, right, tables)


def right_done(now: int, done: RightDone, tables: Tables) -> Iterator[Output]:
    """A copy was made, each time that it is with a receipt; or a department stands by its record."""
    right = tables[RIGHTS].get(f"{done.token}/{done.request_no}")
    fits = {("access", "exported"), ("correction", "answered")}
    if right is None or (right.kind, done.outcome) not in fits or right.state not in ("approved", "done"):
        yield receipt(now, "refused", done, tables, result="nothing_waits", basis=done.outcome)
        return
    rule = find_act(right.kind, tables)
    if not (may(rule, done) or may(rule, done, decide=True)):
        yield receipt(now, "refused", done, tables, result="wrong_role", basis=done.outcome)
        return
    if right.kind == "access" and tables[CONTEXTS].get(f"{done.token}/{done.request_no}") is None:
        yield receipt(now, "refused", done, tables, result="nothing_waits", basis=done.outcome)
        return
    act: Act = "exported" if done.outcome == "exported" else "corrected"
    yield receipt(now, act, done, tables, result=done.outcome, basis=right.document, second=right.decided_by)
    if right.state == "approved":
        yield from end_right(now, right, done.outcome, tables)


def put_right(now: int, token: str, system: str, record_no: str, tables: Tables) -> Iterator[Output]:
    """The department's new row has come for a record that the person wanted put right."""
    for _, right in list(tables[RIGHTS].scan(f"{token}/")):
        if is_disputed(right) and (right.system, right.record_no) == (system, record_no):
            yield receipt_of_right(now, "corrected", right, tables, result="new_row", second=right.decided_by)
            yield from end_right(now, right, "new_row", tables)


def end_right(now: int, right: PersonRight, result: str, tables: Tables) -> Iterator[Output]:
    """The matter ends; for a month one can still see how."""
    state: RightState = "refused" if result in ("declined", "not_in_order", "erased") else "done"
    ended = replace(right, state=state, result=result, changed_at=now)
    outcome: Literal["done", "ended"] = "ended" if result in ("declined", "erased") else "done"
    yield settled(right.subject_no, outcome, occurred_at=now, recorded_at=now)
    tables[RIGHTS].put(key_of(ended), ended, now + KEPT_AFTER_CLOSING_MILLISECONDS)
    yield Output("rights", ended.request_no, ended)


def forget_right(right: PersonRight, tables: Tables) -> Iterator[Output]:
    """Its month is over."""
    tables[RIGHTS].delete(key_of(right))
    yield Output("rights", right.request_no, None)


def show_right(right: PersonRight, tables: Tables) -> Iterator[Output]:
    """Keep how it stands, and show it."""
    tables[RIGHTS].put(key_of(right), right)
    yield Output("rights", right.request_no, right)


def key_of(right: PersonRight) -> str:
    """Under which a right is kept."""
    return f"{right.token}/{right.request_no}"


def _refusal(asked: RightAsked, rule: PersonActRule | None, tables: Tables) -> str:
    if rule is None or not may(rule, asked):
        return "wrong_role"
    if asked.right == "correction" and not (asked.system and asked.record_no):
        return "no_record"
    is_open = [right.kind for _, right in tables[RIGHTS].scan(f"{asked.token}/") if right.state in OPEN]
    if "deletion" in is_open:
        return "being_deleted"
    return "too_many" if len(is_open) >= MOST_OPEN else ""


def _refusal_of_decision(right: PersonRight, decided: Decided, tables: Tables) -> str:
    """Nobody decides twice, or of what they asked for; and nothing is deleted while others still have to look at it."""
    if right.state != "waiting":
        return "nothing_waits"
    rule = find_act(right.kind, tables)
    if not may_decide(rule, decided, right.actor_officer, right.second):
        return "two_persons"
    others = [one for _, one in tables[RIGHTS].scan(f"{right.token}/") if one.request_no != right.request_no]
    is_deleted = right.kind == "deletion" and decided.decision == "approve"
    return "others_wait" if is_deleted and any(one.state in OPEN for one in others) else ""


def _begun(now: int, asked: ActOnPerson, kind: RightKind, rule: PersonActRule) -> PersonRight:
    return PersonRight(
        token=asked.token,
        actor_unit=asked.actor_unit,
        actor_post=asked.actor_post,
        actor_officer=asked.actor_officer,
        actor_shift=asked.actor_shift,
        actor_role=asked.actor_role,
        request_no=asked.id,
        kind=kind,
        state="waiting",
        subject_no=subject_number(asked.id, LETTERS[kind], rule.unit),
        unit=rule.unit,
        document=rule.document,
        asked_at=now,
        due_at=now + rule.decided_minutes * MINUTE_MILLISECONDS,
        changed_at=now,
    )


def _raise(now: int, right: PersonRight, due_at: int | None, tables: Tables) -> Iterator[Output]:
    """Its order goes out at once; it names the request and nobody."""
    district = district_of_number(right.subject_no)
    subject = "access_review" if right.kind == "access_review" else "right"
    raised = matters.Raised(
        key=district,
        occurred_at=now,
        subject_no=right.subject_no,
        kind="access_review" if right.kind == "access_review" else "right",
        incident_class=subject,
        urgency="routine",
        region=district,
        unit=right.unit,
        due_at=due_at,
        system=SYSTEM,
        record_no=right.request_no,
    )
    yield Output("matters", district, raised)
    yield from show_right(right, tables)


def _copy(now: int, right: PersonRight, tables: Tables) -> Iterator[Output]:
    """All that is known under the token itself, for the person's own eyes, until it is handed over."""
    ends_at = now + COPY_STANDS_MILLISECONDS
    context = Context(
        request_no=right.request_no,
        token=right.token,
        purpose=purpose_of(right.token),
        case_no="",
        state="granted",
        reason="",
        basis="right",
        article=right.document,
        unit=right.actor_unit,
        sections=("matters", "services", "calls", "residences"),
        decided_at=now,
        ends_at=ends_at,
        content=known_of(right.token, tables),
    )
    tables[CONTEXTS].put(key_of(right), context, due_at=ends_at)
    yield Output("contexts", right.request_no, context)
