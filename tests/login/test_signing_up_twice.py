"""The form to sign up, sent twice: one person, one mail, and a guest who keeps their room."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from accounts.models import User
from tests.support.cast.browsers import Browser

ASKED = {"email": "ana@example.org", "password1": "a password of five plain words"}


@pytest.fixture
def ana(db: None) -> Browser:
    """Return Ana's phone."""
    return Browser()


@pytest.mark.parametrize("lost", [True, False], ids=["the answer is lost", "a second tap"])
def test_a_guest_who_signs_up_twice_stays_the_same_guest(ana: Browser, lost: bool) -> None:
    room = ana.fill_in("/start/", first_name="Ana").url
    guest = User.objects.get()
    ana.look("/accounts/signup/")
    fields = ana.fields(first_name="Ana", **ASKED)
    first = (ana.send_and_lose_the_answer if lost else ana.send)("/accounts/signup/", fields)
    again = ana.send("/accounts/signup/", fields)
    assert (again.status_code, again.url) == (302, first.url)
    assert User.objects.get() == guest
    assert ana.person == str(guest.pk)
    assert ana.look(room).status_code == 200
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("lost", [True, False], ids=["the answer is lost", "a second tap"])
def test_somebody_new_who_signs_up_twice_is_one_person(ana: Browser, lost: bool) -> None:
    ana.look("/accounts/signup/")
    fields = ana.fields(first_name="Ana", **ASKED)
    first = (ana.send_and_lose_the_answer if lost else ana.send)("/accounts/signup/", fields)
    again = ana.send("/accounts/signup/", fields)
    assert (again.status_code, again.url) == (302, first.url)
    assert User.objects.count() == EmailAddress.objects.count() == len(mail.outbox) == 1
    # Confirming in this browser logs in, as it does for whoever signed up with one tap.
    link = next(word for word in str(mail.outbox[0].body).split() if "confirm-email" in word).removeprefix(
        "http://testserver"
    )
    assert ana.fill_in(link).url == "/"
    assert ana.person == str(User.objects.get().pk)


def test_an_address_that_is_somebodys_is_answered_alike_twice(ana: Browser) -> None:
    User.objects.create_user(ASKED["email"], first_name="Somebody")
    for _ in range(2):
        ana.look("/accounts/signup/")
        fields = ana.fields(first_name="Ana", **ASKED)
        answers = [ana.send("/accounts/signup/", fields) for _ in range(2)]
        assert {answer.url for answer in answers} == {"/accounts/confirm-email/"}
    assert User.objects.count() == 1
