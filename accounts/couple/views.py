"""Pairing by invitation, and unpairing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import invitation_tokens, partners
from accounts.couple import invitations, pairing
from accounts.models import User
from accounts.person.current_person import person
from cycleproject.web.addresses import public_url
from cycleproject.web.limits import inviting, limited, wrong_codes
from cycleproject.web.qr import qr_svg


@login_required
@require_POST
@limited
def invite(request: HttpRequest) -> HttpResponse:
    """Make an invitation and show its link, this once."""
    inviter = _somebody(request)
    inviting().spend(request)
    try:
        _, token = invitations.create(inviter)
    except pairing.NotFree:
        return redirect("couple")
    link = public_url(request, reverse("invitation", args=[token]))
    context = {"link": link, "qr_svg": qr_svg(link)}
    return render(request, "couple/invited.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take one's open invitation back."""
    invitations.withdraw(_somebody(request))
    messages.success(request, gettext("The invitation is taken back."))
    return redirect("couple")


@require_http_methods(["GET", "POST"])
@limited
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to pair, and pair. Looking uses nothing up: link previews look too."""
    wrong_codes().check(request)
    user = person(request)
    try:
        found = invitations.find(token, user)
        if user is None or user.is_guest:
            return render(request, "couple/invitation.html", {"path": request.path})
        if request.method == "POST":
            invitations.accept(token, user)
            messages.success(request, gettext("You are paired."))
            return redirect("couple")
    except invitation_tokens.UnknownInvitation:
        wrong_codes().spend(request)
        return render(request, "couple/no_invitation.html", status=404)
    return render(request, "couple/invitation.html", {"inviter": found.inviter})


@login_required
@require_http_methods(["GET", "POST"])
def unpair(request: HttpRequest) -> HttpResponse:
    """End the couple, alone and at once, after saying what that means."""
    user = _somebody(request)
    partner = partners.partner_of(user)
    if partners.couple_of(user) is None:
        return redirect("couple")
    if request.method == "GET":
        return render(request, "couple/unpair.html", {"partner": partner})
    pairing.part(user, leave_words=request.POST.get("leave_words") == "1")
    messages.success(request, gettext("You are no longer paired."))
    return redirect("couple")


def _somebody(request: HttpRequest) -> User:
    user = person(request)
    assert user is not None, "these pages ask for a login"
    return user
