"""Two marks that are sealed in the very same moment: one reveal, whole, and never a round that is stuck.

Each partner acts on a thread and a connection of their own, through the real writer on a real database.
"""

import pytest

from tests.support.servers.cycle import Server, race

pytestmark = pytest.mark.both_stacks


def test_a_thousand_pairs_of_marks_reveal_each_once(database: Server) -> None:
    pairs = 1000
    assert race(database, "marks", pairs) == {"ack + ack": pairs, "revealed once": pairs, "whole": pairs}
    assert race(database, "marks_in_memory", pairs) == {"ack + ack": pairs, "revealed once": pairs, "whole": pairs}


def test_two_marks_are_never_decided_on_what_neither_has_written(database: Server) -> None:
    """The moment in which a round would get stuck, brought about on purpose; without the version it does get stuck."""
    pairs = 8
    seen = race(database, "marks_decided_together", pairs)
    assert seen == {"ack + ack": pairs, "revealed once": pairs, "whole": pairs}
    assert race(database, "marks_without_the_version", pairs) == {"ack + ack": pairs, "stuck": pairs}
