"""Template filters of the pages about people."""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.models import PushSubscription
from cycleproject.web.addresses import is_only_an_address, is_this_machine
from cycleproject.web.idempotency import FIELD, new_nonce

register = template.Library()

# The first that occurs in what a browser says of itself; each also names those that stand after it here.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """Return the browser and device that a user agent names, such as "Firefox on Android"."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("Unknown device")


@register.filter
def shows_notices(session_key: str) -> bool:
    """Tell whether the browser of a login takes notices."""
    return PushSubscription.objects.filter(session_key=session_key).exists()


@register.inclusion_tag("mfa/webauthn/needs_a_name.html", takes_context=True)
def passkeys_need_a_name(context: dict[str, Any]) -> dict[str, str]:
    """Say where passkeys work, on a page that was opened by an address in numbers: browsers refuse them there."""
    request: HttpRequest = context["request"]
    host = request.get_host()
    if not is_only_an_address(host):
        return {}
    port = urlsplit(f"//{host}").port
    named = f"{request.scheme}://localhost:{port}" if port else f"{request.scheme}://localhost"
    return {"host": host, "by_name": named if is_this_machine(host) else ""}


@register.simple_tag(takes_context=True)
def form_nonce(context: dict[str, Any]) -> SafeString:
    """Return the hidden field by which a form that is sent twice is known to be the same (see ``one_shot``)."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_nonce(context["request"]))
