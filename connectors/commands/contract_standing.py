"""How a system's contract stands: approved or not, in effect or not yet, and which one its last rows came under."""

from functools import cache
from typing import Any

from connectors.authorisation import effective_from
from connectors.contract import Contract
from connectors.contract_digest import digest, shortened
from connectors.publisher import wall_clock
from connectors.released_contracts import LockBroken, released_contracts
from connectors.times import to_rfc3339
from streams.commands.cluster import FINDING, end
from streams.commands.words import NOTHING
from streams.facts.views import Source


def agreed(contract: Contract, shown: Source | None) -> dict[str, Any]:
    """The contract as it stands here, from when it counts, and the one that the last rows were taken under."""
    here, now = digest(contract), wall_clock()
    effective_at = effective_from(here, _released().get(contract.system), shown)
    approvals = shown.approvals if shown else ()
    later = [
        one
        for one in approvals
        if shown and shown.contract and shown.contract_since < one.effective_at <= now and one.digest != shown.contract
    ]
    return {
        "digest": here,
        "approved": effective_at is not None,
        "in_effect": effective_at is not None and effective_at <= now,
        "effective_at": shown_instant(effective_at or 0),
        "running": shown.contract or None if shown else None,
        "running_since": shown_instant(shown.contract_since) if shown else None,
        "expires_at": shown_instant(contract.expires_at or 0),
        "deleted_at": shown_instant(shown.deleted_at) if shown and shown.deleted_contract == here else None,
        "deleted_rows": shown.deleted_rows if shown and shown.deleted_contract == here else None,
        "superseded_by": [one.digest for one in later],
        "approvals": [{"digest": one.digest, "effective_at": shown_instant(one.effective_at)} for one in approvals],
    }


@cache
def _released() -> dict[str, str]:
    try:
        return released_contracts()
    except (LockBroken, FileNotFoundError) as error:
        end(str(error), FINDING)


def approval_in_chinese(standing: dict[str, Any]) -> str:
    """The contract as it stands here, and what was said of it."""
    if not standing["approved"]:
        word = "尚未批准,不接收数据"
    elif not standing["in_effect"]:
        word = f"已批准,自 {standing['effective_at']} 生效,此前不接收数据"
    else:
        word = f"已批准,自 {standing['effective_at']} 生效" if standing["effective_at"] else "随版本发布"
    return f"{shortened(standing['digest'])} {word}"


def running_in_chinese(standing: dict[str, Any]) -> str:
    """The contract that the last rows were taken under."""
    return f"{shortened(standing['running'])} 自 {standing['running_since']}" if standing["running"] else NOTHING


def end_in_chinese(standing: dict[str, Any]) -> str:
    """Until when a form is collected, and that its data were deleted."""
    if standing["deleted_at"]:
        return f"{standing['expires_at']},已于 {standing['deleted_at']} 删除 {standing['deleted_rows']} 行"
    return standing["expires_at"] or "长期"


def superseded_in_chinese(standing: dict[str, Any]) -> str:
    """What was approved since, and does not run."""
    return f"已批准并生效的契约 {'、'.join(map(shortened, standing['superseded_by']))} 尚未启用"


def shown_instant(milliseconds: int) -> str | None:
    """With its offset; None for what never was."""
    return to_rfc3339(milliseconds) if milliseconds else None
