"""
How a room's mailbox treats meeting requests: the settings of Set-CalendarProcessing, under their own names.

https://learn.microsoft.com/powershell/module/exchange/set-calendarprocessing
"""

from dataclasses import dataclass
from datetime import timedelta

AUTOMATE_PROCESSING = ("AutoAccept", "AutoUpdate", "None")
BOOKING_TYPES = ("Standard", "Reserved")
LONGEST_BOOKING_WINDOW = 1080


@dataclass(frozen=True, slots=True)
class CalendarProcessing:
    """
    The defaults are those of a room in Exchange Online; a value Exchange would refuse is a ValueError.

    The lists hold addresses. `answers_after` is ours: how long after the organizer's act the room has dealt with it.
    """

    automate_processing: str = "AutoAccept"  # AutoUpdate leaves requests tentative, None does nothing
    booking_type: str = "Standard"  # Reserved: first come, first served, nobody can book it

    allow_conflicts: bool = False
    booking_window_in_days: int = 180  # 0: today
    enforce_scheduling_horizon: bool = True  # a series that goes on past the window: declined, or cut
    maximum_duration_in_minutes: int = 1440  # of each instance; 0: unlimited
    allow_recurring_meetings: bool = True
    conflict_percentage_allowed: int = 0  # of the instances of a series
    maximum_conflict_instances: int = 0
    schedule_only_during_work_hours: bool = False
    enforce_capacity: bool = False

    all_book_in_policy: bool = True  # everybody's requests within these rules are approved at once
    all_request_in_policy: bool = False  # everybody may ask a delegate for approval
    all_request_out_of_policy: bool = False  # … even for what breaks the rules
    book_in_policy: tuple[str, ...] = ()
    request_in_policy: tuple[str, ...] = ()
    request_out_of_policy: tuple[str, ...] = ()
    resource_delegates: tuple[str, ...] = ()
    tentative_pending_approval: bool = True  # what waits for a delegate is tentative; or it is free
    process_external_meeting_messages: bool = False

    delete_subject: bool = True
    add_organizer_to_subject: bool = True
    delete_comments: bool = True
    delete_attachments: bool = True
    remove_private_property: bool = True
    remove_canceled_meetings: bool = False

    enable_auto_release: bool = False
    post_reservation_max_claim_time_in_minutes: int = 10  # its default is not documented

    answers_after: timedelta | None = timedelta(seconds=5)  # None: never

    def __post_init__(self) -> None:
        _check("AutomateProcessing", self.automate_processing in AUTOMATE_PROCESSING)
        _check("BookingType", self.booking_type in BOOKING_TYPES)
        _check("BookingWindowInDays", 0 <= self.booking_window_in_days <= LONGEST_BOOKING_WINDOW)
        _check("MaximumDurationInMinutes", self.maximum_duration_in_minutes >= 0)
        _check("ConflictPercentageAllowed", 0 <= self.conflict_percentage_allowed <= 100)
        _check("MaximumConflictInstances", self.maximum_conflict_instances >= 0)
        _check("PostReservationMaxClaimTimeInMinutes", self.post_reservation_max_claim_time_in_minutes > 0)
        _check("answers_after", self.answers_after is None or self.answers_after >= timedelta(0))


def _check(name: str, allowed: bool) -> None:
    if not allowed:
        raise ValueError(f"{name} has a value that Set-CalendarProcessing does not allow")
