"""What a couple decides about its history: how long it stays, what is left behind, and a weekly time."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the wishes and the weekly time."""

    dependencies: ClassVar = [("accounts", "0004_care")]

    operations: ClassVar = [
        migrations.AddField("couple", "weekly_day", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.AddField("couple", "weekly_time", models.TimeField(blank=True, null=True)),
        migrations.AddField("membership", "retention_months", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.AddField("membership", "leaves_words", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "couple",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("weekly_day", None), ("weekly_time", None)),
                    models.Q(("weekly_day__range", (0, 6)), ("weekly_time__isnull", False)),
                    _connector="OR",
                ),
                name="a_weekly_time_is_whole",
            ),
        ),
    ]
