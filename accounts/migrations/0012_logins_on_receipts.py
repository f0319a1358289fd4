"""The login that there was after a form about logging in, for who sends it again because its answer was lost."""

from typing import ClassVar

from django.db import migrations

from cycleproject.encryption import EncryptedTextField


class Migration(migrations.Migration):
    """Adds it to receipts."""

    dependencies: ClassVar = [("accounts", "0011_digest_session_keys")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="receipt",
            name="login",
            field=EncryptedTextField(null=True),
        ),
    ]
