"""The last time that a purge has seen, and what is held against the clock that is seen now."""

from django.db import models


class ClockCheck(models.Model):
    """One row: of the purge, and of who carries out agreed hours; read by ``/readyz`` as well. See docs/clocks.md."""

    # By a clock that was believed.
    seen_at = models.DateTimeField()
    # While it is in doubt: what the clock said when doubt began, and at the last look.
    doubted_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    # When it was said that unusually much is about to go.
    announced_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.seen_at)
