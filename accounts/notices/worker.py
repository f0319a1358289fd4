"""Sends what is due, in the background of each process: takes it, lets it leave, and writes down what came of it.

Several may work at once: each notice is taken by one of them (``outbox.take``). Nothing of the network happens on the
database's thread, or in a transaction.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Final

from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.notices import outbox, push, wording
from accounts.notices.outbox import Parcel
from accounts.notices.push import Answer, Transport
from cycleproject.database.queue import submit_low_priority
from cycleproject.web import mail

logger = logging.getLogger(__name__)

IsBelieved = Callable[[datetime], bool]

LOOK_EVERY: Final = 10.0
# A service that hangs holds up one of these for some seconds.
AT_ONCE: Final = 8
# A mail that no person wrote: no absence is announced to it (RFC 3834).
HEADERS: Final = {"Auto-Submitted": "auto-generated"}


def send(parcel: Parcel, now: datetime, transport: Transport | None = None) -> Answer:
    """Let a parcel leave, and return what came of it."""
    if parcel.way == "mail":
        body = f"{parcel.sentence}\n"
        return Answer(mail.send_once(EmailMessage(parcel.sentence, body, to=[parcel.to], headers=HEADERS)))
    if not push.is_offered():
        return Answer("lost")
    lasts = max(0, int((parcel.late_at - now).total_seconds()))
    said = wording.payload(parcel.sentence)
    return push.send(parcel.to, said, lasts=lasts, now=now, transport=transport or Transport())


def send_due(now: datetime | None = None, transport: Transport | None = None) -> int:
    """Send all that is due, one after the other, and return how many have left."""
    moment, left = now or timezone.now(), 0
    while found := outbox.due(moment):
        for notice_id in found:
            if parcel := outbox.take(notice_id, moment):
                answer = send(parcel, moment, transport)
                outbox.told(parcel, answer.outcome, moment, answer.asked_to_wait)
                left += answer.outcome == "sent"
    return left


def due_by(is_believed: IsBelieved, now: datetime) -> list[int]:
    """Return what is due; nothing by a clock in doubt, which would send too early, or take for late what is not."""
    return outbox.due(now) if is_believed(now) else []


async def send_for_ever(is_believed: IsBelieved) -> None:
    """Look for what is due from the start of the server on, and send it; a background task.

    ``is_believed`` tells whether a clock that says this may be right.
    """
    threads, free = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="notices"), asyncio.Semaphore(AT_ONCE)
    sending: set[asyncio.Task[None]] = set()

    def done(task: asyncio.Task[None]) -> None:
        sending.discard(task)
        free.release()

    try:
        while True:
            try:
                while found := await submit_low_priority(due_by, is_believed, timezone.now()):
                    for notice_id in found:
                        # Before it is taken: what was taken and not sent when a process ends is never sent.
                        await free.acquire()
                        task = asyncio.create_task(_send_one(notice_id, threads))
                        sending.add(task)
                        task.add_done_callback(done)
            except Exception:
                logger.exception("notices could not be looked for; the next look tries again")
            await asyncio.sleep(LOOK_EVERY)
    finally:
        if sending:
            await asyncio.wait(sending, timeout=Transport().seconds)
        threads.shutdown(wait=False, cancel_futures=True)


async def _send_one(notice_id: int, threads: ThreadPoolExecutor) -> None:
    try:
        parcel = await submit_low_priority(outbox.take, notice_id, timezone.now())
        if parcel is None:
            return
        call = partial(send, parcel, timezone.now())
        answer = await asyncio.get_running_loop().run_in_executor(threads, call)
        await submit_low_priority(partial(outbox.told, parcel, answer.outcome, timezone.now(), answer.asked_to_wait))
    except Exception:
        logger.exception("a notice was taken and may not have left")
