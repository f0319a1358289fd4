"""Names that nobody could see, and names that are typed where somebody has one already."""

import unicodedata

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.person.names import clean_name
from cycleproject.text import clean
from sessions.contract.api_shapes import clean_title
from sessions.joining import join, start
from sessions.models import LiveSession, Seat
from tests.support.cast.browsers import Browser
from tests.support.cast.care_cast import device
from tests.support.cast.clients import call, couple, start_as
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.usefixtures("nobody_has_guessed")

NOTHING = [
    "\u200b",  # zero-width space
    "\u3164",  # Hangul filler, a letter by its category
    "\u2800",  # the empty Braille cell, a symbol by its category
    "\u00ad",  # soft hyphen
    "\u115f\u1160\uffa0",
    "\u2060\ufeff\u200e\u200f",
    "\u202e\u202c",
    "\u034f\ufe0f",
    "\u0301",  # an accent on nothing
    "\U000e0041\U000e007f",
    "\U0001d159",
    "\ue000",  # nobody's character: nobody's picture of it
    " \u00a0\u2003\u200b ",
]
WHOLE = [
    "Ana",
    "Zoe\u0308",
    "👩‍👩‍👧",  # three people and two joiners
    "❤️",  # with a selector behind
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # the flag of England, spelt in tags
    "🇩🇪",
    "1️⃣",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # a joiner that Persian needs
    "प्रिया",
    "ภูมิ",
    "葛\U000e0100",
    "O’Brien",
    "Ana 🌊 B.",
]


@pytest.mark.parametrize("name", NOTHING)
def test_a_name_that_nobody_sees_is_refused_at_every_door(db: None, name: str) -> None:
    waiting = start.start_with_code(User.objects.create_guest("Ana"))
    for path in ("/start/", f"/join/{waiting.code}/"):
        page = Client().post(path, {"first_name": name})
        assert page.status_code == 400
        assert "first-name-error" in page.content.decode()
        answer = Client().post(f"/api/v1{path}", {"first_name": name}, "application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "frame.invalid")
    assert Client().post("/accounts/signup/", {"first_name": name}).status_code == 200
    phone = device(User.objects.get())
    assert phone.post("/settings/", {"first_name": name}).status_code == 200
    assert [person.first_name for person in User.objects.all()] == ["Ana"]


@pytest.mark.parametrize("text", NOTHING)
def test_words_that_nobody_sees_are_none(text: str) -> None:
    assert clean(text, 500, lines=True) == clean_title(text) == ""
    assert clean(f"a{text}b", 500, lines=True) == unicodedata.normalize("NFC", f"a{text}b")


@pytest.mark.parametrize("name", WHOLE)
def test_a_name_is_kept_whole(name: str) -> None:
    kept = unicodedata.normalize("NFC", name)
    assert clean_name(name) == kept
    assert clean_name(f" \u200b\u00ad{name}\u2060\u3164\u200e ") == kept


@given(st.text(max_size=40))
def test_what_is_kept_is_seen_and_stays_as_it_is(name: str) -> None:
    try:
        kept = clean_name(name)
    except ValueError:
        return
    assert any(unicodedata.category(one)[0] in "LNPS" for one in kept)
    assert clean_name(kept) == kept


# Where somebody has a name already.


@pytest.fixture
def ana(db: None) -> User:
    """Return Ana, live in a check-in with Ben."""
    ana = User.objects.create_guest("Ana")
    waiting = start.start_with_code(ana)
    join.join_by_code(User.objects.create_guest("Ben"), waiting.code or "")
    return ana


def names() -> list[str]:
    """Return what everybody is called, and what their seats are called by."""
    return [
        *User.objects.order_by("created_at").values_list("first_name", flat=True),
        *Seat.objects.order_by("pk").values_list("first_name", flat=True),
    ]


def test_a_name_typed_at_a_door_renames_nobody(ana: User) -> None:
    phone = device(ana)
    otto = start.start_with_code(User.objects.create_guest("Otto"))
    before = names()
    for path in ("/start/", f"/join/{otto.code}/"):
        phone.post(path, {"first_name": "Somebody"})
        assert names() == before
    phone.post(
        "/accounts/signup/", {"first_name": "Somebody", "email": "a@example.org", "password1": "five plain words"}
    )
    assert names() == before


def test_over_rest_neither(server: Server) -> None:
    ana, _ = couple(server)
    _, code = start_as(server, "Otto")
    for path in ("start/", f"join/{code}/"):
        answer = call(server, "POST", path, {"first_name": "Somebody"}, ana.token)
        assert answer.status == 201
    assert call(server, "GET", "me/", token=ana.token).body["first_name"] == "Ana"


def test_who_is_known_is_asked_nothing(ana: User) -> None:
    otto = start.start_with_code(User.objects.create_guest("Otto"))
    LiveSession.objects.exclude(id=otto.id).delete()
    phone = device(ana)
    for path in ("/start/", f"/join/{otto.code}/"):
        page = phone.get(path).content.decode()
        assert "You are here as <bdi>Ana</bdi>" in page
        assert 'name="first_name"' not in page
    assert phone.post(f"/join/{otto.code}/").status_code == 302
    assert otto.seats.filter(user=ana, first_name="Ana").exists()


@pytest.mark.parametrize("door", ["start", "join"])
def test_somebody_else_at_this_browser_comes_in_as_themselves(ana: User, door: str) -> None:
    otto = start.start_with_code(User.objects.create_guest("Otto"))
    path = {"start": "/start/", "join": f"/join/{otto.code}/"}[door]
    tablet = Browser()
    tablet.client.force_login(ana)
    page = tablet.look(f"{path}?as=somebody-else").content.decode()
    assert 'name="first_name"' in page and 'value="Ana"' not in page
    assert "Ana loses their place in this browser" in page
    before = names()
    room = tablet.send(path, tablet.fields(first_name="Cleo"))
    assert room.status_code == 302
    assert tablet.person == str(User.objects.get(first_name="Cleo").pk)
    assert [name for name in names() if name in before] == before
    assert ana.seats.filter(live_session__ended_at=None).exists(), "what Ana has goes on, on her own phone"


def test_signing_up_says_where_a_name_is_changed(ana: User) -> None:
    fields = {"first_name": "Somebody", "email": "a@example.org", "password1": "a password of five plain words"}
    page = device(ana).post("/accounts/signup/", fields).content.decode()
    assert "In this browser you are Ana" in page
    ana.refresh_from_db()
    assert ana.signed_up_at is None
