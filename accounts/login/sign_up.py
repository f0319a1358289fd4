"""Signing up: a password and an address to confirm, on a guest's own row or a new one (docs/decisions/0010)."""

from typing import Any

from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import Receipt, User, receipts
from accounts.person.one_shot import led_back
from cycleproject.web.idempotency import form_key


class SentBefore(Exception):
    """The form has come before, and this is its receipt."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__()
        self.receipt = receipt


def is_taken(email: str) -> bool:
    """Tell whether somebody has confirmed an address; one that was only typed is still free."""
    return EmailAddress.objects.is_verified(email) or User.objects.filter(email=email.lower()).exists()


def sign_up(guest: User | None, *, first_name: str, email: str, password: str, key: str | None = None) -> User:
    """Return the person with a password and an address to confirm: until then they stay, or are, a guest.

    ``key`` names the form. Raises SentBefore.
    """
    person = guest or User()
    person.set_password(password)  # before the transaction: hashing is slow on purpose, and others wait for the lock
    with transaction.atomic():
        receipt, is_new = receipts.claim(key) if key else (None, True)
        if receipt and not is_new:
            raise SentBefore(receipt)
        person.first_name = guest.first_name if guest else first_name
        person.signed_up_at = timezone.now()
        person.save()
        EmailAddress.objects.filter(user=person).delete()
        EmailAddress.objects.create(user=person, email=email.lower(), primary=True, verified=False)
        if receipt:
            receipt.person, receipt.logs_in = person, guest is not None
            receipt.result = reverse("account_email_verification_sent")
            receipt.save()
    return person


def answer_sign_up(request: HttpRequest, guest: User | None, asked: dict[str, Any]) -> tuple[User | None, Any]:
    """Sign somebody up; return the person, and the response where allauth has none to give.

    Nothing that the asker can see, now or later, depends on whether the address is somebody's already.
    """
    if receipt := receipts.find(form_key(request)):
        return _answer_again(request, receipt)
    taken = is_taken(asked["email"])
    if guest is None and taken:
        make_password(asked["password1"])  # as slow as for an address that is nobody's
        return None, prevent_enumeration(request, email=asked["email"])
    names = {name: asked[name] for name in ("first_name", "email")}
    try:
        person = sign_up(guest, **names, password=asked["password1"], key=form_key(request))
    except SentBefore as before:
        return _answer_again(request, before.receipt)
    if guest is None:
        return person, None
    request.user = person
    update_session_auth_hash(request, person)
    UserSession.objects.create_from_request(request)
    send_confirmation_link(request, person)
    return person, redirect("account_email_verification_sent")


def _answer_again(request: HttpRequest, receipt: Receipt) -> tuple[User | None, Any]:
    """Return who this very form has signed up, and the answer that it had: no second person, and no second mail."""
    if receipt.logs_in:
        return receipt.person, led_back(request, receipt) or redirect("account_login")
    request.mail_is_sent = True  # type: ignore[attr-defined]  # the adapter asks
    return receipt.person, None


def send_confirmation_link(request: HttpRequest, person: User) -> None:
    """Send the link to confirm again; to somebody else's address goes a note instead, and nobody is told which."""
    address = unconfirmed_address(person)
    if address is None:
        return
    User.objects.filter(pk=person.pk).update(signed_up_at=timezone.now())
    if is_taken(address.email):
        address = EmailAddress(user=None, email=address.email)
    send_verification_email_to_address(request, address, signup=True)


def unconfirmed_address(person: User) -> Any:
    """Return a person's address that is still to be confirmed, or None."""
    return EmailAddress.objects.filter(user=person, verified=False).first()


def drop_other_claims(person: User, email: str) -> None:
    """Delete others' unconfirmed claims to an address that this person has confirmed."""
    EmailAddress.objects.filter(email=email, verified=False).exclude(user=person).delete()
