"""One's own part: what one's own marks say, and the pages on which one keeps what is nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.couple.pairing import form_couple
from accounts.logins import BACKEND
from accounts.models import User
from accounts.partners import couple_of
from sessions.checkin.details import NAMES
from sessions.history.own.findings import OwnMark, findings_in
from sessions.history.own.marks import own_marks_of
from sessions.models import LiveSession, Mark, Round, Seat

START = datetime(2026, 3, 1, 18, tzinfo=UTC)


def mark(day: int, reaction: str = "anxious", **more: object) -> OwnMark:
    """Return a mark of one day."""
    details = {name: more.pop(name) for name in NAMES if name in more}
    core = {"theme": "messages", "moment": 1, "intensity": 3, **more}
    return OwnMark(START + timedelta(days=day), reaction=reaction, details=details, **core)  # type: ignore[arg-type]


# What one's own marks say.


@pytest.mark.parametrize("rounds", [0, 1, 2])
def test_it_says_nothing_below_three_rounds(rounds: int) -> None:
    part = findings_in([mark(day, moves=("ask-again",)) for day in range(rounds)])
    assert part.too_early
    assert (part.rounds, part.triggers, part.moves, part.pulls, part.feelings) == (rounds, (), (), (), ())


def test_it_counts_moves_and_feelings_in_one_order_whatever_the_order_of_the_marks() -> None:
    marks = [
        mark(0, moves=("go-quiet", "ask-again"), underneath=("hurt",)),
        mark(1, moves=("ask-again",), underneath=("shame", "hurt")),
        mark(2, moves=("defend",)),
    ]
    part = findings_in(marks)
    assert [(often.code, often.times) for often in part.moves] == [("ask-again", 2), ("defend", 1), ("go-quiet", 1)]
    assert [(often.code, often.times) for often in part.feelings] == [("hurt", 2), ("shame", 1)]
    assert findings_in(reversed(marks)) == part


def test_a_moment_in_which_one_stayed_present_is_no_trigger() -> None:
    part = findings_in(
        [mark(0), mark(1, theme="plans", moment=11), mark(2, "steady", theme="home", moment=21), mark(3)]
    )
    assert [(trigger.theme, trigger.times, trigger.moments) for trigger in part.triggers] == [
        ("messages", 2, (1,)),
        ("plans", 1, (11,)),
    ]


def test_impulse_and_choice_are_compared_from_three_marks_on() -> None:
    both = {"impulse": "ask-again", "chosen": "listen"}
    part = findings_in([mark(0, **both), mark(1, **both), mark(2, impulse="ask-again"), mark(3)])
    assert not part.too_early
    assert (part.beside, part.spans) == ((), ())


def test_spans_hold_three_marks_and_never_change_afterwards() -> None:
    same, other = {"impulse": "go-quiet", "chosen": "go-quiet"}, {"impulse": "go-quiet", "chosen": "listen"}
    marks = [mark(0, **same), mark(1, **same), mark(2, **other), mark(3, **other), mark(4, **same), mark(5, **other)]
    part = findings_in(marks)
    assert [(span.otherwise, span.moments, span.percent) for span in part.spans] == [(1, 3, 33), (2, 3, 67)]
    assert findings_in([*marks, mark(6, **same)]).spans == part.spans
    assert findings_in(marks).beside[0].opened_at == marks[-1].opened_at


# Which marks they are.


def reveal(ana: User, ben: User, *, phase: str = "revealed", **details: object) -> None:
    """Store one round of Ana and Ben, each with a mark."""
    couple = couple_of(ana) or form_couple(ana, ben)
    live_session = LiveSession.objects.create(couple=couple, ended_at=timezone.now())
    Seat.objects.create(live_session=live_session, name="a", user=ana, first_name="Ana")
    Seat.objects.create(live_session=live_session, name="b", user=ben, first_name="Ben")
    revealed = (
        {"phase": phase, "pattern": "pursue_withdraw", "revealed_at": timezone.now()} if phase == "revealed" else {}
    )
    round_ = Round.objects.create(
        live_session=live_session, number=1, moment=2, text="A message.", opened_at=timezone.now(), **revealed
    )
    if phase == "revealed":
        theirs = {"moves": ["take-space"], "underneath": ["shame"], "impulse": "defend", "chosen": "defend"}
        Mark.objects.create(round=round_, seat="a", reaction="anxious", intensity=4, details=details, share=[])
        Mark.objects.create(
            round=round_, seat="b", reaction="avoidant", intensity=2, details=theirs, share=list(theirs)
        )
    else:
        Mark.objects.create(round=round_, seat="a", seal=b"sealed")


@pytest.fixture
def ana() -> User:
    """Return Ana, who has an account."""
    return User.objects.create_user("ana@example.org", first_name="Ana")


@pytest.fixture
def ben() -> User:
    """Return Ben, a guest."""
    return User.objects.create_guest("Ben")


@pytest.fixture
def phone(ana: User) -> Client:
    """Return Ana's phone."""
    client = Client()
    client.force_login(ana, backend=BACKEND)
    return client


def body(response: HttpResponse) -> str:
    """Return a page that was shown."""
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_only_own_revealed_marks_are_looked_at(ana: User, ben: User) -> None:
    reveal(ana, ben, moves=["ask-again"])
    reveal(ana, ben, phase="open")
    (own,) = own_marks_of(ana.id)
    assert (own.reaction, own.theme, own.moment) == ("anxious", "messages", 2)
    assert own.details == {"moves": ["ask-again"]}
    (others,) = own_marks_of(ben.id)
    assert (others.reaction, others.details["moves"]) == ("avoidant", ["take-space"])


@pytest.mark.django_db
def test_the_overview_tells_ones_own_part_and_nothing_of_the_other(phone: Client, ana: User, ben: User) -> None:
    for _ in range(2):
        reveal(ana, ben, moves=["ask-again"], underneath=["hurt"], impulse="ask-again", chosen="listen")
    assert "Too early to say." in body(phone.get(reverse("my_part")))
    reveal(ana, ben, moves=["ask-again"], underneath=["hurt"], impulse="ask-again", chosen="listen")
    page = body(phone.get(reverse("my_part")))
    assert "Too early to say." not in page
    assert all(words in page for words in ("Ask again", "Hurt", "Listen", "Messages and replies", "3 of 3"))
    assert not any(words in page for words in ("Ben", "Take space", "Shame", "Defend", "Make space"))


# Safety.


@pytest.mark.django_db
def test_safety_shows_the_numbers_of_a_country_and_stores_nothing() -> None:
    client = Client()
    page = body(client.get(reverse("safety"), {"country": "nz"}))
    assert "1737" in page
    assert "988" not in page
    assert client.cookies.keys() <= {"csrf"}
    assert body(client.get(reverse("safety"), {"country": "<b>"})) == body(client.get(reverse("safety")))


@pytest.mark.django_db
def test_the_date_of_the_check_stands_only_by_the_country_that_was_checked(settings: pytest.FixtureRequest) -> None:
    settings.HELP_COUNTRY, settings.HELP_CHECKED = "DE", "2026-11-01"  # type: ignore[attr-defined]
    assert "Checked on 2026-11-01" in body(Client().get(reverse("safety")))
    page = body(Client().get(reverse("safety"), {"country": "FR"}))
    assert "3114" in page
    assert "Checked on" not in page
