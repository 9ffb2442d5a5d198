"""Holds a worker's start back until Kafka answers and has the topics that the worker needs."""

from collections.abc import Collection
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from mode import Service

from streams.agents.contract import READY, Health

PAUSE_SECONDS = 1.0
SAY_EVERY_PAUSES = 30
REQUEST_MILLISECONDS = 5_000


class KafkaGate(Service):
    """Its start ends when everything is there; until then health says what is missing."""

    def __init__(self, bootstrap: str, topics: Collection[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._bootstrap = bootstrap
        self._topics = frozenset(topics)
        self._missing = "has not asked Kafka yet"

    def health(self) -> Health:
        return Health(live=True, ready=False, reasons=(self._missing,)) if self._missing else READY

    async def on_start(self) -> None:
        pauses = 0
        while not self.should_stop:
            self._missing = await self._look()
            if not self._missing:
                return
            if pauses % SAY_EVERY_PAUSES == 0:
                self.log.warning("waiting: %s", self._missing)
            pauses += 1
            await self.sleep(PAUSE_SECONDS)

    async def _look(self) -> str:
        client = AIOKafkaClient(bootstrap_servers=self._bootstrap, request_timeout_ms=REQUEST_MILLISECONDS)
        try:
            await client.bootstrap()
            known = (await client.fetch_all_metadata()).topics(exclude_internal_topics=False)
        except (KafkaError, OSError) as error:
            return f"Kafka at {self._bootstrap} does not answer: {type(error).__name__}"
        finally:
            await client.close()
        missing = sorted(self._topics - set(known))
        return f"topics are missing, `hub topics` creates them: {', '.join(missing)}" if missing else ""
