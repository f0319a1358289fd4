"""The arrows between our modules: who may import whom, and who may write what."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

PURE = {
    "patterns": set[str](),
    "wording": set[str](),
    "library": {"wording"},
    "state": {"patterns"},
    "protocol": {"patterns", "state"},
    "changes": {"patterns", "state"},
    "rules": {"changes", "library", "protocol", "state"},
    "snapshots": {"patterns", "rules", "state", "wording"},
}
LIVE_MODELS = {"LiveSession", "Seat", "Round", "Mark", "Part", "Step"}
WRITERS = {"commands", "storing", "seating", "presence", "erasure", "expiry"}
WRITING_METHODS = {
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "update_or_create",
    "get_or_create",
    "save",
    "delete",
}


def modules(*folders: str) -> list[Path]:
    """Return our modules, migrations and commands aside."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts and "management" not in path.parts]


def imports_of(path: Path) -> set[str]:
    """Return the dotted names that a module imports, wherever it does."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def ours(path: Path) -> set[str]:
    """Return the modules of ``sessions`` that a module imports."""
    known = {module.stem for module in modules("sessions")}
    return {name.split(".")[1] for name in imports_of(path) if name.startswith("sessions.")} & known


@pytest.mark.parametrize("name", PURE)
def test_what_is_pure_knows_no_framework_and_points_down(name: str) -> None:
    path = ROOT / "sessions" / f"{name}.py"
    frameworks = {one for one in imports_of(path) if one.split(".")[0] in ("django", "channels", "rest_framework")}
    assert frameworks == set()
    assert ours(path) <= PURE[name]
    assert not any(one.startswith(("accounts", "cycleproject")) for one in imports_of(path))


def test_accounts_knows_of_no_live_session() -> None:
    for path in modules("accounts"):
        assert not any(name == "sessions" or name.startswith("sessions.") for name in imports_of(path)), path


def test_consumers_see_no_rows() -> None:
    names = imports_of(ROOT / "sessions" / "consumers.py")
    assert not any(name.startswith(("django.db.models", "sessions.models", "sessions.storing")) for name in names)
    assert not any(name.startswith("sessions.rules") for name in names)


def test_only_the_loaders_and_writers_know_the_sealed_columns() -> None:
    for path in modules("sessions"):
        if path.stem in WRITERS | {"records", "models", "sealing", "own_marks"}:
            continue
        attributes = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert not attributes & {"seal", "need_seal"}, path


def test_only_the_writer_writes_live_sessions() -> None:
    for path in modules("sessions"):
        if path.stem in WRITERS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                written = node.func.attr in WRITING_METHODS and _names_in(node.func.value) & LIVE_MODELS
                assert not written, f"{path.name}:{node.lineno}"


def _names_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} | {
        one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)
    }


def test_only_sealing_opens_a_seal() -> None:
    for path in modules("sessions", "accounts", "cycleproject"):
        names = imports_of(path)
        opens = any(name.endswith(("sealing.open_marks", "sealing.open_needs")) for name in names)
        assert not opens, f"{path} must go through the module, so that this test can see it"
        called = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        if path.stem not in ("storing", "sealing"):
            assert not called & {"open_marks", "open_needs"}, path
        if path.stem not in ("encryption", "sealing", "adapter", "rotation", "rotate_field_keys"):
            assert "decrypt" not in called, path


def test_only_notify_speaks_to_other_processes() -> None:
    for path in modules("sessions", "accounts"):
        speaks = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        if path.stem != "notify":
            assert "group_send" not in speaks, path


def test_only_snapshots_makes_what_a_live_viewer_sees() -> None:
    callers = {path.stem for path in modules("sessions") if "sessions.snapshots.snapshot_for" in imports_of(path)}
    assert callers <= {"rooms", "api", "examples"}
