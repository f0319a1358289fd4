"""What a notice says: one neutral sentence, which its person has chosen, and nothing else."""

from typing import Final

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import NOTICE_WORDINGS, NoticeWording

SENTENCES: Final[dict[NoticeWording, Promise]] = {
    "reminder": gettext_lazy("A reminder you set"),
    "note": gettext_lazy("A note you left yourself"),
    "list": gettext_lazy("Something on your list"),
}
assert set(SENTENCES) == set(NOTICE_WORDINGS)
# All are filled up to this many bytes: the length would tell whoever carries them which sentence it is.
PAYLOAD_BYTES: Final = 256


def sentence(wording: str) -> str:
    """Return the sentence of a wording; of one that is no longer offered, the first."""
    return str(SENTENCES[known(wording)])


def known(wording: str) -> NoticeWording:
    """Return a wording as one of those that are offered."""
    return next((one for one in NOTICE_WORDINGS if one == wording), NOTICE_WORDINGS[0])


def payload(said: str) -> bytes:
    """Return what a browser is sent, as JSON of PAYLOAD_BYTES bytes."""
    return orjson.dumps({"title": said}).ljust(PAYLOAD_BYTES)
