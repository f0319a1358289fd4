"""The first two weeks of the two years: rows are judged, and a row that no line allows is found."""

import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tests.years import judge
from tests.years.__main__ import live
from tests.years.rows import key, keys

# In 2041 of all of these there is something to go.
GOES = (
    "accounts_auditentry",
    "accounts_careinvitation",
    "accounts_checkinnotes",
    "accounts_invitation",
    "accounts_receipt",
    "accounts_unsentwords",
    "accounts_user",
    "django_admin_log",
    "django_session",
    "live_sessions_joincode",
    "live_sessions_livesession",
    "live_sessions_round",
    "usersessions_usersession",
)


@pytest.fixture(scope="module")
def lived() -> "subprocess.CompletedProcess[str]":
    """Live them."""
    return live("sqlite", 2, capture=True)


def line(lived: "subprocess.CompletedProcess[str]", beginning: str) -> str:
    """Return the line that begins so."""
    [found] = [one for one in lived.stdout.splitlines() if one.startswith(beginning)]
    return found


def test_every_row_that_is_left_has_its_line(lived: "subprocess.CompletedProcess[str]") -> None:
    assert lived.returncode == 0, lived.stdout + lived.stderr
    assert "as long as the wishes of both say" in line(lived, "live_sessions_round"), "it means nothing if none is left"
    assert "0 wrong" in lived.stdout


def test_what_was_past_its_time_has_gone(lived: "subprocess.CompletedProcess[str]") -> None:
    for table in ("accounts_user", "live_sessions_round", "accounts_careinvitation"):
        assert table in line(lived, "deleted:"), "nothing was there to go"


def test_a_purge_that_forgets_a_table_is_found_whichever_it_is(lived: "subprocess.CompletedProcess[str]") -> None:
    said = line(lived, "forgetting one is noticed")
    assert [table for table in GOES if f"'{table}'" not in said] == [], "nothing was there to forget"
    assert "nobody noticed" not in lived.stdout


@pytest.mark.django_db
def test_a_row_that_is_past_its_time_is_refused() -> None:
    guest = User.objects.create_guest("Guest")
    now = judge.verdicts(timezone.now())
    assert {one.row for one in now} == keys() != set()
    assert all(one.allowed for one in now)
    late = judge.verdicts(guest.created_at + timedelta(days=2))
    assert [one.row for one in late if not one.allowed] == [("accounts_user", key(guest.pk))]
