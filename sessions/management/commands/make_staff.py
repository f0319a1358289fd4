"""`manage.py make_staff E-MAIL`: let somebody into the admin, the first administrator above all."""

from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from accounts.login import sign_up
from accounts.login.staff import SECOND_FACTORS
from accounts.models import User
from accounts.models.people import FIRST_NAME_LENGTH
from cycleproject.web.addresses import address_here


class Command(BaseCommand):
    """Makes an account staff, and the account where there is none. Repeats change nothing and say what is next."""

    help = "Make an account staff and confirm its address; if there is no account yet, create one and print a link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the address."""
        parser.add_argument("email", metavar="E-MAIL", help="the address of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account staff, and print the next step."""
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address.") from None
        with transaction.atomic():
            person = _account(email)
            if not person.is_active:
                raise CommandError(f"The account {email} is closed. Nothing was changed.")
            person.is_staff = person.is_superuser = True
            person.save(update_fields=["is_staff", "is_superuser"])
        self.stdout.write(f"{email} is staff.")
        self.stdout.write(f"Next: {_next_step(person)}")


def _account(email: str) -> User:
    """Return the account whose confirmed address this is, or a new one. Who has only typed the address has none."""
    person = User.objects.select_for_update().filter(email__iexact=email).first()
    if person is None:
        person = User.objects.create_user(email, None, first_name=email.partition("@")[0][:FIRST_NAME_LENGTH])
        sign_up.drop_other_claims(person, email)
        EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
    return person


def _next_step(person: User) -> str:
    if not person.has_usable_password():
        key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"choose a password, within a day, at {address_here(path.replace('UID-KEY', key))}"
    if not Authenticator.objects.filter(user=person, type__in=SECOND_FACTORS).exists():
        return f"log in, and turn on a second step at {address_here(reverse('mfa_index'))}"
    return f"log in, and open {address_here(reverse('admin:index'))}"
