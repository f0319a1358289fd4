"""A name belongs to the person: it is stored where it changes with them."""

from django.apps import apps

# Where something is called by a name of its own.
NAMED = {"User.first_name", "Seat.first_name"}


def test_a_name_is_stored_with_the_person_and_on_their_seats_alone() -> None:
    """Whatever else stored one would go on showing it after it was changed."""
    fields = {f"{model.__name__}.{field.name}" for model in apps.get_models() for field in model._meta.get_fields()}
    assert {field for field in fields if field.endswith(("first_name", "_name"))} == NAMED
