"""When an appointment was moved, from which time, and how often."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds three columns, each with a value for the rows that are there."""

    dependencies: ClassVar = [("live_sessions", "0031_ending")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="livesession", name="moved_from", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(model_name="livesession", name="moved_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="livesession",
            name="sequence",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
