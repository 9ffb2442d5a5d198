"""The catalogue: every metric of the hub, named once, and the objects that set them.

A name is `hub_<subject>_<unit>`, a counter's ends in `_total`. Each label has a closed set of values, or is bounded by
the wiring (processors, partitions, ports, systems), or is clipped after `MOST_VALUES` different ones; none can hold a
person, a place or the number of a matter. `python -m streams.metrics` prints the table that stands in `ops/metrics.md`.

Whatever grows older while nothing happens (lag, an overdue clock, a silent source) is computed when Prometheus asks,
so that a thread that hangs shows as well as one that is slow.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal, get_args

from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest

from streams.facts.quarantine import Stage
from streams.facts.views import Source
from streams.metric_registry import (
    CATALOGUE,
    LABELS,
    MOST_VALUES,
    OTHER,
    PATIENT,
    QUICK,
    REGISTRY,
    SIZES,
    Metric,
    a_counter,
    a_gauge,
    a_histogram,
)

__all__ = [
    "CATALOGUE",
    "CONTENT_TYPE_LATEST",
    "REGISTRY",
    "AttemptMetrics",
    "AuditMetrics",
    "DoorMetrics",
    "HearingMetrics",
    "Metric",
    "PartitionMetrics",
    "ProcessorMetrics",
    "ReceiptMetrics",
    "SourceMetrics",
    "WallMetrics",
    "announce",
    "count_quarantined",
    "count_refusal",
    "count_stop",
    "exposition",
    "show_answer_folder",
    "show_authorised",
    "show_cases",
    "show_contract_approved",
    "table",
]

Outcome = Literal["delivered", "sent", "refused", "failed", "timeout"]
SUPERVISION_STATES = ("proposed", "signed", "answered")
"""In which a supervision order waits for somebody."""

BUILD = a_gauge("hub_build_info", "Always 1; its labels say what runs here", "version", "code", "role")

LAG_SECONDS = a_gauge(
    "hub_processor_lag_seconds",
    "Age of the moment up to which the log is known to be applied",
    "processor",
    "partition",
)
LAG_RECORDS = a_gauge("hub_processor_lag_records", "Records of the log not yet applied", "processor", "partition")
CLOCK_AHEAD = a_gauge(
    "hub_processor_clock_ahead_seconds",
    "Append time of the newest record minus the owner's own clock",
    "processor",
    "partition",
)
CLOCK_PENDING = a_gauge("hub_clock_pending_entries", "Entries that wait for their due moment", "processor", "partition")
CLOCK_OVERDUE = a_gauge(
    "hub_clock_overdue_seconds", "How long the earliest pending due moment has passed unfired", "processor", "partition"
)
CLOCK_LATENESS = a_histogram(
    "hub_clock_lateness_seconds", "Firing of a due moment, committed, minus the moment itself", PATIENT, "processor"
)
BATCH_SECONDS = a_histogram(
    "hub_processor_batch_seconds", "A batch from its first record to its commit", QUICK, "processor"
)
BATCH_RECORDS = a_histogram("hub_processor_batch_records", "Records in a batch", SIZES, "processor")
OVERLAY_ENTRIES = a_histogram(
    "hub_processor_overlay_entries", "Changed entries held until a commit is known", SIZES, "processor"
)
TRANSACTION_SECONDS = a_histogram(
    "hub_processor_transaction_seconds", "A transaction from its begin to its end", QUICK, "processor"
)
TRANSACTIONS = a_counter(
    "hub_processor_transactions_total",
    "Transactions: `committed`, `aborted`, `unknown` at first",
    "processor",
    "outcome",
)
PRODUCER_RENEWALS = a_counter(
    "hub_processor_producer_renewals_total", "Transactional producers put in place of another", "processor"
)
RESTORE_ROWS = a_counter("hub_processor_restore_rows_total", "Changelog rows read to restore tables", "processor")
RESTORE_SECONDS = a_histogram("hub_processor_restore_seconds", "Restoring one partition's tables", PATIENT, "processor")
TICKS = a_counter("hub_processor_ticks_total", "Ticks appended to quiet logs", "processor")
DUPLICATES = a_counter(
    "hub_processor_duplicate_records_total", "Records dropped because their id was known", "processor"
)
OUTPUTS = a_counter("hub_processor_outputs_total", "Records emitted", "processor", "port", "kind")
AUDIT_DIFFERENCES = a_counter(
    "hub_auditor_differences_total",
    "Outputs and entries that differ from a replay of the log",
    "processor",
    "difference",
)
AUDIT_OUTPUTS = a_counter("hub_auditor_outputs_total", "Missing outputs that the auditor emitted again", "processor")
AUDITS = a_counter(
    "hub_auditor_results_total",
    "Audits: `equal`, `repaired`, `different` (not all could be explained), `failed` (did not come to its end)",
    "processor",
    "outcome",
)
AUDIT_AGE = a_gauge(
    "hub_auditor_age_seconds",
    "Time since the last audit that came to its end, or since the start",
    "processor",
)
CUT_FAILURES = a_counter(
    "hub_auditor_cut_failures_total", "Audits that could not keep the cut of the tables that was due", "processor"
)
AUDIT_TARGET = a_gauge("hub_auditor_target_seconds", "Age that the last audit may have", "processor")
QUARANTINED = a_counter(
    "hub_quarantine_records_total", "Records, rows and entries that could not be applied", "stage", "reason"
)
WORKER_STOPS = a_counter(
    "hub_worker_stops_total", "Processors that stopped by themselves, by why", "processor", "reason"
)

SOURCE_ROWS = a_counter("hub_source_rows_total", "Rows read from a department system", "system")
SOURCE_WRONG = a_counter("hub_source_wrong_rows_total", "Rows that break their contract", "system")
SOURCE_LATE = a_counter("hub_source_late_rows_total", "Rows later than their contract allows", "system")
QUARANTINE_OPEN = a_gauge(
    "hub_quarantine_open_rows", "Wrong and disputed rows that their department has yet to answer for", "system"
)
QUARANTINE_OVERDUE = a_gauge("hub_quarantine_overdue_rows", "Those of them whose limit has passed", "system")
SUPERVISION_WAITING = a_gauge(
    "hub_supervision_waiting_orders", "Supervision orders (督办单) that wait for somebody's word", "state"
)
SUPERVISION_OVERDUE = a_gauge(
    "hub_supervision_overdue_orders", "Supervision orders whose unit has not answered in time"
)
UNREVIEWED_LEVELS = a_gauge(
    "hub_measure_unreviewed_levels", "Levels of alert in force whose review has passed without an order"
)
OPEN_DUPLICATES = a_gauge("hub_incident_open_reviews", "Suspected duplicates (疑似重复) that wait for a person's word")
OVERDUE_DUPLICATES = a_gauge("hub_incident_overdue_reviews", "Those of them whose limit has passed")
SUPERVISED_ORDERS = a_gauge("hub_supervision_supervised_orders", "Orders of units that are overdue and unanswered")
REMINDED_CLOCKS = a_gauge("hub_supervision_reminded_clocks", "Running clocks that a reminder was sent for")
SOURCE_FACTS = a_counter("hub_source_facts_total", "Facts published from a system's rows", "system")
SOURCE_THINNED = a_counter("hub_source_thinned_facts_total", "Readings and states that said nothing new", "system")
SOURCE_DOUBTFUL = a_counter("hub_source_doubtful_rows_total", "Rows taken though a check of an item fails", "system")
SOURCE_UNLOCATED = a_counter("hub_source_unlocated_rows_total", "Rows that should say where and do not", "system")
SOURCE_DATUM = a_gauge(
    "hub_source_wrong_datum_places", "Places whose positions lie in another datum than the contract says", "system"
)
SOURCE_SKEWED = a_gauge("hub_source_skewed_devices", "Devices whose clocks are off by more than 60 s", "system")
SOURCE_SKEW = a_gauge(
    "hub_source_skew_median_seconds", "Delay of a system's devices: ours minus their clock, the median", "system"
)
SOURCE_LARGEST_SKEW = a_gauge(
    "hub_source_skew_largest_seconds", "Delay of the device that is off the most, negative if it is ahead", "system"
)
SOURCE_HEARD = a_gauge(
    "hub_source_heard_timestamp_seconds", "When the hub heard a system last, or the start of this process", "system"
)
SOURCE_SILENT = a_gauge(
    "hub_source_silent_timestamp_seconds", "When a system is silent unless it is heard before", "system"
)
SOURCE_ITEMS = a_gauge("hub_source_contract_items", "Shared items under contract with a system", "system")
SOURCE_FRESH_ITEMS = a_gauge("hub_source_fresh_items", "Shared items of a system that the hub sees now", "system")
SOURCE_AUTHORISED = a_gauge(
    "hub_source_authorised_info", "1 while the hub may take a system's rows, 0 while it may not", "system"
)
SOURCE_CONTRACT_APPROVED = a_gauge(
    "hub_source_contract_approved_info", "1 while the contract that runs is approved and in effect, else 0", "system"
)
PUBLISHER_WAIT = a_histogram(
    "hub_publisher_wait_seconds", "From handing a batch to Kafka to its acknowledgement", QUICK, "system"
)

GATEWAY_REQUESTS = a_counter("hub_gateway_requests_total", "Requests answered", "door", "status")
GATEWAY_SECONDS = a_histogram("hub_gateway_request_seconds", "A request from its arrival to its answer", QUICK, "door")
GATEWAY_RECEIPTS = a_counter("hub_gateway_receipts_total", "Receipts given: rows that Kafka has acknowledged", "system")
GATEWAY_REFUSALS = a_counter("hub_gateway_refusals_total", "Requests and rows refused", "reason")
ANSWER_FOLDER_UNREAD = a_gauge(
    "hub_answer_folder_unread_info", "1 while the folder of a unit's answers cannot be read, else 0", "unit"
)

ATTEMPTS = a_counter(
    "hub_attempt_results_total", "Delivery attempts: `delivered`, `sent`, `refused`, `failed`, `timeout`", "outcome"
)
ATTEMPT_SECONDS = a_histogram("hub_attempt_seconds", "One delivery attempt", QUICK)
ATTEMPTS_WAITING = a_gauge("hub_attempt_waiting_attempts", "Attempts that wait for their destination")
GIVE_BACKS = a_counter(
    "hub_give_back_results_total",
    "Attempts to tell a department's system of a matter: `delivered`, `refused`, `failed`, `timeout`",
    "outcome",
)
GIVE_BACK_SECONDS = a_histogram("hub_give_back_seconds", "One attempt to tell a department's system", QUICK)
GIVE_BACKS_WAITING = a_gauge("hub_give_back_waiting_attempts", "Such attempts that wait for their system")

OWNERSHIP_VIOLATIONS = a_gauge("hub_ownership_violation_matters", "Open matters by what is wrong", "violation")
OWNERSHIP_OPEN = a_gauge("hub_ownership_open_matters", "Open matters that the ownership watch knows")
OWNERSHIP_AGE = a_gauge("hub_ownership_age_seconds", "Since the ownership watch last heard everything", "watch")

RECEIPTS = a_counter("hub_audit_receipts_total", "Receipts of what was done with what the hub knows of persons", "act")
ANCHOR_AGE = a_gauge("hub_anchor_age_seconds", "Since the chains of receipts were last anchored outside Kafka", "watch")
BROKEN_CHAINS = a_gauge("hub_audit_broken_chains", "Chains of receipts that are not whole")
UNUSUAL_READINGS = a_gauge(
    "hub_audit_unusual_findings", "Readings of persons in the last day that somebody should ask about", "unusual"
)

WALL_AGE = a_histogram("hub_wall_age_seconds", "From a view's cause in the log to the wall's cache", PATIENT)
WALL_CLIENTS = a_gauge("hub_wall_client_connections", "Screens connected to the stream")
DUTY_CLIENTS = a_gauge("hub_duty_client_connections", "Duty pages connected to the stream of their unit's orders")
DESK_CLIENTS = a_gauge("hub_desk_client_connections", "Desks of the centre connected to the stream of what waits")
WALL_RESETS = a_counter("hub_wall_resets_total", "Streams told to begin again from a snapshot")
WALL_REBUILDS = a_counter("hub_wall_rebuilds_total", "Times the cache was rebuilt from the views")


class _Clipped:
    """Lets the first `MOST_VALUES` different values of an open label through; further ones are `other`."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __call__(self, value: str) -> str:
        if value in self._seen:
            return value
        if len(self._seen) >= MOST_VALUES:
            return OTHER
        self._seen.add(value)
        return value


_quarantine_reason = _Clipped()
_stop_reason = _Clipped()
_refusal_reason = _Clipped()

AuditOutcome = Literal["equal", "repaired", "different", "failed"]


def announce(role: Literal["worker", "connectors", "gateway", "wall"], version: str, code: str = "") -> None:
    """Say what this process is: `version` of the hub, `code` as the engine writes it into positions."""
    BUILD.labels(version, code, role).set(1)


def count_quarantined(stage: Stage, reason: str) -> None:
    """One record, row or entry set aside."""
    QUARANTINED.labels(stage, _quarantine_reason(reason)).inc()


def show_cases(system: str, open_cases: int, overdue: int) -> None:
    """How much a system's department has yet to answer for, and how much of it is overdue."""
    QUARANTINE_OPEN.labels(system).set(open_cases)
    QUARANTINE_OVERDUE.labels(system).set(overdue)


def show_supervision(waiting: Mapping[str, int], overdue: int, supervised: int, reminded: int) -> None:
    """How much is supervised now; `waiting` is supervision orders by state, those of a state not named none."""
    for state in SUPERVISION_STATES:
        SUPERVISION_WAITING.labels(state).set(waiting.get(state, 0))
    SUPERVISION_OVERDUE.set(overdue)
    SUPERVISED_ORDERS.set(supervised)
    REMINDED_CLOCKS.set(reminded)


def count_stop(processor: str, reason: str) -> None:
    """A processor stopped by itself; `reason` is a stable code, never a sentence."""
    WORKER_STOPS.labels(processor, _stop_reason(reason)).inc()


def count_refusal(reason: str) -> None:
    """The gateway refused a request or a row."""
    GATEWAY_REFUSALS.labels(_refusal_reason(reason)).inc()


def show_answer_folder(unit: str, *, read: bool) -> None:
    """Whether the folder of a unit's answers could be read at the last look."""
    ANSWER_FOLDER_UNREAD.labels(unit).set(not read)


def show_authorised(system: str, *, authorised: bool) -> None:
    """Whether the hub may take a system's rows now."""
    SOURCE_AUTHORISED.labels(system).set(authorised)


def show_contract_approved(system: str, *, approved: bool) -> None:
    """Whether rows may be taken under the contract that runs here."""
    SOURCE_CONTRACT_APPROVED.labels(system).set(approved)


def exposition() -> bytes:
    """Everything of this process, to be served at GET /metrics as `CONTENT_TYPE_LATEST`."""
    return generate_latest(REGISTRY)


class ProcessorMetrics:
    """What a processor's thread sets, once a batch; labels are bound here so that setting is one addition."""

    def __init__(self, processor: str) -> None:
        self._processor = processor
        self.batch_seconds = BATCH_SECONDS.labels(processor)
        self.batch_records = BATCH_RECORDS.labels(processor)
        self.overlay_entries = OVERLAY_ENTRIES.labels(processor)
        self.transaction_seconds = TRANSACTION_SECONDS.labels(processor)
        self.committed = TRANSACTIONS.labels(processor, "committed")
        self.aborted = TRANSACTIONS.labels(processor, "aborted")
        self.unknown = TRANSACTIONS.labels(processor, "unknown")
        self.producer_renewals = PRODUCER_RENEWALS.labels(processor)
        self.restore_rows = RESTORE_ROWS.labels(processor)
        self.restore_seconds = RESTORE_SECONDS.labels(processor)
        self.ticks = TICKS.labels(processor)
        self.duplicates = DUPLICATES.labels(processor)
        self.clock_lateness_seconds = CLOCK_LATENESS.labels(processor)
        self._outputs: dict[tuple[str, str], Counter] = {}

    def count_outputs(self, port: str, kind: str, records: int) -> None:
        """`records` outputs of schema `kind` left by `port`."""
        counter = self._outputs.get((port, kind))
        if counter is None:
            counter = self._outputs[port, kind] = OUTPUTS.labels(self._processor, port, kind)
        counter.inc(records)

    def partition(self, partition: int) -> "PartitionMetrics":
        return PartitionMetrics(self._processor, partition)


class PartitionMetrics:
    """One partition while this worker owns it; `forget` when it goes, or its figures would stay.

    The owner assigns the attributes, once a batch and once a poll that brought nothing:
    `current_until` is the instant up to which the log is known to be applied (its own clock when it has read to the
    end, otherwise the append time of the last record applied); `next_due_at` is the earliest pending due moment.
    Instants are milliseconds of the owner's own clock.
    """

    def __init__(self, processor: str, partition: int) -> None:
        self._labels = processor, str(partition)
        self.current_until = _now()
        self.next_due_at: int | None = None
        self.behind_records = LAG_RECORDS.labels(*self._labels)
        self.pending = CLOCK_PENDING.labels(*self._labels)
        self.clock_ahead_seconds = CLOCK_AHEAD.labels(*self._labels)
        LAG_SECONDS.labels(*self._labels).set_function(self._lag_seconds)
        CLOCK_OVERDUE.labels(*self._labels).set_function(self._overdue_seconds)

    def forget(self) -> None:
        for gauge in (LAG_SECONDS, LAG_RECORDS, CLOCK_PENDING, CLOCK_AHEAD, CLOCK_OVERDUE):
            gauge.remove(*self._labels)

    def _lag_seconds(self) -> float:
        return max(0, _now() - self.current_until) / 1000

    def _overdue_seconds(self) -> float:
        due_at = self.next_due_at
        return 0.0 if due_at is None else max(0, _now() - due_at) / 1000


class AuditMetrics:
    """A processor's audits as the worker sees them that has them made; `forget` when another one has.

    The age of the last audit counts from here on until one has come to its end; `target_seconds` is what it may become.
    """

    def __init__(self, processor: str, target_seconds: float) -> None:
        self._processor = processor
        self._ended_at = _now()
        self._outcomes = {name: AUDITS.labels(processor, name) for name in get_args(AuditOutcome)}
        self._differences = {
            name: AUDIT_DIFFERENCES.labels(processor, name) for name in ("missing", "changed", "entries")
        }
        self._emitted_again = AUDIT_OUTPUTS.labels(processor)
        self._cut_failures = CUT_FAILURES.labels(processor)
        AUDIT_TARGET.labels(processor).set(target_seconds)
        AUDIT_AGE.labels(processor).set_function(self._age_seconds)

    def found(self, missing: int, changed: int, repaired: int, entries: int) -> None:
        """An audit came to its end: so many outputs were missing, others, emitted again; so many entries are wrong."""
        self._ended_at = _now()
        for name, number in (("missing", missing), ("changed", changed), ("entries", entries)):
            self._differences[name].inc(number)
        self._emitted_again.inc(repaired)
        differences = missing + changed + entries
        outcome: AuditOutcome = "equal" if not differences else "different"
        self._outcomes["repaired" if repaired and repaired == differences else outcome].inc()

    def failed(self) -> None:
        self._outcomes["failed"].inc()

    def cut_failed(self) -> None:
        """A cut was due and the disk did not take it."""
        self._cut_failures.inc()

    def forget(self) -> None:
        AUDIT_AGE.remove(self._processor)
        AUDIT_TARGET.remove(self._processor)

    def _age_seconds(self) -> float:
        return (_now() - self._ended_at) / 1000


class HearingMetrics:
    """How the hub hears one system, whose contract has `items`, by the view that the owner of the sources log writes.

    What is fresh is judged when Prometheus asks: a view that stands still must not look well. Until the view has been
    read nothing is said of when the system was heard, so that what an earlier process said of it stands.
    """

    def __init__(self, system: str, items: int) -> None:
        self._system = system
        self._source: Source | None = None
        SOURCE_ITEMS.labels(system).set(items)
        SOURCE_FRESH_ITEMS.labels(system).set_function(self._fresh_items)

    def show(self, source: Source) -> None:
        """The view has this of the system now."""
        self._source = source
        if source.silent_at:  # it may have been decided on before it told anything
            self._set(source.last_seen_at, source.silent_at)

    def await_first(self, patience_seconds: float) -> None:
        """The view has been read: a system that was never heard is silent after so long from now on."""
        if self._source is None or not self._source.silent_at:
            self._set(_now(), _now() + patience_seconds * 1000)

    def _set(self, heard_at: int, silent_at: float) -> None:
        SOURCE_HEARD.labels(self._system).set(heard_at / 1000)
        SOURCE_SILENT.labels(self._system).set(silent_at / 1000)

    def _fresh_items(self) -> int:
        source = self._source
        return len(source.fresh_items(_now())) if source else 0


class SourceMetrics:
    """What a connector or a front door saw of one system."""

    def __init__(self, system: str) -> None:
        self.rows = SOURCE_ROWS.labels(system)
        self.wrong = SOURCE_WRONG.labels(system)
        self.late = SOURCE_LATE.labels(system)
        self.facts = SOURCE_FACTS.labels(system)
        self.thinned = SOURCE_THINNED.labels(system)
        self.doubtful = SOURCE_DOUBTFUL.labels(system)
        self.unlocated = SOURCE_UNLOCATED.labels(system)
        self._wrong_datum_places = SOURCE_DATUM.labels(system)
        self._skewed_devices = SOURCE_SKEWED.labels(system)
        self._skew_seconds = SOURCE_SKEW.labels(system)
        self._largest_skew_seconds = SOURCE_LARGEST_SKEW.labels(system)
        self.publisher_wait_seconds = PUBLISHER_WAIT.labels(system)

    def suspects_datum(self, places: int) -> None:
        """So many places say that the system's positions are in another datum than its contract; 0 where none is."""
        self._wrong_datum_places.set(places)

    def saw_clocks(self, median_seconds: float, largest_seconds: float, skewed: int) -> None:
        """How the clocks of the system's devices stand."""
        self._skew_seconds.set(median_seconds)
        self._largest_skew_seconds.set(largest_seconds)
        self._skewed_devices.set(skewed)


class DoorMetrics:
    """One route of the gateway, named by its template: `/v1/orders/{order_no}/acknowledge`."""

    def __init__(self, door: str) -> None:
        self._seconds = GATEWAY_SECONDS.labels(door)
        self._answers = {status: GATEWAY_REQUESTS.labels(door, f"{status}xx") for status in (2, 4, 5)}

    def answered(self, status: int, seconds: float) -> None:
        """`status` of HTTP; anything below 400 counts as well."""
        self._answers[status // 100 if status >= 400 else 2].inc()
        self._seconds.observe(seconds)


class ReceiptMetrics:
    """What one system was given receipts for."""

    def __init__(self, system: str) -> None:
        self._receipts = GATEWAY_RECEIPTS.labels(system)

    def given(self, rows: int) -> None:
        """Receipts for rows that Kafka has acknowledged."""
        self._receipts.inc(rows)


class AttemptMetrics:
    """An agent that makes bounded attempts: how they end, how long they take, how many it has in hand (`waiting`)."""

    def __init__(self, agent: Literal["attempts", "give_back"]) -> None:
        outcomes: tuple[Outcome, ...] = ("delivered", "refused", "failed", "timeout")
        if agent == "attempts":
            results, self._seconds, self.waiting = ATTEMPTS, ATTEMPT_SECONDS, ATTEMPTS_WAITING
            outcomes = (*outcomes, "sent")
        else:
            results, self._seconds, self.waiting = GIVE_BACKS, GIVE_BACK_SECONDS, GIVE_BACKS_WAITING
        self._outcomes = {name: results.labels(name) for name in outcomes}

    def ended(self, outcome: Outcome, seconds: float) -> None:
        """An attempt has ended; where a secret was missing, none has begun."""
        self._outcomes[outcome].inc()
        self._seconds.observe(seconds)


class WallMetrics:
    """The wall's cache and its gateway."""

    def __init__(self) -> None:
        self.age_seconds = WALL_AGE
        self.resets = WALL_RESETS
        self.rebuilds = WALL_REBUILDS

    @contextmanager
    def client(self) -> Iterator[None]:
        """A screen is connected for as long as this lasts."""
        with WALL_CLIENTS.track_inprogress():
            yield

    @contextmanager
    def duty_page(self) -> Iterator[None]:
        """A duty page is connected for as long as this lasts."""
        with DUTY_CLIENTS.track_inprogress():
            yield

    @contextmanager
    def desk(self) -> Iterator[None]:
        """A desk of the centre is connected for as long as this lasts."""
        with DESK_CLIENTS.track_inprogress():
            yield


def _now() -> int:
    return time.time_ns() // 1_000_000


def table() -> str:
    """The catalogue as Markdown, with what bounds each label."""
    rows = [
        f"| `{metric.name}` | {metric.kind} | {_quoted(metric.labels)} | {metric.help} |"
        for metric in CATALOGUE.values()
    ]
    labels = [f"| `{name}` | {bound} |" for name, bound in LABELS.items()]
    return "\n".join(
        [
            "# Metrics",
            "",
            "Made from `streams/metrics.py` by `python -m streams.metrics > ops/metrics.md`.",
            "",
            "| name | kind | labels | what it says |",
            "|---|---|---|---|",
            *rows,
            "",
            "Beside these each process exports Prometheus' own `process_*`.",
            "",
            "| label | values |",
            "|---|---|",
            *labels,
            "",
        ]
    )


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    print(table(), end="")
