"""A therapist's notes on one check-in: dated, of guests too, there after the end, and gone when they should be."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.care import check_in_notes, notes, scopes
from accounts.couple import pairing
from accounts.edit_versions import version_of
from accounts.models import CareLink, CheckInNotes, User
from accounts.settings.deletion import delete_person
from sessions.hosting import host_rights
from sessions.hosting.hosted_notes import as_check_in, hosted_check_in
from sessions.models import LiveSession
from sessions.privacy import leftovers
from sessions.store import load
from tests.support.cast.api_world import ABSENT, fresh_login
from tests.support.cast.care_cast import Three, account, both_agree, device, hosted, no_second_factor, page_of, told
from tests.support.cast.care_cast import therapist as another_therapist

pytestmark = pytest.mark.usefixtures("nobody_has_guessed")

CANARY = f"canary{uuid.uuid4().hex}"


def just_logged_in(user: User) -> Client:
    """Return a browser that need not show again whose it is."""
    browser = Client()
    browser.cookies["session"] = fresh_login(user)
    return browser


@pytest.fixture
def met(cast: Three) -> LiveSession:
    """Return a check-in that Tess has hosted of Ana and Ben."""
    both_agree(cast)
    CareLink.objects.update(created_at=timezone.now() - timedelta(days=30))
    return hosted(cast.tess, cast.couple, days_ago=2)


def addresses(live_session: LiveSession | str) -> tuple[str, str]:
    """Return the page and the operation of a check-in's notes."""
    name = live_session if isinstance(live_session, str) else live_session.id
    return f"/practice/check-ins/{name}/notes/", f"/api/v1/sessions/{name}/notes/"


def put(browser: Client, api: str, text: str, **more: str) -> tuple[int, dict[str, str]]:
    """Write notes over the API."""
    answer = browser.put(api, json.dumps({"text": text, **more}), content_type="application/json")
    return answer.status_code, json.loads(answer.content)


def test_each_check_in_has_notes_of_its_own_beside_those_without_a_date(cast: Three, met: LiveSession) -> None:
    browser = device(cast.tess)
    earlier = hosted(cast.tess, cast.couple, days_ago=9)
    notes.write(cast.tess, cast.link.id, "For the whole therapy.")
    page, api = addresses(met)
    assert browser.post(page, {"text": "Both slowed down."}).status_code == 302
    assert put(browser, addresses(earlier)[1], "They came late.")[0] == 200
    assert browser.get(api).json() == {"text": "Both slowed down.", "version": version_of("Both slowed down.")}
    all_of_them = page_of(browser, f"/practice/{cast.link.id}/notes/")
    told_in_order = [all_of_them.index(words) for words in ("Both slowed", "They came late", "For the whole therapy")]
    assert told_in_order == sorted(told_in_order), "the newest first, and those without a date below"


def test_two_windows_lose_nothing(cast: Three, met: LiveSession) -> None:
    browser, (page, api) = device(cast.tess), addresses(met)
    started_from = browser.get(api).json()["version"]
    assert browser.post(page, {"text": "One window.", "version": started_from}).status_code == 302
    assert put(browser, api, "The other.", version=started_from)[0] == 409
    both = browser.post(page, {"text": "The other.", "version": started_from})
    assert both.status_code == 409
    assert "One window." in both.content.decode() and "The other." in both.content.decode()


def test_what_is_too_long_is_said_in_words_and_stays_in_the_box(cast: Three, met: LiveSession) -> None:
    page, api = addresses(met)
    longest = "🌱" * notes.NOTES_LENGTH
    assert put(device(cast.tess), api, longest)[0] == 200
    assert put(device(cast.tess), api, longest + "x")[0] == 400
    refused = device(cast.tess).post(page, {"text": longest + "x"})
    assert refused.status_code == 400
    assert "up to 20000 characters" in refused.content.decode() and longest + "x" in refused.content.decode()
    assert check_in_notes.read(cast.tess, met.id) == longest


@pytest.mark.parametrize("gone", ["consent", "link", "couple", "check-in"])
def test_whatever_becomes_of_the_couple_the_notes_stay_their_authors(cast: Three, met: LiveSession, gone: str) -> None:
    browser, (page, api) = device(cast.tess), addresses(met)
    assert put(browser, api, CANARY)[0] == 200
    happens = {
        "consent": lambda: scopes.withdraw(cast.ben, cast.link, ["host"]),
        "link": lambda: scopes.end_link(cast.tess, cast.link),
        "couple": lambda: [pairing.unpair(cast.ana), delete_person(cast.ana), delete_person(cast.ben)],
        "check-in": met.delete,
    }
    happens[gone]()
    leftovers.delete_leftovers(timezone.now() + timedelta(days=800))
    assert CANARY in page_of(browser, page) and CANARY in page_of(browser, f"/practice/{cast.link.id}/notes/")
    assert put(browser, api, f"{CANARY} and more")[0] == 200


@pytest.fixture
def guests(cast: Three) -> LiveSession:
    """Return a check-in that Tess hosts for two who are new."""
    return host_rights.start_hosted(cast.tess, label="Window seat")


def test_notes_and_name_of_guests_live_as_long_as_their_check_in(cast: Three, guests: LiveSession) -> None:
    browser, (page, api) = device(cast.tess), addresses(guests)
    assert put(browser, api, CANARY)[0] == 200
    shown = page_of(browser, page)
    assert "Window seat" in shown and CANARY in shown and "Copy what you want to keep" in shown
    assert "Window seat" in page_of(browser, "/practice/") and CANARY not in page_of(browser, "/practice/")
    leftovers.delete_leftovers(timezone.now())
    assert check_in_notes.read(cast.tess, guests.id) == CANARY, "while the check-in lives they do"
    guests.delete()
    leftovers.delete_leftovers(timezone.now())
    assert not CheckInNotes.objects.exists()
    assert browser.get(page).status_code == 404


def test_a_name_for_guests_can_be_changed_and_is_not_lost_with_the_last_words(cast: Three, guests: LiveSession) -> None:
    browser, (page, api) = device(cast.tess), addresses(guests)
    assert (put(browser, api, CANARY)[0], put(browser, api, "")[0]) == (200, 200)
    assert "Window seat" in page_of(browser, page)
    assert browser.post(page.replace("notes", "name"), {"label": "Garden"}).status_code == 302
    assert "Garden" in page_of(browser, page)
    browser.post(page.replace("notes", "name"), {"label": ""})
    assert not CheckInNotes.objects.exists()


def test_a_name_typed_for_new_ones_does_not_rename_a_linked_couple(cast: Three) -> None:
    both_agree(cast)
    live_session = host_rights.start_hosted(cast.tess, cast.couple.id, label="Window seat")
    assert check_in_notes.label_of(cast.tess, as_check_in(cast.tess, live_session)) == ""


@pytest.mark.parametrize("who", ["ana", "ben", "colleague", "otto", "staff", "anonymous"])
def test_only_their_author_reads_or_writes_dated_notes(cast: Three, met: LiveSession, who: str) -> None:
    check_in_notes.write(cast.tess, hosted_check_in(cast.tess, met.id), CANARY)
    people: dict[str, User] = {"ana": cast.ana, "ben": cast.ben, "otto": account("Otto")}
    people |= {"colleague": another_therapist("Colleague"), "staff": account("Staff", is_staff=True, is_superuser=True)}
    client = device(people[who]) if who in people else Client()
    for theirs, missing in zip(addresses(met), addresses(ABSENT), strict=True):
        for method in ("get", "post", "put"):
            found, none = told(client, theirs, method), told(client, missing, method)
            assert found[0] == none[0] and found[0] in (302, 400, 401, 403, 404, 405), (theirs, method)
            assert found[1].replace(str(met.id).encode(), b"") == none[1].replace(ABSENT.encode(), b"")
    for path in ("/", f"/sessions/{met.id}/", f"/sessions/{met.id}/summary/", f"/api/v1/sessions/{met.id}/"):
        assert CANARY.encode() not in client.get(path).content, path
    assert check_in_notes.read(cast.tess, met.id) == CANARY


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_what_a_partner_sees_is_the_same_with_notes_and_a_name_and_without(
    cast: Three, met: LiveSession, who: str
) -> None:
    client = device({"ana": cast.ana, "ben": cast.ben}[who])
    paths = ("/", f"/sessions/{met.id}/", f"/sessions/{met.id}/summary/", f"/api/v1/sessions/{met.id}/", "/history/")

    def seen() -> list[bytes]:
        return [re.sub(rb'data-(now|csrf-token)="[^"]+"', b"", told(client, path)[1]) for path in paths]

    before = seen()
    check_in = hosted_check_in(cast.tess, met.id)
    check_in_notes.write(cast.tess, check_in, CANARY)
    check_in_notes.call(cast.tess, check_in, CANARY)
    assert seen() == before


def test_without_a_second_step_there_are_no_notes_to_read_or_write(cast: Three, met: LiveSession) -> None:
    page, api = addresses(met)
    no_second_factor(cast.tess)
    browser = device(cast.tess)
    assert (browser.get(page).status_code, browser.get(api).status_code, put(browser, api, "x")[0]) == (302, 401, 401)


def test_notes_go_with_their_authors_account(cast: Three, met: LiveSession, guests: LiveSession) -> None:
    for live_session in (met, guests):
        check_in_notes.write(cast.tess, hosted_check_in(cast.tess, live_session.id), CANARY)
    delete_person(cast.tess)
    assert not CheckInNotes.objects.exists()


def test_a_check_in_that_one_did_not_host_has_no_notes(cast: Three, met: LiveSession) -> None:
    with pytest.raises(load.NotFound):
        hosted_check_in(cast.ana, met.id)


def test_before_an_account_is_closed_its_practice_is_offered_with_all_notes_and_names(
    cast: Three, met: LiveSession, guests: LiveSession
) -> None:
    check_in_notes.write(cast.tess, hosted_check_in(cast.tess, met.id), CANARY)
    check_in_notes.call(cast.tess, hosted_check_in(cast.tess, met.id), "Tuesdays")
    no_second_factor(cast.tess)  # or the page would ask for a code
    browser = just_logged_in(cast.tess)
    page = page_of(browser, "/settings/leave/")
    assert "1 couple is linked to you." in page and "You have 2 pages of notes." in page
    taken = browser.get("/api/v1/me/export/?part=practice").json()["therapist"]
    assert [(one["text"], one["label"]) for one in taken["check_in_notes"]] == [(CANARY, ""), ("", "Window seat")]
    assert taken["labels"] == [{"link": str(cast.link.id), "label": "Tuesdays"}]
    assert "closing-a-practice" not in page_of(just_logged_in(cast.ana), "/settings/leave/")
