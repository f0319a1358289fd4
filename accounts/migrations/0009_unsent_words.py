"""What somebody typed and sent when their login had ended."""

from typing import ClassVar

import django.utils.timezone
from django.db import migrations, models

import cycleproject.encryption


class Migration(migrations.Migration):
    """Adds words that are kept behind the log-in."""

    dependencies: ClassVar = [("accounts", "0008_receipts")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="UnsentWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("fields", cycleproject.encryption.EncryptedJSONField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
    ]
