"""What `matching.yaml` says of happenings, counted on the tuning seeds: `python -m tests.matching.learning`.

A city with labelled reports of its own counts the same on them. Shares are rounded to two digits; what is told of less
often than one time in a hundred is left out.
"""

import sys
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from streams.facts.matching import DELAY_MINUTES
from tests.matching.kinds import KIND_OF
from tests.matching.parameters import TUNING_SEEDS
from tests.matching.telling import MINUTE, Telling
from tests.matching.truth import truth

SELDOM = 0.01
LENT, LEAST_OF_A_BIN = 6, 0.2
"""A system counts as having told so many times more, as all together do; no delay is impossible."""
NAMES = {
    "fire": "火灾", "gas_leak": "燃气泄漏", "chemicals": "危化品泄漏", "traffic": "交通事故", "illness": "急病伤员",
    "trapped_by_water": "洪水围困", "public_security": "治安警情", "burst_main": "水管爆裂", "flooding": "内涝积水",
    "road_block": "道路阻断", "water_supply": "停水", "manhole": "井盖缺损", "streetlight": "路灯故障",
    "litter": "垃圾污物", "noise": "噪声扰民", "lift": "电梯困人", "slope": "山体滑坡", "high_water": "江河涨水",
    "air": "空气污染", "hazard": "安全隐患", "property": "物业纠纷", "food": "食品安全", "river": "河道污染",
}  # fmt: skip


class Told:
    """All that was told of one kind of happening."""

    def __init__(self) -> None:
        self.happenings = 0
        self.first: Counter[str] = Counter()
        self.once: Counter[str] = Counter()
        self.times: Counter[str] = Counter()
        self.says: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.minutes: list[float] = []
        self.delays: defaultdict[str, list[float]] = defaultdict(list)

    def add(self, tellings: list[Telling]) -> None:
        """One happening more."""
        tellings.sort(key=lambda telling: (telling.fact.occurred_at, telling.record))
        begins_at = tellings[0].fact.occurred_at
        self.happenings += 1
        self.first[tellings[0].fact.system] += 1
        self.once.update({telling.fact.system for telling in tellings})
        for telling in tellings:
            self.times[telling.fact.system] += 1
            self.says[telling.fact.system][telling.fact.incident_class] += 1
        for telling in tellings[1:]:
            minutes = (telling.fact.occurred_at - begins_at) / MINUTE
            self.minutes.append(minutes)
            self.delays[telling.fact.system].append(minutes)

    def tellers(self) -> Iterator[str]:
        """A line for each system, the most frequent first."""
        for system, once in self.once.most_common():
            share, times = once / self.happenings, self.times[system]
            if share < SELDOM:
                continue
            says = ", ".join(
                f"{said}: {number / times:.2f}"
                for said, number in self.says[system].most_common()
                if number / times >= SELDOM
            )
            yield (
                f"{{system: {system}, share: {share:.2f}, first: {self.first[system] / self.happenings:.2f}, "
                f"again: {(times - once) / times:.2f}, delays: [{self._delays(system)}], says: {{{says}}}}}"
            )

    def _delays(self, system: str) -> str:
        """Its own, and for a few reports more those of all, so that what was not drawn is not impossible."""
        own, all_of_them = binned(self.delays[system]), binned(self.minutes)
        whole = sum(all_of_them) + LEAST_OF_A_BIN * len(all_of_them)
        shares = [
            (mine + LENT * (theirs + LEAST_OF_A_BIN) / whole) / (sum(own) + LENT)
            for mine, theirs in zip(own, all_of_them, strict=True)
        ]
        return ", ".join(f"{share:.3f}" for share in shares)


def binned(minutes: Iterable[float]) -> list[int]:
    """How many lie within each bound of delays."""
    found = [0] * len(DELAY_MINUTES)
    for each in minutes:
        found[min(bisect_right(DELAY_MINUTES, each), len(found) - 1)] += 1
    return found


def told(seeds: Iterable[int]) -> dict[str, Told]:
    """By kind of happening."""
    found: defaultdict[str, Told] = defaultdict(Told)
    for seed in seeds:
        one = truth(seed)
        kinds = {incident.number: incident.kind for incident in one.incidents}
        tellings: defaultdict[int, list[Telling]] = defaultdict(list)
        for telling in one.tellings:
            tellings[telling.incident].append(telling)
        for number, each in tellings.items():
            found[kinds[number]].add(each)
    return dict(found)


def lines(seeds: Iterable[int]) -> Iterator[str]:
    """The happenings of `matching.yaml`."""
    found = told(seeds)
    whole = sum(one.happenings for one in found.values())
    for kind in sorted(found):
        one, described = found[kind], KIND_OF[kind]
        minutes = sum(one.minutes) / max(1, len(one.minutes))
        yield f"  - happening: {kind}"
        yield f"    name: {NAMES[kind]}"
        yield f"    incident_class: {described.incident_class}"
        yield f"    share: {one.happenings / whole:.3f}"
        yield f"    minutes: {minutes:.1f}"
        if described.is_life_threatening:
            yield "    life_threatening: true"
        yield "    tellers:"
        yield from (f"      - {line}" for line in one.tellers())


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines(TUNING_SEEDS))
