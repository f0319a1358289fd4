"""Measure: `python -m bench [--quick] [--repeats N] [--only PART …] [--profile FILE]`; see --help."""

import argparse
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench import machine, report
from bench.cells import FULL, MEASURES, QUICK, RATE, Figures, Sizes, measure
from bench.contenders import CONTENDERS, Contender
from bench.load import SEAL_BYTES
from bench.wire import WrongAnswer


def main() -> None:
    """Prepare, measure cell after cell, print the table."""
    names = [contender.name for contender in CONTENDERS]
    parser = argparse.ArgumentParser(prog="python -m bench", description="How fast is a reveal?")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: does it run at all?")
    parser.add_argument("--repeats", type=int, help=f"interleaved repeats ({FULL.repeats}; quick: {QUICK.repeats})")
    parts = [*names, *MEASURES]
    parser.add_argument("--only", nargs="+", choices=parts, default=[], help=f"of {', '.join(parts)}", metavar="PART")
    parser.add_argument("--profile", type=Path, metavar="FILE", help="sample the last saturated server with py-spy")
    arguments = parser.parse_args()
    sizes = QUICK if arguments.quick else FULL
    sizes = replace(sizes, repeats=max(1, arguments.repeats or sizes.repeats), profile=arguments.profile)
    wanted = [contender for contender in CONTENDERS if contender.name in arguments.only]
    measures = [name for name in MEASURES if name in arguments.only]
    # Without this a terminated run would leave its server and its databases behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    with tempfile.TemporaryDirectory(prefix="cycle-bench-") as directory:
        run(wanted or list(CONTENDERS), measures or list(MEASURES), sizes, Path(directory))


def run(wanted: list[type[Contender]], measures: list[str], sizes: Sizes, directory: Path) -> None:
    """Measure every cell as often as asked, the contenders in turn."""
    cores = machine.cores()
    apart = len(cores) > 1
    contenders = [kind(directory, cores[0] if apart else None) for kind in wanted]
    if apart:
        machine.pin(0, cores[-1])
    _say(*machine.describe())
    _say(
        f"cores        {f'server on {cores[0]}, load on {cores[-1]}' if apart else 'not pinned: server and load share'}"
    )
    for contender in contenders:
        _say(f"{contender.name:12} {contender.about}")
    _say(
        f"saturation   {sizes.couples} couples, each round after round, {sizes.saturation_seconds:g} s after a warm-up",
        f"latency      open loop, {RATE} rounds/s, {sizes.latency_seconds:g} s after a warm-up",
        f"memory       resident memory of the server, {sizes.idle_sockets} idle sockets more",
        f"each         a fresh server; medians of {sizes.repeats}; marks padded to {SEAL_BYTES} bytes, as our pages do",
        "",
    )
    couples = sizes.couples_for(measures)
    places = {contender.name: contender.prepare(couples) for contender in contenders}
    results: dict[str, list[Figures]] = {contender.name: [] for contender in contenders}
    for repeat in range(1, sizes.repeats + 1):
        for name in measures:
            for contender in contenders:
                try:
                    figures = measure(name, contender, places[contender.name], sizes)
                except* (WrongAnswer, TimeoutError) as wrong:
                    sys.exit(f"{contender.name}, {name}: {wrong.exceptions[0]!r}")
                results[contender.name].append(figures)
                _say(f"{repeat}/{sizes.repeats} {name:11} {contender.name:9} {report.line(figures)}")
    _say("", *report.table(results), "", *report.load_generator(results), *report.warnings(results))


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    main()
