"""The OpenAPI document, and that the running app keeps to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from served import demo

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PATHS = {
    "/api/v1/venues",
    "/api/v1/venues/{venue}",
    "/api/v1/venues/{venue}/plans/{file}",
    "/api/v1/venues/{venue}/days/{day}",
    "/api/v1/venues/{venue}/days/{day}/live",
    "/api/v1/venues/{venue}/availability",
    "/api/v1/venues/{venue}/rooms/{room}/schedule",
    "/api/v1/kiosk/session",
    "/api/v1/kiosk/bookings",
    "/api/v1/kiosk/bookings/{key}",
    "/api/v1/me",
    "/api/v1/me/picture",
    "/api/v1/me/session",
    "/api/v1/me/session/nonce",
    "/health",
    "/ready",
}


@pytest.fixture(scope="module")
def document() -> Iterator[schemathesis.BaseSchema]:
    with demo() as (address, _):
        yield schemathesis.openapi.from_url(f"{address}schema")


def test_describes_every_path(document: schemathesis.BaseSchema) -> None:
    """All there are, and no more."""
    assert set(document.raw_schema["paths"]) == PATHS


def test_keeps_to_it_whatever_is_asked(document: schemathesis.BaseSchema) -> None:
    """No crash, no status, type or shape that the document does not name."""
    for result in document.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(case=operation.as_strategy())
        def keeps_to_it(case: schemathesis.Case) -> None:  # type: ignore[type-arg]
            case.call_and_validate(checks=CHECKS)

        keeps_to_it()
