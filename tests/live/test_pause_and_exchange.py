"""After the reveal, and whenever somebody needs a stop: the quiet, turns, needs, steps, the pause."""

from datetime import timedelta

from sessions.checkin.shown_round import Viewer
from sessions.checkin.state import PARTNERS, SeatName
from tests.support.pure.world import World, begun, in_exchange, needs_shown, revealed, with_round

SEATS: tuple[SeatName, ...] = ("a", "b", "host")


def paused(world: World) -> World:
    return world.after("a", "pause.start", minutes=1)


# The pause


def test_a_pause_goes_on_until_both_asked() -> None:
    world = paused(with_round(begun())).after("a", "pause.resume")
    assert world.view(Viewer("a"))["state"] == world.view(Viewer("b"))["state"] == "paused"
    assert world.after("a", "pause.resume").view(Viewer("a"))["state"] == "paused"
    both = world.after("b", "pause.resume")
    assert both.view(Viewer("a"))["state"] == "live" and both.view(Viewer("a"))["pause"] is None


def test_a_pause_ends_by_itself_and_waits_for_nobody() -> None:
    world = paused(with_round(begun()))
    assert world.later(seconds=59).view(Viewer("a"))["state"] == "paused"
    over = world.later(seconds=60)
    assert over.view(Viewer("a"))["state"] == "live"
    assert over.refusal("b", "mark.seal", round=1, reaction="both", intensity=1) is None
    assert over.refusal("b", "pause.resume") == "session.not_paused"


def test_the_later_end_of_two_pauses_wins() -> None:
    world = begun().after("a", "pause.start", minutes=5)
    until = world.view(Viewer("a"))["pause"]["until"]
    assert world.after("b", "pause.start", minutes=1).view(Viewer("a"))["pause"]["until"] == until
    longer = world.later(minutes=2).after("b", "pause.start", minutes=5)
    assert longer.state.pause is not None and longer.state.pause.until == world.now + timedelta(minutes=7)
    assert world.later(minutes=4, seconds=30).after("b", "pause.start", minutes=1).view(Viewer("b"))["pause"] != until


def test_starting_a_longer_pause_takes_back_the_wish_to_go_on() -> None:
    world = paused(begun()).after("a", "pause.resume").after("b", "pause.start", minutes=20)
    assert world.view(Viewer("a"))["pause"]["you_asked_to_resume"] is False
    assert world.after("b", "pause.resume").view(Viewer("a"))["state"] == "paused"


def test_a_new_pause_starts_without_wishes_to_go_on() -> None:
    first = paused(begun()).after("a", "pause.resume").later(minutes=1)
    second = paused(first)
    assert second.view(Viewer("a"))["pause"]["you_asked_to_resume"] is False
    assert second.after("b", "pause.resume").view(Viewer("b"))["state"] == "paused"


def test_a_mark_can_be_taken_back_during_a_pause_and_the_round_set_aside() -> None:
    world = paused(with_round(begun()).after("a", "mark.seal", round=1, reaction="both", intensity=1))
    assert world.refusal("b", "mark.seal", round=1, reaction="both", intensity=1) == "session.paused"
    assert not world.after("a", "mark.withdraw", round=1).boxes
    assert world.after("b", "round.set_aside", round=1).view(Viewer("a"))["round"]["state"] == "set_aside"


# The quiet


def test_the_quiet_ends_by_time() -> None:
    world = revealed(begun())
    assert world.later(seconds=14).refusal("a", "need.say", round=1, text="Yes.") == "exchange.quiet"
    assert world.later(seconds=15).refusal("a", "need.say", round=1, text="Yes.") is None


def test_the_quiet_ends_early_only_when_both_ask() -> None:
    one = revealed(begun()).after("a", "quiet.skip", round=1)
    assert one.after("a", "quiet.skip", round=1).refusal("a", "need.say", round=1, text="Yes.") == "exchange.quiet"
    assert one.refusal("b", "need.say", round=1, text="Yes.") == "exchange.quiet"
    assert one.after("b", "quiet.skip", round=1).refusal("a", "need.say", round=1, text="Yes.") is None


# Turns


def test_a_turn_ends_by_time_by_hand_and_by_a_pause() -> None:
    turn = in_exchange(begun()).after("b", "turn.start", speaker="a", seconds=120)
    assert turn.view(Viewer("a"))["turn"]["speaker"] == "a"
    assert turn.later(seconds=119).view(Viewer("b"))["turn"] is not None
    assert turn.later(seconds=120).view(Viewer("b"))["turn"] is None
    assert turn.after("a", "turn.end").view(Viewer("b"))["turn"] is None
    stopped = turn.after("b", "pause.start", minutes=1)
    assert stopped.view(Viewer("b"))["turn"] is None
    assert stopped.later(minutes=1).view(Viewer("b"))["turn"] is None


def test_a_turn_ends_with_its_exchange() -> None:
    turn = in_exchange(begun()).after("b", "turn.start", speaker="a", seconds=300)
    assert with_round(turn).view(Viewer("a"))["turn"] is None
    assert turn.after("a", "session.end").view(Viewer("a"))["turn"] is None


def test_a_turn_can_be_given_to_the_other() -> None:
    turn = in_exchange(begun()).after("b", "turn.start", speaker="a", seconds=300)
    assert turn.after("a", "turn.start", speaker="b", seconds=30).view(Viewer("a"))["turn"]["speaker"] == "b"


def test_whoever_listens_neither_ends_a_turn_nor_takes_it() -> None:
    turn = in_exchange(begun()).after("b", "turn.start", speaker="a", seconds=120)
    assert {"turn.start", "turn.end"} <= set(turn.view(Viewer("a"))["can"])
    assert not {"turn.start", "turn.end"} & set(turn.view(Viewer("b"))["can"])
    for speaker in PARTNERS:
        assert turn.refusal("b", "turn.start", speaker=speaker, seconds=30) == "seat.not_allowed"
    assert turn.refusal("b", "turn.end") == "seat.not_allowed"
    # Once it is over, by time or by its speaker, either may begin another.
    for over in (turn.later(seconds=120), turn.after("a", "turn.end")):
        assert over.refusal("b", "turn.start", speaker="b", seconds=30) is None
    hosted = in_exchange(begun(hosted=True)).after("host", "turn.start", speaker="a", seconds=120)
    assert hosted.after("host", "turn.end").view(Viewer("a"))["turn"] is None


def test_in_a_hosted_check_in_only_the_host_gives_turns_and_opens_rounds() -> None:
    world = in_exchange(begun(hosted=True))
    for seat in PARTNERS:
        assert world.refusal(seat, "turn.start", speaker=seat, seconds=60) == "seat.not_allowed"
        assert world.refusal(seat, "round.open", after=1, moment=1) == "seat.not_allowed"
    assert world.refusal("host", "turn.start", speaker="a", seconds=60) is None


# The exchange


def test_needs_show_when_both_have_said_theirs() -> None:
    one = in_exchange(begun()).after("b", "need.say", round=1, text="A little time.")
    assert one.view(Viewer("b"))["round"]["exchange"]["needs"] is None
    assert one.view(Viewer("b"))["round"]["exchange"]["you_said"] is True
    both = one.after("a", "need.say", round=1, text="To know when.")
    for seat in SEATS:
        needs = both.view(Viewer(seat))["round"]["exchange"]["needs"]
        assert needs == {"a": "To know when.", "b": "A little time."}
    assert not both.boxes


def test_an_unshown_need_can_be_taken_back_or_said_otherwise() -> None:
    one = in_exchange(begun()).after("b", "need.say", round=1, text="Go away.")
    back = one.after("b", "need.say", round=1, text="")
    assert not back.boxes and back.view(Viewer("b"))["round"]["exchange"]["you_said"] is False
    assert back.after("a", "need.say", round=1, text="Yes.").view(Viewer("a"))["round"]["exchange"]["needs"] is None
    reworded = one.after("b", "need.say", round=1, text="A little time.").after("a", "need.say", round=1, text="Yes.")
    assert reworded.view(Viewer("a"))["round"]["exchange"]["needs"]["b"] == "A little time."


def test_an_unshown_need_is_gone_when_the_next_round_opens_or_it_ends() -> None:
    one = in_exchange(begun()).after("b", "need.say", round=1, text="A little time.")
    assert one.boxes
    assert not with_round(one).boxes
    assert not one.after("a", "session.leave").boxes


def test_other_words_for_a_shown_need_have_to_be_heard_anew() -> None:
    heard = needs_shown(begun()).after("b", "need.heard", round=1).after("a", "need.heard", round=1)
    reworded = heard.after("a", "need.say", round=1, text="To know about when.")
    exchange = reworded.view(Viewer("b"))["round"]["exchange"]
    assert exchange["needs"]["a"] == "To know about when."
    assert exchange["heard"] == {"a": True, "b": False}


def test_a_confirmed_need_stays_as_it_is() -> None:
    meant = needs_shown(begun()).after("a", "meant.confirm", round=1)
    assert meant.refusal("a", "need.say", round=1, text="Other words.") == "exchange.closed"
    assert "need.say" not in meant.view(Viewer("a"))["can"]
    assert "need.say" in meant.view(Viewer("b"))["can"]
    assert meant.refusal("b", "need.say", round=1, text="Other words.") is None


def test_a_shown_need_cannot_be_emptied() -> None:
    assert needs_shown(begun()).refusal("a", "need.say", round=1, text="") == "frame.invalid"


def test_a_step_can_be_chosen_anew_and_stays_one_step() -> None:
    first = in_exchange(begun()).after("a", "step.choose", round=1, text="I call at six.")
    again = first.after("a", "step.choose", round=1, text="I call at seven.")
    steps = [world.view(Viewer("b"))["round"]["exchange"]["steps"]["a"] for world in (first, again)]
    assert [step["text"] for step in steps] == ["I call at six.", "I call at seven."]
    assert steps[0]["id"] == steps[1]["id"]


def test_a_round_is_reconnected_when_both_have_confirmed() -> None:
    one = in_exchange(begun()).after("a", "reconnect.confirm", round=1, relief=3)
    assert one.view(Viewer("a"))["round"]["exchange"]["reconnected"] is False
    assert one.after("a", "reconnect.confirm", round=1).view(Viewer("a"))["round"]["exchange"]["reconnected"] is False
    both = one.after("b", "reconnect.confirm", round=1)
    assert all(both.view(Viewer(seat))["round"]["exchange"]["reconnected"] for seat in SEATS)
