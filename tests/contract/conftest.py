"""Fixtures of the API's tests: an account on its own, and a login of his."""

import pytest

from tests.support.cast.api_logins import token_of
from tests.support.cast.visitors import Visitor
from tests.support.servers.cycle import Server


@pytest.fixture(scope="module")
def account(server: Server) -> Visitor:
    """Return Otto, who has an account and nobody to share it with."""
    return Visitor(server, "Otto").sign_up()


@pytest.fixture
def token(account: Visitor) -> str:
    """Return the token of a login of his."""
    return token_of(account)
