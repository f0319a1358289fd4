"""`make sbom` names every package that production installs, with its version and hashes."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from cycleproject.version import VERSION
from tests.support.bill_of_materials import PINS, ROOT, pins


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Run what `make sbom` runs, and return what it wrote."""
    file: Path = tmp_path_factory.mktemp("sbom") / "sbom.cdx.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.bill_of_materials", str(file)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bill(document: str) -> dict[str, Any]:
    """Return the document as it is read."""
    read: dict[str, Any] = json.loads(document)
    return read


def test_make_has_the_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "\n\t$(IN_VENV) -m tests.support.bill_of_materials\n" in makefile.partition("\nsbom:")[2]


def test_every_pinned_package_is_named_with_its_version_and_hashes(bill: dict[str, Any]) -> None:
    text = PINS.read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^\s;\\]+)", text, re.MULTILINE))
    assert len(pinned) > 20
    assert {(part["name"], part["version"]) for part in bill["components"]} == pinned
    assert all(part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}" for part in bill["components"])
    said = [digest["content"] for part in bill["components"] for digest in part["externalReferences"][0]["hashes"]]
    assert sorted(said) == sorted(re.findall(r"--hash=sha256:([0-9a-f]+)", text))


def test_it_says_what_brings_what(bill: dict[str, Any]) -> None:
    brings = {one["ref"].partition("@")[0]: one.get("dependsOn", []) for one in bill["dependencies"]}
    asked_for = (ROOT / "requirements.in").read_text(encoding="utf-8")
    wanted = {name.lower() for name in re.findall(r"^([A-Za-z][\w-]*)", asked_for, re.MULTILINE)}
    assert {ref.removeprefix("pkg:pypi/").partition("@")[0] for ref in brings["cycle"]} == wanted
    assert "pkg:pypi/asgiref" in {ref.partition("@")[0] for ref in brings["pkg:pypi/django"]}
    assert bill["metadata"]["component"]["version"] == VERSION


def test_it_is_a_document_as_cyclonedx_defines_it(document: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(document) is None


def test_a_package_with_extras_and_a_condition_is_read_whole() -> None:
    [one] = pins(
        f'redis[hiredis]==8.1.0 ; sys_platform != "win32" \\\n    --hash=sha256:{"a" * 64}\n    # via\n    #   b\n'
    )
    assert one == ("redis", "8.1.0", ("a" * 64,), ("b",))
