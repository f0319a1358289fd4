"""What older versions left where it stood goes with the migration: words of a need that is gone, names of before."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.person.rename import rename
from accounts.settings.deletion import delete_person
from sessions.models import Part, Seat
from sessions.privacy import erasure
from tests.support.cast.past import Pair, pair, phone_of

pytestmark = pytest.mark.django_db

MIGRATION = import_module("sessions.migrations.0036_left_by_older_versions")
HEARD = ("That a pause is no no.", "That one word would do.")


@pytest.fixture
def two() -> Pair:
    """Return Ana and Ben with a round of needs that both said in their own words."""
    two = pair()
    two.reveal(timezone.now() - timedelta(days=3), needs=("A word.", "An hour."), heard_words=HEARD)
    return two


def upgraded() -> None:
    """Do what the migration does. It changes values alone, so it needs no schema but today's, which our code reads."""
    editor = connection.schema_editor()
    MIGRATION.forget_what_was_heard_of_no_need(apps, editor)
    MIGRATION.name_seats_as_their_people(apps, editor)


def heard() -> dict[str, str | None]:
    """Return what is stored of what each heard."""
    return {part.seat: part.heard_words for part in Part.objects.select_related("round")}


def hear(seat: str, words: str) -> None:
    """Store what one of them heard."""
    part = Part.objects.get(seat=seat)
    part.heard_words = words
    part.save(update_fields=["heard_words"])


def left_as_before() -> None:
    """Leave what Ana heard of Ben's need, as versions before decision 0031 did."""
    hear("a", HEARD[0])


def test_what_was_heard_goes_where_its_need_was_erased_and_stays_where_it_is_kept(two: Pair) -> None:
    erasure.erase_own_words(two.rounds[0].history_id, "b")
    left_as_before()
    assert heard() == {"a": HEARD[0], "b": None}, "it means nothing if none is left"
    hear("b", HEARD[1])
    upgraded()
    assert heard() == {"a": None, "b": HEARD[1]}


def test_what_was_heard_goes_where_its_person_is_gone(two: Pair) -> None:
    delete_person(two.b)
    left_as_before()
    upgraded()
    assert heard() == {"a": None, "b": None}


def test_an_ended_check_in_tells_the_names_that_people_have_now(two: Pair) -> None:
    rename(two.b, "Benedikt")
    seats = Seat.objects.filter(live_session=two.rounds[0].live_session_id)
    seats.filter(name="b").update(first_name="Ben")
    session = f"/api/v1/sessions/{two.rounds[0].live_session_id}/"

    def names() -> set[str]:
        told = phone_of(two.a).get(session).json()["session"]["people"]
        return {one["name"] for one in told}

    assert names() == {"Ana", "Ben"}, "it means nothing if the old name is not told"
    upgraded()
    assert names() == {"Ana", "Benedikt"}


def test_a_seat_of_nobody_keeps_no_name(two: Pair) -> None:
    delete_person(two.b)
    Seat.objects.filter(name="b").update(first_name="Ben")
    upgraded()
    assert Seat.objects.get(name="b").first_name == ""
