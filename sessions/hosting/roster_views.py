"""The page of a therapist's roster: their couples, active scopes, last and next meetings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.care import invitations, notes, scopes, therapists
from accounts.models import CareLink
from accounts.person.current_person import current_person
from sessions.hosting.roster import Hosted, Meetings, hosted_new_couples, meetings_with


@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """Show a therapist the roster, with ways to invite and to host; explain the page to everybody else."""
    user = current_person(request)
    if user is None or user.is_guest:
        return render(request, "hosting/roster.html", {"stranger": True})
    links = [(link, link.sides[1], scopes.active_scopes(link)) for link in scopes.links_of_therapist(user)]
    meetings = meetings_with(user, [couple for _, couple, active in links if "host" in active])
    context = {
        "profile": therapists.profile_of(user),
        "may_host": scopes.may_host(user),
        "couples": [_couple(link, active, meetings.get(couple, Meetings())) for link, couple, active in links],
        "waiting": [_new(one) for one in hosted_new_couples(user, [couple for _, couple, _ in links])],
        "open_invitations": invitations.open_invitations(user, as_therapist=True).count(),
        "ended": notes.ended_links_with_notes(user),
    }
    return render(request, "hosting/roster.html", context)


def _new(check_in: Hosted) -> dict[str, Any]:
    return {
        "url": reverse("room", args=[check_in.id]),
        "title": check_in.title or gettext("Your check-in"),
        "starts_at": check_in.starts_at,
        "hosted": True,
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
