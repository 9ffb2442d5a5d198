"""`w1` as a processor of the hub: counts a facility's readings by category and publishes its profile."""

from collections.abc import Iterator
from typing import Any, ClassVar

from streams.contract import Entry, Fact, Output, TableName, Tables
from tests.benchmarks.w1_records import Profile, Reading, Tally

TALLIES = TableName("tallies", Tally)


class BenchProfiles:
    """Each reading changes one entry and publishes one profile."""

    name: ClassVar[str] = "bench_profiles"
    tables: ClassVar[tuple[TableName[Any], ...]] = (TALLIES,)
    reads: ClassVar[tuple[type[Fact], ...]] = (Reading,)
    ports: ClassVar[dict[str, tuple[type[Any], ...]]] = {"view": (Profile,)}

    def on_record(self, now: int, record: Reading, tables: Tables) -> Iterator[Output]:
        tallies = tables[TALLIES]
        before = tallies.get(record.key)
        counts = {**before.counts} if before else {}
        counts[record.category] = counts.get(record.category, 0) + 1
        tally = Tally(
            counts=counts,
            events=before.events + 1 if before else 1,
            total=before.total + record.value if before else record.value,
            last_value=record.value,
            last_at=record.occurred_at,
        )
        tallies.put(record.key, tally)
        yield Output(
            "view",
            record.key,
            Profile(
                facility=record.key,
                region=record.region,
                counts=counts,
                events=tally.events,
                total=tally.total,
                last_value=tally.last_value,
                last_at=tally.last_at,
                as_of=now,
            ),
        )

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterator[Output]:
        """Nothing is ever due."""
        return iter(())
