"""What the hub knows of a person within a purpose, by token, and who may know it: a lawful context and nothing else.

A token stands for a person within one purpose; what is said about it comes sealed and is kept sealed. Nobody is shown
anything but under an open case, for the purpose and as the city's rules have it, and each reading leaves a receipt.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, TypeVar

from streams.contract import Entry, Fact, Output, Table, TableName, Tables, replace
from streams.facts import matters, people, situation
from streams.facts.audit import Receipt
from streams.facts.notices import Erasure
from streams.facts.person_access import (
    Asked,
    Consented,
    Decided,
    LinkAsked,
    Linked,
    MatterMoved,
    Reached,
    Shared,
)
from streams.facts.person_rights import Forgotten, KeyDestroyed, Named, RightAsked, RightDone
from streams.facts.person_views import Context, PersonLink, PersonRight, Suggestion
from streams.processors.due_services import DUE, OVER, call_heard, service_due, service_heard
from streams.processors.known_of_persons import (
    CALLS,
    CASES,
    CONSENTS,
    KEPT_AFTER_CLOSING_MILLISECONDS,
    LINKS,
    NAMED,
    RESIDENTS,
    RIGHTS,
    SERVICES,
    SHARED,
    began_under,
)
from streams.processors.person_contexts import CONTEXTS, SEEN, WAITING, PersonContexts
from streams.processors.person_erasures import (
    ERASURES,
    begin_erasure,
    go_on_erasing,
    hear_forgotten,
    hear_named,
    hear_proof,
)
from streams.processors.person_links import (
    LINK_REQUESTS,
    LINK_VIEWS,
    ask_link,
    decide_link,
    end_link,
    hear_link,
    hear_shared,
    lapse_link,
    tell_links,
)
from streams.processors.person_receipts import receipt
from streams.processors.person_rights import ask_right, decide_right, forget_right, open_review, put_right, right_done
from streams.processors.person_rules import RULES, find_act, may
from streams.processors.person_suggestions import REACHED, SUGGESTIONS, hear_reached, look
from streams.processors.service_counts import COUNTED, hear_tally
from streams.processors.service_counts import TABLES as COUNTS
from streams.rules.receipt_chain import CHAINS
from streams.rules.versions import IN_FORCE

Latest = TypeVar("Latest", people.Resident, people.Service)


class PersonProfiles:
    """Owner of the people log."""

    name: ClassVar[str] = "person_profiles"
    tables: ClassVar[tuple[TableName[Any], ...]] = (
        RESIDENTS,
        SERVICES,
        CALLS,
        CASES,
        CONSENTS,
        CONTEXTS,
        WAITING,
        SEEN,
        LINK_REQUESTS,
        LINKS,
        LINK_VIEWS,
        SHARED,
        REACHED,
        SUGGESTIONS,
        RIGHTS,
        NAMED,
        ERASURES,
        CHAINS,
        DUE,
        *COUNTS,
        *RULES.tables,
    )
    reads: ClassVar[tuple[type[Fact], ...]] = (
        people.Resident,
        people.Service,
        people.Help,
        people.Tallied,
        MatterMoved,
        Asked,
        Decided,
        Consented,
        LinkAsked,
        Linked,
        Shared,
        Reached,
        RightAsked,
        RightDone,
        KeyDestroyed,
        Named,
        Forgotten,
        *RULES.kinds,
    )
    ports: ClassVar[dict[str, tuple[type, ...]]] = {
        "contexts": (Context,),
        "links": (PersonLink,),
        "suggestions": (Suggestion,),
        "audit": (Receipt,),
        "matters": (matters.Raised, matters.Settled),
        "people": (Linked, Shared, Named, Forgotten, people.Service, people.Help, people.Tallied),
        "rights": (PersonRight,),
        "erasures": (Erasure,),
        "situation": (situation.ServicesCounted,),
    }

    def __init__(self) -> None:
        self._contexts = PersonContexts()
        self._heard: dict[type[Fact], Callable[[int, Any, Tables], Iterable[Output]]] = {
            people.Resident: self._reside,
            people.Service: self._serve,
            people.Help: self._call,
            MatterMoved: self._move,
            Asked: self._contexts.ask,
            Decided: self._decide,
            Consented: self._consent,
            LinkAsked: ask_link,
            Linked: self._link,
            Shared: self._share,
            Reached: hear_reached,
            people.Tallied: self._tally,
            RightAsked: ask_right,
            RightDone: self._right_done,
            KeyDestroyed: self._prove,
            Named: self._name,
            Forgotten: self._forget_other,
        }
        self._due: dict[str, Callable[[int, Entry, Tables], Iterable[Output]]] = {
            RESIDENTS.name: forget(RESIDENTS),
            SERVICES.name: forget(SERVICES),
            CALLS.name: self._forget_call,
            CASES.name: forget(CASES),
            SEEN.name: forget(SEEN),
            REACHED.name: forget(REACHED),
            CONTEXTS.name: lambda _, entry, tables: self._contexts.end(entry.key, tables),
            WAITING.name: lambda now, entry, tables: self._contexts.lapse(now, entry.value, tables),
            LINK_REQUESTS.name: lambda now, entry, tables: lapse_link(now, entry.value, tables),
            CONSENTS.name: self._end_consent,
            DUE.name: self._service_due,
            LINKS.name: self._end_link,
            RIGHTS.name: lambda _, entry, tables: forget_right(entry.value, tables),
            ERASURES.name: go_on_erasing,
            IN_FORCE.name: self._switch,
            **COUNTED,
        }

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        heard = self._heard.get(type(record))
        if heard is None:
            RULES.note(now, record, tables)
            return ()
        return heard(now, record, tables)

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        return self._due[entry.table](now, entry, tables)

    # What departments and dispatch say of a person.

    def _reside(self, now: int, said: people.Resident, tables: Tables) -> Iterable[Output]:
        if said.content is None:
            return ()
        over = said.content.moved_away
        keep_latest(tables[RESIDENTS], said.token, said, now + KEPT_AFTER_CLOSING_MILLISECONDS if over else None)
        return tell_links(now, said.token, tables)

    def _serve(self, now: int, said: people.Service, tables: Tables) -> Iterator[Output]:
        """The latest word by the department's own time is kept, seen to, and told to whoever may know."""
        if said.content is None:
            return
        older = began_under(said, tables)
        if older is not None:
            yield handed_on(said, older)
            return
        key = f"{said.token}/{said.system}/{said.record_no}"
        before = tables[SERVICES].get(key)
        over = said.content.state in OVER
        if keep_latest(tables[SERVICES], key, said, now + KEPT_AFTER_CLOSING_MILLISECONDS if over else None):
            yield from service_heard(now, key, before.content if before else None, said, said.content, tables)
            yield from self._put_right(now, said, tables)
            yield from tell_links(now, said.token, tables)

    def _call(self, now: int, said: people.Help, tables: Tables) -> Iterator[Output]:
        """An answer to a call stays, whatever comes after it."""
        if said.content is None:
            return
        older = began_under(said, tables)
        if older is not None:
            yield handed_on(said, older)
            return
        key = f"{said.token}/{said.system}/{said.record_no}"
        call = tables[CALLS].get(key)
        if call is None or call.content is None or not call.content.answered:
            tables[CALLS].put(key, said, now + KEPT_AFTER_CLOSING_MILLISECONDS if said.content.answered else None)
        yield from call_heard(now, call, said, said.content, tables)
        yield from self._put_right(now, said, tables)
        yield from tell_links(now, said.token, tables)
        yield from look(now, said.token, tables)

    def _service_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        return service_due(now, entry, tables[SERVICES].get(entry.value.service), tables)

    def _tally(self, now: int, tallied: people.Tallied, tables: Tables) -> Iterable[Output]:
        hear_tally(now, tallied, tables)
        return ()

    def _forget_call(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        tables[CALLS].delete(entry.key)
        return look(now, entry.key.partition("/")[0], tables)

    def _move(self, now: int, moved: MatterMoved, tables: Tables) -> Iterator[Output]:
        """A case that is closed closes the door: what was shown under it is deleted."""
        key = f"{moved.token}/{moved.matter_no}"
        if moved.content is None and tables[CASES].get(key) is None:
            return  # the person was deleted since
        tables[CASES].put(key, moved, None if moved.open else now + KEPT_AFTER_CLOSING_MILLISECONDS)
        if not moved.open:
            yield from self._contexts.end_under(moved.token, tables, case_no=moved.matter_no)
        yield from tell_links(now, moved.token, tables)

    # What officers ask for and decide.

    def _decide(self, now: int, decided: Decided, tables: Tables) -> Iterator[Output]:
        key = f"{decided.token}/{decided.request_no}"
        asked, link_asked, right = tables[WAITING].get(key), tables[LINK_REQUESTS].get(key), tables[RIGHTS].get(key)
        if asked is not None:
            yield from self._contexts.decide(now, asked, decided, tables)
            yield from open_review(now, asked, decided, tables)
        elif right is not None:
            yield from self._decide_right(now, right, decided, tables)
        elif link_asked is not None:
            yield from decide_link(now, link_asked, decided, tables)
            yield from self._contexts.show_anew(decided.token, tables)
        else:
            yield receipt(now, "declined", decided, tables, result="nothing_waits")

    def _consent(self, now: int, consented: Consented, tables: Tables) -> Iterator[Output]:
        if not may(find_act("consent", tables), consented):
            yield receipt(now, "refused", consented, tables, result="wrong_role", basis=consented.document)
            return
        result = "withdrawn" if consented.withdrawn else "given"
        yield receipt(now, "consented", consented, tables, result=result, basis=consented.document)
        if consented.withdrawn or consented.until_at <= now:
            tables[CONSENTS].delete(consented.token)
            yield from self._contexts.end_under(consented.token, tables, basis="consent")
        else:
            tables[CONSENTS].put(consented.token, consented, consented.until_at)

    def _end_consent(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        tables[CONSENTS].delete(entry.key)
        return self._contexts.end_under(entry.key, tables, basis="consent")

    # Rights of the person.

    def _decide_right(self, now: int, right: PersonRight, decided: Decided, tables: Tables) -> Iterator[Output]:
        yield from decide_right(now, right, decided, tables)
        after = tables[RIGHTS].get(f"{right.token}/{right.request_no}")
        if after is not None and after.state != right.state:
            if after.state == "erasing":
                begin_erasure(now, after, tables)
            elif after.kind == "correction":
                yield from self._shown_anew(now, after.token, tables)

    def _right_done(self, now: int, done: RightDone, tables: Tables) -> Iterator[Output]:
        yield from right_done(now, done, tables)
        if done.outcome == "answered":
            yield from self._shown_anew(now, done.token, tables)

    def _put_right(self, now: int, said: people.Service | people.Help, tables: Tables) -> Iterator[Output]:
        outputs = list(put_right(now, said.token, said.system, said.record_no, tables))
        if outputs:
            yield from outputs
            yield from self._contexts.show_anew(said.token, tables)

    def _shown_anew(self, now: int, token: str, tables: Tables) -> Iterator[Output]:
        """What is disputed has changed."""
        yield from self._contexts.show_anew(token, tables)
        yield from tell_links(now, token, tables)

    def _prove(self, now: int, destroyed: KeyDestroyed, tables: Tables) -> Iterable[Output]:
        hear_proof(now, destroyed, tables)
        return ()

    def _name(self, _: int, said: Named, tables: Tables) -> Iterable[Output]:
        hear_named(said, tables)
        return ()

    def _forget_other(self, now: int, forgotten: Forgotten, tables: Tables) -> Iterator[Output]:
        yield from hear_forgotten(now, forgotten, tables)
        yield from self._contexts.show_anew(forgotten.token, tables)

    # What links tell.

    def _link(self, now: int, linked: Linked, tables: Tables) -> Iterator[Output]:
        yield from hear_link(now, linked, tables)
        yield from self._contexts.show_anew(linked.token, tables)

    def _share(self, now: int, shared: Shared, tables: Tables) -> Iterable[Output]:
        hear_shared(shared, tables)
        return self._contexts.show_anew(shared.token, tables)

    def _end_link(self, now: int, entry: Entry, tables: Tables) -> Iterator[Output]:
        yield from end_link(now, entry.value, tables)
        yield from self._contexts.show_anew(entry.value.token, tables)

    def _switch(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        RULES.due(now, entry.key, entry.value, tables)
        return ()


def handed_on(said: people.Service | people.Help, older: str) -> Output:
    """The same word, to the owner of the token under which the record began."""
    return Output("people", older, replace(said, id="", key=older, source="", token=older))


def forget(table: TableName[Any]) -> Callable[[int, Entry, Tables], Iterable[Output]]:
    """Let go of an entry whose time is over."""

    def let_go(_: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        tables[table].delete(entry.key)
        return ()

    return let_go


def keep_latest(table: Table[Latest], key: str, said: Latest, forgotten_at: int | None) -> bool:
    """Keep the latest word by its department's own time; whether this one is it."""
    known = table.get(key)
    if known is not None and known.recorded_at > said.recorded_at:
        return False
    table.put(key, said, forgotten_at)
    return True
