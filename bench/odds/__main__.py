"""Count how often couples are told what is not so: `python -m bench.odds`; see --help and docs/directions.md."""

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter
from typing import Final

from bench.odds.cells import CELLS, Counted, count
from bench.odds.evenings import cycles_in_evenings
from bench.odds.promises import promises
from bench.odds.told import MEASURES
from sessions.history.figures.directions import VERSION

COUPLES: Final = 10_000
SEED: Final = 17
BATCH: Final = 250


def main() -> None:
    """Simulate each cell, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.odds", description="How often is a direction said, and so?")
    parser.add_argument("--couples", type=int, default=COUPLES, help=f"couples in each cell ({COUPLES})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"the seed ({SEED})")
    parser.add_argument("--only", nargs="+", choices=list(CELLS), default=list(CELLS), help="which cells")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="how many at once (all cores)")
    parser.add_argument("--first-rule", action="store_true", help="by the rule that this one replaced; slow")
    asked = parser.parse_args()
    started = perf_counter()
    rule = 1 if asked.first_rule else VERSION
    print(f"rule {rule}, seed {asked.seed}, {asked.couples} couples a cell, one year, looked at weekly\n", flush=True)
    print(f"| cell | ever told | {' | '.join(MEASURES)} | contradicted within 4 weeks | said in time |")
    print("|---|---|" + "---|" * len(MEASURES) + "---|---|", flush=True)
    found: dict[str, Counted] = {}
    with ProcessPoolExecutor(asked.processes) as pool:
        for name in asked.only:
            batches = [
                pool.submit(
                    count, name, asked.seed, first, min(BATCH, asked.couples - first), by_first_rule=asked.first_rule
                )
                for first in range(0, asked.couples, BATCH)
            ]
            found[name] = sum((batch.result() for batch in batches), Counted())
            print(_row(name, found[name]), flush=True)
    if not asked.first_rule:
        print("", *promises(found, cycles_in_evenings(asked.seed, asked.couples)), sep="\n")
    print(f"\n{perf_counter() - started:.0f} s")


def _row(name: str, counted: Counted) -> str:
    def percent(number: int) -> str:
        return f"{100 * number / counted.couples:.2f} %"

    measures = " | ".join(percent(number) for number in counted.by_measure)
    in_time = percent(counted.in_time) if CELLS[name].changes else ""
    return f"| {name} | {percent(counted.of_any)} | {measures} | {percent(counted.contradicted)} | {in_time} |"


if __name__ == "__main__":
    main()
