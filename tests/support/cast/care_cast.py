"""Ana and Ben with their therapist Tess, in this process: a care link before anybody has agreed to anything."""

import re
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from accounts.care import invitations, therapists
from accounts.care import scopes as care
from accounts.couple import pairing
from accounts.logins import BACKEND
from accounts.models import SCOPES, CareLink, Couple, Scope, User
from sessions.models import LiveSession, Seat

# What differs between two looks at one page: a form's CSRF token, the nonce by which it is known when sent again, and
# what the server's clock said.
CSRF = re.compile(rb'name="(csrfmiddlewaretoken|nonce)" value="[^"]+"|data-shown-at="[^"]+"')
WORDS = {"approach": "Slow rounds.", "pace": "Your pace.", "can_see": "What you agree to."}


def account(name: str, **fields: bool) -> User:
    """Return an account."""
    return User.objects.create_user(f"{name.lower()}@example.org", first_name=name, **fields)


def second_factor(user: User) -> None:
    """Let logging in as somebody take a second step."""
    TOTP.activate(user, generate_totp_secret())


def no_second_factor(user: User) -> None:
    """Turn the second step off, as its page does."""
    for authenticator in Authenticator.objects.filter(user=user):
        authenticator.delete()


def therapist(name: str = "Tess") -> User:
    """Return a therapist who may host."""
    tess = account(name)
    second_factor(tess)
    profile = therapists.save_profile(tess, WORDS)
    therapists.confirm(profile, therapists.words_digest(profile))
    assert care.may_host(tess)
    return tess


def linked(therapist: User, partner: User) -> CareLink:
    """Return a new care link of a therapist and a couple, which opens nothing yet."""
    _, token = invitations.create(therapist, as_therapist=True)
    return invitations.accept(token, partner)


@dataclass
class Three:
    """Ana and Ben, a couple; Tess, linked to them."""

    ana: User
    ben: User
    tess: User
    couple: Couple
    link: CareLink


def three() -> Three:
    """Return the three of them, with nothing agreed to."""
    ana, ben, tess = account("Ana"), account("Ben"), therapist()
    couple = pairing.form_couple(ana, ben)
    return Three(ana, ben, tess, couple, linked(tess, ana))


def device(user: User) -> Client:
    """Return a browser that somebody is logged in with."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def both_agree(cast: Three, *scopes: Scope) -> None:
    """Let both agree, to everything unless told."""
    for partner in (cast.ana, cast.ben):
        care.agree(partner, cast.link, scopes or SCOPES)


def page_of(client: Client, path: str) -> str:
    """Return a page that is shown."""
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def hosted(
    therapist: User, couple: Couple, days_ago: int, *, came: tuple[str, ...] = ("a", "b"), **fields: object
) -> LiveSession:
    """Return a check-in that a therapist hosted, to which both partners came unless told."""
    at = timezone.now() - timedelta(days=days_ago)
    live_session = LiveSession.objects.create(
        couple=couple, hosted=True, started_hosted=True, created_at=at, **{"ended_at": at, **fields}
    )
    Seat.objects.create(live_session=live_session, name="host", user=therapist, first_name="Tess")
    for half in couple.memberships.filter(seat__in=came).select_related("user"):
        assert half.user
        Seat.objects.create(live_session=live_session, name=half.seat, user=half.user, first_name=half.user.first_name)
    return live_session


def told(client: Client, path: str, method: str = "get") -> tuple[int, bytes]:
    """Return an answer without what differs between two requests."""
    sent = {"data": '{"text": "x"}' if "notes" in path else "{}", "content_type": "application/json"}
    answer = getattr(client, method)(path, **(sent if "/api/" in path and method != "get" else {}))
    back = f"next={path}".encode()  # a login that is offered leads back to what was asked for, whatever it was
    return answer.status_code, CSRF.sub(b"", answer.content).replace(back, b"next=")
