"""Imports point one way: what may know of what, read from the code itself.

rooms, consumers, api, views -> commands, snapshots -> rules, patterns, state -> nothing.
"""

import ast
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("accounts", "sessions", "cycleproject")

PURE = (
    "patterns",
    "state",
    "changes",
    "applying",
    "rules",
    "protocol",
    "frames",
    "snapshots",
    "wording",
    "library",
    "my_part",
    "cycles",
    "trends",
    "charts",
    "line_charts",
    "history_query",
)
# What a pure module may stand on besides the standard library.
PURE_LIBRARIES = {"orjson", "pydantic"}
FRAMEWORKS = {
    "django",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "asgiref",
    "redis",
    "psycopg",
    "segno",
}

WRITERS = {
    "commands",
    "storing",
    "seating",
    "hosting",
    "presence",
    "erasure",
    "expiry",
    "management.commands.rotate_field_keys",
}
READERS = {"records", "rows", "authority", "own_marks", "own_export", "history", "meetings", "admin"}
# These name the type of what they pass on, and nothing else of the models.
NAMES_THE_TYPE = {"api", "api_hosting", "views", "room_page"}

WRITING_METHODS = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "delete",
}
WRITING_STATEMENTS = {"as_written", "insert", "upsert", "update", "delete"}
OPENS_SEALS = {"open_marks", "open_needs"}
MAKES_SEALS = {"seal_mark", "seal_need"}


@cache
def modules() -> dict[str, Path]:
    """Return our modules by name, migrations left out."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found[name.removesuffix(".__init__")] = path
    return found


@cache
def tree_of(module: str) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def imports_in(tree: ast.AST, known: set[str]) -> set[str]:
    """Return every module that is imported, wherever in the code; ours by their full names."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out"
            assert node.module
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in known else node.module)
    return found


@cache
def imports_of(module: str) -> frozenset[str]:
    """Return what a module of ours imports."""
    return frozenset(imports_in(tree_of(module), set(modules())))


@cache
def everything_under(module: str) -> frozenset[str]:
    """Return everything that a module imports, and everything that this imports."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        for name in imports_of(waiting.pop()) - found:
            found.add(name)
            if name in modules():
                waiting.append(name)
    return frozenset(found)


def importers_of(target: str) -> set[str]:
    """Return which of our modules import another one."""
    return {name for name in modules() if target in imports_of(name)}


def of_sessions(*names: str) -> set[str]:
    """Return full names of modules in sessions."""
    return {f"sessions.{name}" for name in names}


def names_imported(module: str, source: str) -> set[str]:
    """Return the names that a module takes from another."""
    nodes = (node for node in ast.walk(tree_of(module)) if isinstance(node, ast.ImportFrom) and node.module == source)
    return {alias.name for node in nodes for alias in node.names}


@cache
def mentions(module: str) -> frozenset[str]:
    """Return every name and attribute in a module's code."""
    nodes = list(ast.walk(tree_of(module)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return frozenset(names | {node.attr for node in nodes if isinstance(node, ast.Attribute)})


def users_of(*names: str) -> set[str]:
    """Return which of our modules mention one of these names."""
    return {module for module in modules() if mentions(module) & {*names}}


# The eyes of these tests.


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


def test_it_sees_writing_however_it_is_written() -> None:
    for text in (
        "seat.save()",
        "Mark.objects.create(seal=b'')",
        "Mark.objects.filter(id=1).update(seal=None)",
        "live_session.seats.update(seen_at=None)",
        "round.marks.all().delete()",
        "models.Mark.objects.bulk_create([])",
        "statements.insert(mark)",
    ):
        assert writes_in(ast.parse(text)), text
    for text in ("schemas.update(named)", "self.state = replace(state)", "listeners.discard(one)"):
        assert not writes_in(ast.parse(text)), text


# Pure things.


@pytest.mark.parametrize("name", PURE)
def test_it_is_pure_all_the_way_down(name: str) -> None:
    under = everything_under(f"sessions.{name}")
    assert {module for module in under if module.partition(".")[0] in FRAMEWORKS} == set()
    assert {module for module in under if module.startswith(("accounts", "cycleproject"))} == set()
    assert "sessions.models" not in under
    ours_and_others = {module.partition(".")[0] for module in under} - {"sessions", *PURE_LIBRARIES}
    assert ours_and_others <= sys.stdlib_module_names


def test_a_pattern_knows_of_nothing() -> None:
    assert everything_under("sessions.patterns") <= {"collections.abc", "dataclasses", "typing"}


def test_a_rule_knows_only_what_is_pure() -> None:
    ours = {module for module in everything_under("sessions.rules") if module in modules()}
    assert ours <= of_sessions("changes", "frames", "library", "patterns", "state", "wording")


def test_what_is_shown_cannot_know_what_is_sealed() -> None:
    ours = {module for module in everything_under("sessions.snapshots") if module in modules()}
    assert ours.isdisjoint(of_sessions("sealing", "storing", "commands", "records", "models"))


def test_no_import_leads_back() -> None:
    graph = {module: {name for name in imports_of(module) if name in modules()} for module in modules()}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        pytest.fail(f"these import each other: {circle.args[1]}")


# Packages.


def test_accounts_knows_nothing_of_live_sessions() -> None:
    for module in modules():
        if module.startswith("accounts"):
            assert not {name for name in imports_of(module) if name.partition(".")[0] == "sessions"}, module


def test_the_project_knows_of_the_apps_only_where_it_routes() -> None:
    for module in modules():
        if module.startswith("cycleproject"):
            apps = {name for name in imports_of(module) if name.partition(".")[0] in ("accounts", "sessions")}
            assert apps <= (of_sessions("expiry", "routing") if module == "cycleproject.asgi" else set()), module


# The database.


def test_only_readers_and_writers_know_the_models() -> None:
    assert importers_of("sessions.models") <= of_sessions(*WRITERS, *READERS, *NAMES_THE_TYPE)
    for name in NAMES_THE_TYPE & {name.removeprefix("sessions.") for name in importers_of("sessions.models")}:
        assert names_imported(f"sessions.{name}", "sessions.models") == {"LiveSession"}, name


def test_a_socket_never_sees_the_database() -> None:
    for name in ("consumers", "room", "rooms", "notify"):
        module = f"sessions.{name}"
        assert "sessions.models" not in imports_of(module)
        assert names_imported(module, "django.db") <= {"Error", "transaction"}, name
        assert "objects" not in mentions(module), name
    assert {module for module in imports_of("sessions.consumers") if module in modules()} <= {
        *of_sessions(
            "commands",
            "database",
            "frames",
            "protocol",
            "records",
            "room",
            "rooms",
            "seating",
            "snapshots",
            "wording",
            "writer",
        ),
    }


def writes_in(tree: ast.AST) -> list[int]:
    """Return the lines that write rows: a writing method, or ``update`` on what comes from a manager or a query."""
    lines = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        receiver = {part.attr for part in ast.walk(node.func.value) if isinstance(part, ast.Attribute)}
        by_statement = isinstance(node.func.value, ast.Name) and node.func.value.id == "statements"
        queried = receiver & {"objects", "filter", "exclude", "all", "seats", "rounds", "marks", "parts", "steps"}
        writing = WRITING_STATEMENTS if by_statement else WRITING_METHODS
        if node.func.attr in writing or (node.func.attr == "update" and queried):
            lines.append(node.lineno)
    return lines


def test_only_the_writers_write() -> None:
    hand_out_rows = of_sessions("models", "records", "seating", "commands")
    for module in modules():
        if imports_of(module) & hand_out_rows and module.removeprefix("sessions.") not in WRITERS:
            assert writes_in(tree_of(module)) == [], module
    # Commands sends what storing has gathered.
    for name in WRITERS - {"commands", "management.commands.rotate_field_keys"}:
        assert writes_in(tree_of(f"sessions.{name}")), f"{name} writes nothing and need not be named here"


def test_one_road_leads_from_a_command_to_a_row() -> None:
    assert importers_of("cycleproject.statements") == {"accounts.logins"} | of_sessions(
        "commands", "kept", "presence", "records", "rows", "storing"
    )
    assert importers_of("sessions.storing") == of_sessions("commands")
    assert {module for module in modules() if "sessions.rules" in imports_of(module)} <= of_sessions(
        "commands", "snapshots", "examples", "shapes"
    )
    assert users_of("decide") <= of_sessions("rules", "commands", "examples")


# Sealing.


def test_only_sealing_encrypts_and_decrypts_for_live_sessions() -> None:
    rotation = "management.commands.rotate_field_keys"
    users = importers_of("cycleproject.encryption")
    assert {name for name in users if name.startswith("sessions.")} == of_sessions("sealing", "models", rotation)
    assert names_imported("sessions.models", "cycleproject.encryption") == {"EncryptedJSONField", "EncryptedTextField"}
    # Accounts keep the secrets of second factors; whoever else encrypts anything does it through a field.
    assert users & users_of("encrypt", "decrypt") == {"sessions.sealing", "accounts.adapter"}


def test_seals_are_made_and_opened_where_rows_are_stored() -> None:
    assert users_of(*OPENS_SEALS) == of_sessions("storing")
    assert users_of(*MAKES_SEALS) == of_sessions("storing")
    assert importers_of("sessions.sealing") <= of_sessions(
        "storing", "commands", "management.commands.rotate_field_keys"
    )
    assert names_imported("sessions.commands", "sessions.sealing") == {"CannotOpenSeal"}


# What leaves.


def test_nothing_but_the_projection_is_sent() -> None:
    assert users_of("snapshot_for") <= of_sessions("snapshots", "room", "api", "examples")
    assert users_of("group_send") == {"sessions.notify", "cycleproject.health"}, "health asks with a group of nobody's"
    for name in ("room", "rooms", "consumers"):
        contents = {"marks", "reveal", "round", "exchange", "needs", "details", "seal"}
        assert not contents & mentions(f"sessions.{name}"), name
