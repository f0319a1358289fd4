"""How long a history is kept: the shorter wish counts, nobody learns the other's, and what is over is deleted."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.couple import pairing, retention
from accounts.models import User
from accounts.settings.deletion import delete_person
from sessions.models import LiveSession, Mark, Round, Seat
from sessions.privacy import expiry
from tests.support.cast.past import Pair, pair, phone_of

API = "/api/v1/couple/retention/"


@pytest.fixture
def two(db: None) -> Pair:
    """Return Ana and Ben."""
    return pair()


def wish(phone: Client, months: object) -> int:
    """Wish over the API; return the status."""
    return phone.put(API, {"months": months}, content_type="application/json").status_code


# What comes of two wishes.


@given(st.lists(st.none() | st.integers(1, 120), max_size=2))
def test_the_shorter_wish_counts_whoever_has_it(wishes: list[int | None]) -> None:
    months = retention.effective_retention(wishes)
    assert months == retention.effective_retention(wishes[::-1])
    assert all(months <= (retention.DEFAULT_MONTHS if one is None else one) for one in wishes)


def test_it_is_a_year_unless_somebody_wishes_otherwise(two: Pair) -> None:
    assert phone_of(two.a).get(API).json() == {"months": 12, "your_wish": 12}
    assert wish(phone_of(two.a), 24) == 200
    assert phone_of(two.a).get(API).json() == {"months": 12, "your_wish": 24}
    assert wish(phone_of(two.b), 36) == 200
    assert phone_of(two.b).get(API).json() == {"months": 24, "your_wish": 36}


def test_the_page_says_the_figure_and_ones_own_wish_and_nothing_of_the_other(two: Pair) -> None:
    anas, bens = phone_of(two.a), phone_of(two.b)
    bens.post("/history/keeping/months/", {"months": "3"})
    for hers in (3, 24):
        anas.post("/history/keeping/months/", {"months": str(hers)})
        page = anas.get("/history/keeping/").content.decode()
        assert "Rounds are kept for 3 months" in page
        assert f'<option value="{hers}" selected>' in page
    bens.get("/history/keeping/")  # says once that it is saved
    before = bens.get("/history/keeping/").content
    anas.post("/history/keeping/months/", {"months": "120"})
    assert stripped(bens.get("/history/keeping/").content) == stripped(before), "a longer wish shows nowhere else"


def stripped(page: bytes) -> bytes:
    """Return a page without what is new each time."""
    new_each_time = (b"csrfmiddlewaretoken", b"data-shown-at")
    return b"\n".join(line for line in page.splitlines() if not any(one in line for one in new_each_time))


@pytest.mark.parametrize("months", [0, -1, 121, 1.5, "6", None, True])
def test_months_out_of_range_are_refused(two: Pair, months: object) -> None:
    assert wish(phone_of(two.a), months) == 400
    assert phone_of(two.a).get(API).json()["your_wish"] == 12


def test_retention_is_404_without_a_couple(two: Pair) -> None:
    otto = phone_of(User.objects.create_user("otto@example.org", None, first_name="Otto"))
    assert [otto.get(API).status_code, wish(otto, 6)] == [404, 404]
    assert otto.post("/history/keeping/months/", {"months": "6"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_retention_cannot_be_changed_after_unpairing() -> None:
    """Without this one of them could delete what the other keeps."""
    two = pair()
    two.reveal(timezone.now() - timedelta(days=100))
    pairing.unpair(two.a)
    assert wish(phone_of(two.a), 1) == 404
    assert phone_of(two.a).post("/history/keeping/months/", {"months": "1"}).status_code == 404
    expiry.purge()
    assert Round.objects.count() == 1


# Announcing a shorter time.


def test_a_shorter_wish_counts_after_two_weeks_and_shows_both_the_new_time(two: Pair) -> None:
    now = timezone.now()
    for age in (10, 100):
        two.reveal(now - timedelta(days=age))
    anas, bens = phone_of(two.a), phone_of(two.b)
    assert wish(anas, 3) == 200
    later = now + retention.NOTICE
    for phone, own in ((anas, 3), (bens, 12)):
        told = phone.get(API).json()
        assert (told["months"], told["your_wish"], told["months_until_then"]) == (3, own, 12)
        assert told["counts_from"][:16] == f"{later:%Y-%m-%dT%H:%M}"
        assert "Until then they are kept for 12 months" in phone.get("/history/keeping/").content.decode()
        page = phone.get("/history/").content.decode()
        assert "rounds are kept for 3 months only" in page and "1 round leaves by" in page
    assert len(bens.get("/api/v1/history/").json()["results"]) == 2, "nothing is gone in one tap"
    since = retention.kept_since_of(two.couple.id, later - timedelta(minutes=1))
    assert since < now - timedelta(days=300)
    assert retention.kept_since_of(two.couple.id, later + timedelta(minutes=1)) > now - timedelta(days=100)


def test_a_wish_that_is_taken_back_or_longer_counts_at_once(two: Pair) -> None:
    phone = phone_of(two.a)
    for months, announced in ((3, True), (12, False), (3, True), (2, True), (24, False), (12, True)):
        wish(phone, months)
        assert ("counts_from" in phone.get(API).json()) == (announced and months < 12), months
    # What counted before the last one was two years: no more than the other's year comes of it.
    assert retention.kept_since_of(two.couple.id, timezone.now()) < timezone.now() - timedelta(days=360)


def test_the_same_wish_again_does_not_begin_anew(two: Pair) -> None:
    begun = timezone.now() - timedelta(days=13)
    retention.set_retention(two.a, two.couple, 1, begun)
    retention.set_retention(two.a, two.couple, 1, begun + timedelta(days=12))
    assert retention.kept_since_of(two.couple.id, begun + retention.NOTICE) > begun - timedelta(days=40)


# Saying what is kept.


def test_the_list_says_since_when_and_what_leaves_within_a_month(two: Pair) -> None:
    now = timezone.now()
    two.reveal(now - timedelta(days=10))
    page = phone_of(two.a).get("/history/").content.decode()
    assert "Kept since" in page
    assert "no longer kept" not in page and "leaves by" not in page and "leave by" not in page
    for age in (340, 345, 350):
        two.reveal(now - timedelta(days=age))
    page = phone_of(two.a).get("/history/").content.decode()
    assert "3 rounds leave by" in page and "/history/keeping/" in page
    type(two.couple).objects.update(created_at=now - timedelta(days=800))
    assert "Older ones are no longer kept." in phone_of(two.b).get("/history/").content.decode()


def test_an_empty_list_says_why_it_is_empty(two: Pair) -> None:
    ana = phone_of(two.a)
    assert "Your first revealed round will appear here." in ana.get("/history/").content.decode()
    type(two.couple).objects.update(created_at=timezone.now() - timedelta(days=800))
    two.reveal(timezone.now() - timedelta(days=700))
    for path in ("/history/", "/history/change/"):
        page = ana.get(path).content.decode()
        assert "older ones are no longer kept" in page and "first revealed round" not in page, path


# Deleting what is over.


@pytest.mark.parametrize(
    ("months", "before"),
    [(1, datetime(2026, 2, 28)), (12, datetime(2025, 3, 31)), (13, datetime(2025, 2, 28)), (25, datetime(2024, 2, 29))],
)
def test_a_month_that_is_too_short_ends_on_its_last_day(months: int, before: datetime) -> None:
    assert retention.months_before(datetime(2026, 3, 31), months) == before


@pytest.mark.django_db(transaction=True)
def test_what_is_older_is_deleted_whole_for_both() -> None:
    two, others, now = pair(), pair("Cleo", "Dan"), timezone.now()
    for one, age in ((two, 40), (two, 20), (others, 40)):
        one.reveal(now - timedelta(days=age), {"reaction": "anxious", "words": "plum", "share": ["words"]})
    retention.set_retention(two.a, two.couple, 1, now - retention.NOTICE)
    assert expiry.purge(now).rounds == 1
    assert set(Round.objects.values_list("pk", flat=True)) == {two.rounds[1].pk, others.rounds[0].pk}
    assert Mark.objects.count() == 4
    assert LiveSession.objects.count() == 2 and Seat.objects.count() == 4, (
        "a check-in of which nothing is left goes too"
    )
    assert expiry.purge(now).rounds == 0


@pytest.mark.django_db(transaction=True)
def test_a_check_in_that_is_going_on_is_left_alone() -> None:
    two, now = pair(), timezone.now()
    one = two.reveal(now - timedelta(hours=1))
    LiveSession.objects.update(ended_at=None)
    Round.objects.update(opened_at=now - timedelta(days=500))
    assert expiry.purge(now).rounds == 0
    assert Round.objects.get() == one


@pytest.mark.django_db(transaction=True)
def test_the_wish_of_a_deleted_person_does_not_count() -> None:
    two, now = pair(), timezone.now()
    two.reveal(now - timedelta(days=100))
    retention.set_retention(two.a, two.couple, 1)
    retention.set_retention(two.b, two.couple, 24)
    delete_person(two.a)
    assert retention.retention_by_couple() == {two.couple.id: 24}
    assert expiry.purge(now).rounds == 0
