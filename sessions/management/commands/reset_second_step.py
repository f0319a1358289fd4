"""`manage.py reset_second_step E-MAIL`: let somebody in again whose second step is lost."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from cycleproject.web.addresses import address_here


class Command(BaseCommand):
    """Removes app, passkeys and recovery codes of one account; its password and logins stay."""

    help = "Remove the second step of an account without reading it; first make sure that its owner is asking."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the address."""
        parser.add_argument("email", metavar="E-MAIL", help="the address of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove the second step, and print the next one."""
        email = options["email"].strip().lower()
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"No account has the address {email}. Nothing was changed.")
        with transaction.atomic():
            removed, _ = Authenticator.objects.filter(user=person).delete()
        if not removed:
            self.stdout.write(f"{email} has no second step. Nothing was changed.")
            return
        self.stdout.write(f"{email} now logs in with the password alone.")
        self.stdout.write(f"Next: they log in, and turn on a new second step at {address_here(reverse('mfa_index'))}")
        self.stdout.write("Until then a therapist cannot host, and staff cannot open the admin.")
