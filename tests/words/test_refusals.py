"""What a refusal says: one plain sentence that helps, and nothing of the other."""

import re

import pytest

from sessions.words.refusals import SENTENCES

REFUSAL_CODES = [
    "frame.invalid",
    "login.required",
    "login.second_factor",
    "login.not_fresh",
    "csrf.failed",
    "seat.not_allowed",
    "account.needed",
    "session.not_found",
    "code.not_found",
    "item.not_found",
    "step.gone",
    "session.waiting",
    "session.not_yet",
    "appointment.over",
    "appointment.same_time",
    "session.paused",
    "session.not_paused",
    "session.ended",
    "round.stale",
    "round.already_open",
    "round.not_open",
    "round.not_revealed",
    "exchange.quiet",
    "exchange.quiet_over",
    "exchange.not_yet",
    "exchange.closed",
    "loop.not_offered",
    "look_back.not_offered",
    "day.out_of_range",
    "couple.not_free",
    "opening.over",
    "rhythm.not_next",
    "opening.not_now",
    "moment.missing",
    "moment.not_asked",
    "notes.full",
    "notes.changed",
    "content.cannot_open",
    "content.too_large",
    "content.type",
    "rate.limited",
    "service.unavailable",
]

each_refusal = pytest.mark.parametrize("code", SENTENCES)


def test_there_is_a_sentence_for_every_code() -> None:
    assert sorted(SENTENCES) == sorted(REFUSAL_CODES)


@each_refusal
def test_a_refusal_is_one_plain_sentence_that_says_what_can_be_done(code: str) -> None:
    refusal = SENTENCES[code]
    assert 40 <= len(refusal) <= 80
    assert re.fullmatch(r"[A-Z][^.!?]+\.", refusal)
    assert re.search(r"\byou can\b|\bplease\b", refusal, re.IGNORECASE)


@each_refusal
def test_a_refusal_tells_nothing_of_the_other(code: str) -> None:
    assert not re.search(r"\b(?:partner|the other|they|them|their|seal\w*|answered)\b", SENTENCES[code].lower())
