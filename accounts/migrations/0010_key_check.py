"""Which keys the database has seen; a start writes them down once they are found to open what is there."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the keys that are known."""

    dependencies: ClassVar = [("accounts", "0009_unsent_words")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="KeyCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_id", models.CharField(max_length=8, unique=True)),
                ("value", models.BinaryField(null=True)),
                ("in_use", models.BooleanField(default=True)),
            ],
        ),
    ]
