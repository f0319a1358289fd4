"""When one's own pages say that this can be enough for today. No number of looks or notes is shown to anybody."""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.my_part import notes
from cycleproject.web.limits import Limit, RateLimited

LOOKS: Final = Limit("looking", amount=12, seconds=3600)
NOTES: Final = 6
NOTES_WITHIN: Final = timedelta(days=1)


def is_enough_for_now(request: HttpRequest, user: User) -> bool:
    """Count a look at one's own pages; tell whether there were many within the hour, or many notes within a day."""
    try:
        LOOKS.spend(request, user.id)
    except RateLimited:
        return True
    return notes.notes_of(user).filter(created_at__gt=timezone.now() - NOTES_WITHIN).count() >= NOTES
