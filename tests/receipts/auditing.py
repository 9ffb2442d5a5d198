"""`ops/audit/verify_receipts.py` as an auditor runs it: alone, with nothing of the hub."""

import json
import re
import subprocess
import sys
from pathlib import Path

VERIFIER = Path(__file__).resolve().parents[2] / "ops" / "audit" / "verify_receipts.py"
FAULT = re.compile(r"^链 (.+): 第 (-?\d+) 条 .*\((\w+)\);", re.MULTILINE)


def run_verifier(*arguments: str | Path) -> tuple[int, str]:
    """Exit code and what it printed; without the hub's packages, away from its checkout."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, cwd="/", env={"LC_ALL": "C.UTF-8"}
    )
    return done.returncode, done.stdout + done.stderr


def faults_in(printed: str) -> list[tuple[str, int, str]]:
    """Chain, number and kind of each fault that was printed."""
    return [(chain, int(number), kind) for chain, number, kind in FAULT.findall(printed)]


def read_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_lines(path: Path, lines: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
