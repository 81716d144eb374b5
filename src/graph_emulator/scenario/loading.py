"""Making a cloud of a scenario: all of it, or a BadScenario that names the place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar
from uuid import NAMESPACE_DNS, uuid5

import msgspec

from graph_emulator import registrations, tenant
from graph_emulator.clock import Clock, StandingClock, running_from
from graph_emulator.cloud import Cloud
from graph_emulator.errors import GraphError
from graph_emulator.exchange.processing import CalendarProcessing
from graph_emulator.exchange.schedule import FreeBusyError
from graph_emulator.exchange.scoping import AccessPolicy, Right, RoleAssignment, Scope
from graph_emulator.exchange.sharing import Role
from graph_emulator.exchange.working_hours import WorkingHours
from graph_emulator.exchange.zones import zone
from graph_emulator.scenario import types
from graph_emulator.scenario.generated import generate
from graph_emulator.scenario.meetings import YEARS, hold
from graph_emulator.scenario.reading import BadScenario
from graph_emulator.scenario.settings import changed

T = TypeVar("T")


def load(scenario: types.Scenario, clock: Clock) -> Cloud:
    """The cloud of a scenario; a scenario without a clock keeps the one that is given."""
    cloud = Cloud(_clock(scenario.clock) if scenario.clock else clock, scenario.seed)
    with _at("$.apps"):
        for app in scenario.apps:
            cloud.register(_unique(app.client_id, cloud.app, _like(app, registrations.App)))
    for number, one in enumerate(scenario.tenants):
        _add_tenant(cloud, one, f"$.tenants[{number}]")
    # Last, so that what is assigned above holds from the start, however long such changes take from now on.
    if scenario.behaviour:
        cloud.behaviour = changed(cloud.behaviour, scenario.behaviour)
    for fault in scenario.faults:
        cloud.faults.add(fault)
    return cloud


def _clock(clock: types.Clock) -> Clock:
    if clock.now.tzinfo is None or clock.now.year not in YEARS:
        raise BadScenario(f"Expected a time from {YEARS[0]} to {YEARS[-1]} with an offset - at `$.clock.now`")
    return running_from(clock.now) if clock.runs else StandingClock(clock.now)


def _add_tenant(cloud: Cloud, said: types.Tenant, path: str) -> None:
    id = said.id or str(uuid5(NAMESPACE_DNS, said.domain))
    if cloud.tenant(id) or cloud.tenant(said.domain):
        raise BadScenario(f"{said.domain!r} or its id is there twice - at `{path}`")
    with _at(f"{path}.zone"):
        made = cloud.add_tenant(id, said.domain, zone(said.zone))
    if said.generated:
        generate(made, said.generated)
    for number, person in enumerate(said.people):
        with _at(f"{path}.people[{number}]"):
            _add_person(made, person)
    for number, room in enumerate(said.rooms):
        with _at(f"{path}.rooms[{number}]"):
            _add_room(made, room)
    for number, room_list in enumerate(said.room_lists):
        for address in room_list.rooms:
            _known(address.lower() in made.rooms, address, "room", f"{path}.room_lists[{number}].rooms")
        made.add_room_list(room_list.name, room_list.address, room_list.rooms)
    for number, principal in enumerate(said.service_principals):
        _install(made, principal, f"{path}.service_principals[{number}]")
    for assignment in said.role_assignments:
        made.scoping.assign(assigned(assignment))
    for policy in said.access_policies:
        made.scoping.add_policy(AccessPolicy(policy.app, Right(policy.right), frozenset(policy.group)))
    for address, error in said.schedule_errors.items():
        made.schedule_errors[address.lower()] = FreeBusyError(error.code, error.message)
    for number, meeting in enumerate(said.meetings):
        hold(made, meeting, f"{path}.meetings[{number}]")


def _add_person(made: tenant.Tenant, said: types.PersonMailbox) -> None:
    _unique(said.address, partial(_said, made), said)
    made.add_person(said.name, said.address, _like(said, tenant.Profile), said.photo)
    _equip(made, said)


def _add_room(made: tenant.Tenant, said: types.RoomMailbox) -> None:
    _unique(said.address, partial(_said, made), said)
    usual = CalendarProcessing()
    made.add_room(_like(said, tenant.Room), changed(usual, said.processing) if said.processing else usual)
    _equip(made, said).checked_in = set(said.checked_in)


def _said(made: tenant.Tenant, address: str) -> tenant.Mailbox | None:
    """The mailbox of that address in whichever tenant, unless it is only generated here."""
    found = ((one, one.mailbox(address)) for one in made.cloud.tenants.values())
    return next((mailbox for one, mailbox in found if mailbox and not (mailbox.draw and one is made)), None)


def _equip(made: tenant.Tenant, said: types.Mailbox) -> tenant.Mailbox:
    """What people's and rooms' mailboxes have in common."""
    mailbox = made.the_mailbox(said.address)
    mailbox.zone = zone(said.zone) if said.zone else made.zone
    if said.working_hours:
        mailbox.working_hours = _like(said.working_hours, WorkingHours)
    mailbox.shared_with = {address.lower(): Role[role] for address, role in said.shared_with.items()}
    mailbox.everybodys_role = Role[said.everybodys_role]
    mailbox.is_enabled = said.is_enabled
    if said.calendar:
        mailbox.calendar.restore(said.calendar)
    return mailbox


def _install(made: tenant.Tenant, said: types.ServicePrincipal, path: str) -> None:
    app = made.cloud.app(said.app)
    if app is None:
        raise BadScenario(f"There is no app {said.app!r} - at `{path}.app`")
    for address in (*said.scopes_of, *(said.assigned or ())):
        _known(made.mailbox(address) is not None, address, "person", path)
    principal = made.install(app, said.roles, said.scopes)
    principal.scopes_of = {made.object_id(address): set(scopes) for address, scopes in said.scopes_of.items()}
    principal.assigned = None if said.assigned is None else set(map(made.object_id, said.assigned))


def assigned(said: types.RoleAssignment) -> RoleAssignment:
    addresses = None if said.addresses is None else frozenset(said.addresses)
    return RoleAssignment(said.app, said.role, Scope(addresses, said.kind))


def _like(said: object, kind: type[T]) -> T:
    """The emulator's own value of that type with the fields that a part of a scenario has of it."""
    return msgspec.convert(said, kind, from_attributes=True)


def _known(is_known: bool, address: str, what: str, path: str) -> None:
    if not is_known:
        raise BadScenario(f"There is no {what} {address!r} - at `{path}`")


def _unique(name: str, find: Callable[[str], object], value: T) -> T:
    if find(name) is not None:
        raise BadScenario(f"{name!r} is there twice")
    return value


@contextmanager
def _at(path: str) -> Iterator[None]:
    """Says where it is what the emulator itself would not take."""
    try:
        yield
    except GraphError as error:
        raise BadScenario(f"{error.message} - at `{path}`") from None
    except BadScenario as error:
        raise BadScenario(f"{error} - at `{path}`") from None
