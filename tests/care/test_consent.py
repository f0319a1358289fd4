"""Consent to a therapist: active while both partners agree, and ended by whatever ends one of its conditions."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from accounts.care import scopes
from accounts.care.consent_wording import CURRENT, WORDINGS
from accounts.care.therapists import profile_of, revoke_confirmation
from accounts.couple import pairing
from accounts.models import SCOPES, CareLink, Consent, Scope
from accounts.settings.deletion import delete_person
from accounts.signals import access_changed
from sessions.contract.openapi import document
from tests.support.cast.care_cast import (
    Three,
    account,
    both_agree,
    device,
    linked,
    no_second_factor,
    second_factor,
    therapist,
)

# What people have agreed to: see below.
WORDS_READ = {"host-1": "f5aef5a494060120", "history-1": "9485b54970138521"}


@contextmanager
def told() -> Iterator[list[set[UUID]]]:
    """Return whom a change is told of."""
    heard: list[set[UUID]] = []

    def hear(sender: Any, user_ids: set[UUID], **_: Any) -> None:
        heard.append(user_ids)

    access_changed.connect(hear)
    yield heard
    access_changed.disconnect(hear)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_is_active_once_both_agree(cast: Three, scope: Scope) -> None:
    assert scopes.active_scopes(cast.link) == frozenset()
    scopes.agree(cast.ana, cast.link, [scope])
    assert scopes.active_scopes(cast.link) == frozenset()
    scopes.agree(cast.ben, cast.link, [scope])
    assert scopes.active_scopes(cast.link) == {scope}
    assert scopes.has_scope(cast.tess.id, cast.couple.id, scope)
    other = next(one for one in SCOPES if one != scope)
    assert not scopes.has_scope(cast.tess.id, cast.couple.id, other), "each scope is agreed to by itself"


@pytest.mark.parametrize("who", ["ana", "ben"])
@pytest.mark.parametrize("scope", SCOPES)
def test_either_takes_it_back_alone_and_at_once(cast: Three, who: str, scope: Scope) -> None:
    both_agree(cast)
    scopes.withdraw(getattr(cast, who), cast.link, [scope])
    assert scopes.active_scopes(cast.link) == set(SCOPES) - {scope}
    scopes.agree(getattr(cast, who), cast.link, [scope])
    assert scopes.active_scopes(cast.link) == set(SCOPES)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_program_names_what_it_takes_back_where_its_schema_shows_it(cast: Three, scope: Scope) -> None:
    both_agree(cast)
    path = f"/api/v1/care/{cast.link.id}/consent/"
    answer = device(cast.ana).delete(f"{path}?scope={scope}")
    assert answer.status_code == 200 and scopes.active_scopes(cast.link) == set(SCOPES) - {scope}
    [shown] = [
        one
        for one in document()["paths"]["/api/v1/care/{link_id}/consent/"]["delete"]["parameters"]
        if one["in"] == "query" and one["name"] != "op"
    ]
    assert shown["name"] == "scope" and not shown["required"]
    both_agree(cast)
    body = json.dumps({"scope": [scope]})
    answer = device(cast.ben).delete(path, body, content_type="application/json")
    assert answer.status_code == 200 and scopes.active_scopes(cast.link) == set(SCOPES) - {scope}, "as it ever was"
    both_agree(cast)
    assert device(cast.ana).delete(f"{path}?scope=everything").status_code == 400
    assert device(cast.ana).delete(path).status_code == 200 and not scopes.active_scopes(cast.link)


@pytest.mark.parametrize("who", ["tess", "otto", "cleo"])
def test_nobody_but_the_partners_can_consent(cast: Three, who: str) -> None:
    cleo, dan = account("Cleo"), account("Dan")
    pairing.form_couple(cleo, dan)
    person = {"tess": cast.tess, "otto": account("Otto"), "cleo": cleo}[who]
    for change in (scopes.agree, scopes.withdraw):
        with pytest.raises(scopes.NotFound):
            change(person, cast.link, SCOPES)
    assert not Consent.objects.exists()


def test_a_consent_to_one_scope_is_none_to_the_other(cast: Three) -> None:
    """Another couple's yes to Tess, and this couple's yes to another therapist, open nothing here."""
    cleo, dan, colleague = account("Cleo"), account("Dan"), therapist("Colleague")
    other_couple = pairing.form_couple(cleo, dan)
    theirs, others = linked(cast.tess, cleo), linked(colleague, cast.ben)
    for link, people in ((theirs, (cleo, dan)), (others, (cast.ana, cast.ben))):
        for person in people:
            scopes.agree(person, link, SCOPES)
    assert not scopes.has_scope(cast.tess.id, cast.couple.id, "host")
    assert scopes.has_scope(cast.tess.id, other_couple.id, "host")
    assert not scopes.has_scope(colleague.id, other_couple.id, "host")


def unpaired(cast: Three) -> None:
    pairing.unpair(cast.ben)


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
    revoke_confirmation(profile)


def ended_by_the_therapist(cast: Three) -> None:
    scopes.end_link(cast.tess, cast.link)


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
def test_losing_a_condition_ends_every_scope_and_is_announced(cast: Three, ending: Callable[[Three], None]) -> None:
    both_agree(cast)
    tess_id, couple_id = cast.tess.id, cast.couple.id
    assert scopes.has_scope(tess_id, couple_id, "history")
    affected = cast.ben.id if ending is partner_closed else tess_id
    with told() as heard:
        ending(cast)
    assert affected in set().union(*heard)
    assert not any(scopes.has_scope(tess_id, couple_id, scope) for scope in SCOPES)


def test_pairing_again_does_not_bring_it_back(cast: Three) -> None:
    both_agree(cast)
    pairing.unpair(cast.ana)
    again = pairing.form_couple(cast.ana, cast.ben)
    assert list(scopes.links_of_partner(cast.ana)) == []
    assert not scopes.has_scope(cast.tess.id, again.id, "host")
    with pytest.raises(scopes.NotFound):
        scopes.agree(cast.ana, cast.link, ["host"])


def test_a_therapist_ends_no_link_but_their_own(cast: Three) -> None:
    both_agree(cast)
    scopes.end_link(therapist("Colleague"), cast.link)
    assert scopes.active_scopes(CareLink.objects.get()) == set(SCOPES)


def test_scopes_become_active_again_with_a_new_second_factor(cast: Three) -> None:
    both_agree(cast)
    no_second_factor(cast.tess)
    assert scopes.active_scopes(cast.link) == frozenset()
    second_factor(cast.tess)
    assert scopes.active_scopes(cast.link) == set(SCOPES)


def test_each_change_is_told_to_all_three_once_and_none_is_told_twice(cast: Three) -> None:
    everybody = {cast.ana.id, cast.ben.id, cast.tess.id}
    with told() as heard:
        for _ in range(2):
            scopes.agree(cast.ana, cast.link, SCOPES)
        for _ in range(2):
            scopes.withdraw(cast.ana, cast.link, SCOPES)
        for _ in range(2):
            scopes.end_link(cast.tess, cast.link)
    assert heard == [everybody] * 3


def test_a_receiver_that_fails_undoes_the_change(cast: Three) -> None:
    """Otherwise a socket would stay open on a consent that is gone."""
    both_agree(cast)

    def fail(**_: Any) -> None:
        raise RuntimeError

    access_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            scopes.withdraw(cast.ana, cast.link, ["host"])
    finally:
        access_changed.disconnect(fail)
    assert scopes.active_scopes(cast.link) == set(SCOPES)


def test_every_decision_is_kept_with_its_wording_and_time(cast: Three) -> None:
    for _ in range(2):
        scopes.agree(cast.ana, cast.link, ["host"])
        scopes.withdraw(cast.ana, cast.link, ["host"])
    kept = list(Consent.objects.order_by("agreed_at"))
    assert [(one.user, one.scope, one.wording) for one in kept] == [(cast.ana, "host", "host-1")] * 2
    assert all(one.withdrawn_at and one.withdrawn_at >= one.agreed_at for one in kept)


def test_every_scope_has_its_words_and_no_word_was_changed() -> None:
    """New words need a new code: a changed text would be one that nobody agreed to."""
    assert set(CURRENT) == set(SCOPES)
    assert set(CURRENT.values()) <= set(WORDINGS)
    assert {code: hashlib.sha256(str(text).encode()).hexdigest()[:16] for code, text in WORDINGS.items()} == WORDS_READ
