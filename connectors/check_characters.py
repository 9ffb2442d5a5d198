"""Check characters of identity numbers (GB 11643, ISO 7064 MOD 11-2) and of credit codes (GB 32100, modulo 31)."""

from operator import mul

IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_CHARACTERS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def identity_check_character(digits: str) -> str:
    """The 18th character for 17 digits; ValueError for anything else."""
    if len(digits) != len(IDENTITY_WEIGHTS):
        raise ValueError("not 17 digits")
    total = sum(map(mul, map(int, digits), IDENTITY_WEIGHTS))
    return IDENTITY_CHARACTERS[total % 11]


def credit_check_character(body: str) -> str:
    """The 18th character for 17; ValueError for a letter that no credit code has."""
    total = sum(CREDIT_ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(body))
    return CREDIT_ALPHABET[-total % 31]


def is_credit_code(code: str) -> bool:
    """Whether the last of 18 characters is right and every one is of the alphabet."""
    try:
        return len(code) == 18 and code[-1] == credit_check_character(code[:-1])
    except ValueError:
        return False
