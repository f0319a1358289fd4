"""What older versions left where it stood goes with the migration: words of a need that is gone, names of before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.person.rename import rename
from accounts.settings.deletion import delete_person
from sessions.models import Part, Seat
from sessions.privacy import erasure
from tests.support.cast.past import Pair, pair, phone_of

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE, AFTER = "0035", "0036"
HEARD = ("That a pause is no no.", "That one word would do.")


@pytest.fixture
def two() -> Iterator[Pair]:
    """Return Ana and Ben with a round of needs that both said in their own words, before the migration."""
    two = pair()
    two.reveal(timezone.now() - timedelta(days=3), needs=("A word.", "An hour."), heard_words=HEARD)
    call_command("migrate", "live_sessions", BEFORE, verbosity=0)
    yield two
    call_command("migrate", "live_sessions", verbosity=0)


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
    call_command("migrate", "live_sessions", AFTER, verbosity=0)
    assert heard() == {"a": None, "b": HEARD[1]}


def test_what_was_heard_goes_where_its_person_is_gone(two: Pair) -> None:
    delete_person(two.b)
    left_as_before()
    call_command("migrate", "live_sessions", AFTER, verbosity=0)
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
    call_command("migrate", "live_sessions", AFTER, verbosity=0)
    assert names() == {"Ana", "Benedikt"}


def test_a_seat_of_nobody_keeps_no_name(two: Pair) -> None:
    delete_person(two.b)
    Seat.objects.filter(name="b").update(first_name="Ben")
    call_command("migrate", "live_sessions", AFTER, verbosity=0)
    assert Seat.objects.get(name="b").first_name == ""
