"""Ten years of rounds, stored at once, and plain SELECTs of what a page of them shows. Needs Django to be set up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from accounts.couple import pairing, retention
from accounts.models import Couple, User
from sessions.checkin.patterns import PATTERN_OF_PAIR, REACTIONS
from sessions.history.query import Cursor, RoundPosition
from sessions.history.rounds import PAGE_SIZE, SEARCH_LIMIT
from sessions.models import LiveSession, Mark, Part, Round, Seat, Step
from sessions.words import library

A_DAY: Final = 2
AT_ONCE: Final = 1000


def fill(rounds: int) -> tuple[User, Couple]:
    """Store two couples with so many rounds each; return the first person of the first, and their couple."""
    ana, couple = _couple("Ana", "Ben", rounds)
    _couple("Cleo", "Dan", rounds)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return ana, couple


def _couple(first: str, second: str, rounds: int) -> tuple[User, Couple]:
    people = [
        User.objects.create_user(f"{name.lower()}@example.org", None, first_name=name) for name in (first, second)
    ]
    couple = pairing.form_couple(*people)
    for person in people:
        retention.set_retention(person, couple, retention.MAX_MONTHS)
    now = timezone.now()
    days = -(-rounds // A_DAY)
    sessions = [
        LiveSession(couple=couple, created_at=at, ended_at=at + timedelta(hours=2))
        for at in (now - timedelta(days=day) for day in range(days))
    ]
    LiveSession.objects.bulk_create(sessions, AT_ONCE)
    Seat.objects.bulk_create(
        [
            Seat(live_session=one, name=seat, user=person, first_name=person.first_name)
            for one in sessions
            for seat, person in zip("ab", people, strict=True)
        ],
        AT_ONCE,
    )
    made = [_round(sessions[number // A_DAY], number) for number in range(rounds)]
    Round.objects.bulk_create(made, AT_ONCE)
    Mark.objects.bulk_create([_mark(one, seat, number) for number, one in enumerate(made) for seat in "ab"], AT_ONCE)
    Part.objects.bulk_create(
        [
            Part(round=one, seat=seat, need=f"A need for a quiet hour, {number}.", relief=number % 5)
            for number, one in enumerate(made)
            for seat in "ab"
        ],
        AT_ONCE,
    )
    Step.objects.bulk_create(
        [Step(round=one, seat="a", text=f"Say when I will be back, {number}.") for number, one in enumerate(made)],
        AT_ONCE,
    )
    return people[0], couple


def _reactions(number: int) -> tuple[Any, Any]:
    return REACTIONS[number % 4], REACTIONS[number // 4 % 4]


def _round(live_session: LiveSession, number: int) -> Round:
    moment = library.MOMENTS[number % len(library.MOMENTS)]
    at = live_session.created_at + timedelta(minutes=30 * (number % A_DAY))
    return Round(
        live_session=live_session,
        number=number % A_DAY + 1,
        phase="revealed",
        moment=moment.id,
        text=moment.text,
        theme=moment.theme,
        size=number % 3 + 1,
        opened_at=at,
        revealed_at=at,
        pattern=PATTERN_OF_PAIR[frozenset(_reactions(number))],
        pattern_version=1,
        reconnected_at=at + timedelta(minutes=10 + number % 300),
    )


def _mark(one: Round, seat: str, number: int) -> Mark:
    return Mark(
        round=one,
        seat=seat,
        reaction=_reactions(number)["ab".index(seat)],
        intensity=(number + (seat == "b")) % 5 + 1,
        details={"words": f"I thought it would go on like this for ever, {number}.", "moves": ["go-quiet"]},
        share=["words", "moves"],
    )


def cursor_after(couple: Couple, rounds: int) -> str:
    """Return the cursor that goes on after so many rounds."""
    row = _newest(couple)[rounds]
    return str(Cursor(RoundPosition(row.live_session.took_place_at, row.live_session_id, row.number)))


def _newest(couple: Couple) -> Any:
    rows = Round.objects.filter(live_session__couple=couple).select_related("live_session")
    return rows.order_by("-live_session__took_place_at", "-live_session_id", "-number")


def plain_selects(couple: Couple) -> dict[str, Callable[[], None]]:
    """Return how to fetch the same rows, by their ids, and do nothing with them."""
    page = [row.pk for row in _newest(couple)[: PAGE_SIZE + 1]]
    searched = [row.pk for row in _newest(couple)[:SEARCH_LIMIT]]
    everything = (
        "SELECT r.history_id, r.opened_at, r.moment, r.theme, r.pattern, r.size, r.reconnected_at,"
        " a.reaction, b.reaction, a.intensity, b.intensity FROM live_sessions_round r"
        " JOIN live_sessions_livesession s ON s.id = r.live_session_id"
        " JOIN live_sessions_mark a ON a.round_id = r.id AND a.seat = 'a'"
        " JOIN live_sessions_mark b ON b.round_id = r.id AND b.seat = 'b' WHERE s.couple_id = %s"
    )
    couple_id = couple.id if connection.vendor == "postgresql" else couple.id.hex

    def whole(ids: list[int]) -> None:
        marks = ", ".join(["%s"] * len(ids))
        _fetch(f"SELECT * FROM live_sessions_round WHERE id IN ({marks})", ids)
        for name in ("mark", "part", "step"):
            _fetch(f"SELECT * FROM live_sessions_{name} WHERE round_id IN ({marks})", ids)

    return {
        "page": lambda: whole(page),
        "searched": lambda: whole(searched),
        "everything": lambda: _fetch(everything, [couple_id]),
    }


def _fetch(statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.fetchall()
