"""Anchoring once a day: when, from where, what of a broken chain, and what is said meanwhile."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from streams.facts.audit import Receipt
from streams.receipts.anchoring import Anchoring
from streams.receipts.anchors import Anchors, AnchorsFaulty, read_anchors
from streams.receipts.reading import AUDIT, Placed
from streams.rules.calendar import BEIJING
from streams.rules.chain_check import ChainFault
from streams.topic_reader import NotReadable
from streams.topology import ReceiptWatch
from tests.receipts.receipts import chain_of, deed, forged_chain, some

WATCH = ReceiptWatch(anchor_hour=4, persons_an_hour=3)


def at(hour: int, minute: int = 0, day: int = 23) -> int:
    return round(datetime(2026, 11, day, hour, minute, tzinfo=BEIJING).timestamp() * 1000)


class Topic:
    """A topic of two partitions in memory; `appended_at` of a record is where it says."""

    def __init__(self) -> None:
        self.partitions: dict[int, list[Receipt | None]] = {0: [], 1: []}
        self.appended: dict[int, list[int]] = {0: [], 1: []}
        self.is_away = False
        self.read_from: list[dict[int, int]] = []

    def append(self, *receipts: Receipt | None, partition: int = 0, appended_at: int = 0) -> None:
        self.partitions[partition] += receipts
        self.appended[partition] += [appended_at] * len(receipts)

    def read(self, starts: Mapping[int, int]) -> Iterator[Placed]:
        self.read_from.append(dict(starts))
        for partition, start in starts.items():
            for offset, receipt in list(enumerate(self.partitions[partition]))[start:]:
                if self.is_away:
                    raise NotReadable("Kafka does not answer")
                strange = None if receipt else ChainFault(f"{AUDIT}[{partition}]", offset, "strange", "no receipt")
                yield Placed(partition, offset, receipt, strange)

    def ends(self) -> dict[int, int]:
        return {partition: len(receipts) for partition, receipts in self.partitions.items()}

    def offsets_since(self, instant: int) -> dict[int, int]:
        later = {
            partition: [offset for offset, moment in enumerate(moments) if moment >= instant]
            for partition, moments in self.appended.items()
        }
        return {partition: offsets[0] for partition, offsets in later.items() if offsets}


@pytest.fixture
def topic() -> Topic:
    return Topic()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "anchors"


@pytest.fixture
def anchoring(topic: Topic, folder: Path) -> Anchoring:
    return Anchoring(topic, folder, WATCH)


def heads(folder: Path) -> list[tuple[str, int]]:
    """Chain and number that the last anchor holds."""
    last = read_anchors(folder).last
    return [(head.chain, head.number) for head in last.heads] if last else []


def kinds(anchoring: Anchoring, now: int) -> list[tuple[str, int, str]]:
    return [(fault.chain, fault.number, fault.kind) for fault in anchoring.look(now).faults]


def test_the_first_start_anchors_at_once_and_then_after_the_hour_of_each_day(
    topic: Topic, anchoring: Anchoring, folder: Path
) -> None:
    topic.append(*some(2, "a"))
    looks = [at(9), at(23), at(3, 59, 24), at(4, 0, 24), at(4, 1, 24), at(5, 0, 25)]
    assert [anchoring.look(now).anchored for now in looks] == [True, False, False, True, False, True]
    assert anchoring.anchored_at == at(5, 0, 25)
    assert len(read_anchors(folder).anchors) == 3


def test_a_day_that_was_missed_is_made_up_at_the_next_start_by_one_anchor(
    topic: Topic, anchoring: Anchoring, folder: Path
) -> None:
    anchoring.look(at(9))
    topic.append(*some(3, "a"))
    again = Anchoring(topic, folder, WATCH)
    assert again.look(at(3, 0, 27)).anchored
    assert not Anchoring(topic, folder, WATCH).look(at(3, 1, 27)).anchored
    assert heads(folder) == [("a", 3)]


def test_where_nothing_was_done_yet_the_anchor_says_so(anchoring: Anchoring, folder: Path) -> None:
    assert anchoring.look(at(9)).anchored
    assert heads(folder) == []


def test_an_anchor_holds_all_chains_also_those_in_which_nothing_was_added(
    topic: Topic, anchoring: Anchoring, folder: Path
) -> None:
    one, other = some(4, "a"), some(2, "b")
    topic.append(*one[:2])
    topic.append(*other, partition=1)
    anchoring.look(at(9))
    topic.append(*one[2:])
    Anchoring(topic, folder, WATCH).look(at(9, 0, 24))
    assert heads(folder) == [("a", 4), ("b", 2)]
    last = read_anchors(folder).last
    assert last is not None
    assert dict(last.positions) == {0: 4, 1: 2}


def test_after_an_anchor_only_what_follows_it_and_what_came_in_the_last_day_is_read(topic: Topic, folder: Path) -> None:
    receipts = some(6, "a")
    topic.append(*receipts[:2], appended_at=at(9, 0, 20))
    topic.append(*receipts[2:4], appended_at=at(9, 0, 23))
    Anchoring(topic, folder, WATCH).look(at(9, 30, 23))
    topic.append(*receipts[4:], appended_at=at(9, 31, 23))
    anchoring = Anchoring(topic, folder, WATCH)
    assert anchoring.look(at(9, 32, 23)).faults == []
    assert topic.read_from[-1] == {0: 2, 1: 0}
    anchoring.look(at(9, 33, 23))
    assert topic.read_from[-1] == {0: 6, 1: 0}


def test_a_chain_that_goes_on_from_another_receipt_than_the_anchored_one_is_broken(
    topic: Topic, anchoring: Anchoring, folder: Path
) -> None:
    receipts = some(5, "a")
    topic.append(*receipts[:3])
    anchoring.look(at(9))
    topic.append(*forged_chain(receipts, 2, result="x")[3:])
    assert kinds(Anchoring(topic, folder, WATCH), at(9, 1)) == [("a", 4, "broken")]


def test_a_broken_chain_stays_anchored_where_it_was_while_the_others_go_on(
    topic: Topic, anchoring: Anchoring, folder: Path
) -> None:
    one, other = some(6, "a"), some(4, "b")
    topic.append(*one[:2])
    topic.append(*other[:2], partition=1)
    anchoring.look(at(9))
    topic.append(one[2], one[4], one[5])
    topic.append(*other[2:], partition=1)
    assert kinds(anchoring, at(9, 0, 24)) == [("a", 4, "missing")]
    assert heads(folder) == [("a", 2), ("b", 4)]
    assert kinds(anchoring, at(9, 1, 24)) == [("a", 4, "missing")]


def test_a_receipt_that_is_published_again_heals_its_chain_and_the_next_anchor_holds_it(
    topic: Topic, anchoring: Anchoring, folder: Path
) -> None:
    receipts = some(5, "a")
    topic.append(receipts[0])
    anchoring.look(at(9))
    topic.append(receipts[1], receipts[3], receipts[4])
    assert kinds(anchoring, at(9, 1)) == [("a", 3, "missing")]
    assert kinds(anchoring, at(9, 0, 24)) == [("a", 3, "missing")]
    topic.append(receipts[2])
    assert kinds(anchoring, at(9, 1, 24)) == []
    anchoring.look(at(9, 0, 25))
    assert heads(folder) == [("a", 5)]


def test_a_topic_that_is_shorter_than_its_anchor_is_judged_from_its_beginning(
    topic: Topic, anchoring: Anchoring, folder: Path
) -> None:
    one, other = some(4, "a"), some(3, "b")
    topic.append(*one)
    topic.append(*other, partition=1)
    anchoring.look(at(9))
    topic.partitions[0] = list(one[:2])
    again = Anchoring(topic, folder, WATCH)
    assert kinds(again, at(9, 1)) == [("a", 3, "cut_back")]
    topic.append(*one[2:])
    assert kinds(again, at(9, 2)) == []
    topic.partitions = {0: [], 1: list(forged_chain(other, 1, result="x"))}
    assert kinds(Anchoring(topic, folder, WATCH), at(9, 0, 24)) == [("a", 1, "cut_back"), ("b", 3, "rewritten")]
    assert heads(folder) == [("a", 4), ("b", 3)]


def test_what_is_no_receipt_is_told_until_the_next_anchor_and_holds_nothing_up(
    topic: Topic, anchoring: Anchoring, folder: Path
) -> None:
    anchoring.look(at(9))
    topic.append(None, *some(2, "a"))
    strange = (f"{AUDIT}[0]", 0, "strange")
    assert kinds(anchoring, at(9, 1)) == [strange]
    assert kinds(anchoring, at(9, 2)) == [strange]
    assert kinds(anchoring, at(9, 0, 24)) == [strange]
    assert heads(folder) == [("a", 2)]
    assert kinds(anchoring, at(9, 1, 24)) == []


def test_unusual_readings_are_told_for_a_day(topic: Topic, anchoring: Anchoring, folder: Path) -> None:
    readings = chain_of(*(deed(number, happened_at=at(9, number)) for number in range(4)), begun_by="a")
    topic.append(*readings, appended_at=at(9, 3))
    (found,) = anchoring.look(at(9, 5)).unusual
    assert (found.kind, found.amount) == ("many_persons", 4)
    assert len(Anchoring(topic, folder, WATCH).look(at(9, 2, 24)).unusual) == 1
    assert anchoring.look(at(9, 4, 24)).unusual == []
    assert Anchoring(topic, folder, WATCH).look(at(9, 4, 24)).unusual == []


def test_a_look_that_kafka_cuts_off_begins_anew_and_counts_nothing_twice(
    topic: Topic, anchoring: Anchoring, folder: Path
) -> None:
    topic.append(*some(3, "a"))
    topic.is_away = True
    with pytest.raises(NotReadable):
        anchoring.look(at(9))
    assert read_anchors(folder) == Anchors((), "")
    topic.is_away = False
    assert anchoring.look(at(9, 1)).faults == []
    assert heads(folder) == [("a", 3)]


def test_a_folder_that_cannot_be_written_is_said_and_made_up_when_it_can(
    topic: Topic, anchoring: Anchoring, folder: Path
) -> None:
    folder.write_text("in the way")
    topic.append(*some(1, "a"))
    with pytest.raises(AnchorsFaulty):
        anchoring.look(at(9))
    folder.unlink()
    assert anchoring.look(at(9, 1)).anchored


def test_two_that_anchor_the_same_folder_do_not_write_over_each_other(topic: Topic, folder: Path) -> None:
    one, other = Anchoring(topic, folder, WATCH), Anchoring(topic, folder, WATCH)
    one.look(at(9))
    other.look(at(9, 1))
    one.look(at(9, 0, 24))
    with pytest.raises(FileExistsError):
        other.look(at(9, 1, 24))
    assert not other.look(at(9, 2, 24)).anchored
    assert len(read_anchors(folder).anchors) == 2


def test_a_receipt_that_was_changed_is_told_once_it_is_read(topic: Topic, anchoring: Anchoring) -> None:
    receipts = some(3, "a")
    topic.append(receipts[0], replace(receipts[1], actor_officer="W9999"), receipts[2])
    assert kinds(anchoring, at(9)) == [("a", 2, "changed")]
