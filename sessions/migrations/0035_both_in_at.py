"""When the second of the two came in, from which a day counts."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the column; check-ins from before count from when they were made."""

    dependencies: ClassVar = [("live_sessions", "0034_room_display")]

    operations: ClassVar = [
        migrations.AddField(model_name="livesession", name="both_in_at", field=models.DateTimeField(null=True)),
    ]
