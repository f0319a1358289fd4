"""After a reveal: a need each, shown once both are said, put in other words, meant and heard; one small step each."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from sessions.checkin import exchange, patterns, rules
from sessions.checkin.state import QUIET, SeatName, Step, Turn
from tests.support.pure.world import EYES, NOON, World, begun, in_exchange, needs_shown, revealed, said

ROUND = 1
NEW_STEP = UUID(int=9)
SHOWN = {"a": "To know when.", "b": "A little time."}


@pytest.fixture
def writing() -> World:
    """Return a check-in after a reveal and its quiet."""
    return in_exchange(begun())


@pytest.fixture
def shown() -> World:
    """Return a check-in in which both needs are shown."""
    return needs_shown(begun())


def decided(world: World, seat: SeatName, type: str, **fields: Any) -> rules.Decision:
    """Return what is decided when somebody says something, before it is carried out."""
    decision = rules.decide(world.state, seat, said(type, round=ROUND, **fields), world.now, new_step_id=NEW_STEP)
    assert isinstance(decision, rules.Decision)
    return decision


# The reveal.


def test_a_reveal_says_when_it_was_and_by_which_version_of_the_patterns() -> None:
    (opened,) = revealed(begun().later(hours=1)).opened
    assert (opened.pattern, opened.version) == ("pursue_withdraw", patterns.VERSION)
    assert (opened.at, opened.quiet_until) == (NOON + timedelta(hours=1), NOON + timedelta(hours=1) + QUIET)
    assert {seat: (mark.reaction, mark.intensity) for seat, mark in opened.marks.items()} == {
        "a": ("anxious", 4),
        "b": ("avoidant", 3),
    }


# The quiet.


def test_the_quiet_ends_when_both_are_ready_and_at_that_time() -> None:
    quiet = revealed(begun())
    one = quiet.after("b", "quiet.skip", round=ROUND)
    assert one.state.exchange.skipped_quiet == {"b"}
    assert one.state.exchange.quiet_until == quiet.state.exchange.quiet_until
    both = one.later(seconds=2).after("a", "quiet.skip", round=ROUND)
    assert both.state.exchange.quiet_until == quiet.now + timedelta(seconds=2)
    assert one.after("b", "quiet.skip", round=ROUND) == one, "again changes nothing"


# Needs.


def test_a_need_is_sealed_until_the_other_is_said(writing: World) -> None:
    one = writing.after("b", "need.say", round=ROUND, text=SHOWN["b"])
    assert (one.state.exchange.said, one.state.exchange.needs) == ({"b"}, None)
    both = one.after("a", "need.say", round=ROUND, text=SHOWN["a"])
    assert both.state.exchange.needs == SHOWN


def test_the_second_need_is_what_shows_both(writing: World) -> None:
    one = writing.after("a", "need.say", round=ROUND, text=SHOWN["a"])
    second = decided(one, "b", "need.say", text="Two.")
    assert (decided(writing, "a", "need.say", text="One.").due, second.due) == (None, "needs")
    assert second.changes == (exchange.NeedSealed("b"),)


def test_an_unshown_need_can_be_taken_back(writing: World) -> None:
    one = writing.after("a", "need.say", round=ROUND, text=SHOWN["a"])
    back = one.after("a", "need.say", round=ROUND, text="")
    assert back.state.exchange.said == set()
    assert not list(back.sealed_words())
    assert decided(one, "a", "need.say", text="").changes == (exchange.NeedTakenBack("a"),)
    assert writing.after("b", "need.say", round=ROUND, text="") == writing, "what was not said is not taken back"
    both = back.after("b", "need.say", round=ROUND, text=SHOWN["b"])
    assert both.state.exchange.needs is None, "it does not count any more"


def test_a_shown_need_is_put_in_other_words_and_heard_anew(shown: World) -> None:
    heard = shown.after("a", "need.heard", round=ROUND).after("b", "need.heard", round=ROUND)
    assert heard.state.exchange.heard == {"a", "b"}
    reworded = heard.after("a", "need.say", round=ROUND, text="To know roughly when.")
    assert reworded.state.exchange.needs == {**SHOWN, "a": "To know roughly when."}
    assert reworded.state.exchange.heard == {"a"}, "the other one has to hear it, and nobody else"
    assert shown.refusal("a", "need.say", round=ROUND, text="") == "frame.invalid", "it cannot be taken back"


def test_each_says_that_it_was_meant_and_heard(shown: World) -> None:
    world = shown.after("b", "meant.confirm", round=ROUND)
    assert world.state.exchange.meant == {"b"}
    assert world.after("a", "meant.confirm", round=ROUND).state.exchange.meant == {"a", "b"}
    assert shown.after("b", "need.heard", round=ROUND).state.exchange.heard == {"b"}


def test_the_listener_may_say_what_they_heard_in_their_own_words(shown: World) -> None:
    heard = shown.after("b", "need.heard", round=ROUND, words="That a time would help.")
    assert heard.state.exchange.heard == {"b"}
    assert heard.state.exchange.heard_words == {"b": "That a time would help."}
    for viewer in EYES:
        assert heard.round(viewer)["exchange"]["heard_words"] == {"a": None, "b": "That a time would help."}
    # A client that knows no words says it again and takes none away; other words replace them.
    assert heard.after("b", "need.heard", round=ROUND) == heard
    other = heard.after("b", "need.heard", round=ROUND, words="That you wait.")
    assert other.state.exchange.heard_words == {"b": "That you wait."}


def test_words_may_follow_a_plain_i_heard_you(shown: World) -> None:
    plain = shown.after("b", "need.heard", round=ROUND)
    assert plain.state.exchange.heard_words == {}
    assert plain.after("b", "need.heard", round=ROUND, words="A time.").state.exchange.heard_words == {"b": "A time."}


def test_nobody_says_that_is_what_i_meant_of_words_that_come_later(shown: World) -> None:
    heard = shown.after("b", "need.heard", round=ROUND, words="A time.")
    meant = heard.after("a", "meant.confirm", round=ROUND)
    assert meant.refusal("b", "need.heard", round=ROUND, words="Other words.") == "exchange.closed"
    assert meant.after("b", "need.heard", round=ROUND, words="A time.") == meant
    # In any order, as ever: whoever was sure before still gets to know what arrived.
    sure = shown.after("a", "meant.confirm", round=ROUND).after("b", "need.heard", round=ROUND, words="A time.")
    assert sure.state.exchange.heard_words == {"b": "A time."}


def test_a_need_in_other_words_takes_along_what_was_heard_of_it(shown: World) -> None:
    heard = shown.after("b", "need.heard", round=ROUND, words="A time.")
    heard = heard.after("a", "need.heard", round=ROUND, words="An hour.")
    reworded = heard.after("a", "need.say", round=ROUND, text="To know roughly when.")
    assert reworded.state.exchange.heard_words == {"a": "An hour."}


# Steps.


def test_a_step_chosen_anew_is_the_same_step_in_other_words(writing: World) -> None:
    one = writing.after("a", "step.choose", round=ROUND, text="I ask once.")
    first = one.state.exchange.steps["a"]
    assert first == Step(first.id, "a", "I ask once.")
    assert decided(writing, "a", "step.choose", text="I ask.").changes == (
        exchange.StepChosen("a", NEW_STEP, "I ask."),
    )
    again = one.after("a", "step.choose", round=ROUND, text="I write one message.")
    assert again.state.exchange.steps == {"a": Step(first.id, "a", "I write one message.")}
    both = again.after("b", "step.choose", round=ROUND, text="I call at six.")
    assert set(both.state.exchange.steps) == {"a", "b"}
    assert both.state.exchange.steps["b"].id != first.id


# Back in contact.


def test_both_are_back_in_contact_once_both_say_so(writing: World) -> None:
    one = writing.after("a", "reconnect.confirm", round=ROUND, relief=2)
    assert one.state.exchange.reconnected == {"a"}
    confirmed = decided(one, "b", "reconnect.confirm").changes
    assert confirmed == (exchange.ReconnectConfirmed("b", None, one.now, both=True),)
    assert one.after("b", "reconnect.confirm", round=ROUND).state.exchange.reconnected == {"a", "b"}


def test_what_is_unshown_when_it_ends_is_destroyed_unread(writing: World, shown: World) -> None:
    one = writing.after("a", "need.say", round=ROUND, text=SHOWN["a"])
    ended = one.after("b", "session.end")
    assert ended.state.exchange.said == set()
    assert not list(ended.sealed_words())
    assert shown.after("b", "session.end").state.exchange.needs == SHOWN


# Turns.


def test_a_turn_is_its_speakers_and_lasts_as_long_as_was_said(writing: World) -> None:
    turn = writing.after("b", "turn.start", speaker="b", seconds=60).state.turn
    assert turn == Turn("b", writing.now + timedelta(seconds=60))
