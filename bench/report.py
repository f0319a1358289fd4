"""The table at the end."""

import statistics
from dataclasses import dataclass
from typing import Final

from bench.cells import RATE, Figures


@dataclass(frozen=True)
class Row:
    """One figure, its unit, and what to call it."""

    figure: str
    unit: str
    label: str
    digits: int = 1


ROWS: Final = (
    Row("rounds/s", "rounds/s", "rounds at saturation"),
    Row("p50", "ms", f"second mark to both reveals, {RATE} rounds/s: p50", 2),
    Row("p95", "ms", "  p95", 2),
    Row("p99", "ms", "  p99", 2),
    Row("rate held", "rounds/s", f"  rounds/s held of {RATE}"),
    Row("memory a socket", "KiB", "memory an open socket"),
    Row("server time a round", "ms", "server's core time a round, saturated", 2),
    Row("server busy", "%", "  server's core busy", 0),
    Row("load generator busy", "%", "  load generator's core busy", 0),
    Row("memory in the crowd", "KiB", "10,000 sockets on one worker: memory each"),
    Row("p99 of few", "ms", "  p99 of 1,000 reveals, 128 sockets", 2),
    Row("p99 among", "ms", "  p99 of 1,000 reveals, 10,000 sockets", 2),
    Row("p99 among/of few", "times", "  p99 among 10,000, of that among 128", 2),
    Row("lost", "lost", "  reveals and sockets lost", 0),
    Row("connected after", "s", "  until all were connected"),
    Row("back after", "s", "  dropped at once: until all were back"),
    Row("attempts to come back failed", "attempts to come back failed", "  attempts to come back failed", 0),
    Row("lost by the drop", "lost by the drop", "  rounds, marks and reveals lost by the drop", 0),
)
NOISE: Final = Row("others busy", "%", "others' share of all cores before", 0)
UNITS: Final = {row.figure: row for row in (*ROWS, NOISE)}
RATIOS_OF: Final = ("rounds/s", "p50", "p95", "p99", "memory a socket", "server time a round")
TOO_BUSY_PERCENT: Final = 90
TOO_LOUD_PERCENT: Final = 10


@dataclass(frozen=True)
class Target:
    """What a figure of ours has to be, beside somebody else's or by itself."""

    figure: str
    bound: float
    # What would be better still.
    better: float | None = None
    against: str = ""
    at_least: bool = False

    def line(self, results: dict[str, list[Figures]]) -> str:
        """Return what was reached and what was wanted; nothing if it was not measured."""
        row = UNITS[self.figure]
        ours, theirs = _values(results, "ours", row), _values(results, self.against, row)
        if not ours or (self.against and not theirs):
            return ""
        reached = statistics.median(ours) / (statistics.median(theirs) if self.against else 1)
        met = self._met(reached, self.bound)
        said = "met, and the better one" if met and self._met(reached, self.better) else "met" if met else "MISSED"
        beside = f"ours/{self.against}" if self.against else f"ours, {row.unit}"
        wanted = f"{'≥' if self.at_least else '≤'} {self.bound:g}" + (
            f", better {self.better:g}" if self.better else ""
        )
        return f"{row.label.strip()}, {beside}:  {reached:.3g}  (wanted {wanted}: {said})"

    def _met(self, reached: float, bound: float | None) -> bool:
        return bound is not None and (reached >= bound if self.at_least else reached <= bound)


TARGETS: Final = {
    "embedded": (
        Target("rounds/s", 0.22, 0.3, against="floor", at_least=True),
        Target("p50", 1.7, 1.4, against="floor"),
        Target("p99", 1.6, 1.3, against="floor"),
        Target("server time a round", 0.62, 0.45, against="before"),
        Target("rounds/s", 2, 3, against="honest", at_least=True),
        Target("rounds/s", 0.95, 1.3, against="grouped", at_least=True),
        Target("p50", 1.1, 1, against="honest"),
        Target("p50", 1.1, 1, against="grouped"),
        Target("rounds/s", 12, against="tutorial", at_least=True),
        Target("lost", 0),
        Target("lost by the drop", 0),
        Target("p99 among/of few", 2, 1.1),
        Target("back after", 20, 10),
        Target("memory in the crowd", 32, 24),
    ),
    "services": (
        Target("p50", 2.2, 1.8, against="floor"),
        Target("rounds/s", 0.4, 0.5, against="floor", at_least=True),
        Target("rounds/s", 8, against="tutorial", at_least=True),
    ),
}


def line(figures: Figures) -> str:
    """Return one cell's figures with their units."""
    rows = [(UNITS[name], value) for name, value in figures.items()]
    return " · ".join(f"{_label(row)}{value:.{row.digits}f} {row.unit}" for row, value in rows)


def _label(row: Row) -> str:
    return "" if row.figure == row.unit else f"{row.figure} "


def targets(stack: str, results: dict[str, list[Figures]]) -> list[str]:
    """Return what was wanted beside what was reached."""
    return [line for target in TARGETS[stack] if (line := target.line(results))]


def table(stack: str, results: dict[str, list[Figures]]) -> list[str]:
    """Return the medians, their range, and the ratios of the medians."""
    names = list(results)
    others = [name for name in names if name != "ours"] if "ours" in names else []
    lines = [[stack, *names, *(f"ours/{other}" for other in others)]]
    for row in ROWS:
        values = {name: _values(results, name, row) for name in names}
        if any(values.values()):
            label = row.label if row.unit in row.label else f"{row.label}, {row.unit}"
            ratios = [_ratio(values["ours"], values[other], row) for other in others]
            lines.append([label, *(_median(found, row) for found in values.values()), *ratios])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [_aligned(cells, widths) for cells in lines]


def _values(results: dict[str, list[Figures]], name: str, row: Row) -> list[float]:
    return [figures[row.figure] for figures in results.get(name, []) if row.figure in figures]


def _aligned(cells: list[str], widths: list[int]) -> str:
    label, *figures = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return "   ".join((f"{cells[0]:{len(label)}}", *figures)).rstrip()


def _median(values: list[float], row: Row) -> str:
    if not values:
        return "–"
    middle = f"{statistics.median(values):.{row.digits}f}"
    return f"{middle} ({min(values):.{row.digits}f}–{max(values):.{row.digits}f})" if len(values) > 1 else middle


def _ratio(ours: list[float], theirs: list[float], row: Row) -> str:
    if row.figure not in RATIOS_OF:
        return ""
    if not ours or not theirs or not statistics.median(theirs):
        return "–"
    return f"{statistics.median(ours) / statistics.median(theirs):.3g}"


def load_generator(results: dict[str, list[Figures]]) -> list[str]:
    """Return how much the load generator itself could drive, judged where it was busiest."""
    cells = [figures for cells in results.values() for figures in cells if "load generator busy" in figures]
    if not cells:
        return []
    fastest = max(cells, key=lambda figures: figures["rounds/s"])
    rate, busy = fastest["rounds/s"], fastest["load generator busy"]
    return [
        f"The load generator was {busy:.0f} % busy at {rate:.0f} rounds/s: it could drive about "
        f"{100 * rate / busy:.0f} rounds/s."
    ]


def warnings(results: dict[str, list[Figures]]) -> list[str]:
    """Return what somebody should know before believing a figure."""
    found = []
    loud = [figures.get("others busy", 0) for cells in results.values() for figures in cells]
    if loud:
        found.append(f"Others kept {statistics.median(loud):.0f} % of the cores busy before a cell, the middle one.")
    if count := sum(percent > TOO_LOUD_PERCENT for percent in loud):
        found.append(
            f"Others kept up to {max(loud):.0f} % of the cores busy before {count} of {len(loud)} cells: "
            "measure again when it is quiet."
        )
    for name, cells in results.items():
        busy = [figures["load generator busy"] for figures in cells if "load generator busy" in figures]
        if busy and statistics.median(busy) > TOO_BUSY_PERCENT:
            found.append(f"{name}: the load generator was the bottleneck; the server can do more.")
        held = [figures["rate held"] for figures in cells if "rate held" in figures]
        if held and statistics.median(held) < 0.95 * RATE:
            found.append(f"{name} did not hold {RATE} rounds/s: its latencies are those of an overloaded server.")
    return found
