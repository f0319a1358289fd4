"""Where tests keep what nobody reads after them: in memory, where there is room for it.

SQLite waits for the disk at every commit. No test pulls a plug: memory outlives every process that is killed.
"""

import os
import shutil
from pathlib import Path

IN_MEMORY = Path("/dev/shm")
# A container may be given 64 MiB there, which a handful of servers fill.
ROOM_NEEDED = 2 * 1024**3


def quick_directory() -> str | None:
    """Return the directory to make temporary ones in, or None for the usual one."""
    if not os.access(IN_MEMORY, os.W_OK | os.X_OK):
        return None
    return str(IN_MEMORY) if shutil.disk_usage(IN_MEMORY).free >= ROOM_NEEDED else None
