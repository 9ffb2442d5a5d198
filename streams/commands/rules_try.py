"""`hub rules try`: the matters of the last days by the city's files, beside the rules that the log holds.

Nothing is written; no consumer group is left behind.
"""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from streams.cities.city import City, Rule
from streams.codec import Codec, CodecError
from streams.commands.city_rules import AsJson, CityFolder, city_or_end, published_or_end
from streams.commands.cluster import FINDING, bootstrap_servers, end, topology_or_end
from streams.commands.words import NOTHING, print_table
from streams.durations import DAY_MILLISECONDS
from streams.facts.chinese import CLOCK_KINDS, URGENCIES
from streams.facts.matters import Located, Opened
from streams.facts.rules import RULES_KEY, IncidentClass, Limit, Unit
from streams.rules.limit_words import words_of
from streams.rules.time_limits import TimeLimit
from streams.rules_trial import MOST_LISTED, Clock, Trial, ruled
from streams.topic_reader import NotReadable, offsets_since, read_topic
from streams.topology import Topology

MATTERS = "hub.log.matters.v1"
SHOWN_MATTERS = 50


def try_rules(
    city: CityFolder = None,
    *,
    days: Annotated[float, typer.Option(min=0.01, max=3650, help="How far back.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Show which matters of the last days the city's files would have sent elsewhere, and which clocks would differ."""
    topology, codec = topology_or_end(), Codec.load()
    found = city_or_end(city, topology)
    published = published_or_end(topology, codec)
    trial = Trial(ruled(published.rules, codec), ruled(found.rules, codec))
    log = _MattersLog(topology, codec, round(time.time() * 1000 - days * DAY_MILLISECONDS))
    for fact, at in log.facts():
        trial.take(fact, at)
    trial.finish()
    if as_json:
        typer.echo(json.dumps(_trial_said(trial, published.version, log.unreadable), ensure_ascii=False))
        return
    _print_trial(trial, _Names(published.rules, found), published.version)
    if log.unreadable:
        typer.echo(f"{log.unreadable} 条记录无法读取,未比较")


class _MattersLog:
    """What the matters' log says of opened matters and of their places, since an instant; counts what is unreadable."""

    def __init__(self, topology: Topology, codec: Codec, since: int) -> None:
        self._name = topology.topic_name(MATTERS)
        self._partitions = range(topology.topics[MATTERS].partitions)
        self._codec = codec
        self._since = since
        self.unreadable = 0

    def facts(self) -> Iterator[tuple[Opened | Located, int]]:
        """Each with its append time, in the order of each partition; ends the command where the log cannot be read."""
        bootstrap = bootstrap_servers()
        try:
            starts = offsets_since(bootstrap, self._name, self._partitions, self._since)
            for message in read_topic(bootstrap, self._name, starts) if starts else ():
                if message.key() == RULES_KEY.encode():
                    continue
                try:
                    fact = self._codec.decode(message.value() or b"")
                except CodecError:
                    self.unreadable += 1
                    continue
                if isinstance(fact, Opened | Located):
                    yield fact, message.timestamp()[1]
        except NotReadable as error:
            end(str(error), FINDING)


def _trial_said(trial: Trial, version: str, unreadable: int) -> dict[str, Any]:
    return {
        "version": version,
        "matters": trial.matters,
        "unreadable": unreadable,
        "differing": trial.differing,
        "elsewhere": [{**way._asdict(), "matters": count} for way, count in trial.elsewhere.most_common()],
        "clocks": [
            {**way._asdict(), "before": _words(way.before), "after": _words(way.after), "matters": count}
            for way, count in trial.clocks.most_common()
        ],
        "listed": [{**one._asdict(), "clocks": [clock._asdict() for clock in one.clocks]} for one in trial.listed],
        "not_listed": trial.differing - len(trial.listed),
    }


class _Names:
    """Names of classes, units and regions, the files' where they differ from the log's."""

    def __init__(self, published: tuple[Rule, ...], city: City) -> None:
        rules = (*published, *city.rules)
        self.classes = {rule.incident_class: rule.name for rule in rules if isinstance(rule, IncidentClass)}
        self._units = {rule.unit: rule.name for rule in rules if isinstance(rule, Unit)}
        self.regions: Mapping[str, str] = city.regions

    def unit(self, unit: str | None) -> str:
        return self._units.get(unit, unit) if unit else NOTHING


def _print_trial(trial: Trial, names: _Names, version: str) -> None:
    _print_elsewhere(trial, names)
    _print_clocks(trial, names)
    print_table(
        ("事件编号", "类别", "紧急程度", "地点", "在用规则呼叫", "文件呼叫", "时限(秒)"),
        (
            (
                one.incident_no,
                names.classes.get(one.incident_class, one.incident_class),
                URGENCIES[one.urgency],
                names.regions.get(one.region, one.region),
                names.unit(one.before),
                names.unit(one.after),
                "、".join(_clock(clock) for clock in one.clocks) or NOTHING,
            )
            for one in trial.listed[:SHOWN_MATTERS]
        ),
    )
    unlisted = trial.differing - min(len(trial.listed), SHOWN_MATTERS)
    more = f",另有 {unlisted} 件未列出(--json 列至 {MOST_LISTED} 件)" if unlisted else ""
    counts = f"共 {trial.matters} 件,{trial.elsewhere.total()} 件去向不同,{trial.differing} 件有变化"
    typer.echo(f"在用版本 {version};{counts}{more}")


def _print_elsewhere(trial: Trial, names: _Names) -> None:
    print_table(
        ("类别", "在用规则呼叫", "文件呼叫", "件数"),
        (
            (
                names.classes.get(way.incident_class, way.incident_class),
                names.unit(way.before),
                names.unit(way.after),
                str(count),
            )
            for way, count in trial.elsewhere.most_common()
        ),
    )


def _print_clocks(trial: Trial, names: _Names) -> None:
    print_table(
        ("类别", "紧急程度", "时限", "在用", "文件", "件数"),
        (
            (
                names.classes.get(way.incident_class, way.incident_class),
                URGENCIES[way.urgency],
                CLOCK_KINDS[way.clock],
                _words(way.before) or NOTHING,
                _words(way.after) or NOTHING,
                str(count),
            )
            for way, count in trial.clocks.most_common()
        ),
    )


def _words(limit: Limit | None) -> str | None:
    """A time in words, with its calendar."""
    if limit is None:
        return None
    return f"{words_of(TimeLimit.of(limit))}({limit.calendar})"


def _clock(clock: Clock) -> str:
    """A clock's seconds before and after."""
    before, after = (NOTHING if one is None else str(one) for one in (clock.before_seconds, clock.after_seconds))
    return f"{CLOCK_KINDS[clock.clock]}{before}→{after}"
