"""What is stale, not in the library or not one's own is refused, and in one order."""

from typing import Any

import pytest

from sessions.checkin.refusals import REFUSALS
from tests.checkin.test_rules import EXCHANGE, NOT_YET, REFUSED, command, paused
from tests.support.pure.world import STEP_OF, begun, in_exchange, needs_shown, revealed, with_round


def test_a_round_opened_meanwhile_makes_the_next_one_stale() -> None:
    world = in_exchange(begun())
    assert world.refusal("b", "round.open", after=0, moment=1) == "round.stale"
    assert world.refusal("b", "round.open", after=2, moment=1) == "round.stale"
    assert world.refusal("b", "round.open", after=1, moment=1) is None


def test_two_who_open_at_once_open_one_round() -> None:
    world = with_round(begun())
    assert world.refusal("b", "round.open", after=0, moment=3) == "round.already_open"
    assert world.refusal("b", "round.open", after=1, moment=3) == "round.already_open"


def test_a_moment_must_be_in_the_library_and_so_must_a_theme() -> None:
    assert begun().refusal("a", "round.open", after=0, moment=9999) == "frame.invalid"
    assert begun().refusal("a", "round.open", after=0, text="Late.", theme="weather") == "frame.invalid"
    assert begun().refusal("a", "round.open", after=0, text="Late.", theme="plans") is None


@pytest.mark.parametrize(
    ("type", "fields"),
    [("mark.seal", {"reaction": "both", "intensity": 1}), ("mark.withdraw", {}), ("round.set_aside", {})],
)
def test_a_mark_goes_to_the_round_it_names(type: str, fields: dict[str, Any]) -> None:
    second = with_round(in_exchange(begun()))
    assert second.refusal("a", type, round=1, **fields) == "round.stale"
    assert second.refusal("a", type, round=2, **fields) is None
    assert second.refusal("a", type, round=3, **fields) == "round.not_open"
    aside = second.after("a", "round.set_aside", round=2)
    assert aside.refusal("a", type, round=1, **fields) == "round.not_open"


@pytest.mark.parametrize("type", sorted(EXCHANGE | {"pattern.fit", "quiet.skip"}))
def test_an_answer_goes_to_the_round_it_names(type: str) -> None:
    closed = "exchange.closed" if type in EXCHANGE else "round.stale"
    asked = command(type, revealed(begun()), "a").model_dump(mode="json", exclude={"op", "round"}, exclude_none=True)
    opened = with_round(needs_shown(begun()))
    assert opened.refusal("a", **asked, round=1) == closed
    assert opened.refusal("a", **asked, round=2) == "round.not_revealed"
    assert opened.refusal("a", **asked, round=3) == "round.not_revealed"
    again = needs_shown(opened.after("a", "round.set_aside", round=2))
    assert again.refusal("a", **asked, round=1) == closed
    assert again.refusal("a", **asked, round=3) == ("exchange.quiet_over" if type == "quiet.skip" else None)
    assert again.refusal("a", **asked, round=4) == "round.not_revealed"


def test_the_state_is_named_before_the_commands_own() -> None:
    stopped = paused(in_exchange(begun()))
    assert stopped.refusal("a", "round.open", after=0, moment=9999) == "session.paused"
    assert stopped.refusal("a", "step.tried", step=str(STEP_OF["b"]), tried="yes") == "session.paused"
    assert stopped.refusal("a", "need.say", round=9, text="Now.") == "session.paused"
    ended = stopped.after("a", "session.end")
    assert ended.refusal("a", "pause.resume") == "session.ended"
    assert ended.refusal("a", "session.leave") == "session.ended"
    assert ended.refusal("a", "sync") == "session.ended"


def test_the_seat_is_named_before_the_state() -> None:
    hosted = with_round(begun(hosted=True))
    for world in (begun("a", "host", hosted=True), hosted, paused(hosted), hosted.after("a", "session.end")):
        assert world.refusal("a", "round.open", after=9, moment=9999) == "seat.not_allowed"
        assert world.refusal("host", "mark.seal", round=9, reaction="both", intensity=1) == "seat.not_allowed"
        assert world.refusal("host", "pause.resume") == "seat.not_allowed"


def test_a_step_is_told_of_by_who_chose_it() -> None:
    world = begun()
    assert world.refusal("a", "step.tried", step=str(STEP_OF["b"]), tried="yes") == "seat.not_allowed"
    assert world.refusal("a", "step.tried", step=str(begun().state.id), tried="yes") == "seat.not_allowed"
    told = world.after("a", "step.tried", step=str(STEP_OF["a"]), tried="partly")
    assert [step.tried for step in told.state.follow_up] == ["partly", None]


def test_every_refusal_has_a_status_and_a_sentence() -> None:
    codes = {code for row in REFUSED.values() for code in row.values()} | set(NOT_YET.values())
    codes |= {"seat.not_allowed", "round.stale", "exchange.closed", "frame.invalid"}
    assert all(400 <= REFUSALS[code].status < 500 and REFUSALS[code].sentence for code in codes)
