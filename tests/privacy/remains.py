"""All that a hub holds, shows and leaves behind, but for the departments' own and what is locked away with the keys."""

import http.client
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis
from confluent_kafka.admin import AdminClient

from connectors.city.kafka import read_since
from connectors.topic_reading import headers_of
from streams.embedded.running import Running
from tests.hub_command import hub

Part = tuple[str, bytes]
"""Where something lies, and its bytes."""

OWN_FOLDERS = ("city", "mosquitto", "secrets", "keys")
"""Of a data folder: the departments' own data and their broker's, and what HUB_SECRETS and HUB_KEYS name."""
OWN_TOPICS = "dept."
"""What the topics begin with that departments write themselves."""
FENCE = b"\xff\xff\n"
"""Between records, so that no value is made of the ends of two."""
BLOCK_BYTES = 4 * 1024 * 1024
STREAM_SECONDS = 3.0
LISTINGS = (
    ("quarantine", "list", "--again", "--json"),
    ("quarantine", "list", "--again"),
    ("incident", "list", "--json"),
    ("matter", "list", "--json"),
    ("sources", "list", "--json"),
)


def files(home: Path) -> Iterator[Part]:
    """Every file of a data folder that is the hub's: segments of its topics, changelogs and groups, logs, all else."""
    for path in sorted(home.rglob("*")):
        inside = path.relative_to(home)
        own_topic = inside.parts[0] == "kafka" and any(part.startswith(OWN_TOPICS) for part in inside.parts)
        if path.is_file() and inside.parts[0] not in OWN_FOLDERS and not own_topic:
            yield f"name of {inside}", str(inside).encode()
            with suppress(FileNotFoundError):  # a segment that Kafka has just taken away
                yield str(inside), path.read_bytes().strip(b"\0")


def records(bootstrap: str) -> Iterator[Part]:
    """Every record of the hub's topics as a consumer reads it, unpacked: its key, its value and its headers."""
    names = AdminClient({"bootstrap.servers": bootstrap}).list_topics(timeout=10).topics
    topics = {name for name in names if name.startswith("hub.")}
    blocks: dict[str, bytearray] = {}
    for message in read_since(bootstrap, topics, 0):
        topic = str(message.topic())
        headers = [part for name, value in headers_of(message) for part in (name.encode(), value or b"")]
        block = blocks.setdefault(topic, bytearray())
        block += FENCE.join([bytes(message.key() or b""), bytes(message.value() or b""), *headers, b""])
        if len(block) > BLOCK_BYTES:
            yield f"records of {topic}", bytes(block)
            block.clear()
    for topic, block in blocks.items():
        yield f"records of {topic}", bytes(block)


def groups(bootstrap: str) -> Iterator[Part]:
    """The names of the consumer groups."""
    listed = AdminClient({"bootstrap.servers": bootstrap}).list_consumer_groups(request_timeout=10).result()
    yield "consumer groups", FENCE.join(group.group_id.encode() for group in listed.valid)


def cache(url: str) -> Iterator[Part]:
    """Every key of the wall's Redis with its value."""
    with closing(redis.Redis.from_url(url)) as client:
        for key in client.scan_iter(count=1000):
            yield f"redis {key.decode(errors='replace')}", FENCE.join([key, *_held(client, key)])


def _held(client: Any, key: bytes) -> list[bytes]:
    kind = client.type(key).decode()
    match kind:
        case "string":
            return [client.get(key) or b""]
        case "hash":
            return [part for pair in client.hgetall(key).items() for part in pair]
        case "list":
            return list(client.lrange(key, 0, -1))
        case "set":
            return list(client.smembers(key))
        case "zset":
            return list(client.zrange(key, 0, -1))
        case "stream":
            return [part for _, fields in client.xrange(key) for pair in fields.items() for part in pair]
        case _:
            raise AssertionError(f"a key of kind {kind}")


def pages(home: Path, running: Running) -> Iterator[Part]:
    """What every process says of itself, and what the wall shows: its snapshot, its changes, its pages."""
    targets: list[Mapping[str, object]] = json.loads((home / "run" / "targets.json").read_text(encoding="utf-8"))
    for target in targets:
        for address in target["targets"]:  # type: ignore[attr-defined]
            for path in ("/metrics", "/health/ready"):
                yield f"{target['labels']} {path}", _get(f"http://{address}{path}")
    for path in ("/", "/duty/", "/v1/wall/snapshot"):
        yield f"the wall's {path}", _get(f"{running.wall}{path}")
    yield "the wall's changes", _heard(f"{running.wall}/v1/wall/stream")
    yield "the gateway's documents", _get(f"{running.gateway}/openapi.json")


def listings(home: Path) -> Iterator[Part]:
    """What commands show of the run."""
    for words in LISTINGS:
        said = hub(home, *words)
        yield f"hub {' '.join(words)}", (said.stdout + said.stderr).encode()


def _get(url: str) -> bytes:
    connection = _connection(url)
    try:
        connection.request("GET", urlsplit(url).path)
        return connection.getresponse().read()
    finally:
        connection.close()


def _heard(url: str) -> bytes:
    """What a stream of events says within a moment, from the beginning: to whoever comes back and has missed all."""
    connection, ends_at = _connection(url), time.monotonic() + STREAM_SECONDS
    heard = bytearray()
    try:
        connection.request("GET", urlsplit(url).path, headers={"Last-Event-ID": "0-0"})
        response = connection.getresponse()
        with suppress(TimeoutError):
            while time.monotonic() < ends_at and (line := response.fp.readline()):
                heard += line
    finally:
        connection.close()
    return bytes(heard)


def _connection(url: str) -> http.client.HTTPConnection:
    address = urlsplit(url)
    return http.client.HTTPConnection(address.hostname or "", address.port, timeout=STREAM_SECONDS)
