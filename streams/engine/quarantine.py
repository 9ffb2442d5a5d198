"""What could not be applied, as records of the quarantine: the bytes only sealed under their owner's key."""

from streams.codec import Codec
from streams.engine.engine import Held
from streams.secrecy.sealing import HeldBytes, Sealer

TOPIC = "hub.quarantine.v1"


class SealingQuarantine:
    """Makes the record that is written to the quarantine for something held."""

    def __init__(self, codec: Codec, sealer: Sealer) -> None:
        self._codec = codec
        self._sealer = sealer

    def __call__(self, held: Held, held_at: int) -> bytes:
        payload = HeldBytes(held.owner, held.origin, held.payload, held.key)
        return self._codec.encode(self._sealer.hold(held.stage, held.reason, held.detail, payload, held_at))
