"""Weaknesses of pages and of the API: headers, cookies, forms, what is kept and what is compressed."""

from typing import Final

from tests.attacks.planted.weakness import Weakness, weakness

SECURITY: Final = "cycleproject/web/security.py"
HEADERS: Final = "tests/web/test_security_headers.py"
EVERY: Final = f"{HEADERS}::test_every_answer_has_the_security_headers_and_no_store"

WEAKNESSES: Final[tuple[Weakness, ...]] = (
    weakness(
        "a cached private page",
        SECURITY,
        'response.headers["Cache-Control"] = "no-store"',
        'response.headers.setdefault("Cache-Control", "no-store")',
        EVERY,
    ),
    weakness(
        "a type that a browser guesses",
        SECURITY,
        '"X-Content-Type-Options": "nosniff"',
        '"X-Content-Type-Options": "sniff"',
        EVERY,
    ),
    weakness(
        "a Referer that tells the code",
        SECURITY,
        '"Referrer-Policy": "no-referrer"',
        '"Referrer-Policy": "origin"',
        EVERY,
    ),
    weakness(
        "a page in somebody's frame",
        SECURITY,
        "\"frame-ancestors 'none'\",",
        '"frame-ancestors *",',
        EVERY,
    ),
    weakness(
        "https that may be left",
        SECURITY,
        "if settings.SECURE_HSTS_SECONDS and request.is_secure():",
        "if settings.SECURE_HSTS_SECONDS and not request.is_secure():",
        f"{HEADERS}::test_hsts_is_sent_over_https_alone",
    ),
    weakness(
        "a cookie without Secure",
        "cycleproject/settings.py",
        "SESSION_COOKIE_SECURE = SERVED_OVER_HTTPS",
        "SESSION_COOKIE_SECURE = False",
        "tests/serving/test_settings.py::test_it_takes_host_cookies_only_to_https",
    ),
    weakness(
        "a form without its token",
        "cycleproject/settings.py",
        '    "django.middleware.csrf.CsrfViewMiddleware",\n',
        "",
        f"{HEADERS}::test_a_form_without_its_token_is_refused_as_strictly",
    ),
    weakness(
        "an operation by cookie alone",
        "accounts/api/operation.py",
        '    """Authenticates by the session cookie, with CSRF protection."""\n',
        '    """Authenticates by the session cookie."""\n\n'
        "    def enforce_csrf(self, request: Request) -> None:\n        return None\n",
        "tests/contract/test_api_logins.py::test_a_cookie_needs_the_token_of_a_page",
    ),
    weakness(
        "gzip on a page with a secret",
        "cycleproject/web/compression.py",
        "if not match or match.url_name not in MAY_BE_COMPRESSED or not isinstance(response, HttpResponse):",
        "if not match or not isinstance(response, HttpResponse):",
        "tests/web/test_compression.py::test_of_every_address_only_those_that_are_listed_are_compressed",
    ),
    weakness(
        "fields that nobody asked for",
        "cycleproject/api/bodies.py",
        'model_config = ConfigDict(strict=True, extra="forbid", frozen=True)',
        'model_config = ConfigDict(strict=True, extra="ignore", frozen=True)',
        "tests/contract/test_api_bodies.py::test_what_is_not_asked_for_is_refused",
    ),
    weakness(
        "a formula in an export",
        "sessions/history/export.py",
        "yield _line([escape_formula(_cell(_value(one, column))) for column in COLUMNS])",
        "yield _line([_cell(_value(one, column)) for column in COLUMNS])",
        "tests/history/test_export.py::test_the_table_has_a_line_for_each_round_and_no_cell_begins_as_a_formula",
    ),
    weakness(
        "an error that quotes what it met",
        "cycleproject/serving/logs.py",
        'return "\\n".join([*places, f"{kind.__module__}.{kind.__qualname__}"])',
        'return "\\n".join([*places, f"{kind.__module__}.{kind.__qualname__}: {_error}"])',
        "tests/serving/test_logs.py",
    ),
)
