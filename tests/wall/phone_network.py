"""The network between a phone and the wall, with a switch: a TCP line that can be cut and healed.

Chromium's own offline mode is not enough where a page is loaded anew: the renderer that takes over may have sent
something before the mode reaches it.
"""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit

from streams.embedded.ports import HOST

PIECE_BYTES = 65_536


class PhoneNetwork:
    """Carries bytes from `address` to the wall at `wall_address` from `start` to `stop`, in a thread of its own."""

    def __init__(self, wall_address: str) -> None:
        self.address = ""
        self._wall_port = urlsplit(wall_address).port
        self._is_cut = False
        self._lines: set[asyncio.StreamWriter] = set()
        self._carriers: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="phone network", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self.address = f"http://{HOST}:{self._call(self._listen())}"

    def stop(self) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Every connection is reset, and so is every new one, until the network is healed."""
        self._call(self._cut())

    def heal(self) -> None:
        self._is_cut = False

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _cut(self) -> None:
        self._is_cut = True
        for line in self._lines:
            line.transport.abort()

    async def _close(self) -> None:
        self._server.close()
        await self._cut()
        await asyncio.gather(*self._carriers, return_exceptions=True)

    async def _serve(self, phone_reader: asyncio.StreamReader, phone: asyncio.StreamWriter) -> None:
        if self._is_cut:
            phone.transport.abort()
            return
        wall_reader, wall = await asyncio.open_connection(HOST, self._wall_port)
        ends = {phone, wall}
        self._lines |= ends
        carriers = {
            asyncio.ensure_future(_carry(phone_reader, wall)),
            asyncio.ensure_future(_carry(wall_reader, phone)),
        }
        self._carriers |= carriers
        await asyncio.wait(carriers)
        self._carriers -= carriers
        self._lines -= ends


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
    writer.close()
