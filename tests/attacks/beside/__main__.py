"""Attack servers beside a couple: `python -m tests.attacks.beside [--seconds N] [--repeats N] [--on STACK] [ATTACK…]`.

What came of all attacks on both stacks is written into the table in docs/security/attacks.md.
"""

import argparse
import sys

from tests.attacks.beside.attacker import ATTACKS
from tests.attacks.beside.table import HEADS, P99_ALLOWED, STACKS, rows
from tests.attacks.written import write


def main() -> int:
    """Run what was asked for, and return how many rows show more than is allowed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="for which the couple plays, each time")
    parser.add_argument("--repeats", type=int, default=4, help="how often with an attack, and how often without")
    parser.add_argument("--on", choices=STACKS, action="append", help="both by default")
    parser.add_argument("attacks", nargs="*", metavar="ATTACK", help=", ".join(ATTACKS))
    asked = parser.parse_args()
    found, wrong = [], 0
    for row in rows(tuple(asked.on or STACKS), asked.repeats, asked.seconds, tuple(asked.attacks or ATTACKS)):
        too_much = [*row.too_much(), *(["slower than it may be"] if row.ratio > P99_ALLOWED else [])]
        print(row, *too_much, flush=True)
        wrong += bool(too_much)
        found.append(row.cells)
    if not asked.on and not asked.attacks:
        write("beside", HEADS, found)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
