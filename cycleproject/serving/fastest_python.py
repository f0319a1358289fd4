"""Print the Python that the environment is made with: `python3`, unless another that fits is clearly faster.

Builds of one version differ by a third, by how they were compiled. Standard library only, and in words that an old
Python reads, too, for whichever `python3` there is runs it.
"""

import shutil
import subprocess

# Those that Cycle has been set up and served on. `python3` itself may be newer.
TRIED = (11, 13)
# Less than this is chance, and a Python that nobody asked for is a surprise.
FASTER_BY = 0.1
MEASURE = """
import sys, timeit
if sys.version_info >= (3, 11):
    work = "for i in range(500): d[i % 7] = d.get(i % 5, 0) + i; s = str(i)"
    print(min(timeit.repeat(work, "d = {}", number=5, repeat=40)))
"""


def seconds(python: str) -> "float | None":
    """Return how long a Python takes for a little work; None if it is too old, or does not run."""
    try:
        return float(subprocess.check_output([python, "-c", MEASURE], stderr=subprocess.DEVNULL, timeout=20))  # noqa: S603
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def fastest(usual: "str | None", others: "list[str]") -> "str | None":
    """Return the Python to take: the usual one if none of the others is clearly faster; None if none fits."""
    taken = {python: seconds(python) for python in dict.fromkeys([usual, *others]) if python}
    fitting = {python: taken_by for python, taken_by in taken.items() if taken_by is not None}
    if not fitting:
        return None
    best = min(fitting, key=lambda python: fitting[python])
    if usual in fitting and fitting[best] > fitting[usual] * (1 - FASTER_BY):
        return usual
    return best


def main() -> None:
    """Print its path, or nothing where none fits."""
    named = [shutil.which("python3.%s" % minor) for minor in TRIED]  # noqa: UP031
    others = [python for python in [shutil.which("/usr/bin/python3"), *named] if python]
    print(fastest(shutil.which("python3"), others) or "")


if __name__ == "__main__":
    main()
