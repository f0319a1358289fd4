"""Somebody who rents a whole prefix of the net is counted as one household, and as one site."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from cycleproject.web.network import household, prefixes

pytestmark = pytest.mark.django_db
CODES = [f"BCDFG{last}" for last in "BCDFGHJKMNPQRSTVWXZ"]


@pytest.fixture(autouse=True)
def strict(settings: Any) -> Iterator[None]:
    """Count from nothing, with the limits that Cycle has by default."""
    settings.JOIN_RATE = 60
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("192.0.2.7", ["192.0.2.7"]),
        ("::ffff:192.0.2.7", ["192.0.2.7"]),
        ("2001:db8:1:2:3:4:5:6", ["2001:db8:1:2::/64", "2001:db8:1::/48"]),
        ("2001:0db8:0001:0002::", ["2001:db8:1:2::/64", "2001:db8:1::/48"]),
        ("fe80::1%eth0", ["fe80::/64", "fe80::/48"]),
        ("no address", ["no address"]),
    ],
)
def test_what_an_address_is_counted_by(address: str, names: list[str]) -> None:
    assert [one.name for one in prefixes(address)] == names
    assert household(address) == names[0]


def look(code: str, address: str) -> int:
    return Client(REMOTE_ADDR=address).get(f"/join/{code}/").status_code


def test_a_home_line_guesses_as_often_as_one_address() -> None:
    answers = [look(CODES[number % 19], f"2001:db8:1:2::{number + 1:x}") for number in range(22)]
    assert answers == [404] * 20 + [429] * 2
    assert look(CODES[0], "2001:db8:1:3::1") == 404  # the neighbour's line


def test_a_rented_site_guesses_as_often_as_eight_households() -> None:
    answers = [look(CODES[number % 19], f"2001:db8:1:{number + 1:x}::1") for number in range(162)]
    assert answers == [404] * 160 + [429] * 2
    assert look(CODES[0], "2001:db8:2::1") == 404


def test_an_address_mapped_into_ipv6_is_the_same_address() -> None:
    assert {look(CODES[number % 19], "192.0.2.7") for number in range(20)} == {404}
    assert look(CODES[0], "::ffff:192.0.2.7") == 429


def starts(address: str) -> int:
    return Client(REMOTE_ADDR=address).post("/start/", {"first_name": "Otto"}).status_code


def test_starting_is_counted_by_prefix() -> None:
    answers = [starts(f"2001:db8:1:2::{number + 1:x}") for number in range(61)]
    assert answers == [302] * 60 + [429]


def test_starting_over_rest_is_counted_by_prefix() -> None:
    answers = [
        Client(REMOTE_ADDR=f"2001:db8:1:2::{number + 1:x}")
        .post("/api/v1/start/", {"first_name": "Otto"}, content_type="application/json")
        .status_code
        for number in range(61)
    ]
    assert answers == [201] * 60 + [429]


def test_invitations_that_open_nothing_are_counted_by_prefix() -> None:
    answers = [
        Client(REMOTE_ADDR=f"2001:db8:1:2::{number + 1:x}")
        .get(f"/couple/invitation/{'A' * 20}{number:02}/")
        .status_code
        for number in range(21)
    ]
    assert answers == [404] * 20 + [429]


@pytest.mark.parametrize(
    ("path", "fields", "amount"),
    [
        ("/accounts/login/", {"login": "ana@example.org", "password": "not the password at all"}, 30),
        ("/accounts/signup/", {"email": "ana@example.org"}, 20),
        ("/accounts/password/reset/", {"email": "ana@example.org"}, 20),
        ("/accounts/2fa/authenticate/", {"code": "123456"}, 30),
    ],
)
def test_the_doors_of_an_account_are_counted_by_prefix(path: str, fields: dict[str, str], amount: int) -> None:
    answers = [
        Client(REMOTE_ADDR=f"2001:db8:1:2::{number + 1:x}").post(path, fields).status_code
        for number in range(amount + 1)
    ]
    assert 429 not in answers[:amount]
    assert answers[amount] == 429


def test_a_rented_site_knocks_at_accounts_as_often_as_eight_households() -> None:
    fields = {"email": "nobody@example.org"}
    answers = [
        Client(REMOTE_ADDR=f"2001:db8:1:{number + 1:x}::1").post("/accounts/password/reset/", fields).status_code
        for number in range(241)
    ]
    assert 429 not in answers[:240]
    assert answers[240] == 429


def test_logging_in_over_rest_is_counted_by_site() -> None:
    answers = [
        Client(REMOTE_ADDR=f"2001:db8:1:{number + 1:x}::1")
        .post("/api/v1/auth/login/", {"email": f"{number}@example.org", "password": "x" * 12}, "application/json")
        .status_code
        for number in range(241)
    ]
    assert 429 not in answers[:240]
    assert answers[240] == 429


def test_messages_to_one_address_are_counted_by_prefix(mailoutbox: list[Any]) -> None:
    for number in range(8):
        Client(REMOTE_ADDR=f"2001:db8:1:2::{number + 1:x}").post(
            "/accounts/password/reset/", {"email": "nobody@example.org"}
        )
    assert len(mailoutbox) == 5


def test_a_botnet_slows_guessing_and_shuts_out_nobody_who_has_a_right_code() -> None:
    premise = settings.JOIN_RATE * 5
    for number in range(premise):  # fifteen each: under every limit
        assert look(CODES[number % 19], f"198.51.{number // 15}.1") == 404
    answers = [look(CODES[number], "203.0.113.1") for number in range(5)]
    assert answers == [404, 404, 404, 429, 429]

    ana = Client(REMOTE_ADDR="192.0.2.1")
    room = ana.post("/start/", {"first_name": "Ana"})["Location"]
    from sessions.models import LiveSession

    code = LiveSession.objects.get().code
    assert room
    assert look(str(code), "192.0.2.2") == 200  # by hand, from a home that has guessed nothing
    assert look(CODES[0], "192.0.2.2") == 404  # a slip of the thumb
    assert look(str(code), "192.0.2.2") == 200
