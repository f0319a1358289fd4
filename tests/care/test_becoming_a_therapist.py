"""Signing up as a therapist: a profile, a second step, and staff who read before anybody may host."""

import json
import re
from collections.abc import Iterator

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client

from accounts.care import invitations, scopes, therapists
from accounts.care.forms import ProfileForm
from accounts.couple import pairing
from accounts.edit_versions import version_of
from accounts.models import TherapistProfile, User
from tests.support.cast.care_cast import WORDS, account, device, no_second_factor, second_factor, therapist, three
from tests.support.cast.visitors import Visitor, add_an_app, as_staff
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.django_db

PAGE = "/practice/profile/"
ADMIN = "/admin/accounts/therapistprofile/"
NEW_WORDS = {**WORDS, "pace": "Twice as slow."}


@pytest.fixture
def tess() -> User:
    """Return Tess, an account so far."""
    return account("Tess")


@pytest.fixture
def staff() -> Iterator[Client]:
    """Return a browser of staff with a second factor."""
    staff = account("Staff", is_staff=True, is_superuser=True)
    second_factor(staff)
    return device(staff)


def profile_of(user: User) -> TherapistProfile:
    """Return a profile that is there."""
    profile = therapists.profile_of(user)
    assert profile
    return profile


def read_by_staff(staff: Client, profile: TherapistProfile) -> str:
    """Open a profile in the admin; return the mark of what stands there."""
    page = staff.get(f"{ADMIN}{profile.pk}/change/")
    assert page.status_code == 200
    found = re.search(r'name="read" value="([0-9a-f]{64})"', page.content.decode())
    assert found
    return found[1]


# What it takes to host.


@pytest.mark.parametrize("missing", ["profile", "confirmation", "second factor", "open account", "nothing"])
def test_hosting_needs_confirmation_second_factor_and_open_account(tess: User, missing: str) -> None:
    if missing != "second factor":
        second_factor(tess)
    if missing != "profile":
        profile = therapists.save_profile(tess, WORDS)
        if missing != "confirmation":
            therapists.confirm(profile, therapists.words_digest(profile))
    if missing == "open account":
        tess.is_active = False
        tess.save()
    assert scopes.may_host(tess) == (missing == "nothing")


def test_recovery_codes_alone_are_no_second_factor(tess: User) -> None:
    profile = therapists.save_profile(tess, WORDS)
    therapists.confirm(profile, therapists.words_digest(profile))
    RecoveryCodes.activate(tess)
    assert not scopes.may_host(tess)


def test_who_may_not_host_can_neither_invite_nor_accept(tess: User) -> None:
    ana = account("Ana")
    pairing.form_couple(ana, account("Ben"))
    with pytest.raises(invitations.MayNotInvite):
        invitations.create(tess, as_therapist=True)
    _, token = invitations.create(ana, as_therapist=False)
    with pytest.raises(invitations.UnknownInvitation):
        invitations.accept(token, tess)


# The profile.


def test_a_profile_is_written_and_changed_on_its_page(tess: User) -> None:
    page = device(tess)
    assert "Still to write, below" in page.get(PAGE).content.decode()
    assert page.post(PAGE, WORDS).status_code == 302
    shown = page.get(PAGE).content.decode()
    assert "Slow rounds." in shown and "Waiting for staff to read it" in shown
    page.post(PAGE, NEW_WORDS)
    assert profile_of(tess).words == NEW_WORDS
    assert TherapistProfile.objects.count() == 1


@pytest.mark.parametrize("wrong", ["", "x" * 1001, "a\x00b"])
def test_words_that_cannot_be_kept_are_kept_on_the_screen(tess: User, wrong: str) -> None:
    answer = device(tess).post(PAGE, {**WORDS, "pace": wrong})
    assert answer.status_code == 400
    assert "Slow rounds." in answer.content.decode()
    assert therapists.profile_of(tess) is None


def test_a_guest_is_led_to_an_account_first() -> None:
    guest = device(User.objects.create_guest("Tess"))
    assert guest.get(PAGE).headers["Location"] == "/couple/"
    assert guest.post(PAGE, WORDS).headers["Location"] == "/couple/"
    assert not TherapistProfile.objects.exists()


def test_somebody_without_an_account_is_told_what_it_is_and_led_there() -> None:
    assert Client().get(PAGE).headers["Location"] == f"/accounts/login/?next={PAGE}"
    for stranger in (Client(), device(User.objects.create_guest("Tess"))):
        page = stranger.get("/practice/").content.decode()
        assert f'href="/accounts/signup/?next={PAGE}"' in page and "Staff read it before couples do." in page


# Staff read it.


def test_staff_read_and_confirm(tess: User, staff: Client) -> None:
    second_factor(tess)
    profile = therapists.save_profile(tess, WORDS)
    assert "to be read" in staff.get(ADMIN).content.decode()
    read = read_by_staff(staff, profile)
    page = staff.get(f"{ADMIN}{profile.pk}/change/").content.decode()
    assert all(words in page for words in WORDS.values())
    assert staff.post(f"{ADMIN}{profile.pk}/change/", {"may_host": "on", "read": read}).status_code == 302
    assert scopes.may_host(tess)
    assert therapists.words_for_couples(tess) == WORDS


def test_words_that_changed_while_staff_read_them_are_not_confirmed(tess: User, staff: Client) -> None:
    profile = therapists.save_profile(tess, WORDS)
    read = read_by_staff(staff, profile)
    therapists.save_profile(tess, NEW_WORDS)
    answer = staff.post(f"{ADMIN}{profile.pk}/change/", {"may_host": "on", "read": read})
    assert answer.status_code == 200 and "wording has changed" in answer.content.decode()
    assert profile_of(tess).confirmed_at is None
    with pytest.raises(therapists.ProfileChanged):
        therapists.confirm(profile, read)


def test_new_words_keep_the_confirmation_and_couples_read_the_old_ones_until_staff_have(staff: Client) -> None:
    tess = therapist()
    profile = therapists.save_profile(tess, NEW_WORDS)
    assert scopes.may_host(tess)
    assert therapists.words_for_couples(tess) == WORDS
    assert "new wording to be read" in staff.get(ADMIN).content.decode()
    assert "Couples see the confirmed version" in device(tess).get(PAGE).content.decode()
    read = read_by_staff(staff, profile)
    staff.post(f"{ADMIN}{profile.pk}/change/", {"may_host": "on", "read": read})
    assert therapists.words_for_couples(tess) == NEW_WORDS


def test_staff_can_revoke_a_confirmation(staff: Client) -> None:
    tess = therapist()
    profile = profile_of(tess)
    staff.post(f"{ADMIN}{profile.pk}/change/", {"read": read_by_staff(staff, profile)})
    assert not scopes.may_host(tess)
    assert therapists.words_for_couples(tess) == {}


def test_staff_write_no_profile_and_change_no_word(staff: Client) -> None:
    profile = profile_of(therapist())
    read = read_by_staff(staff, profile)
    staff.post(f"{ADMIN}{profile.pk}/change/", {"may_host": "on", "read": read, "pace": "faster"})
    assert profile_of(profile.user).words == WORDS
    assert staff.get(f"{ADMIN}add/").status_code == 403
    assert staff.get(f"{ADMIN}{profile.pk}/delete/").status_code == 403


def test_staff_see_no_couple_of_a_therapist(staff: Client) -> None:
    cast = three()
    for partner in (cast.ana, cast.ben):
        scopes.agree(partner, cast.link, ["host"])
    page = staff.get(f"{ADMIN}{profile_of(cast.tess).pk}/change/").content.decode()
    assert not re.search(rf"Ana|Ben|{cast.link.id}|{cast.couple.id}", page)


def test_nobody_confirms_themself(tess: User) -> None:
    second_factor(tess)
    page = device(tess)
    page.post(PAGE, {**WORDS, "confirmed_at": "2026-01-01", "confirmed": "1", "may_host": "on"})
    assert not scopes.may_host(tess)
    assert page.get(ADMIN).status_code in (302, 403)


# Over the API.


def put(client: Client, body: object) -> tuple[int, dict[str, object]]:
    """Write a profile."""
    answer = client.put("/api/v1/me/therapist/", json.dumps(body), content_type="application/json")
    return answer.status_code, json.loads(answer.content)


def test_a_profile_over_the_api(tess: User) -> None:
    client = device(tess)
    empty = json.loads(client.get("/api/v1/me/therapist/").content)
    assert empty == {
        **dict.fromkeys(WORDS, ""),
        "confirmed_at": None,
        "confirmed_as_it_is": False,
        "second_factor": False,
        "may_host": False,
        "version": version_of(dict.fromkeys(WORDS, "")),
    }
    assert put(client, {**WORDS, "pad": "xx"})[0] == 200
    second_factor(tess)
    profile = profile_of(tess)
    therapists.confirm(profile, therapists.words_digest(profile))
    status, shown = put(client, NEW_WORDS)
    assert status == 200
    assert {**shown, "confirmed_at": ""} == {
        **NEW_WORDS,
        "confirmed_at": "",
        "confirmed_as_it_is": False,
        "second_factor": True,
        "may_host": True,
        "version": version_of(NEW_WORDS),
    }
    assert client.patch("/api/v1/me/therapist/").status_code == 405


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**WORDS, "confirmed_at": "2026-01-01"},
        {**WORDS, "may_host": True},
        {**WORDS, "pace": ""},
        {**WORDS, "pace": "x" * 1001},
        {**WORDS, "pace": 1},
        [],
    ],
)
def test_a_body_that_says_something_else_is_refused(tess: User, body: object) -> None:
    status, shown = put(device(tess), body)
    assert (status, shown["code"]) == (400, "frame.invalid")
    assert therapists.profile_of(tess) is None


def test_a_guest_is_refused_over_the_api() -> None:
    status, shown = put(device(User.objects.create_guest("Tess")), WORDS)
    assert (status, shown["code"]) == (403, "account.needed")


def test_the_length_is_counted_after_nfc(tess: User) -> None:
    assert ProfileForm({**WORDS, "pace": "e\u0301" * therapists.PROFILE_LENGTH}).is_valid()


# All the way, with a browser and an app for codes.


def test_from_signing_up_to_hosting(server: Server) -> None:
    tess = Visitor(server, "Tess").sign_up()
    assert "for the couples you work with" in tess.get("/settings/").text
    assert "Write my profile" in tess.get("/practice/").text
    tess.get(PAGE)
    assert tess.post(PAGE, **WORDS).path == PAGE
    add_an_app(tess)

    staff = Visitor(server, "Staff").sign_up()
    as_staff(server, staff)
    add_an_app(staff)
    page = staff.get(f"{ADMIN}?q={tess.email}")
    path = page.text.split('<th class="field-email">')[1].split('href="')[1].split('"')[0].split("?")[0]
    read = re.search(r'name="read" value="([0-9a-f]{64})"', staff.get(path).text)
    assert read
    assert staff.post(path, may_host="on", read=read[1]).path == ADMIN
    assert 'data-testid="invite-couple"' in tess.get("/practice/").text


def test_turning_the_second_step_off_ends_it_at_once() -> None:
    cast = three()
    for partner in (cast.ana, cast.ben):
        scopes.agree(partner, cast.link, ["host"])
    assert scopes.active_scopes(cast.link)
    no_second_factor(cast.tess)
    assert not scopes.active_scopes(cast.link)
    assert 'data-testid="invite-couple"' not in device(cast.tess).get("/practice/").content.decode()
