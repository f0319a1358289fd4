"""Join codes: six letters that lead to a check-in that waits for a partner."""

import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from sessions.models import JoinCode, LiveSession, Seat

# Consonants that cannot be taken for one another or for a digit, so that no word can be spelt by chance.
CODE_LETTERS: Final = "BCDFGHJKMNPQRSTVWXZ"
CODE_LENGTH: Final = 6
# What is typed in its place and holds none is looked for as it is, up to here.
LONGEST_TYPED: Final = 40
LINK_KEY_LENGTH: Final = 20
_LINK: Final = re.compile(r"JOIN/([^/?#\s]+)")
_KEY: Final = re.compile(r"[?&]key=([0-9a-f]{20})")
_WORD: Final = re.compile(r"[^\W_]+")

PARTNERS: Final = ("a", "b")
# How long a link in a chat still leads to the end of the check-in that it was for.
REMEMBERED_FOR: Final = timedelta(hours=24)


def find_by_code(code: str, now: datetime | None = None) -> LiveSession | None:
    """Return the waiting check-in of a code, or None. It changes nothing."""
    now = now or timezone.now()
    return LiveSession.objects.going_on(now).open_by(now).filter(code=normalized(code)).first()


def room_by_code(person: User, code: str, now: datetime | None = None) -> LiveSession | None:
    """Return the check-in in which somebody has a seat and to which a code leads them; it may be used up.

    That is the one that the code is for or, for two who are in another one together, theirs.
    """
    now, code = now or timezone.now(), normalized(code)
    coded = LiveSession.objects.filter(Q(code=code) | Q(join_codes__code=code))
    own = LiveSession.objects.filter(seats__user=person, seats__left_at=None)
    inviters = Seat.objects.filter(live_session__in=coded.values("id"), name__in=PARTNERS, left_at=None)
    shared = LiveSession.objects.filter(seats__user=person, seats__name__in=PARTNERS)
    shared = shared.filter(seats__user__in=inviters.exclude(user=person).values("user"), seats__name__in=PARTNERS)
    going_on = own.filter(id__in=coded.values("id")) | shared
    return LiveSession.objects.going_on(now).filter(id__in=going_on.values("id")).order_by("-created_at").first()


def ended_room_by_code(person: User, code: str) -> LiveSession | None:
    """Return the check-in that a code was for and that has ended, for somebody who had a seat there."""
    own = LiveSession.objects.filter(seats__user=person, seats__left_at=None, join_codes__code=normalized(code))
    return own.order_by("-created_at").first()


def normalized(typed: str) -> str:
    """Return the code in what somebody typed or pasted: a link, a sentence around it, blanks and marks between.

    Where there is none, return the letters and digits that were typed: they open nothing.
    """
    text = "".join(one for one in unicodedata.normalize("NFKC", typed) if unicodedata.category(one) != "Cf").upper()
    if link := _LINK.search(text):
        text = link[1]
    words = _WORD.findall(text)
    for first in range(len(words)):
        code = ""
        for word in words[first:]:
            code += word
            if len(code) >= CODE_LENGTH or not set(word) <= set(CODE_LETTERS):
                break
        if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS):
            return code
    return "".join(words)[:LONGEST_TYPED]


def link_path(code: str) -> str:
    """Return the path of the link that is passed on: the code, and a key which shows that nobody guessed it."""
    return f"{reverse('join', args=[code])}?key={_link_key(code)}"


def is_passed_on(code: str, key: str) -> bool:
    """Tell whether a code came with the key that our own link to it has."""
    return constant_time_compare(key[:LINK_KEY_LENGTH], _link_key(code))


def key_in(typed: str) -> str:
    """Return the key in a link that somebody has pasted; empty where there is none."""
    found = _KEY.search(typed)
    return found[1] if found else ""


def _link_key(code: str) -> str:
    return salted_hmac("sessions.joining.codes", normalized(code), algorithm="sha256").hexdigest()[:LINK_KEY_LENGTH]


def save_with_new_code(live_session: LiveSession) -> LiveSession:
    """Save a new check-in with a random code that no other one has."""
    while True:
        live_session.code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        try:
            with transaction.atomic():
                live_session.save(force_insert=True)
        except IntegrityError:
            if not LiveSession.objects.filter(code=live_session.code).exists():
                raise
        else:
            JoinCode.objects.create(live_session=live_session, code=live_session.code)
            return live_session


def forget_codes(now: datetime) -> None:
    """Delete the codes of check-ins that have long ended."""
    JoinCode.objects.filter(live_session__ended_at__lte=now - REMEMBERED_FOR).delete()
