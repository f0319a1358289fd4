"""What to send to the forms about a login that others wrote, and to the pages of the staff.

An address that carries out several things has a row for each, with what it does in brackets behind it.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType

from accounts.models import TherapistProfile, User
from tests.repeats.rows import Filled, person_of
from tests.support.cast.api_world import PASSWORD, World
from tests.support.cast.passkeys import Passkey
from tests.support.cast.visitors import code_for

if TYPE_CHECKING:
    from tests.repeats.writes import Sender

NEW: Final = "another password of five words"
NEXT: Final = "benjamin@example.org"
NEW_TWICE: Final = {"password1": NEW, "password2": NEW}
CODES: Final = Authenticator.Type.RECOVERY_CODES


# What a password is stored as takes a twentieth of a second each time.
_stored_password = cache(make_password)


def _account(who: str, *, password: str | None = PASSWORD) -> Callable[[World], User]:
    """Return what gives somebody a password and a confirmed address."""

    def account(world: World) -> User:
        person = person_of(world, who)
        assert person
        user = User.objects.get(pk=person.pk)
        user.password = _stored_password(password)
        user.save()
        EmailAddress.objects.create(user=user, email=str(user.email), verified=True, primary=True)
        return user

    return account


def _second_step(who: str) -> Callable[[World], User]:
    """Return what gives somebody an app and recovery codes as well."""

    def second_step(world: World) -> User:
        user = _account(who)(world)
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)
        return user

    return second_step


def _new_address(world: World) -> None:
    EmailAddress.objects.create(user=_account("partner")(world), email=NEXT, verified=False, primary=False)


def _passkey(who: str) -> Callable[[World], None]:
    return lambda world: Passkey.of(_account(who)(world)).store()


def _key_of(who: str) -> Callable[[World], dict[str, str]]:
    def key_of(world: World) -> dict[str, str]:
        person = person_of(world, who)
        return {"pk": str(Authenticator.objects.get(user=person, type=Authenticator.Type.WEBAUTHN).pk)}

    return key_of


def _confirmation(world: World) -> dict[str, str]:
    return {"key": EmailConfirmationHMAC(EmailAddress.objects.get(email=NEXT)).key}


def _otto(world: World) -> User:
    person = person_of(world, "outsider")
    assert person
    return User.objects.get(pk=person.pk)


def _reset(world: World) -> dict[str, str]:
    return {"uidb36": user_pk_to_url_str(_otto(world)), "key": "set-password"}


def _open_reset_link(sender: "Sender") -> None:
    otto = _otto(sender.world)
    path = sender.path.replace("set-password", default_token_generator.make_token(otto))
    assert sender.client.get(path).headers["Location"] == sender.path


def _first_step(sender: "Sender") -> None:
    answer = sender.client.post("/accounts/login/", {"login": str(_otto(sender.world).email), "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"


def _recovery_code(who: str) -> Callable[[World], dict[str, str]]:
    def code(world: World) -> dict[str, str]:
        stored = Authenticator.objects.filter(user=person_of(world, who), type=CODES).first()
        return {"code": RecoveryCodes(stored).get_unused_codes()[0] if stored else ""}

    return code


def _code_of_the_app(sender: "Sender", page: str) -> dict[str, str]:
    secret = re.search(r'data-testid="totp-secret">([A-Z2-7]+)<', page)
    return {"code": code_for(secret[1])} if secret else {}


def _with_passkey(sender: "Sender", page: str) -> dict[str, str]:
    return {"credential": Passkey.of(sender.world_person()).answer(page)}


def _with_passkey_alone(sender: "Sender", page: str) -> dict[str, str]:
    asked = sender.client.get(sender.path, headers={"x-requested-with": "XMLHttpRequest"})
    return {"credential": Passkey.of(_otto(sender.world)).answer(asked.content.decode())}


# allauth's forms, by the address that they are sent to.
LOGINS: Final[dict[str, Filled]] = {
    "accounts/login/": Filled(
        "anonymous", {"login": "otto@example.org", "password": PASSWORD}, before=_account("outsider")
    ),
    "accounts/logout/": Filled("partner"),
    "accounts/signup/": Filled("anonymous", {"first_name": "Cleo", "email": NEXT, "password1": PASSWORD}),
    "accounts/reauthenticate/": Filled("partner", {"password": PASSWORD}, before=_account("partner")),
    "accounts/email/ (a new address)": Filled("partner", {"email": NEXT, "action_add": ""}, before=_account("partner")),
    "accounts/email/ (the link again)": Filled("partner", {"email": NEXT, "action_send": ""}, before=_new_address),
    "accounts/email/ (the old address)": Filled("partner", {"email": NEXT, "action_remove": ""}, before=_new_address),
    "accounts/password/change/": Filled("partner", {"oldpassword": PASSWORD, **NEW_TWICE}, before=_account("partner")),
    "accounts/password/set/": Filled("partner", NEW_TWICE, before=_account("partner", password=None)),
    "accounts/password/reset/": Filled("anonymous", {"email": "otto@example.org"}, before=_account("outsider")),
    "accounts/login/code/confirm/": Filled("anonymous", {"code": "123456"}, reads=True),
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$": Filled("anonymous", {}, _confirmation, before=_new_address),
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": Filled(
        "anonymous", NEW_TWICE, _reset, before=_account("outsider"), first=_open_reset_link
    ),
    "accounts/2fa/authenticate/": Filled(
        "anonymous", _recovery_code("outsider"), before=_second_step("outsider"), first=_first_step
    ),
    "accounts/2fa/reauthenticate/": Filled("partner", _recovery_code("partner"), before=_second_step("partner")),
    "accounts/2fa/totp/activate/": Filled("partner", before=_account("partner"), seen=_code_of_the_app),
    "accounts/2fa/totp/deactivate/": Filled("partner", before=_second_step("partner")),
    "accounts/2fa/recovery-codes/generate/": Filled("partner", before=_second_step("partner")),
    "accounts/2fa/webauthn/add/": Filled("partner", {"name": "Phone"}, before=_account("partner"), seen=_with_passkey),
    "accounts/2fa/webauthn/reauthenticate/": Filled("partner", before=_passkey("partner"), seen=_with_passkey),
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": Filled(
        "partner", {}, _key_of("partner"), before=_passkey("partner")
    ),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": Filled(
        "partner", {"name": "Old phone"}, _key_of("partner"), before=_passkey("partner")
    ),
    "accounts/2fa/webauthn/login/": Filled(
        "anonymous", on="/accounts/login/", before=_passkey("outsider"), seen=_with_passkey_alone
    ),
    "accounts/sessions/": Filled("partner", before=_account("partner")),
}


def _otto_in_it(world: World) -> dict[str, str]:
    return {"object_id": str(_otto(world).pk)}


def _profile(world: World) -> dict[str, str]:
    return {"object_id": str(TherapistProfile.objects.get(user=person_of(world, "therapist")).pk)}


def _check_in(world: World) -> dict[str, str]:
    return {"object_id": world.session}


def _type_of_people(world: World) -> dict[str, str]:
    return {"content_type_id": str(ContentType.objects.get_for_model(User).pk), **_otto_in_it(world)}


def _staff(fields: Any = None, ids: Any = None, **others: Any) -> Filled:
    return Filled("staff", fields or {}, ids or {}, before=_second_step("staff"), **others)


def _words_read(sender: "Sender", page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(read)" value="([^"]*)"', page))


def _delete_otto(world: World) -> dict[str, str]:
    return {"action": "delete_selected", "_selected_action": str(_otto(world).pk), "post": "yes"}


# The pages of the staff.
STAFF: Final[dict[str, Filled]] = {
    "admin/logout/": _staff(),
    "admin/accounts/user/ (the chosen ones)": _staff(_delete_otto),
    "admin/accounts/user/<path:object_id>/delete/": _staff({"post": "yes"}, _otto_in_it),
    "admin/accounts/user/<path:object_id>/change/": _staff({"is_active": "", "is_staff": "on"}, _otto_in_it),
    "admin/accounts/therapistprofile/<path:object_id>/change/": _staff({"may_host": "on"}, _profile, seen=_words_read),
    # These show something, or refuse; nothing comes of what is sent to them.
    **{
        name: _staff(reads=True)
        for name in (
            "admin/",
            "admin/login/",
            "admin/password_change/",
            "admin/password_change/done/",
            "admin/autocomplete/",
            "admin/jsi18n/",
            "admin/accounts/user/add/",
            "admin/accounts/therapistprofile/",
            "admin/accounts/therapistprofile/add/",
            "admin/live_sessions/livesession/",
            "admin/live_sessions/livesession/add/",
        )
    },
    "admin/r/<path:content_type_id>/<path:object_id>/": _staff({}, _type_of_people, reads=True),
    r"admin/^(?P<app_label>accounts|live_sessions)/$": _staff({}, {"app_label": "accounts"}, reads=True),
    r"admin/(?P<url>.*)$": _staff({}, {"url": "nothing/"}, reads=True),
    **{
        f"admin/{model}/<path:object_id>/{page}": _staff({}, ids, reads=True)
        for model, ids, others in (
            ("accounts/user", _otto_in_it, ("history/", "")),
            ("accounts/therapistprofile", _profile, ("history/", "delete/", "")),
            ("live_sessions/livesession", _check_in, ("history/", "delete/", "change/", "")),
        )
        for page in others
    },
}
