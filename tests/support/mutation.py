"""Change the pure heart, encryption and sealing in small ways, and say by module which changes no test notices.

`make mutate` runs it. What it changes and which tests it asks stands in pyproject.toml (``tool.mutmut``). A change that
no test notices is killed by a new test, or explained here in one line.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.support.servers.cycle import ROOT

MUTANTS: Final = ROOT / "mutants"
MINUTES: Final = 60
WANTED: Final = 95.0
KILLED: Final = (1, 3, 24, 36, 152, 255, -24)  # by a failing test, or by the time it takes
# Why it makes no difference, by the line as it was changed.
EXPLAINED: Final[dict[str, str]] = {
    "if abs(score) <= ONCE_IN_TWENTY:": "no score is a whole 1.96",
    'return "rising" if score >= 0 else "falling"': "asked only of scores beyond 1.96",
    'return "rising" if score > 1 else "falling"': "asked only of scores beyond 1.96",
    "plaintext = orjson.dumps(content).rjust(PLAINTEXT_LENGTH)": "to JSON, blanks in front are blanks behind",
    "def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = True) -> Any:": (
        "Django's binary fields do not look at it"
    ),
    "return super().get_db_prep_value(value, connection, None)": "Django's binary fields do not look at it",
    "return super().get_db_prep_value(value, connection, )": "Django's binary fields do not look at it",
    "if len(text.strip()) > 5 * most:": "what is that long is too long when it is composed, too",
    'if strict_ends and _holds(text, ("Cc", "XXCsXX"), but="\\n"):': "the second look refuses half a character, too",
    'if strict_ends and _holds(text, ("Cc", "cs"), but="\\n"):': "the second look refuses half a character, too",
    'if strict_ends and _holds(text, ("Cc", "CS"), but="\\n"):': "the second look refuses half a character, too",
    'if strict_ends and _holds(text, ("Cc", "Cs"), but="XX\\nXX"):': "an X is refused nowhere",
    'if _holds(text, refused, but="XX\\nXX" * lines + "\\t" * tabs):': "an X is refused nowhere",
    'if _holds(text, refused, but="\\n" * lines + "XX\\tXX" * tabs):': "an X is refused nowhere",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one line, and what became of it."""

    module: str
    name: str
    killed: bool

    def changed_line(self) -> str:
        """Return the line as it was changed."""
        command = [sys.executable, "-m", "mutmut", "show", self.name]
        shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        added = [line[1:].strip() for line in shown.splitlines() if line.startswith("+") and line[:3] != "+++"]
        return added[0] if added else self.name


def mutants() -> Iterator[Mutant]:
    """Yield every change that was tried."""
    for path in sorted(MUTANTS.rglob("*.meta")):
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        module = str(path.relative_to(MUTANTS)).removesuffix(".py.meta")
        yield from (Mutant(module, name, code in KILLED) for name, code in codes.items())


def main() -> int:
    """Run it, print what was found, and fail where too much went unnoticed or something is unexplained."""
    try:
        subprocess.run([sys.executable, "-m", "mutmut", "run"], cwd=ROOT, timeout=MINUTES * 60, check=False)
    except subprocess.TimeoutExpired:
        print(f"\nNot done after {MINUTES} minutes. Another run goes on from here.")
        return 1
    found = list(mutants())
    survivors = [one for one in found if not one.killed]
    print(f"\n{'module':40} killed")
    for module in dict.fromkeys(one.module for one in found):
        of_it = [one.killed for one in found if one.module == module]
        print(f"{module:40} {sum(of_it):4} of {len(of_it):4}  {sum(of_it) / len(of_it):7.1%}")
    killed = 100 * (1 - len(survivors) / len(found))
    print(f"{'all':40} {len(found) - len(survivors):4} of {len(found):4}  {killed / 100:7.1%}")
    unexplained = 0
    for one in survivors:
        line = one.changed_line()
        why = EXPLAINED.get(line)
        unexplained += why is None
        print(f"{one.name}\n    {line}\n    {why or 'UNEXPLAINED'}")
    return int(killed < WANTED or unexplained > 0)


if __name__ == "__main__":
    sys.exit(main())
