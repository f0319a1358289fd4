"""Sends mail once what it is about is stored, and beside the answer: no mail server keeps a request waiting.

The page that answers says the same whether a message has left or not, and offers to send it again. A message may have
a ``give_back``, which is called when it could not be sent.
"""

import atexit
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

logger = logging.getLogger(__name__)

# What only writes on this machine keeps nobody waiting.
AT_ONCE: Final = {
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased", "locmem")
}
# More than that are waiting only while the mail server is slow or away; each of them is some kilobytes.
MOST_WAITING: Final = 500

THREADS: Final = 2

_waiting: Final[queue.Queue[EmailMessage]] = queue.Queue(MOST_WAITING)
_beginning: Final = threading.Lock()
_senders: Final[list[threading.Thread]] = []


class MailBackend(BaseEmailBackend):
    """Takes messages for the backend that ``EMAIL_URL`` names, which gets them once the transaction is committed."""

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        """Take messages, and tell how many."""
        for message in email_messages:
            transaction.on_commit(partial(_hand_over, message), robust=True)
        return len(email_messages)


def _hand_over(message: EmailMessage) -> None:
    if settings.MAIL_TRANSPORT in AT_ONCE:
        _send(message)
        return
    _begin()
    try:
        _waiting.put_nowait(message)
    except queue.Full:
        logger.error("a mail was dropped: too many are waiting for the mail server")
        _give_back(message)


def _begin() -> None:
    with _beginning:
        if not _senders:
            # Daemons: a mail server that says nothing must not keep a process that is to stop.
            _senders.extend(threading.Thread(target=_work, name="mail", daemon=True) for _ in range(THREADS))
            for sender in _senders:
                sender.start()
            atexit.register(_finish)


def _work() -> None:
    while True:
        message = _waiting.get()
        try:
            _send(message)
        finally:
            _waiting.task_done()


def _finish() -> None:
    """Give what is waiting the time that one message may take, when the process ends."""
    until = time.monotonic() + settings.EMAIL_TIMEOUT
    while _waiting.unfinished_tasks and time.monotonic() < until:
        time.sleep(0.05)
    if _waiting.unfinished_tasks:
        logger.error("%s mails were not sent before the process ended", _waiting.unfinished_tasks)


def _send(message: EmailMessage) -> None:
    try:
        get_connection(settings.MAIL_TRANSPORT).send_messages([message])
    except Exception as problem:
        # The error of a mail server quotes the address: only its kind may reach a log.
        logger.error("a mail could not be sent: %s", type(problem).__name__)
        _give_back(message)


def _give_back(message: EmailMessage) -> None:
    give_back: Callable[[], None] | None = getattr(message, "give_back", None)
    if give_back:
        give_back()
