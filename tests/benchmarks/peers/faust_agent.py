"""`w1` as a Faust agent with a table in memory and a send: at least once. The settings are Faust's best for it."""

from collections.abc import AsyncIterator
from typing import Any

import faust
from faust.serializers import codecs

from tests.benchmarks import w1_wire
from tests.benchmarks.peers.job import Job, job_of_this_process

COMMIT_SECONDS = 1.0
LINGER_SECONDS = 0.02
BATCH_BYTES = 262_144


class TallyCodec(codecs.Codec):
    """Rows of the changelog as every engine writes them; in memory the table keeps the values as they are."""

    def _dumps(self, obj: w1_wire.Fields) -> bytes:
        return w1_wire.encode_tally(obj)

    def _loads(self, s: bytes) -> w1_wire.Fields:
        return w1_wire.decode_tally(s)


def make_app(job: Job) -> faust.App:
    """The application, its table and its agent."""
    app = faust.App(
        job.group,
        broker=f"kafka://{job.bootstrap}",
        datadir=job.folder,
        store="memory://",
        topic_partitions=job.partitions,
        topic_replication_factor=1,
        topic_disable_leader=True,
        broker_commit_interval=COMMIT_SECONDS,
        producer_linger=LINGER_SECONDS,
        producer_max_batch_size=BATCH_BYTES,
        consumer_auto_offset_reset="earliest",
        web_enabled=False,
    )
    codecs.register("tally", TallyCodec())
    readings = app.topic(job.log, key_serializer="raw", value_serializer="raw")
    profiles = app.topic(job.views, key_serializer="raw", value_serializer="raw")
    tallies: Any = app.Table("tallies", key_type=bytes, partitions=job.partitions)
    tallies.value_serializer = "tally"

    @app.agent(readings)
    async def count_readings(stream: Any) -> AsyncIterator[None]:
        async for event in stream.events():
            message = event.message
            reading = w1_wire.decode_reading(event.value)
            tally = tallies[event.key] = w1_wire.count(tallies.get(event.key), reading)
            now = round(message.timestamp * 1000)
            await profiles.send(
                key=event.key,
                value=w1_wire.encode_profile(w1_wire.profile_of(reading, tally, now)),
                headers=w1_wire.headers(
                    w1_wire.derived_id(message.partition, reading["id"]), reading["key"], now, reading["trace"]
                ),
            )
            yield

    return app


if __name__ == "__main__":
    faust.Worker(make_app(job_of_this_process()), loglevel="warning", quiet=True).execute_from_commandline()
