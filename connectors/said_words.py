"""What units say of their orders without HTTP, over their topic or in files: the same facts, under the same tokens."""

from typing import Literal

from connectors.faults import place_of
from connectors.order_requests import OrderRequest
from connectors.order_words import fact_of
from connectors.problems import Problem
from streams.contract import Fact
from streams.facts.answers import Said
from streams.facts.quarantine import Stage
from streams.secrecy.actors import Actors, Identified, TokenRefused
from streams.secrecy.secret_store import SecretMissing, SecretStore


class NoActorKey(Exception):
    """There is no key to check tokens with: what was said waits for it."""


class Unanswerable(Exception):
    """What is no word on an order: at which stage, under which code, and what its sender has to do."""

    def __init__(self, stage: Stage, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.stage = stage
        self.reason = reason


class SaidWords:
    """Makes facts of them."""

    def __init__(self, secrets: SecretStore) -> None:
        self._actors = Actors(secrets)

    def fact_of(self, said: Said, channel: Literal["topic", "file"], place: str, at: int) -> Fact:
        """The fact; Unanswerable or NoActorKey.

        `place` stands for a key where `said` has none. The token has to be good `at` the moment (milliseconds) at which
        the unit handed it over.
        """
        request = OrderRequest(
            authorization=f"Bearer {said.token}",
            idempotency_key=said.idempotency_key or place,
            body=said.body.encode(),
            order_no=said.order_no,
            word=said.word,
            channel=channel,
        )
        identified = self._identified(request.authorization, at)
        try:
            return fact_of(request, identified)
        except Problem as problem:
            raise Unanswerable("apply", problem.reason, problem.detail) from problem
        except Exception as error:  # one word that nobody foresaw holds up no other
            raise Unanswerable("apply", type(error).__name__, place_of(error)) from error

    def _identified(self, authorization: str | None, at: int) -> Identified:
        try:
            return self._actors.identify(authorization, at / 1000)
        except TokenRefused as refused:
            raise Unanswerable("apply", refused.reason, str(refused)) from refused
        except (SecretMissing, ValueError, TypeError) as error:
            raise NoActorKey("the hub has no key to check tokens with") from error
