"""An agreed opening: how far it is, and an hour that one of the two has said and the other has not."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q

WAITING = ("asked", "agreed")


class Migration(migrations.Migration):
    """Adds three columns, each with a value for the rows that are there, an index and a constraint for those that wait.

    A plan for the same hour as an opening is no plan made twice, so the older constraint leaves openings out.
    """

    dependencies: ClassVar = [("accounts", "0034_bound_to_rows"), ("live_sessions", "0036_left_by_older_versions")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="livesession",
            name="apart",
            field=models.CharField(
                blank=True,
                choices=[(word, word) for word in (*WAITING, "opened")],
                db_default="",
                default="",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="livesession",
            name="asked_by",
            field=models.CharField(
                blank=True, choices=[("a", "a"), ("b", "b")], db_default="", default="", max_length=1
            ),
        ),
        migrations.AddField(
            model_name="livesession", name="asked_starts_at", field=models.DateTimeField(null=True)
        ),
        migrations.RemoveConstraint(model_name="livesession", name="one_partner_led_plan_for_a_time"),
        migrations.AddIndex(
            model_name="livesession",
            index=models.Index(
                condition=Q(apart__in=WAITING, ended_at=None), fields=["starts_at"], name="waits_to_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="livesession",
            constraint=models.UniqueConstraint(
                condition=Q(ended_at=None, started_hosted=False, starts_at__isnull=False, apart=""),
                fields=("couple", "starts_at"),
                name="one_partner_led_plan_for_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="livesession",
            constraint=models.UniqueConstraint(
                condition=Q(ended_at=None, apart__in=WAITING),
                fields=("couple",),
                name="one_waits_to_open_at_a_time",
            ),
        ),
    ]
