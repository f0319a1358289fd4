"""Whatever is asked of the API, it answers as its own schema says: never with an error that nobody foresaw.

Schemathesis makes what to ask from the schema: its examples, its edges, what it allows and what it forbids, and chains
of operations in which one takes what another gave. `FUZZ_EXAMPLES` says how much; `make fuzz` asks a thousand times.
"""

import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.checks import load_all_checks
from schemathesis.generation.case import Case
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.python._constants.orchestrator import make_constants_value_source
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from cycleproject.api.bodies import Body, Query
from tests.contract.test_openapi import described
from tests.support.cast.api_world import World, one_connection, undone
from tests.support.routes import ApiRoute, api_routes

pytestmark = pytest.mark.django_db

# A login is asked for before a body is read, whatever it says: so many bodies of each operation are sent without one,
# too, and with a wrong one.
WITHOUT_A_LOGIN: Final = 15
EXAMPLES: Final = int(os.environ.get("FUZZ_EXAMPLES", "60"))
SLOW_ON_PURPOSE: Final = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)

_application = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Any:
    """Serve as to somebody with an address, as everybody has."""
    return _application({**environ, "REMOTE_ADDR": "127.0.0.1"}, start_response)


def config() -> schemathesis.Config:
    """Return what to expect: a body that is too large is refused for that alone, whatever else is right or wrong."""
    chosen = schemathesis.Config()
    checks = chosen.projects.default.checks
    for check in (checks.negative_data_rejection, checks.positive_data_acceptance):
        check.expected_statuses = [*check.expected_statuses, "413"]
    return chosen


# Nothing is asked for but pad, so that a schema says all there is to say. Elsewhere it cannot: either a moment or a
# text, no control characters, 1.0 is no whole number, this kind of note at this address.
@lru_cache
def said_in_full() -> set[str]:
    """Return which operations those are."""
    return {
        name_of(route)
        for route in api_routes()
        if (route.operation.takes, route.operation.asks) == (Body, Query)  # type: ignore[attr-defined]
    }


answered: Counter[int] = Counter()
asked: Counter[str] = Counter()

# Nobody who is in a couple could do the first two, and nobody but a therapist the others.
FOR_OTHERS: Final = {
    "invite": "outsider",
    "acceptInvitation": "outsider",
    "showCareNotes": "therapist",
    "writeCareNotes": "therapist",
}
CODES: Final[dict[str, Callable[[World], str]]] = {
    "acceptInvitation": lambda world: world.invitation,
    "acceptCareInvitation": lambda world: world.care_invitation,
}
FOR_NOBODY_YET: Final = {"start", "join", "logIn"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, made once."""
    with django_db_blocker.unblock(), one_connection(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)
    print(f"\nasked by operation: {dict(asked.most_common())}")
    print(f"answers by status: {dict(sorted(answered.items()))}, together {answered.total()}")


@pytest.fixture(scope="module")
def api(world: World) -> OpenApiSchema:
    """Return what the API says of itself."""
    load_all_checks()
    return schemathesis.openapi.from_wsgi("/api/schema/", application, config=config())


def placed(case: Case, world: World) -> dict[str, str]:
    """Put what is there in the place of three ids in four, and return who asks."""
    name = operation_of(case)
    role = world.roles[FOR_OTHERS.get(name, "partner")]
    there = {
        "session_id": world.session,
        "note_id": role.notes.get((case.path_parameters or {}).get("kind", ""), ""),
        "code": CODES.get(name, lambda world: world.roles["outsider"].code)(world),
        "link_id": world.link,
        "history_id": world.round,
        "couple": world.couple,
    }
    for parameters in (case.path_parameters or {}, case.query or {}):
        for parameter, value in parameters.items():
            if there.get(parameter) and well_formed(parameter, value) and hash(value) % 4:
                parameters[parameter] = there[parameter]
    return {} if name in FOR_NOBODY_YET else role.headers


def well_formed(parameter: str, value: Any) -> bool:
    """Tell whether an address takes a value: a wrong one has to stay as it is."""
    if parameter == "code":
        return isinstance(value, str)
    try:
        return str(UUID(value)) == value
    except (ValueError, AttributeError, TypeError):
        return False


def excluded(case: Case) -> list[Any]:
    """Return the checks that do not hold for an operation, or have been made of it often enough."""
    name = operation_of(case)
    unknown = [] if name in said_in_full() else [positive_data_acceptance]
    if is_cleaned(case.body) or is_sent_as_text(case.query):
        unknown.append(negative_data_rejection)
    return [*unknown, ignored_auth] if asked[name] > WITHOUT_A_LOGIN else unknown


def is_cleaned(body: Any) -> bool:
    """Tell whether a text in a body is another one once it is composed and stripped, by which its length counts."""
    texts = [value for value in body.values() if isinstance(value, str)] if isinstance(body, dict) else []
    return any(unicodedata.normalize("NFC", text).strip() != text for text in texts)


def is_sent_as_text(query: Any) -> bool:
    """Tell whether an object stands where a query holds a text: what leaves are its names, which are one."""
    return any(isinstance(value, dict) for value in (query or {}).values())


def name_of(route: ApiRoute) -> str:
    """Return what the schema calls an operation. Asked while tests are collected, it would make the whole schema."""
    name: str = described(route)["operationId"]
    return name


def operation_of(case: Case) -> str:
    """Return which operation is asked for."""
    name: str = case.operation.definition.raw["operationId"]
    return name


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW_ON_PURPOSE)
def ask(case: Case, world: World) -> None:
    """Ask once, and check the answer."""
    headers = placed(case, world)
    with undone():
        answer = case.call(headers=headers)
        asked[operation_of(case)] += 1
        answered[answer.status_code] += 1
        case.validate_response(answer, headers=headers, excluded_checks=excluded(case))


# Schemathesis' own plugin for pytest would make all of it while tests are collected, in every process of a run.
@pytest.mark.parametrize("route", api_routes(), ids=str)
def test_every_operation_answers_as_the_schema_says(route: ApiRoute, api: OpenApiSchema, world: World) -> None:
    name = name_of(route)
    build_operation_test(
        config=api.config,
        operation=api.find_operation_by_id(name),
        test_func=ask,
        given_kwargs={},
        feedback=FeedbackSources(constants_value_source=make_constants_value_source(api)),
    )(world=world)
    assert asked[name] >= 1


def test_every_operation_of_the_schema_is_asked(api: OpenApiSchema) -> None:
    assert len(list(api.get_all_operations())) == len(api_routes())


def test_chains_of_operations_answer_as_the_schema_says(api: OpenApiSchema, world: World) -> None:
    """What one operation gives, another takes: a note is made, shown, rewritten, deleted and asked for again."""
    machine = api.as_state_machine()

    class Chain(machine):  # type: ignore[misc, valid-type]
        """One chain, in a world of its own."""

        def setup(self) -> None:
            """Begin."""
            self.before = undone()
            self.before.__enter__()

        def teardown(self) -> None:
            """Take everything back."""
            self.before.__exit__(None, None, None)

        def call(self, case: Case, **kwargs: Any) -> Any:
            """Ask as somebody who has a couple, unless it is for nobody yet."""
            cache.clear()
            self.sent = {} if operation_of(case) in FOR_NOBODY_YET else world.roles["partner"].headers
            return case.call(headers=self.sent)

        def validate_response(
            self, response: Any, case: Case, additional_checks: list[Any] | None = None, **kwargs: Any
        ) -> None:
            """Check the answer; asking the same again with another login would break the chain."""
            case.validate_response(response, headers=self.sent, excluded_checks=[*excluded(case), ignored_auth])

    run_state_machine_as_test(
        Chain,
        settings=settings(
            max_examples=max(20, EXAMPLES // 2),
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
