"""Memory while serving: garbage is looked for in small steps, and large blocks go back to the system at once."""

import asyncio
import ctypes
import gc
import sys
from typing import Final

LOOK_EVERY_SECONDS: Final = 0.05
# Some ten thousand objects that live take so many blocks of memory, and a look a third of a millisecond. Then they are
# no longer looked at.
FREEZE_FROM: Final = 30_000
# mallopt(3)
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8


class Collector:
    """Python's garbage collection, in steps that nobody notices.

    Each request leaves some two hundred objects that hold one another: Django's request and its messages, a task and
    what it raised. By itself Python takes whatever was there at two looks for old, and looks at what is old after many
    more of them, for seconds then. So whoever kept asking made a server grow by hundreds of megabytes and then stand
    still. Here everything is looked at that is not frozen, and frozen is what was loaded, and what sockets hold.
    """

    def __init__(self) -> None:
        self._frozen_at_last_look = 0
        self._blocks = 0

    def start(self) -> None:
        """Take what is there for what stays, and look from now on."""
        # Python's own looks at what is old: never.
        gc.set_threshold(500, 2, 1_000_000)
        gc.enable()
        self._look_at_all()

    def look(self) -> None:
        """Free what is garbage among all that has come since the last freeze; freeze the rest once it is much.

        Of what is frozen, something may become garbage, too. When there is half as much again as remained the last
        time, all is looked at: on the way to ten thousand sockets three times, for a fifth of a second at most.
        """
        gc.collect()
        # Blocks and not objects: a list of those holds tuples that another thread is just making, which fails by that.
        blocks = sys.getallocatedblocks()
        self._blocks = min(self._blocks, blocks)
        if blocks - self._blocks < FREEZE_FROM:
            return
        self._blocks = blocks
        gc.freeze()
        if gc.get_freeze_count() > 1.5 * self._frozen_at_last_look:
            self._look_at_all()

    async def run(self) -> None:
        """Look, for as long as it is served."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            self.look()

    def _look_at_all(self) -> None:
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._frozen_at_last_look = gc.get_freeze_count()
        self._blocks = sys.getallocatedblocks()


def give_back_large_blocks() -> None:
    """Let glibc return a large block as soon as it is freed, and keep few heaps; does nothing where there is no glibc.

    By itself it keeps blocks as large as one that has been freed before, in a heap for each thread: the 19 MiB of a
    password's digest stayed sixteen times.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, 1024 * 1024)
        set_option(_ARENA_MAX, 2)
