"""What older versions left behind: words heard of needs that were erased, and the name of a seat before a rename."""

from typing import Any, ClassVar

from django.db import migrations
from django.db.models import OuterRef, Subquery

from cycleproject.encryption import Unreadable


def forget_what_was_heard_of_no_need(apps: Any, schema_editor: Any) -> None:
    """Erase what was heard of a need that is not kept (decision 0031): it was shown to nobody, and still stored."""
    model = apps.get_model("live_sessions", "Part")
    parts, need = model.objects.using(schema_editor.connection.alias), model._meta.get_field("need")
    heard = parts.exclude(heard_words=None).values_list("id", "round", "seat")
    for part_id, round_id, seat in list(heard):
        others = parts.filter(round=round_id).exclude(seat=seat).exclude(need=None)
        stored = others.values_list("need", "round__live_session_id", "round__number", "seat")
        # Under a key that is gone nobody can tell whether there is one.
        needs = [need.opened(value, row) for value, *row in stored]
        if not any(one or isinstance(one, Unreadable) for one in needs):
            parts.filter(id=part_id).update(heard_words=None)


def name_seats_as_their_people(apps: Any, schema_editor: Any) -> None:
    """Give every seat the name that its person has now, and none where nobody is left."""
    alias = schema_editor.connection.alias
    people = apps.get_model("accounts", "User").objects.using(alias).filter(pk=OuterRef("user"))
    seats = apps.get_model("live_sessions", "Seat").objects.using(alias)
    seats.exclude(user=None).update(first_name=Subquery(people.values("first_name")[:1]))
    seats.filter(user=None).exclude(first_name="").update(first_name="")


class Migration(migrations.Migration):
    """Changes values and no column."""

    dependencies: ClassVar = [("live_sessions", "0035_both_in_at"), ("accounts", "0034_bound_to_rows")]

    operations: ClassVar = [
        migrations.RunPython(forget_what_was_heard_of_no_need, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(name_seats_as_their_people, migrations.RunPython.noop, elidable=True),
    ]
