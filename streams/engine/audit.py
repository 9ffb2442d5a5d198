"""Which cuts an audit keeps: one a day of each partition, and those that the next audit could not begin without."""

from datetime import datetime, timedelta
from pathlib import Path

from streams.engine.cuts import last_cut_at, remove_old_cuts, write_cut
from streams.engine.replay import Report
from streams.rules.calendar import BEIJING
from streams.topology import Audit


def keep_cuts(report: Report, folder: Path, settings: Audit, now: datetime) -> None:
    """Keep the cuts of an audit in `folder`, and remove those that are too many. Raises CutNotWritten.

    A cut is kept when the hour for it has come since the last one, if all that differed were missing outputs, and so is
    there again; and at once where tables were adopted, so that the next audit has something to begin at.
    """
    is_due = last_cut_at(folder, report.processor) < last_cut_hour(settings.cut_hour, now).timestamp()
    is_explained = not report.tables and all(difference.kind == "missing" for difference in report.differences)
    for cut in report.cuts:
        if cut.partition in report.adopted or (is_due and is_explained):
            write_cut(folder, report.processor, cut)
    remove_old_cuts(folder, report.processor, settings.kept_cuts)


def last_cut_hour(hour: int, now: datetime) -> datetime:
    """When it last was that hour in the city."""
    today = now.astimezone(BEIJING).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)
