"""Who would like to end, and when the check-in closes unless anybody stays."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the columns; nothing closes soon."""

    dependencies: ClassVar = [("live_sessions", "0030_gone_steps")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="livesession",
            name="ending_by",
            field=models.CharField(blank=True, db_default="", max_length=4),
        ),
        migrations.AddField(model_name="livesession", name="ending_at", field=models.DateTimeField(null=True)),
    ]
