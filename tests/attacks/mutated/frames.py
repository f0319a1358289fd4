"""Mutated frames over real sockets, made from the frames of docs/examples."""

import asyncio
import json
from contextlib import suppress
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidState

from tests.attacks.mutated.tally import Tally
from tests.attacks.mutated.values import Mutation
from tests.support.cast.clients import Person, couple
from tests.support.servers.cycle import ROOT, Server

EXAMPLES: Final = ROOT / "docs" / "examples"
SOCKETS: Final = 8
PATIENCE: Final = 60.0
SYNC: Final = '{"type":"sync","op":"beat"}'
# After these the check-in goes on; what ends one is sent as seldom as this, or nothing else would be tried.
ENDING: Final = ("session.leave", "session.end")
ENDING_SELDOM: Final = 0.02
# A third bad frame in a row closes the socket: mostly a good one comes before it.
LETS_IT_CLOSE: Final = 0.02
AS_BYTES: Final = 0.01


def examples() -> dict[str, dict[str, Any]]:
    """Return the frame of every command, as the contract shows it."""
    found = {}
    for path in sorted(EXAMPLES.glob("*.json")):
        frame = json.loads(path.read_text(encoding="utf-8"))
        if path.stem == frame.get("type") and path.stem not in ("ack", "error"):
            found[path.stem] = frame
    return found


class Sender:
    """Somebody in a check-in whose every frame is mutated, on one socket after the other."""

    def __init__(self, server: Server, mutation: Mutation, tally: Tally) -> None:
        self.server, self.mutation, self.tally = server, mutation, tally
        self.frames = examples()
        self.person: Person | None = None
        self.bad, self.cut = 0, False

    async def run(self) -> None:
        """Send until there have been enough, whatever closes meanwhile."""
        while self.tally.sent < self.tally.wanted:
            if self.person is None:
                self.person, _ = await asyncio.to_thread(couple, self.server)
            await self._one_socket(self.person)

    async def _one_socket(self, person: Person) -> None:
        address = f"{self.server.socket_url}/ws/sessions/{person.session}/"
        opening = connect(address, additional_headers={"X-Session-Token": person.token}, ping_interval=None)
        sent = b""
        try:
            async with opening as socket:
                self.bad, self.cut = 0, False
                while self.tally.sent < self.tally.wanted:
                    sent = self._next(person)
                    await self._send(socket, sent)
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 1006
            self.tally.closes[code] += 1
            if code == 1011 or (code == 1006 and not self.cut):
                self.tally.failed(f"closed with {code}", sent)
            if code not in (1002, 1003, 1006, 1007, 1009, 4400):  # it has ended, or this login has
                self.person = None
        except (InvalidHandshake, OSError, TimeoutError) as problem:
            self.tally.failed(repr(problem), sent)
            self.person = None

    def _next(self, person: Person) -> bytes:
        chance = self.mutation.chance
        name = chance.choice(list(self.frames))
        while name in ENDING and chance.random() > ENDING_SELDOM:
            name = chance.choice(list(self.frames))
        frame = dict(self.frames[name], op=f"op-{self.tally.sent}-{chance.randrange(10**9)}")
        if "round" in frame or "after" in frame:
            frame |= {key: chance.randrange(3) for key in ("round", "after") if key in frame}
        return self.mutation.of(frame, tuple(self.frames.values()))

    async def _send(self, socket: ClientConnection, sent: bytes) -> None:
        """Send one frame, and wait for its answer or the close."""
        chance = self.mutation.chance
        async with asyncio.timeout(PATIENCE):
            if chance.random() < AS_BYTES:
                await self._send_bytes(socket, sent)
                return
            if self.bad == 2 and chance.random() > LETS_IT_CLOSE:
                await socket.send(SYNC)
                await self._answer(socket)
                self.bad = 0
            try:
                text = sent.decode()
            except UnicodeDecodeError:
                await self._send_bytes(socket, sent)
                return
            self.tally.count()
            await socket.send(text)
            code = await self._answer(socket)
            self.tally.answers[code] += 1
            self.bad = self.bad + 1 if code == "frame.invalid" else 0
            if code == "service.unavailable":
                self.tally.failed(code, sent)

    async def _send_bytes(self, socket: ClientConnection, sent: bytes) -> None:
        """Send what no client would: bytes that are no text, or a frame whose own head is wrong, cut short."""
        chance = self.mutation.chance
        self.tally.count()
        self.tally.answers["no text, or no frame"] += 1
        with suppress(InvalidState):  # it is closing already
            match chance.randrange(4):
                case 0:
                    await socket.send(sent)  # binary
                case 1:
                    socket.protocol.send_text(b"\xff" + sent[: 15 * 1024])
                    socket.transport.write(b"".join(socket.protocol.data_to_send()))
                case 2:
                    head = bytes([chance.randrange(256), chance.randrange(256), 1, 2, 3, 4])
                    self._cut_short(socket, head + sent[:20])
                case _:
                    self._cut_short(socket, self.mutation.of_bytes(bytes([0x81, 0xFE, 0x7F, 0xFF, 0, 0, 0, 0]) + sent))
        while True:
            await socket.recv()

    def _cut_short(self, socket: ClientConnection, written: bytes) -> None:
        self.cut = True  # whoever has hung up is told nothing
        socket.transport.write(written)
        if not socket.transport.is_closing():
            with suppress(OSError):  # the server has hung up first
                socket.transport.write_eof()

    async def _answer(self, socket: ClientConnection) -> str:
        while True:
            frame: dict[str, Any] = json.loads(await socket.recv())
            if frame["type"] in ("ack", "error"):
                return str(frame.get("code", "ack"))


async def _all(senders: list[Sender]) -> None:
    async with asyncio.TaskGroup() as group:
        for sender in senders:
            group.create_task(sender.run())


def send(server: Server, seed: int, count: int, *, progress: bool = False) -> Tally:
    """Send so many mutated frames, and return what came of them."""
    tally = Tally("frames", server, count, progress=progress)
    senders = [Sender(server, Mutation(seed * 1000 + number), tally) for number in range(SOCKETS)]
    with suppress(KeyboardInterrupt):
        asyncio.run(_all(senders))
    tally.end()
    return tally
