"""Mutated requests for every operation of the API, made from its own OpenAPI document."""

import json
import socket
import threading
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final
from urllib.parse import quote, urlencode
from urllib.request import urlopen

from tests.attacks.mutated.tally import Tally
from tests.attacks.mutated.values import Mutation
from tests.attacks.mutated.world import People
from tests.support.servers.cycle import Server

THREADS: Final = 4
PATIENCE: Final = 60.0
KINDS: Final = ("journal", "letter", "draft", "checklist", "wish", "trigger")
METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW", "get")
CONTENT_TYPES: Final = (
    "application/json",
    "application/json; charset=utf-16",
    "application/json; charset=nothing",
    "text/plain",
    "multipart/form-data; boundary=a",
    "application/x-www-form-urlencoded",
    "application/xml",
    "",
    "/",
    "a" * 300,
)
HEADERS: Final = (
    ("Accept", "text/html"),
    ("Accept", "application/json;q=nan"),
    ("Accept", "*"),
    ("Accept-Language", "xx-\xff,;q=2"),
    ("Content-Encoding", "gzip"),
    ("Cookie", "session=a; session=b; csrf=; =; \x01"),
    ("Cookie", 'browser="\\777\\'),
    ("Host", "127.0.0.1:99999"),
    ("Host", "[::1"),
    ("If-None-Match", '"' + "a" * 500 + '"'),
    ("Origin", "null"),
    ("Range", "bytes=5-1,-0"),
    ("X-Forwarded-For", "::ffff:1, not an address"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-Session-Token", ""),
    ("X-Session-Token", "\xe9" * 32),
    ("X-Session-Token", "a" * 5000),
    ("X-Request-ID", "a\tb"),
)
# Of a request as it is on the wire.
WIRES: Final = 0.05


def operations(server: Server) -> list[tuple[str, str, dict[str, Any], list[dict[str, Any]]]]:
    """Return each operation that a server's document names: method, path, what it says of it, bodies that it takes."""
    with urlopen(f"{server.url}/api/schema/") as answer:
        document = json.load(answer)
    found = []
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            content = said.get("requestBody", {}).get("content", {}).get("application/json", {})
            bodies = [one["value"] for one in content.get("examples", {}).values()]
            found.append((method.upper(), path, said, bodies or [{}]))
    return found


class Asker(threading.Thread):
    """One client with one connection at a time, whose every request is mutated."""

    def __init__(self, server: Server, mutation: Mutation, tally: Tally, turn: threading.Lock) -> None:
        super().__init__(daemon=True)
        self.server, self.mutation, self.tally, self.turn = server, mutation, tally, turn
        self.people = PEOPLE[server.url]
        self.operations = operations(server)
        self.bodies = tuple(body for *_, bodies in self.operations for body in bodies)
        self.line = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        self.problem: BaseException | None = None

    def run(self) -> None:
        """Ask until there has been enough asked."""
        try:
            while self.tally.sent < self.tally.wanted:
                self._ask()
        except BaseException as problem:
            self.problem = problem
        finally:
            self.line.close()

    def _ask(self) -> None:
        chance = self.mutation.chance
        method, path, said, bodies = chance.choice(self.operations)
        with self.turn:
            token, ids = self.people.asker(said["operationId"], chance.random())
        target = self._address(path, said, ids)
        body = self.mutation.of(chance.choice(bodies), self.bodies) if method in ("POST", "PUT") else b""
        headers = {"X-Session-Token": token} if token else {}
        if method in ("POST", "PUT"):
            headers["Content-Type"] = "application/json"
        if chance.random() < 0.08:
            method = chance.choice(METHODS)
        if chance.random() < 0.08:
            headers["Content-Type"] = chance.choice(CONTENT_TYPES)
        if chance.random() < 0.12:
            name, value = chance.choice(HEADERS)
            headers[name] = value
        if chance.random() < WIRES:
            how = self._on_the_wire(method, target, headers, body)
        else:
            how = self._status(method, target, headers, body)
        with self.turn:
            self.tally.count()
            self.tally.answers[how] += 1
            if how.startswith("5") or how == "no answer":
                self.tally.failed(how, f"{method} {target} {headers} ".encode("utf-8", "replace") + body)

    def _address(self, path: str, said: dict[str, Any], ids: dict[str, str]) -> str:
        chance = self.mutation.chance
        kind = chance.choice(KINDS)
        query = {}
        for parameter in said.get("parameters", ()):
            name = parameter["name"]
            known = ids.get(name) or ids.get(f"{name}:{kind}") or "00000000-0000-4000-8000-000000000000"
            value = kind if name == "kind" else known
            if chance.random() < 0.25:
                value = self.mutation.string(value)
            if parameter["in"] == "path":
                written = value if chance.random() < 0.05 else quote(value.encode("utf-8", "surrogatepass"), safe="")
                path = path.replace(f"{{{name}}}", written)
            elif chance.random() < 0.5:
                allowed = parameter.get("schema", {}).get("enum") or [value]
                query[name] = self.mutation.string(str(chance.choice(allowed))) if chance.random() < 0.6 else value
        if chance.random() < 0.1:
            query[self.mutation.string("tz")] = self.mutation.string("Europe/Berlin")
        asked = urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in query.items()})
        target = f"{path}?{asked}" if asked else path
        # What stands in a first line at all: the rest of it is tried on the wire.
        return "".join(one for one in target if "!" <= one <= "~") or "/"

    def _status(self, method: str, target: str, headers: dict[str, str], body: bytes) -> str:
        try:
            self.line.putrequest(method, target, skip_host="Host" in headers, skip_accept_encoding=True)
            for name, value in headers.items():
                self.line.putheader(name, value.encode("latin1", "replace"))
            if body or method in ("POST", "PUT"):
                self.line.putheader("Content-Length", str(len(body)))
            self.line.endheaders(body or None)
            answer = self.line.getresponse()
            answer.read()
        except ValueError:  # http.client itself refuses to send that
            self.line.close()
            return self._on_the_wire(method, target, headers, body)
        except (HTTPException, OSError):
            self.line.close()
            return self._on_the_wire(method, target, headers, body)
        return str(answer.status)

    def _on_the_wire(self, method: str, target: str, headers: dict[str, str], body: bytes) -> str:
        """Send a request with some bytes changed, and the end of it; what is no request may be closed unanswered."""
        lines = [
            f"{method} {target} HTTP/1.1",
            "Host: 127.0.0.1",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
        written = self.mutation.of_bytes("\r\n".join(lines).encode("latin1", "replace") + body)
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=PATIENCE) as line:
            with suppress(OSError):
                line.sendall(written)
                line.shutdown(socket.SHUT_WR)
            answer = HTTPResponse(line)
            try:
                answer.begin()
            except TimeoutError:
                return "no answer"
            except (HTTPException, OSError, ValueError):
                return "closed"
            return str(answer.status)


PEOPLE: dict[str, People] = {}


def ask(server: Server, seed: int, count: int, *, progress: bool = False) -> Tally:
    """Send so many mutated requests, and return what came of them."""
    if server.url not in PEOPLE:
        PEOPLE[server.url] = People(server)
    tally = Tally("requests", server, count, progress=progress)
    turn = threading.Lock()
    askers = [Asker(server, Mutation(seed * 1000 + number), tally, turn) for number in range(THREADS)]
    for one in askers:
        one.start()
    with suppress(KeyboardInterrupt):
        for one in askers:
            one.join()
    for one in askers:
        if one.problem:
            raise one.problem
    tally.end()
    return tally
