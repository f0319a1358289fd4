"""A copy of the checkout: what git tracks, as it stands in the working tree."""

import shutil
import subprocess
from pathlib import Path

from tests.support.prerequisites import need
from tests.support.servers.cycle import ROOT


def copy_checkout(into: Path) -> Path:
    """Copy the checkout with nothing that a clone would not have; a change need not be committed to be tried."""
    need("git")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, into / name)
    return into
