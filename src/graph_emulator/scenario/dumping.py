"""
The scenario of a cloud as it is now: loaded again, it is the same world.

What is under way is not in it: messages that have not arrived yet, tokens, and who is signed in.
"""

import dataclasses
from collections.abc import Iterable
from typing import TypeVar

import msgspec
from msgspec import Struct

from graph_emulator import registrations, tenant
from graph_emulator.behaviour import Behaviour
from graph_emulator.clock import StandingClock
from graph_emulator.cloud import Cloud
from graph_emulator.exchange.calendar import Contents
from graph_emulator.exchange.processing import CalendarProcessing
from graph_emulator.exchange.working_hours import OFFICE_HOURS
from graph_emulator.scenario import types
from graph_emulator.scenario.settings import BehaviourSettings, ProcessingSettings, settings_of

T = TypeVar("T", bound=Struct)


def dump(cloud: Cloud) -> types.Scenario:
    cloud.catch_up()
    return types.Scenario(
        seed=cloud.seed,
        clock=types.Clock(now=cloud.clock(), runs=not isinstance(cloud.clock, StandingClock)),
        behaviour=None if cloud.behaviour == Behaviour() else settings_of(cloud.behaviour, BehaviourSettings),
        apps=tuple(map(_app, cloud.apps.values())),
        tenants=tuple(map(_tenant, cloud.tenants.values())),
        faults=tuple(active.fault for active in cloud.faults.active),
    )


def _app(app: registrations.App) -> types.App:
    return _like(app, types.App, roles=_sorted(app.roles), scopes=_sorted(app.scopes))


def _tenant(one: tenant.Tenant) -> types.Tenant:
    mailboxes = [mailbox for mailbox in one.mailboxes() if not mailbox.draw]  # the others will be drawn again
    return types.Tenant(
        domain=one.domain,
        id=one.id,
        zone=one.zone.name,
        people=tuple(_person(one, mailbox) for mailbox in mailboxes if mailbox.processing is None),
        rooms=tuple(_room(one, mailbox, mailbox.processing) for mailbox in mailboxes if mailbox.processing is not None),
        room_lists=tuple(_like(room_list, types.RoomList) for room_list in one.room_lists.values()),
        service_principals=tuple(_principal(one, principal) for principal in one.service_principals.values()),
        role_assignments=tuple(
            types.RoleAssignment(
                app=assignment.client_id,
                role=assignment.role,  # type: ignore[arg-type]
                addresses=None if assignment.scope.addresses is None else _sorted(assignment.scope.addresses),
                kind=assignment.scope.kind,  # type: ignore[arg-type]
            )
            for assignment in one.scoping.assignments
        ),
        access_policies=tuple(
            types.AccessPolicy(app=policy.client_id, right=policy.right.value, group=_sorted(policy.group))
            for policy in one.scoping.policies
        ),
        generated=one.generated,
        schedule_errors={address: _like(error, types.ScheduleError) for address, error in one.schedule_errors.items()},
    )


def _person(one: tenant.Tenant, mailbox: tenant.Mailbox) -> types.PersonMailbox:
    return _part(types.PersonMailbox, _fields(mailbox.profile) | _mailbox(one, mailbox) | {"photo": mailbox.photo})


def _room(one: tenant.Tenant, mailbox: tenant.Mailbox, processing: CalendarProcessing) -> types.RoomMailbox:
    facts: dict[str, object] = {
        "processing": None if processing == CalendarProcessing() else settings_of(processing, ProcessingSettings),
        "checked_in": _sorted(mailbox.checked_in),
    }
    return _part(types.RoomMailbox, _fields(one.rooms[mailbox.person.address.lower()]) | _mailbox(one, mailbox) | facts)


def _mailbox(one: tenant.Tenant, mailbox: tenant.Mailbox) -> dict[str, object]:
    hours, contents = mailbox.working_hours, mailbox.calendar.contents()
    return {
        "name": mailbox.person.name,
        "address": mailbox.person.address,
        "zone": None if mailbox.zone == one.zone else mailbox.zone.name,
        "working_hours": None if hours == OFFICE_HOURS else _like(hours, types.WorkingHours),
        "shared_with": {address: role.name for address, role in mailbox.shared_with.items()},
        "everybodys_role": mailbox.everybodys_role.name,
        "is_enabled": mailbox.is_enabled,
        "calendar": None if contents == Contents() else contents,
    }


def _principal(one: tenant.Tenant, principal: registrations.ServicePrincipal) -> types.ServicePrincipal:
    def address(person: str) -> str:
        mailbox = one.mailbox(person)
        return mailbox.person.address if mailbox else person

    return types.ServicePrincipal(
        app=principal.app.client_id,
        roles=_sorted(principal.roles),
        scopes=_sorted(principal.scopes),
        scopes_of={address(person): _sorted(scopes) for person, scopes in principal.scopes_of.items()},
        assigned=None if principal.assigned is None else _sorted(map(address, principal.assigned)),
    )


def _fields(value: tenant.Room | tenant.Profile) -> dict[str, object]:
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


def _like(value: object, kind: type[T], **others: object) -> T:
    """The part of a scenario with the fields of one of the emulator's own values."""
    return _part(kind, {name: getattr(value, name) for name in kind.__struct_fields__ if name not in others} | others)


def _part(kind: type[T], fields: dict[str, object]) -> T:
    return msgspec.convert(fields, kind, from_attributes=True)


def _sorted(some: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(some))
