"""The cast: Ana and Ben, a couple; Otto, an outsider; Cleo and Dan, another couple. Tess, a therapist, joins later."""

from collections.abc import Generator, Iterator
from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Playwright
from pytest_django import Settings

from accounts.couple.pairing import form_couple
from accounts.models import User
from tests.support import prerequisites
from tests.support.cast.care_cast import Three, account, three
from tests.support.cast.clients import Person, couple, start_as
from tests.support.cast.looking_back import one_round_ago
from tests.support.cast.past import Pair
from tests.support.cast.tokens import let_test_clients_present_tokens
from tests.support.emptied import Emptied, keep_what_migrating_made
from tests.support.playwright_loop import out_of_its_loop, playing
from tests.support.servers import databases
from tests.support.servers.clusters import Cluster, running_cluster
from tests.support.servers.cycle import Server, migrate
from tests.support.servers.stacks import EMBEDDED, SERVICES, STACKS, Stacks

pytest_plugins = ["tests.support.begun_first", "tests.support.collected_garbage"]
let_test_clients_present_tokens()
keep_what_migrating_made()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked ``both_stacks`` on each stack."""
    if "stack" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_stacks"):
        metafunc.parametrize("stack", STACKS, indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs on the second stack as needing its services, so that it can be chosen by that."""
    for item in items:
        parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        if parameters.get("stack") == SERVICES:
            item.add_marker("services")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test, or fail it, where something is missing that it says it needs; let it find nothing else."""
    needed = [package for mark in item.iter_markers("needs") for package in mark.args]
    for mark, packages in (("browser", prerequisites.BROWSER), ("services", prerequisites.SERVICES)):
        needed += packages if item.get_closest_marker(mark) else ()
    prerequisites.begin(*needed)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let tests without a browser, and what they share, run loops of their own and ask Django, whatever ran before."""
    if item.get_closest_marker("browser"):
        return (yield)
    with out_of_its_loop():
        return (yield)


@pytest.fixture(autouse=True)
def _shared_servers_outlive_it(stacks: Stacks) -> Iterator[None]:
    """Fail the test that ends a server which others share, and start it again for them."""
    yield
    assert stacks.start_again() == [], "this test ended a server that all tests of its process share"


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Let Django find its database where a migrated one has been put."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Put a migrated database where the tests' own is to be."""
    if connection.vendor == "sqlite":
        databases.begin(f"sqlite:///{connection.settings_dict['TEST']['NAME']}", migrate)
    else:
        connection.ops = Emptied(connection)


def pytest_configure() -> None:
    """Name what the processes of this run share before there are several."""
    databases.shared_directory()


@pytest.fixture(autouse=True)
def _nobody_was_counted() -> None:
    """Let no limit remember what another test of this process has spent."""
    cache.clear()


@pytest.fixture
def on_sqlite() -> None:
    """Skip what is about SQLite where the tests' own database is another one."""
    if connection.vendor != "sqlite":
        pytest.skip("skipped because the tests' own database is not SQLite")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Return Playwright, of which a process can have one."""
    with playing() as started:
        yield started


@pytest.fixture(scope="session")
def stacks() -> Iterator[Stacks]:
    """Return what servers can be put on."""
    all_stacks = Stacks()
    yield all_stacks
    all_stacks.close()


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> str:
    """Return the name of the stack that a test runs on; embedded unless it asks for both."""
    return str(getattr(request, "param", EMBEDDED))


@pytest.fixture(scope="session")
def server(stacks: Stacks, stack: str) -> Server:
    """Return one running Cycle for the tests that only need one to talk to."""
    return stacks.server(stack)


@pytest.fixture(scope="module")
def database(stacks: Stacks, stack: str) -> Iterator[Server]:
    """Return an environment with an empty database; nothing is served."""
    place = Server(**stacks.environment(stack))
    place.migrate()
    yield place
    place.close()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Return two processes on services of their own, with everything running."""
    with running_cluster() as everything:
        yield everything


@pytest.fixture
def own_server() -> Iterator[Server]:
    """Return a running Cycle that the test may kill."""
    running = Server(FRAME_RATE="1000").start()
    yield running
    running.close()


@pytest.fixture
def ana_and_ben(server: Server) -> Iterator[tuple[Person, Person]]:
    """Return Ana and Ben in one live check-in."""
    pair = couple(server)
    yield pair
    _hang_up(*pair)


@pytest.fixture
def ana(ana_and_ben: tuple[Person, Person]) -> Person:
    """Return Ana, who started."""
    return ana_and_ben[0]


@pytest.fixture
def ben(ana_and_ben: tuple[Person, Person]) -> Person:
    """Return Ben, who joined."""
    return ana_and_ben[1]


@pytest.fixture
def otto(server: Server) -> Iterator[Person]:
    """Return Otto, who waits in a check-in of his own and has no part in theirs."""
    outsider, _ = start_as(server, "Otto")
    yield outsider
    _hang_up(outsider)


@pytest.fixture
def cleo_and_dan(server: Server) -> Iterator[tuple[Person, Person]]:
    """Return another couple."""
    pair = couple(server, "Cleo", "Dan")
    yield pair
    _hang_up(*pair)


def _hang_up(*people: Person) -> None:
    for person in people:
        for line in person.lines:
            line.close()


@pytest.fixture
def cast(db: None) -> Three:
    """Return Ana and Ben with Tess, and nothing agreed to."""
    return three()


@pytest.fixture
def cleo(db: None) -> User:
    """Return Cleo, of another couple."""
    cleo = account("Cleo")
    form_couple(cleo, account("Dan"))
    return cleo


@pytest.fixture
def now() -> datetime:
    """Return a time to begin at; tests move on from it."""
    return timezone.now()


@pytest.fixture
def two(db: None) -> Pair:
    """Return Ana and Ben with one round, three days ago: she shares her words and not her thought."""
    return one_round_ago(timezone.now())


@pytest.fixture
def nobody_has_guessed(settings: Settings) -> None:
    """Let no test find what another has spent."""
    settings.JOIN_RATE = 600
    cache.clear()
