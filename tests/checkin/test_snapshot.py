"""The snapshot: its exact shape for each viewer, and who may see what in it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from sessions.checkin.shown_round import Viewer
from sessions.checkin.snapshot import snapshot_for
from sessions.checkin.state import PARTNERS, SessionState
from sessions.checkin.wire import encode
from tests.support.frames import DETAILS, marks
from tests.support.pure.world import EYES, NOON, World, begun, needs_shown, revealed, said, with_round

SESSION = {
    "id",
    "state",
    "hosted",
    "title",
    "open_until",
    "apart",
    "you",
    "people",
    "pause",
    "turn",
    "ending",
    "follow_up",
    "last_time",
    "round",
}
SESSION |= {"can"}
ROUND = {"number", "state", "moment", "sealed", "reveal", "exchange"}
REVEAL = {"pattern", "marks", "fits", "read_each_other", "loop"}
PATTERN = {"code", "version", "name", "also", "summary", "roles"}
EXCHANGE = {"quiet_until", "needs", "meant", "heard", "heard_words", "steps", "reconnected", "reconnected_on"}
OWN_IN_EXCHANGE = {"you_skipped", "you_said", "you_reconnected", "same_loop_offered", "same_loop", "you_said_same"}

HOST = Viewer("host")
SCREENS = tuple(viewer for viewer in EYES if viewer.shared)
each_viewer = pytest.mark.parametrize("viewer", EYES, ids=lambda v: f"{v.seat}{' screen' if v.shared else ''}")


def everything(hosted: bool = True) -> World:
    """Return a world in which every part of a snapshot is filled."""
    world = needs_shown(begun(hosted=hosted)).after("a", "step.choose", round=1, text="I call at six.")
    return world.after("host" if hosted else "a", "turn.start", speaker="a", seconds=60)


# The shape


@each_viewer
@pytest.mark.parametrize("world", [begun(hosted=True), with_round(begun(hosted=True)), everything()])
def test_it_has_these_fields_and_no_others(world: World, viewer: Viewer) -> None:
    session = world.view(viewer)
    assert set(session) == SESSION
    assert set(session["you"]) == {"seat", "name"}
    assert all(set(person) == {"seat", "name", "here"} for person in session["people"])
    if session["round"]:
        assert set(session["round"]) == ROUND
        assert set(session["round"]["moment"]) == {"id", "text", "when"}
    assert json.loads(json.dumps(session)) == session


@each_viewer
def test_a_reveal_and_its_exchange_have_these_fields_and_no_others(viewer: Viewer) -> None:
    session = everything().view(viewer)
    reveal, exchange = session["round"]["reveal"], session["round"]["exchange"]
    assert set(reveal) == REVEAL and set(reveal["pattern"]) == PATTERN
    assert set(reveal["marks"]) == set(reveal["fits"]) == set(reveal["pattern"]["roles"]) == set(PARTNERS)
    assert isinstance(reveal["pattern"]["also"], list) and isinstance(reveal["pattern"]["version"], int)
    assert set(exchange) == EXCHANGE | (OWN_IN_EXCHANGE if viewer.partner else set())
    for name in ("needs", "meant", "heard", "steps"):
        assert set(exchange[name]) == set(PARTNERS)
    assert set(exchange["steps"]["a"]) == {"id", "text"} and exchange["steps"]["b"] is None
    assert set(session["turn"]) == {"speaker", "until"}
    assert session["turn"]["until"] == "2026-03-01T12:01:15Z"


@each_viewer
def test_a_pause_says_until_when(viewer: Viewer) -> None:
    session = begun(hosted=True).after("a", "pause.start", minutes=5).view(viewer)
    assert session["state"] == "paused"
    assert session["pause"] == {"until": "2026-03-01T12:05:00Z", "you_asked_to_resume": False}


def test_it_says_who_is_there() -> None:
    session = begun(hosted=True).seen("b").view(Viewer("a"))
    assert session["you"] == {"seat": "a", "name": "Ana"}
    assert session["people"] == [
        {"seat": "a", "name": "Ana", "here": False},
        {"seat": "b", "name": "Ben", "here": True},
        {"seat": "host", "name": "Tess", "here": False},
    ]
    assert session["title"] == "Sunday" and session["hosted"] is True


def test_a_person_is_here_for_a_minute_after_they_were_seen() -> None:
    world = begun().seen("b")
    assert world.later(seconds=59).view(Viewer("a"))["people"][1]["here"] is True
    assert world.later(seconds=60).view(Viewer("a"))["people"][1]["here"] is False


def test_it_waits_until_both_have_taken_their_seats_and_presence_changes_nothing() -> None:
    assert begun("a").view(Viewer("a"))["state"] == "waiting"
    assert begun("b", "host", hosted=True).view(HOST)["state"] == "waiting"
    for world in (begun(), begun().seen("a"), begun().seen("a", "b").later(hours=1)):
        assert world.view(Viewer("a"))["state"] == "live"


@each_viewer
def test_it_says_until_when_it_is_open_whatever_is_sealed_or_asked_for(viewer: Viewer) -> None:
    sealed = with_round(begun(hosted=True)).after("a", "mark.seal", round=1, reaction="both", intensity=5)
    closing = sealed.after("b", "session.end", soon=True)
    assert closing.state.ending, "its end is asked for"
    for world in (begun(hosted=True), sealed, sealed.after("b", "pause.start", minutes=5), closing, everything()):
        assert world.view(viewer)["open_until"] == "2026-03-02T12:00:00Z"


@each_viewer
def test_when_it_has_ended_it_says_so_and_nothing_else(viewer: Viewer) -> None:
    world = everything().seen("a", "b")
    for over in (world.after("b", "session.leave"), world.after("host", "session.end"), world.later(days=1)):
        session = over.view(viewer)
        assert session["state"] == "ended"
        assert session["round"] is session["turn"] is session["pause"] is None
        assert session["can"] == session["follow_up"] == []
        assert session["open_until"] is None
        assert not any(person["here"] for person in session["people"])


def test_nobody_is_here_any_more_once_the_day_is_over() -> None:
    world = begun(hosted=True).later(hours=23, minutes=59, seconds=50).seen("a", "b", "host")
    for viewer in EYES:
        assert [one["here"] for one in world.view(viewer)["people"]] == [True] * 3
        assert [one["here"] for one in world.later(seconds=10).view(viewer)["people"]] == [False] * 3


def test_nobody_can_tell_how_it_ended() -> None:
    world = with_round(begun(hosted=True)).after("a", "mark.seal", round=1, reaction="both", intensity=5)
    for viewer in EYES:
        ends = {
            json.dumps(over.view(viewer))
            for over in (
                world.after("a", "session.leave"),
                world.after("a", "session.end"),
                world.after("b", "session.leave"),
                world.after("host", "session.end"),
                world.after("b", "round.set_aside", round=1).after("b", "session.end"),
                world.later(days=1),
            )
        }
        assert len(ends) == 1


def test_the_version_never_leaves() -> None:
    world = everything()
    for viewer in EYES:
        assert snapshot_for(replace(world.state, version=999), viewer, world.now) == world.view(viewer)


# The seal


@each_viewer
def test_an_open_round_shows_only_whose_own_seal_it_is(viewer: Viewer) -> None:
    sealed = {"round": 1, "reaction": "both", "intensity": 5, **DETAILS, "share": [*DETAILS]}
    world = with_round(begun(hosted=True))
    one = world.after("b", "mark.seal", **sealed)
    shown = one.round(viewer)
    assert shown["reveal"] is shown["exchange"] is None
    if viewer.shared:
        assert shown["sealed"] is None
    elif viewer == HOST:
        assert shown["sealed"] == {"a": False, "b": True}
    else:
        assert shown["sealed"] is (viewer.seat == "b")
    assert not any(word in one.frame(viewer) for word in ("canary", "protest", "reply-less", "hurt", "both"))
    if viewer not in (HOST, Viewer("b")):
        assert one.frame(viewer) == world.frame(viewer)


@each_viewer
def test_a_round_set_aside_shows_nothing_of_what_was_sealed(viewer: Viewer) -> None:
    world = with_round(begun(hosted=True))
    sealed = world.after("b", "mark.seal", round=1, reaction="both", intensity=5, **DETAILS)
    assert sealed.after("a", "round.set_aside", round=1).view(viewer) == world.after(
        "a", "round.set_aside", round=1
    ).view(viewer)


# The shared screen


def test_the_shared_screen_shows_nobodys_own_things() -> None:
    world = revealed(begun(hosted=True), DETAILS, DETAILS).after("a", "pattern.fit", round=1, fits=True)
    world = world.after("a", "quiet.skip", round=1).after("host", "pause.start", minutes=1).after("a", "pause.resume")
    sessions = [world.view(viewer) for viewer in SCREENS]
    for session in sessions:
        assert "canary" not in json.dumps(session)
        assert not OWN_IN_EXCHANGE & set(session["round"]["exchange"])
        assert session["round"]["sealed"] is None
        assert session["round"]["reveal"]["fits"] == {"a": None, "b": None}
        assert all(set(mark) == {"reaction", "intensity"} for mark in session["round"]["reveal"]["marks"].values())
        assert session["pause"]["you_asked_to_resume"] is False
    # Whoever opened it, the room sees the same; only whose login it is and what they may press is told apart.
    common = [{**session, "you": None, "can": None} for session in sessions]
    assert common[0] == common[1] == common[2]


# The steps of the last check-in


def test_steps_of_the_last_check_in_are_there_for_both() -> None:
    expected = [
        {"id": "00000000-0000-0000-0000-000000000001", "seat": "a", "text": "I write when I am late.", "tried": "yes"},
        {
            "id": "00000000-0000-0000-0000-000000000002",
            "seat": "b",
            "text": "I say when I need ten minutes.",
            "tried": None,
        },
    ]
    world = begun(hosted=True).after("a", "step.tried", step=expected[0]["id"], tried="yes")
    assert world.view(Viewer("a"))["follow_up"] == world.view(Viewer("b"))["follow_up"] == expected
    assert all(world.view(viewer)["follow_up"] == [] for viewer in (HOST, *SCREENS))
    by_themselves = begun().view(Viewer("b", shared=True))
    assert [step["text"] for step in by_themselves["follow_up"]] == [step["text"] for step in expected]
    trusted: SessionState = replace(world.state, host_sees_follow_up=True)
    assert all(snapshot_for(trusted, viewer, NOON)["follow_up"] == expected for viewer in (HOST, *SCREENS))


# Words


def test_the_librarys_words_are_translated_and_peoples_own_are_not() -> None:
    def shout(text: str) -> str:
        return text.upper()

    library = revealed(begun())
    own = with_round(begun(), text="We were late.")
    shown = snapshot_for(library.state, Viewer("a"), library.now, shout)["round"]
    assert shown["moment"] == {"id": 1, "text": shown["moment"]["text"].upper(), "when": None}
    assert shown["reveal"]["pattern"]["name"] == "PURSUE–WITHDRAW"
    for text in (*shown["reveal"]["pattern"]["also"], *shown["reveal"]["pattern"]["roles"].values()):
        assert text == text.upper()
    assert snapshot_for(own.state, Viewer("a"), own.now, shout)["round"]["moment"] == {
        "id": None,
        "text": "We were late.",
        "when": None,
    }


# Lengths


@given(marks, marks)
def test_the_authors_screen_after_sealing_has_one_length(one: Any, two: Any) -> None:
    opened = with_round(begun(hosted=True))
    for viewer in EYES:
        frames = {opened.ask("a", said("mark.seal", round=1, **mark))[0].frame(viewer) for mark in (one, two)}
        assert len(frames) == 1


@given(marks, marks)
def test_every_reveal_goes_out_in_whole_blocks(a: Any, b: Any) -> None:
    world = revealed(begun(hosted=True), a, b)
    for viewer in EYES:
        assert len(world.frame(viewer).encode()) % 4096 == 0
        assert len(encode({"session": world.view(viewer)}).encode()) % 4096 == 0
