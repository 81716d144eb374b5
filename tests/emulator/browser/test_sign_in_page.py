"""The sign-in pages themselves: for keyboards, screen readers, narrow windows, the dark, and strict browsers."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from emulator.browser.site import MODULES
from graph_emulator.exchange.zones import zone
from graph_emulator.registrations import App, Redirect
from graph_emulator.server import Running
from graph_emulator.tenant import Profile, Tenant

AXE = MODULES / "axe-core/axe.min.js"
BACK = "http://localhost:9/back"  # nobody listens there; what counts is that the browser goes
ODD = '<b>Bobby</b> "Tables" & <script>document.title = "gone"</script>'
POPUP = ViewportSize(width=483, height=600)
PHONE = ViewportSize(width=320, height=640)

AUDIT = """async (options) => {
    const { violations, passes } = await axe.run(options);
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
    return { found, passed: passes.map(({ id }) => id) };
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def crowd(served: Running) -> Tenant:
    """A tenant of forty people, an administrator and somebody with an odd name."""
    crowd = served.cloud.add_tenant(str(uuid4()), "crowd.example", zone("Europe/Berlin"))
    for number in range(40):
        crowd.add_person(f"Person Number{number}", f"person.{number}@crowd.example")
    crowd.add_person("Rita Ruler", "rita@crowd.example", Profile(administrator=True))
    crowd.add_person(ODD, "with-an-address-that-is-far-too-long-for-a-narrow-window-indeed@crowd.example")
    return crowd


@pytest.fixture(scope="module")
def app(crowd: Tenant) -> App:
    """An app that nobody consented to yet."""
    redirects = (Redirect(BACK, "web"),)
    return crowd.cloud.register(App(str(uuid4()), "Room <i>planner</i>", crowd.id, redirects=redirects))


@pytest.fixture
def opened(page: Page, served: Running, crowd: Tenant, app: App) -> Callable[..., Page]:
    """The sign-in page of the crowd, in a page of some kind."""

    def opened(page: Page = page, **parameters: str) -> Page:
        asked = {
            "client_id": app.client_id,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "openid User.Read",
        }
        query = "&".join(f"{name}={value}" for name, value in (asked | parameters).items())
        page.goto(f"{served.http}/{crowd.id}/oauth2/v2.0/authorize?{query}")
        return page

    return opened


@pytest.fixture
def sight(chromium: Browser) -> Iterator[Page]:
    """A popup of the usual size, into which a test may put scripts."""
    with chromium.new_context(viewport=POPUP, bypass_csp=True) as context:
        yield context.new_page()


def axe(page: Page) -> list[str]:
    """What axe finds wrong by day, and with the contrast by night; it looked at names and headings at least."""
    page.emulate_media(color_scheme="light")
    page.add_script_tag(path=AXE)
    told = page.evaluate(AUDIT, {})
    assert {"color-contrast", "document-title", "html-has-lang", "page-has-heading-one"} <= set(told["passed"])
    page.emulate_media(color_scheme="dark")
    by_night = page.evaluate(AUDIT, {"runOnly": ["color-contrast"]})
    assert by_night["passed"] == ["color-contrast"]
    return [*told["found"], *by_night["found"]]


def test_by_keyboard_alone(opened: Callable[..., Page]) -> None:
    """Find somebody, pick them, accept: with Tab and Enter, and what has the focus can be seen."""
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Past the list of people"
    page.keyboard.press("Tab")
    page.keyboard.type("number17")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    for _ in range(4):
        page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert "Person Number17" in focused.inner_text()
    assert focused.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    with page.expect_navigation():
        page.keyboard.press("Enter")

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_request(f"{BACK}?*") as sent:
        page.keyboard.press("Enter")
    assert "code=" in sent.value.url


def test_past_the_list(opened: Callable[..., Page]) -> None:
    """Cancel is three keys away, however many people there are."""
    page = opened()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    with page.expect_request(f"{BACK}?*") as sent:
        page.keyboard.press("Enter")

    assert "error=access_denied" in sent.value.url


def test_axe_finds_nothing(sight: Page, opened: Callable[..., Page], served: Running, crowd: Tenant) -> None:
    """On any of the pages, contrast included."""
    found = {"sign-in": axe(opened(sight))}
    sight.get_by_role("button", name="Rita Ruler").click()
    found["consent"] = axe(sight)
    opened(sight, scope="Place.Read.All", prompt="login").get_by_role("button", name="person.3@").click()
    found["administrator"] = axe(sight)
    sight.goto(f"{served.http}/{crowd.id}/oauth2/v2.0/authorize?client_id=none")
    found["error"] = axe(sight)
    sight.goto(f"{served.http}/{crowd.id}/oauth2/v2.0/logout")
    found["sign-out"] = axe(sight)
    sight.get_by_role("button", name="Rita Ruler").click()
    found["signed out"] = axe(sight)

    assert not {page: faults for page, faults in found.items() if faults}


def test_markup_in_a_name_is_text(opened: Callable[..., Page]) -> None:
    """Of people and of apps."""
    page = opened()

    assert page.get_by_text(ODD, exact=True).is_visible()
    assert page.title() == "Sign in to Room <i>planner</i> – emulator"
    assert page.locator("main i, main b, script").count() == 0
    page.get_by_role("button", name="Tables").click()
    assert page.get_by_role("heading", name="Room <i>planner</i> asks for permission").is_visible()
    assert page.get_by_text(ODD, exact=True).is_visible()


def test_the_policy_holds(opened: Callable[..., Page]) -> None:
    """The pages need nothing that their policy forbids, and a script that gets in all the same does not run."""
    told: list[str] = []
    page = opened()
    page.on("console", lambda message: told.append(message.text))
    opened()
    assert told == []
    assert page.locator("h1").evaluate("element => getComputedStyle(element).fontWeight") == "650"

    page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "document.title = 'gone'";
        document.body.append(script);
    }""")

    assert "Content Security Policy" in told[0]
    assert page.title() != "gone"


@pytest.mark.parametrize("size", [POPUP, PHONE], ids=["popup", "phone"])
def test_nothing_is_beyond_the_edge(page: Page, opened: Callable[..., Page], size: ViewportSize) -> None:
    """Of a popup or a phone: no scrolling sideways, and the way out is in sight without scrolling at all."""
    page.set_viewport_size(size)
    opened()
    cancel = page.get_by_role("button", name="Cancel").bounding_box()
    assert page.evaluate(OVERFLOW) == 0
    assert cancel
    assert cancel["y"] + cancel["height"] <= size["height"]

    page.get_by_role("button", name="Tables").click()
    accept = page.get_by_role("button", name="Accept").bounding_box()
    assert page.evaluate(OVERFLOW) == 0
    assert accept
    assert accept["y"] + accept["height"] <= size["height"]


def test_large_print(page: Page, opened: Callable[..., Page]) -> None:
    """At 400 % a window shows 320 by 256: then the whole page scrolls, and no part of it is out of reach."""
    page.set_viewport_size({"width": 320, "height": 256})
    opened()

    assert page.evaluate(OVERFLOW) == 0
    assert page.locator(".list").evaluate("list => list.scrollHeight - list.clientHeight") <= 1
    page.get_by_role("button", name="Cancel").scroll_into_view_if_needed()
    assert page.get_by_role("button", name="Cancel").is_visible()


def test_by_night(page: Page, opened: Callable[..., Page]) -> None:
    """Dark where the system is dark, from the first moment."""
    page.emulate_media(color_scheme="dark")
    opened()
    red, green, blue = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")

    assert max(red, green, blue) < 40


def test_an_answer_posts_itself(page: Page, opened: Callable[..., Page], served: Running) -> None:
    """form_post, by the one script there is."""
    opened(response_mode="form_post").get_by_role("button", name="person.5@").click()

    with page.expect_request(BACK) as sent:
        page.get_by_role("button", name="Accept").click()

    assert sent.value.method == "POST"
    assert "code=" in (sent.value.post_data or "")
