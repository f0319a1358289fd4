"""What is wanted of the rule, beside what was measured: the worst of the cells that were simulated."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from bench.odds.cells import CELLS, Counted

# Wanted, and wished for beyond that, in hundredths.
TOLD: Final = (5, 2)
IN_TIME: Final = (60, 80)
CONTRADICTED: Final = (2, 1)
CYCLES: Final = 1


def promises(found: Mapping[str, Counted], cycles: Counter[int]) -> Iterator[str]:
    """Yield the lines of a table; what was not simulated is left out."""
    yield "| wanted | firm | stretch | measured |"
    yield "|---|---|---|---|"
    same = {name: one.of_any / one.couples for name, one in found.items() if not CELLS[name].changes}
    if same:
        worst = max(same, key=lambda name: same[name])
        yield _row("nothing changes: ever told of any direction in a year", "at most", TOLD, same[worst], worst)
    # By how many weeks of before: less can be seen where there is less to compare with.
    lower = {name: one.in_time / one.couples for name, one in found.items() if _is_one_step_lower(name)}
    for name in sorted(lower, key=lambda name: -CELLS[name].changes[0].begins):
        weeks = round(CELLS[name].changes[0].begins)
        wanted = f"one step lower over ten weeks, after {weeks} weeks of two check-ins each: said in time"
        yield _row(wanted, "at least", IN_TIME, lower[name], _kept(lower[name]))
    contradicted = max((one.contradicted / one.couples for one in found.values()), default=0.0)
    yield _row("contradicted within four weeks", "at most", CONTRADICTED, contradicted, "the worst of all cells")
    some = 100 * sum(number for told, number in cycles.items() if told) / max(1, cycles.total())
    told = f"{max(cycles, default=0)} ({cycles.total()} evenings, in {some:.0f} % of them one)"
    yield f"| one evening of ten rounds: cycles | at most {CYCLES} | | {told} |"


def _is_one_step_lower(name: str) -> bool:
    kind = CELLS[name]
    return [change.steps for change in kind.changes] == [-1] and kind.lasting == 0


def _kept(share: float) -> str:
    firm, stretch = IN_TIME
    return "stretch" if 100 * share >= stretch else "firm" if 100 * share >= firm else "not promised"


def _row(wanted: str, bound: str, numbers: tuple[int, int], measured: float, which: str) -> str:
    firm, stretch = numbers
    return f"| {wanted} | {bound} {firm} % | {bound} {stretch} % | {100 * measured:.2f} % ({which}) |"
