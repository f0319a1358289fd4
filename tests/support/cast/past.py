"""Rounds that are over, stored as the writer stores them, for tests that look back."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from accounts.care.scopes import agree
from accounts.couple import pairing
from accounts.logins import BACKEND
from accounts.models import CareLink, Couple, TherapistProfile, User
from sessions.checkin.patterns import PATTERN_OF_PAIR, Reaction
from sessions.history.figures.cycles import PastRound
from sessions.models import LiveSession, Mark, Part, Round, Seat, Step

START = datetime(2026, 3, 1, 18, tzinfo=UTC)


def past(day: float, a: Reaction, b: Reaction, **more: Any) -> PastRound:
    """Return a round of one day (from the start), which found back ``back`` days later if that is given."""
    opened_at = START + timedelta(days=day)
    back = more.pop("back", None)
    values: dict[str, Any] = {"theme": "messages", "intensities": (3, 3), "when": "now", **more}
    return PastRound(
        id=values.pop("id", UUID(int=int(day * 1000) + 1)),
        opened_at=opened_at,
        pattern=PATTERN_OF_PAIR[frozenset({a, b})],
        reactions=(a, b),
        reconnected_at=None if back is None else opened_at + timedelta(days=back),
        **values,
    )


@dataclass
class Pair:
    """A couple of two accounts."""

    a: User
    b: User
    couple: Couple
    sessions: int = 0
    rounds: list[Round] = field(default_factory=list)

    def reveal(
        self, at: datetime, a: dict[str, Any] | None = None, b: dict[str, Any] | None = None, **more: Any
    ) -> Round:
        """Store one check-in with one revealed round; ``share`` names what is shared of a mark's details."""
        live_session = LiveSession.objects.create(couple=self.couple, created_at=at, ended_at=at + timedelta(hours=1))
        for seat, person in (("a", self.a), ("b", self.b)):
            Seat.objects.create(live_session=live_session, name=seat, user=person, first_name=person.first_name)
        needs, steps = more.pop("needs", (None, None)), more.pop("steps", (None, None))
        heard_words = more.pop("heard_words", (None, None))
        fits, relief, back = more.pop("fits", (None, None)), more.pop("relief", (None, None)), more.pop("back", None)
        marks = {"a": a or {"reaction": "anxious"}, "b": b or {"reaction": "avoidant"}}
        values = {
            "moment": 1,
            "text": "A reply took longer than usual.",
            "theme": "messages",
            "happened": "now",
            **more,
        }
        one = Round.objects.create(
            live_session=live_session,
            number=1,
            phase="revealed",
            opened_at=at,
            revealed_at=at + timedelta(minutes=5),
            pattern=PATTERN_OF_PAIR[frozenset(mark["reaction"] for mark in marks.values())],
            pattern_version=1,
            reconnected_at=at + back if back else None,
            **values,
        )
        for index, (seat, mark) in enumerate(marks.items()):
            details = {key: value for key, value in mark.items() if key not in ("reaction", "intensity", "share")}
            Mark.objects.create(
                round=one,
                seat=seat,
                reaction=mark["reaction"],
                intensity=mark.get("intensity", 3),
                details=details,
                share=list(mark.get("share", ())),
            )
            Part.objects.create(
                round=one,
                seat=seat,
                need=needs[index],
                heard=bool(heard_words[index]),
                heard_words=heard_words[index],
                fits=fits[index],
                relief=relief[index],
                reconnected=bool(back),
            )
            if steps[index]:
                Step.objects.create(round=one, seat=seat, text=steps[index])
        self.rounds.append(one)
        return one


def pair(first: str = "Ana", second: str = "Ben") -> Pair:
    """Return two accounts who are a couple."""
    people = [
        User.objects.create_user(f"{name.lower()}@example.org", None, first_name=name) for name in (first, second)
    ]
    return Pair(*people, pairing.form_couple(*people))


def therapist_of(couple: Pair, *scopes: Any, name: str = "Tess") -> User:
    """Return a confirmed therapist with a second factor, to whom both partners have agreed."""
    from allauth.mfa.models import Authenticator
    from django.utils import timezone

    tess = User.objects.create_user(f"{name.lower()}@example.org", None, first_name=name)
    TherapistProfile.objects.create(user=tess, approach="", pace="", can_see="", confirmed_at=timezone.now())
    Authenticator.objects.create(user=tess, type=Authenticator.Type.TOTP, data={})
    link = CareLink.objects.create(therapist=tess, couple=couple.couple)
    for partner in (couple.a, couple.b):
        agree(partner, link, scopes)
    return tess


def phone_of(user: User) -> Client:
    """Return a browser in which somebody is logged in."""
    phone = Client()
    phone.force_login(user, backend=BACKEND)
    return phone
