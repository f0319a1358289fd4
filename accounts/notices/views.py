"""The page on which somebody turns notices on and off, for themselves alone."""

from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import NoticeWishes, User
from accounts.notices import push, subscriptions, wishes
from accounts.notices.forms import WishesForm
from accounts.notices.wording import SENTENCES
from accounts.person.current_person import current_person
from cycleproject.web.limits import rate_limited, request_limit
from cycleproject.web.time_zones import time_zone_of


@login_required(login_url="home")
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """Show what somebody wishes, with what it costs, and save it."""
    user = _person(request)
    wished = wishes.of(user)
    form = WishesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen, zone = form.cleaned_data, time_zone_of(request)
        wishes.save(
            user,
            by_mail=chosen["by_mail"] and not user.is_guest,
            hour_before=chosen["hour_before"],
            wording=chosen["wording"],
            quiet=form.quiet,
            zone=str(zone or ""),
        )
        messages.success(request, gettext("Saved"))
        return redirect("notices")
    context = _context(request, user, wished, form)
    return render(request, "settings/notices.html", context, status=400 if form.errors else 200)


@login_required(login_url="home")
@require_POST
@rate_limited
def turn_on_push(request: HttpRequest) -> HttpResponse:
    """Let this browser take notices, for as long as this login lasts."""
    user = _person(request)
    request_limit().spend(request, user.id)
    named = (request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth"))
    try:
        target = subscriptions.checked(*named)
    except subscriptions.BadTarget:
        target = None
    session_key = request.session.session_key
    if target and session_key and push.is_offered() and subscriptions.keep(user, session_key, target):
        messages.success(request, gettext("This device now shows you notices."))
    else:
        messages.error(request, gettext("That did not work. Nothing was changed."))
    return redirect("notices")


@login_required(login_url="home")
@require_POST
def turn_off_push(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Let one of one's browsers take notices no more."""
    subscriptions.remove_own(_person(request), subscription_id)
    messages.success(request, gettext("That device shows you no more notices."))
    return redirect("notices")


def _person(request: HttpRequest) -> User:
    user = current_person(request)
    assert user is not None
    return user


def _context(request: HttpRequest, user: User, wished: NoticeWishes, form: WishesForm) -> dict[str, Any]:
    devices, here = subscriptions.all_of(user), request.session.session_key
    agents = dict(UserSession.objects.filter(user=user).values_list("session_key", "user_agent"))
    return {
        "form": form,
        "shown": form.data if form.is_bound else _as_typed(wished),
        "sentences": SENTENCES.items(),
        "push_key": push.public_key() if push.is_offered() else "",
        "here": next((one for one in devices if one.session_key == here), None),
        "elsewhere": [(one, agents.get(one.session_key, "")) for one in devices if one.session_key != here],
    }


def _as_typed(wished: NoticeWishes) -> dict[str, str]:
    return {
        "by_mail": "1" if wished.by_mail else "",
        "hour_before": "1" if wished.hour_before else "",
        "wording": wished.wording,
        "quiet_from": f"{wished.quiet_from:%H:%M}" if wished.quiet_from else "",
        "quiet_until": f"{wished.quiet_until:%H:%M}" if wished.quiet_until else "",
    }
