"""
Conditional Access: what a tenant demands of a person before an app gets tokens.

A second factor is asked for where a person is present, and the sign-in page takes it as given; a silent request cannot
give one. Who is blocked stays so. https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from graph_emulator.errors import TokenError
from graph_emulator.identity.people import Human
from graph_emulator.registrations import BLOCKED, ServicePrincipal

MESSAGES = {
    50076: "Due to a configuration change made by your administrator, or because you moved to a new location, you must "
    "use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
    50079: "Due to a configuration change made by your administrator, or because you moved to a new location, you must "
    "enroll in multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
    BLOCKED: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
}


def check_demands(principal: ServicePrincipal | None, person: str, code: str) -> None:
    """50076, 50079 or 53003 where a person would have to do something, or could not."""
    number = principal.demands.get(person) if principal else None
    if number is not None:
        suberror = "message_only" if number == BLOCKED else "basic_action"
        raise TokenError(400, code, number, MESSAGES[number], suberror)


def met(human: Human, client_id: str) -> None:
    """The person is present and does what is demanded; 53003 for who is blocked."""
    principal, person = human.tenant.service_principal(client_id), human.mailbox.id
    if principal and principal.demands.get(person) != BLOCKED:
        principal.demands.pop(person, None)
    check_demands(principal, person, "access_denied")
