"""Erasing one's words while the check-in is still going on: they leave both screens, and nothing breaks."""

from typing import Any

import pytest

from sessions.models import Part, Round
from sessions.privacy import erasure
from tests.settings.test_deleting_oneself import CANARY, TwoPeople, everything_readable

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two() -> TwoPeople:
    """Return Ana and Ben after a reveal and an exchange, in a check-in that goes on."""
    pair = TwoPeople()
    pair.reveal()
    pair.exchange()
    return pair


def erase(pair: TwoPeople, number: int = 1) -> None:
    """Erase Ana's words in a round."""
    erasure.erase_own_words(Round.objects.get(number=number).history_id, "a")


def snapshot(pair: TwoPeople, seat: Any) -> str:
    """Return what one of them is shown now."""
    from django.utils import timezone

    from sessions.checkin.shown_round import Viewer
    from sessions.checkin.snapshot import snapshot_for
    from sessions.store.load import live_session_for

    place = live_session_for(pair.ben.id, pair.session)
    return str(snapshot_for(place.state, Viewer(seat), timezone.now()))


def test_the_words_leave_both_screens_and_the_database(two: TwoPeople) -> None:
    assert all(f"{CANARY} need" in snapshot(two, seat) for seat in "ab")
    rounds_before = [
        line for line in everything_readable().splitlines() if line.startswith(("Mark.", "Part.", "Step."))
    ]
    assert any(CANARY in line for line in rounds_before)
    version = Round.objects.get().live_session.version
    erase(two)
    assert not any(f"{CANARY} {what}" in snapshot(two, seat) for seat in "ab" for what in ("need", "step", "words"))
    left = [
        line for line in everything_readable().splitlines() if line.startswith(("Mark.", "Part.", "Step.", "Round."))
    ]
    assert not any(CANARY in line for line in left)
    assert Round.objects.get().live_session.version > version, "the open screens are told"


def test_what_the_other_heard_leaves_both_screens_and_can_be_heard_anew(two: TwoPeople) -> None:
    two.ask(two.ben, "need.heard", round=1, words="in my words: quince")
    assert all("quince" in snapshot(two, seat) for seat in "ab")
    erase(two)
    assert not any("quince" in snapshot(two, seat) for seat in "ab")
    two.ask(two.ana, "need.say", round=1, text="something else")
    two.ask(two.ben, "need.heard", round=1, words="in my words: medlar")
    assert all("medlar" in snapshot(two, seat) for seat in "ab")


def test_the_exchange_goes_on(two: TwoPeople) -> None:
    erase(two)
    two.ask(two.ana, "need.say", round=1, text="something else")
    two.ask(two.ben, "need.heard", round=1)
    two.ask(two.ana, "step.choose", round=1, text="a step")
    assert Part.objects.get(seat="a").need == "something else"
    assert "Ben's need" in snapshot(two, "a")


def test_a_need_that_was_not_shown_is_destroyed_unread() -> None:
    pair = TwoPeople()
    pair.reveal()
    pair.ask(pair.ana, "need.say", round=1, text=CANARY)
    erase(pair)
    assert not Part.objects.exclude(need_seal=None).exists()
    pair.ask(pair.ben, "need.say", round=1, text="Ben's need")
    assert Part.objects.get(seat="b").need is None, "one need alone is not shown"
    pair.ask(pair.ana, "need.say", round=1, text="after all")
    assert Part.objects.get(seat="b").need == "Ben's need"


def test_erasing_words_erases_a_moment_in_own_words(two: TwoPeople) -> None:
    two.ask(two.ana, "round.open", after=1, text=f"{CANARY} moment")
    assert Round.objects.get(number=2).opened_by == "a"
    two.ask(two.ben, "round.set_aside", round=2)
    two.ask(two.ben, "round.open", after=2, text="Ben's moment")
    two.ask(two.ana, "mark.seal", round=3, reaction="anxious", intensity=4, words=f"{CANARY} third")
    two.ask(two.ben, "mark.seal", round=3, reaction="steady", intensity=1)
    erase(two, number=3)
    assert Round.objects.get(number=3).text == "Ben's moment"
    assert Round.objects.get(number=1).opened_by == "", "a library moment is nobody's words"
