"""The page of a therapist's roster: their couples, active scopes, last and next meetings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.care import check_in_notes, invitations, notes, scopes, therapists
from accounts.models import CareLink
from accounts.person.current_person import current_person
from cycleproject.web.changes_by_time import by_time
from sessions.hosting.hosted_notes import hosted_check_in
from sessions.hosting.roster import (
    Hosted,
    Meetings,
    come_to_nothing,
    hosted_new_couples,
    meetings_with,
    next_changes_hosted_by,
)


@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """Show a therapist the roster, with ways to invite and to host; explain the page to everybody else."""
    user = current_person(request)
    if user is None or user.is_guest:
        return render(request, "hosting/roster.html", {"stranger": True})
    links = [(link, link.sides[1], scopes.active_scopes(link)) for link in scopes.links_of_therapist(user)]
    meetings = meetings_with(user, [couple for _, couple, active in links if "host" in active])
    new_couples = hosted_new_couples(user, [couple for _, couple, _ in links])
    called_off = come_to_nothing(user)
    now, open_invitations = timezone.now(), invitations.open_invitations(user, as_therapist=True)
    called = check_in_notes.labels_of_guests(user, [one.id for one in new_couples])
    called |= {one.id: check_in_notes.label_of(user, hosted_check_in(user, one.id)) for one in called_off}
    context = {
        "profile": therapists.profile_of(user),
        "may_host": scopes.may_host(user),
        "couples": [_couple(link, active, meetings.get(couple, Meetings())) for link, couple, active in links],
        "waiting": [_new(one, called.get(one.id, "")) for one in new_couples],
        "called_off": [_new(one, called[one.id]) for one in called_off],
        "open_invitations": list(open_invitations),
        "of_guests": check_in_notes.of_guests(user),
        "ended": notes.ended_links_with_notes(user),
        **by_time(
            now,
            *(one.expires_at for one in open_invitations),
            *next_changes_hosted_by(user, now),
        ),
    }
    return render(request, "hosting/roster.html", context)


def _new(check_in: Hosted, label: str) -> dict[str, Any]:
    return {
        "url": reverse("room", args=[check_in.id]),
        "title": label or check_in.title or gettext("Your check-in"),
        "starts_at": check_in.starts_at,
        "hosted": True,
        "state": check_in.state,
    }


def _couple(link: CareLink, active: frozenset[str], meetings: Meetings) -> dict[str, Any]:
    return {
        "link": link,
        "active": active,
        "partners": scopes.partners_of(link),
        "meetings": meetings,
        "open_url": reverse("room", args=[meetings.open_id]) if meetings.open_id else "",
        "next_url": reverse("room", args=[meetings.next_id]) if meetings.next_id else "",
        "summary_url": reverse("summary", args=[meetings.last_id]) if meetings.last_id else "",
        "start_url": f"{reverse('hosted-start')}?couple={link.couple_id}" if "host" in active else "",
    }
