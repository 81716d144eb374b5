"""
How Graph refuses what is too much for Exchange: 429, and a Retry-After that need not be whole seconds.

https://learn.microsoft.com/graph/throttling; code and message as seen in public issue threads.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from graph_emulator.cloud import Cloud
from graph_emulator.errors import GraphError
from graph_emulator.exchange.throttling import Admission
from graph_emulator.tenant import Mailbox
from graph_emulator.tokens import Grant

_UNCOUNTED = Admission(0)


@contextmanager
def counted(cloud: Cloud, grant: Grant | None, mailbox: Mailbox | None) -> Iterator[Admission]:
    """The admission of a request, which counts until the block is left; only requests to a mailbox are throttled."""
    if grant is None or mailbox is None:
        yield _UNCOUNTED
        return
    app, how = (grant.tenant_id, grant.client_id), cloud.behaviour
    with cloud.throttling.request(
        app, mailbox.id, cloud.clock(), per_app=how.concurrency_per_app, limited=how.throttling
    ) as admission:
        yield admission


class TooMany(GraphError):
    """The refusal of one request too many; the words for four at once were seen, the others are the documented ones."""

    def __init__(self, wait: timedelta, at_once: bool) -> None:
        if at_once:
            super().__init__(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.")
        else:
            super().__init__(429, "TooManyRequests", "Please retry again later.")
        self.wait = wait

    def headers(self) -> dict[str, str]:
        return {"Retry-After": f"{self.wait.total_seconds():.3f}"}
