"""What could not be applied, as records of the quarantine: the bytes only sealed under their owner's key."""

from dataclasses import dataclass

from streams.codec import Codec
from streams.engine.engine import Held
from streams.facts import quarantine
from streams.secrecy.sealing import Sealed, Sealer

TOPIC = "hub.quarantine.v1"
FIELD = "payload"


class SealingQuarantine:
    """Makes the record that is written to the quarantine for something held."""

    def __init__(self, codec: Codec, sealer: Sealer) -> None:
        self._codec = codec
        self._sealer = sealer

    def __call__(self, held: Held, held_at: int) -> bytes:
        origin = held.origin
        sealed = self._sealer.seal(held.owner, str(origin), FIELD, held.payload)
        return self._codec.encode(
            quarantine.Held(
                stage=held.stage,  # type: ignore[arg-type]
                reason=held.reason,
                detail=held.detail,
                owner=held.owner,
                topic=origin.topic,
                partition=origin.partition,
                offset=origin.offset,
                held_at=held_at,
                record_key=held.key,
                algorithm=sealed.algorithm,
                key_version=sealed.key_version,
                nonce=sealed.nonce,
                sealed=sealed.content,
            )
        )


@dataclass(frozen=True)
class Opened:
    """A quarantined record with its payload in clear: for its owner's eyes only."""

    held: quarantine.Held
    payload: bytes


def unseal(held: quarantine.Held, sealer: Sealer) -> Opened:
    """Open what was sealed; raises SealBroken or KeyMissing."""
    identity = f"{held.topic}[{held.partition}]@{held.offset}"
    sealed = Sealed(held.algorithm, held.key_version, held.nonce, held.sealed)
    return Opened(held, sealer.unseal(held.owner, identity, FIELD, sealed))
