"""What one looks for when it is hard: found in a few taps, answered at once, and never counted for anybody."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.logins import BACKEND
from accounts.models import User
from accounts.my_part import enough, notes
from accounts.my_part.checklists import CHECKLISTS, QUESTIONS_FOR_A_THERAPIST
from tests.history.test_own_marks import body
from tests.support.cast.past import pair, phone_of

CALM = 'data-testid="enough-for-now"'


@pytest.fixture
def ana(db: None) -> User:
    """Return Ana, who has an account."""
    return User.objects.create_user("ana@example.org", first_name="Ana")


@pytest.fixture
def phone(ana: User) -> Client:
    """Return Ana's phone."""
    client = Client()
    client.force_login(ana, backend=BACKEND)
    return client


def links_in(page: str) -> set[str]:
    """Return where a page leads to."""
    return set(re.findall(r'href="([^"]+)"', page))


@pytest.mark.django_db
def test_from_the_first_page_to_drained_or_unsure_is_two_taps(phone: Client) -> None:
    assert reverse("my_part") in links_in(body(phone.get(reverse("home"))))
    assert reverse("my_part_checklist", args=["drained"]) in links_in(body(phone.get(reverse("my_part"))))


@pytest.mark.django_db
@pytest.mark.parametrize("code", CHECKLISTS)
def test_every_line_has_its_answer_beside_it_before_anything_is_sent(phone: Client, ana: User, code: str) -> None:
    page = phone.get(reverse("my_part_checklist", args=[code])).content.decode()
    line = r'value="([\w-]+)" id="item-\1">\s*<label for="item-\1">.+?role="status"><p>(.+?)</p>'
    lines = re.findall(line, page, re.DOTALL)
    assert [code for code, _ in lines] == [item.code for item in CHECKLISTS[code].items]
    assert all(len(answer) > 20 for _, answer in lines)
    assert reverse("safety") in links_in(page)
    assert notes.notes_of(ana).count() == 0


@pytest.mark.django_db
def test_there_is_one_list_of_questions_for_choosing_a_therapist(phone: Client) -> None:
    pages = [body(phone.get(path)) for path in (reverse("my_part_checklist", args=["signs"]), reverse("care"))]
    for question in QUESTIONS_FOR_A_THERAPIST:
        assert all(str(question) in page for page in pages)
    asked = " ".join(map(str, QUESTIONS_FOR_A_THERAPIST))
    assert "training" in asked and "trauma-informed" in asked


@pytest.mark.django_db
def test_whoever_changes_alone_finds_what_that_can_do(phone: Client) -> None:
    address = f"{reverse('my_part_answers')}#only-one"
    assert address in links_in(body(phone.get(reverse("my_part"))))
    assert 'id="only-one"' in phone.get(address).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["my_part", "my_part_checks"])
def test_who_looks_very_often_reads_one_calm_sentence_without_a_number(phone: Client, name: str) -> None:
    pages = [phone.get(reverse(name)).content.decode() for _ in range(enough.LOOKS.amount + 1)]
    assert [CALM in page for page in pages] == [False] * enough.LOOKS.amount + [True]
    said = re.search(CALM + r">(.+?)</p>", pages[-1])
    assert said and not re.search(r"\d", said.group(1))


@pytest.mark.django_db
def test_who_writes_very_often_reads_it_too_and_their_partner_does_not() -> None:
    couple = pair()
    for _ in range(enough.NOTES):
        assert CALM not in phone_of(couple.a).get(reverse("my_part")).content.decode()
        notes.add_note(couple.a, "check", {"list": "drained", "ticked": []})
    assert CALM in phone_of(couple.a).get(reverse("my_part")).content.decode()
    assert CALM not in phone_of(couple.b).get(reverse("my_part")).content.decode()


@pytest.mark.django_db
def test_the_rhythm_is_one_tap_from_the_couples_page_the_settings_and_where_it_was() -> None:
    couple = pair()
    for page in ("settings", "history_keeping", "couple", "home"):
        assert reverse("rhythm") in links_in(body(phone_of(couple.a).get(reverse(page)))), page
    for person in (couple.a, couple.b):
        phone_of(person).post(reverse("history_weekly"), {"day": "6", "time": "19:00"})
    assert "Sunday, 19:00" in body(phone_of(couple.a).get(reverse("couple")))
