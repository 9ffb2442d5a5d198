"""A position that is too long for one record is written as several and read back whole, or not at all."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Batch
from connectors.cursors import LONGEST_TEXT, position_of, read_cursors, spread
from tests.connectors.conftest import CURSORS, Hub, Publishers
from tests.connectors.fleet_samples import codec
from tests.eventually import eventually

SYSTEM = "ga_dangerous_goods"
POSITIONS = st.builds(
    lambda letter, length: letter * length,
    st.sampled_from("ab{中"),
    st.sampled_from([0, 1, LONGEST_TEXT, LONGEST_TEXT + 1, 2 * LONGEST_TEXT, 3 * LONGEST_TEXT + 7]),
)


def write(written: dict[str, str], position: str, *, killed_after: int | None = None) -> None:
    """Write a position as a publisher does, or only the first records of it."""
    parts, head = spread(SYSTEM, position, written.get(SYSTEM))
    records = [*parts.items(), (SYSTEM, head)]
    written.update(records[:killed_after])


@given(st.lists(POSITIONS, min_size=1, max_size=5))
def test_the_last_position_is_read_whatever_was_written_before(positions: list[str]) -> None:
    written: dict[str, str] = {}
    for position in positions:
        write(written, position)
        assert position_of(SYSTEM, written) == position
    assert all(len(text) <= LONGEST_TEXT for text in written.values())


@given(POSITIONS, POSITIONS, st.integers(0, 3))
def test_a_publisher_killed_amid_a_position_leaves_the_one_before_or_has_written_all(
    before: str, position: str, killed_after: int
) -> None:
    written: dict[str, str] = {}
    write(written, before)
    write(written, position, killed_after=killed_after)
    assert position_of(SYSTEM, written) in (before, position)


def test_a_position_of_which_a_part_is_lost_is_none() -> None:
    written: dict[str, str] = {}
    write(written, "{" * (LONGEST_TEXT + 1))
    del written[f"{SYSTEM}#a1"]
    assert position_of(SYSTEM, written) is None


def test_a_long_position_stands_in_kafka(hub: Hub, publishers: Publishers) -> None:
    publisher = publishers.of(hub, SYSTEM)
    for letter in "中文":
        position = letter * (2 * LONGEST_TEXT + 1)
        publisher.publish(Batch((), position), threading.Event())
        assert eventually(lambda: written_position(hub)) == position
    publisher.publish(Batch((), "{}"), threading.Event())
    eventually(lambda: written_position(hub) == "{}")


def written_position(hub: Hub) -> str | None:
    return position_of(SYSTEM, read_cursors(hub.bootstrap, hub.topology.topic_name(CURSORS), codec()))
