"""Whose an address of the API can be: a role's own, another's, or nobody's, and what is sent there."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.my_part.api import KINDS
from sessions.contract.openapi import request_examples
from tests.support.cast.api_world import ABSENT, Role, World
from tests.support.routes import ApiRoute

Ids = Callable[[World, Role], tuple[list[str], str, str]]


def of_sessions(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return the role's own check-ins, another's, and none."""
    theirs = world.session if role.name != "partner" else world.roles["outsider"].sessions[0]
    return role.sessions, theirs, ABSENT


def of_appointments(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return what the role's couple has planned, what another one has, and none."""
    if role.name != "partner":
        return [], world.plan, ABSENT
    return [world.plan], world.others_plan, ABSENT


def of_openings(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return the opening that the role's couple waits for, another couple's, and none."""
    if role.name != "partner":
        return [], world.opening, ABSENT
    return [world.opening], world.others_opening, ABSENT


def of_rounds(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return the role's own revealed rounds, another couple's, and none."""
    own = {"partner": world.round, "therapist": world.round, "ex-partner": world.former_round}.get(role.name)
    return [own] if own else [], world.former_round if own == world.round else world.round, ABSENT


def of_notes(kind: str) -> Ids:
    """Return how to name notes of one kind: the role's own, another's, and none."""
    return lambda world, role: ([role.notes[kind]] if role.notes else [], world.anas_notes[kind], ABSENT)


def of_join_codes(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return a code that seats the role, the code of a couple that they are not, and one of nothing."""
    own = {"ex-partner": world.couples_code, "anonymous": world.roles["outsider"].code}.get(role.name, role.code)
    theirs = world.couples_code if role.name != "ex-partner" else world.roles["outsider"].code
    return [own] if own else [], theirs, "BBBBBB"


def of_invitations(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return an invitation, one that two others have used, and one of nothing."""
    return [world.invitation], world.used_invitation, "A" * 22


def of_consents(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return the care link that the role may answer, another couple's, and none."""
    return role.answers, world.link if world.link not in role.answers else world.other_link, ABSENT


def of_hosted(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return the check-in that the role hosts, one that somebody else sits in, and none."""
    return [world.hosted] if role.name == "therapist" else [], world.session, ABSENT


def of_suggested_openings(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return the care link by which the role may suggest an opening, one by which they may not, and none."""
    own = [world.link] if role.name == "therapist" else []
    if own:
        world.calls_off_its_opening()
    return own, world.other_link if own else world.link, ABSENT


def of_care_notes(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return the care link that the role keeps notes on, another therapist's, and none."""
    return role.cares_for, world.link if not role.cares_for else world.other_link, ABSENT


def of_care_invitations(world: World, role: Role) -> tuple[list[str], str, str]:
    """Return an invitation, one that another couple has used, and one of nothing."""
    return [world.care_invitation], world.used_care_invitation, "A" * 22


# How the parameters of an address are filled in. Whoever adds an address with a new one says here whose it can be.
PARAMETERS: dict[str, tuple[str, Ids]] = {
    "api/v1/sessions/<uuid:session_id>/": ("session_id", of_sessions),
    "api/v1/sessions/<uuid:session_id>/appointment/": ("session_id", of_appointments),
    "api/v1/sessions/<uuid:session_id>/opening/": ("session_id", of_openings),
    "api/v1/sessions/<uuid:session_id>/notes/": ("session_id", of_hosted),
    "api/v1/join/<str:code>/": ("code", of_join_codes),
    "api/v1/couple/invitations/<str:code>/": ("code", of_invitations),
    "api/v1/care/invitations/<str:code>/": ("code", of_care_invitations),
    "api/v1/care/<uuid:link_id>/consent/": ("link_id", of_consents),
    "api/v1/care/<uuid:link_id>/notes/": ("link_id", of_care_notes),
    "api/v1/care/<uuid:link_id>/opening/": ("link_id", of_suggested_openings),
    "api/v1/history/<uuid:history_id>/": ("history_id", of_rounds),
}
NOTES = "api/v1/me/private/<kind_of_note:kind>/<uuid:note_id>/"


def ids_of(route: ApiRoute) -> list[tuple[dict[str, str], str, Ids]]:
    """Return what is fixed in an address, the name of what is not, and how to name one. Fails where nobody has said."""
    if route.pattern.startswith(NOTES):
        return [({"kind": kind}, "note_id", of_notes(kind)) for kind in KINDS]
    found = [start for start in PARAMETERS if route.pattern.startswith(start)]
    if not found:
        pytest.fail(f"whose can it be? Say so in PARAMETERS: {route.pattern}")
    name, ids = PARAMETERS[max(found, key=len)]
    assert route.parameters == (name,), "more than one thing to name"
    return [({}, name, ids)]


def names_something(route: ApiRoute) -> bool:
    """Tell whether an address names something that could be another's; the kind of a note is nobody's."""
    return bool(set(route.parameters) - {"kind"})


def paths_of(route: ApiRoute, world: World, role: Role) -> list[str]:
    """Return every path to an operation that this role could take: to their own, to another's, to nothing."""
    if not names_something(route):
        return [route.filled(kind=kind) for kind in KINDS] if route.parameters else [route.filled()]
    paths = []
    for fixed, name, ids in ids_of(route):
        own, foreign, absent = ids(world, role)
        paths += [route.filled(**fixed, **{name: value}) for value in (*own, foreign, absent)]
    return paths


def bodies(route: ApiRoute) -> list[Any]:
    """Return every body that the documents show for an operation, or none."""
    return list(request_examples(route.operation).values()) or [None]  # type: ignore[arg-type]
