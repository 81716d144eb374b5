"""The page, as people use it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, expect

from browser.looking import (
    DESKTOP,
    drawn,
    expect_on_map,
    first_free,
    listen,
    row,
    states_in_list,
    states_on_map,
    until,
    violations,
)
from served import demo

SIZES: list[ViewportSize] = [
    DESKTOP,
    {"width": 820, "height": 1180},
    {"width": 390, "height": 844},
    {"width": 320, "height": 640},
]
FREE_FOR_AN_HOUR = re.compile(r"rooms free for an hour")


def test_map_list_and_server_say_the_same(page: Page, address: str) -> None:
    """30 rooms, each with one state everywhere; the answer counts the free ones."""
    told = httpx.get(
        f"{address}api/v1/venues/apb/availability", params={"at": "2026-11-24T09:10:00Z", "minutes": 60}
    ).json()
    free = {room["id"] for room in told["rooms"] if room["state"] == "free"}

    on_map = states_on_map(page)

    assert on_map == states_in_list(page)
    assert {room for room, state in on_map.items() if state == "free"} == free
    assert {"free", "part", "busy"} <= set(on_map.values())
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{len(free)} rooms free for an hour")


def test_the_time_strip_needs_no_request(page: Page) -> None:
    """The whole day is in the browser: the arrow keys move the wish, map and list follow, the server hears nothing."""
    asked: list[str] = []
    before = states_on_map(page)
    strip = page.get_by_role("slider")
    strip.focus()
    page.on("request", lambda request: asked.append(request.url))

    seen = {strip.get_attribute("aria-valuetext")}
    for _ in range(8):
        page.keyboard.press("ArrowRight")
        seen.add(strip.get_attribute("aria-valuetext"))

    assert len(seen) == 9
    expect_on_map(page, states_in_list(page))
    assert states_on_map(page) != before
    page.keyboard.press("Home")
    expect_on_map(page, before)
    assert [url for url in asked if "/api/" in url] == []


def test_each_floor_is_a_button_with_its_free_rooms(page: Page) -> None:
    """A floor without rooms to book is only a number; choosing one turns the map to it."""
    free = Counter(room[0].replace("e", "0") for room, state in states_on_map(page).items() if state == "free")
    floors = page.locator("floor-picker label")

    assert [" ".join(text.split()) for text in floors.all_inner_texts()] == [
        *(f"{level} · {free[level]} free" for level in "3210"),
        "-1",
    ]
    floors.nth(1).click()

    until(page, lambda: page.locator("ledig-map").evaluate("map => map.level") == 2, "floor 2")
    expect(page).to_have_url(re.compile("level=2"))


def test_books_a_room_and_the_room_turns(own_page: Page, own_address: str) -> None:
    """Choose a free room, book half an hour: a clear answer, the room is ours on map and list; and undone again."""
    page, room = own_page, first_free(own_page)
    row(page, room).click()
    page.get_by_role("button", name="30 min", exact=True).click()
    page.get_by_role("button", name="Book 10:10–10:40").click()

    expect(page.locator("room-card .booked")).to_contain_text("Booked until 10:40")
    expect_on_map(page, {room: "mine"})
    assert states_in_list(page)[room] == "mine"
    assert _state(own_address, room) == "busy"

    page.get_by_role("button", name="Cancel").click()

    expect_on_map(page, {room: "free"})
    assert _state(own_address, room) == "free"


def test_says_so_when_somebody_was_quicker(context: BrowserContext, own_address: str) -> None:
    """Taken behind the page's back: a sentence, and other rooms to take with one touch."""
    page = context.new_page()
    # The booking that is in the way is not among this kiosk's own.
    page.route("**/api/v1/kiosk/bookings", _hide_bookings)
    page.route("**/live", lambda route: route.abort())
    page.goto(own_address)
    drawn(page)
    room = first_free(page)
    row(page, room).click()
    page.get_by_role("button", name="30 min", exact=True).click()
    _book_elsewhere(own_address, room)
    page.get_by_role("button", name="Book 10:10–10:40").click()

    expect(page.get_by_text("Just taken by someone else.").first).to_be_visible()
    expect(page.locator(".other")).to_have_count(3)
    expect_on_map(page, {room: "busy"})


def test_a_booking_of_another_page_of_the_kiosk_is_ours(context: BrowserContext, own_address: str) -> None:
    """Nobody hears of somebody else when the kiosk itself holds the room."""
    page = context.new_page()
    page.route("**/live", lambda route: route.abort())
    page.goto(own_address)
    drawn(page)
    room = first_free(page)
    row(page, room).click()
    _book_elsewhere(own_address, room)
    page.get_by_role("button", name="Book 10:10–11:10").click()

    expect(page.locator("room-card .booked")).to_contain_text("Booked until 10:40")
    expect(page.get_by_text("Just taken by someone else.")).to_have_count(0)
    expect_on_map(page, {room: "mine"})


def test_two_pages_hear_over_one_stream_what_happens_elsewhere(context: BrowserContext, own_address: str) -> None:
    """At once, without asking for anything; the one that is left takes over the stream."""
    streams: list[str] = []
    context.on("request", lambda request: streams.append(request.url) if request.url.endswith("/live") else None)
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(own_address)
        drawn(page)
    room = first_free(second)

    _book_elsewhere(own_address, room)

    for page in (first, second):
        expect_on_map(page, {room: "mine"})
    assert len(streams) == 1
    first.close()
    with second.expect_request("**/live"):
        pass


@pytest.mark.parametrize(
    "size", [DESKTOP, {"width": 320, "height": 640}, {"width": 720, "height": 450}], ids=lambda size: f"{size['width']}"
)
def test_a_card_opens_in_sight(chromium: Browser, address: str, size: ViewportSize) -> None:
    """Wherever in the list a row is: its card's top edge is on the screen, and its button where there is room."""
    with chromium.new_context(viewport=size, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(FREE_FOR_AN_HOUR)
        free = page.locator("room-list .row.free")
        for index in (3, 5, 7, 9):
            room = free.nth(index)
            box = room.bounding_box()
            assert box is not None
            # Right above the lower edge of the window.
            page.mouse.move(box["x"] + 50, 300)
            page.mouse.wheel(0, box["y"] + box["height"] - size["height"])
            room.click()
            card = page.locator("room-card").bounding_box()
            assert card is not None
            top = page.locator("top-bar").bounding_box()
            assert top is not None
            assert card["y"] >= max(0, top["y"] + top["height"])
            if card["height"] < size["height"] - 100:
                assert card["y"] + card["height"] <= size["height"]
            page.keyboard.press("Escape")


def test_what_was_booked_comes_first(own_page: Page) -> None:
    """Our own rooms are the first group of the list, and the card that moves there stays in sight."""
    page = own_page
    last = page.locator("room-list .row.free").nth(8)
    room = last.get_attribute("data-room")
    last.click()
    page.get_by_role("button", name="Book 10:10").click()

    expect(page.locator("room-card .booked")).to_be_in_viewport(ratio=1)
    expect(page.locator("room-list h2").first).to_have_text("Yours · 1")
    expect(page.locator("room-list [data-room]").first).to_have_attribute("data-room", str(room))

    told = page.locator("day-bar .sr")
    expect(told).to_have_text(re.compile(r"Yours 10:10–11:10$"))
    expect(told).not_to_have_text(re.compile(r"10:10–11:10.*10:10"))
    page.get_by_role("button", name="Day after").click()
    expect(told).not_to_contain_text("Yours")


def test_what_is_not_known_is_never_a_no(own_page: Page) -> None:
    """With a booking of our own and calendars that do not answer: no floor has "0 free", and no answer says no."""
    page, room = own_page, first_free(own_page)
    row(page, room).click()
    page.get_by_role("button", name="Book 10:10").click()
    expect(page.locator("room-card .booked")).to_be_visible()

    other = page.context.new_page()
    other.route("**/api/v1/venues/*/days/*", lambda route: route.fulfill(status=503, json={"code": "internal"}))
    other.goto(page.url)
    drawn(other)

    expect(other.get_by_role("heading", level=1)).to_have_text("Not known right now")
    expect(other.locator(".legend")).to_have_text(re.compile(r"^\s*1 yours\s*29 not known\s*$"))
    expect(other.locator("floor-picker .count")).to_have_count(0)
    expect(other.get_by_text("answer we do not understand")).to_have_count(0)


def test_works_by_keyboard_alone(own_page: Page) -> None:
    """A row, Enter, Tab to the button, Enter: booked. Escape closes the card, and the focus is on the row again."""
    page, room = own_page, first_free(own_page)
    row(page, room).focus()
    page.keyboard.press("Enter")
    book = page.get_by_role("button", name="Book 10:10")
    expect(book).to_be_visible()
    for _ in range(12):
        if book.evaluate("button => button.getRootNode().activeElement === button"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("room-card .booked")).to_contain_text("Booked until")

    page.keyboard.press("Escape")
    expect(row(page, room)).to_be_focused()


@pytest.mark.parametrize(("level", "first"), [(0, "e"), (1, "1")])
def test_a_tap_on_the_map_opens_the_room_of_that_floor(page: Page, address: str, level: int, first: str) -> None:
    """The tile under the pointer is the room whose card opens; rooms of other floors are not there."""
    page.goto(f"{address}?level={level}")
    drawn(page)
    map_box = page.locator("ledig-map").bounding_box()
    assert map_box is not None
    width, height = int(map_box["width"]), int(map_box["height"])
    points = [
        (map_box["x"] + x, map_box["y"] + y) for y in range(60, height - 220, 45) for x in range(130, width - 80, 45)
    ]
    hit = set()

    def tapped_everywhere() -> bool:  # once more where the first taps came before the first picture
        for x, y in points:
            page.mouse.click(x, y)
            room = re.search(r"room=(\w+)", page.evaluate("location.search"))
            if room and room[1] not in hit:
                expect(page.locator(f"room-card[data-room='{room[1]}']")).to_be_visible()
                hit.add(room[1])
        return len(hit) >= 6

    until(page, tapped_everywhere, "six rooms opened")
    assert {room[0] for room in hit} == {first}


def test_a_room_chosen_in_the_list_comes_into_sight(page: Page) -> None:
    """Somebody zoomed in elsewhere: the map moves to the room, which so near fills its middle."""
    for _ in range(5):
        page.get_by_role("button", name="Zoom in").click()
    room = first_free(page)
    row(page, room).click()
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("room="))
    box = page.locator("ledig-map").bounding_box()
    assert box is not None

    def is_in_the_middle() -> bool:
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.4)
        return f"room={room}" in page.url

    until(page, is_in_the_middle, "the room in the middle")


def test_a_phone_zooms_with_one_finger(chromium: Browser, address: str) -> None:
    """Who cannot pinch has buttons, large enough and clear of the floors."""
    with chromium.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(address)
        drawn(page)
        floors = page.locator("floor-picker").bounding_box()
        buttons = [page.get_by_role("button", name=name).bounding_box() for name in ("Zoom in", "Zoom out")]

        assert floors is not None
        for button in buttons:
            assert button is not None
            assert min(button["width"], button["height"]) >= 44
            assert button["x"] + button["width"] < floors["x"]


def test_a_page_that_found_nobody_keeps_asking(context: BrowserContext, address: str) -> None:
    """It says so, and shows the building as soon as the server answers."""
    page = context.new_page()
    page.clock.install()
    page.route("**/api/v1/venues", lambda route: route.abort())
    page.goto(address)
    expect(page.get_by_text("ledig does not answer. We keep trying.")).to_be_visible()
    page.unroute("**/api/v1/venues")
    page.clock.run_for(5_000)

    expect(page.get_by_role("heading", level=1)).to_have_text(FREE_FOR_AN_HOUR)


def test_the_address_holds_what_is_seen(page: Page) -> None:
    """Opened elsewhere, it shows the same room, floor and time."""
    room = first_free(page)
    row(page, room).click()
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("at=2026-11-24T"))

    other = page.context.new_page()
    other.goto(page.url)
    drawn(other)

    assert states_on_map(other) == states_on_map(page)
    expect(other.locator(f"room-card[data-room='{room}']")).to_be_visible()
    assert other.locator("ledig-map").evaluate("map => map.level") == page.locator("ledig-map").evaluate(
        "map => map.level"
    )


def test_thanks_whom_it_must_and_says_what_is_invented(page: Page) -> None:
    """The map's attribution with its link, and that this is a demonstration."""
    expect(page.get_by_role("link", name="© OpenStreetMap contributors")).to_have_attribute(
        "href", "https://www.openstreetmap.org/copyright"
    )
    expect(page.get_by_text("Demonstration: all bookings are invented.").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size['width']}")
def test_nothing_stands_in_anybodys_way(
    chromium: Browser, address: str, size: ViewportSize, scheme: Literal["light", "dark"]
) -> None:
    """On any screen, light or dark, with a room's card open or not: axe finds nothing, the console stays clean."""
    with chromium.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce") as context:
        page = context.new_page()
        said = listen(page, address)
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(FREE_FOR_AN_HOUR)
        assert violations(page) == []
        row(page, first_free(page)).click()
        expect(page.get_by_role("button", name="Book 10:10")).to_be_visible()
        assert violations(page) == []
        assert said == []


def test_everybody_elses_browser_does_not_offer_to_book(context: BrowserContext, address: str) -> None:
    """It is no kiosk: the card says where rooms are booked, and the console stays clean."""
    page = context.new_page()
    said = listen(page, address)
    page.route("**/api/v1/kiosk/session", lambda route: route.fulfill(json={"kiosk": None}))
    page.goto(address)
    drawn(page)
    row(page, first_free(page)).click()

    expect(page.get_by_text("Book at a kiosk in the building.")).to_be_visible()
    expect(page.get_by_role("button", name="Book ")).to_have_count(0)
    assert said == []


def test_without_webgl_the_list_is_all(chromium_without_webgl: Browser, own_address: str) -> None:
    """No map and no apology page: one quiet line, and rooms can be found and booked."""
    with chromium_without_webgl.new_context(viewport=DESKTOP) as context:
        page = context.new_page()
        page.goto(own_address)
        expect(page.get_by_text("The list has everything.")).to_be_visible()
        row(page, first_free(page)).click()
        page.get_by_role("button", name="Book 10:10").click()

        expect(page.locator("room-card .booked")).to_contain_text("Booked until")


def test_old_answers_turn_unknown_and_never_free(chromium: Browser, address: str) -> None:
    """The server is gone: five minutes later nothing is shown as free, and the page says since when."""
    with chromium.new_context(viewport=DESKTOP) as context:
        page = context.new_page()
        page.clock.install()
        # An answer that came after the clock jumped would set the page's clock back.
        with page.expect_response("**/api/v1/kiosk/bookings"):
            page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(FREE_FOR_AN_HOUR)
        page.route("**/api/**", lambda route: route.abort())
        page.clock.fast_forward("05:50")
        page.clock.run_for(20_000)

        expect(page.get_by_text("Not live since 10:1").first).to_be_visible()
        assert set(states_in_list(page).values()) == {"unknown"}


def test_a_phone_without_webgl_has_all_controls(chromium_without_webgl: Browser, address: str) -> None:
    """Without a map there is no sheet, and nothing lies over now, how long and which day."""
    with chromium_without_webgl.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_text("The list has everything.")).to_be_visible()
        page.get_by_role("button", name="Now").click()
        page.get_by_role("button", name="Today, Choose a day").click(trial=True)
        expect(page.get_by_role("button", name="Show map")).to_have_count(0)


@pytest.mark.parametrize("size", [(844, 390), (740, 360), (720, 450)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_low_window_shows_list_or_map(chromium: Browser, address: str, size: tuple[int, int]) -> None:
    """A phone on its side has room for one of them; the chosen floor is in sight."""
    with chromium.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{address}?level=0")
        page.get_by_role("button", name="Show map").click()
        drawn(page)
        expect(page.locator("floor-picker label:has(:checked)")).to_be_in_viewport(ratio=1)
        page.get_by_role("button", name="Show list").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_small_screen_does_not_move_sideways(chromium: Browser, address: str) -> None:
    """320 pixels are enough, with the card open too."""
    with chromium.new_context(viewport={"width": 320, "height": 640}, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(FREE_FOR_AN_HOUR)
        row(page, first_free(page)).click()

        panel = page.locator("rooms-page .panel")
        assert panel.evaluate("(panel) => panel.scrollWidth - panel.clientWidth") == 0
        assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_late_in_the_evening_tomorrow_is_one_touch_away(context: BrowserContext) -> None:
    """Nothing fits before the building closes: the door leads to its next opening."""
    with demo("2026-11-24T19:50:00+01:00") as (address, _):
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("No room fits an hour now.")
        page.get_by_role("button", name="Show tomorrow").click()

        expect(page.get_by_role("heading", level=1)).to_have_text(FREE_FOR_AN_HOUR)
        expect(page).to_have_url(re.compile("at=2026-11-25T07:00"))


def test_a_shorter_legend_does_not_move_the_plan(chromium: Browser, own_address: str) -> None:
    """Where our own rooms make the legend wrap, moving the wish away from them takes nothing from what is covered."""
    with chromium.new_context(viewport={"width": 1180, "height": 800}, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(own_address)
        drawn(page)
        row(page, first_free(page)).click()
        page.get_by_role("button", name="Book 10:10").click()
        expect(page.locator(".legend")).to_contain_text("1 yours")
        strip, plan = page.locator(".strip"), page.locator("ledig-map")
        wrapped = strip.evaluate("(strip) => strip.offsetHeight")
        until(page, lambda: plan.evaluate("(map) => map.padding.bottom") == wrapped + 32, "room for the strip")
        page.get_by_role("slider").focus()
        for _ in range(6):
            page.keyboard.press("ArrowRight")
        expect(page.locator(".legend")).not_to_contain_text("yours")
        drawn(page)

        assert strip.evaluate("(strip) => strip.offsetHeight") < wrapped
        assert plan.evaluate("(map) => map.padding.bottom") == wrapped + 32


def test_a_sheet_moved_by_keyboard_keeps_the_focus(chromium: Browser, address: str) -> None:
    """Down to its lowest rest: the button has no more to do, but is not lost."""
    with chromium.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(address)
        down = page.get_by_role("button", name="Show more of the map")
        down.focus()
        for _ in range(2):
            page.keyboard.press("Enter")

        expect(down).to_have_attribute("aria-disabled", "true")
        expect(down).to_be_focused()


def _hide_bookings(route: Route) -> None:
    if route.request.method == "GET":
        route.fulfill(json={"bookings": []})
    else:
        route.fallback()


def _state(address: str, room: str) -> str:
    told = httpx.get(f"{address}api/v1/venues/apb/availability", params={"at": "2026-11-24T09:15:00Z"}).json()
    return next(str(each["state"]) for each in told["rooms"] if each["id"] == room)


def _book_elsewhere(address: str, room: str) -> None:
    """Another browser of the kiosk books the room."""
    with httpx.Client(base_url=address, headers={"Origin": address.rstrip("/")}) as browser:
        browser.get("/")
        wish = {
            "key": "019ab3f2-7c00-7000-8000-000000000001",
            "room": room,
            "start": "2026-11-24T09:10:00Z",
            "end": "2026-11-24T09:40:00Z",
        }
        assert browser.post("/api/v1/kiosk/bookings", json=wish).status_code == 201
