"""What can go wrong, in words for the person who reads it.

LedigError
  Invalid               the request or the input makes no sense; says what is wrong with it
  NotFound              no such venue, room, plan or booking
  KioskRequired         anonymous booking without a kiosk's secret
  SignInAgain           nobody is signed in in this browser, or not any more
  SignInRefused         what proves a sign-in is not genuine, or was not asked for by this browser
  TooLarge              what has to be kept in the browser does not fit into its cookies
  ForbiddenOrigin       a write that comes from somebody else's page
  PolicyBroken          the house rules forbid it
  RoomTaken             somebody else holds that time; `free` are other rooms, and until when
  KeyReused             the key was used for another wish
  TooMuchAsked          more than the caller's budget; has `retry_after`
  NotReady              the database cannot be read
  CalendarUnavailable   Microsoft 365 gave no answer in time, or a refusal; has `retry_after`
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar


class LedigError(Exception):
    """Base of everything ledig refuses; `str()` is a sentence for people, `code` is for programs."""

    code: ClassVar[str] = "internal"


class Invalid(LedigError):
    code = "invalid_request"


class NotFound(LedigError):
    code = "not_found"


class KioskRequired(LedigError):
    code = "kiosk_required"


class SignInAgain(LedigError):
    code = "sign_in_again"

    def __init__(self) -> None:
        super().__init__("Sign in with Microsoft to do this.")


class SignInRefused(LedigError):
    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__("This sign-in cannot be used. Sign in once more, in this browser.")


class TooLarge(LedigError):
    code = "too_large"


class ForbiddenOrigin(LedigError):
    code = "forbidden_origin"


class PolicyBroken(LedigError):
    code = "policy"


class RoomTaken(LedigError):
    code = "room_taken"
    free: Sequence[tuple[str, datetime | None]] = ()

    def __init__(self) -> None:
        super().__init__("This room is taken at that time. Choose another room or time.")


class KeyReused(LedigError):
    code = "key_reused"

    def __init__(self) -> None:
        super().__init__("This key already stands for another wish. Make a new key for a new wish.")


class TooMuchAsked(LedigError):
    code = "too_much_asked"

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("That is more than ledig looks up at once. Try again in a moment.")
        self.retry_after = retry_after


class NotReady(LedigError):
    code = "not_ready"

    def __init__(self) -> None:
        super().__init__("The database cannot be read. Whoever runs this map finds the reason in the log.")


class CalendarUnavailable(LedigError):
    code = "calendar_unavailable"

    def __init__(
        self, message: str, retry_after: timedelta = timedelta(seconds=10), *, is_refusal: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.is_refusal = is_refusal  # then nothing was done; without an answer it may have been
