"""Files that departments drop: CSV in GB18030, a day's or an hour's; a full dump has every record again.

The same file for the same period and seed, so that a city that is started again drops nothing twice.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from connectors.city.filling import Filler, Moment
from connectors.city.ground import Ground, Spot
from connectors.city.records import drawn
from connectors.city.residents import Residents, identifier
from connectors.city.rows import Play
from connectors.city.stories import Department, Story
from connectors.contract import Contract
from connectors.systems import fleet
from connectors.values import PersonToken

ENCODING = "gb18030"
DAY = timedelta(days=1)
OFFICE_SECONDS = (9 * 3600.0, 17 * 3600.0)
CHANGED_SHARE, OLDEST_DAYS = 0.3, 30
"""Of the records of a full dump: changed on a day; how long ago the last change lies at most."""

Lines = Mapping[str, tuple[str, ...]]
"""A file's lines by record number."""


@dataclass(frozen=True)
class DailyFile:
    """One file. Its lines are versions by its name if it is a full dump, else by `versions`."""

    name: str
    columns: tuple[str, ...]
    lines: Lines
    versions: Mapping[str, str]

    @property
    def content(self) -> bytes:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows([self.columns, *self.lines.values()])
        return text.getvalue().encode(ENCODING)

    def changed_since(self, earlier: Lines) -> list[str]:
        """Record numbers whose line is new, different or gone: what the file has to say."""
        return sorted(
            number for number in self.lines.keys() | earlier.keys() if self.lines.get(number) != earlier.get(number)
        )

    def version(self, record_no: str) -> str:
        return self.versions.get(record_no, self.name)


def read_lines(path: Path, record_column: str) -> Lines:
    """The lines of a file dropped earlier, by the column that numbers them."""
    header, *rows = list(csv.reader(io.StringIO(path.read_bytes().decode(ENCODING))))
    place = header.index(record_column)
    return {row[place]: tuple(row) for row in rows}


class FilesOf:
    """The files of one department, one each `every`."""

    def __init__(
        self, department: Department, every: timedelta, ground: Ground, seed: int, residents: Residents | None = None
    ) -> None:
        self.system = department.system
        self._department = department
        self._contract: Contract = fleet()[department.system].contract
        self._every = every
        self._organisations = ground.of("organisation")
        self._spots = {story.places: ground.of(*story.places) for story in department.stories}
        self._seed = seed
        self._residents = residents

    @property
    def record_column(self) -> str:
        return self._contract.item(self._contract.record[0]).source_field

    @property
    def is_full_dump(self) -> bool:
        return self._contract.full_dump

    def file_at(self, moment: datetime) -> DailyFile:
        """The newest file at a moment in Beijing time."""
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        period = midnight + (moment - midnight) // self._every * self._every
        stamp = f"{period:%Y%m%d}" if self._every >= DAY else f"{period:%Y%m%d%H}"
        rows = self._dumped(period) if self.is_full_dump else self._new(period, stamp)
        if self._residents is not None:
            rows = [self._residents.named(self._contract, str(row[self.record_column]), row) for row in rows]
        columns = tuple(item.source_field for item in self._contract.all_items if item.name != "change")
        lines = {row[self.record_column]: tuple(written(row[column]) for column in columns) for row in rows}
        names = [self._contract.item(name).source_field for name in self._contract.version]
        versions = {row[self.record_column]: str(row[name]) for row in rows for name in names}
        return DailyFile(f"{self._contract.name}_{stamp}.csv", columns, lines, versions)

    def _new(self, period: datetime, stamp: str) -> list[dict[str, Any]]:
        """Records of the period before, each once."""
        random = Random(f"{self._seed}/{self.system}/{stamp}")
        rows: list[dict[str, Any]] = []
        for story in self._department.stories:
            for _ in range(max(1, round(story.per_day * self._every / DAY))):
                number = f"{self._department.prefix}{stamp}{len(rows) + 1:03}"
                rows.append(
                    self._row(story, random.choice(self._spots[story.places]), number, period - self._every, random)
                )
        return rows

    def _dumped(self, period: datetime) -> list[dict[str, Any]]:
        """Every record, as it was when it changed last before the period."""
        rows = []
        for place, story in enumerate(self._department.stories):
            for number in range(round(story.per_day)):
                known = f"{self._seed}/{self.system}/{place}/{number}"
                spots = self._spots[story.places]
                spot = spots[(number * len(self._department.stories) + place) % len(spots)]
                changed_on = self._changed_on(known, period)
                random = Random(f"{known}/{changed_on:%Y%m%d}")
                row = self._row(story, spot, f"{self._department.prefix}{place}{number:04}", changed_on, random)
                rows.append(row | self._persons(known))
        return rows

    def _persons(self, known: str) -> dict[str, str]:
        """Whom a record is about: the same person whenever it changes."""
        persons = {item.source_field: item.type for item in self._contract.all_items}
        return {
            column: identifier(kind.by, Random(f"{known}/{column}"))
            for column, kind in persons.items()
            if isinstance(kind, PersonToken)
        }

    def _changed_on(self, known: str, period: datetime) -> datetime:
        days = (period - DAY * back for back in range(1, OLDEST_DAYS))
        changed = (day for day in days if Random(f"{known}/changed/{day:%Y%m%d}").random() < CHANGED_SHARE)
        return next(changed, period - DAY * OLDEST_DAYS)

    def _row(self, story: Story, spot: Spot, number: str, day: datetime, random: Random) -> dict[str, Any]:
        play = Play(self._seed, round(day.timestamp() * 1000), 1.0)
        filler = Filler(self._contract, play, self._organisations)
        at = random.uniform(*OFFICE_SECONDS) if self._every >= DAY else random.uniform(0, self._every.total_seconds())
        row = filler.fixed(spot, at, number, random, whole=True) | filler.version(spot, Moment(1, at, at), random)
        return {**row, **drawn(story.row, random), **drawn(story.steps[-1].row, random)}


def written(value: Any) -> str:
    """A value as a CSV file has it."""
    return "" if value is None else str(value)
