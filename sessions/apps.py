"""The sessions app: live check-ins. Django owns the label "sessions", so ours is "live_sessions"."""

from django.apps import AppConfig


class LiveSessionsConfig(AppConfig):
    """Live check-ins."""

    name = "sessions"
    label = "live_sessions"
    verbose_name = "Check-ins"

    def ready(self) -> None:
        """Listen to accounts."""
        from sessions import receivers

        receivers.listen()
