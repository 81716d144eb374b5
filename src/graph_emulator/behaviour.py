"""Where sources leave open or contradict each other what the service does: the switches that say what is emulated."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One choice for each fact that is unclear; the README names them with the reasons."""

    max_schedules: int = 100  # documented: 20, seen: 100
    schedule_details: bool = True  # subjects and locations of others, as a leaky service would show them
    all_day_floats_in_schedule: bool = False  # in getSchedule all-day events lie on the days of UTC
    duplicate_transaction_status: int = 400  # 400 and 409 have been reported
    max_page: int = 1000
    graph_cors: bool = True  # whether Graph lets pages of other origins in; undocumented
    graph_cors_exposes_retry_after: bool = True  # hidden from pages in 2022 (public issue threads); unknown since
