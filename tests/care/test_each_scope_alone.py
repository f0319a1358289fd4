"""What a therapist may see by each scope alone, asked at every address there is.

Host: what they host and its summary. History: everything revealed. Neither opens what is the other's, and a scope that
only one of the two agrees to is none.
"""

from collections.abc import Iterator, Mapping

import pytest

from accounts.care import scopes
from accounts.models import SCOPES, AuditEntry, CareLink, Scope
from tests.privacy.test_who_reads_what import ANAS, ASKED, BENS, MOMENTS, World, freshly_logged_in, where
from tests.support.routes import NOWHERE, _paths, _with_get, api_routes

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = [ANAS, BENS, *MOMENTS.values()]
HOST: tuple[Scope, ...] = ("host",)
HISTORY: tuple[Scope, ...] = ("history",)
ALL: tuple[Scope, ...] = (*SCOPES,)
# What Ana agrees to, and Ben.
GIVEN: Mapping[str, tuple[tuple[Scope, ...], tuple[Scope, ...]]] = {
    "nothing": ((), ()),
    "host": (HOST, HOST),
    "history": (HISTORY, HISTORY),
    "both": (ALL, ALL),
    "crossed": (HOST, HISTORY),
    "by one alone": (ALL, ()),
}


def given(name: str) -> tuple[World, frozenset[Scope]]:
    """Return the world in which so much is agreed to, and what is active then."""
    world, link = World(), CareLink.objects.get()
    for person, agreed in zip((world.ana, world.ben), GIVEN[name], strict=True):
        scopes.withdraw(person, link, [one for one in ALL if one not in agreed])
    active = frozenset(set(GIVEN[name][0]) & set(GIVEN[name][1]))
    assert scopes.active_scopes(link) == active, "premise"
    return world, active


def everything(world: World) -> Iterator[str]:
    """Yield every address, about these two wherever it can be."""
    link = str(CareLink.objects.get().id)
    rounds = [str(world.round.history_id)]
    for route in _with_get():
        asked = ("", *ASKED) if "history" in route.pattern else ("",)
        for session in (world.past[0], world.sessions[-1]) if "session_id" in route.parameters else world.past[:1]:
            for path in _paths(route, session, rounds):
                path = path.replace(NOWHERE, link) if "link_id" in route.parameters else path
                if "history_id" not in route.parameters or NOWHERE not in path:
                    yield from (path + one.format(couple=world.two.couple.id) for one in asked)


def shown_to_tess(world: World) -> dict[str, str]:
    """Return all that she is shown, by address."""
    tess = freshly_logged_in(world.tess)
    return {path: tess.get(path).content.decode(errors="replace") for path in dict.fromkeys(everything(world))}


@pytest.mark.parametrize("name", GIVEN)
def test_each_scope_opens_what_is_its_own(name: str) -> None:
    world, active = given(name)
    shown = shown_to_tess(world)
    told = where(WORDS, shown)
    of_hosted = {path for path in told if any(session in path for session in world.past)}
    of_history = {path for path in told if "/history/" in path}
    assert told == of_hosted | of_history, "every address that tells a word is one scope's or the other's"
    assert bool(of_hosted) == ("host" in active), of_hosted
    assert bool(of_history) == ("history" in active), of_history
    # Whatever a therapist is shown of a history is in the log that both partners read.
    assert AuditEntry.objects.exists() == bool(told)


@pytest.mark.parametrize("name", GIVEN)
def test_without_a_scope_a_couple_is_answered_as_none(name: str) -> None:
    world, active = given(name)
    tess, couple = freshly_logged_in(world.tess), str(world.two.couple.id)
    asked = 0
    for route in api_routes():
        if "couple" not in route.operation.asks.model_fields or route.method != "GET":  # type: ignore[attr-defined]
            continue
        theirs, absent = (tess.get(f"{route.filled()}?couple={one}") for one in (couple, NOWHERE))
        assert absent.status_code == 404
        if "history" not in active:
            assert (theirs.status_code, theirs.content) == (absent.status_code, absent.content), str(route)
        asked += theirs.status_code == 200
    assert bool(asked) == ("history" in active)
    theirs, absent = (
        tess.post("/api/v1/sessions/", {"hosted": True, "couple": one}, "application/json") for one in (couple, NOWHERE)
    )
    assert absent.status_code == 404
    assert theirs.status_code == (201 if "host" in active else 404)
    assert "host" in active or theirs.content == absent.content
