"""docs/configuration.md and .env.example list every variable that is read, with the default that holds."""

import ast
import re
from functools import cache
from pathlib import Path

from cycleproject.configuration import SETTINGS
from cycleproject.serving import first_env

ROOT = Path(__file__).resolve().parent.parent.parent
# Read by what prepares a start, before there are settings.
BEFORE_SETTINGS = {"ENV_FILE": ".env"}
# A default that depends on another variable.
OTHERWISE = {"STATIC_FROM_SOURCE": "as `DEBUG`"}


@cache
def read() -> dict[str, str | None]:
    """Return every variable that is read, with its default as the documents say it; None where it must be set."""
    table = {setting.name: OTHERWISE.get(setting.name, setting.default) for setting in SETTINGS}
    return {**table, **BEFORE_SETTINGS}


def read_from_the_environment(module: Path) -> set[str]:
    """Return every variable that a module reads from the environment by itself."""
    calls = (node for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return {
        str(call.args[0].value)
        for call in calls
        if ast.unparse(call.func) in ("os.environ.get", "os.getenv")
        or ast.unparse(call.func).startswith(("env.", "environ.Env."))
        if call.args and isinstance(call.args[0], ast.Constant)
    }


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


def test_nothing_else_reads_a_variable_of_ours() -> None:
    everywhere = set()
    for package in ("accounts", "sessions", "cycleproject"):
        for module in (ROOT / package).rglob("*.py"):
            everywhere |= read_from_the_environment(module)
    assert everywhere - {"DJANGO_SETTINGS_MODULE"} <= set(read())


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
