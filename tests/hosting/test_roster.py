"""The roster: which couples a therapist is linked to, what is active, and when they met."""

from datetime import timedelta

from django.utils import timezone

from accounts.care import scopes
from accounts.models import CareLink, User
from sessions.hosting import host_rights
from sessions.models import LiveSession, Seat
from tests.support.cast.api_world import ABSENT
from tests.support.cast.care_cast import Three, account, both_agree, device, hosted, linked, page_of, therapist, told


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
    scopes.withdraw(cast.ben, cast.link, ["host"])
    page = page_of(device(cast.tess), "/practice/")
    assert str(going_on.id) not in page and "Last check-in" not in page


def test_an_ended_link_is_not_on_the_roster(cast: Three) -> None:
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


def test_a_therapist_can_end_only_their_own_links(cast: Three) -> None:
    for person in (cast.ana, cast.ben, therapist("Colleague"), account("Staff", is_staff=True, is_superuser=True)):
        for method in ("get", "post"):
            theirs = told(device(person), f"/practice/{cast.link.id}/end/", method)
            assert theirs == told(device(person), f"/practice/{ABSENT}/end/", method)
            assert theirs[0] == 404
    assert CareLink.objects.get().ended_at is None


def test_the_roster_leads_back_to_a_check_in_with_a_couple_who_is_new(cast: Three) -> None:
    both_agree(cast)
    planned = host_rights.start_hosted(cast.tess, title="Thursday, 17:00", starts_at=timezone.now() + timedelta(days=3))
    linked_one = host_rights.start_hosted(cast.tess, cast.couple.id, starts_at=timezone.now() + timedelta(days=4))
    roster = page_of(device(cast.tess), "/practice/")
    assert "With a couple who is new" in roster and "Thursday, 17:00" in roster
    assert roster.count(f"/sessions/{planned.id}/") == roster.count(f"/sessions/{linked_one.id}/") == 1
    home = page_of(device(cast.tess), "/")
    assert "2 check-ins are open or planned" in home and "Thursday, 17:00" not in home
    assert str(planned.id) not in page_of(device(therapist("Colleague")), "/practice/")
    Seat.objects.filter(live_session=planned).update(left_at=timezone.now())
    assert str(planned.id) not in page_of(device(cast.tess), "/practice/")
