"""What a therapist calls each couple, and notes with the date of their check-in."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cycleproject.encryption


class Migration(migrations.Migration):
    """Adds the columns and the table; notes from before stay as they are."""

    dependencies: ClassVar = [
        ("accounts", "0032_wishes_of_a_person"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="careinvitation",
            name="label",
            field=cycleproject.encryption.EncryptedTextField(null=True),
        ),
        migrations.AddField(
            model_name="carelink",
            name="label",
            field=cycleproject.encryption.EncryptedTextField(null=True),
        ),
        migrations.CreateModel(
            name="CheckInNotes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("check_in", models.UUIDField()),
                ("began_at", models.DateTimeField()),
                ("label", cycleproject.encryption.EncryptedTextField(null=True)),
                ("text", cycleproject.encryption.EncryptedTextField()),
                (
                    "link",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.carelink"
                    ),
                ),
                (
                    "therapist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("therapist", "check_in"), name="one_text_a_check_in")],
            },
        ),
    ]
