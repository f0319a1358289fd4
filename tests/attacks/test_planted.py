"""A weakness that is planted on purpose is caught by the test that is named with it. `make planted` plants them all."""

from pathlib import Path

import pytest

from tests.attacks.planted import WEAKNESSES, Stale, Weakness
from tests.attacks.planted.trials import attempt, run_tests
from tests.support.checkout import copy_checkout
from tests.support.servers.cycle import ROOT

WANTED = 30
# Two that cost little: what all of them do can be seen in these.
TRIED = ["a type that a browser guesses", "a limit on the raw address"]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout."""
    return copy_checkout(tmp_path_factory.mktemp("planted"))


def test_there_are_as_many_as_are_promised() -> None:
    assert len(WEAKNESSES) >= WANTED


@pytest.mark.parametrize("name", WEAKNESSES)
def test_each_can_be_planted_and_names_tests_that_are_there(name: str) -> None:
    weakness = WEAKNESSES[name]
    text = (ROOT / weakness.module).read_text(encoding="utf-8")
    compile(weakness.planted(text), weakness.module, "exec")
    assert weakness.caught_by
    for test in weakness.caught_by:
        path, _, function = test.partition("::")
        assert f"def {function}" in (ROOT / path).read_text(encoding="utf-8"), test


def test_what_has_moved_is_said() -> None:
    moved = Weakness("moved", "manage.py", (("no such words", ""),), ())
    with pytest.raises(Stale, match="says 0 times"):
        moved.planted("import os")


@pytest.mark.parametrize("name", TRIED)
def test_a_planted_weakness_is_caught_and_taken_out_again(checkout: Path, name: str) -> None:
    weakness = WEAKNESSES[name]
    before = (checkout / weakness.module).read_text(encoding="utf-8")
    trial = attempt(weakness, checkout)
    assert trial.caught, trial.why
    assert trial.by in weakness.caught_by
    assert (checkout / weakness.module).read_text(encoding="utf-8") == before


def test_what_no_test_notices_is_said_to_be_uncaught(checkout: Path) -> None:
    nothing = Weakness(
        "nothing", "manage.py", (("import os\n", "import os\n\n"),), ("tests/attacks/test_planted.py::none",)
    )
    assert not attempt(nothing, checkout).caught, "pytest fails, but no test did"
    harmless = Weakness(
        "harmless",
        "manage.py",
        nothing.changes,
        ("tests/attacks/test_guessing_odds.py",),
    )
    assert attempt(harmless, checkout).why == "its tests passed"
    assert run_tests(checkout, harmless.caught_by)[0] == 0
