"""Where Prometheus finds the processes of a hub: a file that `ops/prometheus/prometheus.yml` reads."""

import json
from collections.abc import Mapping
from pathlib import Path


def write_targets(path: Path, addresses: Mapping[str, str]) -> None:
    """Replace the file, of Prometheus' `file_sd` form, in one step.

    `addresses` gives `host:port` of /metrics by the name of the process.
    """
    groups = [{"targets": [address], "labels": {"process": name}} for name, address in sorted(addresses.items())]
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(groups, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
