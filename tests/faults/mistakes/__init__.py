"""Mistakes that a worker can be started with, to show that the judge sees each of them.

Each is planted by patching the running process: where that is possible in what does not move (the statements, the
driver of the database), otherwise in the module that would have made the mistake.
"""

from tests.faults.mistakes import answered, told, written
from tests.faults.mistakes.planting import CALM, CRASHES, KILLS, POSTGRESQL, REDIS, Mistake

__all__ = ["CALM", "CRASHES", "KILLS", "MISTAKES", "POSTGRESQL", "REDIS", "Mistake"]

MISTAKES: dict[str, Mistake] = {**written.mistakes.found, **answered.mistakes.found, **told.mistakes.found}
