"""An agreed hour by a clock that may be wrong: nothing opens and nothing is destroyed until the clock is believed."""

import logging
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ClockCheck
from cycleproject.serving import metrics
from sessions.checkin.apart import BadHour
from sessions.joining import openings as joining
from sessions.models import LiveSession, Mark
from sessions.privacy import expiry
from sessions.store import openings
from sessions.store.clock import FAR_BEYOND
from tests.store.test_openings import BOTH, Opening, Partner
from tests.support.cast.api_world import fresh_login
from tests.support.servers.cycle import Server, race

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def last_seen(at: datetime) -> None:
    """Let the last purge have been then, by a clock that was believed."""
    ClockCheck.objects.all().delete()
    ClockCheck.objects.create(seen_at=at)


def sweep_until_done(at: datetime, until: datetime) -> datetime | None:
    """Sweep by a clock that goes on steadily; return when something was carried out."""
    while at <= until:
        if openings.carry_out_due(at):
            return at
        at += 10 * MINUTE
    return None


@pytest.mark.django_db
@pytest.mark.parametrize("sealed", [BOTH, ("a",)])
def test_a_clock_a_day_ahead_opens_nothing_and_destroys_nothing(sealed: tuple[Partner, ...]) -> None:
    opening = Opening()
    opening.seal(*sealed)
    last_seen(opening.made_at + DAY - HOUR)
    ahead = opening.hour - HOUR + DAY
    before = opening.state
    for look in (openings.carry_out_due, lambda now: openings.carry_out(opening.id, now)):
        assert not look(ahead)
    assert opening.ask("b", "sync", ahead).code is None
    assert opening.ask("b", "mark.seal", ahead, round=1, reaction="steady", intensity=1).code == "session.not_yet"
    assert opening.ask("a", "mark.withdraw", ahead, round=1).code == "session.not_yet"
    assert opening.state == before and Mark.objects.count() == len(sealed)
    # Put right, its hour comes as if nothing had been.
    assert openings.carry_out_due(opening.hour - MINUTE) == 0
    assert [openings.carry_out_due(opening.hour + MINUTE) for _ in range(2)] == [1, 0]
    assert (opening.state.ended_at is None) == (sealed == BOTH)


@pytest.mark.django_db
def test_pages_by_such_a_clock_show_the_hour_before_and_lose_nothing() -> None:
    opening = Opening()
    opening.seal(*BOTH)
    last_seen(timezone.now() - DAY)
    assert opening.hour < timezone.now(), "premise: due by this clock"
    phone = Client()
    phone.cookies["session"] = fresh_login(opening.two.a)
    for path in (f"/sessions/{opening.id}/opening/", f"/sessions/{opening.id}/", "/", "/couple/"):
        assert phone.get(path).status_code == 200, path
    assert opening.state.apart and Mark.objects.exclude(seal=None).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("off", "wait"), [(11 * HOUR, timedelta()), (DAY, HOUR), (9 * DAY, 9 * HOUR), (99 * DAY, DAY)])
def test_a_server_that_was_off_opens_after_the_wait_that_is_stated(off: timedelta, wait: timedelta) -> None:
    opening = Opening()
    opening.seal(*BOTH)
    last_seen(opening.hour - HOUR)
    back = opening.hour - HOUR + off
    at = sweep_until_done(back, back + 2 * DAY)
    assert at is not None and wait <= at - back <= wait + 10 * MINUTE
    assert opening.state.round and opening.state.round.phase == "revealed"


@pytest.mark.django_db(transaction=True)
def test_whoever_says_that_the_clock_is_right_waits_no_longer() -> None:
    opening = Opening()
    opening.seal(*BOTH)
    last_seen(opening.hour - 9 * DAY)
    assert openings.carry_out_due(opening.hour) == 0
    assert "no agreed opening is carried out" in expiry.purge_if_the_clock_is_right(opening.hour).waits
    expiry.purge_if_the_clock_is_right(opening.hour, at_once=True)
    assert openings.carry_out_due(opening.hour) == 1


@pytest.mark.django_db(transaction=True)
def test_a_sweep_notices_a_leap_says_it_once_and_leaves_the_end_of_the_doubt_to_the_purge(
    caplog: pytest.LogCaptureFixture, client: Client
) -> None:
    now = timezone.now()
    last_seen(now)
    caplog.set_level(logging.WARNING)
    for look in range(3):
        openings.carry_out_due(now + DAY + look * MINUTE)
    told = [record.message for record in caplog.records if "no agreed opening is carried out" in record.message]
    assert len(told) == 1 and "purge_expired --now" in told[0]
    assert client.get("/readyz").json()["clock"] == "in doubt"
    assert metrics.clock_in_doubt.collect()[0].samples[0].value == 1
    openings.carry_out_due(now + MINUTE)
    assert metrics.clock_in_doubt.collect()[0].samples[0].value == 0
    assert ClockCheck.objects.get().doubted_at, "what was made meanwhile counts from the purge that ends it"
    assert not expiry.purge_if_the_clock_is_right(now + MINUTE).waits
    assert "clock" not in client.get("/readyz").json()


@pytest.mark.django_db
def test_beside_a_clock_that_is_right_one_that_is_ahead_is_never_believed() -> None:
    opening = Opening()
    opening.seal(*BOTH)
    begin = opening.hour - 5 * HOUR
    last_seen(begin)
    minutes = range(0, 4 * 60, 5)
    assert len(minutes) * 5 * MINUTE > DAY / 24, "premise: alone, it would be believed after an hour"
    for passed in minutes:
        right = begin + passed * MINUTE
        assert openings.carry_out_due(right + DAY) == 0
        assert openings.carry_out_due(right) == 0
    ClockCheck.objects.all().delete()
    alone = Opening(names=("Cleo", "Dan"))
    alone.seal(*BOTH)
    last_seen(begin)
    assert sweep_until_done(begin + DAY, begin + DAY + 2 * HOUR), "so it is"


@pytest.mark.django_db
@pytest.mark.parametrize("sealed", [BOTH, ("a",)])
def test_a_clock_that_is_back_a_day_opens_late_and_nothing_twice(sealed: tuple[Partner, ...]) -> None:
    opening = Opening()
    opening.seal(*sealed)
    last_seen(opening.hour)
    assert openings.carry_out_due(opening.hour - DAY) == 0
    assert openings.carry_out_due(opening.hour) == 1
    told = opening.state
    for back in (opening.hour - DAY, opening.hour - MINUTE, opening.hour, opening.hour + DAY):
        assert openings.carry_out_due(back) == 0
        opening.ask("a", "sync", opening.hour - DAY)
    assert opening.state.round == told.round and opening.state.ended_at == told.ended_at


@pytest.mark.django_db
@pytest.mark.parametrize("by", [DAY, -DAY])
def test_no_hour_is_agreed_on_by_a_clock_in_doubt(by: timedelta) -> None:
    opening = Opening(agreed=False, now=timezone.now() + 2 * DAY)
    now = timezone.now()
    last_seen(now - by)
    before = opening.row
    token = fresh_login(opening.two.b)
    api = {"X-Session-Token": token}
    later = (now + 3 * DAY).replace(microsecond=0)
    address = f"/api/v1/sessions/{opening.id}/opening/"
    said = Client().put(address, {"opens_at": later.isoformat()}, content_type="application/json", headers=api)
    assert (said.status_code, said.json()["code"]) == (503, "service.unavailable")
    phone = Client()
    phone.cookies["session"] = token
    page = phone.post(f"/sessions/{opening.id}/opening/", {"opens_at": f"{later:%Y-%m-%dT%H:%M}"})
    assert page.status_code == 400 and "The clock of this server is being checked" in page.text
    with pytest.raises(openings.ClockInDoubt):
        joining.propose(opening.two.a, later, moment=1)
    assert LiveSession.objects.get() == before and opening.row.version == before.version
    last_seen(now)
    joining.say_hour(opening.two.b, opening.id, opening.hour)
    with pytest.raises(BadHour):
        joining.say_hour(opening.two.b, opening.id, (now - DAY).replace(microsecond=0))


@pytest.mark.django_db
def test_it_is_called_off_all_the_same_while_the_clock_is_in_doubt() -> None:
    for way, names in (("page", ("Ana", "Ben")), ("command", ("Cleo", "Dan"))):
        ClockCheck.objects.all().delete()
        opening = Opening(names=names)
        opening.seal(*BOTH)
        last_seen(timezone.now() - DAY)
        assert opening.hour < timezone.now(), "premise: due by this clock"
        if way == "page":
            joining.call_off(opening.two.a, opening.id)
        else:
            assert opening.ask("a", "session.end", timezone.now()).code is None
        assert opening.row.ended_at and not Mark.objects.exists()


@pytest.mark.both_stacks
def test_one_process_ahead_or_behind_beside_one_that_is_right(database: Server) -> None:
    """Two sweeps in the same moment by clocks that are a day apart, around the hour."""
    couples = 16
    assert race(database, "clocks_apart", couples, "tests.support.racing_hours") == {
        **{"early": 0, "twice": 0, "lost": 0},
        "2 sealed: revealed, 2 marks, goes on": couples / 2,
        "1 sealed: set_aside, 0 marks, ended": couples / 2,
    }
    assert FAR_BEYOND < DAY, "premise"
