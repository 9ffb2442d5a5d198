"""The way back of what is in the quarantine: in order, under the ids it always had, so that a second time is harmless.

A record of a log or notice goes to its topic again: same bytes, key and partition, unless it was repaired. An entry
whose due moment failed is armed again for that moment. A department's row is taken in anew by its connector, in a
process of the connectors' own (`python -m connectors.retry`), as if it had just come.
"""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from streams import cloudevents
from streams.codec import Codec, CodecError
from streams.contract import KINDS, Fact
from streams.engine.quarantine import TOPIC
from streams.facts.engine import Rearm
from streams.facts.quarantine import Answered, Handled, Outcome
from streams.kafka import ANY_PARTITION, KafkaError, open_producer
from streams.quarantine.cases import Case
from streams.topology import Topology

CONNECTORS = "connectors.retry"
LOGS = "hub.log."
SOURCE = "quarantine"
WRITE_SECONDS = 30.0
CONNECTOR_SECONDS = 120.0


class NotRetried(Exception):
    """A case has no way back, or Kafka did not take it; the text is for the operator and shows no payload."""


@dataclass(frozen=True)
class Return:
    """A case on its way back: the bytes to send, and whether those are its own."""

    case: Case
    payload: bytes
    repaired: bool = False


class Retries:
    """Sends cases on their way again and notes who did it, in the quarantine itself."""

    def __init__(self, bootstrap: str, topology: Topology, codec: Codec, by: str) -> None:
        self._bootstrap = bootstrap
        self._topology = topology
        self._codec = codec
        self._by = by
        self._producer = open_producer(bootstrap, message_timeout_ms=int(WRITE_SECONDS * 1000))

    def send(self, going: Return) -> str:
        """Send one case back and note it; says where it went. NotRetried."""
        stage = going.case.held.stage
        if stage == "dispute":
            raise NotRetried(
                "a disputed value is corrected by its department and then answered: `hub quarantine answer`"
            )
        if stage == "due":
            where = self._rearm(going)
        elif stage in ("decode", "apply"):
            where = self._append(going)
        else:
            where = self._take_in_anew(going)
        self.note(going.case, "retried", repaired=going.repaired)
        return where

    def note(self, case: Case, action: Literal["revealed", "retried"], *, repaired: bool = False) -> None:
        """Write down what was done with a case, and by whom."""
        handled = Handled(
            number=case.number,
            action=action,
            by=self._by,
            handled_at=time.time_ns() // 1_000_000,
            repaired=repaired,
        )
        self._write(TOPIC, case.held.owner.encode(), self._codec.encode(handled), ANY_PARTITION)

    def answer(self, case: Case, outcome: Outcome, by: str, reason: str) -> None:
        """Write down what its department answers for a case; NotRetried where Kafka does not take it."""
        answered = Answered(
            number=case.number, outcome=outcome, by=by, reason=reason, answered_at=time.time_ns() // 1_000_000
        )
        self._write(TOPIC, case.held.owner.encode(), self._codec.encode(answered), ANY_PARTITION)

    def _append(self, going: Return) -> str:
        held = going.case.held
        if held.topic not in self._topology.topics:
            raise NotRetried(f"{held.topic} is no topic of topology.yaml any more")
        key, partition = held.record_key, held.partition
        record = self._decoded(going.payload)
        if isinstance(record, Fact) and record.key.encode() != key:
            key, partition = record.key.encode(), ANY_PARTITION
        headers = [] if held.topic.startswith(LOGS) or record is None else self._headers(going.case, record)
        self._write(held.topic, key, going.payload, partition, headers)
        return held.topic

    def _decoded(self, payload: bytes) -> Any:
        """A record of ours, None where the bytes are none."""
        try:
            return self._codec.decode(payload)
        except CodecError:
            return None

    def _headers(self, case: Case, record: Any) -> list[tuple[str, bytes]]:
        subject = (case.held.record_key or b"").decode(errors="replace")
        return cloudevents.headers(KINDS[type(record)], str(case.origin), SOURCE, subject, case.held.held_at, "")

    def _rearm(self, going: Return) -> str:
        held = going.case.held
        if going.repaired:
            raise NotRetried("the entry of a due moment stands in its table and cannot be repaired from here")
        processor, _, table = held.topic.partition("/")
        wiring = self._topology.processors.get(processor)
        if wiring is None:
            raise NotRetried(f"{processor} is no processor of topology.yaml any more")
        entry_key = (held.record_key or b"").decode().removeprefix(f"{table}/")
        identity = f"{SOURCE}:{processor}/{table}/{entry_key}:{held.offset}:{going.case.number}"
        rearm = Rearm(
            id=identity,
            key=SOURCE,
            source=SOURCE,
            trace=identity,
            occurred_at=held.held_at,
            table=table,
            entry_key=entry_key,
            due_at=held.offset,
        )
        self._write(wiring.reads, SOURCE.encode(), self._codec.encode(rearm), held.partition)
        return wiring.reads

    def _write(
        self, topic: str, key: bytes | None, value: bytes, partition: int, headers: Iterable[tuple[str, bytes]] = ()
    ) -> None:
        """Write one record and wait for Kafka, so that what follows it comes after it."""
        name = self._topology.topic_name(topic)
        refusals: list[str] = []

        def settle(error: KafkaError | None, _: Any) -> None:
            if error is not None:
                refusals.append(error.str())

        self._producer.produce(name, value, key, partition, on_delivery=settle, headers=[*headers])
        if self._producer.flush(WRITE_SECONDS) or refusals:
            raise NotRetried(f"{name} did not take it: {''.join(refusals) or 'Kafka does not answer'}")

    def _take_in_anew(self, going: Return) -> str:
        held = going.case.held
        row = {
            "system": held.owner,
            "topic": held.topic,
            "partition": held.partition,
            "offset": held.offset,
            "noted_at": held.held_at,
            "payload": base64.b64encode(going.payload).decode(),
        }
        receipt = run_connector(row, {"HUB_KAFKA": self._bootstrap})
        if receipt["status"] == "quarantined":
            raise NotRetried(f"it was refused again, see number {receipt['offset']}")
        return str(receipt["topic"])


def run_connector(row: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """Have the connector of a row take it in; the receipt. NotRetried."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", CONNECTORS],
            input=json.dumps(row),
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=CONNECTOR_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotRetried(f"the connector gave no receipt within {CONNECTOR_SECONDS:.0f} s") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise NotRetried(said[-1] if said else f"the connector ended with status {done.returncode}")
    return dict(json.loads(done.stdout))
