"""API operations on oneself: who one is, and deleting one's account."""

from functools import partial
from typing import Annotated
from uuid import UUID

from django.contrib.auth import logout
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.api.repeatable import Repeatable, RepeatableOperation
from accounts.care.scopes import has_second_factor
from accounts.login.token_logins import end_login, has_recently_authenticated
from accounts.logins import Login
from accounts.models import User
from accounts.settings.deletion import delete_person
from accounts.settings.look_back_wish import set_look_back_wish
from cycleproject.api.bodies import Given
from cycleproject.api.problems import Problem


class Me(Given):
    """The person who is logged in."""

    id: UUID
    first_name: str
    email: Annotated[str, Field(description="Null for a guest.")] | None
    guest: bool
    second_factor: bool
    looks_back: Annotated[bool, Field(description="Whether they wish to be asked how a round was a day later.")]


class ShowMe(Operation):
    """Show who is logged in with this token or cookie."""

    gives = {200: Me}

    def get(self, request: Request) -> Response:
        return Response(me(self.person()).model_dump(mode="json"))


class LookBackWish(Repeatable):
    """Whether one wishes to be asked how a round was a day later."""

    looks_back: bool


class WishToLookBack(RepeatableOperation):
    """Say whether one wishes to be asked how a round was a day later. What one has said already stays one's own."""

    takes = LookBackWish
    examples = {"yes": {"looks_back": True}}
    gives = {200: Me}

    def put(self, request: Request) -> Response:
        """Answer with oneself."""
        self.do_once(partial(set_look_back_wish, self.person(), self.body(LookBackWish).looks_back))
        return Response(me(User.objects.get(pk=self.person().pk)).model_dump(mode="json"))


class DeleteMe(Operation):
    """Delete oneself and everything that is one's own, alone and for good.

    What is going on ends first, for both. A reaction and an intensity that were revealed stay in the other's history.
    An account is asked to have logged in within the last few minutes.
    """

    gives = {204: None}
    refuses = ("login.not_fresh",)

    def delete(self, request: Request) -> Response:
        login = self.login()
        require_recent_login(login, self.person())
        delete_person(self.person())
        if not isinstance(request.auth, Login):
            logout(request._request)
        end_login(login)
        return Response(status=204)


def me(person: User) -> Me:
    """Return a person's own data for the answer."""
    return Me(
        id=person.id,
        first_name=person.first_name,
        email=person.email,
        guest=person.is_guest,
        second_factor=has_second_factor(person),
        looks_back=person.looks_back,
    )


def require_recent_login(login: Login, person: User) -> None:
    """Raise Problem unless the account has logged in within minutes: somebody may have found the phone unlocked."""
    if not has_recently_authenticated(login, person):
        raise Problem("login.not_fresh")
