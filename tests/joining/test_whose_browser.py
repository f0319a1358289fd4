"""A browser is not a person: every door, for every kind of login that a browser may have kept from somebody before.

The doors are found by looking at every page that the URL table has: whoever adds one has to say here who comes out.
"""

import re

import pytest
from django.test import Client

from accounts.models import User
from sessions.hosting import host_rights
from sessions.models import Seat
from tests.joining.doors import (
    ACCEPTS,
    ASKED_IN_ANY_CASE,
    ASKS,
    DOORS,
    FAREWELLS,
    FINISHED,
    LOGINS,
    NAME_FIELD,
    NOBODY,
    OWN_NAME,
    SAME,
    Street,
    browser_of,
    everybody,
    guest_ended,
    pages,
    shown,
    street_of,
)
from tests.support.cast.api_world import undone
from tests.support.cast.browsers import Browser
from tests.support.cast.care_cast import therapist

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_has_guessed")]


@pytest.fixture
def street(kind: str) -> Street:
    """Return what stands open, and who was here before."""
    return street_of(kind)


@pytest.mark.parametrize("kind", LOGINS)
def test_a_page_that_asks_who_comes_is_a_door_of_this_table(street: Street) -> None:
    before = everybody()
    found = {page for page, text in shown(street) if ASKS in text or NAME_FIELD.search(text)} - {OWN_NAME}
    assert found <= set(DOORS), "who is one after that door? Say so in DOORS"
    assert everybody() == before, "looking changes nothing"


@pytest.mark.parametrize("kind", LOGINS)
def test_whoever_is_known_is_asked_first_with_nothing_typed_in(street: Street) -> None:
    for door in DOORS:
        answer = browser_of(street).client.get(street.path(door))
        text = answer.content.decode()
        if street.before is None or answer.status_code == 302:
            assert ASKS not in text
        elif door in ASKED_IN_ANY_CASE or ACCEPTS.search(text):
            assert ASKS in text, door
        for field in NAME_FIELD.findall(text):
            assert 'value="Ana"' not in field, door


@pytest.mark.parametrize("kind", LOGINS)
@pytest.mark.parametrize("door", DOORS)
def test_a_name_typed_at_a_door_renames_and_parts_nobody(street: Street, door: str) -> None:
    browser = browser_of(street)
    before, people = everybody(), {one.pk for one in User.objects.all()}
    browser.fill_in(street.path(door), first_name="Somebody", email="s@example.org", password1="five plain words here")
    after = everybody()
    assert [row[:2] for row in after[0] if row[0] in people] == [row[:2] for row in before[0]]
    for row in before[1]:
        assert row in after[1], "nobody was parted"


@pytest.mark.parametrize("kind", LOGINS)
def test_no_other_page_makes_anybody_somebody_else(street: Street, kind: str) -> None:
    """Not an appointment's, not the display's: whatever is sent there, everybody is who, and where, they were."""
    for_that = (*DOORS, *FAREWELLS, OWN_NAME)
    asked = [
        page for page in pages() if page not in for_that and "(?P" not in page and not page.startswith("accounts/")
    ]
    assert {"sessions/<uuid:session_id>/move/", "practice/display/"} <= {*asked}
    for page in asked:
        with undone():
            browser, path = browser_of(street), street.any_path(page)
            browser.client.handler.enforce_csrf_checks = False  # sent without the page before it
            is_known, before, people = browser.person, everybody(), {one.pk for one in User.objects.all()}
            browser.client.post(path, {"first_name": "Somebody", "session": street.appointment})
            after = everybody()
            named = [row[:2] for row in after[0] if row[0] in people]
            assert named == [row[:2] for row in before[0]], page
            assert all(row in after[1] for row in before[1]), f"{page} parts nobody"
            assert all(row in after[2] for row in before[2]), f"{page} seats nobody elsewhere"
            assert browser.person == (None if page == FINISHED else is_known), page
            assert len(after[0]) == len(people), f"{page} makes nobody"


@pytest.mark.parametrize("kind", LOGINS)
def test_an_appointments_page_is_its_own_peoples_and_asks_nobody_who_they_are(street: Street, kind: str) -> None:
    for part in ("", "move/", "call-off/"):
        answer = browser_of(street).client.get(f"/sessions/{street.appointment}/{part}")
        text = answer.content.decode()
        assert answer.status_code == (200 if kind in ("account of a couple", "therapist") else 404), part
        assert ASKS not in text and not NAME_FIELD.search(text), part


@pytest.mark.parametrize("kind", LOGINS)
@pytest.mark.parametrize("door", DOORS)
def test_somebody_else_comes_in_as_themselves_and_touches_nobody(street: Street, door: str, kind: str) -> None:
    browser = browser_of(street)
    before = everybody()
    text = browser.client.get(street.path(door), follow=True).content.decode()
    typed = {"first_name": "Fay", "email": "fay@example.org", "password1": "five plain words here"}
    offered = re.search(rf'href="([^"]*)" {ASKS}', text)
    if offered and not offered[1].startswith("/start/"):
        path = offered[1].replace("&amp;", "&") if offered[1][0] == "/" else street.path(door) + offered[1]
        browser.look(path)
        browser.send(path.partition("?")[0], browser.fields(**typed))
    elif street.before is None:
        browser.look(street.path(door))
        browser.send(street.path(door), browser.fields(**typed))
    elif door in ("start/", "join/<str:code>/"):
        assert offered, "nothing there for somebody else"
    after = everybody()
    for was, now in zip(before, after, strict=True):
        assert [row for row in was if row in now] == was, "renamed, parted, seated elsewhere or ended"
    expected = DOORS[door](kind)
    if street.before is not None and (not offered or offered[1].startswith("/start/")):
        expected = SAME  # the question stands, and nothing was answered
    is_now = browser.person
    if expected == SAME:
        assert is_now == (str(street.before.pk) if street.before else None)
    elif expected == NOBODY:
        assert is_now is None
    else:
        assert User.objects.get(pk=is_now).first_name == "Fay"
        assert not Seat.objects.filter(user=street.before, live_session__seats__user__first_name="Fay").exists()


def test_a_guest_who_signs_up_as_somebody_else_leaves_the_guest_as_they_were() -> None:
    ana = guest_ended()
    tablet = Browser()
    tablet.client.force_login(ana)
    before = everybody()
    tablet.look("/accounts/signup/?as=somebody-else")
    tablet.send(
        "/accounts/signup/",
        tablet.fields(first_name="Fay", email="fay@example.org", password1="five plain words here"),
    )
    after = everybody()
    assert [row for row in after[0] if row in before[0]] == before[0]
    assert after[1:] == before[1:]
    ana.refresh_from_db()
    assert ana.signed_up_at is None
    assert tablet.person is None, "the old login ended here"
    assert User.objects.get(first_name="Fay").signed_up_at


def test_a_guest_signs_up_with_the_name_they_have() -> None:
    ana = guest_ended()
    phone = Browser()
    phone.client.force_login(ana)
    text = phone.look("/accounts/signup/").content.decode()
    assert "You are here as <bdi>Ana</bdi>" in text
    assert not NAME_FIELD.search(text)
    phone.send("/accounts/signup/", phone.fields(email="ana@example.org", password1="five plain words here"))
    ana.refresh_from_db()
    assert (ana.first_name, bool(ana.signed_up_at)) == ("Ana", True)


def test_where_somebody_hosts_a_browser_fills_in_no_name() -> None:
    live_session = host_rights.start_hosted(therapist())
    text = Client().get(f"/join/{live_session.code}/").content.decode()
    field = NAME_FIELD.search(text)
    assert field and 'autocomplete="off"' in field[0]
    assert 'autocomplete="given-name"' in Client().get("/start/").content.decode()
