"""Deletes a topic, which only tests and benchmarks do: `hub topics` never does."""

from confluent_kafka.admin import AdminClient

from tests.eventually import eventually

CALL_SECONDS = 10.0


def delete_topic(bootstrap: str, name: str) -> None:
    """Delete it with all that is in it; returns when its broker does not know of it any more."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.delete_topics([name], request_timeout=CALL_SECONDS)[name].result()
    eventually(lambda: name not in admin.list_topics(timeout=CALL_SECONDS).topics)
