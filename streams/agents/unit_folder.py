"""文件: an order as a file in a folder that a unit's program empties. Only its being taken away is a proof.

The file holds the order as a webhook gets it. It is written as a whole, once for a delivery, and left where nobody has
come: whoever comes later finds it, and the attempt after this one sees that it is gone.
"""

import asyncio
import time
from pathlib import Path

from streams.agents.channel import Result
from streams.agents.order_call import Names, as_event, order_call
from streams.facts.notices import Attempt
from streams.secrecy.secret_store import SecretStore

LOOK_SECONDS = 0.5


class UnitFolders:
    """The channel `file`; the secret of its address is the path of the folder."""

    def __init__(self, secrets: SecretStore, names: Names) -> None:
        self._secrets = secrets
        self._names = names

    async def attempt(self, notice: Attempt) -> Result:
        """Write the file unless an earlier attempt has, and look until it is gone; SecretMissing."""
        end_at = time.monotonic() + notice.timeout_seconds
        folder = Path(self._secrets.resolve(notice.address))
        body = as_event(order_call(notice, self._names))
        try:
            file = await asyncio.to_thread(_written, folder, notice, body)
            while await asyncio.to_thread(file.exists):
                if time.monotonic() + LOOK_SECONDS >= end_at:
                    return Result("sent", None, "nobody has taken the file away in time")
                await asyncio.sleep(LOOK_SECONDS)
        except OSError as error:
            return Result("failed", None, f"the folder does not take it: {error.strerror}")
        return Result("delivered", None, "the file was taken away")


def _written(folder: Path, notice: Attempt, body: bytes) -> Path:
    """The file of a delivery, written by its first attempt; a hidden file notes that it was."""
    file, noted = folder / f"{notice.delivery_no}.json", folder / f".{notice.delivery_no}"
    if not noted.exists():
        draft = folder / f".{notice.delivery_no}.draft"
        draft.write_bytes(body)
        draft.replace(file)
        noted.touch()  # last: a kill before it leads to the same file once more, never to one that was not written
    return file
