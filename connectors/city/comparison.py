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
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from connectors.city.kafka import KafkaAway, read_since
from connectors.city.latency import latencies, percentiles
from connectors.city.ledger import HandedOver, Ledger
from connectors.city.provision import Media
from streams.cloudevents import Headers, attributes
from streams.codec import Codec, CodecError
from streams.durations import MINUTE_MILLISECONDS
from streams.facts.incidents import Reported, SourceClosed, Transferred, Updated
from streams.facts.matters import Answered
from streams.facts.notices import MatterChanged
from streams.facts.quarantine import Held
from streams.facts.sources import Observed
from streams.facts.views import Incident
from streams.topology import Topology, load_topology

INCIDENTS, MATTERS, SOURCES = "hub.log.incidents.v1", "hub.log.matters.v1", "hub.log.sources.v1"
NOTICES, QUARANTINE, INCIDENT_VIEW = "hub.notice.matters.v1", "hub.quarantine.v1", "hub.view.incidents.v1"
OTHERS = (INCIDENTS, MATTERS, SOURCES, NOTICES, QUARANTINE, INCIDENT_VIEW)
"""The topics to read beside those of the rows."""

BEFORE_MILLISECONDS = MINUTE_MILLISECONDS
"""How much before the first hand-over reading begins: clocks of one machine do not differ by more."""
SETTLED_SECONDS = 5.0
"""What was handed over later than this before the comparison may still be on its way."""
DELIVERED_SECONDS = 180.0
"""An order is delivered or given up within this: four attempts and their pauses."""
ROUNDS_WAITED = 2
"""How long a row may lie on its medium before it is fetched, in rounds of its reader."""
BATCHES_TO_SEE = 4
"""A round tells of up to two batches, and what a round reads it has begun to read a second before: whoever told of four
while a row lay there began a round and ended it."""
EXAMPLES = 10
WITHOUT_KAFKA = 3
"""The exit code that asks to be started again later."""

CHANGE_OF_ANSWER = {
    "acknowledge": "acknowledged",
    "accept": "accepted",
    "arrive": "arrived",
    "resolve": "resolved",
    "reply": "replied",
    "report": "reported",
}
"""What a unit says, in the order in which it says it, and the notice that tells of it."""
ONCE = {*CHANGE_OF_ANSWER.values(), "opened", "assigned", "delivered", "undelivered", "breached", "closed"}
"""Changes of an order, or of one clock of it, that can happen once only."""
ENDED_OPENLY = ("undelivered", "withdrawn", "resolved")
"""Nobody need bring an order to its unit any more: it was given up, or the department's own record ended it."""
TAKEN_BACK = ("withdrawn", "returned", "folded")
"""Whatever its unit still says of such an order is set aside (`EndedOrder`), or counts for the one that goes on."""


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


@dataclass
class Hub:
    """What the hub's topics hold since the first hand-over."""

    rows: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    reported: set[tuple[str, str]] = field(default_factory=set)
    held: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By owner and stage."""
    reports: dict[bytes, int] = field(default_factory=dict)
    """How many reports each incident counts, by its number; those of one that was replaced count where they went."""
    asked: dict[str, list[int]] = field(default_factory=dict)
    """When what was read of each system was told, in milliseconds."""
    notices: list[MatterChanged] = field(default_factory=list)
    answers: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, bootstrap: str, topology: Topology, since: int) -> "Hub":
        """From the records appended since an instant (milliseconds); KafkaAway."""
        hub, codec = cls(), Codec.load()
        rows = {topology.topic_name(f"hub.source.{system}.v1") for system in topology.connectors}
        others = {topology.topic_name(topic) for topic in OTHERS}
        for message in read_since(bootstrap, rows | others, since):
            if message.topic() in rows:
                hub.rows.add(attributes(cast(Headers, message.headers()))["id"])
            elif (value := message.value()) is not None:
                with suppress(CodecError):  # poison is the hub's own affair
                    hub._note(message.key() or b"", codec.decode(value), message.timestamp()[1])
        return hub

    def could_see(self, system: str, row: HandedOver) -> bool:
        """Whether a row of a table lay there for a whole round of its reader before it was replaced in place."""
        if row.replaced_at is None:
            return True
        asked = self.asked.get(system, [])
        return bisect_left(asked, row.replaced_at) - bisect_left(asked, row.handed_over_at) >= BATCHES_TO_SEE

    def _note(self, key: bytes, record: Any, appended_at: int) -> None:
        match record:
            case Observed():
                self.asked.setdefault(record.system, []).append(appended_at)
            case Reported():
                self.facts.add(record.id)
                self.reported.add((record.system, record.record_no))
            case Updated() | SourceClosed() | Transferred():
                self.facts.add(record.id)
            case Held():
                self.held[record.owner, record.stage] += 1
            case Incident():
                self.reports[key] = 0 if record.state == "replaced" else record.reports
            case MatterChanged():
                self.notices.append(record)
            case Answered():
                self.answers.add(record.id)


def compare(bootstrap: str, topology: Topology, ledger: Ledger, until: int | None = None) -> Comparison:
    """Compare what was handed over by `until` (milliseconds; default: a moment ago) with what the hub holds now."""
    first = ledger.first_hand_over_at()
    if first is None:
        return Comparison(0, 0, (), ledger.counts())
    until = until if until is not None else _now() - round(SETTLED_SECONDS * 1000)
    hub = Hub.read(bootstrap, topology, first - BEFORE_MILLISECONDS)
    findings = [
        *_rows(hub, ledger, topology, until),
        *_reports(hub),
        *_calls(hub, ledger, until),
        *_answers(hub, ledger, until),
    ]
    doubled = sum(finding.doubled for finding in findings)
    examples = tuple(finding.what for finding in findings[:EXAMPLES])
    return Comparison(len(findings) - doubled, doubled, examples, ledger.counts())


def _rows(hub: Hub, ledger: Ledger, topology: Topology, until: int) -> Iterator[Finding]:
    """Each row stands in its source topic, or in the quarantine; each that tells of a happening has its fact."""
    for system, wiring in topology.connectors.items():
        waiting = ROUNDS_WAITED * round(float(wiring.settings.get("every_seconds", 0)) * 1000)
        handed_over = ledger.rows_until(system, until - waiting)
        due = [row for row in handed_over if not waiting or hub.could_see(system, row)]
        missing = [row.row for row in due if row.row not in hub.rows]
        yield from (Finding(False, f"row {row} is lost") for row in missing[hub.held[system, "connector"] :])
        for row in due:
            if row.is_happening and row.row in hub.rows and f"{row.row}#1" not in hub.facts:
                yield Finding(False, f"the fact of row {row.row} is lost")


def _reports(hub: Hub) -> Iterator[Finding]:
    """Each report counts in one incident: the incidents' own counts add up to the records that were reported."""
    surplus = sum(hub.reports.values()) - len(hub.reported)
    not_applied = sum(number for (_, stage), number in hub.held.items() if stage in ("apply", "decode"))
    yield from (Finding(True, "a report counts in more than one incident") for _ in range(surplus))
    yield from (Finding(False, "a report counts in no incident") for _ in range(-surplus - not_applied))


def _calls(hub: Hub, ledger: Ledger, until: int) -> Iterator[Finding]:
    """Each order reached its unit once, or was given up or ended openly; no change of it is told twice."""
    calls = Counter(call.order_no for call in ledger.calls())
    orders = [(notice.order_no, notice) for notice in hub.notices if notice.order_no is not None]
    assigned = {order_no: notice.changed_at for order_no, notice in orders if notice.change == "assigned"}
    delivered = {order_no for order_no, notice in orders if notice.change == "delivered"}
    given_up = {order_no for order_no, notice in orders if notice.change in ENDED_OPENLY}
    for order_no in sorted(delivered - calls.keys()):
        yield Finding(False, f"order {order_no} is said to be delivered, its unit knows nothing of it")
    for order_no, at in assigned.items():
        if order_no not in delivered | given_up and at < until - DELIVERED_SECONDS * 1000:
            yield Finding(False, f"order {order_no} was never delivered or given up")
    for order_no, count in calls.items():
        if count > 1:
            yield Finding(True, f"order {order_no} reached its unit as {count}")
    told = Counter(_told_once(notice) for notice in hub.notices)
    for (number, change, _, _), count in told.items():
        if change in ONCE and count > 1:
            yield Finding(True, f"{number}: {change} is told {count} times")


def _told_once(notice: MatterChanged) -> tuple[str, str, str | None, int | None]:
    """What can happen once: a clock that runs anew to another deadline may be breached again."""
    due_at = notice.due_at if notice.change == "breached" else None
    return notice.order_no or notice.matter_no, notice.change, notice.clock, due_at


def _answers(hub: Hub, ledger: Ledger, until: int) -> Iterator[Finding]:
    """Each answer with a receipt is in the log, and the last that an order was given has taken effect, or more has.

    Of an order that was taken back from its unit no effect is asked for.
    """
    told = {(notice.order_no, notice.change) for notice in hub.notices}
    taken_back = {order_no for order_no, change in told if change in TAKEN_BACK}
    furthest: dict[str, str] = {}
    order = list(CHANGE_OF_ANSWER)
    for answer in ledger.given_answers(until):
        if answer.receipt_id is not None and answer.receipt_id not in hub.answers:
            yield Finding(False, f"{answer.answer} of order {answer.order_no} has a receipt and is lost")
        said = furthest.setdefault(answer.order_no, answer.answer)
        furthest[answer.order_no] = max(said, answer.answer, key=order.index)
    for order_no, said in furthest.items():
        has_effect = any((order_no, CHANGE_OF_ANSWER[one]) in told for one in order[order.index(said) :])
        if not has_effect and order_no not in taken_back:
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
        try:
            comparison = compare_when_settled(lambda: compare(bootstrap, topology, ledger, until), given.patience)
            took = percentiles(latencies(bootstrap, topology, ledger, given.since))
        except KafkaAway as error:
            sys.stderr.write(f"{error}\n")
            return WITHOUT_KAFKA
    sys.stdout.write(json.dumps({**asdict(comparison), "latency_ms": took}, ensure_ascii=False) + "\n")
    return 1 if comparison.lost or comparison.doubled else 0


def _now() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    sys.exit(main())
