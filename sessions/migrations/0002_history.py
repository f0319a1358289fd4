"""A name for each round that nothing can be counted by, and whose words its moment is in."""

import uuid
from typing import Any, ClassVar

from django.db import migrations, models


def name_rounds(apps: Any, schema_editor: Any) -> None:
    """Give each round that there is a name of its own: a default would give them all the same one."""
    rounds = apps.get_model("live_sessions", "Round").objects.using(schema_editor.connection.alias)
    for round_id in rounds.filter(history_id=None).values_list("id", flat=True).iterator():
        rounds.filter(id=round_id).update(history_id=uuid.uuid4())


class Migration(migrations.Migration):
    """Adds Round.history_id and Round.opened_by."""

    dependencies: ClassVar = [("live_sessions", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField("round", "history_id", models.UUIDField(editable=False, null=True)),
        migrations.RunPython(name_rounds, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            "round", "history_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
        ),
        migrations.AddField(
            "round",
            "opened_by",
            models.CharField(blank=True, choices=[("a", "a"), ("b", "b"), ("host", "host")], default="", max_length=4),
            preserve_default=False,
        ),
    ]
