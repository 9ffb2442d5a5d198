"""A worker that is fenced: by itself after an outage, or by another worker."""

import pytest

from streams.engine.fencing import AFTERMATH_SECONDS, OUT_OF_THE_BLUE_SECONDS, Fencing


class Seconds:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def fencing(seconds: Seconds) -> Fencing:
    return Fencing(seconds)


def test_a_worker_fenced_out_of_the_blue_has_lost_its_slot(fencing: Fencing) -> None:
    assert not fencing.is_own_doing()


def test_what_comes_with_the_fencing_itself_is_no_outage(fencing: Fencing, seconds: Seconds) -> None:
    fencing.note_trouble()
    seconds.now += OUT_OF_THE_BLUE_SECONDS / 2
    assert not fencing.is_own_doing()


def test_a_worker_that_was_cut_off_a_while_ago_has_fenced_itself(fencing: Fencing, seconds: Seconds) -> None:
    fencing.note_trouble()
    seconds.now += 7
    assert fencing.is_own_doing()


def test_an_outage_that_still_makes_trouble_began_when_it_began(fencing: Fencing, seconds: Seconds) -> None:
    for _ in range(60):
        fencing.note_trouble()
        seconds.now += 1
    fencing.note_trouble()
    assert fencing.is_own_doing()


def test_an_outage_excuses_only_once(fencing: Fencing, seconds: Seconds) -> None:
    fencing.note_trouble()
    seconds.now += 7
    assert fencing.is_own_doing()
    assert not fencing.is_own_doing()


def test_an_outage_long_ago_excuses_nothing(fencing: Fencing, seconds: Seconds) -> None:
    fencing.note_trouble()
    seconds.now += AFTERMATH_SECONDS + 1
    assert not fencing.is_own_doing()
    fencing.note_trouble()
    assert not fencing.is_own_doing()
