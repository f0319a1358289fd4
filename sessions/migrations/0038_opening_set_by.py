"""An agreed opening that a therapist has suggested to a couple."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the therapist who suggested it; null for all that are there."""

    dependencies: ClassVar = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("live_sessions", "0037_opening_apart"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="livesession",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
