"""`matching`: how well reports of one happening are found to be one incident, by the hub and by a plain baseline.

Drawn truths of the scoring seeds at normal and at double noise, and the set that was written by hand. Counts: the same
in every run; how fast the hub is at it comes after them (`matching_speed`).
"""

from collections.abc import Iterable, Iterator, Mapping

from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure
from tests.benchmarks.matching_speed import measure_speed
from tests.matching.baseline import group_plainly
from tests.matching.matcher import Matcher
from tests.matching.parameters import NOISES, SCORING_SEEDS
from tests.matching.scoring import Pairs, Score, score
from tests.matching.telling import Truth
from tests.matching.todays_hub import group_as_today
from tests.matching.truth import truth
from tests.matching.written import written_truth

CASE = "matching"
MATCHERS: Mapping[str, Matcher] = {"hub": group_as_today, "baseline": group_plainly}
FEWEST_PAIRS = 30
"""A column with fewer true pairs says nothing; it is left out."""
DIGITS = 4


def measure(bench: Bench) -> list[Figure]:
    """Precision, recall and f1 over all pairs; f1 of each pair of sources and each quirk, with both in its labels.

    The label `set` is `normal` or `double` for the drawn truths by their noise, and `written`.
    """
    engines = [engine for engine in MATCHERS if not bench.engines or engine in bench.engines]
    figures: list[Figure] = []
    for labels, truths in _sets():
        scores = {engine: Score() for engine in engines}
        for one in truths:
            for engine in engines:
                scores[engine] += scored(MATCHERS[engine], one)
        for engine, found in scores.items():
            bench.say(f"{CASE}: {' '.join(labels.values())}, {engine}: {_in_words(found)}")
            figures += [*_overall(engine, labels, found), *_columns(engine, labels, found)]
    return [*figures, *(measure_speed(bench) if "hub" in engines else ())]


def scored(matcher: Matcher, one: Truth) -> Score:
    """A matcher's score on one truth, of which it is given the steps alone."""
    return score(one.tellings, matcher(one.steps()), one.life_threatening)


def _sets() -> Iterator[tuple[dict[str, str], Iterable[Truth]]]:
    for noise, parameters in NOISES.items():
        yield {"set": noise}, (truth(seed, parameters) for seed in SCORING_SEEDS)
    yield {"set": "written"}, [written_truth()]


def _in_words(found: Score) -> str:
    pairs = found.overall
    return f"precision {pairs.precision:.3f}, recall {pairs.recall:.3f} of {pairs.true:,} pairs"


def _overall(engine: str, labels: Mapping[str, str], found: Score) -> Iterator[Figure]:
    sizes = {**labels, "reports": str(found.reports), "incidents": str(found.incidents)}
    shares = {
        "precision": found.overall.precision,
        "recall": found.overall.recall,
        "f1": found.overall.f1,
        "review_share": found.review_share,
    }
    for metric, value in shares.items():
        yield Figure(CASE, engine, metric, round(value, DIGITS), "1", sizes)
    joined = found.life_threatening_joined
    yield Figure(CASE, engine, "life_threatening_joined", joined, "pairs", sizes)


def _columns(engine: str, labels: Mapping[str, str], found: Score) -> Iterator[Figure]:
    for quirk, pairs in found.by_quirk.items():
        yield from _column(engine, {"quirk": quirk, **labels}, pairs)
    for (one, other), pairs in found.by_sources.items():
        yield from _column(engine, {"sources": f"{one}+{other}", **labels}, pairs)


def _column(engine: str, labels: Mapping[str, str], pairs: Pairs) -> Iterator[Figure]:
    if pairs.true >= FEWEST_PAIRS:
        parts = {"precision": f"{pairs.precision:.3f}", "recall": f"{pairs.recall:.3f}", "pairs": str(pairs.true)}
        yield Figure(CASE, engine, "f1", round(pairs.f1, DIGITS), "1", {**labels, **parts})
