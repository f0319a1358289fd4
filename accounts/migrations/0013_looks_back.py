"""Whether somebody wishes to be asked, a day later, how it was."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the wish; nobody has it who was not asked."""

    dependencies: ClassVar = [("accounts", "0012_logins_on_receipts")]

    operations: ClassVar = [
        migrations.AddField(model_name="user", name="looks_back", field=models.BooleanField(default=False)),
    ]
