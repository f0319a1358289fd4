"""Every answer carries the same strict headers, and nothing private stays in a cache."""

import email
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, override_settings
from django.urls import path
from pytest_django import Settings

from cycleproject.guard import refusals
from cycleproject.urls import urlpatterns as pages

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
STATIC_FILE = "/static/css/probe.css"


def careless(request: HttpRequest) -> HttpResponse:
    """Answer with headers that would undo ours."""
    headers = {"Cache-Control": "public, max-age=600", "Content-Security-Policy": "default-src *"}
    return HttpResponse("", headers=headers)


def broken(request: HttpRequest) -> HttpResponse:
    """Fail as no view should."""
    raise RuntimeError


async def awaited(request: HttpRequest) -> HttpResponse:
    """Answer from the event loop."""
    return HttpResponse("")


def posted(request: HttpRequest) -> HttpResponse:
    """Take a form."""
    return HttpResponse("")


urlpatterns = [
    *pages,
    path("careless", careless),
    path("broken", broken),
    path("awaited", awaited),
    path("posted", posted),
]


@pytest.fixture(autouse=True)
def probe(settings: Settings, tmp_path: Path) -> None:
    """Serve a static file, the views above and a plain error page."""
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "probe.css").write_text("body { margin: 0 }\n")
    settings.STATICFILES_DIRS = [tmp_path]
    settings.ROOT_URLCONF = __name__


def assert_strict(response: HttpResponse) -> None:
    """Check the headers that never vary."""
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert {name: response[name] for name in FIXED} == FIXED
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize(
    ("address", "status"),
    [("/careless", 200), ("/awaited", 200), ("/absent", 404), ("/broken", 500), ("/%ff", 404)],
)
def test_every_answer_has_the_security_headers_and_no_store(address: str, status: int) -> None:
    response = Client(raise_request_exception=False).get(address)
    assert response.status_code == status
    assert_strict(response)
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("address", "status"), [("/careless", 200), ("/awaited", 200), ("/absent", 404)])
def test_async_answers_have_the_same_headers(address: str, status: int) -> None:
    response = async_to_sync(AsyncClient().get)(address)
    assert response.status_code == status
    assert_strict(response)
    assert response["Cache-Control"] == "no-store"


def test_a_foreign_host_is_refused_as_strictly() -> None:
    response = Client().get("/careless", headers={"host": "elsewhere.example.org"})
    assert response.status_code == 400
    assert_strict(response)
    assert response["Cache-Control"] == "no-store"


def test_a_form_without_its_token_is_refused_as_strictly() -> None:
    response = Client(enforce_csrf_checks=True).post("/posted")
    assert response.status_code == 403
    assert_strict(response)
    assert response["Cache-Control"] == "no-store"


def test_a_static_file_may_be_cached() -> None:
    response = Client().get(STATIC_FILE)
    assert response.status_code == 200
    assert response.content == b"body { margin: 0 }\n"
    assert_strict(response)
    assert "no-store" not in response["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in response


def test_a_static_file_is_served_in_the_event_loop() -> None:
    response = async_to_sync(AsyncClient().get)(STATIC_FILE)
    assert response.content == b"body { margin: 0 }\n"
    assert_strict(response)


def test_a_static_file_that_has_not_changed_is_not_sent_again() -> None:
    first = Client().get(STATIC_FILE)
    response = Client().get(STATIC_FILE, headers={"if-none-match": first["ETag"]})
    assert response.status_code == 304
    assert response.content == b""
    assert "no-store" not in response["Cache-Control"]


def test_a_missing_static_file_is_not_cached() -> None:
    response = Client().get("/static/css/absent.css")
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", [b"/", b"/api/v1/start/"])
@pytest.mark.parametrize("status", sorted(refusals.REASONS))
def test_what_nobody_read_is_refused_as_strictly(status: int, url: bytes, settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 600
    head, _, body = refusals.answer(status, url).partition(b"\r\n\r\n")
    said = email.message_from_bytes(head.partition(b"\r\n")[2])
    response = HttpResponse(body, headers=dict(said.items()))
    assert_strict(response)
    assert response["Cache-Control"] == "no-store"
    assert response["Strict-Transport-Security"] == "max-age=600; includeSubDomains"
    settings.SECURE_HSTS_SECONDS = 0
    assert b"strict-transport-security" not in refusals.answer(status, url)


@pytest.mark.parametrize("address", ["/", "/healthz", "/api/v1/me/", "/accounts/login/", STATIC_FILE, "/absent"])
def test_a_trace_is_not_answered_with_what_it_sent(db: None, address: str) -> None:
    response = Client().trace(
        address, headers={"cookie": "session=the-word-that-came", "x-probe": "the-word-that-came"}
    )
    assert response.status_code in {404, 405}
    assert b"the-word-that-came" not in b"".join(
        response.streaming_content if response.streaming else [response.content]
    )


@override_settings(SECURE_SSL_REDIRECT=True)
def test_http_leads_browsers_to_https_and_no_program(db: None) -> None:
    page = Client().get("/safety/")
    assert (page.status_code, page["Location"]) == (301, "https://testserver/safety/")
    for method, address in (
        ("get", "/api/v1/me/"),
        ("post", "/api/v1/start/"),
        ("get", "/api/schema/"),
        ("put", "/api/no"),
    ):
        refused = getattr(Client(), method)(address)
        assert refused.status_code == 403 and "Location" not in refused
        assert_strict(refused)
    assert Client().get("/api/v1/moments/", secure=True).status_code == 401
    assert async_to_sync(AsyncClient().get)("/api/v1/me/").status_code == 403


def test_hsts_is_sent_over_https_alone() -> None:
    assert "Strict-Transport-Security" not in Client().get("/careless", secure=True)
    with override_settings(SECURE_HSTS_SECONDS=600):
        assert Client().get("/careless", secure=True)["Strict-Transport-Security"] == "max-age=600; includeSubDomains"
        assert "Strict-Transport-Security" not in Client().get("/careless")
