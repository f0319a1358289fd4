"""Who asks: the person behind a request, under the name they are known by or just gave."""

from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from accounts.logins import BACKEND
from accounts.models import User
from accounts.person.forms import FirstNameForm
from accounts.person.rename import rename


def person(request: HttpRequest) -> User | None:
    """Return who asks, if they are logged in."""
    user: User | AnonymousUser = request.user
    return user if isinstance(user, User) else None


def named_person(request: HttpRequest, first_name: str) -> User:
    """Return who asks under the name they just gave: a new guest, where nobody is logged in."""
    user = person(request)
    if user is None:
        return User.objects.create_guest(first_name)
    rename(user, first_name)
    return user


def come_in_as(request: HttpRequest, user: User) -> None:
    """Log this browser in as a guest who was just made."""
    if person(request) != user:
        login(request, user, backend=BACKEND)


def name_form(request: HttpRequest) -> FirstNameForm:
    """Return the form filled with what was typed, or with the name that is known."""
    if request.method == "POST":
        return FirstNameForm(request.POST)
    user = person(request)
    return FirstNameForm(initial={"first_name": user.first_name if user else ""})
