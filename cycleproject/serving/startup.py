"""What is looked at before anything is served: Django's own checks and ours, said in one line each."""

import django
from django.core import checks

from cycleproject.configuration import stop


def set_up() -> None:
    """Load Django and stop where a check finds that it cannot be served like this."""
    django.setup()
    for found in checks.run_checks():
        if found.level >= checks.ERROR and not found.is_silenced():
            stop(found.msg)
