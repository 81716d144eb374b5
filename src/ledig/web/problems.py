"""Every error as an RFC 9457 problem document: one shape, a stable code, a sentence for people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import ResponseSpec
from litestar.types import ExceptionHandlersMap
from msgspec import Struct
from msgspec.structs import asdict

from ledig.errors import (
    CalendarUnavailable,
    ForbiddenOrigin,
    Invalid,
    KeyReused,
    KioskRequired,
    LedigError,
    NotFound,
    NotReady,
    PolicyBroken,
    RoomTaken,
    SignInAgain,
    SignInRefused,
    TooLarge,
    TooMuchAsked,
)

log = structlog.get_logger()

PROBLEM_JSON = "application/problem+json"
STATUS: Mapping[type[LedigError], HTTPStatus] = {
    Invalid: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    KioskRequired: HTTPStatus.UNAUTHORIZED,
    SignInAgain: HTTPStatus.UNAUTHORIZED,
    SignInRefused: HTTPStatus.FORBIDDEN,
    ForbiddenOrigin: HTTPStatus.FORBIDDEN,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    PolicyBroken: HTTPStatus.UNPROCESSABLE_ENTITY,
    RoomTaken: HTTPStatus.CONFLICT,
    KeyReused: HTTPStatus.CONFLICT,
    NotReady: HTTPStatus.SERVICE_UNAVAILABLE,
    TooMuchAsked: HTTPStatus.TOO_MANY_REQUESTS,
    CalendarUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
CODES = {
    HTTPStatus.BAD_REQUEST: Invalid.code,
    HTTPStatus.NOT_FOUND: NotFound.code,
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
}
DETAILS = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than anything ledig takes.",
}


class Problem(Struct, frozen=True, kw_only=True):
    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str


class FreeRoom(Struct, frozen=True):
    """A room free for the same time; `until` is when that ends, null when nothing known ends it."""

    id: str
    until: datetime | None


class RoomTakenProblem(Problem, frozen=True, kw_only=True):
    """With other rooms that are free for the whole of that time, nearest floor first."""

    free: list[FreeRoom] = []


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """What a handler's document says of the errors it may answer with."""
    return {
        status: ResponseSpec(Problem, description=HTTPStatus(status).phrase, media_type=PROBLEM_JSON)
        for status in statuses
    }


def problem(status: HTTPStatus, code: str, detail: str) -> Response[Problem]:
    return respond(Problem(title=status.phrase, status=status, detail=detail, code=code))


def respond(body: Problem, headers: Mapping[str, str] | None = None) -> Response[Problem]:
    return Response(
        body, status_code=body.status, media_type=PROBLEM_JSON, headers={**(headers or {}), "Cache-Control": "no-store"}
    )


def ledig_error(_: Request[object, object, State], error: LedigError) -> Response[Problem]:
    status = STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    body = Problem(title=status.phrase, status=status, detail=str(error), code=error.code)
    if isinstance(error, RoomTaken):
        free = [FreeRoom(room, until) for room, until in error.free]
        return respond(RoomTakenProblem(**asdict(body), free=free))
    if isinstance(error, CalendarUnavailable | TooMuchAsked):
        return respond(body, {"Retry-After": str(math.ceil(error.retry_after.total_seconds()))})
    return respond(body)


def _http_error(_: Request[object, object, State], error: HTTPException) -> Response[Problem]:
    status = HTTPStatus(error.status_code)
    if isinstance(error, ValidationException) or status is HTTPStatus.BAD_REQUEST:
        return problem(HTTPStatus.BAD_REQUEST, Invalid.code, _what_is_wrong(error))
    return problem(status, CODES.get(status, LedigError.code), DETAILS.get(status, status.description or status.phrase))


def _what_is_wrong(error: HTTPException) -> str:
    extra = error.extra if isinstance(error.extra, list) else []
    wrong = [f"{each.get('key', 'the body')}: {each.get('message', 'is not right')}" for each in extra if each]
    return "The request is not right: " + ("; ".join(wrong) if wrong else error.detail) + "."


def _unexpected(request: Request[object, object, State], error: Exception) -> Response[Problem]:
    log.error("unexpected", error=type(error).__name__, method=request.method, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, LedigError.code, "Something went wrong here. It has been written to the log."
    )


def _unreadable(_: Request[object, object, State], _error: Exception) -> Response[Problem]:
    return problem(HTTPStatus.BAD_REQUEST, Invalid.code, "The body is not JSON that ledig can read.")


HANDLERS: ExceptionHandlersMap = {
    LedigError: ledig_error,
    HTTPException: _http_error,
    UnicodeDecodeError: _unreadable,
    RecursionError: _unreadable,
    Exception: _unexpected,
}
