"""Which commands are sent twice, and what has to stand there first."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from accounts.logins import login_from_token, open_login
from sessions.checkin import wire
from sessions.joining import seats
from sessions.models import Step
from sessions.store import execute
from tests.repeats.premises import latest, partner, started_by_the_other
from tests.repeats.rows import Filled, person_of
from tests.support.cast.api_world import World

Said = tuple[str, str, dict[str, Any]]


def said(*commands: Said) -> Callable[[World], None]:
    """Return how to bring a check-in to where a command can be carried out."""

    def say(world: World) -> None:
        for number, (who, type, fields) in enumerate(commands):
            person = person_of(world, who)
            assert person
            login = login_from_token(open_login(person))
            assert login
            frame = wire.command_from({"type": type, "op": f"before-{number}", **fields})
            answer = execute.execute(login, UUID(world.session), frame)
            assert answer.code is None, (type, answer.code)

    return say


_SECOND: Final = {"round": 2}


_REVEALED: Final[tuple[Said, ...]] = (
    ("partner", "mark.seal", {"round": 2, "reaction": "avoidant", "intensity": 2}),
    ("partner", "quiet.skip", _SECOND),
    ("ana", "quiet.skip", _SECOND),
)


_NEEDS: Final[tuple[Said, ...]] = (
    *_REVEALED,
    ("ana", "need.say", {"round": 2, "text": "A word."}),
    ("partner", "need.say", {"round": 2, "text": "An hour."}),
)


def _next_check_in(world: World) -> None:
    started_by_the_other(world)
    seats.take_seat(partner(world).id, UUID(latest(world)["session_id"]))


def _step(world: World) -> dict[str, Any]:
    return {"step": str(Step.objects.get(seat="b").id), "tried": "yes"}


# Commands, sent as partner: Ben, in a check-in whose second round is open, in which Ana has sealed.
COMMANDS: Final[dict[str, Filled]] = {
    "round.open": Filled("partner", {"after": 2, "moment": 1}, before=said(("ana", "round.set_aside", _SECOND))),
    "mark.seal": Filled("partner", {"round": 2, "reaction": "avoidant", "intensity": 2}),
    "mark.withdraw": Filled("ana", _SECOND),
    "round.set_aside": Filled("partner", _SECOND),
    "pattern.fit": Filled("partner", {"round": 2, "fits": True}, before=said(*_REVEALED)),
    "quiet.skip": Filled("partner", _SECOND, before=said(*_REVEALED[:1])),
    "need.say": Filled("partner", {"round": 2, "text": "An hour."}, before=said(*_REVEALED)),
    "meant.confirm": Filled("ana", _SECOND, before=said(*_NEEDS, ("partner", "need.heard", _SECOND))),
    "need.heard": Filled("partner", _SECOND, before=said(*_NEEDS)),
    "step.choose": Filled("partner", {"round": 2, "text": "I send a line."}, before=said(*_REVEALED)),
    "step.tried": Filled("partner", _step, latest, before=_next_check_in),
    "reconnect.confirm": Filled("partner", {"round": 2, "relief": 3}, before=said(*_REVEALED)),
    "loop.same": Filled("partner", {"round": 2, "same": True}, before=said(*_REVEALED)),
    "turn.start": Filled("partner", {"speaker": "b", "seconds": 60}, before=said(*_REVEALED)),
    "turn.end": Filled("partner", before=said(*_REVEALED, ("partner", "turn.start", {"speaker": "b", "seconds": 60}))),
    "pause.start": Filled("partner", {"minutes": 5}),
    "pause.resume": Filled("partner", before=said(("partner", "pause.start", {"minutes": 5}))),
    "session.end": Filled("partner"),
    "session.stay": Filled("partner", before=said(("ana", "session.end", {"soon": True}))),
    "session.leave": Filled("partner"),
    "sync": Filled("partner"),
}
