"""GET /me, /users/{id}, /users and the pictures below them"""

import base64
from collections.abc import Iterator

import httpx
import pytest

from graph_emulator.exchange.event import Person
from graph_emulator.tenant import Profile, Tenant

from .callers import app_with, as_app, on_behalf
from .conftest import code

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAEklEQVR4nGP4z8DAwMDAxAAGAA0DAQFE4k1NAAAAAElFTkSuQmCC"
)
# A JPEG's beginning: an APP0 segment to be skipped, then the frame header with 32 rows of 48 pixels.
JPEG = bytes.fromhex("ffd8 ffe0 0004 0000 ffc0 000b 08 0020 0030 01 011100 ffd9")
DEFAULT = {
    "@odata.context", "id", "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone",
    "officeLocation", "preferredLanguage", "surname", "userPrincipalName",
}  # fmt: skip


@pytest.fixture
def adele(tenant: Tenant) -> Iterator[Person]:
    profile = Profile("Adele", "Vance", "Retail Manager", "18/2111", "+1 425 555 0109", "en-US", "av@contoso.example")
    yield tenant.add_person("Adele Vance", "adele.vance@contoso.example", profile)
    tenant.calendar("adele.vance@contoso.example")


@pytest.fixture
def me(graph: httpx.Client, tenant: Tenant, adele: Person) -> httpx.Client:
    """Graph on Adele's behalf, with the least permission there is."""
    graph.headers.update(on_behalf(tenant, adele, "User.Read"))
    return graph


def give_photo(tenant: Tenant, person: Person, photo: bytes) -> None:
    mailbox = tenant.mailbox(person.address)
    assert mailbox
    mailbox.photo = photo


def test_me(me: httpx.Client, tenant: Tenant, adele: Person) -> None:
    """The default set of the published sample; the user name need not be the address."""
    answer = me.get("/me").json()

    assert answer == {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity",
        "id": tenant.object_id(adele.address),
        "businessPhones": ["+1 425 555 0109"],
        "displayName": "Adele Vance",
        "givenName": "Adele",
        "jobTitle": "Retail Manager",
        "mail": adele.address,
        "mobilePhone": None,
        "officeLocation": "18/2111",
        "preferredLanguage": "en-US",
        "surname": "Vance",
        "userPrincipalName": "av@contoso.example",
    }
    assert answer.keys() == DEFAULT


def test_what_is_chosen_comes_alone(me: httpx.Client) -> None:
    answer = me.get("/me", params={"$select": "DisplayName,accountEnabled"}).json()

    assert answer == {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users(displayName,accountEnabled)/$entity",
        "displayName": "Adele Vance",
        "accountEnabled": True,
    }


def test_mail_may_be_null(me: httpx.Client, tenant: Tenant, adele: Person) -> None:
    """Of somebody without a mailbox."""
    mailbox = tenant.mailbox(adele.address)
    assert mailbox
    mailbox.is_enabled = False

    answer = me.get("/me").json()

    assert (answer["mail"], answer["userPrincipalName"]) == (None, "av@contoso.example")


def test_a_user_is_found_by_id_and_by_user_name(graph: httpx.Client, tenant: Tenant, adele: Person) -> None:
    reader = as_app(tenant, app_with(tenant, "User.Read.All"))

    by_id = graph.get(f"/users/{tenant.object_id(adele.address)}", headers=reader).json()
    by_name = graph.get("/users/AV@contoso.example", headers=reader).json()
    by_key = graph.get("/users('av@contoso.example')", headers=reader).json()

    assert by_id["displayName"] == "Adele Vance"
    assert by_id == by_name == by_key


def test_others_are_shown_in_their_basics_only(graph: httpx.Client, tenant: Tenant, adele: Person, ann: Person) -> None:
    """User.ReadBasic.All shows names and addresses; User.Read nothing of others."""
    basic = graph.get(f"/users/{adele.address}", headers=on_behalf(tenant, ann, "User.ReadBasic.All")).json()
    full = graph.get(f"/users/{adele.address}", headers=on_behalf(tenant, ann, "User.Read.All")).json()
    refused = graph.get(f"/users/{adele.address}", headers=on_behalf(tenant, ann, "User.Read"))

    assert (basic["surname"], basic["jobTitle"], basic["businessPhones"]) == ("Vance", None, [])
    assert full["jobTitle"] == "Retail Manager"
    assert (refused.status_code, code(refused)) == (403, "Authorization_RequestDenied")


def test_oneself_by_ones_own_id_needs_no_more_than_me(me: httpx.Client, tenant: Tenant, adele: Person) -> None:
    assert me.get(f"/users/{tenant.object_id(adele.address)}").json()["jobTitle"] == "Retail Manager"


def test_users_are_listed(graph: httpx.Client, tenant: Tenant, adele: Person, room: str) -> None:
    """Rooms are users, too: such as nobody signs in as."""
    reader = as_app(tenant, app_with(tenant, "User.Read.All"))
    wanted = {"$filter": f"mail eq '{room.upper()}' or startswith(displayName,'Adele')", "$orderby": "displayName"}

    first = graph.get("/users", params=wanted | {"$top": "1", "$count": "true"}, headers=reader).json()
    second = graph.get(first["@odata.nextLink"], headers=reader).json()

    assert first["@odata.count"] == 2
    assert [user["mail"] for user in first["value"] + second["value"]] == [adele.address, room]
    enabled = graph.get(f"/users/{room}", params={"$select": "accountEnabled"}, headers=reader).json()
    assert enabled["accountEnabled"] is False


def test_it_refuses(graph: httpx.Client, me: httpx.Client, tenant: Tenant, room: str) -> None:
    reader = as_app(tenant, app_with(tenant, "User.Read.All"))
    powerless = as_app(tenant, app_with(tenant, "Calendars.ReadWrite"))

    for answer, status, error in (
        (me.get("/me", params={"$select": "shoeSize"}), 400, "RequestBroker--ParseUri"),
        (me.get("/me", params={"$filter": "displayName eq 'x'"}), 400, "BadRequest"),
        (me.get("/users"), 403, "Authorization_RequestDenied"),
        (me.get("/me", headers=reader), 400, "BadRequest"),
        (me.get("/users/nobody@contoso.example", headers=reader), 404, "Request_ResourceNotFound"),
        (me.get(f"/users/{room}", headers=powerless), 403, "Authorization_RequestDenied"),
        (me.delete("/me"), 405, "MethodNotAllowed"),
    ):
        assert (answer.status_code, code(answer)) == (status, error), answer.request.url


def test_most_people_have_no_picture(me: httpx.Client) -> None:
    """A 404 on a photo is normal."""
    for path in ("/me/photo", "/me/photo/$value", "/me/photos/48x48/$value"):
        answer = me.get(path)
        assert (answer.status_code, code(answer)) == (404, "ImageNotFound")


@pytest.mark.parametrize(("photo", "kind", "size"), [(PNG, "image/png", (2, 3)), (JPEG, "image/jpeg", (48, 32))])
def test_a_picture(
    me: httpx.Client, tenant: Tenant, adele: Person, photo: bytes, kind: str, size: tuple[int, int]
) -> None:
    """Its kind and size are told from its bytes; the published sizes are all there."""
    give_photo(tenant, adele, photo)

    picture, told = me.get("/me/photo/$value"), me.get("/me/photo").json()

    assert (picture.content, picture.headers["content-type"]) == (photo, kind)
    assert (told["width"], told["height"], told["id"]) == (*size, f"{size[0]}X{size[1]}")
    assert (told["@odata.mediaContentType"], told["@odata.mediaEtag"]) == (kind, picture.headers["etag"])
    assert me.get("/me/photos/240x240/$value").content == photo
    assert me.get("/me/photos/241x241/$value").status_code == 404


@pytest.mark.parametrize("photo", [b"", b"GIF89a", PNG[:20], JPEG[:10], JPEG[:2] + b"\xff\xe0\x00\x00" * 9])
def test_odd_pictures_break_nothing(me: httpx.Client, tenant: Tenant, adele: Person, photo: bytes) -> None:
    give_photo(tenant, adele, photo)

    assert me.get("/me/photo").json()["width"] == 1
    assert me.get("/me/photo/$value").content == photo


def test_the_picture_of_somebody_else(graph: httpx.Client, tenant: Tenant, adele: Person, ann: Person) -> None:
    give_photo(tenant, adele, PNG)
    address = f"/users/{adele.address}/photo/$value"

    assert graph.get(address, headers=on_behalf(tenant, ann, "User.ReadBasic.All")).content == PNG
    assert graph.get(address, headers=as_app(tenant, app_with(tenant, "User.Read.All"))).content == PNG
    assert graph.get(address, headers=on_behalf(tenant, ann, "User.Read")).status_code == 403
