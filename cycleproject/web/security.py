"""The headers that every answer carries, errors included."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseForbidden
from django.http.response import HttpResponseBase

from cycleproject.web.finishing import FinishingMiddleware
from cycleproject.web.staticfiles import StaticFileResponse

CONTENT_SECURITY_POLICY = "; ".join(
    [
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
    ]
)
PERMISSIONS_POLICY = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "autoplay",
                "camera",
                "display-capture",
                "encrypted-media",
                "geolocation",
                "gyroscope",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "picture-in-picture",
                "usb",
                "xr-spatial-tracking",
            )
        ),
        # Passkeys, keeping a phone awake during a check-in, and copying its link.
        *(
            f"{feature}=(self)"
            for feature in (
                "clipboard-write",
                "publickey-credentials-create",
                "publickey-credentials-get",
                "screen-wake-lock",
            )
        ),
    ]
)
FIXED_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def set_headers(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Set the security headers on a response, over whatever a view or other middleware has set."""
    for name, value in FIXED_HEADERS.items():
        response.headers[name] = value
    if settings.SECURE_HSTS_SECONDS and request.is_secure():
        response.headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
    # A page that a shared phone, a proxy or the back button keeps would show what its reader may no longer see.
    if not isinstance(response, StaticFileResponse):
        response.headers["Cache-Control"] = "no-store"
    return response


class RefuseProgramsOverHttp(FinishingMiddleware):
    """Lead browsers from http to https, and no program.

    A program that was told http and is led on sends its token in clear at each request, and nobody notices.
    """

    def finish(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Refuse where Django would lead on."""
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and request.path.startswith("/api/"):
            return HttpResponseForbidden("Ask over https.\n", content_type="text/plain; charset=utf-8")
        return response


class SecurityHeadersMiddleware(FinishingMiddleware):
    """Give every answer the same strict headers."""

    def finish(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the response with the headers."""
        return set_headers(request, response)
