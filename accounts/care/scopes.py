"""Care links and consents: which therapist may see what of which couple.

A scope is active while *both* partners of the couple consent to it. Nobody learns another's decision: all are shown
what is active, and each partner their own answer besides. "Not yet", "no" and "taken back" look the same to everybody.
Why, stands in docs/decisions/0012-the-consent-of-both.md.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.care.consent_wording import CURRENT
from accounts.login.staff import SECOND_FACTORS
from accounts.models import SCOPES, CareLink, CareNotes, CheckInNotes, Consent, Membership, Scope, User
from accounts.signals import access_changed

PARTNERS = 2


class NotFound(Exception):
    """There is no such care link, or it is not this person's."""


def eligible_hosts() -> QuerySet[User]:
    """Return the therapists who may host: confirmed by staff, with a second factor, and with an open account."""
    second_factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return User.objects.filter(Exists(second_factor), is_active=True, therapist_profile__confirmed_at__isnull=False)


def may_host(user: User) -> bool:
    """Tell whether a person is a therapist who may host and be linked to couples."""
    return eligible_hosts().filter(pk=user.pk).exists()


def has_second_factor(user: User) -> bool:
    """Tell whether a person has a second factor that staff and therapists need."""
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists())


def active_scopes(link: CareLink) -> frozenset[Scope]:
    """Return the scopes that both partners consent to now; none if the link or couple is over or nobody may host."""
    partners = _partners_of(link)
    if link.ended_at is not None or len(partners) < PARTNERS or not may_host(link.sides[0]):
        return frozenset()
    agreed = Consent.objects.filter(link=link, withdrawn_at=None, user__in=partners).values_list("scope", "user")
    said = set(agreed)
    return frozenset(scope for scope in SCOPES if all((scope, partner) in said for partner in partners))


def has_scope(therapist_id: UUID, couple_id: UUID, scope: Scope) -> bool:
    """Tell whether a scope is active now. Ask at every access, in the transaction that loads what is shown."""
    links = CareLink.objects.filter(therapist=therapist_id, couple=couple_id, ended_at=None)
    link = links.select_related("therapist").first()
    return link is not None and scope in active_scopes(link)


def agreed_scopes(person: User, link: CareLink) -> frozenset[Scope]:
    """Return the scopes that one partner consents to. Only they may see this."""
    own = Consent.objects.filter(link=link, user=person, withdrawn_at=None).values_list("scope", flat=True)
    return frozenset(scope for scope in SCOPES if scope in set(own))


def links_of_therapist(therapist: User) -> QuerySet[CareLink]:
    """Return a therapist's links that have not ended, newest first, active or not."""
    return _open_links().filter(therapist=therapist)


def links_of_partner(partner: User) -> QuerySet[CareLink]:
    """Return the links of the couple that a person is in now, newest first."""
    return _open_links().filter(couple__in=Membership.objects.filter(user=partner, left_at=None).values("couple"))


def links_of_person(person: User) -> QuerySet[CareLink]:
    """Return a person's links that have not ended, both as a therapist and as a partner."""
    return _open_links().filter(
        Q(pk__in=links_of_therapist(person).values("pk")) | Q(pk__in=links_of_partner(person).values("pk"))
    )


def link_of_therapist(therapist: User, link_id: UUID) -> CareLink:
    """Return one of a therapist's links by its id. Raises NotFound."""
    return _one_of(links_of_therapist(therapist), link_id)


def link_of_partner(partner: User, link_id: UUID) -> CareLink:
    """Return one link of the couple that a person is in now. Raises NotFound."""
    return _one_of(links_of_partner(partner), link_id)


def partners_of(link: CareLink) -> list[Membership]:
    """Return the two partners by seat, for their therapist to see; nobody while no scope is active."""
    if not active_scopes(link):
        return []
    return list(Membership.objects.filter(couple=link.couple_id, left_at=None).select_related("user").order_by("seat"))


@transaction.atomic
def agree(person: User, link: CareLink, scopes: Collection[Scope], now: datetime | None = None) -> None:
    """Store one partner's consent to scopes in their current wording. Repeating it does nothing. Raises NotFound."""
    link = _locked(person, link)
    missing = [scope for scope in scopes if scope not in agreed_scopes(person, link)]
    for scope in missing:
        Consent.objects.create(
            link=link, user=person, scope=scope, wording=CURRENT[scope], agreed_at=now or timezone.now()
        )
    if missing:
        _announce(link)


@transaction.atomic
def withdraw(person: User, link: CareLink, scopes: Collection[Scope], now: datetime | None = None) -> None:
    """End one partner's consent at once, for the past too. Repeating it does nothing. Raises NotFound."""
    link = _locked(person, link)
    standing = Consent.objects.filter(link=link, user=person, scope__in=scopes, withdrawn_at=None)
    if standing.update(withdrawn_at=now or timezone.now()):
        _announce(link)


@transaction.atomic
def end_link(therapist: User, link: CareLink, now: datetime | None = None) -> None:
    """End one of a therapist's links. Repeating it does nothing."""
    found = _end(CareLink.objects.filter(pk=link.pk, therapist=therapist), now)
    if found:
        access_changed.send(sender=CareLink, user_ids=found)


def end_links_of_couple(couple_id: UUID) -> set[UUID]:
    """End all links of a couple; the caller's transaction ends the couple. Return the people to announce it to."""
    return _end(CareLink.objects.filter(couple=couple_id))


def end_links_of_therapist(therapist: User) -> None:
    """End all links of a therapist who deletes their account, and announce it."""
    found = _end(CareLink.objects.filter(therapist=therapist))
    if found:
        access_changed.send(sender=CareLink, user_ids=found)


def delete_links_that_hold_nothing() -> None:
    """Delete the links whose therapist or couple has gone and on which the other side has kept nothing."""
    one_side_gone = CareLink.objects.filter(Q(therapist=None) | Q(couple=None))
    one_side_gone.filter(consents=None).exclude(holding_notes()).delete()


def holding_notes() -> Q:
    """Return which care links a therapist's notes hang from: they stay until their author deletes them."""
    dated = CheckInNotes.objects.filter(link__isnull=False)
    return Q(pk__in=CareNotes.objects.values("link")) | Q(pk__in=dated.values("link"))


def announce_host_change(therapist_id: UUID) -> None:
    """Tell that whether somebody may host has changed, inside the transaction that changes it."""
    told = {therapist_id}
    for link in CareLink.objects.filter(therapist=therapist_id, ended_at=None):
        told |= _partners_of(link)
    access_changed.send(sender=CareLink, user_ids=told)


def _open_links() -> QuerySet[CareLink]:
    links = CareLink.objects.filter(ended_at=None).select_related("therapist__therapist_profile")
    return links.order_by("-created_at", "id")


def _one_of(links: QuerySet[CareLink], link_id: UUID) -> CareLink:
    link = links.filter(id=link_id).first()
    if link is None:
        raise NotFound
    return link


def _locked(person: User, link: CareLink) -> CareLink:
    # Without the lock a yes said while the couple parts would outlive it, and two taps would both find nothing said.
    locked = CareLink.objects.select_for_update().filter(pk=link.pk, ended_at=None).first()
    if locked is None or person.pk not in _partners_of(locked, closed=True):
        raise NotFound
    return locked


def _partners_of(link: CareLink, *, closed: bool = False) -> set[UUID]:
    """Return the current partners, without those whose account is closed: they could not withdraw a consent."""
    members = Membership.objects.filter(couple=link.couple_id, left_at=None)
    if not closed:
        members = members.filter(user__is_active=True)
    return {user_id for user_id in members.values_list("user", flat=True) if user_id}


def _end(links: QuerySet[CareLink], now: datetime | None = None) -> set[UUID]:
    ending = list(links.select_for_update().filter(ended_at=None).order_by("id"))
    CareLink.objects.filter(pk__in=[link.pk for link in ending]).update(ended_at=now or timezone.now())
    return _people_on(ending)


def _announce(link: CareLink) -> None:
    access_changed.send(sender=CareLink, user_ids=_people_on([link]))


def _people_on(links: Iterable[CareLink]) -> set[UUID]:
    found: set[UUID] = set()
    for link in links:
        found |= {link.sides[0].pk} | _partners_of(link, closed=True)
    return found
