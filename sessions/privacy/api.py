"""API operations for exporting everything that is one's own, and for erasing one's words in a round."""

from functools import partial
from typing import Any, Literal
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.api.repeatable import RepeatableOperation, RepeatableQuery
from accounts.api.shapes import Instant
from accounts.api.streamed import json_object, streamed
from accounts.care.api_export import OwnConsent, OwnPractice, consents_of, practice_of
from accounts.models import User
from accounts.my_part.api import KeptNote, all_notes_by
from accounts.notices.api import OwnNotices, own_notices
from accounts.settings.api import Me, me, require_recent_login
from cycleproject.api.bodies import Given, Query
from cycleproject.api.problems import Problem
from sessions.checkin.apart import ToldToHost
from sessions.checkin.appointment import AppointmentState
from sessions.checkin.appointment import Reader as AppointmentReader
from sessions.checkin.patterns import PatternCode, Reaction
from sessions.checkin.shown_moment import ChosenMoment
from sessions.checkin.shown_round import Day, RevealedMark
from sessions.checkin.state import Partner, RoundPhase, Tried
from sessions.history.api import round_or_problem
from sessions.history.own.look_back import LookBack
from sessions.privacy import erasure
from sessions.privacy.export import appointments_of, check_ins_of, favourites_of, suggested_openings_of


class OtherMark(Given):
    """What a reveal always shows of the other, and nothing else of them."""

    reaction: Reaction
    intensity: int


class OwnStep(Given):
    """One's own small step, and whether it was tried."""

    text: str
    tried: Tried | None


class OwnReveal(Given):
    """A reveal from one's own side."""

    revealed_at: Instant
    pattern: PatternCode
    your_mark: RevealedMark
    other_mark: OtherMark
    you_fit: bool | None
    your_need: str | None
    you_heard: str | None
    your_step: OwnStep | None
    your_relief: int | None
    reconnected_at: Instant | None
    reconnected_on: Day | None
    your_day: Day | None
    same_loop: Literal[True] | None
    you_said_same: bool | None
    your_look_back: LookBack | None


class OwnRound(Given):
    """A round; one that was not revealed has only its moment."""

    number: int
    state: RoundPhase
    opened_at: Instant
    moment: ChosenMoment
    theme: str | None
    size: int | None
    reveal: OwnReveal | None


class OwnCheckIn(Given):
    """A check-in that one sat in."""

    id: UUID
    title: str
    started_at: Instant
    ended_at: Instant | None
    your_seat: Partner
    rounds: list[OwnRound]


class OwnAppointment(Given):
    """A planned check-in, and what has become of it; ``you``: as whom one reads it."""

    id: UUID
    title: str
    you: AppointmentReader
    hosted: bool
    appointment: AppointmentState
    starts_at: Instant
    moved_from: Instant | None


class OwnSuggestedOpening(Given):
    """An opening that a therapist has suggested to a couple, as far as they are told of it."""

    opens_at: Instant
    state: ToldToHost


class OwnExport(Given):
    """The export: everything that is one's own."""

    format: Literal["cycle-export-1"]
    me: Me
    check_ins: list[OwnCheckIn]
    private: dict[str, list[KeptNote]]
    consents: list[OwnConsent]
    favourite_moments: list[int]
    therapist: OwnPractice | None
    appointments: list[OwnAppointment] = []
    suggested_openings: list[OwnSuggestedOpening] = []
    notices: OwnNotices | None = None


class ExportQuery(Query):
    """Which part: all of it, what is one's own, or what is of a therapist's practice."""

    part: Literal["all", "own", "practice"] = "all"


class Export(Operation):
    """Take everything along that is one's own: marks in full, moments, patterns, needs, steps, private notes, and
    what one agreed to; a therapist's own profile and notes, which stand apart and may be taken alone, or left out.

    Of the other there is nothing but the reaction and intensity that were revealed. An account is asked to have logged
    in within the last few minutes. What is sealed is not in it.
    """

    asks = ExportQuery
    gives = {200: OwnExport}
    refuses = ("login.not_fresh",)

    def get(self, request: Request) -> HttpResponseBase:
        person = self.person()
        require_recent_login(self.login(), person)
        wanted = self.query(ExportQuery).part
        own = wanted != "practice"
        export = OwnExport(
            format="cycle-export-1",
            me=me(person),
            check_ins=[],
            private=all_notes_by(person) if own else {},
            consents=consents_of(person) if own else [],
            favourite_moments=favourites_of(person.id) if own else [],
            therapist=practice_of(person) if wanted != "own" else None,
            appointments=[OwnAppointment.model_validate(one) for one in _appointments(person, wanted)],
            suggested_openings=[
                OwnSuggestedOpening.model_validate(one)
                for one in (suggested_openings_of(person, timezone.now()) if wanted != "own" else [])
            ],
        )
        document = export.model_dump(mode="json", exclude_unset=True)
        if own:
            document["notices"] = own_notices(person).model_dump(mode="json")
            check_ins = check_ins_of(person.id, timezone.now())
            document["check_ins"] = (_written(OwnCheckIn.model_validate(one)) for one in check_ins)
        return streamed(json_object(document), "application/json")


def _written(one: OwnCheckIn) -> dict[str, Any]:
    return one.model_dump(mode="json", exclude_unset=True)


def _appointments(person: User, part: str) -> list[dict[str, Any]]:
    readers: dict[str, tuple[AppointmentReader, ...]] = {"own": ("partner",), "practice": ("host",)}
    return appointments_of(person, timezone.now(), readers.get(part, ("partner", "host")))


class EraseWords(RepeatableOperation):
    """Erase one's own words in a round, for both and at once; the pattern and both reactions stay."""

    asks = RepeatableQuery
    gives = {204: None}

    def delete(self, request: Request, history_id: UUID) -> Response:
        reader, _ = round_or_problem(self, history_id)
        if reader.seat is None:
            raise Problem("item.not_found")
        self.do_once(partial(erasure.erase_own_words, history_id, reader.seat))
        return Response(status=204)
