"""What a person keeps for themselves reaches nobody else: every private page, by the route table, for everybody."""

import base64
import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.care import scopes
from accounts.couple import pairing
from accounts.logins import BACKEND
from accounts.models import PRIVATE_KINDS, SCOPES, PrivateNote, User
from accounts.my_part import notes as private_notes
from accounts.settings.deletion import delete_person
from tests.support.cast.care_cast import CSRF, linked, therapist

CANARY = f"canary{uuid.uuid4().hex}"
OTHERS = ["partner", "therapist", "outsider", "staff", "anonymous"]
FORM = {
    "text": "mine",
    "learned": "",
    "hold": "tomorrow",
    "opening": "time",
    "time": "20:30",
    "ticked": "",
    "keep": "1",
}


def routes(patterns: list[URLPattern | URLResolver], under: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Return every route there is, by its address."""
    for pattern in patterns:
        address = under + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, address)
        else:
            yield address, pattern


def private_routes() -> Iterator[tuple[str, frozenset[str]]]:
    """Return every route of one's own part: its name, and what it is asked with."""
    for address, pattern in routes(get_resolver().url_patterns):
        if address.startswith("my-part/"):
            yield str(pattern.name), frozenset(pattern.pattern.converters)


ROUTES = sorted(private_routes(), key=str)
OF_A_NOTE = [name for name, asked_with in ROUTES if "note_id" in asked_with]
OF_ALL = [(name, asked_with) for name, asked_with in ROUTES if "note_id" not in asked_with]


def address_of(name: str, asked_with: frozenset[str]) -> str:
    """Return one address of a route that is not about one note."""
    return reverse(name, kwargs={key: {"name": "triggers", "code": "drained"}[key] for key in asked_with})


@pytest.fixture
def ana() -> User:
    """Return Ana, who keeps a note of every kind."""
    ana = User.objects.create_user("ana@example.org", first_name="Ana")
    for kind in PRIVATE_KINDS:
        content = (
            {"list": "drained", "ticked": ["tired", CANARY]} if kind == "check" else {"text": CANARY, "learned": CANARY}
        )
        private_notes.add_note(ana, kind, content)
    return ana


@pytest.fixture
def others(ana: User) -> dict[str, Client]:
    """Return everybody else, each on a phone of their own."""
    ben = User.objects.create_user("ben@example.org", first_name="Ben")
    pairing.form_couple(ana, ben)
    tess = therapist()
    link = linked(tess, ana)
    for partner in (ana, ben):
        scopes.agree(partner, link, SCOPES)
    assert scopes.active_scopes(link) == set(SCOPES), "whom both let see all there is to see"
    people = {
        "partner": ben,
        "therapist": tess,
        "outsider": User.objects.create_guest("Otto"),
        "staff": User.objects.create_superuser("staff@example.org", first_name="Staff"),
    }
    clients = {"anonymous": Client()}
    for name, user in people.items():
        clients[name] = Client()
        clients[name].force_login(user, backend=BACKEND)
    return clients


def test_the_route_table_holds_the_private_pages() -> None:
    """A table that found nothing would let everything pass."""
    assert len(OF_A_NOTE) >= 4
    assert len(OF_ALL) >= 10
    assert {"my_part", "my_part_journal", "my_part_draft_show"} <= {name for name, _ in ROUTES}


@pytest.mark.django_db
def test_no_page_of_it_is_kept_by_a_cache(ana: User) -> None:
    phone = Client()
    phone.force_login(ana, backend=BACKEND)
    notes = {note.kind: note.id for note in private_notes.notes_of(ana)}
    for name, asked_with in ROUTES:
        for kind in notes if "note_id" in asked_with else ("",):
            address = reverse(name, args=[notes[kind]]) if kind else address_of(name, asked_with)
            answer = phone.get(address)
            assert answer.status_code in (200, 404, 405), address
            assert "no-store" in answer.headers.get("Cache-Control", ""), address


@pytest.mark.django_db
@pytest.mark.parametrize("name", OF_A_NOTE)
@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_note_of_somebody_else_is_answered_as_one_that_does_not_exist(
    ana: User, others: dict[str, Client], name: str, other: str, method: str
) -> None:
    before = list(PrivateNote.objects.order_by("id").values())
    for note in private_notes.notes_of(ana):
        theirs = getattr(others[other], method)(reverse(name, args=[note.id]), FORM)
        missing = getattr(others[other], method)(reverse(name, args=[uuid.uuid4()]), FORM)
        assert theirs.status_code == missing.status_code
        assert CSRF.sub(b"", theirs.content) == CSRF.sub(b"", missing.content)
        # 405 where a route takes only the other method, whoever asks and whatever for.
        assert theirs.status_code in ((302, 405) if other == "anonymous" else (404, 405))
    assert list(PrivateNote.objects.order_by("id").values()) == before


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "asked_with"), OF_ALL, ids=[name for name, _ in OF_ALL])
@pytest.mark.parametrize("other", OTHERS)
def test_no_page_and_no_post_of_somebody_else_holds_or_changes_it(
    ana: User, others: dict[str, Client], name: str, asked_with: frozenset[str], other: str
) -> None:
    before = list(private_notes.notes_of(ana).values())
    page = others[other].get(address_of(name, asked_with))
    posted = others[other].post(address_of(name, asked_with), FORM)
    assert CANARY.encode() not in page.content + posted.content
    assert list(private_notes.notes_of(ana).values()) == before
    if other == "anonymous":
        assert (page.status_code, page.headers["Location"]) == (302, "/")
        assert posted.status_code in (302, 405)
        assert PrivateNote.objects.count() == len(before)


@pytest.mark.django_db
def test_the_owner_sees_their_note(ana: User) -> None:
    """Without this the tests above would hold for pages that are merely empty."""
    phone = Client()
    phone.force_login(ana, backend=BACKEND)
    seen = [name for name, asked_with in OF_ALL if CANARY.encode() in phone.get(address_of(name, asked_with)).content]
    assert {"my_part", "my_part_journal", "my_part_list"} <= set(seen)
    entry = private_notes.notes_of(ana, "journal").get()
    assert CANARY.encode() in phone.get(reverse("my_part_entry", args=[entry.id])).content


@pytest.mark.django_db
def test_the_partners_other_pages_do_not_hold_it(ana: User, others: dict[str, Client]) -> None:
    for path in ("/", "/couple/", "/settings/", "/safety/", "/privacy/", "/api/v1/moments/"):
        assert CANARY.encode() not in others["partner"].get(path).content, path


@pytest.mark.django_db
def test_a_post_without_a_token_changes_nothing(ana: User) -> None:
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(ana, backend=BACKEND)
    before = list(private_notes.notes_of(ana).values())
    for note in private_notes.notes_of(ana):
        assert phone.post(reverse("my_part_delete", args=[note.id])).status_code == 403
    assert phone.post(reverse("my_part_journal"), FORM).status_code == 403
    assert list(private_notes.notes_of(ana).values()) == before


def test_the_admin_shows_no_private_note() -> None:
    assert not admin.site.is_registered(PrivateNote)
    assert not any(issubclass(model, PrivateNote) for model in admin.site._registry)


@pytest.mark.django_db(transaction=True)
def test_a_private_note_is_encrypted_at_rest(ana: User) -> None:
    assert CANARY in json.dumps([note.content for note in private_notes.notes_of(ana)])
    looked_for = [CANARY.encode(), base64.b64encode(CANARY.encode()).rstrip(b"="), CANARY.encode().hex().encode()]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path = Path(connection.settings_dict["NAME"])
        stored = b"".join(found.read_bytes() for found in path.parent.glob(f"{path.name}*"))
        assert str(ana.email).encode() in stored
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM accounts_privatenote")
            stored = b"".join(bytes(content) for (content,) in cursor.fetchall())
    assert not any(form in stored for form in looked_for)


@pytest.mark.django_db
def test_a_private_note_is_deleted_with_its_owner(ana: User, others: dict[str, Client]) -> None:
    assert private_notes.notes_of(ana).count() == len(PRIVATE_KINDS)
    delete_person(ana)
    assert PrivateNote.objects.count() == 0
