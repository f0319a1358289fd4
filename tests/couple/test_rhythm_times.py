"""When a rhythm comes next: once on each of its days, whatever clocks do; skipped, paused, and agreed on by both."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import pytest

from accounts.couple import rhythm_times as rules
from accounts.couple.rhythm_times import A_WEEK, Asked, NotNext, Occurrence, Rhythm, Standing
from tests.support.clock_changes import A_DAY, CHANGES, HALF_HOURS, Change, doubled_hours, once, skipped_hours

SUNDAYS = Rhythm(6, time(19), "Europe/Berlin")
SECOND_SUNDAYS = replace(SUNDAYS, every=2, week=date(2027, 1, 4))
NOON = datetime(2027, 1, 6, 12, tzinfo=UTC)
by_name = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)


def times(standing: Standing, now: datetime, until: datetime) -> list[Occurrence]:
    """Go from one time to the next."""
    found: list[Occurrence] = []
    while (following := rules.next_time(standing, now)) and following.at <= until:
        found.append(following)
        now = following.at
    return found


def weeks_of(change: Change) -> list[dict[str, object]]:
    """Return every week, and both ways to have every second one."""
    monday = rules.monday_of(change.on)
    return [{}, {"every": 2, "week": monday}, {"every": 2, "week": monday + A_WEEK}]


# Over a clock change


@by_name
def test_each_of_the_days_has_it_once_over_a_change(change: Change) -> None:
    """Every half hour, every day of the week, every week and either second one: two weeks before to two after."""
    assert bool(skipped_hours(change)) != bool(doubled_hours(change)), "the clock changes on that day, one way"
    first, last = change.on - 15 * A_DAY, change.on + 15 * A_DAY
    begin, end = (datetime.combine(day, time(), ZoneInfo(change.zone)).astimezone(UTC) for day in (first, last))
    tried = 0
    for at, day, weeks in product(HALF_HOURS, range(7), weeks_of(change)):
        rhythm = Rhythm(day, at, change.zone, **weeks)  # type: ignore[arg-type]
        days = [first + number * A_DAY for number in range(30) if (first + number * A_DAY).weekday() == day]
        if rhythm.week:
            days = [one for one in days if (one - rhythm.week).days // 7 % 2 == 0]
        expected = [Occurrence(one, once(change, one, at)) for one in days]
        assert times(Standing(rhythm), begin - timedelta(microseconds=1), end - A_DAY / 1440) == expected, rhythm
        tried += 1
    assert tried == 48 * 7 * 3


@by_name
def test_it_is_the_same_time_from_whenever_one_looks(change: Change) -> None:
    """In steps of half an hour from two weeks before: the next one is the first that has not come."""
    for at in {*skipped_hours(change), *doubled_hours(change), time(0), time(19), time(23, 30)}:
        rhythm = Rhythm(change.on.weekday(), at, change.zone)
        to_come = [once(change, change.on + number * A_WEEK, at) for number in range(-2, 3)]
        now = to_come[0]
        while now < to_come[-1]:
            following = rules.next_time(Standing(rhythm), now)
            assert following and following.at == min(one for one in to_come if one > now), (at, now)
            now += timedelta(minutes=30)


@by_name
def test_an_hour_that_is_skipped_comes_as_much_later_and_one_that_is_doubled_first(change: Change) -> None:
    zone = ZoneInfo(change.zone)
    for at in skipped_hours(change):
        shown = rules.instant(change.on, at, change.zone).astimezone(zone)
        assert datetime.combine(change.on, at) + change.forward == shown.replace(tzinfo=None)
    for at in doubled_hours(change):
        shown = rules.instant(change.on, at, change.zone).astimezone(zone)
        assert (shown.date(), shown.time(), shown.fold) == (change.on, at, 0)


def test_a_day_that_a_zone_leaves_out_has_it_once_too() -> None:
    """Samoa had no 30 December 2011, a Friday."""
    fridays = Standing(Rhythm(4, time(19), "Pacific/Apia"))
    found = times(fridays, datetime(2011, 12, 25, tzinfo=UTC), datetime(2012, 1, 7, tzinfo=UTC))
    assert [one.on for one in found] == [date(2011, 12, 30), date(2012, 1, 6)]
    assert all(later.at > earlier.at for earlier, later in pairwise(found))
    # In that night the clock shows the day after next, and what it had is still to come.
    assert rules.next_time(fridays, datetime(2011, 12, 30, 22, tzinfo=UTC)) == found[0]


def test_a_couple_in_two_zones_has_one_instant_and_each_reads_it_by_their_own_clock() -> None:
    """New York changes two weeks before Berlin: in between the hour there is another, and the instant is one."""
    found = times(Standing(SUNDAYS), datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 5, tzinfo=UTC))
    read = [
        [f"{one.at.astimezone(ZoneInfo(zone)):%d %H:%M}" for zone in ("Europe/Berlin", "America/New_York")]
        for one in found
    ]
    assert read == [
        ["07 19:00", "07 13:00"],
        ["14 19:00", "14 14:00"],
        ["21 19:00", "21 14:00"],
        ["28 19:00", "28 13:00"],
        ["04 19:00", "04 13:00"],
    ]


# Every second week


def test_any_of_its_weeks_names_the_same_second_weeks() -> None:
    """Over the turns of three years, of which one has 53 weeks."""
    for week in (date(2027, 1, 4) + number * A_WEEK for number in range(-60, 61)):
        named = replace(SECOND_SUNDAYS, week=week)
        is_same = (week - date(2027, 1, 4)).days % 14 == 0
        assert named.same_as(SECOND_SUNDAYS) is is_same
        following = rules.next_time(Standing(named), NOON)
        assert following and following.on == (date(2027, 1, 10) if is_same else date(2027, 1, 17)), week


def test_one_without_a_zone_has_no_instant() -> None:
    standing = Standing(replace(SUNDAYS, zone=""))
    assert rules.next_time(standing, NOON) is None
    assert rules.pause(standing, 2, NOON) == standing
    with pytest.raises(NotNext):
        rules.skip(standing, date(2027, 1, 10), NOON)


# Agreeing


def test_it_holds_once_both_have_said_the_same() -> None:
    asked = rules.say(Standing(), "a", SUNDAYS)
    assert asked == Standing(asked=Asked("a", SUNDAYS))
    assert rules.say(asked, "a", SUNDAYS) == asked, "one alone stays one"
    assert rules.say(asked, "b", SUNDAYS) == Standing(SUNDAYS)


def test_the_one_that_holds_stays_until_both_have_said_another() -> None:
    standing = replace(Standing(SUNDAYS), skipped=date(2027, 1, 10), paused_until=date(2027, 2, 1))
    asked = rules.say(standing, "b", SECOND_SUNDAYS)
    assert asked == replace(standing, asked=Asked("b", SECOND_SUNDAYS))
    assert rules.say(asked, "a", SUNDAYS) == standing, "to say the one that holds takes the question back"
    assert rules.keep(asked) == standing
    other = replace(SUNDAYS, zone="America/New_York")
    assert rules.say(asked, "a", other) == replace(standing, asked=Asked("a", other)), "another hour is a question"
    again = replace(SECOND_SUNDAYS, week=date(2027, 1, 18))
    assert rules.say(asked, "a", again) == Standing(again), "a new one begins without a skip and a pause"


# Skipping


def test_a_skipped_time_is_left_out_once_however_often_it_is_said() -> None:
    standing, on = Standing(SUNDAYS), date(2027, 1, 10)
    skipped = rules.skip(standing, on, NOON)
    assert rules.skip(skipped, on, NOON) == skipped
    following = rules.next_time(skipped, NOON)
    assert following and following.on == on + A_WEEK
    assert rules.bring_back(skipped, on, NOON) == standing
    assert rules.bring_back(standing, on, NOON) == standing


@pytest.mark.parametrize("rhythm", [SUNDAYS, SECOND_SUNDAYS], ids=["every week", "every second week"])
def test_two_that_are_skipped_come_back_one_by_one(rhythm: Rhythm) -> None:
    first, second = date(2027, 1, 10), date(2027, 1, 10) + rhythm.every * A_WEEK
    both = rules.skip(rules.skip(Standing(rhythm), first, NOON), second, NOON)
    assert rules.is_skipped(both, first, NOON) and rules.is_skipped(both, second, NOON)
    one = rules.bring_back(both, second, NOON)
    assert rules.is_skipped(one, first, NOON) and not rules.is_skipped(one, second, NOON)
    assert rules.bring_back(one, first, NOON) == Standing(rhythm)


@pytest.mark.parametrize(
    "on", [date(2027, 1, 3), date(2027, 1, 9), date(2027, 1, 17), date.min, date.max, date(2027, 1, 11)], ids=str
)
def test_only_the_next_one_is_skipped(on: date) -> None:
    with pytest.raises(NotNext):
        rules.skip(Standing(SUNDAYS), on, NOON)
    skipped = rules.skip(Standing(SUNDAYS), date(2027, 1, 10), NOON)
    assert rules.bring_back(skipped, on, NOON) == skipped


def test_once_it_has_passed_nothing_is_left_of_a_skip() -> None:
    skipped = rules.skip(Standing(SUNDAYS), date(2027, 1, 10), NOON)
    after = datetime(2027, 1, 10, 18, 1, tzinfo=UTC)
    assert not rules.is_skipped(skipped, date(2027, 1, 10), after)
    assert rules.next_time(skipped, after) == rules.next_time(Standing(SUNDAYS), after)


# Pausing


def test_a_pause_leaves_out_what_falls_into_it_and_keeps_to_its_weeks() -> None:
    for weeks, every, on in ((2, 1, 24), (4, 1, 7), (2, 2, 24), (4, 2, 7), (1, 2, 24)):
        rhythm = SUNDAYS if every == 1 else SECOND_SUNDAYS
        paused = rules.pause(Standing(rhythm), weeks, NOON)
        following = rules.next_time(paused, NOON)
        assert following and following.on.day == on, (weeks, every)
        assert rules.is_paused(paused, NOON)
        assert not rules.is_paused(paused, NOON + weeks * A_WEEK)
        assert rules.resume(paused) == Standing(rhythm)


def test_a_pause_is_not_cut_short_by_another_and_skips_nothing_behind_it() -> None:
    four = rules.pause(Standing(SUNDAYS), 4, NOON)
    assert rules.pause(four, 2, NOON) == four
    following = rules.next_time(four, NOON)
    assert following
    with pytest.raises(NotNext):
        rules.skip(four, following.on, NOON)
