"""Finding a moment again: those a couple opened lately, and those a person has given a star."""

from typing import TypedDict

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.person.current_person import current_person
from cycleproject.web.limits import rate_limited
from sessions.models import FavouriteMoment, LiveSession
from sessions.store import load
from sessions.words.library import MOMENT_BY_ID


class Found(TypedDict):
    """Ids of moments of the library."""

    favourite_moments: list[int]
    recent_moments: list[int]


def moments_of(user: User, live_session: LiveSession, *, of_the_couple: bool) -> Found:
    """Return what a person finds again; a host is told of no other check-in than this one."""
    favourites = FavouriteMoment.objects.filter(user=user).order_by("moment")
    return {
        "favourite_moments": list(favourites.values_list("moment", flat=True)),
        "recent_moments": load.recent_moments(live_session, of_the_couple=of_the_couple),
    }


@require_POST
@rate_limited
def favourite(request: HttpRequest, moment: int) -> HttpResponse:
    """Give a moment one's own star, or take it away; said twice it is as said once."""
    user = current_person(request)
    if user is None or moment not in MOMENT_BY_ID:
        raise Http404
    if request.POST.get("star") == "1":
        FavouriteMoment.objects.get_or_create(user=user, moment=moment)
    else:
        FavouriteMoment.objects.filter(user=user, moment=moment).delete()
    return HttpResponse(status=204)
