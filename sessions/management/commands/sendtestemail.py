"""`manage.py sendtestemail ADDRESS`: Django's own, except that it waits, and says what the mail server said."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import sendtestemail


class Command(sendtestemail.Command):
    """Sends a mail to try whether it leaves; what is served sends beside the answer, and hides what went wrong."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Send it by what ``EMAIL_URL`` names, and print one line."""
        settings.EMAIL_BACKEND = settings.MAIL_TRANSPORT
        try:
            super().handle(*args, **options)
        except OSError as problem:  # smtplib's own errors among them; at a terminal all of it may be read
            raise CommandError(f"The mail was not sent: {type(problem).__name__}: {problem}") from None
        kind = settings.MAIL_TRANSPORT.split(".")[-2]
        self.stdout.write("The mail server has accepted it." if kind == "smtp" else f"EMAIL_URL sends no mail: {kind}.")
