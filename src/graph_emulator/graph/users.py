"""People and rooms as the directory shows them. https://learn.microsoft.com/graph/api/user-get"""

from starlette.responses import Response

from graph_emulator.errors import Json
from graph_emulator.graph.access import USERS_IN_FULL
from graph_emulator.graph.ask import Ask, context, json
from graph_emulator.graph.entities import USER
from graph_emulator.graph.odata import OF_MANY, Options
from graph_emulator.tenant import Mailbox

PAGE = 100

# What is shown if nobody chooses.
DEFAULT = (
    "id", "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
    "preferredLanguage", "surname", "userPrincipalName",
)  # fmt: skip
# What User.ReadBasic.All shows of others; the rest of them is null.
BASIC = ("id", "displayName", "givenName", "mail", "surname", "userPrincipalName")


async def get(ask: Ask) -> Response:
    options = Options.of(ask.request.query_params, USER)
    what = f"users{options.shape}/$entity"
    return json({"@odata.context": context(what)} | _chosen(ask, ask.mailbox, options))


async def every(ask: Ask) -> Response:
    """Everybody in the directory, rooms among them."""
    options = Options.of(ask.request.query_params, USER, OF_MANY)

    def show(mailbox: Mailbox) -> Json:
        return _chosen(ask, mailbox, options)

    def judge(mailbox: Mailbox) -> Json:
        return _seen(ask, mailbox)

    return ask.page("users", ask.tenant.mailboxes(), show, options, PAGE, judge)


def _chosen(ask: Ask, mailbox: Mailbox, options: Options) -> Json:
    """The properties asked for and no others, not even the id."""
    seen = _seen(ask, mailbox)
    return {name: seen[name] for name in options.select or DEFAULT}


def _seen(ask: Ask, mailbox: Mailbox) -> Json:
    user = _user(mailbox)
    if mailbox.id == ask.grant.person or ask.permissions & USERS_IN_FULL:
        return user
    hidden: Json = {"businessPhones": []}
    return {name: value if name in BASIC else hidden.get(name) for name, value in user.items()}


def _user(mailbox: Mailbox) -> Json:
    person, profile = mailbox.person, mailbox.profile
    unset: Json = dict.fromkeys(USER.properties)
    return unset | {
        "id": mailbox.id,
        "accountEnabled": mailbox.processing is None,  # nobody signs in as a room
        "businessPhones": [profile.phone] if profile.phone else [],
        "displayName": person.name,
        "givenName": profile.given_name,
        "jobTitle": profile.job_title,
        "mail": person.address if mailbox.is_enabled else None,
        "mailNickname": person.address.partition("@")[0],
        "officeLocation": profile.office,
        "preferredLanguage": profile.language,
        "surname": profile.surname,
        "userPrincipalName": profile.user_principal_name or person.address,
        "userType": "Member",
    }
