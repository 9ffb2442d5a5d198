"""The figures of a benchmark: gathered, shown as a table, written to `build/bench.json`."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One number of one engine in one case; `labels` say under what circumstances it was measured."""

    case: str
    engine: str
    metric: str
    value: float
    unit: str
    labels: Mapping[str, str] = field(default_factory=dict)


def median_of(samples: Iterable[Figure]) -> list[Figure]:
    """One figure for each case, engine and metric: the median; labels say of how many runs, and their range."""
    groups: dict[tuple[str, str, str], list[Figure]] = {}
    for sample in samples:
        groups.setdefault((sample.case, sample.engine, sample.metric), []).append(sample)
    return [_median(group) for group in groups.values()]


def _median(group: list[Figure]) -> Figure:
    first, values = group[0], [figure.value for figure in group]
    spread = {"runs": str(len(values)), "lowest": f"{min(values):.4g}", "highest": f"{max(values):.4g}"}
    labels = {**first.labels, **spread}
    return Figure(first.case, first.engine, first.metric, round(median(values), 3), first.unit, labels)


def show(figures: Iterable[Figure]) -> None:
    """A table on standard output."""
    table = Table("case", "engine", "metric", "value", "unit", "runs", "range", "measured")
    for column in (3, 5, 6):
        table.columns[column].justify = "right"
    for figure in figures:
        labels = dict(figure.labels)
        runs, lowest, highest = (labels.pop(name, "") for name in ("runs", "lowest", "highest"))
        spread = f"{lowest}–{highest}" if lowest else ""
        said = " ".join(f"{name}={value}" for name, value in labels.items())
        table.add_row(figure.case, figure.engine, figure.metric, f"{figure.value:,g}", figure.unit, runs, spread, said)
    Console(width=160).print(table)


def write(figures: Iterable[Figure], path: Path) -> None:
    """A list of objects with case, engine, metric, value, unit, labels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(figure) for figure in figures], ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
