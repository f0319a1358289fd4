"""Private notes: what a person keeps for themselves alone."""

import uuid
from typing import ClassVar, Final, Literal, get_args

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.people import User
from cycleproject.encryption import EncryptedJSONField

# Code points of a private text: a page of it, or one line.
LONG_TEXT_LENGTH: Final = 5000
SHORT_TEXT_LENGTH: Final = 280

PrivateKind = Literal["journal", "trigger", "wish", "draft", "check"]
PRIVATE_KINDS: Final[tuple[PrivateKind, ...]] = get_args(PrivateKind)


class PrivateNote(models.Model):
    """A note that only its owner may see. Load it through ``accounts.my_part.notes.notes_of`` and in no other way."""

    # Whose it is as well: a note that is given to somebody else does not open for them.
    BOUND_TO: ClassVar = ("id", "user_id")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in PRIVATE_KINDS])
    content = EncryptedJSONField()
    created_at = models.DateTimeField(default=timezone.now)
    # A draft is not shown before this.
    opens_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "kind", "-created_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=PRIVATE_KINDS), name="a_private_note_is_of_a_kind"),
            models.CheckConstraint(condition=Q(opens_at=None) | Q(kind="draft"), name="only_a_draft_is_held"),
        ]

    def __str__(self) -> str:
        return str(self.id)
