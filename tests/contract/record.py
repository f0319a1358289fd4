"""Record clients: `python -m tests.contract.record [scene ...]`, from this checkout or from `--checkout DIRECTORY`.

What has been recorded stays as it is, for clients of that day are still out there: a file that is there is not written
again. Whatever the contract gains gets a scene of its own in ``tests/contract/replay/scenes``, and a recording of it.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from tests.contract.replay.player import RECORDED
from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes import SCENES
from tests.contract.replay.stage import Served, Stage
from tests.support.servers.cycle import ROOT


def record(name: str, served: Served, into: Path) -> None:
    """Play one scene and write down what was said."""
    scene = SCENES[name]
    stage = Stage([name], scene.server, served)
    tape = Recorder(stage, name)
    try:
        scene.plays(tape)
    finally:
        tape.close()
        stage.close()
    about = {"about": scene.about, "recorded_at": _commit(served.checkout), "server": scene.server}
    lines = (json.dumps(line, ensure_ascii=False) for line in (about, *tape.events))
    into.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{into.name}: {len(tape.events)} events")


def _commit(checkout: Path) -> str:
    asked = ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def main() -> int:
    """Record the scenes that are named, or every one that is not recorded yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", nargs="*", choices=[[], *SCENES], help="without one: all that are not recorded yet")
    parser.add_argument("--checkout", type=Path, default=ROOT, help="whose code to record")
    parser.add_argument("--python", help="its Python, by default the one in its .venv")
    parser.add_argument("--settings", default=Served.settings, help="its settings with a clock that can be set")
    parser.add_argument("--into", type=Path, default=RECORDED, help="where to write")
    asked = parser.parse_args()
    python = asked.python or (sys.executable if asked.checkout == ROOT else str(asked.checkout / ".venv/bin/python"))
    served = Served(asked.checkout.resolve(), python, asked.settings)
    for name in asked.scene or SCENES:
        into = asked.into / f"{name}.jsonl"
        if not into.exists():
            record(name, served, into)
        elif asked.scene:
            print(f"{into.name} is there already, and stays as it is")
    return 0


if __name__ == "__main__":
    sys.exit(main())
