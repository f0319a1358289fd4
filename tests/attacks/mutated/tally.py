"""What came of many mutated messages: how each was answered, and what the server's memory was meanwhile."""

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.support.servers.cycle import Server

MEGABYTE: Final = 1024 * 1024
# What the log of the server must not say. That somebody sent what is no text, or no frame, it may.
FAILURES: Final = ("Traceback", "a command failed", "Internal Server Error")


def memory_of(server: Server) -> int:
    """Return how much memory a server has now, in bytes."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


@dataclass
class Tally:
    """One run of so many messages. The seed of the first failure of each kind is kept, to be sent again."""

    what: str
    server: Server
    wanted: int
    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    closes: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    progress: bool = False

    def count(self) -> None:
        """Count one more message, and look at the memory at the start and in the middle."""
        if self.sent * 2 >= len(self.memory) * self.wanted:
            self.memory.append(memory_of(self.server))
        self.sent += 1
        if self.progress and self.sent % max(1, self.wanted // 20) == 0:
            seconds = time.monotonic() - self.begun
            print(f"  {self.what}: {self.sent} of {self.wanted} after {seconds:.0f} s", flush=True)

    def failed(self, how: str, sent: bytes) -> None:
        """Keep what the server failed at."""
        if len(self.failures) < 20:
            self.failures.append(f"{how} to {sent[:600]!r}")

    def end(self) -> None:
        """Look at the memory once more, and at what the log says."""
        self.memory.append(memory_of(self.server))
        for line in self.server.log.splitlines():
            if any(one in line for one in FAILURES):
                self.failures.append(f"the log says: {line[:200]}")
                break

    @property
    def growth(self) -> int:
        """Return by how much the memory grew from the first look to the last."""
        return self.memory[-1] - self.memory[0]

    def __str__(self) -> str:
        memory = " → ".join(f"{one / MEGABYTE:.1f}" for one in self.memory)
        answers = ", ".join(f"{how} {count}" for how, count in sorted(self.answers.items()))
        closes = ", ".join(f"{code} {count}" for code, count in sorted(self.closes.items()))
        lines = [
            f"{self.sent} mutated {self.what} in {time.monotonic() - self.begun:.0f} s: {len(self.failures)} failures",
            f"  answers: {answers}",
            f"  closed with: {closes or 'nothing'}",
            f"  memory at the start, in the middle and at the end: {memory} MiB",
        ]
        return "\n".join([*lines, *(f"  FAILED: {one}" for one in self.failures)])
