"""The ledger against the hub: what was handed over and is not there, what was handed over once and counts twice.

Only the ledger says what should be there. Of the hub it reads the topics that anybody may read, from the first
hand-over on; the ids of some million rows fit into memory. `python -m connectors.city.comparison` prints the result and
ends with 1 where something is lost or doubled.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from connectors.city import alarm110, community_e, dangerous_goods, municipal_iot, public_order
from connectors.city.kafka import read_since
from connectors.city.latency import latencies, percentiles
from connectors.city.ledger import Ledger
from connectors.city.provision import Media
from streams.cloudevents import attributes
from streams.codec import Codec, CodecError
from streams.facts.incidents import Reported
from streams.facts.matters import Answered
from streams.facts.notices import MatterChanged
from streams.facts.quarantine import Held
from streams.facts.views import Incident
from streams.topology import Topology, load_topology

INCIDENTS, MATTERS = "hub.log.incidents.v1", "hub.log.matters.v1"
NOTICES, QUARANTINE, INCIDENT_VIEW = "hub.notice.matters.v1", "hub.quarantine.v1", "hub.view.incidents.v1"
SYSTEMS = (alarm110.SYSTEM, community_e.SYSTEM, public_order.SYSTEM, dangerous_goods.SYSTEM, municipal_iot.SYSTEM)

BEFORE_MILLISECONDS = 60_000
"""How much before the first hand-over reading begins: clocks of one machine do not differ by more."""
SETTLED_SECONDS = 5.0
"""What was handed over later than this before the comparison may still be on its way."""
DELIVERED_SECONDS = 180.0
"""An order is delivered or given up within this: four attempts and their pauses."""
EXAMPLES = 10

CHANGE_OF_ANSWER = {
    "acknowledge": "acknowledged",
    "accept": "accepted",
    "arrive": "arrived",
    "resolve": "resolved",
    "reply": "replied",
}
"""What a unit says, in the order in which it says it, and the notice that tells of it."""
ONCE = {*CHANGE_OF_ANSWER.values(), "opened", "assigned", "delivered", "undelivered", "breached", "closed"}
"""Changes of an order, or of one clock of it, that can happen once only."""


@dataclass(frozen=True)
class Comparison:
    """How many are lost and doubled, with some examples of each; what the ledger holds in all."""

    lost: int
    doubled: int
    examples: tuple[str, ...]
    handed_over: dict[str, int]


@dataclass(frozen=True)
class Finding:
    """One thing that is lost or doubled."""

    doubled: bool
    what: str


class HubTopics:
    """The hub's topics since an instant (milliseconds), decoded."""

    def __init__(self, bootstrap: str, topology: Topology, since: int) -> None:
        self._bootstrap = bootstrap
        self._topology = topology
        self._since = since
        self._codec = Codec.load()

    def values(self, topic: str) -> Iterator[tuple[bytes, Any]]:
        """Key and value of each record; None for a deletion. What cannot be decoded is passed over."""
        for message in read_since(self._bootstrap, self._topology.topic_name(topic), self._since):
            value = message.value()
            try:
                yield message.key() or b"", None if value is None else self._codec.decode(value)
            except CodecError:
                continue

    def row_ids(self, system: str) -> Iterator[str]:
        """The `ce_id` of each row of a system."""
        for message in read_since(self._bootstrap, self._topology.topic_name(f"hub.source.{system}.v1"), self._since):
            yield attributes(message.headers())["id"]  # type: ignore[arg-type]  # bytes, whatever the stubs say


def compare(bootstrap: str, topology: Topology, ledger: Ledger, until: int | None = None) -> Comparison:
    """Compare what was handed over by `until` (milliseconds; default: a moment ago) with what the hub holds now."""
    first = ledger.first_hand_over_at()
    if first is None:
        return Comparison(0, 0, (), ledger.counts())
    until = until if until is not None else _now() - round(SETTLED_SECONDS * 1000)
    hub = HubTopics(bootstrap, topology, first - BEFORE_MILLISECONDS)
    held = Counter((fact.owner, str(fact.stage)) for _, fact in hub.values(QUARANTINE) if isinstance(fact, Held))
    findings = [
        *_rows(hub, ledger, topology, until, held),
        *_reports(hub, held),
        *_calls(hub, ledger, until),
        *_answers(hub, ledger, until),
    ]
    doubled = sum(finding.doubled for finding in findings)
    examples = tuple(finding.what for finding in findings[:EXAMPLES])
    return Comparison(len(findings) - doubled, doubled, examples, ledger.counts())


def _rows(
    hub: HubTopics, ledger: Ledger, topology: Topology, until: int, held: Counter[tuple[str, str]]
) -> Iterator[Finding]:
    """Each row stands in its source topic, or in the quarantine; each that tells of a happening has its fact."""
    facts = {fact.id for _, fact in hub.values(INCIDENTS) if getattr(fact, "system", None) in SYSTEMS}
    for system in SYSTEMS:
        there = set(hub.row_ids(system))
        waits = waiting_milliseconds(topology, system)
        missing = [row for row, _ in ledger.rows_until(system, until, waits) if row not in there]
        yield from (Finding(False, f"row {row} is lost") for row in missing[held[system, "connector"] :])
        for row, tells in ledger.rows_until(system, until, waits):
            if tells and row in there and f"{row}#1" not in facts:
                yield Finding(False, f"the fact of row {row} is lost")


def waiting_milliseconds(topology: Topology, system: str) -> int:
    """How long a row may lie on its medium before it is fetched: two of the reader's rounds."""
    return round(float(topology.connectors[system].settings.get("every_seconds", 0)) * 2000)


def _reports(hub: HubTopics, held: Counter[tuple[str, str]]) -> Iterator[Finding]:
    """Each report counts in one incident: the incidents' own counts add up to the records that were reported."""
    reported = {(fact.system, fact.record_no) for _, fact in hub.values(INCIDENTS) if isinstance(fact, Reported)}
    counts: dict[bytes, int] = {}
    for key, incident in hub.values(INCIDENT_VIEW):
        if isinstance(incident, Incident):
            counts[key] = incident.reports
    surplus = sum(counts.values()) - len(reported)
    not_applied = sum(number for (_, stage), number in held.items() if stage in ("apply", "decode"))
    yield from (Finding(True, "a report counts in more than one incident") for _ in range(surplus))
    yield from (Finding(False, "a report counts in no incident") for _ in range(-surplus - not_applied))


def _calls(hub: HubTopics, ledger: Ledger, until: int) -> Iterator[Finding]:
    """Each order reached its unit, or was given up openly; none reached it as two orders."""
    calls = Counter(call.order_no for call in ledger.calls())
    assigned: dict[str, int] = {}
    settled: set[str] = set()
    changes: Counter[tuple[str | None, str, str | None]] = Counter()
    for _, notice in hub.values(NOTICES):
        if not isinstance(notice, MatterChanged):
            continue
        changes[notice.order_no or notice.matter_no, notice.change, notice.clock] += 1
        if notice.order_no and notice.change == "assigned":
            assigned[notice.order_no] = notice.changed_at
        if notice.order_no and notice.change in ("delivered", "undelivered"):
            settled.add(notice.order_no)
            if notice.change == "delivered" and notice.order_no not in calls:
                yield Finding(False, f"order {notice.order_no} is said to be delivered, its unit knows nothing of it")
    for order_no, at in assigned.items():
        if order_no not in settled and at < until - DELIVERED_SECONDS * 1000:
            yield Finding(False, f"order {order_no} was never delivered or given up")
    yield from (Finding(True, f"order {order_no} reached its unit as {count}") for order_no, count in calls.items()
                if count > 1)  # fmt: skip
    yield from (Finding(True, f"{number}: {change} is told {count} times")
                for (number, change, _), count in changes.items() if change in ONCE and count > 1)  # fmt: skip


def _answers(hub: HubTopics, ledger: Ledger, until: int) -> Iterator[Finding]:
    """Each answer with a receipt is in the log, and the last of an order has taken effect."""
    in_log = {fact.id for _, fact in hub.values(MATTERS) if isinstance(fact, Answered)}
    told = {(notice.order_no, notice.change) for _, notice in hub.values(NOTICES) if isinstance(notice, MatterChanged)}
    furthest: dict[str, str] = {}
    order = list(CHANGE_OF_ANSWER)
    for answer in ledger.given_answers(until):
        if answer.receipt_id not in in_log:
            yield Finding(False, f"{answer.answer} of order {answer.order_no} has a receipt and is lost")
        said = furthest.setdefault(answer.order_no, answer.answer)
        furthest[answer.order_no] = max(said, answer.answer, key=order.index)
    for order_no, said in furthest.items():
        if (order_no, CHANGE_OF_ANSWER[said]) not in told:
            yield Finding(False, f"{said} of order {order_no} had no effect")


def compare_when_settled(compared: Callable[[], Comparison], patience_seconds: float) -> Comparison:
    """Compare until nothing is missing any more, or for so long: what is late is not lost."""
    give_up_at = time.monotonic() + patience_seconds
    while True:
        comparison = compared()
        if not comparison.lost or time.monotonic() > give_up_at:
            return comparison
        time.sleep(1.0)


def main() -> int:
    """Compare the ledger in HUB_HOME with the hub at HUB_KAFKA."""
    parser = argparse.ArgumentParser(prog="python -m connectors.city.comparison", description=main.__doc__)
    parser.add_argument(
        "--patience", type=float, default=20.0, metavar="SECONDS", help="how long what is late may take"
    )
    parser.add_argument(
        "--since", type=int, default=0, metavar="MILLISECONDS", help="latencies only of what was handed over since"
    )
    given = parser.parse_args()
    topology, bootstrap, until = load_topology(), os.environ["HUB_KAFKA"], _now()
    with Ledger(Media(Path(os.environ["HUB_HOME"])).ledger) as ledger:
        comparison = compare_when_settled(lambda: compare(bootstrap, topology, ledger, until), given.patience)
        took = percentiles(latencies(bootstrap, topology, ledger, given.since))
    sys.stdout.write(json.dumps({**asdict(comparison), "latency_ms": took}, ensure_ascii=False) + "\n")
    return 1 if comparison.lost or comparison.doubled else 0


def _now() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    sys.exit(main())
