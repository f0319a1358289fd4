"""What is looked at before anything is served: Django's own checks, ours, and the keys; said in one line each."""

import django
from django.core import checks
from django.db import DatabaseError, connection

from cycleproject import key_check
from cycleproject.configuration import stop


def set_up() -> None:
    """Load Django and stop where a check finds that it cannot be served like this."""
    django.setup()
    for found in checks.run_checks():
        if found.level >= checks.ERROR and not found.is_silenced():
            stop(found.msg)
    if wrong := key_check.problem_at_start():
        stop(wrong)


def know_keys() -> None:
    """Write down the keys that ``set_up`` found nothing wrong with; later, where the database is away now."""
    try:
        key_check.write_down()
    except DatabaseError:
        return
    finally:
        connection.close()
