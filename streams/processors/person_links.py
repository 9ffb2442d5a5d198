"""Two tokens that are one person: asked for by an article, approved by a second person, told to both tokens' owners.

Entries stay with the token that they were said of; what is known under a linked token is told over the link and kept
apart, so that a link that is undone leaves nothing behind. Who was shown something through it stands with the link.
"""

from collections.abc import Iterator, Mapping

from streams.contract import Output, TableName, Tables, replace
from streams.durations import DAY_MILLISECONDS, MINUTE_MILLISECONDS
from streams.facts.audit import Act
from streams.facts.person_access import Asked, Decided, LinkAsked, Linked, Shared
from streams.facts.person_rights import Named
from streams.facts.person_views import Context, Disclosure, LinkState, PersonLink
from streams.processors.known_of_persons import LINKS, SHARED, known_of
from streams.processors.person_receipts import receipt
from streams.processors.person_rules import find_act, may, may_decide
from streams.rules.readings import parts_of, purpose_of

LONGEST_MILLISECONDS = 366 * DAY_MILLISECONDS
"""A link is looked at again within a year."""
MOST_LINKS = 20
MOST_DISCLOSURES = 200
RECEIPTS: Mapping[LinkState, Act] = {"linked": "linked", "undone": "unlinked"}

LINK_REQUESTS = TableName("link_requests", LinkAsked, ordered=True)
LINK_VIEWS = TableName("link_views", PersonLink, ordered=True)


def ask_link(now: int, asked: LinkAsked, tables: Tables) -> Iterator[Output]:
    """Let it wait for a second person, or refuse what cannot be."""
    reason = _refusal(now, asked, tables)
    act = find_act("link", tables)
    if not asked.undo and asked.other != asked.token:
        yield Output("people", asked.other, named(now, asked.other, asked.token))
    if reason or act is None:
        yield from _end(now, asked, "refused", tables, reason=reason or "wrong_role")
        return
    tables[LINK_REQUESTS].put(
        f"{asked.token}/{asked.id}", asked, due_at=now + act.decided_minutes * MINUTE_MILLISECONDS
    )
    if not asked.undo:
        yield from _show(_view(now, asked, "waiting", tables), tables)


def decide_link(now: int, asked: LinkAsked, decided: Decided, tables: Tables) -> Iterator[Output]:
    """Link or unlink, where a second person who may approves; otherwise the request waits on, or is refused."""
    if not may_decide(find_act("link", tables), decided, asked.actor_officer):
        yield receipt(now, "declined", asked, tables, result="two_persons", second=decided.actor_officer)
        return
    tables[LINK_REQUESTS].delete(f"{asked.token}/{asked.id}")
    officer = decided.actor_officer
    if decided.decision == "refuse":
        yield from _end(now, asked, "refused", tables, reason="declined", decided_by=officer)
        return
    linked = Linked(
        key=asked.token,
        occurred_at=now,
        token=asked.token,
        other=asked.other,
        kind=asked.kind,
        article=asked.article,
        until_at=asked.until_at,
        undo=asked.undo,
        request_no=asked.id,
        shows=asked.kind != "cross_purpose",
    )
    yield from _end(now, asked, "undone" if asked.undo else "linked", tables, decided_by=officer)
    yield from hear_link(now, linked, tables)


def lapse_link(now: int, asked: LinkAsked, tables: Tables) -> Iterator[Output]:
    """Nobody decided in time."""
    tables[LINK_REQUESTS].delete(f"{asked.token}/{asked.id}")
    yield from _end(now, asked, "refused", tables, reason="not_decided")


def hear_link(now: int, linked: Linked, tables: Tables) -> Iterator[Output]:
    """Keep or drop a link, tell the other token's owner, and tell it what is known here."""
    key = f"{linked.token}/{linked.other}"
    if linked.undo or linked.until_at <= now:
        tables[LINKS].delete(key)
        tables[SHARED].delete(key)
    else:
        tables[LINKS].put(key, linked, due_at=linked.until_at)
    if not linked.told:
        back = replace(
            linked,
            id="",
            key=linked.other,
            source="",
            occurred_at=now,
            token=linked.other,
            other=linked.token,
            shows=True,
            told=True,
        )
        yield Output("people", linked.other, back)
    if linked.shows and not linked.undo:
        yield _shared(now, linked, tables)


def hear_shared(shared: Shared, tables: Tables) -> None:
    """What is known under the other token, while the link holds."""
    key = f"{shared.token}/{shared.other}"
    if tables[LINKS].get(key) is not None:
        tables[SHARED].put(key, shared)


def tell_links(now: int, token: str, tables: Tables) -> Iterator[Output]:
    """What is known under a token has changed: tell the owners of those that may know."""
    for _, linked in tables[LINKS].scan(f"{token}/"):
        if linked.shows:
            yield _shared(now, linked, tables)


def end_link(now: int, linked: Linked, tables: Tables) -> Iterator[Output]:
    """Its time is over, at both ends."""
    key = f"{linked.token}/{linked.other}"
    tables[LINKS].delete(key)
    tables[SHARED].delete(key)
    view = tables[LINK_VIEWS].get(key)
    if view is not None:
        yield from _show(replace(view, state="lapsed", changed_at=now), tables)


def note_disclosures(now: int, asked: Asked, context: Context, tables: Tables) -> Iterator[Output]:
    """Write down with each link that something was shown through it, to whom, in which case."""
    content = context.content
    if content is None:
        return
    through = {part.through for part in parts_of(content)}
    for key, shared in list(tables[SHARED].scan(f"{asked.token}/")):
        view = tables[LINK_VIEWS].get(key)
        if f"{shared.kind}:{shared.article}" in through and view is not None:
            shown = Disclosure(
                request_no=asked.id,
                case_no=asked.case_no,
                unit=asked.actor_unit,
                officer=asked.actor_officer,
                shown_at=now,
            )
            yield from _show(replace(view, disclosures=(*view.disclosures, shown)[-MOST_DISCLOSURES:]), tables)


def named(now: int, token: str, other: str) -> Named:
    """That `other`'s owner keeps something that names `token`, for `token`'s owner."""
    return Named(key=token, occurred_at=now, token=token, other=other)


def _refusal(now: int, asked: LinkAsked, tables: Tables) -> str:
    if not may(find_act("link", tables), asked):
        return "wrong_role"
    if asked.undo:
        return "" if tables[LINKS].get(f"{asked.token}/{asked.other}") is not None else "not_linked"
    same = purpose_of(asked.token) == purpose_of(asked.other)
    refusals = {
        "one_token": asked.token == asked.other,
        "wrong_kind": same != (asked.kind != "cross_purpose"),
        "no_article": not asked.article,
        "wrong_end": not now < asked.until_at <= now + LONGEST_MILLISECONDS,
        "too_many": sum(1 for _ in tables[LINKS].scan(f"{asked.token}/")) >= MOST_LINKS,
    }
    return next((reason for reason, is_so in refusals.items() if is_so), "")


def _end(
    now: int, asked: LinkAsked, state: LinkState, tables: Tables, *, reason: str = "", decided_by: str = ""
) -> Iterator[Output]:
    """What became of a request, with its receipt. That no undoing was granted changes nothing of the link."""
    act = RECEIPTS.get(state, "refused")
    yield receipt(now, act, asked, tables, result=reason or state, basis=asked.article, second=decided_by)
    if not asked.undo or state == "undone":
        view = replace(_view(now, asked, state, tables), reason=reason, decided_by=decided_by)
        yield from _show(view, tables)


def _view(now: int, asked: LinkAsked, state: LinkState, tables: Tables) -> PersonLink:
    before = tables[LINK_VIEWS].get(f"{asked.token}/{asked.other}")
    return PersonLink(
        token=asked.token,
        other=asked.other,
        kind=before.kind if asked.undo and before is not None else asked.kind,
        state=state,
        request_no=asked.id,
        article=asked.article,
        until_at=asked.until_at,
        asked_by=asked.actor_officer,
        changed_at=now,
        disclosures=before.disclosures if before is not None else (),
    )


def _show(view: PersonLink, tables: Tables) -> Iterator[Output]:
    key = f"{view.token}/{view.other}"
    tables[LINK_VIEWS].put(key, view)
    yield Output("links", key, view)


def _shared(now: int, linked: Linked, tables: Tables) -> Output:
    shared = Shared(
        key=linked.other,
        occurred_at=now,
        token=linked.other,
        other=linked.token,
        kind=linked.kind,
        article=linked.article,
        content=known_of(linked.token, tables),
    )
    return Output("people", linked.other, shared)
