"""Pages about people: the first name, settings, safety, privacy."""

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import couples
from accounts.deletion import delete_person
from accounts.forms import FirstNameForm
from accounts.help_lines import COUNTRIES, country_asked, help_for
from accounts.logins import log_in_guest
from accounts.models import User
from accounts.people import rename
from accounts.signing_up import address_to_confirm, ask_to_confirm
from accounts.staff import SECOND_FACTORS


def person(request: HttpRequest) -> User | None:
    """Return who asks, if they are logged in."""
    user: User | AnonymousUser = request.user
    return user if isinstance(user, User) else None


def named_person(request: HttpRequest, first_name: str) -> User:
    """Return who asks under the name they just gave: a new guest, where nobody is logged in."""
    user = person(request)
    if user is None:
        return log_in_guest(request, first_name)
    rename(user, first_name)
    return user


def name_form(request: HttpRequest) -> FirstNameForm:
    """Return the form filled with what was typed, or with the name that is known."""
    if request.method == "POST":
        return FirstNameForm(request.POST)
    user = person(request)
    return FirstNameForm(initial={"first_name": user.first_name if user else ""})


@login_required(login_url="home")
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show and change what a person can set."""
    form = name_form(request)
    if request.method == "POST" and form.is_valid():
        named_person(request, form.cleaned_data["first_name"])
        messages.success(request, gettext("Saved"))
        return redirect("settings")
    user = person(request)
    assert user is not None
    context = {
        "form": form,
        "partner": couples.partner_of(user),
        "address_to_confirm": address_to_confirm(user),
        "has_second_factor": is_mfa_enabled(user, SECOND_FACTORS),
    }
    return render(request, "pages/settings.html", context)


@login_required(login_url="home")
@require_POST
def send_confirmation(request: HttpRequest) -> HttpResponse:
    """Send the link to confirm an address again."""
    user = person(request)
    assert user is not None
    ask_to_confirm(request, user)
    return redirect("account_email_verification_sent")


@login_required(login_url="home")
@require_POST
def end_login(request: HttpRequest, login_id: int) -> HttpResponse:
    """End one of one's own logins."""
    chosen = get_object_or_404(UserSession, id=login_id, user_id=request.user.pk)
    end_sessions(request, [chosen])
    messages.success(request, gettext("Logged out there."))
    return redirect("usersessions_list")


@login_required(login_url="home")
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Delete everything of one's own, after saying what that means."""
    user = person(request)
    assert user is not None
    if not user.is_guest:  # who has a password shows that it is them at the phone
        raise_if_reauthentication_required(request, app="allauth.account")
    if request.method == "GET":
        return render(request, "accounts/leave.html")
    delete_person(user)
    logout(request)
    return render(request, "accounts/left.html")


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, how long, and who can read it."""
    return render(request, "pages/privacy.html")


@require_GET
def safety(request: HttpRequest) -> HttpResponse:
    """Say what Cycle is not for, where to find help, and what quick exit does."""
    country = country_asked(request.GET.get("country", ""), settings.HELP_COUNTRY)
    context = {
        "help_lines": help_for(country),
        "help_country": country,
        "help_country_name": COUNTRIES.get(country, country),
        # The day of the check is that of the country this server is set up for, and of no other.
        "help_checked": settings.HELP_CHECKED if country == settings.HELP_COUNTRY else "",
        "countries": COUNTRIES,
    }
    return render(request, "pages/safety.html", context)
