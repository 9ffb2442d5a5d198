"""A processor's engine as a service of the worker process, with a thread of its own."""

import asyncio
import threading
from collections.abc import Mapping
from typing import Any, Protocol

from mode import Service

from streams.agents.contract import Health

STOP_SECONDS = 10.0


class Engine(Protocol):
    """What runs a processor. `run` blocks until another thread calls `stop`; an exception says why it ended."""

    def run(self) -> None: ...

    def stop(self) -> None: ...

    def status(self) -> tuple[bool, bool, tuple[str, ...]]:
        """Live, ready, and why not."""

    @property
    def progress(self) -> Mapping[int, object]:
        """How far each partition is that it owns."""


class EngineEnded(Exception):
    """An engine's thread ended though nobody asked for it."""


class EngineService(Service):
    """Runs `engine` in a thread. If that thread ends by itself the whole process goes down with its reason."""

    def __init__(self, processor: str, engine: Engine, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.processor = processor
        self._engine = engine
        self._thread = threading.Thread(target=self._run, name=f"engine-{processor}", daemon=True)
        self._asked = False
        self._ended = asyncio.Event()
        self._failure: BaseException | None = None
        self._event_loop: asyncio.AbstractEventLoop | None = None

    def health(self) -> Health:
        return Health(*self._engine.status())

    def owns_first_partition(self) -> bool:
        return 0 in self._engine.progress

    async def on_start(self) -> None:
        self._event_loop = asyncio.get_running_loop()
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Let the thread come to its end, without waiting for it."""
        self._asked = True
        self._engine.stop()

    async def on_stop(self) -> None:
        self.ask_to_stop()
        try:
            await asyncio.wait_for(self._ended.wait(), STOP_SECONDS)
        except TimeoutError:
            self.log.warning("the engine of %s did not stop within %.0f s", self.processor, STOP_SECONDS)

    @Service.task
    async def _watch(self) -> None:
        await self._ended.wait()
        if not self._asked:
            reason = self._failure or EngineEnded(f"the engine of {self.processor} ended without being stopped")
            self.log.critical("the engine of %s stopped: %s: %s", self.processor, type(reason).__name__, reason)
            await self.crash(reason)

    def _run(self) -> None:
        try:
            self._engine.run()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the process must end with it
            self._failure = error
        assert self._event_loop is not None  # noqa: S101 - set before the thread starts
        self._event_loop.call_soon_threadsafe(self._ended.set)
