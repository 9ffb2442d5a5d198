"""Rules of how orders end, and what the centre and verifiers say of them."""

from typing import Any

from streams.contract import Fact
from streams.facts import matters, rules
from tests.processors.kit import DISTRICT, MATTERS, RULES, START_AT, TOWN, Centre, clock_limit, unit

CENTRE, TOWN_CENTRE, OTHER_TOWN_CENTRE = "centre-district", "centre-town", "centre-other"
WORDS = "现场未处理完毕"


def ending(urgency: Any, **said: Any) -> Fact:
    """How orders of an urgency end: burst mains are verified by another unit of the centre or the town."""
    fields: dict[str, Any] = {
        "verified_classes": ("burst_main",),
        "verifiers": ("district_centre", "town_centre"),
        "apart": "unit",
        "centre": "district_centre",
        "reopen_days": 15,
        "return_limit": None,
        "most_returns": 2,
        "document": "建议稿",
        **said,
    }
    return rules.Ending(key="rules", occurred_at=START_AT, version="", urgency=urgency, **fields)


def city(*endings: Fact) -> tuple[Fact, ...]:
    """The kit's rules with endings, clocks of the work and of its verification, and who verifies."""
    return (
        *RULES,
        *(endings or (ending("urgent"),)),
        clock_limit("urgent", "assign", 10),
        clock_limit("urgent", "resolve", 4, "hour"),
        clock_limit("urgent", "reply", 6, "hour"),
        clock_limit("urgent", "verify", 24, "hour"),
        unit(CENTRE, "district_centre", DISTRICT),
        unit(TOWN_CENTRE, "town_centre", TOWN),
        unit(OTHER_TOWN_CENTRE, "town_centre", "500117002"),
    )


def delivered(*endings: Fact, **said: Any) -> Centre:
    """One burst main, urgent, its order delivered."""
    centre = Centre(items=city(*endings))
    centre.report("1", **said)
    centre.end_attempt("delivered")
    return centre


def judge(centre: Centre, word: Any, *, order_no: str = "", by: str = CENTRE, **said: Any) -> None:
    """Somebody else says something of an order: by default the centre of the only one."""
    number = centre.order(order_no).order_no
    reasons = {"verify": None, "rework": "not_done", "withdraw": "by_requester"}
    fields: dict[str, Any] = {"reason": reasons[word], "actor_officer": "officer-9", **said}
    if word == "verify":
        fields = {"result": "passed", "method": "on_site", **fields}
    centre.append(
        MATTERS,
        matters.Judged(
            key=number[:6],
            occurred_at=centre.now,
            order_no=number,
            word=word,
            words=WORDS,
            actor_unit=by,
            actor_post="核查岗",
            actor_shift="白班",
            actor_role="verifier",
            **fields,
        ),
    )
    centre.hub.settle()
