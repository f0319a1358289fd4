"""`manage.py rotate_field_keys`: bring everything that is stored encrypted under the newest of FIELD_KEYS."""

from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction
from django.db.models import BinaryField, ExpressionWrapper, F, Value

from accounts.login import second_secrets
from cycleproject import encryption, key_check, unreadable
from cycleproject.stored_keys import used_keys
from sessions.models import Mark, Part
from sessions.store import sealing

BATCH: Final = 200

Rewrap = Callable[[Any, bytes], bytes]

# What a seal is bound to is for sealing to know; every other column names its purpose itself.
SEALED: Final[dict[tuple[type[models.Model], str], Rewrap]] = {
    (Mark, "seal"): lambda mark, seal: sealing.rewrap_mark(seal, sealing.SealedIn.of(mark.round), mark.seat),
    (Part, "need_seal"): lambda part, seal: sealing.rewrap_need(seal, sealing.SealedIn.of(part.round), part.seat),
}


class Command(BaseCommand):
    """Re-encrypts in small batches beside a running server; what an interrupted run has done stays done.

    What versions before decision 0041 have stored is bound to its row on the way.
    """

    help = "Re-encrypt what older keys have encrypted, so that these keys can be removed from FIELD_KEYS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --accept-loss, for a key that is lost for good."""
        parser.add_argument(
            "--accept-loss", action="store_true", help="start again without a lost key; its values stay unreadable"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Re-encrypt every encrypted column and second factor; print the counts, and which keys are used."""
        self.changed = self.lost = 0
        with connection.cursor() as cursor:
            if wrong := key_check.not_newest_first(cursor, connection.vendor):
                raise CommandError(wrong)
        for field in encryption.encrypted_fields():
            rewrap = SEALED.get((field.model, field.name)) or partial(_rewrap_field, field)
            self._column(field.model, field.name, rewrap)
        self._second_factors()
        self.stdout.write(f"Re-encrypted {self.changed} values.")
        if self.lost and not options["accept_loss"]:
            with connection.cursor() as cursor:
                gone = sorted(used_keys(cursor, connection.vendor) - set(encryption.key_ids()))
            raise CommandError(
                f"{self.lost} values cannot be opened with FIELD_KEYS as it is. Put back "
                f"{', '.join(gone) or 'the right copy of the database'}, then run this again."
            )
        key_check.refuse_unbound()
        self._say_which_keys(options["accept_loss"])
        if self.lost:
            self.stdout.write(f"{self.lost} values stay as they are, and nobody can read them.")

    def _say_which_keys(self, accepts_loss: bool) -> None:
        """Print the key in use and those that can go, and write down that a start does not need these."""
        used = key_check.settle(accepts_loss=accepts_loss)
        newest, *older = encryption.key_ids()
        self.stdout.write(f"In use: {newest}.")
        for key in older:
            if key in used:
                self.stdout.write(f"Something is still stored under {key}: run this again.")
            else:
                self.stdout.write(f"Nothing is stored under {key} any more: you can remove it from FIELD_KEYS.")

    def _column(self, model: type[models.Model], name: str, rewrap: Rewrap) -> None:
        """Re-encrypt one column, batch by batch in the order of the keys."""
        rows = model._default_manager.exclude(**{name: None}).order_by("pk")
        rows = rows.select_related(*({"round"} & {field.name for field in model._meta.fields}))
        # Nothing of it is opened but to be re-encrypted.
        rows = rows.defer(*(field.name for field in encryption.encrypted_fields() if field.model is model))
        # As it is stored: the field itself would hand out what is inside.
        rows = rows.annotate(stored=ExpressionWrapper(F(name), output_field=BinaryField()))
        last: Any = None
        while True:
            with transaction.atomic():
                following = rows.filter(pk__gt=last) if last else rows
                batch = list(following.select_for_update(of=("self",))[:BATCH])
                for row in batch:
                    self._value(row, name, rewrap)
            if len(batch) < BATCH:
                return
            last = batch[-1].pk

    def _value(self, row: Any, name: str, rewrap: Rewrap) -> None:
        token = bytes(row.stored)
        try:
            rewrapped = rewrap(row, token)
        except (unreadable.CannotOpen, sealing.CannotOpenSeal):
            self.lost += 1
            return
        if rewrapped == token:
            return
        value = Value(encryption.Bound(rewrapped), output_field=BinaryField())
        type(row)._default_manager.filter(pk=row.pk).update(**{name: value})
        self.changed += 1

    def _second_factors(self) -> None:
        """Re-encrypt the secrets of second factors, which stand as texts inside a JSON value."""
        for pk in list(Authenticator.objects.values_list("pk", flat=True)):
            with transaction.atomic():
                own = Authenticator.objects.select_for_update().filter(pk=pk)
                for user_id, kind, data in own.values_list("user_id", "type", "data"):
                    again, changed, lost = second_secrets.rewrapped(data, user_id, kind)
                    if changed:
                        own.update(data=again)
                    self.changed += changed
                    self.lost += lost


def _rewrap_field(field: encryption.EncryptedJSONField, row: Any, token: bytes) -> bytes:
    return encryption.rewrap(token, field.place(encryption.row_of(row)))
