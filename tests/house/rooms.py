"""The rooms of the house and the arrows between them, as the table in docs/architecture.md draws them."""

import ast
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("accounts", "sessions", "cycleproject")
PICTURE = ROOT / "docs" / "architecture.md"


class Room(NamedTuple):
    """One row of the table: the modules or folders that it names, and the rooms that it may import from."""

    name: str
    members: tuple[str, ...]
    may_import: frozenset[str]


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


def own_imports() -> dict[str, frozenset[str]]:
    """Return for each of our modules which others of ours it imports."""
    return {module: frozenset(name for name in imports_of(module) if name in modules()) for module in modules()}


@cache
def rooms() -> Mapping[str, Room]:
    """Read the table: a room's name, what it consists of, and what it may import from."""
    section = PICTURE.read_text(encoding="utf-8").partition("## Rooms and arrows")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.+?) \| (.*?) \|", section, re.MULTILINE)
    return {
        name: Room(
            name,
            tuple(re.findall(r"`([\w.]+)`", members)),
            frozenset(part.strip() for part in arrows.split(",") if part.strip() not in ("", "nothing")),
        )
        for name, members, arrows in rows
    }


def room_of(module: str) -> str:
    """Return the room that a module is in: the one that names it, or else the nearest folder around it."""
    named = {member: room.name for room in rooms().values() for member in room.members}
    path = module
    while path and path not in named:
        path = path.rpartition(".")[0]
    # A package of rooms is no room itself: what is in it must be in one of them.
    assert path not in PACKAGES or path == module, f"{module} is in no room"
    return named[path]


def forbidden(imports: Mapping[str, frozenset[str]]) -> set[tuple[str, str]]:
    """Return the imports that no arrow of the table allows."""
    found = set()
    for module, others in imports.items():
        here = room_of(module)
        allowed = {here, *rooms()[here].may_import}
        found |= {(module, other) for other in others if room_of(other) not in allowed}
    return found
