"""Whose word stands where: for every rule of reading, everybody who sits or sat there opens every address there is.

The word of each partner is a canary in everything that they can write and share. It has to be found where it may be
read, and nowhere where it may not: on pages, in answers of the API, in exports and calendars, in mails and the log.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.core import mail
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.care import scopes
from accounts.couple import pairing, retention
from accounts.models import CareLink, User
from accounts.person.rename import rename
from accounts.settings.deletion import delete_person
from sessions.checkin.details import ALWAYS_SHOWN, KINDS, Text
from sessions.history import rounds
from sessions.history.readers import Reader
from sessions.hosting import summary
from sessions.joining import seats, start
from sessions.models import LiveSession, Part, Seat
from sessions.privacy import erasure, export
from tests.support.canaries import canary, found
from tests.support.cast.past import Pair, pair, phone_of, therapist_of
from tests.support.routes import KNOWS_CHECK_INS, NOWHERE, _paths, _with_get

pytestmark = pytest.mark.django_db(transaction=True)

ANAS, BENS = canary("the words of Ana"), canary("the words of Ben")
# What either said that a round is about: theirs, and what both take along.
MOMENTS = {"a": canary("a moment of Ana"), "b": canary("a moment of Ben")}
# Questions that an address may be asked beside its plain self.
ASKED = ("?couple={couple}", "?as=csv&couple={couple}")

Seen = Mapping[str, str]


class World:
    """Ana and Ben, each with a word of their own in everything; Tess hosted it and may look back; Cleo comes later."""

    def __init__(self) -> None:
        self.two: Pair = pair()
        self.ana, self.ben = self.two.a, self.two.b
        self.tess = therapist_of(self.two, "host", "history")
        self.cleo = User.objects.create_user("cleo@example.org", None, first_name="Cleo")
        self.at = timezone.now() - timedelta(days=40)
        self.rounds = [self._told(), self._told(opened_by="b")]
        self.round = self.rounds[0]
        self.past = [str(one.live_session_id) for one in self.rounds]
        now = timezone.now()
        # The steps of the last check-in are asked about in this one.
        going_on = start.start_for_couple(self.ana, self.two.couple, now).live_session
        seats.take_seat(self.ben.id, going_on.id, now)
        self.sessions = [*self.past, str(going_on.id)]

    def _told(self, opened_by: str = "a") -> Any:
        # These rounds have a moment, so that no mark has one of its own: tests/joining/test_each_chooses.py.
        texts = [name for name, kind in KINDS.items() if isinstance(kind, Text) and name not in ALWAYS_SHOWN]
        marks = [
            {"reaction": reaction, **dict.fromkeys(texts, word), "share": texts}
            for reaction, word in (("anxious", ANAS), ("avoidant", BENS))
        ]
        one = self.two.reveal(
            self.at,
            *marks,
            moment=None,
            text=MOMENTS[opened_by],
            opened_by=opened_by,
            needs=(ANAS, BENS),
            heard_words=(ANAS, BENS),
            steps=(ANAS, BENS),
            back=timedelta(minutes=40),
        )
        for seat, word in (("a", ANAS), ("b", BENS)):
            said = {"feeling": "relief", "line": word, "shared": True}
            part = Part.objects.get(round=one, seat=seat)
            part.look_back = said
            part.save()
        LiveSession.objects.filter(pk=one.live_session_id).update(hosted=True, started_hosted=True)
        Seat.objects.create(live_session=one.live_session, name="host", user=self.tess, first_name="Tess")
        return one

    def seen_by(self, person: User, below: str = "/") -> Seen:
        """Return all that somebody is shown at addresses with a part like this, by address."""
        phone = freshly_logged_in(person)
        paths = (path for path in self.addresses() if below in path)
        return {path: phone.get(path).content.decode(errors="replace") for path in paths}

    def addresses(self) -> Iterator[str]:
        """Yield every address that may know of check-ins, with everything that it can be asked."""
        rounds = [str(one.history_id) for one in self.rounds]
        for route in _with_get():
            if not route.written_in.startswith(KNOWS_CHECK_INS):
                continue  # may not import what knows a word of it: see tests/house
            asked = ASKED if "history" in route.pattern else ("",)
            sessions = self.sessions if "session_id" in route.parameters else self.sessions[:1]
            for path in {path for session in sessions for path in _paths(route, session, rounds)}:
                if NOWHERE not in path:
                    yield from (path + one.format(couple=self.two.couple.id) for one in asked)


def freshly_logged_in(person: User) -> Client:
    """Return a browser in which somebody has just logged in, so that exports are open to them."""
    phone = phone_of(person)
    request = HttpRequest()
    request.session = phone.session  # type: ignore[assignment]
    record_authentication(request, person, "password")
    request.session.save()
    return phone


def where(words: list[str], seen: Seen) -> set[str]:
    """Return the addresses at which one of these words stands, in whatever form."""
    return {path for path, text in seen.items() if found(words, text.encode())}


# Every rule, and who may read whose words when it holds: (reader, author).


def together(_: World) -> None:
    """Change nothing."""


def parted(world: World) -> None:
    """Let Ana end the couple, and let her meet somebody new."""
    pairing.unpair(world.ana)
    pairing.form_couple(world.ana, world.cleo)


def left(world: World) -> None:
    """Let Ben end the couple and leave his words to her."""
    pairing.unpair(world.ben, leave_words=True)


def together_again(world: World) -> None:
    """Let Ana end the couple, and the same two meet anew, with everything agreed to with Tess once more."""
    pairing.unpair(world.ana)
    again = CareLink.objects.create(therapist=world.tess, couple=pairing.form_couple(world.ana, world.ben))
    for partner in (world.ana, world.ben):
        scopes.agree(partner, again, ["host", "history"])
    assert scopes.active_scopes(again), "premise"


def left_and_taken_back(world: World) -> None:
    """Let Ben end the couple and leave his words to her, and take all of them back later."""
    left(world)
    erasure.take_back_all_words(world.two.couple.id, "b")


def past_its_time(world: World) -> None:
    """Let it be kept for a month, which is over, before any purge."""
    for person in (world.ana, world.ben):
        person.memberships.update(retention_months=1)


def purged(world: World) -> None:
    """Do the same, and purge."""
    past_its_time(world)
    call_command("purge_expired")


def erased(world: World) -> None:
    """Let Ben erase his words in each round."""
    for one in world.rounds:
        erasure.erase_own_words(one.history_id, "b")


def gone(world: World) -> None:
    """Let Ben delete his account."""
    delete_person(world.ben)


def without_consent(world: World) -> None:
    """Let Ana take back what she agreed to."""
    scopes.withdraw(world.ana, CareLink.objects.get(), ["host", "history"])


AA, AB, BA, BB, TA, TB = "ana ana", "ana ben", "ben ana", "ben ben", "tess ana", "tess ben"
RULES: Mapping[Callable[[World], None], set[str]] = {
    together: {AA, AB, BA, BB, TA, TB},
    parted: {AA, BB},
    together_again: {AA, BB},
    left: {AA, AB, BB},
    left_and_taken_back: {AA},
    past_its_time: set(),
    purged: set(),
    erased: {AA, BA, TA},
    gone: {AA},
    without_consent: {AA, AB, BA, BB},
}


def all_shown(world: World) -> dict[str, Seen]:
    """Return what each who is still here is shown."""
    people = {"ana": world.ana, "ben": world.ben, "tess": world.tess, "cleo": world.cleo}
    here = {name: one for name, one in people.items() if User.objects.filter(pk=one.pk).exists()}
    return {name: world.seen_by(person) for name, person in here.items()}


def told(shown: Mapping[str, Seen]) -> dict[tuple[str, str], set[str]]:
    """Return where each reader finds whose word, a moment of theirs among them."""
    words = {"ana": [ANAS, MOMENTS["a"]], "ben": [BENS, MOMENTS["b"]]}
    places = {
        (reader, author): where(theirs, seen) for reader, seen in shown.items() for author, theirs in words.items()
    }
    return {whose: found_at for whose, found_at in places.items() if found_at}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_word_is_there_when_it_may_be_and_nowhere_when_it_may_not(
    rule: Callable[[World], None], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World()
    rule(world)
    shown = all_shown(world)
    places = told(shown)
    read = {f"{reader} {author}" for reader, author in places}
    assert read == RULES[rule], {whose: places[whose] for whose in places if " ".join(whose) not in RULES[rule]}
    for (reader, author), found_at in places.items():
        assert any("/history/" in path for path in found_at) and any("/summary/" in path for path in found_at)
        in_exports = {path for path in found_at if "export" in path}
        theirs = where([{"ana": ANAS, "ben": BENS}[author]], {path: shown[reader][path] for path in in_exports})
        assert bool(theirs) == (reader == author), (reader, author, theirs)
    mails = "".join(str(one.message()) for one in mail.outbox)
    assert not found([ANAS, BENS, *MOMENTS.values()], (mails + caplog.text + "".join(capsys.readouterr())).encode())


def test_a_name_is_the_persons_and_an_old_one_stands_nowhere() -> None:
    world = World()
    rename(world.ben, "Benedikt-7f3a")
    texts = world.seen_by(world.ana)
    old = {path for path, text in texts.items() if ">Ben<" in text or '"Ben"' in text}
    assert old == {"/api/schema/"}, "its examples are about somebody else"
    assert any("Benedikt-7f3a" in text for path, text in texts.items() if path.endswith("/summary/"))


def test_the_name_of_a_host_is_theirs_too_whatever_an_older_version_left_on_the_seat() -> None:
    world = World()
    page = f"/sessions/{world.past[0]}/summary/"

    def told(name: str) -> bool:
        return f"<bdi>{name}</bdi>" in phone_of(world.ana).get(page).content.decode()

    assert told("Tess"), "this test means nothing if no host is named"
    rename(world.tess, "Theresa-7f3a")
    assert set(Seat.objects.filter(user=world.tess).values_list("first_name", flat=True)) == {"Theresa-7f3a"}
    Seat.objects.filter(user=world.tess).update(first_name="Tess")
    assert told("Theresa-7f3a") and not told("Tess")
    delete_person(world.tess)
    assert not told("Theresa-7f3a") and not told("Tess")


@pytest.mark.parametrize(
    ("module", "loader", "address"),
    [
        (summary, "rounds_in", "/summary/"),
        (rounds, "taken_from", "/api/v1/history/"),
        (rounds, "visible_round", "/history/"),
        (export, "rounds_in_each", "/api/v1/me/export/"),
    ],
    ids=("summary", "history", "one round", "export"),
)
def test_a_loader_that_goes_its_own_way_is_found(
    module: ModuleType, loader: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    parted(world)
    asked = getattr(module, loader)

    def bypassed(*what: Any) -> Any:
        return asked(*(replace(one, wordless=frozenset()) if isinstance(one, Reader) else one for one in what))

    monkeypatch.setattr(module, loader, bypassed)
    places = told({name: world.seen_by(person, address) for name, person in (("ana", world.ana), ("ben", world.ben))})
    assert {("ana", "ben"), ("ben", "ana")} <= {*places}


def test_what_is_past_its_time_is_not_asked_about_in_a_room() -> None:
    world = World()
    going_on = f"/api/v1/sessions/{world.sessions[-1]}/"
    assert freshly_logged_in(world.ana).get(going_on).json()["session"]["follow_up"]
    past_its_time(world)
    shown = freshly_logged_in(world.ana).get(going_on).json()["session"]
    assert (shown["follow_up"], shown["last_time"]) == ([], None)
    assert retention.kept_since_of(world.two.couple.id, timezone.now()) > world.at
