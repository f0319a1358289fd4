"""Whoever is invited reads what this is, and where it does not belong, before giving a name."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.couple import invitations
from sessions.hosting import host_rights
from sessions.joining import start
from tests.support.cast.care_cast import account, therapist

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_has_guessed")]

PROMISES = (
    "It takes about five minutes.",
    "Only you see your mark until both open.",
    "You can leave at any time, and then nothing is shown.",
    "Not for emergencies, or if you are afraid of your partner.",
)


def from_ana() -> str:
    """Return where Ana's link leads."""
    return reverse("join", args=[start.start_with_code(account("Ana")).code])


def from_a_host() -> str:
    """Return where the link of Tess, who hosts, leads."""
    return reverse("join", args=[host_rights.start_hosted(therapist()).code])


def to_pair() -> str:
    """Return where Ana's invitation to pair leads."""
    return reverse("invitation", args=[invitations.create(account("Ana"))[1]])


def opened(path: str) -> str:
    """Return the page as somebody new reads it."""
    return re.sub(r"\s+", " ", Client().get(path).content.decode())


@pytest.mark.parametrize("invited_by", [from_ana, from_a_host, to_pair])
def test_an_invitation_says_what_this_is_and_whom_it_is_not_for(invited_by: Callable[[], str]) -> None:
    page = opened(invited_by())
    asked = page.find('name="first_name"') if 'name="first_name"' in page else page.index('data-testid="sign-up-first"')
    for promise in PROMISES:
        assert 0 < page.find(promise) < asked, promise
    told = page[page.index('data-testid="what-this-is"') : asked]
    assert f'href="{reverse("safety")}"' in told
    assert told.count("<svg") == 3


@pytest.mark.parametrize("invited_by", [from_ana, from_a_host])
def test_the_link_to_a_check_in_names_who_sent_it_and_focuses_the_name(invited_by: Callable[[], str]) -> None:
    page = opened(invited_by())
    asked = page.index('name="first_name"')
    assert 0 < page.find(">Ana<" if invited_by is from_ana else ">Tess<") < asked
    [focused] = re.findall(r"<[^>]* autofocus\b[^>]*>", page)
    assert 'name="first_name"' in focused


def test_without_scripts_it_says_so_before_anything_else() -> None:
    page = opened(from_ana())
    said = page.index('data-testid="needs-script"')
    assert page.rindex("<noscript>", 0, said) < said < page.index('data-testid="what-this-is"')
    assert Client().get(reverse("start")).content.count(b"needs-script") == 1


def test_what_is_missing_has_the_focus_and_nothing_else() -> None:
    page = Client().post(from_a_host(), {"first_name": "Ben"}).content.decode()
    [focused] = re.findall(r"<[^>]* autofocus\b[^>]*>", page)
    assert 'name="agrees"' in focused
