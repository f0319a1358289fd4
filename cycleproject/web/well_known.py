"""What is looked for at fixed addresses: `robots.txt`, `favicon.ico` and two under `/.well-known/`."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

SECURITY_TXT: Final = "/.well-known/security.txt"
# Everything but the front page is somebody's own: addresses of check-ins and invitations let in whoever has them.
ROBOTS: Final = "User-agent: *\nAllow: /$\nAllow: /static/\nDisallow: /\n"
# RFC 9116 wants an end, less than a year away. Whoever runs this process still reads the contact's mail.
GOOD_FOR: Final = timedelta(days=180)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines read the front page, and nothing else."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a weakness (RFC 9116); where no contact is set there is no such file."""
    if not settings.CONTACT:
        raise Http404
    until = (timezone.now() + GOOD_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = [f"Contact: {settings.CONTACT}", f"Expires: {until}", "Preferred-Languages: en"]
    lines += [f"Canonical: {one}{SECURITY_TXT}" for one in settings.TRUSTED_ORIGINS if one.startswith("https://")]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Lead a password manager to the page on which a password is changed."""
    return redirect("account_change_password")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead a browser that looks for an icon without having read a page to the one there is."""
    return redirect(static("img/favicon.ico"))
