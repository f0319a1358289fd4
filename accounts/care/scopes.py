"""Care links: which therapist may see what of which couple, and the consents that this hangs on.

A scope is active while *both* partners of the couple agree to it, now. Nobody learns another's decision: what is shown
of a link to anybody is what is active, and to each partner their own answer besides. "Not yet", "no" and "taken back"
are told apart nowhere but in the rows themselves. Why, stands in docs/decisions ("The consent of both").
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
from accounts.models import SCOPES, CareLink, CareNotes, Consent, Membership, Scope, User
from accounts.signals import access_changed

PARTNERS = 2


class NotFound(Exception):
    """No such care link, as far as this person can tell."""


def hosts() -> QuerySet[User]:
    """Return the therapists who may host: confirmed by staff, with a second factor, and not closed."""
    second_factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return User.objects.filter(Exists(second_factor), is_active=True, therapist_profile__confirmed_at__isnull=False)


def may_host(user: User) -> bool:
    """Tell whether a person may host, and be linked to couples."""
    return hosts().filter(pk=user.pk).exists()


def has_second_factor(user: User) -> bool:
    """Tell whether logging in as this person takes a second step."""
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists())


def active_scopes(link: CareLink) -> frozenset[Scope]:
    """Return what the therapist may see now: what both partners agree to, while link, couple and therapist are good."""
    partners = _partners_of(link)
    if link.ended_at is not None or len(partners) < PARTNERS or not may_host(link.sides[0]):
        return frozenset()
    agreed = Consent.objects.filter(link=link, withdrawn_at=None, user__in=partners).values_list("scope", "user")
    said = set(agreed)
    return frozenset(scope for scope in SCOPES if all((scope, partner) in said for partner in partners))


def has_scope(therapist_id: UUID, couple_id: UUID, scope: Scope) -> bool:
    """Tell whether a therapist may see this of a couple now. Ask it at every opening, inside the same transaction."""
    links = CareLink.objects.filter(therapist=therapist_id, couple=couple_id, ended_at=None)
    link = links.select_related("therapist").first()
    return link is not None and scope in active_scopes(link)


def agreed_scopes(person: User, link: CareLink) -> frozenset[Scope]:
    """Return what a partner agrees to themself: theirs to see, and nobody else's."""
    own = Consent.objects.filter(link=link, user=person, withdrawn_at=None).values_list("scope", flat=True)
    return frozenset(scope for scope in SCOPES if scope in set(own))


def links_of(therapist: User) -> QuerySet[CareLink]:
    """Return a therapist's links that have not ended, newest first, whether or not they open anything."""
    return _alive().filter(therapist=therapist)


def links_for(partner: User) -> QuerySet[CareLink]:
    """Return the links of the couple that a person is in now, newest first."""
    return _alive().filter(couple__in=Membership.objects.filter(user=partner, left_at=None).values("couple"))


def links_seen_by(person: User) -> QuerySet[CareLink]:
    """Return a person's links, as a therapist and as a partner."""
    return _alive().filter(Q(pk__in=links_of(person).values("pk")) | Q(pk__in=links_for(person).values("pk")))


def link_of(therapist: User, link_id: UUID) -> CareLink:
    """Return one of a therapist's links. Raises NotFound."""
    return _one(links_of(therapist), link_id)


def link_for(partner: User, link_id: UUID) -> CareLink:
    """Return one link of the couple that a person is in now. Raises NotFound."""
    return _one(links_for(partner), link_id)


def partners_of(link: CareLink) -> list[Membership]:
    """Return the two whom a link is about, by seat, to their therapist: nobody, while nothing is active."""
    if not active_scopes(link):
        return []
    return list(Membership.objects.filter(couple=link.couple_id, left_at=None).select_related("user").order_by("seat"))


@transaction.atomic
def agree(person: User, link: CareLink, scopes: Collection[Scope], now: datetime | None = None) -> None:
    """Agree to scopes in their current wording, alone; again changes nothing. Raises NotFound."""
    link = _locked(person, link)
    missing = [scope for scope in scopes if scope not in agreed_scopes(person, link)]
    for scope in missing:
        Consent.objects.create(
            link=link, user=person, scope=scope, wording=CURRENT[scope], agreed_at=now or timezone.now()
        )
    if missing:
        _tell(link)


@transaction.atomic
def withdraw(person: User, link: CareLink, scopes: Collection[Scope], now: datetime | None = None) -> None:
    """Take one's own yes back, alone, at once and for the past too; again changes nothing. Raises NotFound."""
    link = _locked(person, link)
    standing = Consent.objects.filter(link=link, user=person, scope__in=scopes, withdrawn_at=None)
    if standing.update(withdrawn_at=now or timezone.now()):
        _tell(link)


@transaction.atomic
def end(therapist: User, link: CareLink, now: datetime | None = None) -> None:
    """Let a therapist end a link; again changes nothing."""
    found = _end(CareLink.objects.filter(pk=link.pk, therapist=therapist), now)
    if found:
        access_changed.send(sender=CareLink, user_ids=found)


def end_all_of_couple(couple_id: UUID) -> set[UUID]:
    """End a couple's links, in the transaction that ends the couple; return whom to tell."""
    return _end(CareLink.objects.filter(couple=couple_id))


def end_all_of_therapist(therapist: User) -> None:
    """End every link of a therapist who leaves for good, in the transaction in which they do."""
    found = _end(CareLink.objects.filter(therapist=therapist))
    if found:
        access_changed.send(sender=CareLink, user_ids=found)


def delete_links_that_hold_nothing() -> None:
    """Delete the links whose therapist or couple has gone and on which the other side has kept nothing."""
    one_side_gone = CareLink.objects.filter(Q(therapist=None) | Q(couple=None))
    one_side_gone.filter(consents=None).exclude(pk__in=CareNotes.objects.values("link")).delete()


def tell_everybody_of(therapist_id: UUID) -> None:
    """Tell that whether somebody may host has changed, inside the transaction that changes it."""
    told = {therapist_id}
    for link in CareLink.objects.filter(therapist=therapist_id, ended_at=None):
        told |= _partners_of(link)
    access_changed.send(sender=CareLink, user_ids=told)


def _alive() -> QuerySet[CareLink]:
    links = CareLink.objects.filter(ended_at=None).select_related("therapist__therapist_profile")
    return links.order_by("-created_at", "id")


def _one(links: QuerySet[CareLink], link_id: UUID) -> CareLink:
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
    """Return the partners now; whose account staff have closed is not counted, for they could take nothing back."""
    members = Membership.objects.filter(couple=link.couple_id, left_at=None)
    if not closed:
        members = members.filter(user__is_active=True)
    return {user_id for user_id in members.values_list("user", flat=True) if user_id}


def _end(links: QuerySet[CareLink], now: datetime | None = None) -> set[UUID]:
    ending = list(links.select_for_update().filter(ended_at=None).order_by("id"))
    CareLink.objects.filter(pk__in=[link.pk for link in ending]).update(ended_at=now or timezone.now())
    return _people(ending)


def _tell(link: CareLink) -> None:
    access_changed.send(sender=CareLink, user_ids=_people([link]))


def _people(links: Iterable[CareLink]) -> set[UUID]:
    found: set[UUID] = set()
    for link in links:
        found |= {link.sides[0].pk} | _partners_of(link, closed=True)
    return found
