"""Documents and docstrings name folders, files, modules and functions that are there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.house.rooms import PACKAGES, PICTURE, ROOT, modules, tree_of

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def tree() -> dict[str, str]:
    """Return each folder of the tree in docs/architecture.md, and the line that says what is in it."""
    block = (
        PICTURE.read_text(encoding="utf-8").partition("## The tree")[2].partition("```text\n")[2].partition("```")[0]
    )
    found: dict[str, str] = {}
    above: list[str] = []
    for line in block.splitlines():
        indented, name, said = re.fullmatch(r"( *)([\w/-]+)/ +(.+)", line).groups()  # type: ignore[union-attr]
        above = [*above[: len(indented) // 2], name]
        found["/".join(above)] = said
    return found


def packages() -> set[str]:
    """Return every folder of ours that is a package, but those that Django or a language looks for by name."""
    folders = {path.parent for path in modules().values() if path.name == "__init__.py"}
    named = {folder.relative_to(ROOT).as_posix() for folder in folders}
    return {name for name in named if not re.search(r"formats/|management/", name)}


def paths_in(text: str) -> Iterator[str]:
    """Yield every path of this checkout that a document names in code."""
    top = "accounts|sessions|cycleproject|tests|templates|static|bench|docs"
    yield from re.findall(rf"`((?:{top})/[\w./-]+)`", text)


@cache
def names_of(module: str) -> frozenset[str]:
    """Return what a module's code names: functions, classes, methods, constants, fields."""
    nodes = list(ast.walk(tree_of(module)))
    found = {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))}
    found |= {node.id for node in nodes if isinstance(node, ast.Name)}
    found |= {alias.asname or alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    return frozenset(found | {node.attr for node in nodes if isinstance(node, ast.Attribute)})


def is_there(name: str) -> bool:
    """Tell whether a dotted name ends at a module of ours, or at something that this module's code names."""
    if name in modules():
        return True
    module, _, attribute = name.rpartition(".")
    while module and module not in modules():
        module, _, attribute = module.rpartition(".")
    return bool(module) and attribute in names_of(module)


def dotted_in(text: str) -> Iterator[str]:
    """Yield every name that is written out from one of our packages."""
    yield from re.findall(rf"`((?:{'|'.join(PACKAGES)})(?:\.\w+)+)`", text)


def looked_up_in(module: str) -> Iterator[str]:
    """Yield each ``module.name`` that docstrings of a module send their reader to, where ``module`` is one of ours."""
    last = {name.rpartition(".")[2] for name in modules()}
    for node in ast.walk(tree_of(module)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            docstring = ast.get_docstring(node) or ""
            for name in re.findall(r"``([a-z_.]+\.\w+)``|Raises ([a-z_.]+\.\w+)", docstring):
                written = name[0] or name[1]
                if written.split(".")[0] in last:
                    yield written


def leads_somewhere(written: str) -> bool:
    """Tell whether some module of ours ends like ``module.name``, or has that name."""
    module, _, name = written.rpartition(".")
    owners = [one for one in modules() if one == module or one.endswith(f".{module}")]
    whole = any(one == written or one.endswith(f".{written}") for one in modules())
    return whole or any(name in names_of(owner) for owner in owners)


def test_the_tree_shows_every_folder_of_ours() -> None:
    assert packages() - set(tree()) == set()
    assert [name for name in tree() if not (ROOT / name).is_dir()] == []


def test_it_would_see_a_name_that_is_gone() -> None:
    assert is_there("accounts.care.scopes.has_scope") and is_there("cycleproject.serve")
    assert not is_there("accounts.couples.part") and not is_there("sessions.records")
    assert leads_somewhere("scopes.NotFound") and leads_somewhere("checkin.shown_round.reveal_for")
    assert not leads_somewhere("scopes.nothing") and not leads_somewhere("records.NotFound")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_document_names_what_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [one for one in paths_in(text) if not (ROOT / one).exists()] == []
    assert [name for name in dotted_in(text) if not is_there(name)] == []


@pytest.mark.parametrize("module", sorted(one for one in modules()))
def test_docstrings_send_nobody_to_what_is_gone(module: str) -> None:
    assert [written for written in looked_up_in(module) if not leads_somewhere(written)] == []
