"""文件: an order lies in a unit's folder, and only its being taken away proves that the unit has it."""

import asyncio
import json
from pathlib import Path

from streams.agents.channel import Result
from streams.agents.unit_folder import UnitFolders
from streams.secrecy.secret_store import SecretStore
from tests.hosting.test_providers import NAMES, ORDER, notice

NAME = f"{ORDER}-D1.json"


def attempt(home: Path, *, taken: bool, seconds: int = 2) -> Result:
    """One attempt, during which the unit's program takes the file away, or does not."""

    async def story() -> Result:
        trying = asyncio.create_task(UnitFolders(SecretStore(home), NAMES).attempt(notice("file", seconds)))
        file = home / "orders" / NAME
        while taken and not trying.done() and not file.exists():
            await asyncio.sleep(0.01)
        if taken:
            file.unlink(missing_ok=True)
        return await trying

    (home / "duty_mobile_gas").write_text(str(home / "orders"))
    return asyncio.run(story())


def test_a_file_that_was_taken_away_is_a_delivery(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    assert attempt(tmp_path, taken=True)[:3] == ("delivered", None, "the file was taken away")


def test_a_file_that_lies_there_is_sent_and_says_what_a_webhook_is_told(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    assert attempt(tmp_path, taken=False).outcome == "sent"
    lying = json.loads((tmp_path / "orders" / NAME).read_bytes())
    assert (lying["subject"], lying["type"]) == (ORDER, "hub.order.requested.v1")


def test_what_was_taken_between_two_attempts_is_seen_by_the_second_and_written_once(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    attempt(tmp_path, taken=False)
    (tmp_path / "orders" / NAME).unlink()
    assert attempt(tmp_path, taken=False).outcome == "delivered"


def test_a_folder_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    assert attempt(tmp_path, taken=False)[:2] == ("failed", None)
