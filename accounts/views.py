"""Pages about people: the first name, settings, safety, privacy."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms import FirstNameForm
from accounts.help_lines import help_for
from accounts.logins import log_in_guest
from accounts.models import User
from accounts.people import rename


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
    return render(request, "pages/settings.html", {"form": form})


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, how long, and who can read it."""
    return render(request, "pages/privacy.html")


@require_GET
def safety(request: HttpRequest) -> HttpResponse:
    """Say what Cycle is not for, where to find help, and what quick exit does."""
    country = settings.HELP_COUNTRY
    context = {"help_lines": help_for(country), "help_country": country, "help_checked": settings.HELP_CHECKED}
    return render(request, "pages/safety.html", context)
