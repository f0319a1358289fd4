"""What nobody names: templates, static files, exports of scripts, classes of styles. Read from the files alone."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path, PurePosixPath

import allauth
import django

ROOT = Path(__file__).resolve().parent.parent.parent
Files = Mapping[str, str]

# Django looks for these by their names.
ERROR_PAGES = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
# What is shipped with a file and linked by nobody.
LICENCE = re.compile(r"-LICENSE\.txt$")

NAMED_TEMPLATE = re.compile(r"""["']([\w/.-]+\.(?:html|txt))["']""")
NAMED_STATIC = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IMPORT = re.compile(r"""import\s+(?:(?P<names>[^"']+?)\s+from\s+)?["'](?P<path>\.[^"']+)["']""")
EXPORT = re.compile(r"^export\s+(?:async\s+)?(?:function\*?|class|const|let)\s+(\w+)", re.MULTILINE)
URL = re.compile(r"""url\(["']?([^"')]+)["']?\)""")
SELECTOR = re.compile(r"([^{};]+)\{")
CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
# A name of which the last part is put in: `seat--{{ seat }}`, `screen--${name}`.
BEGINNING = re.compile(r"([\w-]+-)(?=\{\{|\{%|\$\{)")


@cache
def files(folder: str, *endings: str) -> Files:
    """Return the text of the files in a folder, by their paths below it; without comments that could name things."""
    root = ROOT / folder
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(root.rglob("*"))
        if path.is_file() and (not endings or path.suffix in endings)
    }


@cache
def python() -> str:
    """Return all of our Python."""
    return "\n".join(text for app in ("accounts", "sessions", "cycleproject") for text in files(app, ".py").values())


def reached(roots: Iterable[str], names_of: Mapping[str, set[str]]) -> set[str]:
    """Return everything that is named by the roots, or by what they name."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in names_of and name not in found:
            found.add(name)
            waiting += names_of[name]
    return found


def used_templates(templates: Files, code: str) -> set[str]:
    """Return the templates that code names, that stand in the place of a package's, and what these include."""
    packages = [Path(one.__file__).parent for one in (allauth, django)]
    shipped = {name for name in templates for package in packages if (package / "templates" / name).exists()}
    roots = {*NAMED_TEMPLATE.findall(code), *ERROR_PAGES, *shipped}
    return reached(roots, {name: set(NAMED_TEMPLATE.findall(text)) for name, text in templates.items()})


def used_static(static: Files, templates: Files, code: str) -> set[str]:
    """Return the static files that a template links or code names, and what these import."""
    roots = {path for text in templates.values() for path in NAMED_STATIC.findall(text)}
    roots |= {path for path in static if f'"{path}"' in code}
    return reached(roots, {path: set(_links(path, text)) for path, text in static.items()})


def _links(path: str, text: str) -> Iterable[str]:
    if path.endswith(".js"):
        return (beside(path, found["path"]) for found in IMPORT.finditer(text))
    return (beside(path, link) for link in URL.findall(text)) if path.endswith(".css") else ()


def broken_links(static: Files, templates: Files, code: str) -> set[str]:
    """Return what is linked, imported, included or extended and is not there, as `file: name`."""
    found = {f"{path}: {link}" for path, text in templates.items() for link in NAMED_STATIC.findall(text)}
    found -= {f"{path}: {link}" for path in templates for link in static}
    found |= {f"{path}: {to}" for path, text in static.items() for to in _links(path, text) if to not in static}
    for path, text in (*templates.items(), ("code", code)):
        ours = (name for name in NAMED_TEMPLATE.findall(text) if name.partition("/")[0] in _rooms(templates))
        found |= {f"{path}: {name}" for name in ours if name not in templates}
    return found


def _rooms(templates: Files) -> set[str]:
    """Return the folders of templates that are ours alone: what an installed package ships may be named, too."""
    shipped = Path(allauth.__file__).parent / "templates"
    return {name.partition("/")[0] for name in templates if "/" in name} - {one.name for one in shipped.iterdir()}


def beside(path: str, link: str) -> str:
    """Return the path that a link in a file leads to."""
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / link).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def unused_exports(scripts: Files) -> set[str]:
    """Return what scripts export and no other one imports, as `file: name`."""
    imported: set[tuple[str, str]] = set()
    wholly: set[str] = set()
    for path, text in scripts.items():
        for found in IMPORT.finditer(text):
            names, source = found["names"] or "", beside(path, found["path"])
            if names.startswith("*"):
                wholly.add(source)
            imported |= {(source, name.split(" as ")[0].strip()) for name in names.strip("{} \n").split(",")}
    everything = "\n".join(scripts.values())
    return {
        f"{path}: {name}"
        for path, text in scripts.items()
        for name in EXPORT.findall(text)
        if (path, name) not in imported and not (path in wholly and re.search(rf"\.{name}\b", everything))
    }


def unused_classes(styles: Files, *texts: str) -> set[str]:
    """Return the classes that styles know and neither markup nor script nor code gives, as `file: class`."""
    given = {word for text in texts for word in re.findall(r"[\w-]+", text)}
    beginnings = tuple({found for text in texts for found in BEGINNING.findall(text)})
    return {
        f"{path}: {name}"
        for path, text in styles.items()
        for selector in SELECTOR.findall(COMMENT.sub("", text))
        for name in CLASS.findall(selector)
        if name not in given and not name.startswith(beginnings)
    }
