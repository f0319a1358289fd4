"""`manage.py seed_demo`: fill a development database with a couple, their history and their therapist."""

import secrets
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts import partners
from accounts.care import invitations, scopes, therapists
from accounts.couple import pairing
from accounts.login.adapter import CannotOpenSecret
from accounts.logins import Login, login_from_token, open_login
from accounts.models import SCOPES, CareLink, Couple, User
from accounts.session_store import SessionStore
from sessions.demo.tell import tell_story
from sessions.hosting import host_rights
from sessions.joining import appointments

# Known to everybody who reads this: only for a machine that nobody else's check-ins are on.
PASSWORD: Final = "two-phones-one-loop"  # noqa: S105
PEOPLE: Final = {"ana": "Ana", "ben": "Ben", "tess": "Tess"}
WITH_CODES: Final = "tess"
SINCE: Final = timedelta(weeks=6)
LINKED: Final = timedelta(weeks=4)
PROFILE: Final = {
    "approach": "Emotionally focused therapy with couples: we look at the loop you two are in, and slow it down.",
    "pace": "Slowly. When it becomes too much for one of you we pause, and nobody has to say why.",
    "can_see": (
        "What both of you agree that I see, and nothing else. I keep short notes for myself and talk about you with "
        "nobody but my supervisor, without names."
    ),
}


class Command(BaseCommand):
    """Creates Ana and Ben, a couple with six weeks behind them, and Tess, their therapist. Repeats do nothing."""

    help = "Make the demo couple with their history, and print the logins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --force, which allows it on a server that is reached by https."""
        parser.add_argument(
            "--force", action="store_true", help="even where it is served over https; the password is then random"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the people and the history that are missing, and print how to log in."""
        public = settings.SERVED_OVER_HTTPS
        if public and not options["force"]:
            raise CommandError("This is served over https. --force makes the demo here anyway, with a random password.")
        password = secrets.token_urlsafe(18) if public else PASSWORD
        with transaction.atomic():
            people = {name: self._person(name, first_name, password) for name, first_name in PEOPLE.items()}
            if partners.couple_of(people["ana"]) is None and partners.couple_of(people["ben"]) is None:
                self._pair(people["ana"], people["ben"])
            secret = _secret_of(people[WITH_CODES])
            self._link(people["tess"], people["ana"], people["ben"])
        self.stdout.write("The demo couple is Ana and Ben; Tess, their therapist, logs in with a second step.")
        for name, person in people.items():
            self.stdout.write(f"  {person.email:<20} {password}{f'   TOTP {secret}' if name == WITH_CODES else ''}")

    def _person(self, name: str, first_name: str, password: str) -> User:
        email = f"{name}@example.org"
        person = User.objects.filter(email=email).first()
        if person is None:
            person = User.objects.create_user(email, password, first_name=first_name)
        elif not person.check_password(password):
            person.set_password(password)
            person.save()
        EmailAddress.objects.update_or_create(user=person, email=email, defaults={"primary": True, "verified": True})
        return person

    def _pair(self, ana: User, ben: User) -> None:
        couple = pairing.form_couple(ana, ben)
        Couple.objects.filter(id=couple.id).update(created_at=timezone.now() - SINCE)
        keys = {"ana": open_login(ana), "ben": open_login(ben)}
        tell_story({name: _login(key) for name, key in keys.items()}, couple, timezone.now())
        for key in keys.values():
            SessionStore.presented(key).delete()

    def _link(self, tess: User, ana: User, ben: User) -> None:
        """Link the couple with their therapist as they would themselves; what is there already stays as it is."""
        if therapists.profile_of(tess) is None:
            profile = therapists.save_profile(tess, PROFILE)
            therapists.confirm(profile, read=therapists.words_digest(profile))
        if partners.partner_of(ana) != ben or CareLink.objects.filter(therapist=tess).exists():
            return
        _, token = invitations.create(tess, as_therapist=True)
        link = invitations.accept(token, ana)
        agreed_at = timezone.now() - LINKED
        CareLink.objects.filter(pk=link.pk).update(created_at=agreed_at)
        for partner in (ana, ben):
            scopes.agree(partner, link, SCOPES, agreed_at)
        self._plan(tess, link)

    def _plan(self, tess: User, link: CareLink) -> None:
        """Plan the next hour with the couple, which was moved once, and the one after it."""
        hour = timezone.now().replace(hour=17, minute=0, second=0, microsecond=0)
        first, moved_to, second = (hour + timedelta(days=days) for days in (3, 4, 10))
        planned = host_rights.start_hosted(tess, link.couple_id, starts_at=first)
        appointments.move(tess, planned.id, moved_to)
        host_rights.start_hosted(tess, link.couple_id, starts_at=second)


def _login(key: str) -> Login:
    login = login_from_token(key)
    assert login is not None, "it was made a moment ago"
    return login


def _secret_of(person: User) -> str:
    """Return the secret for a person's codes, made once."""
    kept = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if kept:
        try:
            return str(decrypt(kept.data["secret"]))
        except CannotOpenSecret:
            raise CommandError(
                f"The second step of {person.email} cannot be opened with FIELD_KEYS as it is. Nothing was changed."
            ) from None
    secret = str(generate_totp_secret())
    TOTP.activate(person, secret)
    return secret
