"""Consent to a therapist: active while both partners agree, taken back alone and at once, and nobody's answer shown."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts import care, couples
from accounts.consent_wording import CURRENT, WORDINGS
from accounts.deletion import delete_person
from accounts.models import SCOPES, CareLink, Consent, Scope, User
from accounts.signals import access_changed
from accounts.therapists import confirm, describe, mark_of, profile_of, take_confirmation_back
from tests.care_cast import Three, account, device, linked, no_second_factor, second_factor, therapist, three

# What people have agreed to: see below.
WORDS_READ = {"host-1": "f5aef5a494060120", "history-1": "9485b54970138521"}
CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def cast(db: None) -> Three:
    """Return Ana and Ben with Tess, and nothing agreed to."""
    return three()


def both_agree(cast: Three, *scopes: Scope) -> None:
    """Let both agree."""
    for partner in (cast.ana, cast.ben):
        care.agree(partner, cast.link, scopes or SCOPES)


@contextmanager
def told() -> Iterator[list[set[UUID]]]:
    """Return whom a change is told of."""
    heard: list[set[UUID]] = []

    def hear(sender: Any, user_ids: set[UUID], **_: Any) -> None:
        heard.append(user_ids)

    access_changed.connect(hear)
    yield heard
    access_changed.disconnect(hear)


# When a scope is active.


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_is_active_once_both_agree(cast: Three, scope: Scope) -> None:
    assert care.active_scopes(cast.link) == frozenset()
    care.agree(cast.ana, cast.link, [scope])
    assert care.active_scopes(cast.link) == frozenset()
    care.agree(cast.ben, cast.link, [scope])
    assert care.active_scopes(cast.link) == {scope}
    assert care.has_scope(cast.tess.id, cast.couple.id, scope)
    other = next(one for one in SCOPES if one != scope)
    assert not care.has_scope(cast.tess.id, cast.couple.id, other), "each scope is agreed to by itself"


@pytest.mark.parametrize("who", ["ana", "ben"])
@pytest.mark.parametrize("scope", SCOPES)
def test_either_takes_it_back_alone_and_at_once(cast: Three, who: str, scope: Scope) -> None:
    both_agree(cast)
    care.withdraw(getattr(cast, who), cast.link, [scope])
    assert care.active_scopes(cast.link) == set(SCOPES) - {scope}
    care.agree(getattr(cast, who), cast.link, [scope])
    assert care.active_scopes(cast.link) == set(SCOPES)


@pytest.mark.parametrize("who", ["tess", "otto", "cleo"])
def test_nobody_else_answers(cast: Three, who: str) -> None:
    cleo, dan = account("Cleo"), account("Dan")
    couples.form_couple(cleo, dan)
    person = {"tess": cast.tess, "otto": account("Otto"), "cleo": cleo}[who]
    for change in (care.agree, care.withdraw):
        with pytest.raises(care.NotFound):
            change(person, cast.link, SCOPES)
    assert not Consent.objects.exists()


def test_one_consent_is_no_others(cast: Three) -> None:
    """Another couple's yes to Tess, and this couple's yes to another therapist, open nothing here."""
    cleo, dan, colleague = account("Cleo"), account("Dan"), therapist("Colleague")
    other_couple = couples.form_couple(cleo, dan)
    theirs, others = linked(cast.tess, cleo), linked(colleague, cast.ben)
    for link, people in ((theirs, (cleo, dan)), (others, (cast.ana, cast.ben))):
        for person in people:
            care.agree(person, link, SCOPES)
    assert not care.has_scope(cast.tess.id, cast.couple.id, "host")
    assert care.has_scope(cast.tess.id, other_couple.id, "host")
    assert not care.has_scope(colleague.id, other_couple.id, "host")


# What ends it.


def unpaired(cast: Three) -> None:
    couples.part(cast.ben)


def partner_deleted(cast: Three) -> None:
    delete_person(cast.ben)


def therapist_deleted(cast: Three) -> None:
    delete_person(cast.tess)


def therapist_closed(cast: Three) -> None:
    cast.tess.is_active = False
    cast.tess.save()


def partner_closed(cast: Three) -> None:
    cast.ben.is_active = False
    cast.ben.save()


def second_factor_off(cast: Three) -> None:
    no_second_factor(cast.tess)


def confirmation_taken_back(cast: Three) -> None:
    profile = profile_of(cast.tess)
    assert profile
    take_confirmation_back(profile)


def ended_by_the_therapist(cast: Three) -> None:
    care.end(cast.tess, cast.link)


ENDINGS: list[Callable[[Three], None]] = [
    unpaired,
    partner_deleted,
    therapist_deleted,
    therapist_closed,
    partner_closed,
    second_factor_off,
    confirmation_taken_back,
    ended_by_the_therapist,
]


@pytest.mark.parametrize("ending", ENDINGS)
def test_it_opens_nothing_any_more_and_is_told(cast: Three, ending: Callable[[Three], None]) -> None:
    both_agree(cast)
    tess_id, couple_id = cast.tess.id, cast.couple.id
    assert care.has_scope(tess_id, couple_id, "history")
    affected = cast.ben.id if ending is partner_closed else tess_id
    with told() as heard:
        ending(cast)
    assert affected in set().union(*heard)
    assert not any(care.has_scope(tess_id, couple_id, scope) for scope in SCOPES)


def test_pairing_again_does_not_bring_it_back(cast: Three) -> None:
    both_agree(cast)
    couples.part(cast.ana)
    again = couples.form_couple(cast.ana, cast.ben)
    assert list(care.links_for(cast.ana)) == []
    assert not care.has_scope(cast.tess.id, again.id, "host")
    with pytest.raises(care.NotFound):
        care.agree(cast.ana, cast.link, ["host"])


def test_a_therapist_ends_no_link_but_their_own(cast: Three) -> None:
    both_agree(cast)
    care.end(therapist("Colleague"), cast.link)
    assert care.active_scopes(CareLink.objects.get()) == set(SCOPES)


def test_what_staff_undo_comes_back_with_the_consent_that_still_stands(cast: Three) -> None:
    both_agree(cast)
    no_second_factor(cast.tess)
    assert care.active_scopes(cast.link) == frozenset()
    second_factor(cast.tess)
    assert care.active_scopes(cast.link) == set(SCOPES)


# One change, told to the three of them.


def test_each_change_is_told_to_all_three_once_and_none_is_told_twice(cast: Three) -> None:
    everybody = {cast.ana.id, cast.ben.id, cast.tess.id}
    with told() as heard:
        for _ in range(2):
            care.agree(cast.ana, cast.link, SCOPES)
        for _ in range(2):
            care.withdraw(cast.ana, cast.link, SCOPES)
        for _ in range(2):
            care.end(cast.tess, cast.link)
    assert heard == [everybody] * 3


def test_a_receiver_that_fails_undoes_the_change(cast: Three) -> None:
    """Otherwise a socket would stay open on a consent that is gone."""
    both_agree(cast)

    def fail(**_: Any) -> None:
        raise RuntimeError

    access_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            care.withdraw(cast.ana, cast.link, ["host"])
    finally:
        access_changed.disconnect(fail)
    assert care.active_scopes(cast.link) == set(SCOPES)


# What is kept.


def test_every_decision_is_kept_with_its_wording_and_time(cast: Three) -> None:
    for _ in range(2):
        care.agree(cast.ana, cast.link, ["host"])
        care.withdraw(cast.ana, cast.link, ["host"])
    kept = list(Consent.objects.order_by("agreed_at"))
    assert [(one.user, one.scope, one.wording) for one in kept] == [(cast.ana, "host", "host-1")] * 2
    assert all(one.withdrawn_at and one.withdrawn_at >= one.agreed_at for one in kept)


def test_every_scope_has_its_words_and_no_word_was_changed() -> None:
    """New words need a new code: a changed text would be one that nobody agreed to."""
    assert set(CURRENT) == set(SCOPES)
    assert set(CURRENT.values()) <= set(WORDINGS)
    assert {code: hashlib.sha256(str(text).encode()).hexdigest()[:16] for code, text in WORDINGS.items()} == WORDS_READ


# Nobody learns another's answer.


def not_yet(cast: Three) -> None:
    """Ana answers nothing."""


def taken_back(cast: Three) -> None:
    """Ana agrees, and takes it back."""
    care.agree(cast.ana, cast.link, SCOPES)
    care.withdraw(cast.ana, cast.link, SCOPES)


def said_no(cast: Three) -> None:
    """Ana says no, twice, over the API."""
    for _ in range(2):
        device(cast.ana).delete(f"/api/v1/care/{cast.link.id}/consent/")


def one_scope_taken_back(cast: Three) -> None:
    """Ana agrees to one thing, and takes it back."""
    care.agree(cast.ana, cast.link, ["history"])
    care.withdraw(cast.ana, cast.link, ["history"])


def seen(client: Client, cast: Three) -> dict[str, tuple[int, bytes, dict[str, str]]]:
    """Return everything that somebody can ask for about a link, without what differs between two requests."""
    paths = [
        "/",
        "/couple/",
        "/couple/care/",
        "/couple/care/opened/",
        f"/couple/care/{cast.link.id}/",
        "/practice/",
        f"/practice/{cast.link.id}/notes/",
        f"/practice/{cast.link.id}/end/",
        "/api/v1/care/",
        f"/api/v1/care/{cast.link.id}/notes/",
        f"/api/v1/care/{cast.link.id}/consent/",
        "/api/v1/me/therapist/",
        "/api/v1/sessions/",
    ]
    return {path: _told(client.get(path)) for path in paths}


def _told(answer: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    headers = {name: value for name, value in answer.headers.items() if name not in ("Date", "Set-Cookie")}
    return answer.status_code, CSRF.sub(b"", answer.content), headers


@pytest.mark.parametrize("who", ["ben", "tess"])
@pytest.mark.parametrize("ben_agrees", [True, False])
def test_not_yet_no_and_taken_back_are_the_same_bytes(cast: Three, who: str, ben_agrees: bool) -> None:
    if ben_agrees:
        care.agree(cast.ben, cast.link, SCOPES)
    client = device(getattr(cast, who))
    first = seen(client, cast)
    assert sum(status == 200 for status, _, _ in first.values()) >= 8
    for answering in (not_yet, said_no, one_scope_taken_back, taken_back):
        answering(cast)
        assert seen(client, cast) == first, answering.__name__


def test_they_differ_once_it_is_active(cast: Three) -> None:
    """Without this the test above would hold for pages that say nothing."""
    care.agree(cast.ben, cast.link, SCOPES)
    clients = [device(cast.ben), device(cast.tess)]
    before = [seen(client, cast) for client in clients]
    care.agree(cast.ana, cast.link, ["host"])
    for client, was in zip(clients, before, strict=True):
        now = seen(client, cast)
        assert now["/api/v1/care/"] != was["/api/v1/care/"]
    assert before[0]["/couple/care/"] != seen(clients[0], cast)["/couple/care/"]
    assert before[1]["/practice/"] != seen(clients[1], cast)["/practice/"]


def test_the_therapist_learns_no_name_before_both_agree(cast: Three) -> None:
    care.agree(cast.ana, cast.link, SCOPES)
    tess = device(cast.tess)
    for path in ("/practice/", f"/practice/{cast.link.id}/notes/", f"/practice/{cast.link.id}/end/", "/api/v1/care/"):
        page = tess.get(path).content.decode()
        assert "Ana" not in page and "Ben" not in page, path
    care.agree(cast.ben, cast.link, ["host"])
    for path in ("/practice/", "/api/v1/care/"):
        page = tess.get(path).content.decode()
        assert "Ana" in page and "Ben" in page, path


# The page.


def test_the_page_shows_the_words_that_are_kept_and_says_beforehand_what_others_see(cast: Three) -> None:
    page = device(cast.ana).get(f"/couple/care/{cast.link.id}/").content.decode()
    for scope in SCOPES:
        assert str(WORDINGS[CURRENT[scope]]) in page
    assert "when an active one becomes inactive, the others can see that it did" in page
    assert page.index("becomes inactive") < page.index('name="agree"')


def test_a_partner_answers_on_the_page(cast: Three) -> None:
    care.agree(cast.ben, cast.link, SCOPES)
    ana, path = device(cast.ana), f"/couple/care/{cast.link.id}/"
    ana.get(path)
    assert ana.post(path, {"agree": "host-1"}).status_code == 302
    assert care.active_scopes(cast.link) == {"host"}
    ana.post(path, {"withdraw": "host"})
    assert care.active_scopes(cast.link) == frozenset()
    assert "Not agreed" in ana.get(path).content.decode()


@pytest.mark.parametrize("answer", [{"agree": "host-0"}, {"agree": "host"}, {"agree": "everything"}, {}, {"no": "x"}])
def test_nobody_agrees_to_words_they_have_not_read(cast: Three, answer: dict[str, str]) -> None:
    ana, path = device(cast.ana), f"/couple/care/{cast.link.id}/"
    assert ana.post(path, answer).status_code == 302
    assert not Consent.objects.exists()


def test_looking_agrees_to_nothing(cast: Three) -> None:
    for method, query in product(("get", "head"), ("", "?agree=host-1")):
        getattr(device(cast.ana), method)(f"/couple/care/{cast.link.id}/{query}")
    assert not Consent.objects.exists()


@pytest.mark.parametrize("who", ["tess", "otto", "cleo", "staff"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_to_everybody_else_the_page_is_one_that_does_not_exist(cast: Three, who: str, method: str) -> None:
    cleo, dan = account("Cleo"), account("Dan")
    couples.form_couple(cleo, dan)
    people: dict[str, User] = {"tess": cast.tess, "otto": account("Otto"), "cleo": cleo}
    people["staff"] = account("Staff", is_staff=True, is_superuser=True)
    client = device(people[who])
    asked = {"agree": "host-1"}
    theirs = getattr(client, method)(f"/couple/care/{cast.link.id}/", asked)
    missing = getattr(client, method)("/couple/care/00000000-0000-4000-8000-000000000000/", asked)
    assert (theirs.status_code, theirs.content) == (missing.status_code, missing.content)
    assert theirs.status_code == 404


# The API.


def ask(client: Client, method: str, path: str, body: Any = None) -> HttpResponse:
    """Ask the API as a browser does."""
    sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    answer: HttpResponse = getattr(client, method)(f"/api/v1/{path}", **sent)
    return answer


def test_a_partner_answers_over_the_api(cast: Three) -> None:
    care.agree(cast.ben, cast.link, SCOPES)
    ana, path = device(cast.ana), f"care/{cast.link.id}/consent/"
    shown = json.loads(ask(ana, "post", path, {"scope": ["host"]}).content)
    assert (shown["you"], shown["therapist"]["first_name"]) == ("partner", "Tess")
    assert shown["therapist"]["profile"]["approach"] == "Slow rounds."
    assert {scope: (one["agreed"], one["active"]) for scope, one in shown["scopes"].items()} == {
        "host": (True, True),
        "history": (False, False),
    }
    assert shown["scopes"]["host"]["wording"]["code"] == "host-1"
    assert care.active_scopes(cast.link) == {"host"}
    assert json.loads(ask(ana, "delete", path, {"scope": ["host"]}).content)["scopes"]["host"]["active"] is False
    ask(ana, "post", path, {"scope": ["host", "history"]})
    assert care.active_scopes(cast.link) == set(SCOPES)
    assert ask(ana, "delete", path).status_code == 200, "without a body everything is taken back"
    assert care.active_scopes(cast.link) == frozenset()


def test_the_therapist_sees_over_the_api_what_is_active(cast: Three) -> None:
    both_agree(cast, "history")
    (shown,) = json.loads(ask(device(cast.tess), "get", "care/").content)["results"]
    assert shown["you"] == "therapist"
    assert shown["couple"] == str(cast.couple.id)
    assert shown["partners"] == [{"seat": "a", "first_name": "Ana"}, {"seat": "b", "first_name": "Ben"}]
    assert shown["scopes"] == {"host": {"active": False}, "history": {"active": True}}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"scope": []},
        {"scope": "host"},
        {"scope": ["everything"]},
        {"scope": ["host"], "user": "x"},
        {"scope": ["host", "host", "host"]},
        ["host"],
    ],
)
def test_a_body_that_says_something_else_is_refused(cast: Three, body: Any) -> None:
    answer = ask(device(cast.ana), "post", f"care/{cast.link.id}/consent/", body)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "frame.invalid")
    assert not Consent.objects.exists()


@pytest.mark.parametrize("who", ["tess", "otto", "staff"])
@pytest.mark.parametrize("method", ["post", "delete"])
def test_to_everybody_else_the_address_is_one_that_does_not_exist(cast: Three, who: str, method: str) -> None:
    staff = account("Staff", is_staff=True, is_superuser=True)
    client = device({"tess": cast.tess, "otto": account("Otto"), "staff": staff}[who])
    absent = "00000000-0000-4000-8000-000000000000"
    theirs, missing = (
        ask(client, method, f"care/{link_id}/consent/", {"scope": ["host"]}) for link_id in (cast.link.id, absent)
    )
    assert (theirs.status_code, theirs.content) == (missing.status_code, missing.content)
    assert theirs.status_code == 404


# Whatever happens, in whatever order.


class Model(RuleBasedStateMachine):
    """Two partners, a therapist and what may happen to a link, beside the smallest model of it."""

    def __init__(self) -> None:
        super().__init__()
        self.run = transaction.atomic()
        self.run.__enter__()
        self.cast = three()
        self.agreed: dict[str, set[str]] = {"ana": set(), "ben": set()}
        self.together = self.linked = self.confirmed = self.with_factor = True

    @rule(who=st.sampled_from(["ana", "ben"]), scopes=st.sets(st.sampled_from(SCOPES)))
    def agrees(self, who: str, scopes: set[Scope]) -> None:
        """Let one agree."""
        try:
            care.agree(getattr(self.cast, who), self.cast.link, sorted(scopes))
        except care.NotFound:
            assert not (self.together and self.linked)
        else:
            self.agreed[who] |= scopes

    @rule(who=st.sampled_from(["ana", "ben"]), scopes=st.sets(st.sampled_from(SCOPES)))
    def takes_back(self, who: str, scopes: set[Scope]) -> None:
        """Let one take it back."""
        try:
            care.withdraw(getattr(self.cast, who), self.cast.link, sorted(scopes))
        except care.NotFound:
            assert not (self.together and self.linked)
        else:
            self.agreed[who] -= scopes

    @rule()
    def unpairs(self) -> None:
        """Let them part."""
        couples.part(self.cast.ana)
        self.together = False

    @rule()
    def pairs_again(self) -> None:
        """Let them pair again, with a new link: nothing of the old one counts."""
        if not self.together:
            self.cast.couple = couples.form_couple(self.cast.ben, self.cast.ana)
            self.together, self.linked = True, False

    @rule()
    def links_again(self) -> None:
        """Let the therapist invite them once more."""
        if self.together and care.may_host(self.cast.tess):
            self.cast.link = linked(self.cast.tess, self.cast.ben)
            if not self.linked:
                self.agreed = {"ana": set(), "ben": set()}
            self.linked = True

    @rule()
    def therapist_ends(self) -> None:
        """Let the therapist end it."""
        care.end(self.cast.tess, self.cast.link)
        self.linked = False

    @rule()
    def staff_change_their_mind(self) -> None:
        """Let staff confirm, or take it back."""
        profile = describe(self.cast.tess, {"approach": "a", "pace": "b", "can_see": "c"})
        if self.confirmed:
            take_confirmation_back(profile)
        else:
            confirm(profile, mark_of(profile))
        self.confirmed = not self.confirmed

    @rule()
    def second_factor_changes(self) -> None:
        """Let the therapist turn the second step off, or on."""
        (no_second_factor if self.with_factor else second_factor)(self.cast.tess)
        self.with_factor = not self.with_factor

    @invariant()
    def active_iff_both_agree_now(self) -> None:
        """Look at it as everybody else does."""
        good = self.together and self.linked and self.confirmed and self.with_factor
        expected = self.agreed["ana"] & self.agreed["ben"] if good else set()
        link = CareLink.objects.get(pk=self.cast.link.pk)
        assert care.active_scopes(link) == expected
        for scope in SCOPES:
            assert care.has_scope(self.cast.tess.id, self.cast.couple.id, scope) == (scope in expected)
        assert bool(care.partners_of(link)) == bool(expected)

    def teardown(self) -> None:
        """Forget it all, so that the next run finds nothing."""
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)


@pytest.mark.django_db
def test_it_is_active_exactly_while_both_agree_whatever_happens() -> None:
    fast = settings(max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Model, settings=fast)
