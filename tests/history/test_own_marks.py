"""One's own part: what one's own marks say, and the pages on which one keeps what is nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.logins import BACKEND
from accounts.models import User
from accounts.my_part import notes
from accounts.my_part.checklists import CHECKLISTS
from sessions.checkin.details import NAMES
from sessions.history.own_findings import OwnMark, findings_in
from sessions.history.own_marks import own_marks_of
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
    live_session = LiveSession.objects.create(ended_at=timezone.now())
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


# What one keeps oneself.


@pytest.mark.django_db
def test_a_journal_entry_is_kept_changed_and_deleted_after_asking_once(phone: Client, ana: User) -> None:
    journal = reverse("my_part_journal")
    kept = phone.post(journal, {"text": "The door again", "learned": "Summers at home"})
    assert kept.status_code == 302
    assert all(words in body(phone.get(journal)) for words in ("The door again", "Summers at home"))
    note = notes.notes_of(ana, "journal").get()
    phone.post(reverse("my_part_entry", args=[note.id]), {"text": "The window", "learned": ""})
    assert "The window" in body(phone.get(journal))
    delete = reverse("my_part_delete", args=[note.id])
    assert "The window" in body(phone.get(delete))
    assert notes.notes_of(ana).count() == 1
    assert phone.post(delete).status_code == 302
    assert notes.notes_of(ana).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "a\x1bb", "x" * 5001])
def test_words_that_cannot_be_kept_are_answered_beside_the_field(phone: Client, ana: User, text: str) -> None:
    answer = phone.post(reverse("my_part_journal"), {"text": text})
    assert answer.status_code == 400
    assert b"field__error" in answer.content
    assert notes.notes_of(ana).count() == 0


@pytest.mark.django_db
def test_words_are_text_and_never_run(phone: Client) -> None:
    phone.post(reverse("my_part_journal"), {"text": "<script>alert(1)</script>"})
    phone.post(reverse("my_part_list", args=["triggers"]), {"text": "<b>x</b>"})
    page = body(phone.get(reverse("my_part_journal"))) + body(phone.get(reverse("my_part")))
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


@pytest.mark.django_db
def test_own_lists_show_on_the_overview(phone: Client) -> None:
    phone.post(reverse("my_part_list", args=["triggers"]), {"text": "The short okay"})
    phone.post(reverse("my_part_list", args=["wishes"]), {"text": "An hour on Sundays"})
    page = body(phone.get(reverse("my_part")))
    assert "The short okay" in page
    assert "An hour on Sundays" in page
    assert phone.get("/my-part/lists/others/").status_code == 404


@pytest.mark.django_db
def test_the_journal_goes_on_to_earlier_pages(phone: Client, ana: User) -> None:
    for number in range(52):
        note = notes.add_note(ana, "journal", {"text": f"entry-{number}.", "learned": ""})
        note.created_at = START + timedelta(hours=number)
        note.save()
    page = body(phone.get(reverse("my_part_journal")))
    assert "entry-51." in page
    assert "entry-1." not in page
    earlier = page.split('href="?before=')[1].split('"')[0]
    page = body(phone.get(reverse("my_part_journal"), {"before": earlier}))
    assert "entry-1." in page
    assert "entry-51." not in page
    assert phone.get(reverse("my_part_journal"), {"before": "nonsense"}).status_code == 200


@pytest.mark.django_db
def test_notes_beyond_the_limit_are_refused(phone: Client, ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MAX_NOTES", 1)
    assert phone.post(reverse("my_part_journal"), {"text": "one"}).status_code == 302
    answer = phone.post(reverse("my_part_journal"), {"text": "two"})
    assert answer.status_code == 400
    assert "two" in answer.content.decode()
    assert notes.notes_of(ana).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("hold", ["10-minutes", "1-hour", "tomorrow"])
def test_a_draft_is_shown_on_no_page_before_its_time(phone: Client, ana: User, hold: str) -> None:
    drafts = reverse("my_part_drafts")
    assert phone.post(drafts, {"text": "Please answer me", "hold": hold}).status_code == 302
    note = notes.notes_of(ana, "draft").get()
    pages = [drafts, reverse("my_part_draft", args=[note.id]), reverse("my_part_delete", args=[note.id])]
    assert not any("Please answer me" in body(phone.get(page)) for page in pages)
    refused = phone.post(pages[1], {"text": "Another", "hold": hold})
    # What was typed on a page of before is not thrown away, and what waits is neither shown nor replaced.
    shown = refused.content.decode()
    assert refused.status_code == 409 and "Another" in shown and "Please answer me" not in shown
    assert notes.notes_of(ana, "draft").get().content == {"text": "Please answer me"}
    notes.hold_draft(note, timezone.now() - timedelta(seconds=1))
    assert "Please answer me" in body(phone.get(pages[1]))
    phone.post(pages[1], {"text": "Good night", "hold": hold})
    assert "Good night" not in body(phone.get(pages[1]))


@pytest.mark.django_db
def test_the_author_may_open_a_draft_early(phone: Client, ana: User) -> None:
    phone.post(reverse("my_part_drafts"), {"text": "Please answer me", "hold": "tomorrow"})
    note = notes.notes_of(ana, "draft").get()
    assert phone.get(reverse("my_part_draft_show", args=[note.id])).status_code == 405
    page = body(phone.post(reverse("my_part_draft_show", args=[note.id]), follow=True))
    assert "Please answer me" in page


@pytest.mark.django_db
@pytest.mark.parametrize("code", CHECKLISTS)
def test_looking_at_a_checklist_stores_nothing_and_keeping_it_does(phone: Client, ana: User, code: str) -> None:
    address = reverse("my_part_checklist", args=[code])
    item, other = CHECKLISTS[code].items[:2]
    page = body(phone.post(address, {"ticked": [item.code, "made-up"]}))
    assert str(item.says).replace("’", "&#x27;").split(",")[0].split("“")[0] in page
    assert str(other.label) not in page
    assert notes.notes_of(ana).count() == 0
    assert phone.post(address, {"ticked": [item.code, "made-up"], "keep": "1"}).status_code == 302
    assert notes.notes_of(ana, "check").get().content == {"list": code, "ticked": [item.code]}
    assert str(item.label) in body(phone.get(reverse("my_part_checks")))


@pytest.mark.django_db
def test_every_sign_yields_information_whatever_is_ticked(phone: Client) -> None:
    address = reverse("my_part_checklist", args=["signs"])
    items = [item.code for item in CHECKLISTS["signs"].items]
    assert len(items) == 4
    one, all_four = (body(phone.post(address, {"ticked": ticked})) for ticked in (items[:1], items))
    close = str(CHECKLISTS["signs"].close)
    assert close in one
    assert close in all_four
    assert "Choosing a therapist" in body(phone.get(address))


@pytest.mark.django_db
def test_the_sentence_with_a_time_is_stored_nowhere(phone: Client, ana: User) -> None:
    page = body(phone.post(reverse("my_part_back"), {"opening": "time", "time": "20:30"}))
    assert "I need a little time. I’ll be back at 20:30." in page
    assert notes.notes_of(ana).count() == 0
    assert phone.post(reverse("my_part_back"), {"opening": "made-up", "time": "late"}).status_code == 400


@pytest.mark.django_db
def test_the_pages_link_to_it_only_for_somebody_who_is_logged_in(phone: Client) -> None:
    link = f'href="{reverse("my_part")}"'
    assert link in body(phone.get(reverse("safety")))
    assert link not in body(Client().get(reverse("safety")))


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
