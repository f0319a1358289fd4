"""The short form of `make test-faults`: every failpoint, every kind of fault, and some planted mistakes."""

import ast
import asyncio
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import planted
from tests.faults.campaigns import run, short
from tests.faults.seams import POINTS
from tests.faults.stage import Services, stage
from tests.house.rooms import imports_in, imports_of, modules
from tests.support.cast.clients import Person, couple

pytestmark = pytest.mark.services

HERE = Path(__file__).parent
SEED = 20261128
# One for each part of the road: how it is decided, answered, remembered and told.
PLANTED = ["no_version_is_named", "it_is_acknowledged_before_the_commit", "no_op_is_remembered", "nobody_sweeps"]


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    """Return the servers on which all of these take place."""
    started = Services.started()
    yield started
    started.close()


def test_the_judge_knows_none_of_the_code_that_it_judges() -> None:
    for path in (HERE / "checker").glob("*.py"):
        imported = imports_in(ast.parse(path.read_text()), set())
        foreign = {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names}
        assert {name for name in foreign if not name.startswith("tests.faults.checker")} <= {"psycopg", "psycopg.rows"}


def test_what_is_served_holds_no_failpoint() -> None:
    for module in modules():
        assert not {name for name in imports_of(module) if name.partition(".")[0] == "tests"}, module


def test_it_can_be_stopped_at_every_point(services: Services, tmp_path: Path) -> None:
    async def reach() -> list[str]:
        async with stage(services, tmp_path / "points.jsonl") as place:
            worker = place.workers[0]
            ana, ben = await asyncio.to_thread(couple, worker)
            await asyncio.to_thread(_done, ana, "round.open", after=0, moment=1)
            reached = []
            for point in POINTS:
                worker.arm(point, "hold")
                sealing = asyncio.create_task(
                    asyncio.to_thread(_done, ana, "mark.seal", round=1, reaction="both", intensity=3)
                )
                if await worker.reached(10):
                    reached.append(point)
                worker.go_on()
                await sealing
            worker.arm("after_write", "kill")
            with pytest.raises(OSError, match="onnection"):
                await asyncio.to_thread(_done, ben, "mark.seal", round=1, reaction="both", intensity=3)
            assert await worker.died(10)
            return reached

    assert asyncio.run(reach()) == list(POINTS)


def _done(person: Person, type: str, **fields: object) -> None:
    assert person.command(type, op=uuid.uuid4().hex, **fields).status == 200


def test_nothing_is_lost_or_stuck_or_done_twice_whatever_breaks(services: Services, tmp_path: Path) -> None:
    result = asyncio.run(run(services, "short", short, SEED, tmp_path, couples=8))
    print(result)
    assert result.verdict.good, result
    assert result.verdict.waits.late == 0, result
    assert result.verdict.counts["revealed"] > 20, "this campaign means nothing if next to nothing was played"


def test_the_judge_finds_planted_mistakes_and_nothing_else(services: Services, tmp_path: Path) -> None:
    names = ["calm", *PLANTED]
    done = asyncio.run(planted.trials(services, SEED, tmp_path, names))
    assert {trial.name: trial.as_it_should for trial in done} == dict.fromkeys(names, True), list(map(str, done))
