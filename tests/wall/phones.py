"""The duty page on phones of a browser: how it is opened, its cards, and what the log has of its taps."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page

from streams.codec import Codec
from streams.facts.matters import Answered
from tests.wall.duty_stage import DutyStage

PHONE = (390, 844)
LOG = "hub.log.matters.v1"

Open = Callable[..., Page]
"""Opens the page, signed in."""


def card(page: Page, sequence: int) -> Locator:
    return page.locator(f"[data-order='50011720261122M{sequence:05}-01']")


def answers_of(duty: DutyStage, sequence: int) -> list[Answered]:
    """What the log of matters has been told about an order, in its order."""
    codec = Codec.load()
    facts = [codec.decode(record.value() or b"") for record in duty.door.records(LOG)]
    order_no = f"50011720261122M{sequence:05}-01"
    return [fact for fact in facts if isinstance(fact, Answered) and fact.order_no == order_no]
