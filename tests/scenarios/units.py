"""How units behave when they are called: a pure model from the notice of an attempt to what is said, and when."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple

from streams.contract import Fact
from streams.facts.deliveries import Attempted
from streams.facts.matters import Answered
from streams.facts.notices import Attempt

DELIVERIES, MATTERS = "hub.log.deliveries.v1", "hub.log.matters.v1"

SECOND, MINUTE = 1_000, 60_000

Answer = Literal["acknowledge", "accept", "arrive", "first_contact", "resolve", "reply", "report"]
Ending = Literal["delivered", "failed", "timeout", "swallowed"]
"""How a call ends; of a swallowed one nothing is ever heard: the agent that made it was killed."""

Moment = Callable[[Attempt, Random], int]
"""Milliseconds after an order reached its unit."""


class Said(NamedTuple):
    """A fact that somebody appends to a log at a moment."""

    at: int
    log: str
    fact: Fact


def told_milliseconds(call: Attempt, kind: Literal["acknowledge", "arrive"]) -> int:
    """The time that a unit is told with its order; 0 where it need not do that. Stories begin as offices open."""
    told = next((one for one in call.limits if one.kind == kind), None)
    return told.amount * {"minute": MINUTE, "hour": 60 * MINUTE, "office_hour": 60 * MINUTE}[told.unit] if told else 0


def of_acknowledge(low: float, high: float) -> Moment:
    """A share of the time to acknowledge."""
    return lambda call, random: round(told_milliseconds(call, "acknowledge") * random.uniform(low, high))


def of_arrive(low: float, high: float) -> Moment:
    """A share of the time to arrive."""
    return lambda call, random: round(told_milliseconds(call, "arrive") * random.uniform(low, high))


def minutes(low: float, high: float) -> Moment:
    return lambda _, random: round(random.uniform(low, high) * MINUTE)


def to_deadline(kind: Literal["acknowledge", "arrive"], milliseconds: int) -> Moment:
    """So many milliseconds after a deadline, or before it."""
    return lambda call, _: told_milliseconds(call, kind) + milliseconds


@dataclass(frozen=True)
class Step:
    """One answer and when it comes, and when the unit says that it was given."""

    answer: Answer
    after: Moment
    claimed: Moment | None = None


@dataclass(frozen=True)
class Manner:
    """How a unit behaves towards one order: how its calls end in turn (the last again and again), what it answers.

    `in_response`: the first answer stands in the response of the call that reaches it. `phoned`: no call reaches it,
    and its answers count from the first one that was tried.
    """

    endings: tuple[Ending, ...] = ("delivered",)
    steps: tuple[Step, ...] = ()
    in_response: bool = False
    phoned: bool = False


class Units:
    """The units of a city, each order's manner known by where and what it is about."""

    def __init__(self, manners: Mapping[tuple[str, str], Manner], seed: int) -> None:
        self._manners = manners
        self._seed = seed
        self._calls: dict[str, int] = {}

    def hear(self, call: Attempt, at: int) -> list[Said]:
        """What follows from one call made at an instant: its result and, from the first that counts, the answers."""
        turn = self._calls[call.delivery_no] = self._calls.get(call.delivery_no, 0) + 1
        manner = self._manners[call.incident_class, call.region]
        ending = manner.endings[min(turn, len(manner.endings)) - 1]
        random = Random(f"{self._seed}/{call.delivery_no}/{turn}")
        ended_at = at + (call.timeout_seconds * SECOND if ending == "timeout" else random.randint(150, 2_500))
        said = [] if ending == "swallowed" else [self._result(call, turn, ending, ended_at)]
        first_turn = manner.endings.index("delivered") + 1 if not manner.phoned else 1
        if turn == first_turn and call.kind == "order":  # what is said about an order later asks for no answer
            said += self._answers(call, manner, at if manner.phoned else ended_at, random)
        return said

    def _result(self, call: Attempt, turn: int, ending: Ending, at: int) -> Said:
        attempted = Attempted(
            id=f"{call.delivery_no}#{call.attempt}:{turn}:{ending}",
            key=call.unit,
            source="attempts",
            trace=call.delivery_no,
            occurred_at=at,
            delivery_no=call.delivery_no,
            attempt=call.attempt,
            channel=call.channel,
            outcome=ending,  # type: ignore[arg-type]
            status_code={"delivered": 204, "failed": 503}.get(ending),
            detail=ending,
        )
        return Said(at, DELIVERIES, attempted)

    def _answers(self, call: Attempt, manner: Manner, reached_at: int, random: Random) -> Iterator[Said]:
        for number, step in enumerate(manner.steps):
            # The answer in a response is appended before the result of the call that brought it.
            after = -1 if manner.in_response and number == 0 else step.after(call, random)
            claimed_at = reached_at + step.claimed(call, random) if step.claimed else None
            answered = Answered(
                id=f"{call.order_no}:{number}:{step.answer}",
                key=call.district,
                source="gateway",
                trace=call.order_no,
                occurred_at=reached_at + after,
                order_no=call.order_no,
                answer=step.answer,
                channel="webhook" if after < 0 else "api",
                actor_unit=call.unit,
                actor_post="值班岗",
                actor_officer=f"{call.unit}-01",
                actor_shift="白班",
                claimed_at=claimed_at,
            )
            yield Said(reached_at + after, MATTERS, answered)
