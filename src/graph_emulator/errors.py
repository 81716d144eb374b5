"""
What the emulated service refuses, and in which shape.

Refusal
  GraphError   answered by Microsoft Graph: {"error": {"code", "message", "innerError"}}
  TokenError   answered by the identity platform: {"error", "error_description", "error_codes", …}
"""

from datetime import datetime

Json = dict[str, object]


class Refusal(Exception):
    """A request that gets an error answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


class GraphError(Refusal):
    """An error of Microsoft Graph; `code` is what clients branch on."""

    def body(self, now: datetime, request_id: str, client_request_id: str, inner_error: str = "innerError") -> Json:
        """The error, and in it under the name of `inner_error` what support asks for; without a name, nothing."""
        inner = {"date": f"{now:%Y-%m-%dT%H:%M:%S}", "request-id": request_id, "client-request-id": client_request_id}
        return {"error": {"code": self.code, "message": self.message} | ({inner_error: inner} if inner_error else {})}

    def headers(self) -> dict[str, str]:
        """What the answer's headers tell beyond every answer's own."""
        return {}


class TokenError(Refusal):
    """An error of the identity platform; `number` is the AADSTS code, `suberror` a hint that MSAL reads."""

    def __init__(self, status: int, code: str, number: int, message: str, suberror: str | None = None) -> None:
        super().__init__(status, code, message)
        self.number = number
        self.suberror = suberror

    def description(self, now: datetime, trace_id: str, correlation_id: str) -> str:
        return (
            f"AADSTS{self.number}: {self.message}\r\nTrace ID: {trace_id}\r\n"
            f"Correlation ID: {correlation_id}\r\nTimestamp: {_timestamp(now)}"
        )

    @property
    def help_page(self) -> str:
        return f"https://login.microsoftonline.com/error?code={self.number}"

    def body(self, now: datetime, trace_id: str, correlation_id: str) -> Json:
        """https://learn.microsoft.com/entra/identity-platform/reference-error-codes"""
        body: Json = {
            "error": self.code,
            "error_description": self.description(now, trace_id, correlation_id),
            "error_codes": [self.number],
            "timestamp": _timestamp(now),
            "trace_id": trace_id,
            "correlation_id": correlation_id,
            "error_uri": self.help_page,
        }
        return body | ({"suberror": self.suberror} if self.suberror else {})


def _timestamp(now: datetime) -> str:
    return f"{now:%Y-%m-%d %H:%M:%S}Z"


def bad_request(message: str, code: str = "BadRequest") -> GraphError:
    return GraphError(400, code, message)


def not_found() -> GraphError:
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def access_denied() -> GraphError:
    return GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
