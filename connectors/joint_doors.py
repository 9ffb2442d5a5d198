"""The doors for 吹哨报到, 联席会议 and 联合检查: each a signed request that becomes a fact in the matters' log."""

from functools import partial

from fastapi import FastAPI, Request, Response

from connectors.joint_requests import (
    Blow,
    Decisions,
    Held,
    Refusal,
    Signature,
    Summons,
    blown,
    called,
    convened,
    whistled,
)
from connectors.problems import documented
from connectors.signed_doors import REFUSALS, json_body, receipt, signed_request
from connectors.signed_facts import SignedFacts


def add_joint(app: FastAPI, facts: SignedFacts) -> None:
    """Register them; their bodies stand in the application's own document."""

    @app.post("/v1/matters/{matter_no}/whistle", responses=documented(*REFUSALS), openapi_extra=json_body(Blow))
    async def blow(matter_no: str, request: Request) -> Response:
        """镇街吹哨,被呼叫单位须限时报到 / a town whistles on a matter for units that must come."""
        return await receipt(facts, await signed_request(request), partial(blown, matter_no))

    @app.post(
        "/v1/whistles/{whistle_no}/{word}", responses=documented(*REFUSALS), openapi_extra=json_body(Refusal, Signature)
    )
    async def say_to_whistle(whistle_no: str, word: str, request: Request) -> Response:
        """单位拒绝报到 refuse、镇街逐个单位签认并评价 sign / a unit refuses, or the town signs for one and rates it."""
        return await receipt(facts, await signed_request(request), partial(whistled, whistle_no, word))

    @app.post("/v1/meetings", responses=documented(*REFUSALS), openapi_extra=json_body(Summons))
    async def call_meeting(request: Request) -> Response:
        """召集联席会议、联合检查 / call a meeting or a joint inspection on one matter or several."""
        return await receipt(facts, await signed_request(request), called)

    @app.post(
        "/v1/meetings/{meeting_no}/{word}", responses=documented(*REFUSALS), openapi_extra=json_body(Held, Decisions)
    )
    async def say_to_meeting(meeting_no: str, word: str, request: Request) -> Response:
        """会议召开登记 hold、议定事项转为派单 decide / a meeting was held; what it decides becomes orders."""
        return await receipt(facts, await signed_request(request), partial(convened, meeting_no, word))
