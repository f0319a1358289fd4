"""Cycle on a home screen: the manifest, a service worker that keeps the public shell alone, and the page while offline.

See docs/decisions/0043-on-a-home-screen.md.
"""

import hashlib
import json
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

# What opens there brings this along, and only then a service worker is set up: nobody else's device keeps anything.
OPENED_FROM: Final = "/?from=home-screen"
# Everything that the page needs which is shown while offline.
SHELL: Final = (
    "css/site.css",
    "fonts/atkinson-hyperlegible-next-basic.woff2",
    "img/favicon.svg",
    "js/home_screen/offline.js",
)
WORKER: Final = settings.BASE_DIR / "static" / "js/home_screen/service-worker.js"
ICONS: Final = {192: "img/icon-192.png", 512: "img/icon-512.png"}
GROUND: Final = "#f9f4f8"


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe what stands on a home screen (W3C Web Application Manifest): a name and a sign, which tell nothing."""
    icons: list[dict[str, Any]] = [
        {"src": static(path), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, path in ICONS.items()
        for purpose in ("any", "maskable")
    ]
    described = {
        "id": "/",
        "name": gettext("Cycle"),
        "short_name": gettext("Cycle"),
        "start_url": OPENED_FROM,
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": GROUND,
        "lang": get_language(),
        "icons": icons,
    }
    return JsonResponse(described, content_type="application/manifest+json")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what is possible without a connection. The page is the same for everybody: it is kept on the device."""
    return render(request, "home_screen/offline.html")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker, another one whenever anything that it keeps is another."""
    kept = [reverse("offline"), *(static(path) for path in SHELL)]
    page = render_to_string("home_screen/offline.html", request=request)
    script = WORKER.read_text(encoding="utf-8")
    version = hashlib.sha256("\n".join([*kept, page, script]).encode()).hexdigest()[:16]
    filled = {"VERSION": version, "OFFLINE": kept[0], "KEPT": kept}
    begins = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in filled.items())
    return HttpResponse(begins + script, content_type="text/javascript; charset=utf-8")
