"""What Microsoft Graph refuses, and what ledig makes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graph.conftest import NOW
from ledig.graph.calls import BUSY_TIMES
from ledig.graph.errors import GraphError, Throttled, TooBig, refusal


def refused(status: int, body: str = "", **headers: str) -> GraphError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return refusal(BUSY_TIMES, status, named, body.encode(), NOW)


@pytest.mark.parametrize(
    "body",
    [
        '{"error": {"code": "5006"}}',
        '{"error": {"code": "", "innerError": {"code": "5006"}}}',
        '{"error": {"code": "BadRequest", "innererror": {"code": "5006"}}}',
        '{"error": {"code": "BadRequest", "innerError": {"code": "", "innererror": {"code": "5006"}}}}',
    ],
)
def test_the_code_counts_however_deep_inside_it_is(body: str) -> None:
    assert isinstance(refused(400, body), TooBig)


@pytest.mark.parametrize(
    "told", ["soon", "-1", "nan", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Tue, 99 Nov 2026 10:00:00 GMT"]
)
def test_a_wait_that_is_none_is_no_wait(told: str) -> None:
    error = refused(429, Retry_After=told)

    assert isinstance(error, Throttled)
    assert error.retry_after == timedelta(0)
