"""短信 and 语音电话 over the provider contract, against the simulated providers behind a real HTTP server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from connectors.city.providers import Fate, Providers, drawn
from streams.agents.channel import Result
from streams.agents.http import Http
from streams.agents.order_call import Names
from streams.agents.provider import ProviderChannel
from streams.agents.sms import SMS
from streams.agents.voice import VOICE
from streams.facts.deliveries import ToldLimit
from streams.facts.notices import Attempt
from streams.secrecy.secret_store import SecretMissing, SecretStore

NUMBER = "00000000007"
ORDER = "50011720261122M00001-01"
NAMES = Names({"gas_leak": "燃气泄漏"}, {"500117": "合川区"}, {"gas": "合川区燃气抢险队"})


def notice(channel: Any, timeout_seconds: int = 5, attempt: int = 3) -> Attempt:
    return Attempt(
        delivery_no=f"{ORDER}-D1", attempt=attempt, unit="gas", channel=channel, address="secret:duty_mobile_gas",
        timeout_seconds=timeout_seconds, district="500117", order_no=ORDER, matter_no=ORDER[:-3],
        incident_class="gas_leak", urgency="critical", region="500117",
        limits=(ToldLimit(kind="acknowledge", amount=5, unit="minute"),),
    )  # fmt: skip


class Night:
    """Providers behind a port, and the hub's channels to them."""

    def __init__(self, providers: Providers, sms: ProviderChannel, voice: ProviderChannel) -> None:
        self.providers = providers
        self.sms = sms
        self.voice = voice


@asynccontextmanager
async def night(secrets: Path, fate: Fate | None, key: bytes = b"a key") -> AsyncIterator[Night]:
    """A night in which each message or call has this fate, or the one drawn for it."""
    providers = Providers({"sms": b"a key", "voice": b"a key"}, (lambda *_: fate) if fate else drawn(1))
    app = FastAPI(openapi_url=None)
    providers.add_to(app)
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    for name in ("sms", "voice"):
        (secrets / f"{name}_provider").write_text(f"http://127.0.0.1:{port}/{name}")
        (secrets / f"{name}_provider_key").write_bytes(key)
    (secrets / "duty_mobile_gas").write_text(NUMBER)
    http = Http()
    store = SecretStore(secrets)
    try:
        yield Night(providers, ProviderChannel(SMS, http, store, NAMES), ProviderChannel(VOICE, http, store, NAMES))
    finally:
        await http.close()
        server.should_exit = True
        await serving


def during(secrets: Path, fate: Fate | None, story: Callable[[Night], Awaitable[Any]], key: bytes = b"a key") -> Any:
    async def told() -> Any:
        async with night(secrets, fate, key) as one:
            return await story(one)

    return asyncio.run(told())


@pytest.mark.parametrize(
    ("fate", "outcome", "detail"),
    [
        (((0, "accepted"), (0.5, "read")), "delivered", "read"),
        (((0, "read"),), "delivered", "read"),
        (((0, "accepted"), (0.5, "arrived")), "sent", "arrived and no more in time"),
        (((0, "failed"),), "failed", "failed"),
        (((0, "eaten"),), "failed", "the provider names a state that nobody knows"),
    ],
)
def test_a_message_is_proven_by_its_reading_alone(tmp_path: Path, fate: Fate, outcome: str, detail: str) -> None:
    result = during(tmp_path, fate, lambda one: one.sms.attempt(notice("sms", 2)))
    assert (result.outcome, result.detail) == (outcome, detail)


@pytest.mark.parametrize(
    ("fate", "outcome"),
    [
        (((0, "ringing"), (0.5, "confirmed")), "delivered"),
        (((0, "unconfirmed"),), "sent"),
        (((0, "ringing"), (0.5, "unanswered")), "failed"),
        (((0, "busy"),), "failed"),
        (((0, "ringing"),), "timeout"),
    ],
)
def test_a_call_is_proven_by_a_key_that_was_pressed(tmp_path: Path, fate: Fate, outcome: str) -> None:
    assert during(tmp_path, fate, lambda one: one.voice.attempt(notice("voice", 2))).outcome == outcome


def test_the_officer_is_told_what_and_where_and_by_when(tmp_path: Path) -> None:
    async def story(one: Night) -> dict[str, str]:
        await one.voice.attempt(notice("voice"))
        (taken,) = one.providers.taken.values()
        return taken

    assert during(tmp_path, ((0, "confirmed"),), story) == {
        "to": NUMBER,
        "text": f"【特急】合川区发生燃气泄漏，请合川区燃气抢险队在5分钟内签收。派单编号{ORDER}。收到请按1确认。",
        "reference": ORDER,
    }


def test_an_attempt_that_is_made_again_is_one_call_and_the_leaders_is_another(tmp_path: Path) -> None:
    async def story(one: Night) -> int:
        for call in (notice("voice"), notice("voice"), notice("leader", attempt=4)):
            await one.voice.attempt(call)
        return len(one.providers.taken)

    assert during(tmp_path, ((0, "confirmed"),), story) == 2


def test_a_provider_that_does_not_know_our_key_takes_nothing(tmp_path: Path) -> None:
    async def story(one: Night) -> tuple[Result, int]:
        return await one.sms.attempt(notice("sms")), len(one.providers.taken)

    result, taken = during(tmp_path, ((0, "read"),), story, key=b"another key")
    assert (result.outcome, result.status_code, taken) == ("failed", 401, 0)


def test_a_provider_that_is_away_fails_at_once(tmp_path: Path) -> None:
    async def story(one: Night) -> Result:
        (tmp_path / "sms_provider").write_text("http://127.0.0.1:9/sms")
        return await one.sms.attempt(notice("sms"))

    assert during(tmp_path, ((0, "read"),), story)[:3] == ("failed", None, "nobody takes the connection")


def test_a_number_that_nobody_wrote_down_is_said_by_its_name_only(tmp_path: Path) -> None:
    unknown = replace(notice("sms"), address="secret:duty_mobile_nobody")
    with pytest.raises(SecretMissing, match="duty_mobile_nobody"):
        during(tmp_path, ((0, "read"),), lambda one: one.sms.attempt(unknown))


def test_the_simulated_city_reads_some_messages_and_takes_some_calls() -> None:
    fates = [drawn(1)(kind, f"{number}") for kind in ("sms", "voice") for number in range(100)]
    endings = {fate[-1][1] for fate in fates}
    assert endings == {"read", "arrived", "confirmed", "unanswered"}
    assert all(
        fate[0][0] == 0 and [moment for moment, _ in fate] == sorted(moment for moment, _ in fate) for fate in fates
    )
