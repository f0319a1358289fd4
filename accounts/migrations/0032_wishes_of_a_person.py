from django.db import migrations, models


def keep_the_last_wish(apps, schema_editor):
    """Let everybody begin their next couple with what they last wished for."""
    User, Membership = apps.get_model("accounts", "User"), apps.get_model("accounts", "Membership")
    said = Membership.objects.exclude(user=None).exclude(retention_months=None)
    for user_id, months in said.order_by("couple__created_at").values_list("user_id", "retention_months"):
        User.objects.filter(pk=user_id).update(retention_months=months)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0031_announced_retention")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="retention_months",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="membership",
            name="own_view_months",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.RunPython(keep_the_last_wish, migrations.RunPython.noop),
    ]
