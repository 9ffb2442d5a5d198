"""The check characters of GB 11643 and GB 32100."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.check_characters import (
    CREDIT_ALPHABET,
    credit_check_character,
    identity_check_character,
    is_credit_code,
)


def test_the_examples_of_the_standards() -> None:
    assert identity_check_character("11010519491231002") == "X"
    assert credit_check_character("91350100M000100Y4") == "3"


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_an_identity_number_is_always_found(digits: str, place: int, shift: int) -> None:
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assert identity_check_character(wrong) != identity_check_character(digits)


@given(st.text(CREDIT_ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 30))
def test_one_wrong_letter_of_a_credit_code_is_always_found(body: str, place: int, shift: int) -> None:
    letter = CREDIT_ALPHABET[(CREDIT_ALPHABET.index(body[place]) + shift) % 31]
    code = body + credit_check_character(body)
    assert is_credit_code(code)
    assert not is_credit_code(code[:place] + letter + code[place + 1 :])


@pytest.mark.parametrize("code", ["", "91350100M000100Y4", "91350100M000100Y433", "9135010OM000100Y43"])
def test_what_is_no_credit_code(code: str) -> None:
    assert not is_credit_code(code)
