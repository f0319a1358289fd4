"""Memory stays what it is: garbage is found whenever it became garbage, and large blocks go back to the system."""

import asyncio
import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator

import pytest

from cycleproject.serving import memory
from cycleproject.serving.memory import Collector

FREEZE_FROM = 3000


class Ring:
    """What holds itself, so that only a search for garbage finds that nobody else does."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Return a collector that has begun, where Python by itself never looks."""
    monkeypatch.setattr(memory, "FREEZE_FROM", FREEZE_FROM)
    monkeypatch.setattr(memory, "LOOK_EVERY_SECONDS", 0.01)
    before = gc.get_threshold()
    begun = Collector()
    begun.start()
    gc.set_threshold(0)
    yield begun
    gc.set_threshold(*before)
    gc.unfreeze()


def test_garbage_is_found_even_if_as_much_is_freed_as_made(collector: Collector) -> None:
    async def left_alone() -> None:
        found = asyncio.Event()
        reference = weakref.ref(Ring(), lambda _: found.set())
        assert reference() is not None, "nobody has looked yet"
        looking = asyncio.ensure_future(collector.run())
        await asyncio.wait_for(found.wait(), 10)
        looking.cancel()

    asyncio.run(left_alone())


def test_whoever_looked_for_none_while_loading_looks_once_it_has_begun(collector: Collector) -> None:
    gc.disable()
    try:
        collector.start()
        assert gc.isenabled()
    finally:
        gc.enable()
        gc.set_threshold(0)


def test_what_was_in_use_for_some_looks_is_found_at_the_next_one(collector: Collector) -> None:
    request: Ring | None = Ring()
    reference = weakref.ref(request)
    for _ in range(5):
        collector.look()
    assert reference() is request is not None
    request = None
    collector.look()
    assert reference() is None


def test_what_stays_is_not_looked_at_again(collector: Collector) -> None:
    sockets = [Ring() for _ in range(FREEZE_FROM)]
    frozen = gc.get_freeze_count()
    collector.look()
    assert gc.get_freeze_count() >= frozen + len(sockets)
    assert len(gc.get_objects(generation=2)) < FREEZE_FROM


def test_what_has_been_frozen_does_not_pile_up_once_nobody_needs_it(collector: Collector) -> None:
    begun_with = gc.get_freeze_count()
    crowd = begun_with // 5
    for _ in range(15):  # three times as many as all that was there
        sockets = [Ring() for _ in range(crowd)]
        collector.look()
        assert gc.get_freeze_count() > begun_with + crowd / 2, "premise: they are no longer looked at"
        del sockets
    assert gc.get_freeze_count() < 2.1 * begun_with


def test_looking_disturbs_no_thread_that_makes_something(collector: Collector) -> None:
    failures: list[BaseException] = []
    enough = threading.Event()

    def make() -> None:
        try:
            while not enough.is_set():
                tuple(number for number in range(200))
        except BaseException as failure:
            failures.append(failure)

    before = sys.getswitchinterval()
    sys.setswitchinterval(0.00001)
    making = threading.Thread(target=make)
    making.start()
    try:
        for _ in range(2000):
            collector.look()
    finally:
        enough.set()
        making.join()
        sys.setswitchinterval(before)
    assert failures == []


KEPT = """
import ctypes, sys, threading
from cycleproject.serving.memory import give_back_large_blocks

MEGABYTE = 1024 * 1024
C = ctypes.CDLL(None)
C.malloc.restype, C.malloc.argtypes, C.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
if sys.argv[1] == "given back":
    give_back_large_blocks()

def of_this_process():
    with open("/proc/self/status") as status:
        return int(status.read().partition("VmRSS:")[2].split()[0]) * 1024

def digest():
    for size in (19, 19):
        block = C.malloc(size * MEGABYTE)
        ctypes.memset(block, 1, size * MEGABYTE)
        small = C.malloc(1024)  # what a thread takes after it, and keeps
        C.free(block)
    together.wait()

together = threading.Barrier(8)
before = of_this_process()
threads = [threading.Thread(target=digest) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print((of_this_process() - before) // MEGABYTE)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc keeps such blocks, and /proc tells")
def test_what_digests_of_passwords_took_is_given_back() -> None:
    kept = {
        how: int(subprocess.run([sys.executable, "-c", KEPT, how], capture_output=True, text=True, check=True).stdout)
        for how in ("as it is", "given back")
    }
    assert kept["as it is"] > 18, "premise: by itself glibc keeps them"
    assert kept["given back"] < 4
