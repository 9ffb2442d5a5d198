"""A person is deleted: every entry leaves, at both ends of links, then the key is destroyed, and the proof stays.

What leaves goes a slice at a time. The entries leave before the key does: what is still open would be sealed anew under
the key of what a department says later. What came in the meantime leaves when the proof has come.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any

from streams.contract import Entry, Output, TableName, Tables, record, replace
from streams.facts.notices import Erasure
from streams.facts.person_access import ActOnPerson, Asked
from streams.facts.person_rights import DestroyedKey, ErasingStage, Forgotten, KeyDestroyed, Named
from streams.facts.person_views import PersonRight
from streams.processors.due_services import call_forgotten, service_forgotten
from streams.processors.known_of_persons import (
    CALLS,
    CASES,
    CONSENTS,
    LINKS,
    NAMED,
    RESIDENTS,
    RIGHTS,
    SERVICES,
    SHARED,
)
from streams.processors.person_contexts import CONTEXTS, WAITING
from streams.processors.person_links import LINK_REQUESTS, LINK_VIEWS
from streams.processors.person_receipts import receipt, receipt_of_right
from streams.processors.person_rights import OPEN, forget_right, key_of
from streams.processors.person_suggestions import REACHED, SUGGESTIONS, look
from streams.processors.subject_ends import settled
from streams.rules.readings import purpose_of
from streams.rules.receipt_chain import Deed, receipt_given

LEAVING_A_STEP = 30
"""Each may change a dozen entries of the 500 that a step may."""
MOST_REMEMBERED = 20

DIGEST_DIGITS = 32
ACTOR = ("actor_unit", "actor_post", "actor_officer", "actor_shift", "actor_role")


@record("person_profiles.erasing.v1")
@dataclass(frozen=True, kw_only=True)
class Erasing:
    """A deletion under way. Its key leads to nobody: it is in the trace of what comes of a due moment.

    `subject_no` is '' where the token goes along with another one of the same identifier.
    """

    token: str
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str
    request_no: str
    subject_no: str
    second: str
    stage: ErasingStage
    document: str
    keys: tuple[DestroyedKey, ...] = ()


ERASURES = TableName("erasures", Erasing, ordered=True)


def begin_erasure(now: int, right: PersonRight, tables: Tables) -> None:
    """It was approved: all that is kept leaves, from now on."""
    began = Erasing(
        **_actor_of(right),
        token=right.token,
        request_no=right.request_no,
        subject_no=right.subject_no,
        second=right.decided_by,
        stage="leaving",
        document=right.document,
    )
    tables[ERASURES].put(_slice_key(began, 0), began, due_at=now)


def go_on_erasing(now: int, entry: Entry, tables: Tables) -> Iterator[Output]:
    """A slice of what leaves; when all has, the key is to be destroyed, or it has been, and all is done."""
    erasing: Erasing = entry.value
    tables[ERASURES].delete(entry.key)
    leaving = list(islice(_removals(now, erasing, tables), LEAVING_A_STEP))
    for removal in leaving:
        yield from removal
    if len(leaving) == LEAVING_A_STEP:
        number = int(entry.key.rpartition("/")[2])
        tables[ERASURES].put(_slice_key(erasing, number + 1), erasing, due_at=now)
    elif erasing.stage == "leaving":
        tables[ERASURES].put(_number(erasing.token, erasing.request_no), replace(erasing, stage="destroying"))
        yield Output("erasures", erasing.token, Erasure(token=erasing.token, request_no=erasing.request_no))
    else:
        yield from _end(now, erasing, tables)


def hear_proof(now: int, destroyed: KeyDestroyed, tables: Tables) -> None:
    """The key is no more; the first proof counts."""
    number = _number(destroyed.token, destroyed.request_no)
    erasing = tables[ERASURES].get(number)
    if erasing is not None:
        tables[ERASURES].delete(number)
        proven = replace(erasing, stage="proven", keys=destroyed.keys[-MOST_REMEMBERED:])
        tables[ERASURES].put(_slice_key(proven, 0), proven, due_at=now)


def hear_named(named: Named, tables: Tables) -> None:
    """Another token's owner keeps something that names this one."""
    tables[NAMED].put(f"{named.token}/{named.other}", named)


def hear_forgotten(now: int, forgotten: Forgotten, tables: Tables) -> Iterator[Output]:
    """Another person is deleted; what names them here goes, and with the same identifier this token too."""
    linked = tables[LINKS].get(f"{forgotten.token}/{forgotten.other}")
    yield from _part(now, forgotten.token, forgotten.other, tables)
    if linked is not None and linked.kind == "rotated":
        began = Erasing(
            **_actor_of(forgotten),
            token=forgotten.token,
            request_no=forgotten.request_no,
            subject_no="",
            second=forgotten.second,
            stage="leaving",
            document="rotated",
        )
        tables[ERASURES].put(_slice_key(began, 0), began, due_at=now)


def _end(now: int, erasing: Erasing, tables: Tables) -> Iterator[Output]:
    """The receipt is the last that names the person; the request is shown without a token."""
    deed = Deed(
        act="erased",
        token=erasing.token,
        purpose=purpose_of(erasing.token),
        case_no=erasing.request_no,
        basis=erasing.document,
        **_actor_of(erasing),
        second=erasing.second,
        result=f"sm3:{erasing.keys[-1].digest}" if erasing.keys else "no_key",
        happened_at=now,
    )
    yield receipt_given(tables, erasing.request_no, deed)
    right = tables[RIGHTS].get(f"{erasing.token}/{erasing.request_no}")
    if right is not None and erasing.subject_no:
        tables[RIGHTS].delete(key_of(right))
        done = replace(right, token="", state="done", result=deed.result, changed_at=now, content=None)
        yield settled(erasing.subject_no, "done", occurred_at=now, recorded_at=now)
        yield Output("rights", right.request_no, done)


def _removals(now: int, erasing: Erasing, tables: Tables) -> Iterator[Iterator[Output]]:
    """Everything that names the person but the chain of receipts and the signatures that were used; none begun yet."""
    token = erasing.token
    yield from _known(now, token, tables)
    yield from _shown(now, token, tables)
    for other in sorted(_others(token, tables)):
        yield _forget_each_other(now, erasing, other, tables)
    for key, _ in tables[SUGGESTIONS].scan(f"{token}/"):
        yield _drop(SUGGESTIONS, key, tables, [Output("suggestions", key.removeprefix(f"{token}/"), None)])
    for _, right in tables[RIGHTS].scan(f"{token}/"):
        if right.request_no != erasing.request_no:
            yield _drop_right(now, right, tables)


def _known(now: int, token: str, tables: Tables) -> Iterator[Iterator[Output]]:
    """What departments and dispatch have said."""
    for key, service in tables[SERVICES].scan(f"{token}/"):
        yield _drop(SERVICES, key, tables, service_forgotten(now, key, service, tables))
    for key, call in tables[CALLS].scan(f"{token}/"):
        yield _drop(CALLS, key, tables, call_forgotten(now, call, tables))
    for key, _ in tables[CASES].scan(f"{token}/"):
        yield _drop(CASES, key, tables)
    by_token: tuple[TableName[Any], ...] = (RESIDENTS, CONSENTS)
    for table in by_token:
        if tables[table].get(token) is not None:
            yield _drop(table, token, tables)


def _shown(now: int, token: str, tables: Tables) -> Iterator[Iterator[Output]]:
    """What officers are shown or wait to be."""
    for key, context in tables[CONTEXTS].scan(f"{token}/"):
        yield _drop(CONTEXTS, key, tables, [Output("contexts", context.request_no, None)])
    for key, asked in tables[WAITING].scan(f"{token}/"):
        yield _drop(WAITING, key, tables, _ask_no_more(now, asked, tables))


def _drop(table: TableName[Any], key: str, tables: Tables, told: Iterable[Output] = ()) -> Iterator[Output]:
    yield from told
    tables[table].delete(key)


def _ask_no_more(now: int, asked: Asked, tables: Tables) -> Iterator[Output]:
    """A reading that waits for its second person is refused."""
    yield Output("contexts", asked.id, None)
    yield receipt(now, "refused", asked, tables, result="erased")


def _drop_right(now: int, right: PersonRight, tables: Tables) -> Iterator[Output]:
    """Another right or review of the person: where it is open yet, its matter ends too."""
    if right.state in OPEN:
        yield receipt_of_right(now, "declined", right, tables, result="erased")
        yield settled(right.subject_no, "ended", occurred_at=now, recorded_at=now)
    yield from forget_right(right, tables)


def _others(token: str, tables: Tables) -> set[str]:
    """All tokens that are kept beside this one, or that keep this one."""
    prefix = f"{token}/"
    tables_by_other: tuple[TableName[Any], ...] = (LINKS, LINK_VIEWS, SHARED, NAMED, REACHED)
    others = {key.removeprefix(prefix) for table in tables_by_other for key, _ in tables[table].scan(prefix)}
    return others | {asked.other for _, asked in tables[LINK_REQUESTS].scan(prefix)}


def _forget_each_other(now: int, erasing: Erasing, other: str, tables: Tables) -> Iterator[Output]:
    """What names the other one leaves here, and its owner is told to do the same."""
    yield from _part(now, erasing.token, other, tables)
    forgotten = Forgotten(
        key=other,
        occurred_at=now,
        **_actor_of(erasing),
        token=other,
        other=erasing.token,
        request_no=erasing.request_no,
        second=erasing.second,
    )
    yield Output("people", other, forgotten)


def _part(now: int, token: str, other: str, tables: Tables) -> Iterator[Output]:
    """Nothing that is kept under a token names the other one any more."""
    key = f"{token}/{other}"
    by_both: tuple[TableName[Any], ...] = (LINKS, SHARED, NAMED)
    for table in by_both:
        tables[table].delete(key)
    if tables[LINK_VIEWS].get(key) is not None:
        tables[LINK_VIEWS].delete(key)
        yield Output("links", key, None)
    for request, asked in list(tables[LINK_REQUESTS].scan(f"{token}/")):
        if asked.other == other:
            tables[LINK_REQUESTS].delete(request)
    if tables[REACHED].get(key) is not None:
        tables[REACHED].delete(key)
        yield from look(now, token, tables)


def _actor_of(who: ActOnPerson | PersonRight | Erasing) -> dict[str, Any]:
    return {name: getattr(who, name) for name in ACTOR}


def _number(token: str, request_no: str) -> str:
    return sha256(f"{token}/{request_no}".encode()).hexdigest()[:DIGEST_DIGITS]


def _slice_key(erasing: Erasing, number: int) -> str:
    """A key of its own for each slice, and for each time that all leaves: what comes of it has an id by it."""
    return f"{_number(erasing.token, erasing.request_no)}/{erasing.stage}/{number:06}"
