"""What a test needs is found where the test says so and it is there; else the test is skipped by name, or fails."""

import pytest

from tests.support import prerequisites
from tests.support.servers.services import RedisServer


@pytest.fixture(autouse=True)
def _at_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine be one on which something may be missing."""
    for name in ("REQUIRE_SERVICES", "REQUIRE_BROWSER"):
        monkeypatch.delenv(name, raising=False)


def test_what_is_hidden_is_skipped_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(prerequisites.HIDDEN, "1")
    with pytest.raises(pytest.skip.Exception, match="redis-server is not installed here"):
        prerequisites.need("redis-server")


def test_what_is_missing_fails_where_nothing_may_be_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(prerequisites.HIDDEN, "1")
    monkeypatch.setenv("REQUIRE_SERVICES", "1")
    with pytest.raises(pytest.fail.Exception, match="REQUIRE_SERVICES allows no skipping"):
        prerequisites.need("redis-server")


def test_a_test_that_does_not_say_what_it_needs_does_not_find_it() -> None:
    assert prerequisites.path_of("redis-server") is None
    with pytest.raises(AssertionError, match="does not say that it needs it"):
        RedisServer().start()


def test_every_mark_names_what_can_be_found() -> None:
    known = {prerequisite.package for prerequisite in prerequisites.PREREQUISITES}
    assert {*prerequisites.BROWSER, *prerequisites.FIREFOX, *prerequisites.WEBKIT, *prerequisites.SERVICES} <= known
