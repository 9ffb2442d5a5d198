"""What the gateway says when it refuses: problem details (RFC 9457), in Chinese and English, with a stable reason."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from streams.metrics import count_refusal

MEDIA_TYPE = "application/problem+json"
AWAY_RETRY_SECONDS = 5

TITLES: Mapping[int, str] = {
    400: "请求无法读取 / the request cannot be read",
    401: "身份或签名未通过 / identity or signature not accepted",
    403: "当前未获授权 / not authorised now",
    404: "没有这个地址或编号 / no such address or number",
    405: "不支持该方法 / method not allowed",
    408: "请求发送过慢 / the request took too long to arrive",
    409: "同一标识的内容与先前不同 / the same key with other content",
    413: "请求过大 / the request is too large",
    415: "内容类型不支持 / content type not supported",
    422: "内容不符合约定 / the content is not what was agreed",
    429: "请求过多,请稍后再试 / too many requests, come back later",
    431: "请求头过大 / the head of the request is too large",
    500: "系统内部错误 / internal error",
    503: "暂时无法写入,请稍后重发 / cannot write now, send again later",
    504: "尚无答复 / no answer in time",
}


class Problem(Exception):
    """A refusal. `reason` is a stable code, `detail` tells the sender what to do and repeats nothing it sent.

    `more` are further members of the document.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        detail: str,
        *,
        retry_after_seconds: int | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.reason = reason
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds
        self.more = more or {}

    def body(self) -> dict[str, Any]:
        return {
            "type": f"urn:hub:problem:{self.reason}",
            "title": TITLES[self.status],
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }

    def response(self) -> JSONResponse:
        """The refusal as sent, counted."""
        count_refusal(self.reason)
        headers = {} if self.retry_after_seconds is None else {"Retry-After": str(self.retry_after_seconds)}
        if self.status in (408, 413):  # the rest of the body may go on coming, byte by byte
            headers["Connection"] = "close"
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(self.body(), self.status, headers, MEDIA_TYPE)


async def on_problem(_: Request, problem: Exception) -> JSONResponse:
    """FastAPI's handler of a Problem."""
    assert isinstance(problem, Problem)  # noqa: S101 - registered for this class only
    return problem.response()


def of_status(status: int) -> Problem:
    """What says no more than its status does."""
    return Problem(status, f"http_{status}", TITLES[status])


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How FastAPI's document tells of the refusals that a door may answer with."""
    return {status: {"description": TITLES[status]} for status in statuses}


def no_such_system() -> Problem:
    return Problem(404, "no_such_system", "no department pushes under this code")


def kafka_away() -> Problem:
    """Nothing was acknowledged: what was sent has to be sent again, under the same ids."""
    detail = "Kafka does not acknowledge: send again, with the same ids"
    return Problem(503, "kafka_away", detail, retry_after_seconds=AWAY_RETRY_SECONDS)
