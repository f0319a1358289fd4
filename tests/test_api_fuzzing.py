"""Whatever is asked of the API, it answers as its own schema says: never with an error that nobody foresaw.

Schemathesis makes what to ask from the schema: its examples, its edges, what it allows and what it forbids, and chains
of operations in which one takes what another gave. `FUZZ_EXAMPLES` says how much; `make fuzz` asks a thousand times.
"""

import os
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, settings
from schemathesis.generation.case import Case

from tests.api_world import World, undone

pytestmark = pytest.mark.django_db

EXAMPLES: Final = int(os.environ.get("FUZZ_EXAMPLES", "60"))
SLOW_ON_PURPOSE: Final = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

schema = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application())

# Nobody who is in a couple could do these.
FOR_SOMEBODY_FREE: Final = {"invite", "acceptInvitation"}
FOR_NOBODY_YET: Final = {"start", "join", "logIn"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def placed(case: Case, world: World) -> dict[str, str]:
    """Put what is there in the place of three ids in four, and return who asks."""
    name = case.operation.definition.raw["operationId"]
    role = world.roles["outsider" if name in FOR_SOMEBODY_FREE else "partner"]
    there = {
        "session_id": world.session,
        "note_id": role.notes.get((case.path_parameters or {}).get("kind", ""), ""),
        "code": world.invitation if name == "acceptInvitation" else world.roles["outsider"].code,
    }
    for parameter, value in (case.path_parameters or {}).items():
        if parameter in there and there[parameter] and well_formed(parameter, value) and hash(value) % 4:
            case.path_parameters[parameter] = there[parameter]
    return {} if name in FOR_NOBODY_YET else role.headers


def well_formed(parameter: str, value: Any) -> bool:
    """Tell whether an address takes a value: a wrong one has to stay as it is."""
    if parameter == "code":
        return isinstance(value, str)
    try:
        return str(UUID(value)) == value
    except (ValueError, AttributeError, TypeError):
        return False


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW_ON_PURPOSE)
def test_every_operation_answers_as_the_schema_says(case: Case, world: World) -> None:
    headers = placed(case, world)
    with undone():
        answer = case.call(headers=headers)
        case.validate_response(answer, headers=headers)
