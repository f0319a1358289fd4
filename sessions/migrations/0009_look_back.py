"""How a round was a day later, for each of the two."""

from typing import ClassVar

from django.db import migrations

import cycleproject.encryption


class Migration(migrations.Migration):
    """Adds the column."""

    dependencies: ClassVar = [("live_sessions", "0008_when")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="part",
            name="look_back",
            field=cycleproject.encryption.EncryptedJSONField(null=True),
        ),
    ]
