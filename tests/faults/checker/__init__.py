"""The judge: reads a recorded history and the database, knows none of the code that it judges, and says what is wrong.

It judges I1 (sealed), I2 (atomic, once), I4 (both get it), I6 (exit) and I8 (durable ack).
"""

from tests.faults.checker.verdict import Verdict, judge

__all__ = ["Verdict", "judge"]
