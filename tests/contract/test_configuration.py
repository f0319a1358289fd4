"""docs/configuration.md and .env.example list every variable that is read, with the default that holds."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cycleproject.serving import first_env

ROOT = Path(__file__).resolve().parent.parent.parent
READERS = (ROOT / "cycleproject/settings.py", ROOT / "cycleproject/serving/first_env.py")
# Defaults that the code writes in a way of its own, and how the documents say them.
OTHERWISE = {
    "str(BASE_DIR / '.env')": ".env",
    "DEBUG": "as `DEBUG`",
    "False": "0",
}


def reads_in(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    """Yield each variable that code reads from the environment, and its default; None where it must be set."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            # ``env.str(…) or "consolemail://"``: an empty variable is as good as none.
            named = [name for name, _ in reads_in(node.values[0])]
            if named and isinstance(node.values[-1], ast.Constant):
                yield from ((name, _written(node.values[-1])) for name in named)
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        name, called = node.args[0].value, ast.unparse(node.func)
        if called == "required":
            yield name, None
        elif called in ("whole_number", "os.environ.get") or called.startswith("env."):
            given = [*node.args[1:2], *(keyword.value for keyword in node.keywords if keyword.arg == "default")]
            if given:
                yield name, _written(given[0])


def _written(default: ast.expr) -> str:
    text = str(default.value) if isinstance(default, ast.Constant) else ast.unparse(default)
    return OTHERWISE.get(text, text)


@cache
def read() -> dict[str, str | None]:
    """Return every variable that is read, with its default as the documents say it."""
    found: dict[str, str | None] = {}
    for path in READERS:
        for name, default in reads_in(ast.parse(path.read_text(encoding="utf-8"))):
            # What the tree's outer node says (``or``) comes first, and holds.
            found.setdefault(name, default)
    return found


@cache
def listed() -> dict[str, str]:
    """Return every variable in the tables of docs/configuration.md, with the cell that says its default."""
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+?) \|", text, re.MULTILINE))


def cell(default: str | None) -> str:
    """Return how the table says a default."""
    if default is None:
        return "none"
    return default if default.startswith("as `") else f"`{default}`" if default else "empty"


def example() -> dict[str, str]:
    """Return every variable in .env.example, also those that are commented out, with its value."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^#?([A-Z_]+)=(.*)$", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('A = required("A")', [("A", None)]),
        ('B: int = whole_number("B", 7, least=0)', [("B", "7")]),
        ('C = comma_list(env.str("C", default=""))', [("C", "")]),
        ('D = env.bool("D", default=False)', [("D", "0")]),
        ('E = env.str("E", default="").strip() or "e://"', [("E", "e://"), ("E", "")]),
        ('if f := os.environ.get("F", str(BASE_DIR / ".env")): pass', [("F", ".env")]),
    ],
)
def test_it_sees_a_variable_however_it_is_read(source: str, found: list[tuple[str, str | None]]) -> None:
    assert list(reads_in(ast.parse(source))) == found


def test_the_tables_list_every_variable_and_nothing_else() -> None:
    assert len(read()) > 20
    assert set(listed()) == set(read())


def test_the_tables_give_the_defaults_that_hold() -> None:
    assert listed() == {name: cell(default) for name, default in read().items()}


def test_the_example_lists_the_same_variables_with_the_same_defaults() -> None:
    given = example()
    assert set(given) == set(read())
    # ``make run`` writes these; the file shows an empty line or a value to begin with.
    free = {name for name, default in read().items() if default is None} | {"STATIC_FROM_SOURCE"}
    assert {name: given[name] for name in set(given) - free} == {
        name: default for name, default in read().items() if name not in free
    }


def test_the_documents_begin_with_what_make_run_writes() -> None:
    written = re.findall(r"^([A-Z_]+)=", first_env.TEMPLATE, re.MULTILINE)
    assert set(list(listed())[:5]) == set(list(example())[:5]) == set(written)
