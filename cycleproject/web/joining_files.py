"""One file out of a script and the modules it imports, and one out of a style sheet and those it imports.

In the repository every file is one that a person reads, and while developing the browser loads each by itself. What
is served elsewhere is put together from them once, before the start, without what only a reader needs. Only the few
ways of importing that our files use are known here: anything else stops the start, and is never served half right.
"""

import posixpath
import re
from collections.abc import Callable
from typing import Final

# The text of a file, by its path below the static files.
Read = Callable[[str], str]

IMPORT: Final = re.compile(
    r'^import\s+(?:(?:\{(?P<names>[^}]*)\}|\*\s+as\s+(?P<all>\w+))\s+from\s+)?"(?P<link>\.[^"]+)";$', re.MULTILINE
)
EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) (?P<name>\w+))", re.MULTILINE)
NOT_UNDERSTOOD: Final = re.compile(r"^\s*(?:export\b|import\b)|\bimport\s*\(|\bimport\.meta\b", re.MULTILINE)
IMPORTED_STYLE: Final = re.compile(r'^@import url\("(?P<link>[^":]+)"\);\n', re.MULTILINE)
URL: Final = re.compile(r'url\("(?P<link>[^":]+)"\)')


class CannotBeJoinedError(ValueError):
    """A file is written in a way that is not known here."""


def beside(path: str, link: str) -> str:
    """Return the path that a link in a file leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), link))


def imported_by(path: str, text: str) -> list[str]:
    """Return the paths of the modules that a script imports, in its order."""
    return [beside(path, found["link"]) for found in IMPORT.finditer(text)]


def joined_script(path: str, read: Read) -> str:
    """Return a script with everything that it imports, each module once and in a scope of its own."""
    order = _imported_first(path, lambda one: imported_by(one, read(one)))
    if len(order) == 1:
        return without_remarks(path, read(path))
    names = {one: f"$module{number}" for number, one in enumerate(order)}
    *parts, whole = (_with_what_it_imports(one, read(one), names) for one in order)
    lines = [f"const {names[one]} = (() => {{\n{part}}})();\n" for one, part in zip(order, parts, strict=False)]
    return "".join(lines) + whole


def _with_what_it_imports(path: str, text: str, names: dict[str, str]) -> str:
    def given(found: re.Match[str]) -> str:
        module = names[beside(path, found["link"])]
        if found["all"]:
            return f"const {found['all']} = {module};"
        return f"const {{{found['names'].replace(' as ', ': ')}}} = {module};" if found["names"] else ""

    exported = [found["name"] for found in EXPORT.finditer(text)]
    body = EXPORT.sub("", IMPORT.sub(given, text))
    body = without_remarks(path, body)
    if NOT_UNDERSTOOD.search(body):
        raise CannotBeJoinedError(f"{path} imports or exports in a way that joining_files.py does not know.")
    return body + (f"return {{ {', '.join(exported)} }};\n" if exported else "")


def joined_style(path: str, read: Read) -> str:
    """Return a style sheet with those that it imports in their places, and links that lead where they led."""

    def put_in(one: str) -> str:
        def moved(found: re.Match[str]) -> str:
            return f'url("{posixpath.relpath(beside(one, found["link"]), posixpath.dirname(path))}")'

        text = without_remarks(one, read(one))
        # Before its own links are moved: an import is a link, too.
        beginning, *rest = re.split(r"^(?!@import )", text, maxsplit=1, flags=re.MULTILINE)
        imported = IMPORTED_STYLE.sub(lambda found: put_in(beside(one, found["link"])), beginning)
        own = URL.sub(moved, "".join(rest))
        if "@import" in imported + own:
            raise CannotBeJoinedError(f"{one} imports a style sheet in a way that joining_files.py does not know.")
        return imported + own

    return put_in(path)


def without_remarks(path: str, text: str) -> str:
    """Leave out indentation, empty lines, and comments that have lines of their own."""
    kept: list[str] = []
    in_comment = False
    script = path.endswith(".js")
    for line in map(str.strip, text.splitlines()):
        if in_comment or (line.startswith("/*") and "*/" not in line[2:-2]):
            in_comment = not line.endswith("*/")
        elif line and not (script and line.startswith("//")):
            if script and line.count("`") % 2:
                raise CannotBeJoinedError(f"{path} has text over several lines, of which every space counts: {line}")
            kept.append(line)
    return "".join(f"{line}\n" for line in kept)


def _imported_first(path: str, imports: Callable[[str], list[str]]) -> list[str]:
    """Return a file and all that it imports, each after what it imports itself."""
    order: list[str] = []
    waiting: list[str] = []

    def visit(one: str) -> None:
        if one in waiting:
            raise CannotBeJoinedError(f"{one} and what it imports import each other: which comes first?")
        if one not in order:
            waiting.append(one)
            for other in imports(one):
                visit(other)
            order.append(waiting.pop())

    visit(path)
    return order
