"""Calls that may never return: librdkafka's transaction calls wait past their timeouts for a coordinator that they have
lost (its issues 5456 and 5511, ops/decisions/0134). They are made in a thread beside, which is left behind then.
"""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

LOST_SECONDS = 10.0
"""Twice the longest timeout of a transaction call."""


class CallLost(Exception):
    """A call has not returned for LOST_SECONDS. What it works on must not be touched again."""


class Calls:
    """Makes one call after the other in a thread of its own; the thread of a call that was lost is left behind."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._line = _Line(name)

    def make(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """What the call returns; raises what it raises, and CallLost."""
        self._line.questions.put((call, arguments))
        try:
            answer, error = self._line.answers.get(timeout=LOST_SECONDS)
        except Empty:
            self.end()
            self._line = _Line(self._name)
            raise CallLost(f"{call.__name__} has not returned for {LOST_SECONDS:.0f} s") from None
        if error is not None:
            raise error
        return answer

    def end(self) -> None:
        """Let the thread go, as soon as it has returned."""
        self._line.questions.put(None)


class _Line:
    """A thread, what it is asked and what it answers."""

    def __init__(self, name: str) -> None:
        self.questions: SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...]] | None] = SimpleQueue()
        self.answers: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()
        threading.Thread(target=self._answer, name=name, daemon=True).start()

    def _answer(self) -> None:
        while (question := self.questions.get()) is not None:
            call, arguments = question
            try:
                answer: tuple[Any, Exception | None] = (call(*arguments), None)
            except Exception as error:  # noqa: BLE001 - raised again where the answer is waited for
                answer = None, error
            del question, call, arguments  # a producer must not outlive its last call here
            self.answers.put(answer)
