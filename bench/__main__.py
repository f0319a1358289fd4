"""Measure: `python -m bench [--quick] [--repeats N] [--only PART …] [--profile FILE]`; see --help."""

import argparse
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench import machine, report
from bench.cells import FILES_BESIDE, FULL, MEASURES, QUICK, RATE, USUAL, Figures, Sizes, applies, impossible, measure
from bench.comparators.contenders import CONTENDERS, Contender
from bench.load import SEAL_BYTES, Place
from bench.stacks import Stack
from bench.wire import WrongAnswer

STACKS = [stack.name for stack in CONTENDERS]
NAMES = [*dict.fromkeys(kind.name for kinds in CONTENDERS.values() for kind in kinds)]


def main() -> None:
    """Prepare, measure cell after cell, print a table for each stack."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="How fast is a reveal?")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: does it run at all?")
    parser.add_argument("--repeats", type=int, help=f"interleaved repeats ({FULL.repeats}; quick: {QUICK.repeats})")
    parts = [*STACKS, *NAMES, *MEASURES]
    parser.add_argument("--only", nargs="+", choices=parts, default=[], help=f"of {', '.join(parts)}", metavar="PART")
    parser.add_argument("--profile", type=Path, metavar="FILE", help="sample Cycle's last busy server with py-spy")
    parser.add_argument("--sockets", type=int, help=f"size of the crowd ({FULL.crowd_sockets})")
    arguments = parser.parse_args()
    sizes = QUICK if arguments.quick else FULL
    sizes = replace(sizes, repeats=max(1, arguments.repeats or sizes.repeats), profile=arguments.profile)
    sizes = replace(sizes, crowd_sockets=max(2 * sizes.couples, arguments.sockets or sizes.crowd_sockets))
    # Without this a terminated run would leave its servers and its databases behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    machine.allow_files(sizes.crowd_sockets + FILES_BESIDE)
    only = set(arguments.only)
    stacks, names = (only.intersection(all_of) or {*all_of} for all_of in (STACKS, NAMES))
    measures = only.intersection(MEASURES) or {*USUAL}
    _say(
        *machine.describe(),
        f"saturation   {sizes.couples} couples, each round after round, {sizes.saturation_seconds:g} s after a warm-up",
        f"latency      open loop, {RATE} rounds/s, {sizes.latency_seconds:g} s after a warm-up",
        f"memory       resident memory of the server, {sizes.idle_sockets} idle sockets more",
        f"crowd        {sizes.crowd_sockets} sockets, {sizes.crowd_reveals} reveals; then all dropped and back; once",
        f"each         a fresh server; medians of {sizes.repeats}; marks padded to {SEAL_BYTES} bytes, as our pages do",
    )
    for kind, contenders in CONTENDERS.items():
        if kind.name not in stacks:
            continue
        with tempfile.TemporaryDirectory(prefix="cycle-bench-") as directory:
            stack = kind(Path(directory))
            run(stack, [one(stack) for one in contenders if one.name in names], measures, sizes)


def run(stack: Stack, contenders: list[Contender], measures: set[str], sizes: Sizes) -> None:
    """Measure every cell of one stack as often as asked, the contenders in turn."""
    _say("", f"{stack.name:12} {stack.about}")
    if lacking := stack.missing():
        return _say(f"{stack.name} is not measured: {lacking} not installed")
    wanted = []
    for name in (name for name in MEASURES if name in measures):
        if lacking := impossible(name, sizes):
            _say(f"{name} is not measured: {lacking}")
        else:
            wanted.append(name)
    with stack.up():
        able = []
        for contender in contenders:
            _say(f"{contender.name:12} {contender.about}")
            if lacking := contender.missing(sizes.quick):
                _say(f"{contender.name} is not measured: {lacking}")
            else:
                able.append(contender)
        places = {
            one.name: one.prepare(sizes.couples_for([name for name in wanted if applies(name, one)])) for one in able
        }
        results: dict[str, list[Figures]] = {contender.name: [] for contender in able}
        for repeat in range(1, sizes.repeats + 1):
            for name in wanted:
                for contender in able:
                    if not applies(name, contender, repeat):
                        continue
                    figures = _measured(name, contender, places[contender.name], sizes)
                    if figures is not None:
                        results[contender.name].append(figures)
                        _say(f"{repeat}/{sizes.repeats} {name:11} {contender.name:9} {report.line(figures)}")
    _say("", *report.table(stack.name, results), "", *report.targets(stack.name, results), "")
    _say(*report.load_generator(results), *report.warnings(results))


def _measured(name: str, contender: Contender, places: list[Place], sizes: Sizes) -> Figures | None:
    try:
        return measure(name, contender, places, sizes)
    except* (WrongAnswer, TimeoutError) as wrong:
        sys.exit(f"{contender.name}, {name}: {wrong.exceptions[0]!r}")


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    main()
