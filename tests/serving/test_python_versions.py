"""Which Pythons Cycle runs on is said in several places, and everywhere the same."""

import re
import sys
import tomllib
from typing import Final

from cycleproject.serving import fastest_python
from tests.serving.test_deployment import ROOT, instructions

PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def text_of(name: str) -> str:
    """Return what a file of the project says."""
    return (ROOT / name).read_text(encoding="utf-8")


def oldest() -> str:
    """Return the oldest one, as the pins are made for it."""
    [pinned_for] = re.findall(r"uv pip compile .*--python-version (\S+)", text_of("Makefile"))
    return str(pinned_for)


def test_the_oldest_is_the_one_that_the_pins_are_made_for() -> None:
    digits = oldest().replace(".", "")
    assert PROJECT["project"]["requires-python"] == f">={oldest()}"
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{digits}"
    assert PROJECT["tool"]["mypy"]["python_version"] == oldest()
    makefile = text_of("Makefile")
    assert f"sys.version_info < ({oldest().replace('.', ', ')})" in makefile
    assert f"Cycle needs Python {oldest()} or newer." in makefile
    for document in ("README.md", "CONTRIBUTING.md"):
        assert re.search(rf"\b{re.escape(oldest())}\s+(?:or|and)\s+newer", text_of(document)), document


def test_the_image_has_the_one_that_the_tests_of_every_change_run_on() -> None:
    [base] = [rest for name, rest in instructions() if name == "FROM"]
    assert base.startswith(f"python:{oldest()}-")
    assert sys.version_info >= tuple(map(int, oldest().split(".")))


def test_those_that_it_is_said_to_run_on_are_those_that_were_tried() -> None:
    said = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))
    assert said[0] == oldest()
    assert said == [f"3.{minor}" for minor in fastest_python.TRIED]
    assert f"`make test PYTHON=python{said[-1]}`" in text_of("CONTRIBUTING.md")
