"""
Microsoft's own SDK for Python. What its documents name for another cloud is used and nothing else: an http client of
one's own (customize-client), a request adapter with another base address, and a credential.
"""

import ssl
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import httpx
import pytest
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity.aio import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient  # type: ignore[attr-defined]
from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.attendee_type import AttendeeType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event
from msgraph.generated.models.event_type import EventType
from msgraph.generated.models.free_busy_status import FreeBusyStatus
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.location import Location
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.open_type_extension import OpenTypeExtension
from msgraph.generated.models.patterned_recurrence import PatternedRecurrence
from msgraph.generated.models.recurrence_pattern import RecurrencePattern
from msgraph.generated.models.recurrence_pattern_type import RecurrencePatternType
from msgraph.generated.models.recurrence_range import RecurrenceRange
from msgraph.generated.models.recurrence_range_type import RecurrenceRangeType
from msgraph.generated.models.response_type import ResponseType
from msgraph.generated.models.room import Room as SdkRoom
from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import (
    GetSchedulePostRequestBody,
)
from msgraph.generated.users.item.events.item.accept.accept_post_request_body import AcceptPostRequestBody
from msgraph.generated.users.item.events.item.cancel.cancel_post_request_body import CancelPostRequestBody
from msgraph.graph_request_adapter import options
from msgraph_core import GraphClientFactory, PageIterator  # type: ignore[import-untyped]
from msgraph_core.requests.batch_request_content import BatchRequestContent  # type: ignore[import-untyped]
from msgraph_core.requests.batch_request_item import BatchRequestItem  # type: ignore[import-untyped]
from starlette.responses import Response

from graph_emulator.clock import StandingClock
from graph_emulator.exchange.event import Person
from graph_emulator.log import Answer, Call
from graph_emulator.registrations import App
from graph_emulator.server import Running
from graph_emulator.tenant import Tenant

from ..conftest import HOUR
from .conftest import SCOPE, SECRET

# Every request builder of the SDK warns, as it is loaded, of a class of its own.
pytestmark = pytest.mark.filterwarnings("ignore:This class is deprecated. Please use the generic:DeprecationWarning")

MINUTE = timedelta(minutes=1)
T = TypeVar("T")


class PersonsToken:
    """A credential of a person who signed in elsewhere: azure-core's protocol and no more."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get_token(self, *scopes: str, **options: object) -> AccessToken:
        return AccessToken(self._token, 2**31)

    async def close(self) -> None:
        pass

    async def __aenter__(self) -> "PersonsToken":
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


@pytest.fixture
async def http(trust: ssl.SSLContext) -> AsyncIterator[httpx.AsyncClient]:
    """The SDK's pipeline over a transport that trusts the emulator; closed here, for the pipeline forgets to."""
    async with httpx.AsyncHTTPTransport(verify=trust) as transport:
        client = httpx.AsyncClient(transport=transport)
        yield GraphClientFactory.create_with_default_middleware(client=client, options=options)
        await client.aclose()


@pytest.fixture
async def graph(
    served: Running, tenant: Tenant, stranger: App, http: httpx.AsyncClient, transport: AioHttpTransport
) -> AsyncIterator[GraphServiceClient]:
    """The SDK with the rights of an app."""
    async with ClientSecretCredential(
        tenant.id, stranger.client_id, SECRET, authority=served.https, transport=transport
    ) as credential:
        yield _client(served, http, AzureIdentityAuthenticationProvider(credential, scopes=[SCOPE]))


@pytest.fixture
def signed_in(
    served: Running, tenant: Tenant, stranger: App, http: httpx.AsyncClient
) -> Callable[[str], GraphServiceClient]:
    """The SDK with the rights of a person."""

    def client(address: str) -> GraphServiceClient:
        token = tenant.person_token(stranger, address, {"Calendars.ReadWrite", "User.Read", "Place.Read.All"})
        return _client(served, http, AzureIdentityAuthenticationProvider(PersonsToken(token), scopes=[SCOPE]))

    return client


def _client(
    served: Running, http: httpx.AsyncClient, provider: AzureIdentityAuthenticationProvider
) -> GraphServiceClient:
    adapter = GraphRequestAdapter(provider, http)
    adapter.base_url = f"{served.https}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


def time(moment: datetime, zone: str = "UTC") -> DateTimeTimeZone:
    return DateTimeTimeZone(date_time=f"{moment:%Y-%m-%dT%H:%M:%S}", time_zone=zone)


def there(value: T | None) -> T:
    """Everything is optional in the SDK's types."""
    assert value is not None
    return value


def wish(start: datetime, *attendees: Attendee) -> Event:
    return Event(
        subject="Review",
        body=ItemBody(content="<b>hello</b>"),
        start=time(start),
        end=time(start + HOUR),
        location=Location(display_name="Somewhere"),
        attendees=list(attendees),
    )


def invited(address: str, kind: AttendeeType) -> Attendee:
    return Attendee(type=kind, email_address=EmailAddress(address=address, name="Somebody"))


async def test_schedules(graph: GraphServiceClient, tenant: Tenant, room: str, ten: datetime) -> None:
    tenant.add_event(room, ten - 30 * MINUTE, ten + 30 * MINUTE)
    question = GetSchedulePostRequestBody(
        schedules=[room, "nobody@contoso.example"],
        start_time=time(ten),
        end_time=time(ten + HOUR),
        availability_view_interval=30,
    )

    answer = await graph.users.by_user_id(room).calendar.get_schedule.post(question)

    read, unknown = there(there(answer).value)
    assert (read.schedule_id, read.availability_view) == (room, "20")
    item = there(read.schedule_items)[0]
    assert item.status == FreeBusyStatus.Busy
    assert there(item.start).date_time == f"{ten - 30 * MINUTE:%Y-%m-%dT%H:%M:%S}.0000000"
    assert there(there(read.working_hours).time_zone).name == "W. Europe Standard Time"
    assert there(unknown.error).response_code == "5009"
    assert unknown.availability_view is None


async def test_a_view_is_paged_through(graph: GraphServiceClient, tenant: Tenant, room: str, ten: datetime) -> None:
    """By PageIterator, and by following the link oneself."""
    for number in range(25):
        tenant.add_event(room, ten + number * MINUTE, ten + (number + 1) * MINUTE, subject=f"{number}")
    view = graph.users.by_user_id(room).calendar.calendar_view
    query = view.CalendarViewRequestBuilderGetQueryParameters(
        start_date_time=ten.isoformat().replace("+00:00", "Z"),
        end_date_time=(ten + HOUR).isoformat().replace("+00:00", "Z"),
        select=["subject", "start", "end"],
        orderby=["start/dateTime desc"],
    )
    asked = RequestConfiguration(query_parameters=query)
    asked.headers.add("Prefer", 'outlook.timezone="Europe/Berlin"')

    first = there(await view.get(request_configuration=asked))
    seen: list[Event] = []

    def see(event: Event) -> bool:
        seen.append(event)
        return True

    await PageIterator(first, graph.request_adapter).iterate(see)
    second = there(await view.with_url(there(first.odata_next_link)).get())

    assert [event.subject for event in seen] == [f"{number}" for number in reversed(range(25))]
    assert len(there(first.value)) == 10
    assert [event.subject for event in there(second.value)] == [event.subject for event in seen[10:20]]
    assert {there(event.start).time_zone for event in there(first.value)} == {"Europe/Berlin"}
    assert seen[0].attendees is None


async def test_an_event_is_made_read_changed_and_deleted(graph: GraphServiceClient, room: str, ten: datetime) -> None:
    events = graph.users.by_user_id(room).events

    made = there(await events.post(wish(ten)))
    event = events.by_event_id(there(made.id))
    read = there(await event.get())
    changed = there(await event.patch(Event(subject="Other", start=time(ten + HOUR), end=time(ten + 2 * HOUR))))
    await event.delete()

    assert (read.subject, read.type, read.is_organizer) == ("Review", EventType.SingleInstance, True)
    assert read.created_date_time is not None
    assert there(there(read.location).display_name) == "Somewhere"
    assert (changed.id, changed.subject, there(changed.location).display_name) == (made.id, "Other", "Somewhere")
    assert changed.change_key != read.change_key
    with pytest.raises(ODataError) as gone:
        await event.get()
    assert there(gone.value.error).code == "ErrorItemNotFound"
    assert gone.value.response_status_code == 404


async def test_errors_are_odata_errors(graph: GraphServiceClient, room: str, ten: datetime) -> None:
    odd = wish(ten)
    odd.start = time(ten, "Greenwich Mean Time")

    with pytest.raises(ODataError) as refused:
        await graph.users.by_user_id(room).events.post(odd)

    error = there(refused.value.error)
    assert (refused.value.response_status_code, error.code) == (400, "TimeZoneNotSupportedException")
    assert "Greenwich Mean Time" in there(error.message)
    assert there(error.inner_error).request_id
    with pytest.raises(ODataError, match="delegated authentication flow"):
        await graph.me.calendar.get_schedule.post(GetSchedulePostRequestBody(schedules=[room]))


async def test_a_room_answers_in_the_organizers_event(
    signed_in: Callable[[str], GraphServiceClient],
    tenant: Tenant,
    clock: StandingClock,
    ann: Person,
    room: str,
    ten: datetime,
) -> None:
    graph = signed_in(ann.address)

    made = there(await graph.me.events.post(wish(ten, invited(room, AttendeeType.Resource))))
    clock.move(MINUTE)
    read = there(await graph.me.events.by_event_id(there(made.id)).get())

    assert there(there(made.attendees)[0].status).response == ResponseType.None_
    answer = there(there(read.attendees)[0].status)
    assert answer.response == ResponseType.Accepted
    assert there(answer.time).year == clock().year
    assert tenant.busy(room, ten, ten + HOUR) == [(ten, ten + HOUR)]


async def test_a_meeting_is_cancelled(
    signed_in: Callable[[str], GraphServiceClient],
    tenant: Tenant,
    clock: StandingClock,
    ann: Person,
    room: str,
    ten: datetime,
) -> None:
    graph = signed_in(ann.address)
    made = there(await graph.me.events.post(wish(ten, invited(room, AttendeeType.Resource))))
    clock.move(MINUTE)

    event = graph.me.events.by_event_id(there(made.id))
    await event.cancel.post(CancelPostRequestBody(comment="not needed"))
    clock.move(MINUTE)

    assert tenant.busy(room, ten, ten + HOUR) == []
    with pytest.raises(ODataError):
        await event.get()


async def test_an_invitation_is_answered(
    signed_in: Callable[[str], GraphServiceClient], tenant: Tenant, clock: StandingClock, ann: Person, ten: datetime
) -> None:
    """Whom it is sent to cannot cancel it, but may accept or decline."""
    bob = tenant.add_person("Bob", f"bob.{ann.address}")
    hers, his = signed_in(ann.address), signed_in(bob.address)
    made = there(await hers.me.events.post(wish(ten, invited(bob.address, AttendeeType.Required))))
    clock.move(MINUTE)

    [copy] = there(there(await his.me.events.get()).value)
    event = his.me.events.by_event_id(there(copy.id))
    with pytest.raises(ODataError, match="need to be an organizer"):
        await event.cancel.post(CancelPostRequestBody())
    await event.accept.post(AcceptPostRequestBody(comment="Gladly", send_response=True))
    clock.move(MINUTE)

    read = there(await hers.me.events.by_event_id(there(made.id)).get())
    assert there(there(read.attendees)[0].status).response == ResponseType.Accepted
    assert there(there(await event.get()).response_status).response == ResponseType.Accepted


async def test_a_series_and_what_is_attached_to_it(graph: GraphServiceClient, room: str, ten: datetime) -> None:
    """Open extensions are read with $expand only; the SDK knows their other members as additional data."""
    daily = RecurrencePattern(type=RecurrencePatternType.Daily, interval=1)
    span = RecurrenceRange(type=RecurrenceRangeType.Numbered, start_date=ten.date(), number_of_occurrences=3)
    series = wish(ten)
    series.recurrence = PatternedRecurrence(pattern=daily, range=span)
    series.extensions = [OpenTypeExtension(extension_name="com.contoso.booking", additional_data={"kiosk": "k-7"})]
    events = graph.users.by_user_id(room).events

    made = there(await events.post(series))
    event = events.by_event_id(there(made.id))
    query = event.EventItemRequestBuilderGetQueryParameters(expand=["extensions"])
    read = there(await event.get(RequestConfiguration(query_parameters=query)))
    window = event.instances.InstancesRequestBuilderGetQueryParameters(
        start_date_time=f"{ten:%Y-%m-%dT%H:%M:%SZ}", end_date_time=f"{ten + timedelta(days=9):%Y-%m-%dT%H:%M:%SZ}"
    )
    instances = there(await event.instances.get(RequestConfiguration(query_parameters=window)))

    assert made.type == EventType.SeriesMaster
    assert there(there(made.recurrence).range).number_of_occurrences == 3
    [extension] = there(read.extensions)
    assert extension.additional_data["kiosk"] == "k-7"
    assert [one.type for one in there(instances.value)] == [EventType.Occurrence] * 3


async def test_several_requests_in_a_batch(graph: GraphServiceClient, tenant: Tenant, room: str, ten: datetime) -> None:
    tenant.add_event(room, ten, ten + HOUR, subject="Review")
    mailbox = graph.users.by_user_id(room)
    window = mailbox.calendar_view.CalendarViewRequestBuilderGetQueryParameters(
        start_date_time=f"{ten:%Y-%m-%dT%H:%M:%SZ}", end_date_time=f"{ten + HOUR:%Y-%m-%dT%H:%M:%SZ}"
    )
    view = BatchRequestItem(
        mailbox.calendar_view.to_get_request_information(RequestConfiguration(query_parameters=window))
    )
    new = BatchRequestItem(mailbox.events.to_post_request_information(wish(ten)), depends_on=[view])
    gone = BatchRequestItem(mailbox.events.by_event_id("x").to_get_request_information(), depends_on=[new])

    parts = await graph.batch.post(BatchRequestContent({one.id: one for one in (view, new, gone)}))

    assert parts.get_response_status_codes() == {view.id: 200, new.id: 201, gone.id: 404}
    assert [event.subject for event in tenant.events(room, ten, ten + HOUR)] == ["Review", "Review"]


async def test_places(graph: GraphServiceClient, tenant: Tenant, room: str) -> None:
    tenant.add_room_list("Building 1", "building-1@contoso.example", [room])

    rooms: list[SdkRoom] = []  # more than a page, if many tests came before

    def see(found: SdkRoom) -> bool:
        rooms.append(found)
        return True

    await PageIterator(there(await graph.places.graph_room.get()), graph.request_adapter).iterate(see)
    lists = there(there(await graph.places.graph_room_list.get()).value)
    of_list = await graph.places.by_place_id("building-1@contoso.example").graph_room_list.rooms.get()
    one = await graph.places.by_place_id(room).graph_room.get()

    assert room in {found.email_address for found in rooms}
    assert "building-1@contoso.example" in {found.email_address for found in lists}
    assert [found.email_address for found in there(there(of_list).value)] == [room]
    assert isinstance(one, SdkRoom)
    assert (one.capacity, one.email_address) == (8, room)


async def test_the_sdk_waits_as_long_as_it_is_told(
    graph: GraphServiceClient, tenant: Tenant, room: str, ten: datetime
) -> None:
    """Its handler repeats what was refused for being too much, and says so in a header."""
    refusals = iter([True])
    attempts: list[int] = []

    async def once(call: Call, answer: Answer) -> Response:
        response = await answer()
        if call.path == "/users/{id}/events" and next(refusals, False):
            response = Response(status_code=429, headers={"Retry-After": "1"})
        attempts.append(response.status_code)
        return response

    tenant.cloud.intercept = once
    made = await graph.users.by_user_id(room).events.post(wish(ten))

    assert attempts[-2:] == [429, 201]
    assert there(made).id
