"""Openings that wait cost the sweep nothing: it looks into an index, at what is due and at nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ClockCheck
from sessions.models import LiveSession
from sessions.store import openings

MANY = 10_000
INDEX = "waits_to_open"


def waiting(count: int, now: datetime) -> None:
    """Let so many openings wait for hours within the next two weeks."""
    hours = (now + timedelta(minutes=1 + number % 20_000) for number in range(count))
    LiveSession.objects.bulk_create([LiveSession(apart="agreed", starts_at=hour) for hour in hours], batch_size=1000)


@contextmanager
def steps_counted() -> Iterator[list[int]]:
    """Count the steps of SQLite's machine, which no other load changes."""
    counted = [0]

    def step() -> int:
        counted[0] += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(step, 1)
    try:
        yield counted
    finally:
        connection.connection.set_progress_handler(None, 0)


def steps_of_a_sweep(now: datetime) -> int:
    """Return how many steps a sweep takes that carries nothing out."""
    with steps_counted() as counted:
        assert openings.carry_out_due(now) == 0
    return counted[0]


@pytest.mark.django_db
def test_a_sweep_in_sqlite_takes_as_many_steps_beside_ten_thousand_that_wait_as_beside_ten() -> None:
    now = timezone.now()
    ClockCheck.objects.create(seen_at=now)
    waiting(10, now)
    few = steps_of_a_sweep(now)
    waiting(MANY - 10, now)
    assert LiveSession.objects.apart().count() == MANY, "premise"
    assert 0 < few == steps_of_a_sweep(now)


@pytest.mark.django_db
def test_a_sweep_asks_two_things() -> None:
    now = timezone.now()
    ClockCheck.objects.create(seen_at=now)
    waiting(10, now)
    with CaptureQueriesContext(connection) as asked:
        assert openings.carry_out_due(now) == 0
    assert len(asked) == 2, "of the clock, and of what is due"


@pytest.mark.django_db
def test_it_is_the_index_that_answers() -> None:
    now = timezone.now()
    waiting(MANY, now)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {LiveSession._meta.db_table}")
    plan = LiveSession.objects.opening_due(now).values_list("id", flat=True).explain()
    assert INDEX in plan and "Seq Scan" not in plan and "TEMP B-TREE" not in plan
