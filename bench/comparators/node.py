"""Node and the packages in peers/, installed on demand: what is missing is said, and measured without."""

import shutil
import subprocess

from bench.processes import ROOT

PEERS = ROOT / "bench" / "comparators" / "peers"
LOCK = PEERS / "package-lock.json"
INSTALLED = PEERS / "node_modules" / ".installed"


def program() -> str:
    """Return the path of Node."""
    found = shutil.which("node")
    assert found
    return found


def missing(*, install: bool) -> str:
    """Say why nothing of bench/comparators/peers can run here; nothing if it can."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "node and npm are not installed"
    if INSTALLED.exists() and INSTALLED.stat().st_mtime >= LOCK.stat().st_mtime:
        return ""
    if not install:
        return "its packages are not installed; a run without --quick does it"
    print("Installing bench/comparators/peers; better-sqlite3 may be compiled, which takes two minutes.", flush=True)
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=PEERS, capture_output=True, text=True)
    if done.returncode:
        return f"npm ci failed: {(done.stderr or done.stdout).strip().splitlines()[0]}"
    INSTALLED.touch()
    return ""
