"""The person behind a request, and the form that asks for their first name."""

from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.logins import BACKEND
from accounts.models import User
from accounts.person.forms import FirstNameForm
from accounts.person.rename import rename


def current_person(request: HttpRequest) -> User | None:
    """Return the logged-in person, or None."""
    user: User | AnonymousUser = request.user
    return user if isinstance(user, User) else None


def named_person(request: HttpRequest, first_name: str) -> User:
    """Return the logged-in person, renamed if the name is new, or a new guest with this name."""
    user = current_person(request)
    if user is None:
        return User.objects.create_guest(first_name)
    rename(user, first_name)
    return user


def come_in_as(request: HttpRequest, user: User) -> None:
    """Log this browser in as a guest who was just made."""
    if current_person(request) != user:
        login(request, user, backend=BACKEND)


def name_form(request: HttpRequest) -> FirstNameForm:
    """Return the form for the first name, filled with what was posted or with the known name."""
    if request.method == "POST":
        return FirstNameForm(request.POST)
    user = current_person(request)
    return FirstNameForm(initial={"first_name": user.first_name if user else ""})
