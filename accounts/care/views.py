"""A couple's pages about therapists: who may see what, agreeing and taking it back, and who has looked."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import partners
from accounts.care import audit, invitations, scopes
from accounts.care.consent_wording import CURRENT, SCOPE_TITLES, WORDINGS
from accounts.care.therapists import words_for_couples
from accounts.invitation_tokens import UnknownInvitation
from accounts.models import SCOPES, CareLink, User
from accounts.person.current_person import person
from cycleproject.web.addresses import public_url
from cycleproject.web.limits import asking, inviting, limited, wrong_codes
from cycleproject.web.qr import qr_svg

P = ParamSpec("P")
ENTRIES_SHOWN = 50


def for_accounts(view: Callable[Concatenate[HttpRequest, User, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the account that asks; lead everybody else to the log-in."""

    @login_required
    @limited
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = person(request)
        assert user is not None, "these pages ask for a login"
        if user.is_guest:
            return redirect("couple")
        if request.method == "POST":
            asking().spend(request, user.id)
        return view(request, user, *args, **kwargs)

    return answer


@require_GET
@for_accounts
def overview(request: HttpRequest, user: User) -> HttpResponse:
    """Show a couple's therapists; invite one."""
    context = {
        "settled": partners.is_settled(user),
        "links": [_shown(user, link) for link in scopes.links_for(user)],
        "invitation": invitations.open_ones_of(user, as_therapist=False).first(),
        "entries": audit.entries_for(user)[:1],
    }
    return render(request, "care/overview.html", context)


@require_http_methods(["GET", "POST"])
@for_accounts
def consent(request: HttpRequest, user: User, link_id: UUID) -> HttpResponse:
    """Ask one partner what they agree to, and keep or take back their own answer."""
    try:
        link = scopes.link_for(user, link_id)
        if request.method == "POST":
            return _answer(request, user, link)
    except scopes.NotFound:
        raise Http404 from None
    return render(request, "care/consent.html", {"link": _shown(user, link)})


def _answer(request: HttpRequest, user: User, link: CareLink) -> HttpResponse:
    agreed, withdrawn = request.POST.get("agree", ""), request.POST.get("withdraw", "")
    scope = next((scope for scope in SCOPES if agreed == CURRENT[scope]), None)
    if scope:
        scopes.agree(user, link, [scope])
        messages.success(request, gettext("You agree."))
    elif agreed:
        # Nobody agrees to words that they have not read.
        messages.error(request, gettext("The words have changed meanwhile. Read them once more, please."))
    elif withdrawn in SCOPES:
        scopes.withdraw(user, link, [withdrawn])
        messages.success(request, gettext("Taken back, from this moment on."))
    return redirect("consent", link.id)


@require_POST
@for_accounts
def invite(request: HttpRequest, user: User) -> HttpResponse:
    """Make an invitation for a therapist and show its link, this once."""
    return invited(request, user, as_therapist=False, back="care")


@require_POST
@for_accounts
def withdraw_invitation(request: HttpRequest, user: User) -> HttpResponse:
    """Take one's open invitation to a therapist back."""
    invitations.withdraw(user, as_therapist=False)
    messages.success(request, gettext("The invitation is taken back."))
    return redirect("care")


@require_GET
@for_accounts
def opened(request: HttpRequest, user: User) -> HttpResponse:
    """Show what therapists and staff have opened."""
    page = Paginator(audit.entries_for(user), ENTRIES_SHOWN).get_page(request.GET.get("page"))
    return render(request, "care/opened.html", {"page": page})


@require_http_methods(["GET", "POST"])
@limited
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to be linked, and link. Looking uses nothing up: link previews look too."""
    wrong_codes().check(request)
    user = person(request)
    try:
        found = invitations.find(token, user)
        context: dict[str, Any] = {"for_couples": found.couple is None, "path": request.path}
        if user is None or user.is_guest:
            return render(request, "care/invitation.html", context)
        may_accept = invitations.may_accept(found, user)
        if request.method == "POST" and may_accept:
            link = invitations.accept(token, user)
            return redirect("practice") if link.therapist_id == user.id else redirect("consent", link.id)
    except UnknownInvitation:
        wrong_codes().spend(request)
        return render(request, "couple/no_invitation.html", status=404)
    words = words_for_couples(found.inviter) if found.couple is None else {}
    context |= {"inviter": found.inviter, "may_accept": may_accept, "words": words}
    return render(request, "care/invitation.html", context)


def invited(request: HttpRequest, user: User, *, as_therapist: bool, back: str) -> HttpResponse:
    """Make an invitation to be linked and show its link, this once."""
    inviting().spend(request)
    try:
        _, token = invitations.create(user, as_therapist=as_therapist)
    except invitations.MayNotInvite:
        return redirect(back)
    link = public_url(request, reverse("care_invitation", args=[token]))
    context = {"link": link, "qr_svg": qr_svg(link), "for_couples": as_therapist, "back": reverse(back)}
    return render(request, "care/invited.html", context)


def _shown(user: User, link: CareLink) -> dict[str, Any]:
    """Return what a partner sees of a link: their own answers and what is active, nothing of the other's answers."""
    agreed, active = scopes.agreed_scopes(user, link), scopes.active_scopes(link)
    return {
        "id": link.id,
        "therapist": link.therapist,
        "words": words_for_couples(link.therapist),
        "scopes": [
            {
                "code": scope,
                "title": SCOPE_TITLES[scope],
                "wording": CURRENT[scope],
                "text": WORDINGS[CURRENT[scope]],
                "agreed": scope in agreed,
                "active": scope in active,
            }
            for scope in SCOPES
        ],
    }
