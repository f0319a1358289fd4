"""Template filters of the pages about people."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

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
    return browser or system or gettext("A device that does not say what it is")


@register.simple_tag(takes_context=True)
def form_nonce(context: dict[str, Any]) -> SafeString:
    """Return the hidden field by which a form that is sent twice is known to be the same (see ``one_shot``)."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_nonce(context["request"]))
