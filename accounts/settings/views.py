"""The settings page, and the page on which a person deletes themselves."""

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import partners
from accounts.care import closing
from accounts.login.sign_up import unconfirmed_address
from accounts.login.staff import SECOND_FACTORS
from accounts.person.current_person import current_person
from accounts.person.forms import FirstNameForm
from accounts.person.rename import rename
from accounts.settings.deletion import delete_person
from accounts.settings.look_back_wish import set_look_back_wish


@login_required(login_url="home")
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show the settings of an account or guest, and save a new first name."""
    user = current_person(request)
    assert user is not None
    form = FirstNameForm(request.POST if request.method == "POST" else None, initial={"first_name": user.first_name})
    if form.is_valid():
        rename(user, form.cleaned_data["first_name"])
        messages.success(request, gettext("Saved"))
        return redirect("settings")
    context = {
        "form": form,
        "partner": partners.partner_of(user),
        "address_to_confirm": unconfirmed_address(user),
        "has_second_factor": is_mfa_enabled(user, SECOND_FACTORS),
    }
    return render(request, "settings/overview.html", context)


@login_required(login_url="home")
@require_POST
def set_look_back(request: HttpRequest) -> HttpResponse:
    """Save whether a person wishes to be asked how a round was a day later."""
    user = current_person(request)
    assert user is not None
    set_look_back_wish(user, "looks_back" in request.POST)
    messages.success(request, gettext("Saved"))
    return redirect("settings")


@login_required(login_url="home")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Say what deleting oneself means, ask an account to log in again, then delete it."""
    user = current_person(request)
    assert user is not None
    if not user.is_guest:  # who has a password shows that it is them at the phone
        raise_if_reauthentication_required(request, app="allauth.account")
    if request.method != "POST":
        return render(request, "settings/leave.html", {"practice": closing.practice_of(user)})
    delete_person(user)
    logout(request)
    return render(request, "settings/left.html")
