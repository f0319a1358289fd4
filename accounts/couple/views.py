"""Pages for pairing by invitation, and for unpairing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import invitation_tokens, partners
from accounts.care.views import show_own_invitation
from accounts.couple import invitations, pairing
from accounts.models import User
from accounts.person.current_person import current_person
from accounts.person.one_shot import handed_out, one_shot, revisited
from cycleproject.web.addresses import public_url
from cycleproject.web.changes_by_time import by_time
from cycleproject.web.limits import invitation_limit, rate_limited, wrong_code_limit
from cycleproject.web.qr import qr_svg


@login_required
@require_POST
@rate_limited
def invite(request: HttpRequest) -> HttpResponse:
    """Create an invitation to pair and show its link, which is shown once."""
    inviter = _logged_in(request)
    invitation_limit().spend(request)
    try:
        with transaction.atomic():
            token, is_new = handed_out(request)
            invitation = invitations.create(inviter, token)[0] if is_new else invitations.own(token, inviter)
    except pairing.NotFree:
        return redirect("couple")
    if invitation is None:
        return redirect("couple")  # sent again, when it was used or taken back
    link = public_url(request, reverse("invitation", args=[token]))
    context = {"link": link, "qr_svg": qr_svg(link), **by_time(timezone.now(), invitation.expires_at)}
    return render(request, "couple/invited.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Delete the open invitation, then return to the couple's page."""
    invitations.withdraw(_logged_in(request))
    messages.success(request, gettext("The invitation has been cancelled."))
    return redirect("couple")


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited
@one_shot
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to accept an invitation, and pair. Only POST uses it up: link previews fetch the page, too."""
    user = current_person(request)
    if user and (own := invitations.own(token, user)):
        return show_own_invitation(request, "partner", own.expires_at)
    try:
        found = invitations.find(token, user)
        if user is None or user.is_guest:
            context = {"path": request.path, **by_time(timezone.now(), found.expires_at)}
            return render(request, "couple/invitation.html", context)
        if request.method == "POST":
            invitations.accept(token, user)
            messages.success(request, gettext("You are paired."))
            return redirect("couple")
    except invitation_tokens.UnknownInvitation:
        if back := revisited(request):
            return back
        wrong_code_limit().spend(request)  # one that is right was not guessed: nobody waits with it
        return render(request, "couple/no_invitation.html", status=404)
    context = {"inviter": found.inviter, **by_time(timezone.now(), found.expires_at)}
    return render(request, "couple/invitation.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unpair(request: HttpRequest) -> HttpResponse:
    """Say what unpairing means, then end the couple for both."""
    user = _logged_in(request)
    partner = partners.partner_of(user)
    if partners.couple_of(user) is None:
        return redirect("couple")
    if request.method != "POST":
        return render(request, "couple/unpair.html", {"partner": partner})
    pairing.unpair(user, leave_words=request.POST.get("leave_words") == "1")
    messages.success(request, gettext("You are no longer paired."))
    return redirect("couple")


def _logged_in(request: HttpRequest) -> User:
    user = current_person(request)
    assert user is not None, "these pages ask for a login"
    return user
