"""Changing who a person is."""

from django.db import transaction

from accounts.models import User
from accounts.signals import renamed


@transaction.atomic
def rename(user: User, first_name: str) -> None:
    """Give a person another first name, here and wherever they sit."""
    if user.first_name == first_name:
        return
    user.first_name = first_name
    user.save(update_fields=["first_name"])
    renamed.send(sender=User, user=user)
