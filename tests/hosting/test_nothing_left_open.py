"""A therapist starts while a check-in of theirs is open: they are asked, and none ends or stays by being forgotten."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sessions.hosting import host_rights
from sessions.models import LiveSession
from tests.support.cast.care_cast import Three, both_agree, device, hosted, page_of
from tests.support.cast.care_cast import therapist as another_therapist

pytestmark = pytest.mark.usefixtures("nobody_has_guessed")

NOW = {"couple": "", "when": "now", "title": ""}


def start(browser: Client, **more: object) -> tuple[int, str]:
    """Send the form of a hosted check-in; return the status and what is shown."""
    answer = browser.post("/practice/start/", {**NOW, **more})
    return answer.status_code, answer.content.decode()


def still_open() -> set[str]:
    """Return the check-ins that have not ended."""
    return {str(one) for one in LiveSession.objects.filter(ended_at=None).values_list("id", flat=True)}


def test_with_nothing_open_it_starts(cast: Three) -> None:
    both_agree(cast)
    hosted(cast.tess, cast.couple, days_ago=2)
    host_rights.start_hosted(another_therapist("Colleague"))
    assert start(device(cast.tess))[0] == 302


def test_whoever_starts_while_one_is_open_is_asked_and_nothing_has_happened(cast: Three) -> None:
    before = host_rights.start_hosted(cast.tess, label="Window seat")
    browser = device(cast.tess)
    status, page = start(browser, label="Garden", title="Thursday")
    assert (status, still_open()) == (409, {str(before.id)})
    assert "Window seat" in page and f"/sessions/{before.id}/" in page
    asked = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert (asked["label"], asked["title"]) == ("Garden", "Thursday"), "nothing is typed twice"


def test_it_is_ended_and_the_new_one_started_where_that_is_said(cast: Three) -> None:
    before = host_rights.start_hosted(cast.tess)
    assert start(device(cast.tess), end=[str(before.id)])[0] == 302
    before.refresh_from_db()
    assert before.ended_at is not None
    assert len(still_open()) == 1 and str(before.id) not in still_open()


def test_one_that_was_begun_after_the_question_is_asked_about_too(cast: Three) -> None:
    first, second = (host_rights.start_hosted(cast.tess) for _ in range(2))
    assert start(device(cast.tess), end=[str(first.id)])[0] == 409
    assert still_open() == {str(first.id), str(second.id)}


def test_nobody_ends_what_they_do_not_host(cast: Three) -> None:
    theirs = host_rights.start_hosted(another_therapist("Colleague"))
    assert start(device(cast.tess), end=[str(theirs.id)])[0] == 302
    assert str(theirs.id) in still_open()


def test_what_is_planned_is_not_open_and_planning_asks_nothing(cast: Three) -> None:
    later = timezone.now() + timedelta(days=3)
    planned = host_rights.start_hosted(cast.tess, starts_at=later)
    browser = device(cast.tess)
    assert start(browser)[0] == 302
    assert start(browser, when="later", starts_at=f"{later + timedelta(days=1):%Y-%m-%dT%H:%M}")[0] == 302
    assert str(planned.id) in still_open() and len(still_open()) == 3
    assert "still open" not in page_of(browser, "/practice/start/")
