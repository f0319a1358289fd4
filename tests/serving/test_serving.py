"""What the server itself does with sockets and proxies, before any of our code runs."""

import asyncio
import json
import threading
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from cycleproject import serve
from cycleproject.asgi import application
from cycleproject.serving.warming import read_templates, warm_up

Message = MutableMapping[str, Any]


async def echo(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Repeat each frame; answer a request with whom it seems to come from."""
    if scope["type"] == "http":
        body = json.dumps([scope["scheme"], scope["client"][0]]).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
        await send({"type": "http.response.body", "body": body})
        return
    while True:
        message = await receive()
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        elif message["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})
        else:
            return


@contextmanager
def serving(*trusted_proxies: str) -> Iterator[tuple[uvicorn.Server, int]]:
    """Serve the echo the way Cycle is served."""
    config = serve.uvicorn_config(list(trusted_proxies))
    config.app, config.lifespan = echo, "off"
    listener = serve.listening_sockets("127.0.0.1", 0)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": listener})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield server, listener[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Serve without a proxy in front."""
    with serving() as (_server, port):
        yield port


def test_it_takes_a_frame_of_16_kibibytes_and_refuses_a_larger_one(port: int) -> None:
    with connect(f"ws://127.0.0.1:{port}/") as socket:
        socket.send("a" * 16 * 1024)
        assert socket.recv(timeout=5) == "a" * 16 * 1024
        socket.send("a" * (16 * 1024 + 1))
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_it_never_compresses_a_frame(port: int) -> None:
    with connect(f"ws://127.0.0.1:{port}/", compression="deflate") as socket:
        assert socket.response is not None
        assert "Sec-WebSocket-Extensions" not in socket.response.headers


def test_no_header_names_the_server(port: int) -> None:
    with connect(f"ws://127.0.0.1:{port}/") as socket:
        assert socket.response is not None
        assert "Server" not in socket.response.headers


def test_a_stopping_server_closes_sockets_with_1012() -> None:
    with serving() as (server, port), connect(f"ws://127.0.0.1:{port}/") as socket:
        server.should_exit = True
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012


def who(port: int) -> list[str]:
    """Return the scheme and address that a request claiming to be forwarded seems to have."""
    claim = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers=claim)
    with urllib.request.urlopen(request, timeout=5) as response:
        answer: list[str] = json.load(response)
    return answer


def test_forwarded_headers_of_strangers_are_ignored(port: int) -> None:
    assert who(port) == ["http", "127.0.0.1"]


def test_forwarded_headers_of_a_trusted_proxy_are_used() -> None:
    with serving("127.0.0.1") as (_server, port):
        assert who(port) == ["https", "203.0.113.7"]


@pytest.mark.django_db
@pytest.mark.parametrize("https", [False, True])
def test_a_start_makes_the_first_page_and_reads_nothing_for_it(https: bool, settings: Settings) -> None:
    settings.SERVED_OVER_HTTPS = settings.SECURE_SSL_REDIRECT = https
    settings.ALLOWED_HOSTS = ["cycle.example.org"]
    with CaptureQueriesContext(connection) as asked:
        assert asyncio.run(warm_up(application)) == 200
    assert not asked.captured_queries


def test_a_start_reads_the_templates_on_the_way_to_a_room() -> None:
    """Whoever joins first after a start waits for none of them."""
    (loader,) = engines["django"].engine.template_loaders
    loader.reset()
    assert read_templates() > 50
    assert {"joining/join.html", "live/room.html", "live/screens/mark.html"} <= set(loader.get_template_cache)


def test_a_start_goes_on_where_the_first_page_cannot_be_made(caplog: pytest.LogCaptureFixture) -> None:
    async def fails(*_: Any) -> None:
        raise RuntimeError("secret")

    assert asyncio.run(warm_up(fails)) == 0
    assert "RuntimeError" in caplog.text and "secret" not in caplog.text
