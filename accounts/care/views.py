"""A couple's pages about therapists: links, consent, invitations, and the access log."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import partners
from accounts.care import audit, invitations, scopes
from accounts.care.consent_wording import CURRENT, SCOPE_TITLES, WORDINGS
from accounts.care.therapists import words_for_couples
from accounts.invitation_tokens import UnknownInvitation
from accounts.models import SCOPES, CareLink, User
from accounts.my_part.checklists import QUESTIONS_FOR_A_THERAPIST
from accounts.person.current_person import current_person
from accounts.person.one_shot import handed_out, one_shot, revisited
from accounts.person.unsent_words import forget_typed, keep_behind_log_in
from cycleproject.web.addresses import public_url
from cycleproject.web.changes_by_time import by_time
from cycleproject.web.limits import invitation_limit, rate_limited, request_limit, wrong_code_limit
from cycleproject.web.qr import qr_svg

P = ParamSpec("P")
ENTRIES_SHOWN = 50


def account_required(view: Callable[Concatenate[HttpRequest, User, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass the logged-in account to a view; redirect everybody else to the log-in page."""

    @rate_limited
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = current_person(request)
        if user is None:
            return keep_behind_log_in(request) or redirect_to_login(request.get_full_path())
        if user.is_guest:
            return redirect("couple")
        if request.method == "POST":
            request_limit().spend(request, user.id)
            forget_typed(request)
        return view(request, user, *args, **kwargs)

    return answer


@require_safe
@account_required
def overview(request: HttpRequest, user: User) -> HttpResponse:
    """Show the couple's therapists and the way to invite one."""
    invitation = invitations.open_invitations(user, as_therapist=False).first()
    context = {
        "settled": partners.in_account_couple(user),
        "links": [_shown(user, link) for link in scopes.links_of_partner(user)],
        "invitation": invitation,
        "entries": audit.entries_for(user)[:1],
        "questions": QUESTIONS_FOR_A_THERAPIST,
        **by_time(timezone.now(), invitation.expires_at if invitation else None),
    }
    return render(request, "care/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@account_required
def consent(request: HttpRequest, user: User, link_id: UUID) -> HttpResponse:
    """Show one partner the scopes of a link, and store or withdraw their own consent."""
    try:
        link = scopes.link_of_partner(user, link_id)
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
        messages.success(request, gettext("You have agreed."))
    elif agreed:
        # Nobody agrees to words that they have not read.
        messages.error(request, gettext("The wording has changed. Please read it again."))
    elif withdrawn in SCOPES:
        scopes.withdraw(user, link, [withdrawn])
        messages.success(request, gettext("Taken back, as of now."))
    return redirect("consent", link.id)


@require_POST
@account_required
def invite(request: HttpRequest, user: User) -> HttpResponse:
    """Create an invitation for a therapist and show its link, which is shown once."""
    return show_new_invitation(request, user, as_therapist=False, back="care")


@require_POST
@account_required
def withdraw_invitation(request: HttpRequest, user: User) -> HttpResponse:
    """Delete the partner's open invitation to a therapist."""
    invitations.withdraw(user, as_therapist=False)
    messages.success(request, gettext("The invitation has been cancelled."))
    return redirect("care")


@require_safe
@account_required
def opened(request: HttpRequest, user: User) -> HttpResponse:
    """Show the access log: what therapists and staff have opened of the couple's."""
    page = Paginator(audit.entries_for(user), ENTRIES_SHOWN).get_page(request.GET.get("page"))
    return render(request, "care/opened.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited
@one_shot
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to accept an invitation, and accept it. Only POST uses it up: link previews fetch the page, too."""
    user = current_person(request)
    if user and (own := invitations.own(token, user)):
        # Not to their partner: who invites a therapist tells it when they like.
        return show_own_invitation(request, "couple" if own.couple is None else "therapist", own.expires_at)
    try:
        found = invitations.find(token, user)
        context: dict[str, Any] = {"for_couples": found.couple is None, "path": request.path}
        context |= by_time(timezone.now(), found.expires_at)
        if user is None or user.is_guest:
            return render(request, "care/invitation.html", context)
        may_accept = invitations.may_accept(found, user)
        if request.method == "POST" and may_accept:
            link = invitations.accept(token, user)
            return redirect("practice") if link.therapist_id == user.id else redirect("consent", link.id)
    except UnknownInvitation:
        if gone_to := revisited(request):
            return gone_to
        wrong_code_limit().spend(request)  # one that is right was not guessed: nobody waits with it
        return render(request, "couple/no_invitation.html", status=404)
    words = words_for_couples(found.inviter) if found.couple is None else {}
    context |= {"inviter": found.inviter, "may_accept": may_accept, "words": words}
    return render(request, "care/invitation.html", context)


def show_own_invitation(request: HttpRequest, invited: str, expires_at: datetime) -> HttpResponse:
    """Say to whoever opens their own invitation who it is for: a partner, a couple or a therapist."""
    status = 409 if request.method == "POST" else 200
    return render(
        request,
        "couple/own_invitation.html",
        {"invited": invited, **by_time(timezone.now(), expires_at)},
        status=status,
    )


def show_new_invitation(
    request: HttpRequest, user: User, *, as_therapist: bool, back: str, label: str = ""
) -> HttpResponse:
    """Create an invitation in a role and render the page with its link, which is shown once."""
    invitation_limit().spend(request)
    try:
        with transaction.atomic():
            token, is_new = handed_out(request)
            if is_new:
                invitations.create(user, as_therapist=as_therapist, token=token, label=label)
            invitation = invitations.own(token, user)
            if invitation is None:
                return redirect(back)  # sent again, when it was used or taken back
    except invitations.MayNotInvite:
        return redirect(back)
    link = public_url(request, reverse("care_invitation", args=[token]))
    context = {"link": link, "qr_svg": qr_svg(link), "for_couples": as_therapist, "back": reverse(back), "label": label}
    return render(request, "care/invited.html", context | by_time(timezone.now(), invitation.expires_at))


def _shown(user: User, link: CareLink) -> dict[str, Any]:
    """Return the template context of a link: this partner's answers and what is active, not the other's answers."""
    agreed, active = scopes.agreed_scopes(user, link), scopes.active_scopes(link)
    therapist, _ = link.sides
    return {
        "id": link.id,
        "therapist": therapist,
        "words": words_for_couples(therapist),
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
