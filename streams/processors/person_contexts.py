"""Readings of what is known of a person: decided here, written sealed, gone with their case, consent or time.

Whoever asks gets an answer in any case, and each answer leaves a receipt. What nobody may read is never written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from streams.contract import Output, TableName, Tables, record, replace
from streams.durations import HOUR_MILLISECONDS, MINUTE_MILLISECONDS
from streams.facts.audit import Act
from streams.facts.person_access import Asked, CaseContent, Decided, PersonAccess
from streams.facts.person_views import Basis, Context
from streams.processors.known_of_persons import CASES, CONSENTS, known_with_links
from streams.processors.person_links import note_disclosures
from streams.processors.person_receipts import receipt
from streams.processors.person_rules import find_access, find_act, may, may_decide
from streams.rules.readings import MOST_STANDING, Ground, Refusal, refusal_of_actor, refusal_of_case, seen_by

REFUSED_MILLISECONDS = HOUR_MILLISECONDS
"""For so long whoever asked can still be told why not."""


@record("person_profiles.seen.v1")
@dataclass(frozen=True, kw_only=True)
class Seen:
    """A token of an actor under which a person was asked for: it is good for one reading."""

    request_no: str


CONTEXTS = TableName("contexts", Context, ordered=True)
WAITING = TableName("waiting", Asked, ordered=True)
SEEN = TableName("seen", Seen)


class PersonContexts:
    """Hears who asks, and what a second person decides of it."""

    def ask(self, now: int, asked: Asked, tables: Tables) -> Iterator[Output]:
        """Grant it, refuse it, or wait for the second person of a 紧急查阅."""
        rule, ground = self._ground(asked, tables)
        key = f"{asked.token}/{asked.signature}"
        refused = refusal_of_actor(now, asked, ground, seen=tables[SEEN].get(key) is not None)
        if refused != "token_replayed" and asked.token_ends_at > now:
            tables[SEEN].put(key, Seen(request_no=asked.id), due_at=asked.token_ends_at)
        if refused is None and self._standing(asked.token, tables) >= MOST_STANDING:
            refused = "too_many"
        if refused is not None or rule is None:
            yield from self._refuse(now, asked, refused or "wrong_role", tables)
        elif not asked.break_glass:
            yield from self._under_case(now, asked, rule, ground, tables)
        else:
            yield from self._wait(now, asked, tables)

    def decide(self, now: int, asked: Asked, decided: Decided, tables: Tables) -> Iterator[Output]:
        """A second person says whether life is at stake; whoever asked does not, under whatever role."""
        if not may_decide(find_act("break_glass", tables), decided, asked.actor_officer):
            yield receipt(now, "declined", asked, tables, result="two_persons", second=decided.actor_officer)
            return
        tables[WAITING].delete(f"{asked.token}/{asked.id}")
        rule = find_access(asked.actor_role, asked.purpose, tables)
        if decided.decision == "refuse" or rule is None:
            yield from self._refuse(now, asked, "declined", tables, decided.actor_officer)
        else:
            yield from self._grant(now, asked, rule, "break_glass", tables, decided.actor_officer)

    def lapse(self, now: int, asked: Asked, tables: Tables) -> Iterator[Output]:
        """Nobody decided in time."""
        tables[WAITING].delete(f"{asked.token}/{asked.id}")
        yield from self._refuse(now, asked, "not_decided", tables)

    def end(self, key: str, tables: Tables) -> Iterator[Output]:
        """A reading is over: what it showed is deleted."""
        context = tables[CONTEXTS].get(key)
        if context is not None:
            tables[CONTEXTS].delete(key)
            yield Output("contexts", context.request_no, None)

    def end_under(
        self, token: str, tables: Tables, *, case_no: str | None = None, basis: Basis | None = None
    ) -> Iterator[Output]:
        """End what stands under a case that was closed, or on a consent that was withdrawn."""
        for key, context in list(tables[CONTEXTS].scan(f"{token}/")):
            if context.state == "granted" and (context.case_no == case_no or context.basis == basis):
                yield from self.end(key, tables)

    def show_anew(self, token: str, tables: Tables) -> Iterator[Output]:
        """A link was made, undone or has ended: what stands shows what is known now, no more."""
        standing = list(tables[CONTEXTS].scan(f"{token}/"))
        if not standing:
            return
        known = known_with_links(token, tables)
        for key, context in standing:
            if context.state == "granted" and context.content is not None and context.basis != "right":
                content = seen_by(context.unit, self._case(token, context.case_no, tables), context.sections, known)
                if content != context.content:
                    after = replace(context, content=content)
                    tables[CONTEXTS].put(key, after, due_at=after.ends_at)
                    yield Output("contexts", after.request_no, after)

    def _ground(self, asked: Asked, tables: Tables) -> tuple[PersonAccess | None, Ground]:
        rule = find_access(asked.actor_role, asked.purpose, tables)
        consent = tables[CONSENTS].get(asked.token)
        case = tables[CASES].get(f"{asked.token}/{asked.case_no}")
        return rule, Ground(rule, case, None if consent is None else consent.until_at)

    def _under_case(
        self, now: int, asked: Asked, rule: PersonAccess, ground: Ground, tables: Tables
    ) -> Iterator[Output]:
        refused = refusal_of_case(now, asked, rule, ground)
        if refused is None:
            yield from self._grant(now, asked, rule, "consent" if rule.needs_consent else "case", tables)
        else:
            yield from self._refuse(now, asked, refused, tables)

    def _wait(self, now: int, asked: Asked, tables: Tables) -> Iterator[Output]:
        act = find_act("break_glass", tables)
        if act is None or not may(act, asked):
            yield from self._refuse(now, asked, "wrong_role", tables)
            return
        ends_at = now + act.decided_minutes * MINUTE_MILLISECONDS
        tables[WAITING].put(f"{asked.token}/{asked.id}", asked, due_at=ends_at)
        yield Output("contexts", asked.id, self._told(now, asked, "waiting", "second_person", ends_at))

    def _grant(
        self, now: int, asked: Asked, rule: PersonAccess, basis: Basis, tables: Tables, second: str = ""
    ) -> Iterator[Output]:
        """Write what the role may see; a reading on consent ends with it."""
        known = known_with_links(asked.token, tables)
        until_at = [known.consent_until_at] if basis == "consent" and known.consent_until_at is not None else []
        ends_at = min([now + rule.standing_minutes * MINUTE_MILLISECONDS, *until_at])
        context = replace(
            self._told(now, asked, "granted", "", ends_at),
            basis=basis,
            article=rule.article,
            masks=rule.masks,
            sections=rule.sections,
            unit=asked.actor_unit,
            content=seen_by(asked.actor_unit, self._case(asked.token, asked.case_no, tables), rule.sections, known),
        )
        key = f"{asked.token}/{asked.id}"
        tables[CONTEXTS].put(key, context, due_at=ends_at)
        yield Output("contexts", asked.id, context)
        act: Act = "broke_glass" if basis == "break_glass" else "read"
        yield receipt(now, act, asked, tables, result="granted", basis=rule.article, second=second)
        yield from note_disclosures(now, asked, context, tables)

    def _refuse(self, now: int, asked: Asked, reason: Refusal, tables: Tables, second: str = "") -> Iterator[Output]:
        ends_at = now + REFUSED_MILLISECONDS
        context = self._told(now, asked, "refused", reason, ends_at)
        tables[CONTEXTS].put(f"{asked.token}/{asked.id}", context, due_at=ends_at)
        yield Output("contexts", asked.id, context)
        yield receipt(now, "refused", asked, tables, result=reason, second=second)

    @staticmethod
    def _case(token: str, case_no: str, tables: Tables) -> CaseContent | None:
        case = tables[CASES].get(f"{token}/{case_no}")
        return None if case is None else case.content

    @staticmethod
    def _standing(token: str, tables: Tables) -> int:
        return sum(1 for _, context in tables[CONTEXTS].scan(f"{token}/") if context.state == "granted")

    @staticmethod
    def _told(
        now: int, asked: Asked, state: Literal["granted", "refused", "waiting"], reason: str, ends_at: int
    ) -> Context:
        return Context(
            request_no=asked.id,
            token=asked.token,
            purpose=asked.purpose,
            case_no=asked.case_no,
            state=state,
            reason=reason,
            decided_at=now,
            ends_at=ends_at,
        )
