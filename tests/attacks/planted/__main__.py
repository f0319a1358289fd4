"""Plant weaknesses, and see each caught by name: `python -m tests.attacks.planted [NAME…]`; all of them by default.

First the tests run without any: they pass. What came of all is written into the table in docs/security/attacks.md.
"""

import argparse
import sys

from tests.attacks.planted import WEAKNESSES
from tests.attacks.planted.trials import copies, run_tests, trials
from tests.attacks.written import write


def main() -> int:
    """Plant what was asked for, and return how many were not caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=3600, help="for the tests without any weakness")
    parser.add_argument("names", nargs="*", metavar="NAME", help="; ".join(WEAKNESSES))
    asked = parser.parse_args()
    names = asked.names or list(WEAKNESSES)
    with copies(1) as ready:
        tests = sorted({test for name in names for test in WEAKNESSES[name].caught_by})
        ended, said = run_tests(ready.get(), tests, seconds=asked.seconds, until_one_fails=False)
    print(f"{len(tests)} tests without a weakness: {said.splitlines()[-1] if said else ended}", flush=True)
    done = trials(names)
    caught = sum(trial.caught for trial in done)
    print(f"{caught} of {len(done)} planted weaknesses caught")
    if not asked.names and not ended:
        write("planted", ("planted", "in", "caught by"), [trial.cells for trial in done])
    return int(ended != 0) + len(done) - caught


if __name__ == "__main__":
    sys.exit(main())
