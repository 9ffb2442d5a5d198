"""How listings show the reports of an incident: who tells of it, in which words, and why it is told of this one."""

from collections.abc import Iterable, Mapping

from streams.codec import Codec
from streams.commands.cluster import FINDING, bootstrap_servers, end
from streams.commands.words import NOTHING, print_table, shown_time
from streams.facts.chinese import MATCHING_REASONS, URGENCIES
from streams.facts.views import Reason, Report
from streams.topic_reader import NotReadable
from streams.topology import Topology
from streams.view_reader import Views

VIEW = "hub.view.reports.v1"
TITLES = ("来源系统", "记录编号", "类别", "紧急程度", "发生时间", "用语", "把握", "理由", "归并已定", "来源已结")


def read_tellings(topology: Topology, *incident_nos: str) -> dict[str, list[Report]]:
    """The reports of some incidents by number, as they happened; ends the command where they cannot be read.

    Of a confidential incident there are none: its view says the district alone.
    """
    try:
        found: Iterable[Report] = Views(bootstrap_servers(), topology, Codec.load()).read(VIEW).values()
    except NotReadable as error:
        end(str(error), FINDING)
    told: dict[str, list[Report]] = {number: [] for number in incident_nos}
    for report in sorted(found, key=lambda one: (one.occurred_at, one.system, one.record_no)):
        if report.incident_no in told:
            told[report.incident_no].append(report)
    return told


def print_tellings(reports: Iterable[Report], classes: Mapping[str, str]) -> None:
    """Print them, where there are any; `classes` names classes in Chinese."""
    rows = [
        (
            one.system,
            one.record_no,
            classes.get(one.incident_class, one.incident_class),
            URGENCIES[one.urgency],
            shown_time(one.occurred_at),
            "、".join(one.words) or NOTHING,
            shown_probability(one.probability),
            reasons_in_words(one.reasons),
            "是" if one.settled else "否",
            "是" if one.closed else "否",
        )
        for one in reports
    ]
    if rows:
        print_table(TITLES, rows)


def reasons_in_words(reasons: Iterable[Reason]) -> str:
    """What speaks for one happening (+) and against it (-), as 距离 +2.1, with the weightiest first."""
    weighed = sorted(reasons, key=lambda one: (-abs(one.points), one.name))
    said = "、".join(f"{MATCHING_REASONS.get(one.name, one.name)} {one.points:+.1f}" for one in weighed)
    return said or NOTHING


def shown_probability(probability: float | None) -> str:
    """As a whole percentage that never rounds up to certainty, nor down to impossibility."""
    if probability is None:
        return NOTHING
    percent = round(probability * 100)
    return f"{percent}%" if 0 < percent < 100 else (">99%" if percent else "<1%")
