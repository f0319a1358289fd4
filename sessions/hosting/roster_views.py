"""A therapist's roster: the couples, what is active with each, and when they last met and meet next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from accounts.care import invitations, notes, scopes, therapists
from accounts.models import CareLink
from accounts.person.current_person import person
from sessions.hosting.roster import Hosted, Meetings, meetings_with, with_new_couples


@require_GET
def practice(request: HttpRequest) -> HttpResponse:
    """Show a therapist their couples, invite one, lead to hosting; say to everybody else what it is for."""
    user = person(request)
    if user is None or user.is_guest:
        return render(request, "hosting/roster.html", {"stranger": True})
    links = [(link, scopes.active_scopes(link)) for link in scopes.links_of(user)]
    meetings = meetings_with(user, [link.couple_id for link, active in links if "host" in active])
    context = {
        "profile": therapists.profile_of(user),
        "may_host": scopes.may_host(user),
        "couples": [_couple(link, active, meetings.get(link.couple_id, Meetings())) for link, active in links],
        "waiting": [_new(one) for one in with_new_couples(user, [link.couple_id for link, _ in links])],
        "open_invitations": invitations.open_ones_of(user, as_therapist=True).count(),
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
