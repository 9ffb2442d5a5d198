"""`w1` on Quix Streams, exactly once, its state in RocksDB. Runs in an environment of its own (`quix.lock`)."""

from typing import Any

from quixstreams import Application, State, message_context  # type: ignore[import-not-found]

from tests.benchmarks import w1_wire
from tests.benchmarks.peers.job import job_of_this_process

COMMIT_SECONDS = 1.0
TALLY = "tally"
View = tuple[bytes, w1_wire.Headers]


def view_of(value: bytes, _key: Any, timestamp: int, _headers: Any, state: State) -> View:
    """Count one reading in the facility's state; the profile's bytes and headers."""
    reading = w1_wire.decode_reading(value)
    row = state.get_bytes(TALLY)
    tally = w1_wire.count(w1_wire.decode_tally(row) if row is not None else None, reading)
    state.set_bytes(TALLY, w1_wire.encode_tally(tally))
    identity = w1_wire.derived_id(message_context().partition, reading["id"])
    headers = w1_wire.headers(identity, reading["key"], timestamp, reading["trace"])
    return w1_wire.encode_profile(w1_wire.profile_of(reading, tally, timestamp)), headers


def main() -> None:
    job = job_of_this_process()
    application = Application(
        broker_address=job.bootstrap,
        consumer_group=job.group,
        processing_guarantee="exactly-once",
        auto_offset_reset="earliest",
        commit_interval=COMMIT_SECONDS,
        state_dir=job.folder,
        producer_extra_config={"partitioner": "murmur2_random"},
        loglevel="WARNING",
    )
    readings = application.topic(job.log, value_deserializer="bytes")
    profiles = application.topic(job.views, value_serializer="bytes")
    views = application.dataframe(readings).apply(view_of, stateful=True, metadata=True)
    views = views.set_headers(lambda view, _key, _timestamp, _headers: view[1])
    views.apply(lambda view: view[0]).to_topic(profiles)
    application.run()


if __name__ == "__main__":
    main()
