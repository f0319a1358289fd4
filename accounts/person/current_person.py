"""The person behind a request, and the form that asks for their first name."""

from typing import Final

from django.contrib.auth import login, logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.logins import BACKEND
from accounts.models import User
from accounts.person.forms import FirstNameForm

# How a page is asked, and what its form says, when whoever has the browser is not who is logged in there.
SOMEBODY_ELSE: Final = "somebody-else"


def current_person(request: HttpRequest) -> User | None:
    """Return the logged-in person, or None."""
    user: User | AnonymousUser = request.user
    return user if isinstance(user, User) else None


def is_gone(somebody: object) -> bool:
    """Tell whether this is a person who was deleted while a request of theirs was on its way."""
    return isinstance(somebody, User) and not User.objects.filter(pk=somebody.pk).exists()


def is_somebody_else(request: HttpRequest) -> bool:
    """Tell whether whoever stands at a door says that they are not who is logged in here."""
    asked = request.POST if request.method == "POST" else request.GET
    return asked.get("as") == SOMEBODY_ELSE


def comer(request: HttpRequest) -> User | None:
    """Return who stands at a door: whoever is logged in, unless somebody says that they are not it."""
    return None if is_somebody_else(request) else current_person(request)


def is_named_otherwise(request: HttpRequest, user: User | None) -> bool:
    """Tell whether a form gives another name than whoever is known here has: its author was not asked who they are."""
    typed = request.POST.get("first_name", "").strip()
    return user is not None and typed != "" and typed != user.first_name


def name_form(request: HttpRequest, user: User | None) -> FirstNameForm:
    """Return the form that asks for a first name at a door. Who is known there (``user``) is asked for none."""
    form = FirstNameForm(request.POST if request.method == "POST" else None)
    if user:
        # A browser is not a person: a name that is typed at a door is nobody's new name.
        del form.fields["first_name"]
    return form


def who_comes(user: User | None, form: FirstNameForm) -> User:
    """Return who comes in by a door's form: who is known there, or a new guest."""
    return user or User.objects.create_guest(form.cleaned_data["first_name"])


def come_in_as(request: HttpRequest, user: User) -> None:
    """Log this browser in as a guest who was just made; whoever was logged in here before no longer is."""
    before = current_person(request)
    if before == user:
        return
    if before:
        logout(request)
    login(request, user, backend=BACKEND)
