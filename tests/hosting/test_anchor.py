"""The agent `anchor` in its Faust worker, on a real Kafka: what it anchors, makes up, and finds."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams.facts.audit import Receipt
from streams.receipts.anchors import read_anchors
from streams.receipts.reading import AUDIT
from streams.topics import ensure_topics
from tests.conftest import Cluster
from tests.delete_topic import delete_topic
from tests.hosting.patiently import patiently
from tests.hosting.stage import QUARANTINE, Stage
from tests.hosting.worker_process import WorkerProcess
from tests.receipts.receipts import chain_of, deed, some

pytestmark = pytest.mark.timeout(300)


class Post:
    """A worker that anchors into a folder of its own."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage = stage
        self.folder = folder

    def worker(self, **environment: str) -> WorkerProcess:
        return self.stage.worker("anchor", HUB_ANCHORS=str(self.folder), **environment)

    def append(self, receipts: Sequence[Receipt]) -> None:
        for one in receipts:
            self.stage.topics.append(AUDIT, one.chain, replace(one, id=f"{one.number}"))

    def anchored(self) -> list[tuple[str, int]]:
        """Chain and number that the last anchor holds."""
        last = read_anchors(self.folder).last
        return [(head.chain, head.number) for head in last.heads] if last else []


def figures(worker: WorkerProcess, name: str) -> dict[str, float]:
    """A metric of the worker, by its one label ('' where it has none)."""
    families = text_string_to_metric_families(worker.get("/metrics")[1].decode())
    samples = (sample for family in families for sample in family.samples if sample.name == name)
    return {next(iter(sample.labels.values()), ""): sample.value for sample in samples}


@pytest.fixture
def post(kafka_broker: Cluster, tmp_path: Path) -> Iterator[Post]:
    stage = Stage(kafka_broker.bootstrap_servers, f"t{uuid.uuid4().hex[:8]}.", tmp_path, "ga_alarm110")
    yield Post(stage, tmp_path / "anchors")
    stage.close()


def test_chains_are_anchored_counted_and_after_the_topic_was_cut_back_found_broken(post: Post) -> None:
    one = chain_of(deed(1), deed(2, act="refused"), deed(3), begun_by="one")
    post.append([*one, *some(2, "other")])
    worker = post.worker()
    worker.start()
    patiently(lambda: post.anchored() == [("one", 3), ("other", 2)])
    patiently(lambda: figures(worker, "hub_audit_receipts_total") == {"read": 4.0, "refused": 1.0})
    assert figures(worker, "hub_audit_broken_chains") == {"": 0.0}
    assert 0 <= figures(worker, "hub_anchor_age_seconds")["anchor"] < 120
    worker.child.kill()

    delete_topic(post.stage.topics.bootstrap, post.stage.topology.topic_name(AUDIT))
    ensure_topics(post.stage.topology, post.stage.topics.bootstrap)
    post.append([*one[:2], *some(2, "other")])
    again = post.worker()
    again.start()
    patiently(lambda: figures(again, "hub_audit_broken_chains") == {"": 1.0})
    assert "chain of receipts one, number 3: ends with number 2 and once had 3" in again.log()
    assert len(read_anchors(post.folder).anchors) == 1
    assert again.health()["ready"]


def test_a_day_that_was_missed_is_made_up_at_the_start_and_what_is_no_receipt_is_held(post: Post) -> None:
    post.append(some(2, "one"))
    first = post.worker()
    first.start()
    patiently(lambda: post.anchored() == [("one", 2)])
    first.child.kill()
    make_older(post.folder / "anchor-00000001.json")

    post.append(some(4, "one")[2:])
    post.stage.topics.append(AUDIT, "one", b"nothing of ours")
    again = post.worker()
    again.start()
    patiently(lambda: post.anchored() == [("one", 4)])
    assert [anchor.number for anchor in read_anchors(post.folder).anchors] == [1, 2]
    patiently(lambda: [held.owner for held in post.stage.topics.records(QUARANTINE)] == ["anchor"])
    patiently(lambda: figures(again, "hub_audit_broken_chains") == {"": 1.0})


def make_older(path: Path) -> None:
    """As if it had been made two days before."""
    anchored_at = read_anchors(path.parent).anchors[0].anchored_at
    text = path.read_text(encoding="utf-8").replace(str(anchored_at), str(anchored_at - 2 * 86_400_000))
    path.unlink()
    path.write_text(text, encoding="utf-8")
