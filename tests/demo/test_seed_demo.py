"""The demo: a couple with six weeks behind them, made by the real writer; again it changes nothing."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone

from accounts import partners
from accounts.care import scopes
from accounts.models import SCOPES, CareLink, Consent, TherapistProfile, User
from sessions.checkin.patterns import PATTERN_CODES
from sessions.joining import appointments
from sessions.models import LiveSession, Round
from tests.support.cast.visitors import code_for

pytestmark = pytest.mark.django_db


def seed(*arguments: str) -> dict[str, list[str]]:
    """Run the command; return what it prints for each address."""
    out = StringIO()
    call_command("seed_demo", *arguments, stdout=out)
    return {words[0]: words[1:] for line in out.getvalue().splitlines() if "@" in (words := line.split())[0]}


def log_in(email: str, password: str) -> Client:
    """Log in as a browser does."""
    browser = Client()
    browser.post("/accounts/login/", {"login": email, "password": password})
    return browser


def test_it_makes_a_couple_with_six_weeks_behind_them() -> None:
    seed()
    ana = User.objects.get(email="ana@example.org")
    partner = partners.partner_of(ana)
    assert partner is not None
    assert (partner.email, partners.seat_of(ana)) == ("ben@example.org", "a")
    rounds = list(Round.objects.order_by("opened_at"))
    assert {round.phase for round in rounds} == {"revealed"}
    assert len(rounds) >= 12
    assert (rounds[-1].opened_at - rounds[0].opened_at).days >= 35
    assert rounds[-1].opened_at < timezone.now()
    assert len({round.pattern for round in rounds}) >= 7 <= len(PATTERN_CODES)
    going_on = LiveSession.objects.filter(ended_at=None)
    assert not going_on.open_by(timezone.now()).exists()
    now = timezone.now()
    assert [appointments.state_of(one, now) for one in going_on.order_by("starts_at")] == ["moved", "planned"]


def test_it_gets_calmer_and_not_every_week() -> None:
    seed()
    strengths = [
        sum(mark.intensity or 0 for mark in round.marks.all()) for round in Round.objects.order_by("opened_at")
    ]
    half = len(strengths) // 2
    assert sum(strengths[half:]) / len(strengths[half:]) < sum(strengths[:half]) / half
    assert any(later > earlier for earlier, later in zip(strengths[half:], strengths[half + 1 :], strict=False))
    assert Round.objects.filter(reconnected_at=None).count() == 0


def test_seeding_again_changes_nothing() -> None:
    first = seed()
    models = (User, LiveSession, Authenticator, TherapistProfile, CareLink, Consent)
    before = {model: set(model.objects.values_list("pk", flat=True)) for model in models}
    assert seed() == first
    assert {model: set(model.objects.values_list("pk", flat=True)) for model in before} == before
    assert not Session.objects.exists()  # the logins it needed for telling are gone


def test_what_it_prints_logs_in() -> None:
    printed = seed()
    for email in ("ana@example.org", "ben@example.org"):
        assert email in log_in(email, printed[email][0]).get("/settings/").content.decode()
    password, _, secret = printed["tess@example.org"]
    browser = log_in("tess@example.org", password)
    assert browser.get("/settings/").status_code == 302
    browser.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert "tess@example.org" in browser.get("/settings/").content.decode()


def test_tess_is_their_therapist_and_both_have_agreed_to_everything() -> None:
    seed()
    ana, tess = (User.objects.get(email=f"{name}@example.org") for name in ("ana", "tess"))
    assert scopes.may_host(tess)
    (link,) = scopes.links_of_therapist(tess)
    assert list(scopes.links_of_partner(ana)) == [link]
    assert scopes.active_scopes(link) == set(SCOPES)


def test_what_one_of_them_takes_back_stays_taken_back() -> None:
    seed()
    ana = User.objects.get(email="ana@example.org")
    (link,) = scopes.links_of_partner(ana)
    scopes.withdraw(ana, link, ["history"])
    seed()
    assert scopes.active_scopes(link) == {"host"}


def test_the_secret_is_not_stored_as_it_is() -> None:
    secret = seed()["tess@example.org"][2]
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret not in str(stored.data)


@override_settings(SERVED_OVER_HTTPS=True)
def test_seeding_is_refused_over_https_without_force() -> None:
    with pytest.raises(CommandError, match="--force"):
        seed()
    assert not User.objects.exists()
    first, second = seed("--force"), seed("--force")
    passwords = {printed["ana@example.org"][0] for printed in (first, second)}
    assert len(passwords) == 2
    assert all(re.fullmatch(r"\S{24}", password) for password in passwords)
