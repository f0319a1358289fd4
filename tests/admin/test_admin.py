"""The admin: by our own log-in, with a second factor, and without a reaction, a word, a seal or a time that tells."""

import re

import pytest
from django.contrib import admin

from accounts.models import TherapistProfile, User
from sessions.models import LiveSession
from tests.support.cast.visitors import Visitor, add_an_app, as_staff, in_a_check_in
from tests.support.servers.cycle import Server

CANARY = "zebracanary"


@pytest.fixture
def tess(server: Server) -> Visitor:
    """Return Tess, staff without a second factor so far."""
    staff = Visitor(server, "Tess").sign_up()
    as_staff(server, staff)
    return staff


def test_the_admin_uses_our_own_log_in_page(server: Server) -> None:
    answer = Visitor(server, "Otto").get("/admin/")
    assert answer.path == "/accounts/login/"
    assert "Log in" in answer.text


def test_the_admin_is_closed_to_everybody_who_is_not_staff(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    guest = Visitor(server, "Cleo")
    guest.start()
    for somebody in (ana, guest):
        assert somebody.get("/admin/").status == 403
        assert somebody.get("/admin/live_sessions/livesession/").status == 403


def test_staff_need_a_second_factor(tess: Visitor) -> None:
    for path in ("/admin/", "/admin/accounts/user/"):
        assert tess.get(path).path == "/accounts/2fa/"
    assert "Staff need a second step" in tess.get("/admin/").text
    add_an_app(tess)
    assert tess.get("/admin/").path == "/admin/"


def test_it_shows_people_and_check_ins_and_nothing_else() -> None:
    assert {model for model in admin.site._registry if model._meta.app_label != "admin"} == {
        User,
        TherapistProfile,
        LiveSession,
    }


def test_it_shows_nothing_of_what_was_marked(tess: Visitor, server: Server) -> None:
    ana, ben, session = in_a_check_in(server)
    a, b = ana.in_room(session), ben.in_room(session)
    details = {"words": CANARY, "thought": CANARY, "share": ["words"]}
    assert a.command("round.open", after=0, text=f"{CANARY} moment").status == 200
    assert a.command("mark.seal", round=1, reaction="avoidant", intensity=4, **details).status == 200
    add_an_app(tess)
    list_path, own_path = "/admin/live_sessions/livesession/", f"/admin/live_sessions/livesession/{session}/change/"
    sealed = [tess.get(path) for path in (list_path, own_path)]
    assert b.command("mark.seal", round=1, reaction="anxious", intensity=2, **details).status == 200
    revealed = [tess.get(path) for path in (list_path, own_path)]

    assert [page.status for page in sealed + revealed] == [200] * 4
    # What the others do and leave undone is not to be seen: neither who has sealed, nor that both have.
    assert [page.body for page in sealed] == [page.body for page in revealed]
    people = [tess.get(path) for path in ("/admin/accounts/user/", "/admin/")]
    for page in (*revealed, *people):
        content = page.text.split('id="content"')[-1]
        assert not re.search(rf"{CANARY}|anxious|avoidant|pursue|sealed|revealed|version", content)
        assert not re.search(r"\d{1,2}:\d{2}|[ap]\.m\.", content)  # a day at most


def test_it_changes_no_check_in(tess: Visitor, server: Server) -> None:
    ana, _, session = in_a_check_in(server)
    add_an_app(tess)
    path = f"/admin/live_sessions/livesession/{session}/"
    assert tess.get(f"{path}delete/").status == 403
    assert tess.get("/admin/live_sessions/livesession/add/").status == 403
    tess.get("/settings/")
    assert tess.post(f"{path}change/", hosted="on").status == 403
    assert ana.in_room(session).snapshot()["hosted"] is False


def test_deleting_an_account_there_is_the_persons_own_deletion(tess: Visitor, server: Server) -> None:
    ana, ben, session = in_a_check_in(server)
    add_an_app(tess)
    page = tess.get(f"/admin/accounts/user/?q={ana.email}")
    path = page.text.split('<th class="field-email">')[1].split('href="')[1].split('"')[0].split("?")[0]
    page = tess.get(path.replace("change", "delete"))
    assert "Membership" not in page.text
    assert tess.post(path.replace("change", "delete"), post="yes").path == "/admin/accounts/user/"
    assert ana.log_in().path == "/accounts/login/"
    assert ben.in_room(session).snapshot()["state"] == "ended"
