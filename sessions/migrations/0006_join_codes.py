"""The code that a check-in was given stays with it, for those who sit there."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the codes."""

    dependencies: ClassVar = [("live_sessions", "0005_plans")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="JoinCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(db_index=True, max_length=6)),
                (
                    "live_session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="join_codes",
                        to="live_sessions.livesession",
                    ),
                ),
            ],
        ),
    ]
