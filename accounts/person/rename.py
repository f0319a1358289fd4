"""Renaming a person, also in the check-ins that they sit in."""

from django.db import transaction

from accounts.models import User
from accounts.signals import renamed


@transaction.atomic
def rename(user: User, first_name: str) -> None:
    """Change a person's first name, and announce it by ``signals.renamed`` for where it is shown elsewhere."""
    if user.first_name == first_name:
        return
    user.first_name = first_name
    user.save(update_fields=["first_name"])
    renamed.send(sender=User, user=user)
