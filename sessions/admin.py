"""What staff see of check-ins: that there are some, and whether they go on.

No mark, seal, reaction or word, no round, no person, and no time but the day: nothing that tells who answered when.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from sessions.models import LiveSession

if TYPE_CHECKING:
    # The stubs make it generic; at run time it is not.
    ModelAdmin = admin.ModelAdmin[LiveSession]
else:
    ModelAdmin = admin.ModelAdmin


@admin.register(LiveSession)
class LiveSessionAdmin(ModelAdmin):
    """Check-ins, to be counted and nothing else."""

    list_display = ("id", "day", "hosted", "goes_on")
    fields = ("id", "day", "hosted", "goes_on")
    readonly_fields = fields
    list_filter = ("hosted",)
    ordering = ("-took_place_at",)

    @admin.display(description="day")
    def day(self, live_session: LiveSession) -> date:
        """Return the day of a check-in."""
        at: datetime = live_session.took_place_at
        return at.date()

    @admin.display(description="goes on", boolean=True)
    def goes_on(self, live_session: LiveSession) -> bool:
        """Tell whether a check-in has not been ended."""
        return live_session.ended_at is None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: check-ins are started by the people in them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: LiveSession | None = None) -> bool:
        """Refuse: staff change nothing about a check-in."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LiveSession | None = None) -> bool:
        """Refuse: check-ins are deleted by retention and erasure alone."""
        return False
