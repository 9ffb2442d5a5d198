"""A process with the hub's real catalogue whose figures a test decides, line by line on standard input.

`lag N`, `overdue N`, `silent N`: seconds into the past. The first line it prints is its port.
"""

import sys
import time

from prometheus_client import start_http_server

from streams.durations import DAY_MILLISECONDS
from streams.embedded.ports import HOST
from streams.facts.views import Source
from streams.hosting.ownership_metrics import OwnershipMetrics
from streams.metrics import (
    REGISTRY,
    AttemptMetrics,
    AuditMetrics,
    DoorMetrics,
    HearingMetrics,
    ProcessorMetrics,
    ReceiptMetrics,
    SourceMetrics,
    WallMetrics,
    announce,
    count_quarantined,
    count_refusal,
    count_stop,
    show_answer_folder,
    show_authorised,
    show_cases,
)
from streams.receipts.anchor_metrics import AnchorMetrics
from streams.receipts.anchoring import Looked


def alarms_heard(silent_at: int) -> Source:
    """110, heard a day before it is silent."""
    return Source(
        system="ga_alarm110", state="fresh", last_seen_at=silent_at - DAY_MILLISECONDS, newest_at=silent_at, rows=1,
        facts=1, wrong=0, late=0, items={"alarm_no": silent_at}, fresh_seconds=5, as_of=silent_at, hearing="live",
        late_at=silent_at, silent_at=silent_at,
    )  # fmt: skip


def main() -> None:
    announce("worker", "0", "0")
    processor = ProcessorMetrics("dispatch")
    partition = processor.partition(0)
    SourceMetrics("ga_alarm110")
    hearing = HearingMetrics("ga_alarm110", items=1)
    hearing.show(alarms_heard(time.time_ns() // 1_000_000 + DAY_MILLISECONDS))
    show_authorised("ga_alarm110", authorised=True)
    show_answer_folder("500117-water", read=True)
    show_cases("ga_alarm110", 0, 0)
    processor.count_outputs("view", "views.matter.v1", 1)
    AuditMetrics("dispatch", target_seconds=2700).found(missing=0, changed=0, repaired=0, entries=0)
    for agent in ("attempts", "give_back"):
        AttemptMetrics(agent).ended("delivered", 0.01)
    DoorMetrics("/health/live").answered(200, 0.01)
    OwnershipMetrics().looked([], 0)
    AnchorMetrics().looked(Looked([], [], anchored=True))
    WallMetrics().age_seconds.observe(0.1)
    count_quarantined("decode", "malformed")
    ReceiptMetrics("ga_alarm110").given(1)
    count_refusal("signature")
    count_stop("dispatch", "fenced")
    server, _ = start_http_server(0, addr=HOST, registry=REGISTRY)
    print(server.server_port, flush=True)
    for line in sys.stdin:
        name, seconds = line.split()
        instant = time.time_ns() // 1_000_000 - int(float(seconds) * 1000)
        if name == "lag":
            partition.current_until = instant
        elif name == "overdue":
            partition.next_due_at = instant
        elif name == "silent":
            hearing.show(alarms_heard(instant))


if __name__ == "__main__":
    main()
