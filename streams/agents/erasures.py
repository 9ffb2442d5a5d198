"""The agent `erasures`: destroys the key of a person who is deleted, and says so with the proof.

A notice that comes again, after a kill or a repair, gets the same proof: what was destroyed for a request once is not
destroyed for it again, so that what a department has said of the person since stays.
"""

import asyncio
import logging
from hashlib import sha256
from typing import Final

from streams.agents.bounded_tasks import BoundedTasks
from streams.agents.contract import Received
from streams.agents.holding import Holding
from streams.codec import Codec, UnknownSchema
from streams.facts.notices import Erasure
from streams.facts.person_rights import DestroyedKey, KeyDestroyed
from streams.hosting.surroundings import Surroundings
from streams.secrecy.person_key_store import KeysBusy, PersonKeyStore
from streams.secrecy.person_keys import PersonKeys, Proof
from streams.secrecy.sealing import Sealer
from streams.topology import Topology

LOG = logging.getLogger(__name__)
NAME: Final = "erasures"
PEOPLE = "hub.log.people.v1"

IN_HAND_AT_MOST = 100
AGAIN_SECONDS = 1.0


class Erasures(BoundedTasks):
    """Each notice becomes one key that is no more."""

    def __init__(self, codec: Codec, keys: PersonKeys, sealer: Sealer) -> None:
        super().__init__(Holding(NAME, codec, sealer), IN_HAND_AT_MOST)
        self._codec = codec
        self._keys = keys

    async def _work(self, received: Received) -> None:
        notice = self._codec.decode(received.value or b"", received.origin)
        if not isinstance(notice, Erasure):
            raise UnknownSchema(f"{type(notice).__name__} asks for no erasure", received.origin)
        fact = key_destroyed(notice, await self._destroy(notice), received.appended_at)
        await self._host.append(PEOPLE, fact.key, self._codec.encode(fact), received.appended_at)

    async def _destroy(self, notice: Erasure) -> Proof:
        """However long others have the keys in use: until then nothing is said."""
        while True:
            try:
                return await asyncio.to_thread(self._keys.destroy, notice.token, notice.request_no)
            except KeysBusy:
                LOG.warning("persons' keys are in use by others: a key that is to be destroyed waits")
                await asyncio.sleep(AGAIN_SECONDS)


def key_destroyed(notice: Erasure, proof: Proof, appended_at: int) -> KeyDestroyed:
    """The fact of a proof: the same bytes each time."""
    identity = f"{NAME}:{sha256(f'{notice.token}/{notice.request_no}'.encode()).hexdigest()[:32]}"
    return KeyDestroyed(
        id=identity,
        key=notice.token,
        source=NAME,
        trace=identity,
        occurred_at=appended_at,
        token=notice.token,
        request_no=notice.request_no,
        keys=tuple(DestroyedKey(**one._asdict()) for one in proof.keys),
    )


def erasures(topology: Topology, surroundings: Surroundings, sealer: Sealer) -> Erasures:
    """The agent as `topology.yaml` names it; it makes no keys."""
    del topology
    return Erasures(Codec.load(), PersonKeyStore(surroundings.keys, create=False, renews=False), sealer)
