"""Sends mail once what it is about is stored, and beside the answer: no mail server keeps a request waiting.

The page that answers says the same whether a message has left or not, and offers to send it again. What a mail server
that is away or busy did not take is tried again a few times, quietly. A message may have a ``give_back``, which is
called when it was given up.
"""

import atexit
import logging
import queue
import smtplib
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, Literal

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from cycleproject.serving import metrics

logger = logging.getLogger(__name__)

# What only writes on this machine keeps nobody waiting.
AT_ONCE: Final = {
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased", "locmem")
}
# Seconds until each further try: somebody waits for this mail at a screen, and asks for it again before long.
TRY_AGAIN_AFTER: Final = (5.0, 30.0, 120.0)
# More than that are waiting only while the mail server is slow or away; each of them is some kilobytes.
MOST_WAITING: Final = 500

THREADS: Final = 2

# Each with the pauses that are left.
_waiting: Final[queue.Queue[tuple[EmailMessage, list[float]]]] = queue.Queue(MOST_WAITING)
# What waits for its next try, by the id of the message.
_postponed: Final[dict[int, tuple[threading.Timer, EmailMessage]]] = {}
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
        _try(message, [])
        return
    _begin()
    _put(message, list(TRY_AGAIN_AFTER))


def _put(message: EmailMessage, pauses: list[float]) -> None:
    try:
        _waiting.put_nowait((message, pauses))
    except queue.Full:
        logger.error("a mail was dropped: too many are waiting for the mail server")
        _give_up(message)


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
        message, pauses = _waiting.get()
        try:
            _try(message, pauses)
        finally:
            _waiting.task_done()


def _finish() -> None:
    """Give what is waiting a last try, and the time that one message may take, when the process ends."""
    for timer, message in list(_postponed.values()):
        timer.cancel()
        _resume(message, [])
    until = time.monotonic() + settings.EMAIL_TIMEOUT
    while _waiting.unfinished_tasks and time.monotonic() < until:
        time.sleep(0.05)
    if _waiting.unfinished_tasks:
        logger.error("%s mails were not sent before the process ended", _waiting.unfinished_tasks)


def _try(message: EmailMessage, pauses: list[float]) -> None:
    """Send a message; where that fails, put it off until the next try, or give it up."""
    try:
        get_connection(settings.MAIL_TRANSPORT).send_messages([message])
    except Exception as problem:
        if pauses and _may_pass(problem) and len(_postponed) < MOST_WAITING:
            _postpone(message, pauses[0], pauses[1:])
            return
        # The error of a mail server quotes the address: only its kind may reach a log.
        logger.error("a mail could not be sent: %s", type(problem).__name__)
        _give_up(message)


def _postpone(message: EmailMessage, pause: float, pauses: list[float]) -> None:
    # A sender that slept meanwhile would keep waiting what other people wait for.
    timer = threading.Timer(pause, _resume, [message, pauses])
    timer.daemon = True
    _postponed[id(message)] = (timer, message)
    timer.start()


def _resume(message: EmailMessage, pauses: list[float]) -> None:
    if _postponed.pop(id(message), None):
        _put(message, pauses)


def _may_pass(problem: Exception) -> bool:
    """Tell whether a later try may succeed: not where the server has said no for good (RFC 5321, 4.2.1)."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return all(code < 500 for code, _ in problem.recipients.values())
    if isinstance(problem, smtplib.SMTPResponseException):
        return int(problem.smtp_code) < 500
    # Every error of smtplib is an OSError, too.
    away = isinstance(problem, OSError) and not isinstance(problem, smtplib.SMTPException)
    return away or isinstance(problem, smtplib.SMTPServerDisconnected)


def _give_up(message: EmailMessage) -> None:
    metrics.mails_failed.inc()
    give_back: Callable[[], None] | None = getattr(message, "give_back", None)
    if give_back:
        give_back()


def send_once(message: EmailMessage) -> Literal["sent", "later", "lost"]:
    """Send a message now, on this thread, and say what came of it; for who keeps by themselves what is to be sent.

    "later" only where the server has surely not taken it: one that says nothing after it was told may have.
    """
    try:
        transport = get_connection(settings.MAIL_TRANSPORT)
        transport.open()
    except Exception as problem:
        return _not_taken(problem)
    try:
        transport.send_messages([message])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as problem:
        return _not_taken(problem)
    except Exception as problem:
        logger.error("a mail may not have been sent: %s", type(problem).__name__)
        metrics.mails_failed.inc()
        return "lost"
    finally:
        with suppress(Exception):
            transport.close()
    return "sent"


def _not_taken(problem: Exception) -> Literal["later", "lost"]:
    if _may_pass(problem):
        return "later"
    logger.error("a mail could not be sent: %s", type(problem).__name__)
    metrics.mails_failed.inc()
    return "lost"


def warn_if_it_cannot_leave() -> None:
    """Say at a start, in one line, that the mail server does not let us in: else the first to notice waits for mail."""
    if settings.MAIL_TRANSPORT in AT_ONCE:
        return
    try:
        transport = get_connection(settings.MAIL_TRANSPORT)
        transport.open()
        transport.close()
    except Exception as problem:
        kind = type(problem).__name__
        logger.warning("no mail can leave now: %s; `manage.py sendtestemail ADDRESS` says more", kind)
