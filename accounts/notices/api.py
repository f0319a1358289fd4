"""API operations on one's own notices: what one wishes, and where a browser or program takes web push."""

from datetime import time
from functools import partial
from typing import Annotated, Any, Final

from pydantic import Field, model_validator
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.api.repeatable import Repeatable, RepeatableOperation, RepeatableQuery
from accounts.api.shapes import TimeZoneName
from accounts.logins import Login
from accounts.models import NoticeWording, User
from accounts.notices import push, subscriptions, wishes, wording
from accounts.notices.endpoints import LONGEST
from cycleproject.api.bodies import Given
from cycleproject.api.problems import Problem

OF_A_DAY: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
TimeOfDay = Annotated[str, Field(pattern=OF_A_DAY, description="By the clock of `tz`.", examples=["22:00"])]
PointOfCurve = Annotated[str, Field(min_length=86, max_length=90, description="65 bytes of P-256, as base64url.")]
# What any browser might name; the key is the generator of the curve, which is nobody's.
EXAMPLE: Final = {
    "endpoint": "https://push.example.com/to/a-browser",
    "p256dh": "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
    "auth": "AAAAAAAAAAAAAAAAAAAAAA",
}


class NoticeWish(Repeatable):
    """How one wishes to be given notice. Quiet hours have both ends, or there are none."""

    by_mail: bool
    hour_before: bool
    wording: NoticeWording
    quiet_from: TimeOfDay | None = None
    quiet_until: TimeOfDay | None = None
    tz: TimeZoneName = "UTC"

    @model_validator(mode="after")
    def _has_both_ends(self) -> "NoticeWish":
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("quiet hours begin and end")
        return self


class PushWish(Repeatable):
    """Where this login's browser takes web push (RFC 8030), and the keys that it is encrypted for (RFC 8291)."""

    endpoint: Annotated[str, Field(max_length=LONGEST, repr=False, description="A public address, by https.")]
    p256dh: Annotated[PointOfCurve, Field(repr=False)]
    auth: Annotated[str, Field(min_length=22, max_length=24, repr=False, description="16 bytes, as base64url.")]

    @model_validator(mode="after")
    def _is_a_target(self) -> "PushWish":
        subscriptions.checked(self.endpoint, self.p256dh, self.auth)
        return self


class OwnNotices(Given):
    """How one wishes to be given notice."""

    by_mail: bool
    hour_before: bool
    wording: NoticeWording
    quiet_from: TimeOfDay | None
    quiet_until: TimeOfDay | None
    tz: str


class Notices(OwnNotices):
    """How one is given notice. `push` tells whether this login's browser takes web push, which `push_key` sets up."""

    push: bool
    push_key: Annotated[str, Field(description="The `applicationServerKey`.")] | None


class ShowNotices(Operation):
    """Show how one is given notice of agreed hours, hosted check-ins and accepted invitations."""

    gives = {200: Notices}

    def get(self, request: Request) -> Response:
        return Response(_shown(self.person(), self.login()))


class WishNotices(RepeatableOperation):
    """Say how one wishes to be given notice. It is one of three sentences, and says nothing of what it is about."""

    takes = NoticeWish
    examples = {
        "by mail, not at night": {
            "by_mail": True,
            "hour_before": False,
            "wording": "reminder",
            "quiet_from": "22:00",
            "quiet_until": "07:00",
            "tz": "Europe/Berlin",
        }
    }
    gives = {200: Notices}
    refuses = ("account.needed",)

    def put(self, request: Request) -> Response:
        wanted = self.body(NoticeWish)
        if wanted.by_mail and self.person().is_guest:
            raise Problem("account.needed")
        self.do_once(partial(self._save, wanted))
        return Response(_shown(self.person(), self.login()))

    def _save(self, wanted: NoticeWish) -> None:
        quiet = None
        if wanted.quiet_from and wanted.quiet_until:
            quiet = time.fromisoformat(wanted.quiet_from), time.fromisoformat(wanted.quiet_until)
        wishes.save(
            self.person(),
            by_mail=wanted.by_mail,
            hour_before=wanted.hour_before,
            wording=wanted.wording,
            quiet=quiet,
            zone=wanted.tz,
        )


class TakePush(RepeatableOperation):
    """Let this login's browser take web push, until the login ends; not found where it is not offered."""

    takes = PushWish
    examples = {"a browser": EXAMPLE}
    gives = {200: Notices}
    refuses = ("item.not_found",)

    def put(self, request: Request) -> Response:
        if not push.is_offered():
            raise Problem("item.not_found")
        wanted = self.body(PushWish)
        target = subscriptions.checked(wanted.endpoint, wanted.p256dh, wanted.auth)
        self.do_once(partial(subscriptions.keep, self.person(), self.login().session_key, target))
        return Response(_shown(self.person(), self.login()))


class StopPush(RepeatableOperation):
    """Let this login's browser take web push no more."""

    asks = RepeatableQuery
    gives = {204: None}

    def delete(self, request: Request) -> Response:
        self.do_once(partial(subscriptions.remove_of_login, self.person(), self.login().session_key))
        return Response(status=204)


def own_notices(person: User) -> OwnNotices:
    """Return what a person wishes, for answers and for their export."""
    wished = wishes.of(person)
    return OwnNotices(
        by_mail=wished.by_mail,
        hour_before=wished.hour_before,
        wording=wording.known(wished.wording),
        quiet_from=f"{wished.quiet_from:%H:%M}" if wished.quiet_from else None,
        quiet_until=f"{wished.quiet_until:%H:%M}" if wished.quiet_until else None,
        tz=wished.zone or "UTC",
    )


def _shown(person: User, login: Login) -> dict[str, Any]:
    return {
        **own_notices(person).model_dump(mode="json"),
        "push": subscriptions.of_login(person, login.session_key) is not None,
        "push_key": push.public_key() if push.is_offered() else None,
    }
