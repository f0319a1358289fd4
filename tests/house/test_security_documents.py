"""docs/security: every requirement of OWASP ASVS 5.0 that counts is there once, and what it names is there too."""

import ast
import re

import pytest

from tests.house.rooms import ROOT, modules, tree_of

ASVS = ROOT / "docs/security/asvs.md"
CRYPTOGRAPHY = ROOT / "docs/security/cryptography.md"
# The requirements of OWASP ASVS 5.0.0 by level, as its list numbers them.
LEVEL_1 = """
1.2.1-5 1.3.1-2 1.5.1 2.1.1 2.2.1-2 2.3.1 3.2.1-2 3.3.1 3.4.1-2 3.5.1-3 4.1.1 4.4.1 5.2.1-2 5.3.1-2 6.1.1 6.2.1-8
6.3.1-2 6.4.1-2 7.2.1-4 7.4.1-2 8.1.1 8.2.1-2 8.3.1 9.1.1-3 9.2.1 10.4.1-5 11.3.1-2 11.4.1 12.1.1 12.2.1-2 13.4.1
14.2.1 14.3.1 15.1.1 15.2.1 15.3.1
"""
LEVEL_2 = """
1.1.1-2 1.2.6-9 1.3.3-11 1.4.1-3 1.5.2 2.1.2-3 2.2.3 2.3.2-4 2.4.1 3.3.2-4 3.4.3-6 3.5.4-5 3.7.1-2 4.1.2-3 4.2.1
4.3.1-2 4.4.2-4 5.1.1 5.2.3 5.4.1-3 6.1.2-3 6.2.9-12 6.3.3-4 6.4.3-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.3.1-2 7.4.3-5
7.5.1-2 7.6.1-2 8.1.2 8.2.3 8.4.1 9.2.2-4 10.1.1-2 10.2.1-2 10.3.1-4 10.4.6-11 10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2
11.2.1-3 11.3.3 11.4.2-4 11.5.1 11.6.1 12.1.2-3 12.3.1-4 13.1.1 13.2.1-5 13.3.1-2 13.4.2-5 14.1.1-2 14.2.2-4
14.3.2-3 15.1.2-3 15.2.2-3 15.3.2-7 16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1 17.2.1-4 17.3.1-2
"""
OUTCOMES = ("Met", "Not applicable", "Operator", "Otherwise", "Not met")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| \*\*(.+?)\.\*\* (.*?) \| (.*?) \|$", re.MULTILINE)
# What decides by chance or by a digest; `random` alone is for jitter.
OF_CRYPTOGRAPHY = re.compile(r"hashlib|hmac|secrets|cryptography(\..+)?|django\.utils\.crypto|django\.core\.signing")


def numbers(written: str) -> list[str]:
    """Return every number of a list in which `1.2.1-5` is five of them."""
    found = []
    for one in written.split():
        section, _, which = one.rpartition(".")
        first, _, last = which.partition("-")
        found += [f"{section}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def rows() -> list[tuple[str, ...]]:
    """Return number, level, what is asked, outcome, how, and where it is tested, of every row."""
    return ROW.findall(ASVS.read_text(encoding="utf-8"))


def paths_in(text: str) -> list[str]:
    """Return every file that a text names in code or links to."""
    named = re.findall(r"`([\w.@/-]+/[\w.@-]+|[\w-]+\.(?:md|yaml|txt|in|toml)|Makefile|Dockerfile)`", text)
    return [one for one in named if not one.startswith(("/", "application/"))]


def test_the_lists_are_as_long_as_the_standard_says() -> None:
    assert (len(numbers(LEVEL_1)), len(numbers(LEVEL_2))) == (70, 183)


def test_every_requirement_is_there_once_with_its_level() -> None:
    wanted = [(number, "1") for number in numbers(LEVEL_1)] + [(number, "2") for number in numbers(LEVEL_2)]
    assert sorted((row[0], row[1]) for row in rows()) == sorted(wanted)


def test_every_line_of_a_table_is_read() -> None:
    lines = re.findall(r"^\| \d.*$", ASVS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == len(rows())


def test_every_outcome_is_one_of_five_and_gives_its_reason() -> None:
    for number, _, asked, outcome, how, tested in rows():
        assert outcome in OUTCOMES, number
        assert len(asked) > 5 and len(how) > 15, number
        assert "partly" not in f"{asked} {how}".lower(), number
        if outcome == "Met":
            assert paths_in(f"{how} {tested}"), f"{number} says where"


def test_what_is_not_met_is_listed_first() -> None:
    text = ASVS.read_text(encoding="utf-8")
    listed = text.partition("## What is not met, or met otherwise")[2].partition("\n## ")[0]
    for number, _, _, outcome, _, _ in rows():
        assert (number in re.findall(r"\d+\.\d+\.\d+", listed)) == (outcome in {"Otherwise", "Not met"}), number


@pytest.mark.parametrize("document", [ASVS, CRYPTOGRAPHY], ids=lambda path: path.name)
def test_every_file_and_test_that_it_names_is_there(document: object) -> None:
    text = document.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    named = paths_in(text)
    assert len(named) > 15
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_where_it_is_tested_are_tests() -> None:
    for number, _, _, _, _, tested in rows():
        for one in paths_in(tested):
            assert re.fullmatch(r"tests/(\w+/)+test_\w+\.py", one), f"{number}: {one}"


def imports_of(module: str) -> set[str]:
    """Return the modules that a module imports, wherever in it that is."""
    found = set()
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_every_module_that_uses_cryptography_has_its_line() -> None:
    text = CRYPTOGRAPHY.read_text(encoding="utf-8")
    using = {name for name in modules() if any(OF_CRYPTOGRAPHY.fullmatch(one) for one in imports_of(name))}
    assert "cycleproject.encryption" in using
    paths = {modules()[name].relative_to(ROOT).as_posix() for name in using}
    assert {path for path in paths if f"`{path}`" not in text} == set()


def test_no_module_protects_anything_by_a_hash_that_is_broken() -> None:
    for name in modules():
        calls = [node for node in ast.walk(tree_of(name)) if isinstance(node, ast.Call)]
        for call in calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr in {"md5", "sha1"}:
                said = {one.arg: ast.unparse(one.value) for one in call.keywords}
                assert said.get("usedforsecurity") == "False", name


def test_it_is_said_how_soon_a_weakness_is_mended_and_to_whom_one_is_told() -> None:
    said = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    dependencies = said.partition("## What we depend on")[2]
    assert re.findall(r"^\| .+ \| (\d+) days \|$", dependencies, re.MULTILINE) == ["2", "7", "30"]
    assert "`make sbom`" in dependencies and "`make audit`" in dependencies and "(#reporting)" in dependencies
