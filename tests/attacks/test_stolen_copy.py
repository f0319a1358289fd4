"""Somebody with a copy of the database, and not of the keys, has nothing in it that can be presented."""

import re
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from accounts.couple import invitations
from accounts.logins import open_login
from accounts.models import User
from accounts.session_store import KEY_LENGTH, stored_key
from tests.support.cast.care_cast import account

pytestmark = pytest.mark.django_db


def everything_stored() -> set[str]:
    """Return every text in the database, and every word in it."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    text = value.decode("latin1") if isinstance(value, bytes) else str(value)
                    found |= {text, *re.findall(r"[\w.:/+-]+", text)}
    return found


def is_known(client: Client) -> bool:
    """Tell whether somebody is logged in."""
    return client.get("/settings/").status_code == 200


@pytest.fixture
def ana() -> User:
    """Return somebody with an account."""
    return account("Ana")


def test_no_word_of_a_copy_is_a_login(ana: User) -> None:
    browser = Client()
    browser.force_login(ana)
    assert is_known(browser), "premise"
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    token = open_login(ana)
    words = everything_stored()
    assert not {cookie, token} & words
    assert {stored_key(cookie), stored_key(token)} <= words, "what is stored opens nothing"
    thief = Client()
    for word in words:
        if 8 <= len(word) <= 64 and word.isascii() and word.isprintable() and not set(word) & set(';,\\" '):
            thief.cookies[settings.SESSION_COOKIE_NAME] = word
            assert not is_known(thief), word
            assert Client().get("/api/v1/me/", headers={"X-Session-Token": word}).status_code == 401


def test_what_is_listed_of_logins_is_no_login_either(ana: User) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": ana.email, "password": "a-good-long-password"})
    assert all(len(one.session_key) == KEY_LENGTH for one in UserSession.objects.all())
    assert set(UserSession.objects.values_list("session_key", flat=True)) <= set(
        Session.objects.values_list("session_key", flat=True)
    )


def test_an_invitation_is_not_in_a_copy(ana: User) -> None:
    _, token = invitations.create(ana)
    assert token not in everything_stored()


def test_links_in_mails_are_not_in_a_copy(ana: User, mailoutbox: list[Any]) -> None:
    Client().post("/accounts/password/reset/", {"email": ana.email})
    Client().post(
        "/accounts/signup/", {"email": "ben@example.org", "first_name": "Ben", "password1": "long-enough-x1y2"}
    )
    links = re.findall(r"/accounts/\S+/(\S+?)/", " ".join(mail.body for mail in mailoutbox))
    assert links
    stored = everything_stored()
    assert not [link for link in links if link in stored]


def test_whoever_was_logged_in_before_keys_were_digests_stays_so(ana: User) -> None:
    migration = import_module("accounts.migrations.0011_digest_session_keys")
    browser = Client()
    browser.force_login(ana)
    token = browser.cookies[settings.SESSION_COOKIE_NAME].value
    for model in (Session, UserSession):
        model.objects.filter(session_key=stored_key(token)).update(session_key=token)
    assert not is_known(holding(token)), "premise: as an installation from before"
    migration.digest_keys(apps, SimpleNamespace(connection=connection, quote_name=connection.ops.quote_name))
    assert is_known(holding(token))
    assert token not in everything_stored()


def holding(token: str) -> Client:
    """Return a browser that has a login's cookie."""
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = token
    return browser
