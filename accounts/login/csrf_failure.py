"""What a form is answered whose token does not fit: who refuses cookies, who logged in meanwhile, and everybody else.

A log-in renews the token, and pages that were open before hold the old one.
"""

from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.csrf import REASON_BAD_ORIGIN, REASON_CSRF_TOKEN_MISSING, REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.template.loader import render_to_string
from django.template.response import SimpleTemplateResponse

from accounts.login.answered_once import sent_before
from accounts.person.one_shot import repeated
from cycleproject.web.typed_again import with_typed


def answer(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Lead whoever has sent this very form before to what it made; say to everybody else what keeps it from being sent.

    Nothing is carried out. What is put back into a form comes from a page of ours, never from somebody else's.
    """
    # The nonce and the browser's cookie are known to nobody else, so that no forged form comes this way.
    if back := repeated(request) or sent_before(request):
        return back
    if reason == REASON_NO_CSRF_COOKIE and not request.COOKIES:
        return render(request, "403_cookies.html", status=403)
    return _renewed(request, reason) or render(request, "403_csrf.html", status=403)


def _renewed(request: HttpRequest, reason: str) -> HttpResponseBase | None:
    """Return the page of the form as it is now, with what was typed; None where that cannot be."""
    # A browser says where a form comes from, and the middleware has looked at it before it looked at the token. Without
    # this anybody's page could put words into a form of ours that waits to be pressed.
    is_ours = "HTTP_ORIGIN" in request.META and not reason.startswith(REASON_BAD_ORIGIN.partition("%s")[0])
    if not is_ours or reason == REASON_CSRF_TOKEN_MISSING or request.method != "POST" or request.resolver_match is None:
        return None
    typed, request.method, request.POST = request.POST, "GET", QueryDict()
    view, args, kwargs = request.resolver_match
    try:
        page: HttpResponseBase = view(request, *args, **kwargs)
    except (Http404, PermissionDenied, ReauthenticationRequired, ImmediateHttpResponse):
        return None
    if isinstance(page, SimpleTemplateResponse):
        page.render()
    if page.status_code in (301, 302):
        return page  # whoever is logged in by now has no need of that form
    if page.status_code != 200 or not isinstance(page, HttpResponse):
        return None
    notice = render_to_string("partials/renewed.html", request=request)
    filled = with_typed(page.content.decode(), request.path, typed, notice)
    if filled is None:
        return None
    page.content = filled.encode()
    page.status_code = 403
    return page
