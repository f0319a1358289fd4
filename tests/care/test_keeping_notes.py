"""A therapist's notes: theirs alone, kept whole, encrypted, and gone with whoever they are about."""

import base64
import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client

from accounts.care import notes, scopes
from accounts.couple import pairing
from accounts.edit_versions import version_of
from accounts.models import SCOPES, AuditEntry, CareInvitation, CareLink, CareNotes, User
from accounts.settings.deletion import delete_person
from tests.support.cast.api_world import ABSENT, fresh_login
from tests.support.cast.care_cast import (
    Three,
    account,
    both_agree,
    device,
    no_second_factor,
    page_of,
    therapist,
    three,
    told,
)

pytestmark = pytest.mark.usefixtures("nobody_has_guessed")

CANARY = f"canary{uuid.uuid4().hex}"


def version_on(page: str) -> str:
    """Return which version of the notes a page started from."""
    found = re.search(r'name="version" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def test_notes_are_kept_on_their_page_and_over_the_api(cast: Three) -> None:
    tess, page, api = device(cast.tess), f"/practice/{cast.link.id}/notes/", f"/api/v1/care/{cast.link.id}/notes/"
    assert json.loads(tess.get(api).content) == {"text": "", "version": version_of("")}
    assert tess.post(page, {"text": "First.\r\nSecond."}).status_code == 302
    assert "First.\nSecond." in page_of(tess, page)
    assert json.loads(tess.get(api).content)["text"] == "First.\nSecond."
    longest = "🌱" * notes.NOTES_LENGTH
    written = tess.put(api, json.dumps({"text": longest, "pad": ""}), content_type="application/json")
    assert (written.status_code, json.loads(written.content)["text"] == longest) == (200, True)
    for refused in (longest + "x", "a\x00"):
        answer = tess.put(api, json.dumps({"text": refused}), content_type="application/json")
        assert answer.status_code == 400
        assert tess.post(page, {"text": refused}).status_code == 400
    assert notes.read(cast.tess, cast.link.id) == longest
    tess.put(api, '{"text": ""}', content_type="application/json")
    assert not CareNotes.objects.exists()


def test_saving_old_notes_after_a_change_elsewhere_is_refused(cast: Three) -> None:
    tess, page = device(cast.tess), f"/practice/{cast.link.id}/notes/"
    started_from = version_on(page_of(tess, page))
    assert tess.post(page, {"text": "From one window.", "version": started_from}).status_code == 302
    refused = tess.post(page, {"text": "From the other.", "version": started_from})
    both = refused.content.decode()
    assert (refused.status_code, notes.read(cast.tess, cast.link.id)) == (409, "From one window.")
    assert "From one window." in both and "From the other." in both
    # Both have been read, so what stands in the form may take the other's place now.
    put_together = {"text": "From both.", "version": version_on(both)}
    assert tess.post(page, put_together).status_code == 302
    assert notes.read(cast.tess, cast.link.id) == "From both."


def test_a_form_with_errors_keeps_the_version_it_started_from(cast: Three) -> None:
    tess, page = device(cast.tess), f"/practice/{cast.link.id}/notes/"
    started_from = version_on(page_of(tess, page))
    notes.write(cast.tess, cast.link.id, "From one window.")
    too_long = tess.post(page, {"text": "x" * (notes.NOTES_LENGTH + 1), "version": started_from})
    again = {"text": "From the other.", "version": version_on(too_long.content.decode())}
    assert (too_long.status_code, tess.post(page, again).status_code) == (400, 409)


def test_the_api_answers_409_if_notes_were_changed_meanwhile(cast: Three) -> None:
    tess, api = device(cast.tess), f"/api/v1/care/{cast.link.id}/notes/"

    def put(text: str, **more: str) -> tuple[int, Any]:
        answer = tess.put(api, json.dumps({"text": text, **more}), content_type="application/json")
        return answer.status_code, json.loads(answer.content)

    started_from = json.loads(tess.get(api).content)["version"]
    status, kept = put("From one window.", version=started_from)
    assert (status, kept["version"]) == (200, json.loads(tess.get(api).content)["version"])
    status, refusal = put("From the other.", version=started_from)
    assert (status, refusal["code"], notes.read(cast.tess, cast.link.id)) == (409, "notes.changed", kept["text"])
    # The same words again are no change, and a retry of what was kept is answered as it was.
    assert put("From one window.", version=started_from) == (200, kept)
    assert put("From the other.", version=kept["version"])[0] == 200
    # Who does not say what they started from replaces what there is, as ever.
    assert put("Simply this.")[0] == 200


@pytest.mark.parametrize("who", ["ana", "ben", "colleague", "cleo", "staff", "anonymous"])
def test_only_their_author_can_read_or_write_notes(cast: Three, cleo: User, who: str) -> None:
    both_agree(cast)
    notes.write(cast.tess, cast.link.id, CANARY)
    assert CANARY in page_of(device(cast.tess), f"/practice/{cast.link.id}/notes/")
    people = {"ana": cast.ana, "ben": cast.ben, "colleague": therapist("Colleague"), "cleo": cleo}
    people["staff"] = account("Staff", is_staff=True, is_superuser=True)
    client = device(people[who]) if who in people else Client()
    for path in ("/practice/{}/notes/", "/api/v1/care/{}/notes/"):
        for method in ("get", "post", "put"):
            theirs = told(client, path.format(cast.link.id), method)
            missing = told(client, path.format(ABSENT), method)
            assert theirs[0] == missing[0] and theirs[0] in (302, 400, 401, 404, 405)
            assert theirs[1].replace(str(cast.link.id).encode(), b"") == missing[1].replace(ABSENT.encode(), b"")
    for path in ("/", "/couple/", "/couple/care/", f"/couple/care/{cast.link.id}/", "/practice/", "/api/v1/care/"):
        assert CANARY.encode() not in client.get(path).content, path
    assert notes.read(cast.tess, cast.link.id) == CANARY


def test_notes_stay_the_therapists_whatever_the_couple_does(cast: Three) -> None:
    both_agree(cast)
    notes.write(cast.tess, cast.link.id, CANARY)
    for change in (
        lambda: scopes.withdraw(cast.ana, cast.link, SCOPES),
        lambda: pairing.unpair(cast.ben),
        lambda: delete_person(cast.ana),
    ):
        change()
        assert notes.read(cast.tess, cast.link.id) == CANARY
    page = page_of(device(cast.tess), "/practice/")
    assert "Notes on a couple you are no longer linked to" in page and "Ben" not in page


def test_notes_need_a_second_step(cast: Three) -> None:
    notes.write(cast.tess, cast.link.id, CANARY)
    no_second_factor(cast.tess)
    tess = device(cast.tess)
    assert tess.get(f"/practice/{cast.link.id}/notes/").headers["Location"] == "/accounts/2fa/"
    answer = tess.get(f"/api/v1/care/{cast.link.id}/notes/")
    assert (answer.status_code, json.loads(answer.content)["code"]) == (401, "login.second_factor")


def exported(person: User) -> tuple[dict[str, Any], str]:
    """Return somebody's own export, asked for just after logging in."""
    answer = Client().get("/api/v1/me/export/", headers={"X-Session-Token": fresh_login(person)})
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content), answer.content.decode()


def test_exports_hold_ones_own_part_and_nobody_elses(cast: Three) -> None:
    both_agree(cast)
    scopes.withdraw(cast.ben, cast.link, ["history"])
    notes.write(cast.tess, cast.link.id, CANARY)
    hers, text = exported(cast.tess)
    assert hers["therapist"]["notes"] == [{"link": str(cast.link.id), "text": CANARY}]
    assert hers["therapist"]["profile"]["approach"] == "Slow rounds." and hers["consents"] == []
    assert not re.search(r"Ana|Ben|agreed_at", text)
    for person, standing in ((cast.ana, 2), (cast.ben, 1)):
        theirs, text = exported(person)
        assert CANARY not in text and theirs["therapist"] is None
        assert [one["therapist"] for one in theirs["consents"]] == ["Tess", "Tess"]
        assert sum(one["taken_back_at"] is None for one in theirs["consents"]) == standing


@pytest.mark.parametrize("order", [("tess", "ana", "ben"), ("ana", "ben", "tess")])
def test_notes_go_with_the_therapist_and_with_nobody_else(cast: Three, order: tuple[str, ...]) -> None:
    notes.write(cast.tess, cast.link.id, CANARY)
    for name in order:
        delete_person(getattr(cast, name))
        gone = "tess" in order[: order.index(name) + 1]
        assert CareNotes.objects.exists() != gone
        assert gone or notes.read(cast.tess, cast.link.id) == CANARY
    assert not CareLink.objects.exists()


def test_staff_have_no_page_for_what_is_between_them() -> None:
    for model in (CareLink, CareInvitation, CareNotes, AuditEntry):
        assert not admin.site.is_registered(model)


@pytest.mark.django_db(transaction=True)
def test_words_are_encrypted_where_they_are_stored() -> None:
    cast = three()
    notes.write(cast.tess, cast.link.id, CANARY)
    looked_for = [CANARY.encode(), base64.b64encode(CANARY.encode()).rstrip(b"="), b"Slow rounds."]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            path = Path(connection.settings_dict["NAME"])
            stored = b"".join(found.read_bytes() for found in path.parent.glob(f"{path.name}*"))
            assert b"tess@example.org" in stored
        else:
            cursor.execute(
                "SELECT text FROM accounts_carenotes UNION ALL SELECT approach FROM accounts_therapistprofile"
            )
            stored = b"".join(bytes(text) for (text,) in cursor.fetchall())
    assert not any(form in stored for form in looked_for)
