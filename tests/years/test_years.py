"""The first two weeks of the two years: rows are judged, and a row that no line allows is found."""

import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tests.years import judge
from tests.years.__main__ import live


@pytest.fixture(scope="module")
def lived() -> "subprocess.CompletedProcess[str]":
    """Live them."""
    return live("sqlite", 2)


def test_every_row_that_is_left_has_its_line(lived: "subprocess.CompletedProcess[str]") -> None:
    assert lived.returncode == 0, lived.stdout + lived.stderr
    assert "live_sessions_round" in lived.stdout and "as long as the wishes of both say" in lived.stdout
    assert "0 wrong" in lived.stdout


def test_what_was_past_its_time_has_gone(lived: "subprocess.CompletedProcess[str]") -> None:
    [said] = [line for line in lived.stdout.splitlines() if line.startswith("deleted while judged")]
    for table in ("accounts_user", "live_sessions_round", "accounts_careinvitation"):
        assert table in said, "nothing was there to go"


@pytest.mark.django_db
def test_a_row_that_is_past_its_time_is_refused() -> None:
    guest = User.objects.create_guest("Guest")
    assert judge.verdicts(timezone.now()) != []
    assert all(one.allowed for one in judge.verdicts(timezone.now()))
    late = judge.verdicts(guest.created_at + timedelta(days=2))
    assert [one.row for one in late if not one.allowed] == [("accounts_user", guest.pk)]
