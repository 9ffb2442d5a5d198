"""The audits of a worker's processors, each in a process of its own and at the lowest priority: a replay is CPU work.

Whichever worker owns the first partition of a log has the whole log audited, so that among several it is one.
"""

import asyncio
import json
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from mode import Service

from streams.embedded.child import leashed
from streams.metrics import AuditMetrics
from streams.topology import Audit

LOOK_SECONDS = 1.0
LONGEST_SECONDS = 4 * 3600.0
"""An audit that has not ended by then hangs."""
MISSED_AUDITS = 3
"""So many may be missed before the last one is too old."""
LOWEST_PRIORITY = ("nice", "-n", "19")


class AuditFailed(Exception):
    """An audit did not come to its end; the text is what it said last."""


class Audits(Service):
    """Audits one processor after the other, as often as `settings` say; `is_ours` tells of each whether it is ours."""

    def __init__(self, settings: Audit, is_ours: Mapping[str, Callable[[], bool]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._every_seconds = settings.every_seconds
        self._is_ours = is_ours
        self._metrics: dict[str, AuditMetrics] = {}
        self._process: Process | None = None

    async def on_stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    @Service.task
    async def _work(self) -> None:
        next_at = time.monotonic() + self._every_seconds
        while not self.should_stop:
            self._look()
            if time.monotonic() >= next_at:
                for processor in list(self._metrics):
                    await self._audit(processor)
                next_at = time.monotonic() + self._every_seconds
            await self.sleep(LOOK_SECONDS)

    def _look(self) -> None:
        """Of what is ours the age of the last audit shows, of what another worker owns it does not."""
        for processor, is_ours in self._is_ours.items():
            if not is_ours():
                if processor in self._metrics:
                    self._metrics.pop(processor).forget()
            elif processor not in self._metrics:
                self._metrics[processor] = AuditMetrics(processor, MISSED_AUDITS * self._every_seconds)

    async def _audit(self, processor: str) -> None:
        try:
            found = await self._run(processor)
        except (AuditFailed, OSError, TimeoutError) as error:
            self._metrics[processor].failed()
            self.log.warning("the audit of %s did not come to its end: %r", processor, error)
            return
        differences = [one for span in found["spans"] if span["is_current"] for one in span["differences"]]
        kinds = Counter(one["kind"] for one in differences)
        entries = sum(table["entries"] for table in found["tables"])
        self._metrics[processor].found(kinds["missing"], kinds["changed"], found["repaired"], entries)
        if found["cut_failure"] is not None:
            self._metrics[processor].cut_failed()
        if differences:
            self.log.error(
                "the audit of %s found %d outputs missing and %d changed, and published %d again; the first: %s",
                *(processor, kinds["missing"], kinds["changed"], found["repaired"], json.dumps(differences[0])),
            )
        if entries:
            self.log.error(
                "the audit of %s found %d entries on its changelog that are not what the log makes them: %s",
                *(processor, entries, json.dumps(found["tables"])),
            )

    async def _run(self, processor: str) -> dict[str, Any]:
        """What `hub replay --audit` prints."""
        command = (*LOWEST_PRIORITY, sys.executable, "-m", "streams.cli", "replay", processor, "--audit", "--json")
        self._process = process = await asyncio.create_subprocess_exec(
            *leashed(command), stdin=DEVNULL, stdout=PIPE, stderr=PIPE
        )
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                printed, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        last_line = (said.decode(errors="replace").strip().splitlines() or [""])[-1]
        try:
            found: dict[str, Any] = json.loads(printed)
        except ValueError as error:
            raise AuditFailed(last_line or f"exit code {process.returncode}") from error
        if last_line:
            self.log.warning("the audit of %s said: %s", processor, last_line)
        return found
