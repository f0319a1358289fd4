"""README, dependencies, decisions and every other document: commands, links and names lead to what is there."""

import re
from pathlib import Path

import pytest

from tests.contract.test_documents import EXAMPLES, ROOT, named

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_it_names_commands_that_make_has() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = {
        (path.name, command)
        for path in DOCUMENTS
        for command in re.findall(r"(?:`|^)make ([a-z-]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {command for name, command in asked if name == "README.md"} >= {"run", "test"}
    assert {command for _, command in asked} <= targets


def test_it_names_management_commands_that_are_there() -> None:
    from django.core.management import get_commands

    # Django answers `version` before it looks for commands, and manage.py before Django.
    there = {*get_commands(), "version"}
    for path in DOCUMENTS:
        for command in re.findall(r"manage\.py ([a-z_]+)", path.read_text(encoding="utf-8")):
            assert command in there, f"{path.name}: {command}"


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_it_gives_every_dependency_its_sentence(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    wanted = {line.split(";")[0].strip() for line in lines if re.match(r"[A-Za-z]", line)}
    wanted = {re.split(r"[~=<>!]", dependency)[0] for dependency in wanted}
    section = (
        (ROOT / "docs/dependencies.md").read_text(encoding="utf-8").partition(f"(`{name}`)")[2].partition("\n## ")[0]
    )
    said = dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, re.MULTILINE))
    assert set(said) == wanted
    assert all(sentence.endswith(".") for sentence in said.values())


def test_each_decision_has_a_number_and_begins_with_what_was_decided() -> None:
    decisions = sorted((ROOT / "docs/decisions").iterdir())
    assert [path.name[:4] for path in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Decision", "Context", "Consequence"]
        # The decision itself is one bold sentence, before anything else.
        assert re.match(r"# .+\n\n## Decision\n\n\*\*[A-Z].+?\*\*", text, re.DOTALL), path.name


@pytest.mark.parametrize("path", **named(DOCUMENTS))
def test_it_links_to_what_is_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8"))
    ours = [link.partition("#") for link in links if not link.startswith("https://")]
    missing = [link for link, _, _ in ours if not (path.parent / link).exists()]
    assert missing == []
    lost = [
        f"{link}#{place}"
        for link, _, place in ours
        if place and place not in places_in(path.parent / link if link else path)
    ]
    assert lost == []


def places_in(document: Path) -> set[str]:
    """Return the anchors that a document's headings have."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


ELSEWHERE = re.compile(
    r"(?<![\w.<])/(?:work|tmp|home|root|usr|opt|var|etc|mnt|Users)(?:/|\b)|[A-Z]:\\"
    r"|\b(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|unpkg\.com|registry[.-][a-z]|\w+\.internal)\b"
)


@pytest.mark.parametrize("text", ["see /tmp/x", "in /home/ana", "from https://pypi.org/simple", "C:\\Users"])
def test_it_would_see_a_path_or_registry(text: str) -> None:
    assert ELSEWHERE.search(text)


@pytest.mark.parametrize("path", **named([*DOCUMENTS, *EXAMPLES, ROOT / "docs/asyncapi.yaml"]))
def test_it_names_no_machine_and_no_registry(path: Path) -> None:
    assert ELSEWHERE.findall(path.read_text(encoding="utf-8")) == []


def test_a_therapist_finds_what_the_page_on_hosting_names() -> None:
    shown = " ".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    words = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", (ROOT / "docs" / "hosting.md").read_text())
    on_pages = {" ".join(one.split()) for one in words} - {"A couple with accounts"}  # a heading of that page alone
    assert len(on_pages) > 12
    assert [one for one in sorted(on_pages) if one not in shown] == []
