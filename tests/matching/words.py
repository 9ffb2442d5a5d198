"""What callers say of happenings, and their slips of the pen."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import yaml

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
