"""What callers say, and the words that a fact may carry of it: normalised, without punctuation, in no order."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import yaml

HAN_RUN = re.compile(r"[一-鿿]+")
FIGURES = re.compile(r"[0-9]+")
SYLLABLES = 2
CHINESE_FIGURES = {figure: number for number, figure in enumerate("零一二三四五六七八九")} | {"两": 2}
COUNTED = "栋幢楼层单元号门组巷排"
"""What a figure in an address counts; before these, figures in Chinese are the same as others."""
CHINESE_COUNT = re.compile(
    f"([{''.join(CHINESE_FIGURES)}]?十[一二三四五六七八九]?|[{''.join(CHINESE_FIGURES)}])(?=[{COUNTED}])"
)

SOUND_ALIKE = dict(
    zip(
        "盖漏路积爆燃园锦绣井苑滨兴阳灯塌垃圾栋江畔竹场区街城桥管气",
        "该露露集暴然圆绵秀进院宾新洋登踏拉极冻将伴足厂曲接成侨馆汽",
        strict=True,
    )
)
"""Letters that an input method offers for the same sound."""
WHERE_WITHIN = {
    "estate": ("{}栋", "{}栋{}单元", "{}栋{}楼", "{}号门旁边", "{}栋楼下"),
    "organisation": ("后院", "{}楼", "大门口", "{}号车间", "仓库"),
    "road": ("由东向西方向", "由西向东方向", "{}号店门口", "公交站旁", "路口"),
    "grid": ("{}楼", "{}单元{}楼", "楼下", "巷子口", "院坝里"),
    "bridge": ("桥头", "桥中间", "引道"),
    "street": ("路口", "公交站旁", "店门口", "巷子口", "菜市场旁边", "人行道上"),
}
STREET = frozenset({"manhole", "streetlight", "road_block", "traffic", "litter", "burst_main", "trapped_by_water"})
"""Kinds that lie on the street even where a house is nearest."""


@dataclass(frozen=True)
class Wordings:
    """How callers put one kind of happening: each one has one of the `manners`, of which each caller has a wording."""

    manners: tuple[tuple[str, ...], ...]
    effects: tuple[str, ...]


@cache
def wordings() -> dict[str, Wordings]:
    """By kind, as `wordings.yaml` has them."""
    said = yaml.safe_load(Path(__file__).with_name("wordings.yaml").read_text(encoding="utf-8"))
    return {
        kind: Wordings(tuple(tuple(manner) for manner in one["manners"]), tuple(one["effects"]))
        for kind, one in said.items()
    }


def normalised(text: str) -> tuple[str, ...]:
    """Pairs of neighbouring letters and whole numbers, each once, sorted: `锦绣苑三栋` → 3, 栋, 绣苑, 锦绣."""
    plain = CHINESE_COUNT.sub(_figure, unicodedata.normalize("NFKC", text))
    words = set(FIGURES.findall(plain))
    for run in HAN_RUN.findall(plain):
        words.update(run[at : at + SYLLABLES] for at in range(max(1, len(run) - SYLLABLES + 1)))
    return tuple(sorted(words))


def _figure(found: re.Match[str]) -> str:
    """十 to 九十九 and single figures as a number."""
    text = found.group()
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return str(CHINESE_FIGURES[text])
    return str(10 * (CHINESE_FIGURES[tens] if tens else 1) + (CHINESE_FIGURES[ones] if ones else 0))


def where_within(kind: str, place_kind: str, random: Random) -> str:
    """Where within a place a kind of happening is, as those who stand there say it."""
    is_named = place_kind in WHERE_WITHIN and (kind not in STREET or place_kind != "grid")
    pattern = random.choice(WHERE_WITHIN[place_kind if is_named else "street"])
    return pattern.format(random.randint(1, 18), random.randint(2, 12))


def mistyped(text: str, letters: int, random: Random) -> str:
    """The text with so many slips: another letter of the same sound, one left out, one twice, two exchanged."""
    for _ in range(letters):
        at = random.randrange(len(text))
        letter = text[at]
        slips = [text[:at] + text[at + 1 :], text[:at] + letter + text[at:]]
        if letter in SOUND_ALIKE:
            slips = [text[:at] + SOUND_ALIKE[letter] + text[at + 1 :]] * 3 + slips
        if at + 1 < len(text):
            slips.append(text[:at] + text[at + 1] + letter + text[at + 2 :])
        text = random.choice(slips)
    return text
