"""Rooms, and the arrows between them: which module may import from which, read from the code itself."""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.rooms import forbidden, imports_in, modules, own_imports, room_of, rooms


def test_it_sees_an_import_however_it_is_written() -> None:
    known = {"sessions", "sessions.models"}
    for text in (
        "import sessions.models",
        "import sessions.models as m",
        "from sessions import models",
        "from sessions.models import Mark",
        "def f():\n    from sessions import models",
        "if TYPE_CHECKING:\n    import sessions.models",
    ):
        assert "sessions.models" in imports_in(ast.parse(text), known), text
    assert imports_in(ast.parse("from django.db import models"), known) == {"django.db"}


def test_every_module_is_in_a_room() -> None:
    assert {room_of(module) for module in modules()} == set(rooms())


def test_a_room_imports_only_from_where_an_arrow_leads() -> None:
    assert forbidden(own_imports()) == set()


def test_an_arrow_that_is_not_in_the_table_is_found() -> None:
    for planted in (
        {"sessions.checkin.rules": frozenset({"sessions.store.load"})},
        {"sessions.store.save": frozenset({"sessions.live.room"})},
        {"sessions.joining.join": frozenset({"sessions.live.admission"})},
        {"sessions.live.room": frozenset({"sessions.history.rounds"})},
        {"accounts.care.scopes": frozenset({"sessions.models"})},
        {"cycleproject.web.limits": frozenset({"accounts.models"})},
    ):
        assert forbidden(planted), planted


def test_every_arrow_is_used() -> None:
    used = {(room_of(module), room_of(other)) for module, others in own_imports().items() for other in others}
    drawn = {(room.name, other) for room in rooms().values() for other in room.may_import}
    assert drawn - used == set()


def test_arrows_point_down_the_table() -> None:
    above: set[str] = set()
    for room in rooms().values():
        assert room.may_import <= above, f"{room.name} stands above what it imports from"
        above.add(room.name)


def test_no_import_leads_back() -> None:
    try:
        list(TopologicalSorter(own_imports()).static_order())
    except CycleError as circle:
        pytest.fail(f"these import each other: {circle.args[1]}")
