"""Send mutated frames and requests to a server, and see that it refuses them and never fails.

`python -m tests.attacks.mutated [--seed N] [--frames N] [--requests N]`; whoever stops it reads what came of it so far.
"""

import argparse
import random
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.attacks.mutated import frames, operations
from tests.attacks.mutated.tally import MEGABYTE, Tally
from tests.support.servers.cycle import Server

FRAMES: Final = 200_000
REQUESTS: Final = 50_000
# What is loaded and cached with the first ones is no growth.
FRAMES_BEFORE: Final = 500
REQUESTS_BEFORE: Final = 1000
FLAT: Final = 16 * MEGABYTE
IN_MEMORY: Final = Path("/dev/shm")


def served() -> Server:
    """Return a server that reads all of it: what its limits refuse is refused unread."""
    return Server(FRAME_RATE="1000000", JOIN_RATE="1000000")


def run(server: Server, seed: int, wanted_frames: int, wanted_requests: int, *, progress: bool = False) -> list[Tally]:
    """Send both kinds, after a few of each that do not count."""
    done = []
    for send, before, wanted in (
        (frames.send, FRAMES_BEFORE, wanted_frames),
        (operations.ask, REQUESTS_BEFORE, wanted_requests),
    ):
        send(server, seed + 1, min(before, wanted // 2))
        done.append(send(server, seed, wanted, progress=progress))
    return done


def main() -> int:
    """Run it, and return how many of the two went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where it runs behind something else
    if IN_MEMORY.is_dir():  # nothing of it has to last, and a disk would be what is waited for
        tempfile.tempdir = str(IN_MEMORY)
    server = served().start()
    try:
        done = run(server, asked.seed, asked.frames, asked.requests, progress=True)
    finally:
        server.close()
    for tally in done:
        print(tally, flush=True)
    return sum(bool(tally.failures) or tally.growth > FLAT for tally in done)


if __name__ == "__main__":
    sys.exit(main())
