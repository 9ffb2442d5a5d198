"""The doors for what the centre orders: each a signed request that becomes a fact in the matters' log."""

from functools import partial

from fastapi import FastAPI, Request, Response

from connectors.measures import Drill, Grade, Mode, Outage, drilled, mode_ordered, outage_declared, urgency_set
from connectors.problems import documented
from connectors.signed_doors import REFUSALS, json_body, receipt, signed_request
from connectors.signed_facts import SignedFacts


def add_measures(app: FastAPI, facts: SignedFacts) -> None:
    """Register them; their bodies stand in the application's own document."""

    @app.post("/v1/modes", responses=documented(*REFUSALS), openapi_extra=json_body(Mode))
    async def order_mode(request: Request) -> Response:
        """启动、复核后继续或终止响应级别(平战转换) / order a level of alert, let it go on after a review, end it."""
        return await receipt(facts, await signed_request(request), mode_ordered)

    @app.post("/v1/matters/{matter_no}/urgency", responses=documented(*REFUSALS), openapi_extra=json_body(Grade))
    async def set_urgency(matter_no: str, request: Request) -> Response:
        """事项定级、改级 / set the urgency of a matter anew."""
        return await receipt(facts, await signed_request(request), partial(urgency_set, matter_no))

    @app.post("/v1/outages", responses=documented(*REFUSALS), openapi_extra=json_body(Outage))
    async def declare_outage(request: Request) -> Response:
        """认定平台停摆时段,受影响的时钟成批豁免 / declare that the hub itself failed, which exempts clocks."""
        return await receipt(facts, await signed_request(request), outage_declared)

    @app.post("/v1/exercises", responses=documented(*REFUSALS), openapi_extra=json_body(Drill))
    async def report_drill(request: Request) -> Response:
        """演练报案(须有演练响应级别生效) / report a made-up happening; a level that is an exercise must be in force."""
        return await receipt(facts, await signed_request(request), drilled)
