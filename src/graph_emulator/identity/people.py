"""Whom a request may mean: the people of the tenants its path names, those of them signed in here, and hints."""

from collections.abc import Iterator
from dataclasses import dataclass

from graph_emulator.identity.ask import Ask
from graph_emulator.identity.id_tokens import login_hint, user_name
from graph_emulator.identity.sessions import session
from graph_emulator.sign_ins import Account
from graph_emulator.tenant import Mailbox, Tenant


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody who can sign in."""

    tenant: Tenant
    mailbox: Mailbox

    @property
    def account(self) -> Account:
        return Account(self.tenant.id, self.mailbox.id)

    @property
    def name(self) -> str:
        return self.mailbox.person.name

    @property
    def user_name(self) -> str:
        return user_name(self.mailbox)

    @property
    def is_administrator(self) -> bool:
        return self.mailbox.profile.administrator

    def is_meant_by(self, hint: str) -> bool:
        """Whether a login_hint names this person: by user name, by address, or by the opaque claim of an id token."""
        plain = {self.user_name.lower(), self.mailbox.person.address.lower()}
        return hint.lower() in plain or hint == login_hint(self.mailbox)


def humans(ask: Ask) -> Iterator[Human]:
    """Everybody whom the path lets sign in."""
    for tenant in filter(ask.admits, ask.cloud.tenants.values()):
        yield from (Human(tenant, mailbox) for mailbox in tenant.mailboxes() if mailbox.processing is None)


def signed_in(ask: Ask) -> list[Human]:
    """Those of them who are signed in in this browser; who came last stands first."""
    known = session(ask)
    found = {human.account: human for human in humans(ask)} if known and known.accounts else {}
    return [found[account] for account in reversed(known.accounts) if account in found] if known else []


def human(ask: Ask, account: Account) -> Human | None:
    """The person of an account, if the path lets them sign in."""
    tenant = ask.cloud.tenants.get(account.tenant_id)
    if tenant is None or not ask.admits(tenant):
        return None
    mailbox = tenant.mailbox(account.person)
    return Human(tenant, mailbox) if mailbox and mailbox.id == account.person and mailbox.processing is None else None
