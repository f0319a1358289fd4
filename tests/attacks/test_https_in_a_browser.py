"""Cycle over https in a real browser, with a real certificate: what is kept, where it leads, what others' pages get."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Response, expect

from tests.browser.journey import PATIENCE, hook
from tests.support import prerequisites
from tests.support.servers.https_site import OURS, PLAIN, THEIRS, Site, https_site
from tests.support.servers.stored import rows

pytestmark = [pytest.mark.browser, pytest.mark.needs("nginx")]

NAME = "Ana from Athens"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return Cycle over https, and somebody else's site."""
    prerequisites.need("nginx")
    with https_site(tmp_path_factory.mktemp("https")) as served:
        yield served


@pytest.fixture(scope="module")
def chromium(site: Site, playwright: Playwright) -> Iterator[Browser]:
    """Return a Chromium that keeps whole pages in memory for Back, as everybody's does."""
    prerequisites.need("chromium-headless-shell")
    arguments = [*site.arguments, "--disable-gpu", "--disable-quic", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    running = playwright.chromium.launch(
        executable_path=prerequisites.path_of("chromium-headless-shell"),
        args=arguments,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield running
    running.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """Return a phone that has never been here."""
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def start(phone: BrowserContext) -> Page:
    """Start a check-in as Ana, and return her page in the room."""
    page = phone.new_page()
    page.goto(f"{OURS}/start/")
    hook(page, "first-name").fill(NAME)
    hook(page, "join").click()
    expect(hook(page, "join-link")).to_be_visible()
    return page


def last_hop(page: Page, address: str) -> Response:
    """Open an address, and return the answer that led on from it."""
    response = page.goto(address)
    assert response
    before = response.request.redirected_from
    assert before, "nothing led on"
    answer = before.response()
    assert answer
    return answer


def test_everything_kept_is_kept_for_https_and_this_host(phone: BrowserContext) -> None:
    start(phone)
    kept = {cookie["name"]: cookie for cookie in phone.cookies()}
    assert {"__Host-session", "__Host-csrf", "__Host-browser"} <= set(kept)
    for name, cookie in kept.items():
        assert name.startswith("__Host-") and cookie["secure"], name
        assert cookie["sameSite"] in {"Lax", "Strict"}, name
        assert cookie["httpOnly"] or name == "__Host-zone", name
        assert (cookie["domain"], cookie["path"]) == ("cycle.example.org", "/"), name
    assert phone.cookies(f"{PLAIN}/") == []


def test_http_leads_to_https_and_is_not_asked_twice(phone: BrowserContext) -> None:
    page = phone.new_page()
    first = last_hop(page, f"{PLAIN}/safety/")
    assert first.status == 301 and page.url == f"{OURS}/safety/"
    again = last_hop(page, f"{PLAIN}/safety/")
    assert again.status == 307 and again.headers["non-authoritative-reason"] == "HSTS", "the browser led on by itself"
    below = last_hop(page, "http://below.cycle.example.org/safety/")
    assert below.status == 307, "so it does below our name"


def test_a_room_opens_its_socket_over_tls(phone: BrowserContext) -> None:
    opened: list[str] = []
    phone.on("page", lambda page: page.on("websocket", lambda socket: opened.append(socket.url)))
    page = start(phone)
    expect(page.get_by_test_id("connection-state")).to_have_text("Connected", use_inner_text=True)
    assert opened and all(url.startswith("wss://cycle.example.org/ws/") for url in opened)


def test_no_other_site_shows_ours_in_a_frame(phone: BrowserContext, site: Site) -> None:
    room = start(phone).url
    frames = [f"{OURS}/", room, f"{OURS}/static/favicon.svg", f"{OURS}/no/such/page/", f"{THEIRS}/framed"]
    site.elsewhere.pages["/frames"] = "<!doctype html>" + "".join(f'<iframe src="{one}"></iframe>' for one in frames)
    page = phone.new_page()
    page.goto(f"{THEIRS}/frames")
    page.wait_for_load_state("networkidle")
    shown = [frame.url for frame in page.frames[1:]]
    assert shown[-1] == f"{THEIRS}/framed", "premise: what may be framed is"
    assert {*shown[:-1]} == {"chrome-error://chromewebdata/"}


def test_no_other_site_keeps_hold_of_a_window_of_ours(phone: BrowserContext, site: Site) -> None:
    site.elsewhere.pages["/opener"] = "<!doctype html><title>opener</title>"
    page = phone.new_page()
    page.goto(f"{THEIRS}/opener")
    with phone.expect_page() as opened:
        page.evaluate(f"window.ours = window.open('{OURS}/')")
    opened.value.wait_for_load_state()
    assert opened.value.url == f"{OURS}/"
    page.wait_for_function("window.ours.closed")
    assert opened.value.evaluate("window.opener") is None


def test_where_somebody_goes_learns_nothing_of_where_they_were(phone: BrowserContext, site: Site) -> None:
    page = start(phone)
    site.elsewhere.asked.clear()
    page.evaluate(f"open('{THEIRS}/opened')")
    page.wait_for_timeout(500)
    hook(page, "quick-exit").click()
    page.wait_for_url(f"{THEIRS}/")
    told = {path: headers for path, headers in site.elsewhere.asked if path in ("/", "/opened")}
    assert set(told) == {"/", "/opened"}
    for headers in told.values():
        assert "referer" not in headers and "origin" not in headers
        assert "cycle" not in str(headers).lower()
    assert page.evaluate("document.referrer") == ""


def test_back_after_quick_exit_shows_nothing_of_the_room(phone: BrowserContext) -> None:
    page = start(phone)
    code = (hook(page, "join-link").get_attribute("href") or "").rstrip("/").rsplit("/", 1)[1]
    assert code in page.content(), "premise"
    hook(page, "quick-exit").click()
    page.wait_for_url(f"{THEIRS}/")
    page.go_back()
    page.wait_for_load_state()
    assert page.url == f"{OURS}/start/", "the page before the room, asked for anew"
    assert code not in page.content()


def test_back_after_the_login_is_over_shows_nothing_of_the_room(phone: BrowserContext, site: Site) -> None:
    page = start(phone)
    page.goto(f"{THEIRS}/")
    phone.clear_cookies()
    page.go_back()
    page.wait_for_load_state()
    assert "/sessions/" in page.url
    assert NAME not in page.content()


def test_a_page_without_an_origin_starts_and_opens_nothing(phone: BrowserContext, site: Site) -> None:
    page = start(phone)
    session = page.url.rstrip("/").rsplit("/", 1)[1]
    before = rows(site.server, "SELECT COUNT(*) FROM live_sessions_livesession")
    script = f"""
      const socket = new WebSocket("wss://cycle.example.org/ws/sessions/{session}/");
      socket.onopen = () => parent.postMessage("open", "*");
      socket.onclose = () => parent.postMessage("closed", "*");
      const form = document.createElement("form");
      form.method = "post"; form.action = "{OURS}/start/"; form.target = "answer";
      form.innerHTML = '<input name="first_name" value="Eve">';
      document.body.append(form);
      form.submit();
    """
    framed = f"<!doctype html><iframe name=answer></iframe><body><script>{script}</script>"
    site.elsewhere.pages["/sandboxed"] = framed
    site.elsewhere.pages["/null"] = (
        "<!doctype html><script>heard = []; onmessage = (event) => heard.push(event.origin + ' ' + event.data)</script>"
        '<iframe sandbox="allow-scripts allow-forms" src="/sandboxed"></iframe>'
    )
    answered: list[Response] = []

    def note(response: Response) -> None:
        if response.url == f"{OURS}/start/" and response.request.method == "POST":
            answered.append(response)

    stranger = phone.new_page()
    stranger.on("response", note)
    stranger.goto(f"{THEIRS}/null")
    stranger.wait_for_function("heard.length")
    assert stranger.evaluate("heard") == ["null closed"]
    stranger.wait_for_timeout(500)
    assert [(one.status, one.request.all_headers().get("origin")) for one in answered] == [(403, "null")]
    assert rows(site.server, "SELECT COUNT(*) FROM live_sessions_livesession") == before
