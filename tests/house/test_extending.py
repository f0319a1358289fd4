"""docs/extending.md is true: a field is added to a mark by its list, in a copy of the checkout, and works there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.house.rooms import ROOT

COPIED = ("accounts", "cycleproject", "docs", "sessions", "static", "templates", "tests", "manage.py", "pyproject.toml")
PROBE = "tests/house/added_field.py"
# What the tests of documents ask of frames and shapes; the others ask of files that are not copied, or of a server.
OF_THE_CONTRACT = "generates or every_example or in_full or limits or everything_that_can_be_sent"

# A mood, one code of three: for each file of the list a line that is there, and what is put before it.
ADDED = {
    "sessions/checkin/details.py": [
        ("\n\n@dataclass(frozen=True, slots=True)\nclass Codes:", '\nMoodCode = Literal["light", "even", "heavy"]'),
        ("    thought: Annotated", '    mood: Annotated[MoodCode, Code("moods")]\n'),
    ],
    "sessions/words/marks.py": [
        (
            "\n# The words of codes, by",
            """
MOODS: Mapping[str, str] = MappingProxyType(
    {"light": gettext_noop("light"), "even": gettext_noop("even"), "heavy": gettext_noop("heavy")}
)
""",
        ),
        ('        "feelings": FEELINGS,\n', '        "moods": MOODS,\n'),
        ('        "impulse": gettext_noop(', '        "mood": gettext_noop("The mood before"),\n'),
    ],
    "templates/live/screens/mark.html": [
        (
            '    <div class="mark__turn">',
            """\
    <div class="mark__page" data-page hidden>
      <h2 class="mark__question">{% translate "The mood before" %}</h2>
      <div class="field" data-field="mood" data-name="{% translate 'The mood before' %}">
        <label class="field__label" for="mark-mood">{% translate "It was" %}</label>
        <select class="field__input" id="mark-mood" name="mood">
          <option value="">{% translate "not said" %}</option>
          {% for code, label in room_words.labels.moods.items %}
            <option value="{{ code }}">{{ label }}</option>
          {% endfor %}
        </select>
        {% translate "The mood before" as label %}{% include "live/screens/mark_share.html" with field="mood" %}
      </div>
    </div>

""",
        ),
    ],
    "docs/protocol.md": [("| `thought`, `second_look` |", "| `mood` | one of `light`, `even`, `heavy` |\n")],
    "tests/support/frames.py": [('    "guess": "steady",\n', '    "mood": "heavy",\n')],
    "tests/checkin/test_wire.py": [('"thought", "second_look", "words"),\n', '"mood", ')],
}


def listed(heading: str) -> list[str]:
    """Return the files that the numbered list under a heading begins its points with, in its order."""
    section = (ROOT / "docs/extending.md").read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2]
    return re.findall(r"^\d+\. `([^`]+)`:", section.partition("\n## ")[0], re.MULTILINE)


def copy_of_the_checkout(place: Path) -> None:
    """Copy what is ours."""
    left_behind = shutil.ignore_patterns("__pycache__", "node_modules", "*.sqlite3*")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=left_behind)
        else:
            shutil.copy(source, place / name)


def add(path: Path, places: list[tuple[str, str]]) -> None:
    """Put some lines into a file, each before one that stands there once."""
    text = path.read_text(encoding="utf-8")
    for before, added in places:
        assert text.count(before) == 1, f"{path.name}: {before!r}"
        text = text.replace(before, added + before)
    path.write_text(text, encoding="utf-8")


def run(place: Path, *arguments: str) -> None:
    """Run Python in the copy."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.support.settings", "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_a_field_of_a_mark_takes_the_listed_files_and_no_other(tmp_path: Path) -> None:
    assert list(ADDED) == listed("A field of a mark")
    copy_of_the_checkout(tmp_path)
    for path, places in ADDED.items():
        add(tmp_path / path, places)
    run(tmp_path, "manage.py", "write_contract")
    # A round is played with it; then whatever the house asks of every field, word and example.
    run(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", PROBE)
    asked = ("tests/checkin/test_wire.py", "tests/words/test_wording.py", "tests/contract/test_documents.py")
    run(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", *asked, "-k", f"not documents or {OF_THE_CONTRACT}")


def test_every_file_and_folder_that_is_listed_is_there() -> None:
    text = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
    named = {path for path in re.findall(r"`([\w./-]+/[\w./-]*)`", text) if not path.startswith("make")}
    assert len(named) > 15
    assert {path for path in named if not (ROOT / path).exists()} == set()
