"""What a department's secret says: which keys are good now, and what becomes of it when a key is replaced."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.signatures import SignatureRefused, check_signature, keys_of, with_new_key
from streams.secrecy.signing import signature_headers

DAY = 86_400.0
NOW = 1_795_305_600.0
hex_keys = st.binary(min_size=4, max_size=8).map(lambda key: key.hex().encode())


@given(st.lists(st.tuples(hex_keys, st.floats(0, 30 * DAY), st.floats(0, 90 * DAY)), min_size=1, max_size=6))
def test_the_newest_key_is_always_good_and_each_old_one_until_the_end_of_its_first_overlap(
    rotations: list[tuple[bytes, float, float]],
) -> None:
    secret, now, ends = b"the first", NOW, {b"the first": float("inf")}
    for number, (key, after_seconds, overlap_seconds) in enumerate(rotations):
        now += after_seconds
        new = b"%d-%b" % (number, key)
        secret = with_new_key(secret, new, now, overlap_seconds)
        ends = {old: min(end, float(int(now + overlap_seconds))) for old, end in ends.items()} | {new: float("inf")}
    for later in (now, now + DAY, now + 7 * DAY, now + 100 * DAY):
        good = keys_of(secret, later)
        assert good[0] == new
        assert set(good) == {key for key, end in ends.items() if later < end}


def test_a_secret_that_names_no_ends_is_keys_a_line() -> None:
    assert keys_of(b"old\nnew key\n\n", NOW) == [b"old", b"new key"]


@pytest.mark.parametrize("end", [b"tomorrow", b"2026-13-01T00:00:00Z", b"2026-01-01"])
def test_an_end_that_nobody_can_read_has_passed(end: bytes) -> None:
    assert keys_of(b"new\nold until " + end, 0.0) == [b"new"]


def test_without_an_overlap_the_old_key_is_refused_at_once() -> None:
    now = time.time()
    secret = with_new_key(b"stolen", b"new", now, 0.0)
    check_signature(keys_of(secret, now), _signed(b"new", now), b"{}", now)
    with pytest.raises(SignatureRefused):
        check_signature(keys_of(secret, now), _signed(b"stolen", now), b"{}", now)


def _signed(key: bytes, now: float) -> dict[str, str]:
    return {name.lower(): value for name, value in signature_headers(key, int(now), b"{}").items()}
