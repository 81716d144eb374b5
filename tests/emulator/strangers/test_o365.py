"""
O365, the community's library. Another cloud is reached as its documents say: a protocol with another address, an
account with a connection of one's own, whose public `msal_client` is the one MSAL needs for an authority it does not
know by itself.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msal  # type: ignore[import-untyped]
import pytest
import requests
from O365 import Account, Connection, MSGraphProtocol  # type: ignore[import-untyped]
from O365.utils.token import MemoryTokenBackend  # type: ignore[import-untyped]
from requests.exceptions import HTTPError
from starlette.responses import Response

from graph_emulator.clock import StandingClock
from graph_emulator.exchange.event import Person
from graph_emulator.log import Answer, Call
from graph_emulator.registrations import App
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant

from ..conftest import HOUR
from .conftest import SECRET

MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")

Accounts = Callable[..., Account]


@pytest.fixture
def account(served: Running, tenant: Tenant, stranger: App, session: requests.Session) -> Iterator[Accounts]:
    """Accounts of one mailbox, with the rights of an app."""
    accounts: list[Account] = []

    class Emulated(MSGraphProtocol):  # type: ignore[misc]
        _protocol_url = f"{served.https}/"

    class Connected(Connection):  # type: ignore[misc]
        @property
        def msal_client(self) -> msal.ConfidentialClientApplication:
            return msal.ConfidentialClientApplication(
                self.auth[0],
                self.auth[1],
                authority=f"{served.https}/{self.tenant_id}",
                instance_discovery=False,
                http_client=session,
                token_cache=self.token_backend,
            )

    class Connecting(Account):  # type: ignore[misc]
        connection_constructor = Connected

    def account(mailbox: str, secret: str = SECRET) -> Account:
        made = Connecting(
            (stranger.client_id, secret),
            auth_flow_type="credentials",
            tenant_id=tenant.id,
            main_resource=mailbox,
            protocol=Emulated(timezone="Europe/Berlin", default_resource=mailbox),
            token_backend=MemoryTokenBackend(),
            verify_ssl=str(served.ca_file),
            requests_delay=0,
        )
        accounts.append(made)
        return made

    yield account
    for made in accounts:
        if made.connection.session:
            made.connection.session.close()


def test_an_app_signs_in(account: Accounts, room: str) -> None:
    mine, other = account(room), account(room, "wrong")

    assert mine.authenticate()
    assert mine.is_authenticated
    assert not other.authenticate()


def test_availability(account: Accounts, tenant: Tenant, room: str, ten: datetime) -> None:
    tenant.add_event(room, ten - 30 * MINUTE, ten + 30 * MINUTE, show_as="tentative")
    mine = account(room)
    mine.authenticate()

    [read] = mine.schedule().get_availability([room], ten.astimezone(BERLIN), (ten + HOUR).astimezone(BERLIN), 30)

    assert read["availabilityView"] == ["tentative", "free"]
    assert [(item["start"], item["end"]) for item in read["scheduleItems"]] == [(ten - 30 * MINUTE, ten + 30 * MINUTE)]


def test_events_of_a_window_are_paged_through(account: Accounts, tenant: Tenant, room: str, ten: datetime) -> None:
    for number in range(13):
        tenant.add_event(room, ten + number * MINUTE, ten + (number + 1) * MINUTE, subject=f"{number}")
    mine = account(room)
    mine.authenticate()

    found = mine.schedule().get_events(
        batch=5, limit=12, start_recurring=ten, end_recurring=ten + HOUR, order_by="start/dateTime"
    )

    events = list(found)
    assert [event.subject for event in events] == [f"{number}" for number in range(12)]
    assert events[0].start == ten
    assert events[0].start.tzinfo == BERLIN


def test_an_event_is_made_changed_and_deleted(account: Accounts, tenant: Tenant, room: str, ten: datetime) -> None:
    mine = account(room)
    mine.authenticate()
    event = mine.schedule().new_event("Review")
    event.start, event.end = ten.astimezone(BERLIN), (ten + HOUR).astimezone(BERLIN)
    event.location, event.body = "Somewhere", "<b>hello</b>"
    event.transaction_id = "7E163156-7762-4BEB-A1C6-729EA81755A7"

    assert event.save()
    assert tenant.busy(room, ten, ten + 2 * HOUR) == [(ten, ten + HOUR)]
    event.subject, event.end = "Longer review", (ten + 2 * HOUR).astimezone(BERLIN)
    assert event.save()
    [read] = mine.schedule().get_events(start_recurring=ten, end_recurring=ten + HOUR)
    assert (read.object_id, read.subject, read.ical_uid) == (event.object_id, "Longer review", event.ical_uid)
    assert read.location["displayName"] == "Somewhere"
    assert tenant.busy(room, ten, ten + 2 * HOUR) == [(ten, ten + 2 * HOUR)]
    assert event.delete()
    assert tenant.busy(room, ten, ten + 2 * HOUR) == []


def test_errors_carry_graphs_message(account: Accounts, room: str, ten: datetime) -> None:
    mine = account(room)
    mine.authenticate()
    event = mine.schedule().new_event("Never")
    event.start, event.end = ten.astimezone(BERLIN), (ten + HOUR).astimezone(BERLIN)
    event.save()
    event.delete()

    with pytest.raises(HTTPError, match="The specified object was not found in the store"):
        event.delete()


def test_a_series_and_its_occurrences(account: Accounts, tenant: Tenant, room: str, ten: datetime) -> None:
    mine = account(room)
    mine.authenticate()
    event = mine.schedule().new_event("Stand-up")
    event.start, event.end = ten.astimezone(BERLIN), (ten + 15 * MINUTE).astimezone(BERLIN)
    event.recurrence.set_daily(1, start=ten.date(), end=(ten + timedelta(days=4)).date())
    event.save()

    found = list(mine.schedule().get_events(start_recurring=ten, end_recurring=ten + timedelta(days=9)))

    assert len(found) == 5
    assert {one.series_master_id for one in found} == {event.object_id}


def test_an_invitation_is_accepted(
    account: Accounts, tenant: Tenant, clock: StandingClock, ann: Person, room: str, ten: datetime
) -> None:
    """Ann invites Bob, who accepts; Ann's event says so."""
    bob = tenant.add_person("Bob", f"bob.{ann.address}")
    hers, his = account(ann.address), account(bob.address)
    hers.authenticate()
    his.authenticate()
    event = hers.schedule().new_event("Review")
    event.start, event.end = ten.astimezone(BERLIN), (ten + HOUR).astimezone(BERLIN)
    event.attendees.add((bob.name, bob.address))
    event.save()
    clock.move(MINUTE)

    [invitation] = his.schedule().get_events(start_recurring=ten, end_recurring=ten + HOUR)
    assert invitation.accept_event("Gladly")
    clock.move(MINUTE)

    [hers_now] = hers.schedule().get_events(start_recurring=ten, end_recurring=ten + HOUR)
    [answer] = list(hers_now.attendees)
    assert answer.response_status.status.value == "accepted"
    assert invitation.organizer.address == ann.address
    assert invitation.ical_uid == hers_now.ical_uid


def test_it_tries_again_when_told_to_wait(account: Accounts, tenant: Tenant, room: str, ten: datetime) -> None:
    mine = account(room)
    mine.authenticate()
    statuses: list[int] = []

    async def once(call: Call, answer: Answer) -> Response:
        response = await answer()
        if not statuses:
            response = Response(status_code=429, headers={"Retry-After": "1"})
        statuses.append(response.status_code)
        return response

    tenant.cloud.intercept = once

    assert list(mine.schedule().get_events(start_recurring=ten, end_recurring=ten + HOUR)) == []
    assert statuses == [429, 200]
