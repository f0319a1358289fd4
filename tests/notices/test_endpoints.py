"""Which addresses a browser may name: public ones by https, whatever is tried."""

import socket
from typing import Any

import pytest

from accounts.notices import endpoints
from accounts.notices.endpoints import NotPublic, check_endpoint, is_public, public_addresses


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com:443/QA",
        "https://wns2-par02p.notify.windows.com/w/?token=a%2b",
    ],
)
def test_what_browsers_name_is_taken(endpoint: str) -> None:
    check_endpoint(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "push",
        "http://push.example.com/a",
        "ftp://push.example.com/a",
        "file:///etc/passwd",
        "https://127.0.0.1/a",
        "https://2130706433/a",
        "https://127.1/a",
        "https://[::1]/a",
        "https://localhost/a",
        "https://redis/a",
        "https://push.example.com:8443/a",
        "https://push.example.com:99999/a",
        "https://somebody@push.example.com/a",
        "https://somebody:secret@push.example.com/a",
        "https://push.example.com/a#b",
        "https://push.example.com/a b",
        "https://push.example.com/a\r\nHost: x",
        "https://püsh.example.com/a",
        "https://push.example.com/" + "a" * 1000,
    ],
)
def test_anything_else_is_not(endpoint: str) -> None:
    with pytest.raises(NotPublic):
        check_endpoint(endpoint)


@pytest.mark.parametrize("address", ["8.8.8.8", "142.250.74.10", "2a00:1450:4001:80b::200a", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:c0a8:101::",
        "fc00::1",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
        "2001:db8::1",
        "not an address",
    ],
)
def test_all_others_are_not_however_they_are_written(address: str) -> None:
    assert not is_public(address)


def test_a_name_is_refused_for_any_address_that_is_not_public(monkeypatch: pytest.MonkeyPatch) -> None:
    leads_to = ["8.8.8.8"]

    def answer(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in leads_to]

    monkeypatch.setattr(endpoints.socket, "getaddrinfo", answer)
    assert public_addresses("push.example.com") == [("8.8.8.8", 443)]
    leads_to.append("127.0.0.1")
    with pytest.raises(NotPublic):
        public_addresses("push.example.com")
