"""What a reveal shows: reaction and intensity to all, what was shared to all, everything else to its author alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.checkin.shown_round import Viewer
from sessions.checkin.state import PARTNERS, Partner, other
from tests.support.frames import DETAILS, marks
from tests.support.pure.world import EYES, begun, in_exchange, others_than, revealed, with_round

each_viewer = pytest.mark.parametrize("viewer", EYES, ids=lambda v: f"{v.seat}{' screen' if v.shared else ''}")
each_partner = pytest.mark.parametrize("seat", PARTNERS)


# What a reveal shows of a mark


@each_viewer
@each_partner
def test_what_was_not_shared_is_the_authors_alone(seat: Partner, viewer: Viewer) -> None:
    world = revealed(begun(hosted=True), **{seat: DETAILS})
    mark = world.round(viewer)["reveal"]["marks"][seat]
    core = {"reaction": "anxious", "intensity": 4} if seat == "a" else {"reaction": "avoidant", "intensity": 3}
    if viewer.partner == seat:
        assert mark == {**core, **DETAILS, "share": []}
    else:
        assert mark == core
        assert "canary" not in world.frame(viewer)


@each_viewer
@pytest.mark.parametrize("name", DETAILS)
def test_what_was_shared_is_shown_and_no_more(name: str, viewer: Viewer) -> None:
    mark = revealed(begun(hosted=True), {**DETAILS, "share": [name]}).round(viewer)["reveal"]["marks"]["a"]
    if viewer.partner == "a":
        assert mark["share"] == [name] and {key: mark[key] for key in DETAILS} == DETAILS
    else:
        assert mark == {"reaction": "anxious", "intensity": 4, name: DETAILS[name]}


def test_naming_an_empty_field_shares_nothing() -> None:
    world = revealed(begun(), {"words": "Yes.", "share": [*DETAILS]})
    assert world.round(Viewer("b"))["reveal"]["marks"]["a"] == {
        "reaction": "anxious",
        "intensity": 4,
        "words": "Yes.",
    }
    assert world.round(Viewer("a"))["reveal"]["marks"]["a"]["share"] == ["words"]


def test_a_second_mark_replaces_the_whole_first_one() -> None:
    first = with_round(begun()).after("a", "mark.seal", round=1, reaction="both", intensity=5, **DETAILS)
    again = first.after("a", "mark.seal", round=1, reaction="steady", intensity=1, moves=["listen"])
    world = again.after("b", "mark.seal", round=1, reaction="steady", intensity=2)
    assert world.round(Viewer("a"))["reveal"]["marks"]["a"] == {
        "reaction": "steady",
        "intensity": 1,
        "moves": ["listen"],
        "share": [],
    }
    assert "canary" not in world.frame(Viewer("a"))


@given(marks, marks, st.booleans())
def test_everybody_sees_the_same_but_for_their_own_things(a: Any, b: Any, hosted: bool) -> None:
    world = revealed(begun(hosted=hosted), a, b)
    rounds = {viewer: world.round(viewer) for viewer in EYES}
    for seat, mark in (("a", a), ("b", b)):
        seen_by_others = [rounds[viewer]["reveal"]["marks"][seat] for viewer in others_than(seat)]
        expected = {name: mark[name] for name in mark if name in mark.get("share", ()) or name not in DETAILS}
        expected.pop("share", None)
        assert all(seen == expected for seen in seen_by_others)
        assert rounds[Viewer(seat)]["reveal"]["marks"][seat].items() >= expected.items()
    common = [
        {**shown, "sealed": None, "reveal": {**shown["reveal"], "marks": None}, "exchange": None}
        for shown in rounds.values()
    ]
    assert all(one == common[0] for one in common)


@given(marks, marks, marks)
def test_what_is_shown_is_derived_from_what_is_shared(a: Any, b: Any, other_details: Any) -> None:
    shared = set(a.get("share", ()))
    # The same mark to everybody else: what was not shared is something else, or not there.
    twin = {name: a[name] for name in a if name not in DETAILS or name in shared}
    twin |= {name: value for name, value in other_details.items() if name in DETAILS and name not in shared}
    twin["share"] = [name for name in a.get("share", ()) if name in a]
    worlds = [revealed(begun(hosted=True), mark, b) for mark in (a, twin)]
    for viewer in others_than("a"):
        assert worlds[0].frame(viewer) == worlds[1].frame(viewer)


# Reading each other


@pytest.mark.parametrize(
    ("guesses", "share", "expected"),
    [
        (("avoidant", "anxious"), ("guess", "guess"), True),
        (("avoidant", "anxious"), ("guess", "words"), None),
        (("avoidant", "anxious"), ("words", "guess"), None),
        (("avoidant", "anxious"), ("words", "words"), None),
        (("avoidant", "steady"), ("guess", "guess"), None),
        (("steady", "anxious"), ("guess", "guess"), None),
        ((None, "anxious"), ("guess", "guess"), None),
        ((None, None), ("guess", "guess"), None),
    ],
)
def test_they_read_each_other_when_both_shared_a_guess_and_both_were_right(
    guesses: tuple[str | None, str | None], share: tuple[str, str], expected: bool | None
) -> None:
    a, b = ({"guess": guesses[seat], "share": [share[seat]]} for seat in (0, 1))
    world = revealed(begun(hosted=True), a, b)
    assert all(world.round(viewer)["reveal"]["read_each_other"] is expected for viewer in EYES)


# Whether it fits


@each_partner
def test_whether_it_fits_is_ones_own_until_both_have_answered(seat: Partner) -> None:
    one = revealed(begun(hosted=True)).after(seat, "pattern.fit", round=1, fits=False)
    for viewer in EYES:
        shown = False if viewer.partner == seat else None
        assert one.round(viewer)["reveal"]["fits"] == {seat: shown, other(seat): None}
    both = one.after(other(seat), "pattern.fit", round=1, fits=True)
    for viewer in EYES:
        assert both.round(viewer)["reveal"]["fits"] == {seat: False, other(seat): True}
    changed = both.after(seat, "pattern.fit", round=1, fits=True)
    assert all(changed.round(viewer)["reveal"]["fits"] == {"a": True, "b": True} for viewer in EYES)


# The exchange


@each_partner
def test_what_one_partner_asked_for_alone_is_their_own(seat: Partner) -> None:
    world = revealed(begun(hosted=True)).after(seat, "quiet.skip", round=1)
    assert world.round(Viewer(seat))["exchange"]["you_skipped"] is True
    assert world.round(Viewer(other(seat)))["exchange"]["you_skipped"] is False
    paused = world.after("host", "pause.start", minutes=1).after(seat, "pause.resume")
    assert paused.view(Viewer(seat))["pause"]["you_asked_to_resume"] is True
    for viewer in others_than(seat):
        assert paused.view(viewer)["pause"]["you_asked_to_resume"] is False


@each_partner
def test_a_need_said_alone_is_shown_to_nobody(seat: Partner) -> None:
    before = in_exchange(begun(hosted=True))
    world = before.after(seat, "need.say", round=1, text="A canary of a need.")
    for viewer in EYES:
        assert "canary" not in world.frame(viewer)
        assert world.round(viewer)["exchange"]["needs"] is None
    assert world.round(Viewer(seat))["exchange"]["you_said"] is True
    for viewer in others_than(seat):
        assert world.frame(viewer) == before.frame(viewer)


def test_the_quiet_is_shown_while_it_lasts() -> None:
    world = revealed(begun())
    assert world.round(Viewer("a"))["exchange"]["quiet_until"] == "2026-03-01T12:00:15Z"
    assert world.later(seconds=15).round(Viewer("a"))["exchange"]["quiet_until"] is None


def test_relief_is_shown_to_nobody() -> None:
    worlds = [
        in_exchange(begun(hosted=True)).after("a", "reconnect.confirm", round=1, **relief)
        for relief in ({}, {"relief": 0}, {"relief": 4})
    ]
    for viewer in EYES:
        assert len({world.frame(viewer) for world in worlds}) == 1
