"""A key is lost: every command ends well or with a sentence, and writes over nothing."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command, get_commands
from pytest_django import Settings

from tests.store.stored_rows import stored, written_over
from tests.store.test_sealing import new_key

# Each command of ours, and what it says; whoever adds one says it here.
COMMANDS: dict[str, str | None] = {
    "purge_expired": "",
    "rotate_field_keys": "cannot be opened with FIELD_KEYS as it is",
    "dumpdata": "would write out in plain",
    "seed_demo": "cannot be opened",
    "make_staff tess@example.org": None,
    "reset_second_step tess@example.org": None,
}
# They copy, and open nothing, or know no database.
OTHER_COMMANDS = {"backup", "check_backup", "copy_to", "make_push_keys", "sendtestemail", "write_contract"}


def test_every_command_is_tried() -> None:
    ours = {name for name, app in get_commands().items() if str(app) in ("accounts", "sessions")}
    assert ours == {command.split()[0] for command in COMMANDS} | OTHER_COMMANDS


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_ends_well_or_with_a_sentence(settings: Settings, name: str) -> None:
    call_command("seed_demo", stdout=StringIO())
    before, settings.FIELD_KEYS = stored(), [new_key()]
    said = ""
    try:
        call_command(*name.split(), stdout=StringIO())
    except CommandError as refused:
        said = str(refused)
    assert (COMMANDS[name] or "") in said
    assert written_over(before) == []
