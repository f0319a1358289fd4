"""Signing up: as somebody new, and as a guest who keeps everything they have."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.login import sign_up
from accounts.models import User
from tests.support.cast.clients import join_as
from tests.support.cast.visitors import PASSWORD, Visitor, add_an_app, code_for, link_to, mails_to
from tests.support.servers.cycle import Server

NEVER_IN_MAIL = re.compile(r"cycle|ana\b|ben\b|couple|partner|check-in|relationship|therap", re.IGNORECASE)


def test_it_keeps_a_guests_couple_and_check_in(server: Server) -> None:
    ana = Visitor(server, "Ana")
    session = ana.start()
    code = re.search(r'data-testid="join-code"[^>]*>(.*?)</p>', ana.get(f"/sessions/{session}/").text, re.DOTALL)
    assert code
    ben = join_as(server, "Ben", "".join(re.findall(r">([A-Z])<", code[1])))
    assert "Go to your check-in with <bdi>Ben</bdi>" in ana.get("/").text

    ana.sign_up()

    assert ana.email in ana.get("/settings/").text
    assert "Ben" in ana.get("/couple/").text
    line = ana.in_room(session).connect()
    assert [person["name"] for person in line.until(lambda _: True)["people"]] == ["Ana", "Ben"]
    assert ben.snapshot()["state"] == "live"
    line.close()


def test_it_keeps_a_guest_logged_in_before_the_address_is_confirmed(server: Server) -> None:
    ana = Visitor(server, "Ana")
    session = ana.start()
    ana.ask_to_sign_up()
    assert ana.get(f"/sessions/{session}/").status == 200
    page = ana.get("/settings/").text
    assert ana.email in page
    assert "Send the link again" in page


def test_it_is_a_guest_until_the_address_is_confirmed(server: Server) -> None:
    ana = Visitor(server, "Ana")
    ana.start()
    ana.ask_to_sign_up()
    ana.get("/couple/")
    assert ana.post("/couple/invite/").path == "/couple/"
    assert "don’t match" in Visitor(server, "Ana", email=ana.email).log_in().text
    ana.confirm()
    assert Visitor(server, "Ana", email=ana.email).log_in().path == "/"


def test_it_logs_in_who_signs_up_and_confirms_in_one_browser(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    assert ana.email in ana.get("/settings/").text


def test_it_confirms_from_another_device(server: Server) -> None:
    ana = Visitor(server, "Ana")
    ana.start()
    ana.ask_to_sign_up()
    phone = Visitor(server, "Ana", email=ana.email)
    assert phone.confirm().path == "/accounts/login/"
    assert ana.email in ana.get("/settings/").text
    assert "Send the link again" not in ana.get("/settings/").text


def test_signing_up_answers_alike_for_free_and_taken_addresses(server: Server) -> None:
    known = Visitor(server, "Ana").sign_up()
    asked = [Visitor(server, "Otto", email=email).ask_to_sign_up() for email in (known.email, "")]
    assert [answer.path for answer in asked] == ["/accounts/confirm-email/"] * 2
    assert asked[0].body == asked[1].body
    assert len(mails_to(server, known.email)) == 2  # its owner hears of it
    assert not re.search(r"confirm-email", str(mails_to(server, known.email)[-1]))


def test_a_guests_own_pages_tell_nothing_of_an_address_either(server: Server) -> None:
    known = Visitor(server, "Ana").sign_up()
    settings = []
    for email in (known.email, ""):
        otto = Visitor(server, "Otto", email=email)
        otto.start()
        otto.ask_to_sign_up()
        settings.append(otto.get("/settings/").body.replace(otto.email, "somebody"))
    assert settings[0] == settings[1]


def test_an_unconfirmed_address_does_not_keep_its_owner_out(server: Server) -> None:
    ana = Visitor(server, "Ana")
    otto = Visitor(server, "Otto", email=ana.email)
    otto.start()
    otto.ask_to_sign_up(password1="the password that only otto knows")
    otto_link = link_to(server, ana.email, "confirm-email")

    ana.sign_up()
    assert link_to(server, ana.email, "confirm-email") != otto_link
    assert "no longer works" in otto.get(otto_link).text
    assert ana.email not in otto.get("/settings/").text
    assert "don’t match" in Visitor(server, email=ana.email).log_in("the password that only otto knows").text
    assert Visitor(server, email=ana.email).log_in().path == "/"


def test_it_names_who_signed_up_before_an_address_is_confirmed(server: Server) -> None:
    otto = Visitor(server, "Otto")
    otto.ask_to_sign_up()
    assert "did you sign up with it as <bdi>Otto</bdi>?" in otto.get(link_to(server, otto.email, "confirm-email")).text


def test_mails_name_nothing_in_subject_and_sender(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    Visitor(server, "Otto", email=ana.email).ask_to_sign_up()
    for email in (ana.email, f"nobody-{ana.email}"):
        visitor = Visitor(server, "Otto")
        visitor.get("/accounts/password/reset/")
        visitor.post("/accounts/password/reset/", email=email)
    mails = [*mails_to(server, ana.email), *mails_to(server, f"nobody-{ana.email}")]
    assert len(mails) == 4
    for mail in mails:
        assert not NEVER_IN_MAIL.search(f"{mail['Subject']} {mail['From']}")


def test_it_refuses_a_common_password_and_says_so_beside_it(server: Server) -> None:
    answer = Visitor(server, "Ana").ask_to_sign_up(password1="password1234")
    assert answer.path == "/accounts/signup/"
    assert "too common" in answer.text
    assert "at least 12" in Visitor(server, "Ana").ask_to_sign_up(password1="short").text


def test_a_guest_may_log_in_to_an_account_they_have(server: Server) -> None:
    account = Visitor(server, "Ana").sign_up()
    account.log_out()
    session = account.start()
    line = account.in_room(session).connect()
    line.until(lambda _: True)
    assert account.log_in().path == "/"
    assert account.email in account.get("/settings/").text
    assert line.closed(2 * 2.0) == 4401


def test_a_log_in_that_is_not_finished_costs_a_guest_nothing(server: Server) -> None:
    account = Visitor(server, "Ana").sign_up()
    secret = add_an_app(account)
    guest = Visitor(server, "Ana", email=account.email)
    session = guest.start()
    assert guest.log_in().path == "/accounts/2fa/authenticate/"
    assert guest.get(f"/sessions/{session}/").status == 200
    guest.get("/accounts/2fa/authenticate/")
    assert guest.post("/accounts/2fa/authenticate/", code="000000").path == "/accounts/2fa/authenticate/"
    assert guest.get(f"/sessions/{session}/").status == 200
    guest.get("/accounts/2fa/authenticate/")
    assert guest.post("/accounts/2fa/authenticate/", code=code_for(secret, time.time() + 30)).path == "/"
    assert guest.get(f"/sessions/{session}/").status == 404


@pytest.mark.django_db
def test_an_unconfirmed_account_is_kept_as_long_as_its_link_works() -> None:
    plain = User.objects.create_guest("Cleo")
    asked = User.objects.create_guest("Ana")
    sign_up.sign_up(asked, first_name="Ana", email="ana@example.org", password=PASSWORD)
    in_a_day = timezone.now() + timedelta(hours=25)
    assert set(User.objects.unclaimed(timezone.now())) == set()
    assert set(User.objects.unclaimed(in_a_day)) == {plain}
    assert set(User.objects.unclaimed(timezone.now() + timedelta(days=3))) == {plain, asked}


@pytest.mark.django_db
def test_the_first_to_confirm_an_address_has_it() -> None:
    first, second = User.objects.create_guest("Ana"), User.objects.create_guest("Otto")
    for person in (first, second):
        sign_up.sign_up(person, first_name=person.first_name, email="ana@example.org", password=PASSWORD)
    address = sign_up.unconfirmed_address(second)
    assert address.set_verified()
    sign_up.drop_other_claims(second, "ana@example.org")
    assert sign_up.unconfirmed_address(first) is None
    assert sign_up.is_taken("ana@example.org")
