"""The keys that this database has seen. Read and written by cycleproject/key_check.py, before anything is served."""

from django.db import models


class KeyCheck(models.Model):
    """One key: its id, as every token names it, and a value that it alone opens. Their order is their age."""

    key_id = models.CharField(max_length=8, unique=True)
    # None for a key that is lost for good.
    value = models.BinaryField(null=True)
    # What this key alone can have made, while values may stand under it that are bound to no row; then None.
    unbound = models.BinaryField(null=True)
    # Whether anything may still be stored under it: a start without it is refused.
    in_use = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.key_id
