"""Where sources leave open or contradict each other what the service does: the switches that say what is emulated."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from msgspec import Meta

# The positions of those switches that are not just on or off.
AtLeastOne = Annotated[int, Meta(ge=1)]
Digit = Annotated[int, Literal[0, 4]]
Refusal = Annotated[int, Literal[400, 409]]
Denial = Annotated[int, Literal[403, 404]]
InnerError = Annotated[str, Literal["innerError", "innererror", ""]]
Look = Annotated[str, Literal["opaque", "jwt"]]
Year = Annotated[int, Literal[2022, 2025]]
Place = Annotated[str, Literal["query", "fragment"]]
Refused = Annotated[str, Literal["unsupported_response", "unsupported_response_type"]]
Silence = Annotated[str, Literal["consent_required", "interaction_required"]]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One choice for each fact that is unclear; the README names them with the reasons."""

    max_schedules: AtLeastOne = 100  # documented: 20, seen: 100
    lists_stand_for_members: bool = False  # a list in `schedules` is answered member by member, not as one
    exactly_62_days: bool = False  # whether getSchedule takes a window of just 62 days; documented: less
    too_many_entries_refuse_all: bool = False  # 5006 as a 400 for the whole call, not in the schedule
    unknown_schedule_code: str = "5009"  # seen in 2021; in 2026 "5016", for somebody without a mailbox too
    no_access_code: str = "5037"  # EWS has that number for ErrorNoFreeBusyAccess; Graph's is unknown
    unscoped_schedules_fail: bool = False  # addresses an app may not open: as anybody sees them, or no access
    working_elsewhere_digit: Digit = 4  # one page says 4, another counts it as free: 0
    capital_statuses: bool = False  # "Busy" on one page, "busy" on another
    schedule_details: bool = True  # whether an app on its own sees subjects and locations; the page is silent
    all_day_floats_in_schedule: bool = False  # in getSchedule all-day events lie on the days of UTC
    partial_last_slot: bool = True  # whether what a window is longer than its whole slots gets a digit; unknown
    duplicate_transaction_status: Refusal = 400  # 400 and 409 have been reported
    duplicate_transaction_names_event: bool = True  # @event.existingEventId in that error: seen by one client
    deleted_event_frees_transaction: bool = True  # or its transactionId stays taken; unknown
    delivery: timedelta = timedelta(seconds=2)  # of a meeting message to a person; no time is documented
    deleting_a_copy_declines: bool = False  # whether the organizer is told when an attendee's copy is deleted; unknown
    tags_travel: bool = False  # whether extensions and extended properties get into attendees' copies; unknown
    max_page: AtLeastOne = 1000
    inner_error: InnerError = "innerError"  # in errors; "innererror" has been seen, and "": none at all
    graph_cors: bool = True  # whether Graph lets pages of other origins in; undocumented
    graph_cors_exposes_retry_after: bool = True  # hidden from pages in 2022 (public issue threads); unknown since
    role_assignments_take: timedelta = timedelta(0)  # until they hold; seen: 30 minutes idle, 2 hours in use
    access_policies_take: timedelta = timedelta(0)  # until they hold; documented: more than an hour
    access_policies_bind_role_assignments: bool = False  # or only what Entra granted; unknown
    unshared_calendar_status: Denial = 403  # of a calendar nobody shared with the caller: 403 and 404 have been seen
    throttling: bool = True  # 4 requests at once and 10,000 in ten minutes of an app to a mailbox
    concurrency_per_app: bool = False  # the 4 at once hold per app and mailbox, or per app over all mailboxes
    access_tokens: Look = (
        "opaque"  # "jwt": they look like JSON Web Tokens, as the real ones do; neither can be verified
    )
    login_origin: str | None = None  # the origin in issuers; None: the one that was asked
    federation_errors: Year = 2025  # the numbers that year; 2022: 70021 with invalid_request (public issue threads)
    assertion_once: bool = False  # whether a client assertion is refused the second time; MSAL reuses its own
    every_granted_scope: bool = False  # tokens hold all scopes granted so far, not only those asked for; undocumented
    localhost_any_port: bool = True  # ports of localhost redirects are ignored, as documented; False: of "public" only
    token_response_mode: Place = "query"  # noqa: S105 - of response_type=token: a page's table; its samples: "fragment"
    implicit_off_error: Refused = "unsupported_response"  # so the page; clients have seen "unsupported_response_type"
    silent_consent_error: Silence = "consent_required"  # with prompt=none; "interaction_required" has been seen as well
