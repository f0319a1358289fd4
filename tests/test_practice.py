"""A therapist's practice: inviting and being invited, the roster, notes that are theirs alone, and who has looked."""

import base64
import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import audit, care, care_invitations, care_notes, couples
from accounts.deletion import delete_person
from accounts.invitations import UnknownInvitation
from accounts.models import SCOPES, AuditEntry, CareInvitation, CareLink, CareNotes, Couple, User
from sessions import hosting
from sessions.models import LiveSession, Seat
from tests.api_world import fresh_login
from tests.care_cast import WORDS, Three, account, device, linked, no_second_factor, therapist, three
from tests.servers import Server
from tests.visitors import Visitor, add_an_app, paired

CANARY = f"canary{uuid.uuid4().hex}"
EMPTY: dict[str, Any] = {"data": "{}", "content_type": "application/json"}
ABSENT = "00000000-0000-4000-8000-000000000000"
CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture(autouse=True)
def nobody_has_guessed(settings: Settings) -> None:
    """Let no test find what another has spent."""
    settings.JOIN_RATE = 600
    cache.clear()


@pytest.fixture
def cast(db: None) -> Three:
    """Return Ana and Ben with Tess, and nothing agreed to."""
    return three()


@pytest.fixture
def cleo(db: None) -> User:
    """Return Cleo, of another couple."""
    cleo = account("Cleo")
    couples.form_couple(cleo, account("Dan"))
    return cleo


def both_agree(cast: Three) -> None:
    """Let both agree to everything."""
    for partner in (cast.ana, cast.ben):
        care.agree(partner, cast.link, SCOPES)


def page_of(client: Client, path: str) -> str:
    """Return a page that is shown."""
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def version_on(page: str) -> str:
    """Return which version of the notes a page started from."""
    found = re.search(r'name="version" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def told(client: Client, path: str, method: str = "get") -> tuple[int, bytes]:
    """Return an answer without what differs between two requests."""
    sent = {"data": '{"text": "x"}' if "notes" in path else "{}", "content_type": "application/json"}
    answer = getattr(client, method)(path, **(sent if "/api/" in path and method != "get" else {}))
    return answer.status_code, CSRF.sub(b"", answer.content)


def invitation_by(client: Client, path: str) -> str:
    """Make an invitation on a page; return the path of its link."""
    found = re.search(r'href="http://testserver(/care/invitation/[^"]+)"', client.post(path).content.decode())
    assert found
    return found[1]


# Inviting, both ways.


def test_a_therapist_invites_a_couple(cleo: User) -> None:
    tess = therapist()
    path = invitation_by(device(tess), "/practice/invite/")
    page = page_of(device(cleo), path)
    assert "<bdi>Tess</bdi> invites the two of you" in page and "Slow rounds." in page
    answer = device(cleo).post(path)
    (link,) = care.links_for(cleo)
    assert answer.headers["Location"] == f"/couple/care/{link.id}/"
    assert link.therapist == tess
    assert care.active_scopes(link) == frozenset(), "accepting agrees to nothing"


def test_a_couple_invites_a_therapist(cleo: User) -> None:
    tess = therapist()
    path = invitation_by(device(cleo), "/couple/care/invite/")
    page = page_of(device(tess), path)
    assert "<bdi>Cleo</bdi> invites you as their therapist" in page and "Dan" not in page
    assert device(tess).post(path).headers["Location"] == "/practice/"
    (link,) = care.links_of(tess)
    assert link.couple == couples.couple_of(cleo)
    assert care.active_scopes(link) == frozenset()


@pytest.mark.parametrize("as_therapist", [True, False])
def test_looking_uses_nothing_up_and_tells_a_stranger_no_name(cleo: User, as_therapist: bool) -> None:
    tess = therapist()
    inviter, other = (tess, cleo) if as_therapist else (cleo, tess)
    _, token = care_invitations.create(inviter, as_therapist=as_therapist)
    path = f"/care/invitation/{token}/"
    for somebody in (Client(), device(User.objects.create_guest("Otto"))):
        page = page_of(somebody, path)
        assert not re.search(r"Tess|Cleo|Dan|Slow rounds", page)
        assert somebody.post(path).status_code == 200  # leads to a log-in, too
    for _ in range(2):
        device(other).head(path)
        assert device(other).get(path).status_code == 200
    assert CareLink.objects.count() == 0
    assert device(other).post(path).status_code == 302
    assert CareLink.objects.count() == 1


def test_an_account_on_its_own_is_told_to_pair_first(db: None) -> None:
    tess, otto = therapist(), account("Otto")
    _, token = care_invitations.create(tess, as_therapist=True)
    path = f"/care/invitation/{token}/"
    assert "Pair with your partner first" in page_of(device(otto), path)
    assert device(otto).post(path).status_code == 200
    couples.form_couple(otto, account("Cleo"))
    assert device(otto).post(path).status_code == 302


def test_one_who_may_not_host_yet_is_told_what_it_takes(cleo: User) -> None:
    otto = account("Otto")
    _, token = care_invitations.create(cleo, as_therapist=False)
    path = f"/care/invitation/{token}/"
    assert "confirmed, and a second step" in page_of(device(otto), path)
    assert device(otto).post(path).status_code == 200
    assert CareInvitation.objects.exists() and not CareLink.objects.exists()


def test_it_answers_alike_whatever_is_the_matter(cast: Three, cleo: User) -> None:
    colleague = therapist("Colleague")
    _, used = care_invitations.create(colleague, as_therapist=True)
    care_invitations.accept(used, cleo)
    _, replaced = care_invitations.create(cleo, as_therapist=False)
    _, own = care_invitations.create(cleo, as_therapist=False)
    _, of_the_partner = care_invitations.create(cast.ana, as_therapist=False)
    _, taken_back = care_invitations.create(colleague, as_therapist=True)
    care_invitations.withdraw(colleague, as_therapist=True)
    made, old = care_invitations.create(colleague, as_therapist=True)
    CareInvitation.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=1))
    lost = therapist("Therapist")
    _, of_nobody = care_invitations.create(lost, as_therapist=True)
    no_second_factor(lost)

    asked = [
        (cleo, "AAAAAAAAAAAAAAAAAAAAAA"),
        (cleo, used),
        (cast.ana, used),
        (cast.tess, replaced),
        (cleo, own),
        (cast.ben, of_the_partner),
        (cleo, taken_back),
        (cleo, old),
        (cleo, of_nobody),
    ]
    for person, token in asked:
        client, unknown = device(person), "B" * 22
        for path, method in (
            ("/care/invitation/{}/", "get"),
            ("/care/invitation/{}/", "post"),
            ("/api/v1/care/invitations/{}/accept/", "post"),
        ):
            answer = told(client, path.format(token), method)
            assert answer == told(client, path.format(unknown), method)
            assert answer[0] == 404
    assert json.loads(answer[1])["code"] == "code.not_found"


def test_an_invitation_of_a_couple_that_is_no_more_is_nobodys(cleo: User) -> None:
    tess = therapist()
    _, token = care_invitations.create(cleo, as_therapist=False)
    couples.part(cleo)
    couples.form_couple(cleo, account("Otto"))
    with pytest.raises(UnknownInvitation):
        care_invitations.accept(token, tess)


def test_nobody_is_their_own_therapist_or_their_partners(db: None) -> None:
    tess, otto = therapist(), account("Otto")
    couples.form_couple(tess, otto)
    for as_therapist, accepts in ((True, tess), (True, otto), (False, tess)):
        _, token = care_invitations.create(tess, as_therapist=as_therapist)
        with pytest.raises(UnknownInvitation):
            care_invitations.accept(token, accepts)


def test_a_second_invitation_of_the_same_two_sides_is_the_same_link(cast: Three) -> None:
    both_agree(cast)
    assert linked(cast.tess, cast.ben) == cast.link
    assert care.active_scopes(cast.link) == set(SCOPES)


def test_only_a_digest_is_kept(cleo: User) -> None:
    _, token = care_invitations.create(cleo, as_therapist=False)
    assert len(base64.urlsafe_b64decode(f"{token}==")) == 16
    kept = CareInvitation.objects.get()
    assert token not in str(vars(kept))


def test_a_couple_has_one_open_and_a_therapist_many(cleo: User) -> None:
    tess = therapist()
    for _ in range(3):
        care_invitations.create(cleo, as_therapist=False)
        care_invitations.create(tess, as_therapist=True)
    assert care_invitations.open_ones_of(cleo, as_therapist=False).count() == 1
    assert care_invitations.open_ones_of(tess, as_therapist=True).count() == 3
    assert "3 invitations are open" in page_of(device(tess), "/practice/")
    device(tess).post("/practice/withdraw/")
    device(cleo).post("/couple/care/withdraw/")
    assert not CareInvitation.objects.exists()


def test_inviting_over_the_api(cast: Three, cleo: User) -> None:
    for person, other in ((cast.tess, cleo), (cleo, therapist("Colleague"))):
        made = device(person).post("/api/v1/care/invitations/", **EMPTY)
        shown = json.loads(made.content)
        assert (made.status_code, set(shown)) == (201, {"url", "code", "expires"})
        assert shown["url"].endswith(f"/care/invitation/{shown['code']}/")
        accepted = device(other).post(f"/api/v1/care/invitations/{shown['code']}/accept/", **EMPTY)
        assert accepted.status_code == 200
        assert json.loads(accepted.content)["you"] == ("partner" if other == cleo else "therapist")
    refused = device(account("Otto")).post("/api/v1/care/invitations/", **EMPTY)
    assert (refused.status_code, json.loads(refused.content)["code"]) == (403, "seat.not_allowed")
    odd = device(cleo).post("/api/v1/care/invitations/", '{"couple": "x"}', content_type="application/json")
    assert odd.status_code == 400
    as_therapist = device(cleo).post(
        "/api/v1/care/invitations/", '{"as": "therapist"}', content_type="application/json"
    )
    assert as_therapist.status_code == 403


def test_guessing_is_slowed_down_for_who_guesses_and_for_nobody_else() -> None:
    strict = Server(JOIN_RATE="60").start()
    try:
        otto = Visitor(strict, "Otto", address="127.0.0.77")
        bodies = {otto.get(f"/care/invitation/{'A' * 20}{number:02}/").body for number in range(20)}
        assert len(bodies) == 1
        answer = otto.get("/care/invitation/AAAAAAAAAAAAAAAAAAAAAA/")
        assert answer.status == 429 and int(answer.headers["retry-after"]) > 0
        assert otto.get("/couple/invitation/AAAAAAAAAAAAAAAAAAAAAA/").status == 429, "they are counted together"
        assert Visitor(strict, "Ana").get("/care/invitation/AAAAAAAAAAAAAAAAAAAAAA/").status == 404
    finally:
        strict.close()


def test_of_two_couples_who_accept_at_once_one_is_linked(server: Server) -> None:
    tess = Visitor(server, "Tess").sign_up()
    tess.get("/practice/profile/")
    tess.post("/practice/profile/", **WORDS)
    add_an_app(tess)
    found = f"p = TherapistProfile.objects.get(user__email={tess.email!r})"
    server.manage(
        "shell",
        "-v0",
        "-c",
        "from accounts import therapists; from accounts.models import TherapistProfile; "
        f"{found}; therapists.confirm(p, therapists.mark_of(p))",
    )
    tess.get("/practice/")
    path = re.search(r'href="[^"]*(/care/invitation/[^"]+)"', tess.post("/practice/invite/").text)
    assert path
    both = [paired(server)[0], paired(server)[0]]
    for person in both:
        assert 'data-testid="accept"' in person.get(path[1]).text
    with ThreadPoolExecutor(len(both)) as pool:
        answers = list(pool.map(lambda person: person.post(path[1]), both))
    assert sorted(answer.status for answer in answers) == [200, 404]
    assert sum("Tess" in person.get("/couple/care/").text for person in both) == 1
    assert tess.get("/practice/").text.count('data-testid="couple"') == 1


# The roster.


def hosted(therapist: User, couple: Couple, days_ago: int, **fields: object) -> LiveSession:
    """Return a check-in that a therapist hosted."""
    at = timezone.now() - timedelta(days=days_ago)
    live_session = LiveSession.objects.create(
        couple=couple, hosted=True, started_hosted=True, created_at=at, **{"ended_at": at, **fields}
    )
    Seat.objects.create(live_session=live_session, name="host", user=therapist, first_name="Tess")
    return live_session


def test_the_roster_shows_what_is_active_and_when_they_met(cast: Three, cleo: User) -> None:
    both_agree(cast)
    linked(cast.tess, cleo)
    hosted(cast.tess, cast.couple, 40)
    last = hosted(cast.tess, cast.couple, 7)
    of_their_own = LiveSession.objects.create(couple=cast.couple, ended_at=timezone.now())
    of_another = hosted(therapist("Colleague"), cast.couple, 0)
    page = page_of(device(cast.tess), "/practice/")
    assert page.count('data-testid="couple"') == 2
    assert page.count("Not active") == 2 and page.count('data-testid="scope-host"') == 2
    assert last.created_at.strftime('datetime="%Y-%m-%d') in page
    for hidden in (of_their_own, of_another):
        assert hidden.created_at.strftime('datetime="%Y-%m-%d') not in page
        assert str(hidden.id) not in page


def test_a_check_in_that_is_open_is_a_tap_away(cast: Three) -> None:
    both_agree(cast)
    going_on = hosted(cast.tess, cast.couple, 0, ended_at=None)
    assert f"/sessions/{going_on.id}/" in page_of(device(cast.tess), "/practice/")
    care.withdraw(cast.ben, cast.link, ["host"])
    page = page_of(device(cast.tess), "/practice/")
    assert str(going_on.id) not in page and "Last check-in" not in page


def test_a_link_that_ended_is_gone_from_it(cast: Three) -> None:
    both_agree(cast)
    tess = device(cast.tess)
    assert "Ana" in page_of(tess, "/practice/")
    assert "End the link to this couple?" in page_of(tess, f"/practice/{cast.link.id}/end/")
    assert "Ana" in page_of(tess, "/practice/"), "asking has ended nothing"
    assert tess.post(f"/practice/{cast.link.id}/end/").headers["Location"] == "/practice/"
    assert "No couple is linked to you yet." in page_of(tess, "/practice/")
    assert "Tess" not in page_of(device(cast.ana), "/couple/care/")


def test_somebody_who_is_no_therapist_sees_how_to_become_one(cast: Three) -> None:
    page = page_of(device(cast.ana), "/practice/")
    assert "Write my profile" in page and "Tess" not in page


def test_nobody_ends_anothers_link(cast: Three) -> None:
    for person in (cast.ana, cast.ben, therapist("Colleague"), account("Staff", is_staff=True, is_superuser=True)):
        for method in ("get", "post"):
            theirs = told(device(person), f"/practice/{cast.link.id}/end/", method)
            assert theirs == told(device(person), f"/practice/{ABSENT}/end/", method)
            assert theirs[0] == 404
    assert CareLink.objects.get().ended_at is None


def test_the_roster_leads_back_to_a_check_in_with_a_couple_who_is_new(cast: Three) -> None:
    both_agree(cast)
    planned = hosting.start(cast.tess, title="Thursday, 17:00", starts_at=timezone.now() + timedelta(days=3))
    linked_one = hosting.start(cast.tess, cast.couple.id, starts_at=timezone.now() + timedelta(days=4))
    roster = page_of(device(cast.tess), "/practice/")
    assert "With a couple who is new" in roster and "Thursday, 17:00" in roster
    assert roster.count(f"/sessions/{planned.id}/") == roster.count(f"/sessions/{linked_one.id}/") == 1
    assert "Open or planned" in page_of(device(cast.tess), "/")
    assert str(planned.id) not in page_of(device(therapist("Colleague")), "/practice/")
    Seat.objects.filter(live_session=planned).update(left_at=timezone.now())
    assert str(planned.id) not in page_of(device(cast.tess), "/practice/")


# Notes.


def test_notes_are_kept_on_their_page_and_over_the_api(cast: Three) -> None:
    tess, page, api = device(cast.tess), f"/practice/{cast.link.id}/notes/", f"/api/v1/care/{cast.link.id}/notes/"
    assert json.loads(tess.get(api).content) == {"text": "", "version": care_notes.version_of("")}
    assert tess.post(page, {"text": "First.\r\nSecond."}).status_code == 302
    assert "First.\nSecond." in page_of(tess, page)
    assert json.loads(tess.get(api).content)["text"] == "First.\nSecond."
    longest = "🌱" * care_notes.NOTES_LENGTH
    written = tess.put(api, json.dumps({"text": longest, "pad": ""}), content_type="application/json")
    assert (written.status_code, json.loads(written.content)["text"] == longest) == (200, True)
    for refused in (longest + "x", "a\x00"):
        answer = tess.put(api, json.dumps({"text": refused}), content_type="application/json")
        assert answer.status_code == 400
        assert tess.post(page, {"text": refused}).status_code == 400
    assert care_notes.read(cast.tess, cast.link.id) == longest
    tess.put(api, '{"text": ""}', content_type="application/json")
    assert not CareNotes.objects.exists()


def test_notes_that_were_changed_in_another_window_are_not_put_away(cast: Three) -> None:
    tess, page = device(cast.tess), f"/practice/{cast.link.id}/notes/"
    started_from = version_on(page_of(tess, page))
    assert tess.post(page, {"text": "From one window.", "version": started_from}).status_code == 302
    refused = tess.post(page, {"text": "From the other.", "version": started_from})
    both = refused.content.decode()
    assert (refused.status_code, care_notes.read(cast.tess, cast.link.id)) == (409, "From one window.")
    assert "From one window." in both and "From the other." in both
    # Both have been read, so what stands in the form may take the other's place now.
    put_together = {"text": "From both.", "version": version_on(both)}
    assert tess.post(page, put_together).status_code == 302
    assert care_notes.read(cast.tess, cast.link.id) == "From both."


def test_notes_that_cannot_be_kept_do_not_forget_what_they_started_from(cast: Three) -> None:
    tess, page = device(cast.tess), f"/practice/{cast.link.id}/notes/"
    started_from = version_on(page_of(tess, page))
    care_notes.write(cast.tess, cast.link.id, "From one window.")
    too_long = tess.post(page, {"text": "x" * (care_notes.NOTES_LENGTH + 1), "version": started_from})
    again = {"text": "From the other.", "version": version_on(too_long.content.decode())}
    assert (too_long.status_code, tess.post(page, again).status_code) == (400, 409)


def test_a_program_hears_that_notes_were_changed_meanwhile(cast: Three) -> None:
    tess, api = device(cast.tess), f"/api/v1/care/{cast.link.id}/notes/"

    def put(text: str, **more: str) -> tuple[int, Any]:
        answer = tess.put(api, json.dumps({"text": text, **more}), content_type="application/json")
        return answer.status_code, json.loads(answer.content)

    started_from = json.loads(tess.get(api).content)["version"]
    status, kept = put("From one window.", version=started_from)
    assert (status, kept["version"]) == (200, json.loads(tess.get(api).content)["version"])
    status, refusal = put("From the other.", version=started_from)
    assert (status, refusal["code"], care_notes.read(cast.tess, cast.link.id)) == (409, "notes.changed", kept["text"])
    # The same words again are no change, and a retry of what was kept is answered as it was.
    assert put("From one window.", version=started_from) == (200, kept)
    assert put("From the other.", version=kept["version"])[0] == 200
    # Who does not say what they started from replaces what there is, as ever.
    assert put("Simply this.")[0] == 200


@pytest.mark.parametrize("who", ["ana", "ben", "colleague", "cleo", "staff", "anonymous"])
def test_notes_are_nobody_elses(cast: Three, cleo: User, who: str) -> None:
    both_agree(cast)
    care_notes.write(cast.tess, cast.link.id, CANARY)
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
    assert care_notes.read(cast.tess, cast.link.id) == CANARY


def test_notes_stay_the_therapists_whatever_the_couple_does(cast: Three) -> None:
    both_agree(cast)
    care_notes.write(cast.tess, cast.link.id, CANARY)
    for change in (
        lambda: care.withdraw(cast.ana, cast.link, SCOPES),
        lambda: couples.part(cast.ben),
        lambda: delete_person(cast.ana),
    ):
        change()
        assert care_notes.read(cast.tess, cast.link.id) == CANARY
    page = page_of(device(cast.tess), "/practice/")
    assert "Notes on a couple you are no longer linked to" in page and "Ben" not in page


def test_notes_need_a_second_step(cast: Three) -> None:
    care_notes.write(cast.tess, cast.link.id, CANARY)
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
    care.withdraw(cast.ben, cast.link, ["history"])
    care_notes.write(cast.tess, cast.link.id, CANARY)
    hers, text = exported(cast.tess)
    assert hers["therapist"]["notes"] == [{"link": str(cast.link.id), "text": CANARY}]
    assert hers["therapist"]["profile"]["approach"] == "Slow rounds." and hers["consents"] == []
    assert not re.search(r"Ana|Ben|agreed_at", text)
    for person, standing in ((cast.ana, 2), (cast.ben, 1)):
        theirs, text = exported(person)
        assert CANARY not in text and theirs["therapist"] is None
        assert [one["therapist"] for one in theirs["consents"]] == ["Tess", "Tess"]
        assert sum(one["taken_back_at"] is None for one in theirs["consents"]) == standing


@pytest.mark.parametrize("who", ["tess", "ana and ben"])
def test_notes_go_with_the_therapist_and_with_the_last_of_the_couple(cast: Three, who: str) -> None:
    care_notes.write(cast.tess, cast.link.id, CANARY)
    for person in [cast.tess] if who == "tess" else [cast.ana, cast.ben]:
        delete_person(person)
    assert not CareNotes.objects.exists() and not CareLink.objects.exists()


def test_staff_have_no_page_for_what_is_between_them() -> None:
    for model in (CareLink, CareInvitation, CareNotes, AuditEntry):
        assert not admin.site.is_registered(model)


@pytest.mark.django_db(transaction=True)
def test_words_are_encrypted_where_they_are_stored() -> None:
    cast = three()
    care_notes.write(cast.tess, cast.link.id, CANARY)
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


# Who has looked.


def test_both_partners_read_who_has_looked_and_what_at_but_not_what_it_said(cast: Three) -> None:
    both_agree(cast)
    live_session = hosted(cast.tess, cast.couple, 1, title=CANARY)
    audit.record(cast.tess, "summary", cast.couple.id, live_session.id)
    audit.record(account("Otto", is_staff=True), "history", cast.couple.id, role="staff")
    pages = [page_of(device(person), "/couple/care/opened/") for person in (cast.ana, cast.ben)]
    assert CSRF.sub(b"", pages[0].encode()) == CSRF.sub(b"", pages[1].encode())
    assert pages[0].count('data-testid="audit-entry"') == 2
    assert "The summary of a check-in" in pages[0] and "<bdi>Tess</bdi>" in pages[0]
    assert "Staff" in pages[0] and "Otto" not in pages[0]
    assert CANARY not in pages[0]


def test_nobody_else_reads_it(cast: Three, cleo: User) -> None:
    audit.record(cast.tess, "history", cast.couple.id)
    for person in (cast.tess, cleo, account("Otto"), therapist("Colleague")):
        assert list(audit.entries_for(person)) == []
        assert "Nothing so far." in page_of(device(person), "/couple/care/opened/")


def test_it_outlasts_the_couple_and_the_therapist(cast: Three) -> None:
    audit.record(cast.tess, "history", cast.couple.id)
    couples.part(cast.ana)
    delete_person(cast.tess)
    for person in (cast.ana, cast.ben):
        assert "A therapist who is no longer here" in page_of(device(person), "/couple/care/opened/")
    delete_person(cast.ana)
    delete_person(cast.ben)
    assert not AuditEntry.objects.exists()


def test_the_partners_own_reading_is_not_recorded(cast: Three) -> None:
    both_agree(cast)
    for person in (cast.ana, cast.ben, cast.tess):
        for path in ("/couple/care/", f"/couple/care/{cast.link.id}/", "/couple/care/opened/", "/practice/"):
            device(person).get(path)
    assert not AuditEntry.objects.exists()
