"""Settings for a served process that takes a browser for a person, to see whether a reader of its pages finds that."""

from django.apps import AppConfig

from tests.support.servers.served_settings import *  # noqa: F403
from tests.support.servers.served_settings import INSTALLED_APPS


class Unguarded(AppConfig):
    """Lets a practice's device go on as whoever used it before."""

    name = "tests.support"

    def ready(self) -> None:
        """Take the guard away."""
        from sessions.joining import finished

        finished._is_done = lambda request, user: False


INSTALLED_APPS = [*INSTALLED_APPS, f"{__name__}.{Unguarded.__name__}"]
