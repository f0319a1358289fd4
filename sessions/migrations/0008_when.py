"""When a moment happened; the day contact came back, and whether it was the same loop again."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the columns; for rounds from before, all of it is unknown."""

    dependencies: ClassVar = [("live_sessions", "0007_heard_words")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="round",
            name="happened",
            field=models.CharField(
                blank=True,
                choices=[("now", "now"), ("today", "today"), ("this_week", "this_week"), ("earlier", "earlier")],
                max_length=9,
            ),
        ),
        migrations.AddField(model_name="round", name="reconnected_on", field=models.DateField(null=True)),
        migrations.AddField(model_name="round", name="same_loop", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="part", name="reconnected_on", field=models.DateField(null=True)),
        migrations.AddField(model_name="part", name="same_loop", field=models.BooleanField(null=True)),
    ]
