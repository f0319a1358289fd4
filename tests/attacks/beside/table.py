"""One row for each attack: what was sent, what the couple beside it felt, and what it cost the server."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from accounts.login.hashers import MAX_CONCURRENT, PasswordHasher
from tests.attacks.beside.attacker import ATTACKS, MEGABYTE, PROXY
from tests.attacks.beside.couple import Couple, comes_in, follows, passed_on, percentile_99
from tests.support.cast.clients import couple
from tests.support.servers.clusters import running_cluster
from tests.support.servers.cycle import ROOT, Server
from tests.support.servers.stacks import EMBEDDED, SERVICES

STACKS: Final = (EMBEDDED, SERVICES)
MEMORY_ALLOWED: Final = 16 * MEGABYTE
# What the digests of passwords take for a moment: two at a time (accounts/login/hashers.py), and one more that has not
# been given back yet.
DIGESTS: Final = PasswordHasher.memory_cost * 1024 * (MAX_CONCURRENT + 1)
# Rooms that one household may start in ten minutes are written as anybody's: sixty, with what SQLite writes for each.
ROOMS: Final = 60 * 160 * 1024
OF_ROOMS: Final = "starts from one home line"
OF_PASSWORDS: Final = "log ins from one home line"
DISK_ALLOWED: Final = MEGABYTE
P99_ALLOWED: Final = 2.0
LIMITS: Final = {"JOIN_RATE": "60", "FRAME_RATE": "10", "TRUSTED_PROXIES": PROXY}
# An address of the home line that attacks: somebody lives there who has nothing to do with it.
NEIGHBOUR: Final = "2001:db8:1:2::7"
_newcomers = count(1)


@dataclass
class Row:
    """What came of one attack on one stack."""

    attack: str
    stack: str
    sent: Counter[str] = field(default_factory=Counter)
    quiet: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    memory: int = 0
    disk: float = 0.0
    locked_out: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Return how many times as long the slowest taps took as without an attack."""
        return percentile_99(self.beside) / percentile_99(self.quiet)

    def too_much(self) -> list[str]:
        """Return what was more than is allowed, apart from time."""
        found = [f"locked out: {one}" for one in self.locked_out]
        if self.memory > MEMORY_ALLOWED + (DIGESTS if self.attack == OF_PASSWORDS else 0):
            found.append(f"memory grew by {self.memory / MEGABYTE:.1f} MiB")
        if self.disk > DISK_ALLOWED + (ROOMS if self.attack == OF_ROOMS else 0):
            found.append(f"{self.disk / MEGABYTE:.1f} MiB were written")
        return found

    @property
    def cells(self) -> tuple[str, ...]:
        """Return its row of a table."""
        seconds = self.sent["seconds"]
        sent = ", ".join(f"{number:,} {name}" for name, number in sorted(self.sent.items()) if name != "seconds")
        return (
            self.attack,
            self.stack,
            f"{sent} in {seconds} s",
            f"{percentile_99(self.quiet):.0f} → {percentile_99(self.beside):.0f}",
            f"{self.ratio:.1f}",
            f"{self.memory / MEGABYTE:.1f}",
            f"{self.disk / MEGABYTE:.1f}",
            ", ".join(self.locked_out) or "nobody",
        )

    def __str__(self) -> str:
        return f"| {' | '.join(self.cells)} |"


HEADS: Final = (
    "attack",
    "on",
    "what was sent, or answered",
    "p99 of a tap, ms",
    "times",
    "memory, MiB",
    "disk, MiB",
    "locked out",
)


@dataclass
class Place:
    """One stack that serves, with a couple in a check-in."""

    stack: str
    servers: list[Server]
    pair: Couple

    def memory(self) -> int:
        """Return the most memory that a process has had since it was last forgotten."""
        return max(_number(server, "status", "VmHWM:") * 1024 for server in self.servers)

    def forget_memory(self) -> list[int]:
        """Let the kernel count the most memory anew; return what each has now."""
        for server in self.servers:
            Path(f"/proc/{_pid(server)}/clear_refs").write_text("5")
        return [_number(server, "status", "VmRSS:") * 1024 for server in self.servers]

    def written(self) -> int:
        """Return how many bytes the processes have given the disk."""
        return sum(_number(server, "io", "\nwrite_bytes:") for server in self.servers)


def _pid(server: Server) -> int:
    assert server.process is not None
    return server.process.pid


def _number(server: Server, file: str, name: str) -> int:
    return int(Path(f"/proc/{_pid(server)}/{file}").read_text().partition(name)[2].split()[0])


@contextmanager
def place(stack: str) -> Iterator[Place]:
    """Serve a stack with its own limits: one process, or two with a partner on each."""
    if stack == EMBEDDED:
        server = Server(**LIMITS).start()
        try:
            yield from _with_a_couple(stack, [server])
        finally:
            server.close()
    else:
        with running_cluster(**LIMITS) as cluster:
            yield from _with_a_couple(stack, [cluster.one, cluster.other])


def _with_a_couple(stack: str, servers: list[Server]) -> Iterator[Place]:
    ana, ben = couple(servers[0])
    ben.server = servers[-1]
    pair = Couple(ana, ben)
    try:
        yield Place(stack, servers, pair)
    finally:
        pair.close()


@contextmanager
def attacked(name: str, where: Place, row: Row) -> Iterator[None]:
    """Let somebody attack meanwhile."""
    server = where.servers[0]
    _, started = comes_in(server, _address())
    command = [sys.executable, "-m", "tests.attacks.beside.attacker", name]
    attacker = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    told = {"port": server.port, "token": started["token"], "session": started["session"]}
    assert attacker.stdin is not None and attacker.stdout is not None
    try:
        attacker.stdin.write(json.dumps(told) + "\n")
        attacker.stdin.flush()
        assert attacker.stdout.readline() == "begun\n"
        yield
    finally:
        attacker.terminate()
        said, _ = attacker.communicate(timeout=60)
        row.sent.update(json.loads(said.splitlines()[-1]))


def _address() -> str:
    number = next(_newcomers)
    return f"127.0.{1 + number // 250}.{1 + number % 250}"


def measured(name: str, where: Place, repeats: int, seconds: float) -> Row:
    """Let a couple play with and without an attack in turns."""
    row = Row(name, where.stack)
    disk = {"quiet": 0, "beside": 0}
    where.pair.play(seconds)  # what is loaded with the first rounds is nobody's attack
    for turn in range(repeats):
        before = where.written()
        row.quiet += where.pair.play(seconds)
        disk["quiet"] += where.written() - before
        with attacked(name, where, row):
            before, memory = where.written(), max(where.forget_memory())
            row.beside += where.pair.play(seconds)
            disk["beside"] += where.written() - before
            row.memory = max(row.memory, where.memory() - memory)
            if turn == 0:
                row.locked_out += newcomers(where)
        time.sleep(0.5)
    # What the couple's own rounds write is not what the attack does.
    row.disk = max(0.0, disk["beside"] - disk["quiet"] * len(row.beside) / len(row.quiet))
    return row


def newcomers(where: Place) -> list[str]:
    """Let people come who belong, while the attack goes on; return who cannot."""
    server, found = where.servers[0], []
    status, started = comes_in(server, _address())
    if status != 201:
        return [f"who starts ({status})"]
    # Behind the address that attacks, one has a link, and at home of one's own types the code.
    if (status := follows(server, passed_on(server, started), PROXY, NEIGHBOUR)) != 200:
        found.append(f"who has a link ({status})")
    if (status := comes_in(where.servers[-1], _address(), started["code"])[0]) != 201:
        found.append(f"who types a code ({status})")
    return found


def rows(stacks: Iterable[str], repeats: int, seconds: float, attacks: Iterable[str] = ATTACKS) -> Iterator[Row]:
    """Yield a row for each attack on each stack."""
    chosen = list(attacks)
    for stack in stacks:
        with place(stack) as where:
            for name in chosen:
                yield measured(name, where, repeats, seconds)
