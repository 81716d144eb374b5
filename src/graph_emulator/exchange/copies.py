"""An attendee's copy of the organizer's event: with an id, an answer and a status of its own."""

from datetime import date, datetime

from msgspec.structs import replace

from graph_emulator.exchange import series
from graph_emulator.exchange.event import Attendee, Event
from graph_emulator.exchange.occurrences import series_of_key
from graph_emulator.exchange.processing import CalendarProcessing

CANCELLED = "Canceled: "


def copied(meeting: Event, known: Event | None, key: str, address: str, now: datetime) -> Event:
    """
    The copy that a meeting request makes or brings up to date.

    A meeting that moved, or that had been cancelled, has to be answered anew; any other update leaves the answer alone.
    What the attendee alone decides (categories, the reminder) stays as it is; all else is the organizer's again.
    """
    part_of = series_of_key(key)
    copy = replace(
        meeting,
        key=key,
        series=part_of[0] if part_of else None,
        is_exception=part_of is not None,
        original_start=meeting.original_start if part_of else None,
        created=known.created if known else now,
        modified=now,
        is_organizer=False,
        transaction_id=None,
        attendees=_unanswered(meeting, address),
        categories=known.categories if known else (),
        reminder=known.reminder if known else meeting.reminder,
        has_reminder=known.has_reminder if known else meeting.has_reminder,
        extensions=known.extensions if known else meeting.extensions,
        properties=known.properties if known else meeting.properties,
        intended=meeting.show_as,
    )
    if known is None or to_be_answered(known, meeting):
        return answered(copy, "notResponded", None)
    return answered(replace(copy, recurrence=known.recurrence), known.response, known.responded)


def to_be_answered(known: Event, meeting: Event) -> bool:
    """Whether a request asks for an answer, and does not only tell what is new."""
    return known.cancelled or known.sequence != meeting.sequence


def handed_down(exception: Event, old: Event, new: Event) -> Event:
    """An exception of the attendee's after an update of the series, under the answer it has."""
    intended = new.intended if exception.intended == old.intended else exception.intended
    taken = replace(series.handed_down(exception, old, new), intended=intended)
    return answered(taken, exception.response, exception.responded)


def answered(copy: Event, response: str, at: datetime | None) -> Event:
    """The copy under its owner's answer: until it is accepted it shows as tentative, and once cancelled as free."""
    intended = "free" if copy.cancelled else copy.intended
    show_as = intended if response == "accepted" or intended == "free" else "tentative"
    return replace(copy, response=response, responded=at, show_as=show_as)


def treated(copy: Event, settings: CalendarProcessing | None) -> Event:
    """A room's copy without what its mailbox takes off: subject, body, attachments, private flag."""
    if settings is None or settings.automate_processing != "AutoAccept":
        return copy
    pending = copy.response == "tentativelyAccepted" and not settings.tentative_pending_approval
    private = copy.sensitivity == "private" and settings.remove_private_property
    return replace(
        copy,
        subject=_subject(copy, settings),
        body="" if settings.delete_comments else copy.body,
        has_attachments=copy.has_attachments and not settings.delete_attachments,
        sensitivity="normal" if private else copy.sensitivity,
        show_as="free" if pending else copy.show_as,
    )


def _subject(copy: Event, settings: CalendarProcessing) -> str:
    """AddOrganizerToSubject puts the organizer's name in the place of any subject, DeleteSubject nothing."""
    if settings.add_organizer_to_subject:
        return copy.organizer.name
    return "" if settings.delete_subject else copy.subject


def cut(copy: Event, until: date | None) -> Event:
    """A series that ends no later than that day."""
    if until is None or copy.recurrence is None:
        return copy
    return replace(copy, recurrence=replace(copy.recurrence, until=until, times=None))


def cancelled(copy: Event, now: datetime) -> Event:
    """What is left of a cancelled meeting until somebody removes it."""
    subject = copy.subject if copy.subject.startswith(CANCELLED) else CANCELLED + copy.subject
    return replace(copy, cancelled=True, show_as="free", subject=subject, modified=now)


def _unanswered(meeting: Event, address: str) -> tuple[Attendee, ...]:
    """Who else is invited, if that is to be seen; only the organizer knows the answers."""
    return tuple(
        Attendee(attendee.person, attendee.kind)
        for attendee in meeting.attendees
        if not meeting.hides_attendees or attendee.person.address.lower() == address.lower()
    )
