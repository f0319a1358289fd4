from typing import Any

from django.db import migrations, models

from cycleproject import key_check


def _accept_unbound(apps: Any, schema_editor: Any) -> None:
    key_check.accept_unbound()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0033_labels_and_dated_notes"),
    ]

    operations = [
        migrations.AddField(
            model_name="keycheck",
            name="unbound",
            field=models.BinaryField(null=True),
        ),
        migrations.RunPython(_accept_unbound, migrations.RunPython.noop),
    ]
