"""A wall for one test, or one for all tests of a module; the duty page on phones of a browser."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import Cluster
from tests.wall.duty_stage import DutyStage
from tests.wall.phones import PHONE, Open
from tests.wall.test_page import ARGUMENTS, CHROMIUM, SHOWN_MILLISECONDS
from tests.wall.wall_stage import WallStage

EVENTS = "text/event-stream"


@pytest.fixture
def stage(kafka_broker: Cluster, tmp_path: Path) -> Iterator[WallStage]:
    """A wall of the test's own, not yet started: it may kill what it likes."""
    stage = WallStage(kafka_broker.bootstrap_servers, f"t{uuid.uuid4().hex[:8]}.", tmp_path)
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def wall(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WallStage]:
    """A running wall for all tests of a module: they use keys of their own and break nothing."""
    home = tmp_path_factory.mktemp("wall")
    stage = WallStage(kafka_broker.bootstrap_servers, f"t{uuid.uuid4().hex[:8]}.", home)
    stage.start()
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, duty: DutyStage) -> Iterator[Open]:
    """Opens the page signed in by a link, on a phone of its own; nothing that it does may be an error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(
        *,
        size: tuple[int, int] = PHONE,
        script: str = "",
        token: str | None = None,
        stream: str = "",
        address: str = "",
        **context: Any,
    ) -> Page:
        contexts.append(browser.new_context(viewport={"width": size[0], "height": size[1]}, **context))
        if stream:
            contexts[-1].route("**/orders/stream", lambda route: route.fulfill(body=stream, content_type=EVENTS))
        page = contexts[-1].new_page()
        page.set_default_timeout(SHOWN_MILLISECONDS)
        expect.set_options(timeout=SHOWN_MILLISECONDS)
        page.on("pageerror", lambda error: errors.append(str(error)))
        if script:
            page.add_init_script(script)
        page.goto(f"{address or duty.wall.address}/duty/#token={token or duty.token()}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []
