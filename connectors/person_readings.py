"""One door for reading what is known of a person: the request goes into the people's log, its answer comes from there.

What is shown is opened for one response alone; neither it nor who was asked about is logged or kept in clear.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence

from fastapi.responses import JSONResponse

from connectors.person_answers import VIEW, Answer, Answers, Asker, FollowedAnswers
from connectors.person_context import refused, told
from connectors.person_requests import asked, checked, no_such_request, reading_of, signature_of
from connectors.problems import AWAY_RETRY_SECONDS, Problem
from connectors.publisher import Now, wall_clock
from connectors.signed_facts import BUSY_AT, RETRY_SECONDS, Append, SignedFacts, identified_by
from streams.codec import Codec, CodecError
from streams.contract import Fact
from streams.facts.person_access import Asked
from streams.facts.person_views import Context
from streams.secrecy.actors import Actor, Actors, Identified
from streams.secrecy.person_key_store import KeysBusy
from streams.secrecy.sealing import KeyMissing
from streams.secrecy.secret_store import SecretStore

PEOPLE = "hub.log.people.v1"
ANSWER_SECONDS = 5.0
BEGINNING_SECONDS = 0.0
"""The epoch: no token had ended by then."""
WAITING = 202


class PersonFacts(SignedFacts):
    """Facts of the people's log: what officers write in them is sealed, with keys that are read from disk."""

    async def _encoded(self, fact: Fact) -> bytes:
        return await sealed(self._codec, fact)


class PersonReadings:
    """Asks for readings and shows what became of them. Belongs to one event loop."""

    def __init__(
        self,
        append: Append,
        codec: Codec,
        secrets: SecretStore,
        topic: str,
        answers: Answers,
        followed: FollowedAnswers,
        now: Now = wall_clock,
    ) -> None:
        """`topic` is the people's log by its name on the cluster."""
        self._append = append
        self._codec = codec
        self._actors = Actors(secrets)
        self._topic = topic
        self._answers = answers
        self._followed = followed
        self._now = now
        self._under_way = 0

    async def read(self, authorization: str | None, token: str, query: Sequence[tuple[str, str]]) -> JSONResponse:
        """Ask for what the parts of a query name, and show what is answered; Problem.

        Also under a token that has ended somebody has asked: that is refused and leaves its receipt.
        """
        try:
            identified, refusal = identified_by(self._actors, authorization), None
        except Problem as problem:
            if problem.reason != "token_expired":
                raise
            identified, refusal = identified_by(self._actors, authorization, BEGINNING_SECONDS), problem
        fact = asked(token, reading_of(query), signature_of(authorization or ""), identified)
        answer = await self._ask(fact, identified)
        if refusal is not None:
            raise refused(fact.id, refusal.reason)
        if await answer.wait(ANSWER_SECONDS) is None:
            raise _no_answer(fact.id)
        return await self._shown(answer, identified.actor)

    async def find(self, authorization: str | None, token: str, request_no: str) -> JSONResponse:
        """What became of a reading that the same officer has asked for here, while it stands; Problem."""
        identified = identified_by(self._actors, authorization)
        answer = self._answers.find(request_no, Asker.of(checked(token), identified.actor))
        if answer is None:
            raise no_such_request()
        if answer.value is None:
            raise _no_answer(request_no)
        return await self._shown(answer, identified.actor, only_standing=True)

    async def _ask(self, fact: Asked, identified: Identified) -> Answer:
        """Append the question; its answer is heard from now on."""
        if not self._followed.is_heard:
            detail = "answers cannot be heard yet: ask again"
            raise Problem(503, "answers_not_heard", detail, retry_after_seconds=AWAY_RETRY_SECONDS)
        if self._under_way >= BUSY_AT:
            raise Problem(429, "busy", "too many requests wait for Kafka", retry_after_seconds=RETRY_SECONDS)
        self._under_way += 1
        try:
            value = await sealed(self._codec, fact)
            answer = self._answers.expect(fact.id, Asker.of(fact.token, identified.actor))
            await self._append(self._topic, fact.key, value)
        except Problem as problem:
            raise _not_asked(problem) from problem
        finally:
            self._under_way -= 1
        return answer

    async def _shown(self, answer: Answer, actor: Actor, *, only_standing: bool = False) -> JSONResponse:
        context = await asyncio.to_thread(self._opened, answer.value or b"")
        if only_standing and context.ends_at <= self._now():
            raise no_such_request()
        return JSONResponse(told(context, actor, self._now()), WAITING if context.state == "waiting" else 200)

    def _opened(self, value: bytes) -> Context:
        try:
            context: Context = self._codec.decode(value)
        except (CodecError, KeyMissing, sqlite3.Error) as error:
            detail = "what is known of this person does not open here: the keys of the gateway are not those of the hub"
            raise Problem(503, "not_opened", detail, retry_after_seconds=AWAY_RETRY_SECONDS) from error
        return context


class Persons:
    """What the gateway's doors to persons stand on."""

    def __init__(
        self, append: Append, codec: Codec, secrets: SecretStore, bootstrap: str, topic_name: Callable[[str], str]
    ) -> None:
        """`topic_name` gives a topic's name on the cluster."""
        answers, people = Answers(), topic_name(PEOPLE)
        self.followed = FollowedAnswers(bootstrap, topic_name(VIEW), answers)
        self.facts = PersonFacts(append, codec, secrets, people)
        self.readings = PersonReadings(append, codec, secrets, people, answers, self.followed)


async def sealed(codec: Codec, fact: Fact) -> bytes:
    """The bytes of a fact whose words are sealed for a person, whose key may be made for it; Problem 503."""
    try:
        return await asyncio.to_thread(codec.encode, fact)
    except (KeyMissing, KeysBusy, sqlite3.Error) as error:
        detail = "the words cannot be sealed: the hub's keys of persons are missing or in use"
        raise Problem(503, "not_sealed", detail, retry_after_seconds=AWAY_RETRY_SECONDS) from error


def _no_answer(request_no: str) -> Problem:
    detail = (
        "there is no answer yet; the request stands and leaves its receipt: "
        "GET /v1/persons/{token}/requests/{request_no} shows what became of it, also under another token of yours"
    )
    return Problem(504, "no_answer", detail, more={"request_no": request_no})


def _not_asked(problem: Problem) -> Problem:
    """Whether Kafka has the request is not known: asked again under the same token it might be one too many."""
    if problem.reason != "kafka_away":
        return problem
    detail = "Kafka does not acknowledge: ask again, under another token"
    return Problem(503, problem.reason, detail, retry_after_seconds=problem.retry_after_seconds)
