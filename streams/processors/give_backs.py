"""Tells the departments' systems of a matter: requesters the outcome (答复), who keeps orders how it stands (回传).

Each system is told over the medium that its contract names, by an agent, in bounded attempts; the results come back as
facts. Where no result comes the same attempt is planned again under its number. Where a system has no way back, or none
that the hub can speak over, and where every attempt has failed, the centre is told to reply. A department whose order
leads (主单) is not told how its own order stands.
"""

from collections.abc import Iterator
from itertools import islice

from streams.contract import Output, Tables, replace
from streams.durations import SECOND_MILLISECONDS
from streams.facts import matters, notices, rules, views
from streams.facts.vocabulary import Medium
from streams.processors.dispatch_rules import REPLY_ROUTES, RULES
from streams.processors.matter_outputs import MATTERS, district_of, notice, show
from streams.processors.matter_parts import own_lead
from streams.processors.matters_of_incidents import remaining
from streams.processors.requesters import (
    GIVE_BACKS,
    ROUNDS,
    GiveBack,
    find_requester,
    note_told,
    number_of,
    requesters_of,
    round_of,
)

TOLD_A_STEP = 100
TIMEOUT_SECONDS = 10
RESULT_GRACE_SECONDS = 15
"""How long after an attempt's own timeout its result may still be on its way."""
WAITS_SECONDS = (0, 30, 300, 1_800, 7_200)
"""Before each attempt: a system that is restarted or asleep for the night's work is not given up."""

SPOKEN: tuple[Medium, ...] = ("callback", "topic")
"""Media that the hub can speak over."""


def tell_round(now: int, began: GiveBack, tables: Tables) -> Iterator[Output]:
    """See to a slice of a matter's requesters; where it was full the next one follows at once."""
    matter = tables[MATTERS].get(began.matter_no)
    slice_of = list(islice(requesters_of(began.matter_no, began.requester, tables), TOLD_A_STEP))
    tables[ROUNDS].delete(round_of(began))
    if matter is None or not slice_of:
        return
    by_centre = list(began.by_centre)
    asked = 0
    for requester in slice_of:
        system = requester.partition("/")[0]
        route: rules.ReplyRoute | None = RULES.find(REPLY_ROUTES, system, tables)
        if route is None or (began.kind == "status" and not _is_written_back(route, requester, matter)):
            continue
        if began.kind == "reply" and _is_settled(matter, requester, tables):
            continue
        asked += 1
        if medium_of(route, began.kind) in SPOKEN:
            give_back = replace(began, requester=requester, by_centre=())
            tables[GIVE_BACKS].put(number_of(give_back), give_back, due_at=now)
        elif began.kind == "reply" and system not in by_centre:
            by_centre.append(system)
            yield _told(now, matter, "reply_by_centre", system, None)
    if len(slice_of) == TOLD_A_STEP:
        following = replace(began, requester=slice_of[-1], by_centre=tuple(by_centre))
        tables[ROUNDS].put(round_of(began), following, due_at=now)
    if began.kind == "reply" and asked:
        yield from show(now, matter, replace(matter, requesters=matter.requesters + asked), tables)


def try_now(now: int, give_back: GiveBack, tables: Tables) -> Iterator[Output]:
    """Its moment has come: one attempt goes out, or the result of the last one did not come."""
    route: rules.ReplyRoute | None = RULES.find(REPLY_ROUTES, give_back.requester.partition("/")[0], tables)
    medium = medium_of(route, give_back.kind) if route else "none"
    if route is None or medium not in SPOKEN:
        yield from _give_up(now, give_back, tables)
        return
    if give_back.awaiting:
        if give_back.attempt >= len(WAITS_SECONDS):
            yield from _give_up(now, give_back, tables)
            return
        give_back = replace(give_back, attempt=give_back.attempt + 1)
    wait_seconds = TIMEOUT_SECONDS + RESULT_GRACE_SECONDS
    tables[GIVE_BACKS].put(
        number_of(give_back), replace(give_back, awaiting=True), due_at=now + wait_seconds * SECOND_MILLISECONDS
    )
    matter = tables[MATTERS].get(give_back.matter_no)
    if matter is not None:
        yield Output("give_backs", route.system, _attempt(give_back, matter, route, medium))


def note_result(now: int, result: matters.GivenBack, tables: Tables) -> Iterator[Output]:
    """What came of an attempt."""
    give_back = tables[GIVE_BACKS].get(result.give_back_no)
    if give_back is None:
        return
    if result.outcome == "delivered":
        tables[GIVE_BACKS].delete(result.give_back_no)
        matter = tables[MATTERS].get(give_back.matter_no)
        if give_back.kind == "reply" and matter is not None:
            system, _, record_no = give_back.requester.partition("/")
            note_told(now, remaining(matter.matter_no, tables) or matter, give_back.requester, tables)
            yield _told(now, matter, "requester_replied", system, record_no)
            yield from show(now, matter, replace(matter, replied_to=matter.replied_to + 1), tables)
    elif give_back.awaiting and result.attempt == give_back.attempt:
        if give_back.attempt >= len(WAITS_SECONDS):
            yield from _give_up(now, give_back, tables)
            return
        later = replace(give_back, attempt=give_back.attempt + 1, awaiting=False)
        due_at = now + WAITS_SECONDS[give_back.attempt] * SECOND_MILLISECONDS
        tables[GIVE_BACKS].put(result.give_back_no, later, due_at=due_at)


def medium_of(route: rules.ReplyRoute, kind: str) -> Medium:
    """Over what a system is told; one that only has its orders written back takes replies the same way."""
    if kind == "status" or route.reply == "none":
        return route.write_back
    return route.reply


def _is_written_back(route: rules.ReplyRoute, requester: str, matter: views.Matter) -> bool:
    """Whether a system is told how the matter stands: it keeps orders of its own, and this is not as its own has it."""
    if route.write_back == "none":
        return False
    leads = own_lead(matter) is None and matter.mirrored
    return not leads or f"{matter.mirrored[0].system}/{matter.mirrored[0].order_no}" != requester


def _is_settled(matter: views.Matter, requester: str, tables: Tables) -> bool:
    """Whether a report has had its answer before its matter went into this one (并单)."""
    found = find_requester(matter.matter_no, requester, tables)
    return found is not None and found.settled


def _attempt(give_back: GiveBack, matter: views.Matter, route: rules.ReplyRoute, medium: Medium) -> notices.GiveBack:
    system, _, record_no = give_back.requester.partition("/")
    return notices.GiveBack(
        give_back_no=number_of(give_back),
        attempt=give_back.attempt,
        kind=give_back.kind,
        district=district_of(matter),
        system=system,
        record_no=record_no,
        medium="topic" if medium == "topic" else "callback",
        address=route.address,
        timeout_seconds=TIMEOUT_SECONDS,
        matter_no=matter.matter_no,
        incident_class=matter.incident_class,
        state=give_back.state,
        result=give_back.result,
        unit_name=give_back.unit_name,
        changed_at=give_back.changed_at,
    )


def _give_up(now: int, give_back: GiveBack, tables: Tables) -> Iterator[Output]:
    """Somebody has to phone the requester; a status that could not be written back is told too."""
    tables[GIVE_BACKS].delete(number_of(give_back))
    matter = tables[MATTERS].get(give_back.matter_no)
    if matter is not None:
        system, _, record_no = give_back.requester.partition("/")
        change = "reply_by_centre" if give_back.kind == "reply" else "write_back_failed"
        yield _told(now, matter, change, system, record_no)


def _told(now: int, matter: views.Matter, change: str, system: str, record_no: str | None) -> Output:
    told = notice(now, matter, change)
    return Output(told.port, told.key, replace(told.value, system=system, record_no=record_no))
