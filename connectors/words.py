"""What of a free text a report carries, so that two tellings of one happening are known by it, and nothing else of it.

Three sorts of words get out: pairs of neighbouring letters that occur in names of the city's registered places, figures
with what they count (`3栋`, `118号`), and what is seen or done (`words.yaml`), each in one form. All of them are of
closed lists, but for figures of at most four digits; who calls, and from what number, is none of them.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

SPOKEN = Path(__file__).with_name("words.yaml")
SYLLABLES = 2
MOST_WORDS = 40
MOST_DIGITS = 4
BETWEEN_NAMES = re.compile(r"[0-9]+号?|街道|(?<=[一-鿿]{2})镇(?=[一-鿿]{2})")
"""What stands between the names in an address: 云门街道云门兴合路70号."""
HAN_RUN = re.compile(r"[一-鿿]+")

CHINESE_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
CHINESE_TENS = {"十": 10, "百": 100, "千": 1000}
NUMERALS = f"0-9{''.join(CHINESE_DIGITS)}{''.join(CHINESE_TENS)}"
DIGIT = f"[0-9{''.join(CHINESE_DIGITS)}]"
LONG_NUMBER = re.compile(rf"{DIGIT}(?:[\W_]*{DIGIT}){{{MOST_DIGITS},}}")
"""A telephone, certificate or case number, however it is spaced."""
FORM_OF_UNIT = {
    "号楼": "栋", "号门": "号门", "单元": "单元", "栋": "栋", "幢": "栋", "座": "栋", "楼": "楼", "层": "楼",
    "号": "号", "门": "门", "组": "组", "巷": "巷", "排": "排", "社": "社", "期": "期",
}  # fmt: skip
"""What a figure in an address counts, and the one form of it."""
COUNTED = re.compile(
    rf"(?<![{NUMERALS}A-Za-z.月几数多])(?P<below>负|-)?(?P<count>[{NUMERALS}]+)\s*"
    rf"(?P<unit>{'|'.join(FORM_OF_UNIT)})(?<!号门(?=[口面]))"
)
"""Not after 月: a day of a month is no house. Not after 几, 数, 多: that is no figure.

118号门面 is a shop of house 118.
"""
HOUSE_OR_BLOCK = re.compile(r"号楼(?=[上下道梯])")
"""157号楼下 is below house 157 or below block 157: it is both."""
LETTERED = re.compile(r"(?<![0-9A-Za-z])(?P<letter>[A-Za-z][0-9]{0,2})(?:号楼|栋|幢|座)")


@dataclass(frozen=True)
class Lexicon:
    """All words that a report may carry, but for figures.

    `pairs` occur in names of registered places; `forms` maps what is said to its one form; `slips` maps a letter to the
    one of the same sound that is meant by it.
    """

    pairs: frozenset[str]
    forms: Mapping[str, str]
    slips: Mapping[str, str]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Lexicon":
        """Of these names and addresses of places, with what is said everywhere."""
        forms, slips = _spoken()
        pairs = {pair for name in names for pair in _pairs(BETWEEN_NAMES.sub(" ", unicodedata.normalize("NFKC", name)))}
        return cls(frozenset(pairs), forms, slips)

    def words(self, text: str) -> tuple[str, ...]:
        """The words of a text that a report may carry, sorted, each once; where they are too many, figures first."""
        plain = unicodedata.normalize("NFKC", text)
        meant = plain.translate(self._meant)
        found = dict.fromkeys(figures(plain))
        for said in dict.fromkeys((plain, meant)):
            found.update(dict.fromkeys(self.forms[one] for one in self._said.findall(said)))
        found.update(dict.fromkeys(self._named(plain, meant)))
        return tuple(sorted([*found][:MOST_WORDS]))

    def _named(self, plain: str, meant: str) -> Iterator[str]:
        """The pairs of names of places; where a word of its own stands, no slip is seen: 进水 is not 井水."""
        pairs = _pairs(plain)
        if meant == plain:
            yield from (said for said in pairs if said in self.pairs)
            return
        for said, right in zip(pairs, _pairs(meant), strict=True):
            if said in self.pairs:
                yield said
            elif right in self.pairs and said not in self.forms:
                yield right

    @cached_property
    def _said(self) -> re.Pattern[str]:
        """Whatever is said, the longest first."""
        return re.compile("|".join(map(re.escape, sorted(self.forms, key=lambda said: (-len(said), said)))))

    @cached_property
    def _meant(self) -> dict[int, str]:
        return str.maketrans(dict(self.slips))


def figures(plain: str) -> Iterator[str]:
    """The figures of a normalised text with what they count: of 三幢二单元 3栋, 2单元."""
    short = LONG_NUMBER.sub("#", plain)
    for found in COUNTED.finditer(short):
        if number := counted(found["count"]):
            yield f"{'负' if found['below'] else ''}{number}{FORM_OF_UNIT[found['unit']]}"
            if HOUSE_OR_BLOCK.match(short, found.start("unit")):
                yield f"{number}{FORM_OF_UNIT['号']}"
    for found in LETTERED.finditer(short):
        yield f"{found['letter'].upper()}栋"


def counted(text: str) -> int | None:
    """The number that digits, Chinese digits or a Chinese number say: 118, 一一八, 一百一十八; None where none does."""
    if text.isascii():
        return int(text) if len(text) <= MOST_DIGITS else None
    if any(letter.isascii() for letter in text):
        return None
    if any(letter in CHINESE_TENS for letter in text):
        return _spelt_out(text)
    if len(text) == 2 or len(text) > MOST_DIGITS:  # 三四楼 is the third or fourth storey
        return None
    return int("".join(str(CHINESE_DIGITS[digit]) for digit in text))


def _spelt_out(text: str) -> int | None:
    """十二, 二十, 一百零八, 一百一十八; None where the letters don't follow one another so."""
    total, digit, least = 0, 0, 10_000
    for letter in text:
        if letter in CHINESE_DIGITS:
            if digit:
                return None
            digit = CHINESE_DIGITS[letter]
            continue
        tens = CHINESE_TENS[letter]
        if tens >= least:
            return None
        total, digit, least = total + (digit or 1) * tens, 0, tens
    return total + digit


def _pairs(text: str) -> list[str]:
    return [run[at : at + SYLLABLES] for run in HAN_RUN.findall(text) for at in range(len(run) - SYLLABLES + 1)]


@cache
def _spoken() -> tuple[dict[str, str], dict[str, str]]:
    """Forms by what is said, and slips; ValueError where something stands twice."""
    read = yaml.safe_load(SPOKEN.read_text(encoding="utf-8"))
    said = [(one, form) for form, variants in read["forms"].items() for one in variants]
    twice = [one for one, times in Counter(one for one, _ in said).items() if times > 1]
    if twice:
        raise ValueError(f"{SPOKEN.name}: twice: {', '.join(sorted(twice))}")
    return dict(said), read["slips"]
