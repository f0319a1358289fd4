"""SECURITY.md says how likely a stranger's guess is to open a check-in, and says it as the limits have it."""

from cycleproject.web import guessing
from sessions.joining.codes import CODE_LENGTH, CODE_LETTERS
from tests.house.rooms import ROOT


def test_security_prints_the_odds_as_they_are() -> None:
    assert len(CODE_LETTERS) ** CODE_LENGTH == guessing.CODES
    assert guessing.table() in (ROOT / "SECURITY.md").read_text()


def test_more_homes_and_more_who_wait_are_never_safer() -> None:
    odds = [[guessing.odds_of_a_hit(one, count) for count in guessing.WAITING] for one in guessing.ATTACKERS]
    assert all(row == sorted(row) for row in odds)
    assert all(list(column) == sorted(column) for column in zip(*odds, strict=True))
    assert odds[0][0] < 0.0001, "one household is hopeless"
