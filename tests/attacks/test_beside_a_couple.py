"""Whoever attacks costs little, and nobody who belongs is kept out: each attack for a moment, beside a couple who play.

How much slower it is for the couple is measured by `make attack`, on a machine that has nothing else to do.
"""

from collections.abc import Iterator

import pytest

from tests.attacks.beside.attacker import ATTACKS
from tests.attacks.beside.table import Place, measured, place

pytestmark = pytest.mark.both_stacks
# How each is answered, of which at least one has to come; none where the connection is simply held, or closed.
ANSWERS = {
    "codes from one home line": {"404", "429"},
    "starts from one home line": {"201", "429"},
    "log ins from one home line": {"401", "429"},
    "bodies of 300 megabytes": {"413"},
    "chunks of 300 megabytes": {"413"},
    "headers of megabytes": {"431"},
}


@pytest.fixture(scope="module")
def where(stack: str) -> Iterator[Place]:
    """Return what is attacked, with a couple in a check-in."""
    with place(stack) as serving:
        yield serving


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_costs_little_and_keeps_nobody_out(where: Place, attack: str) -> None:
    row = measured(attack, where, repeats=1, seconds=1.0)
    assert row.beside, "the couple played meanwhile"
    assert sum(row.sent.values()) - row.sent["seconds"] > 0, "premise: it was attacked"
    answered = {name for name in row.sent if name.isdecimal()}
    assert not {one for one in answered if one.startswith("5")}
    assert answered <= ANSWERS.get(attack, {"4429", "1009"})
    # So short a look says nothing of a disk on which the couple writes, too.
    assert [one for one in row.too_much() if "written" not in one] == []
