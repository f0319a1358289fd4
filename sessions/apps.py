"""App configuration of ``sessions``. Django owns the label "sessions", so ours is "live_sessions"."""

from django.apps import AppConfig


class LiveSessionsConfig(AppConfig):
    """The app of check-ins; connects its receivers of signals from ``accounts``."""

    name = "sessions"
    label = "live_sessions"
    verbose_name = "Check-ins"

    def ready(self) -> None:
        """Connect the receivers for changed access, new names and deleted people."""
        from sessions import receivers

        receivers.listen()
