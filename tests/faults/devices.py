"""Clients written against the contract alone: they come back, send again what was not answered, and know no more."""

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.faults.history import History
from tests.faults.proxy import Road
from tests.support.cast.clients import call

Frame = dict[str, Any]

COMES_BACK = {1006, 1012, 4408, 4429, None}


@dataclass(frozen=True)
class Patience:
    """How long a client waits for what; the contract's shape with small bounds, so that a campaign is short."""

    answer: float = 3.0
    jitter_base: float = 0.05
    jitter_most: float = 0.8
    # Longer than it may take until a change that nobody told of is found: a heartbeat would hide that nobody looks.
    heartbeat: float = 70.0
    # Twice what is promised.
    calm: float = 30.0
    whole: float = 120.0


class GaveUp(Exception):
    """Nothing came, long after it should have."""


class Ended(Exception):
    """The check-in is over for this client."""


@dataclass
class Entrance:
    """One of the addresses at which Cycle can be reached."""

    road: Road

    @property
    def url(self) -> str:
        """Return it for requests."""
        return f"http://127.0.0.1:{self.road.port}"

    @property
    def socket_url(self) -> str:
        """Return it for sockets."""
        return f"ws://127.0.0.1:{self.road.port}"


@dataclass
class Login:
    """Who somebody is, and in which check-in."""

    couple: str
    seat: str
    session: str
    token: str


@dataclass
class Device:
    """One device of one partner, always on its way to one of two entrances."""

    login: Login
    entrances: list[Entrance]
    history: History
    chance: random.Random
    patience: Patience
    at: int = 0
    session: Frame | None = None
    over: bool = False
    _socket: ClientConnection | None = None
    _connection: int = 0
    _answers: dict[str, "asyncio.Future[Frame]"] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _staying: "asyncio.Task[None] | None" = None
    _attempt: int = 0
    _sent_at: float = 0.0

    def arrive(self) -> None:
        """Connect, and stay connected until it is over."""
        self._staying = asyncio.create_task(self._stay())

    async def go(self) -> None:
        """Hang up for good."""
        if self._staying:
            self._staying.cancel()
            with suppress(asyncio.CancelledError):
                await self._staying

    async def ask(self, type: str, op: str, **fields: Any) -> Frame:
        """Send one command until it is answered; return the answer. Raises GaveUp."""
        until, calm_until = self._deadline()
        while asyncio.get_running_loop().time() < until and self.history.calm < calm_until:
            answer = await self._ask_once({"type": type, "op": op, **fields})
            if answer is not None and answer.get("code") not in ("service.unavailable", "rate.limited"):
                return answer
            await self._jitter()
        self._give_up(f"no answer to {type} {op}")
        raise GaveUp

    async def send(self, *frames: Frame) -> None:
        """Send frames one right after the other, whatever comes of it."""
        socket, connection = self._socket, self._connection
        if socket is None:
            return
        with suppress(ConnectionClosed):
            for frame in frames:
                self._record("sent", connection=connection, frame=frame)
                await socket.send(json.dumps(frame))

    async def until(self, wanted: Callable[[Frame], bool], what: str) -> Frame:
        """Wait for a snapshot that is as wanted. Raises GaveUp, or Ended when that can never be."""
        until, calm_until = self._deadline()
        while True:
            if self.session is not None and wanted(self.session):
                return self.session
            if self.over:
                raise Ended
            if asyncio.get_running_loop().time() > until or self.history.calm > calm_until:
                self._give_up(f"never saw {what}")
                raise GaveUp
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), 0.25)

    def _deadline(self) -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        return loop.time() + self.patience.whole, self.history.calm + self.patience.calm

    async def _ask_once(self, frame: Frame) -> Frame | None:
        """Send a frame over the socket, or over REST while the check-in is over there; None when it is lost."""
        if self.over:
            return await self._ask_rest(frame)
        if self._socket is None:
            return None
        answer = self._answers.setdefault(frame["op"], asyncio.get_running_loop().create_future())
        socket = self._socket
        gone = asyncio.ensure_future(socket.wait_closed())
        await self.send(frame)
        done, _ = await asyncio.wait([answer, gone], timeout=self.patience.answer, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if answer in done:
            self._answers.pop(frame["op"], None)
            return answer.result()
        if not done:
            # Nobody is there, or nobody who answers: the other entrance may know better.
            socket.transport.abort()
        return None

    async def _ask_rest(self, frame: Frame) -> Frame | None:
        connection = self.history.new_connection()
        self._record("sent", connection=connection, frame=frame)
        try:
            answer = await asyncio.to_thread(
                call, self._entrance(), "POST", f"sessions/{self.login.session}/commands/", frame, self.login.token
            )
        except OSError:
            self.at += 1
            return None
        if answer.status == 503 or not isinstance(answer.body, dict):
            self.at += 1
            return None
        if answer.status != 200:
            reply = {"type": "error", "op": frame["op"], "code": answer.body.get("code")}
            self._record("received", connection=connection, frame=reply, length=len(answer.raw))
            return reply
        self._record("received", connection=connection, frame=answer.body["reply"], length=len(answer.raw))
        shown = {"type": "snapshot", "session": answer.body["session"]}
        self._record("received", connection=connection, frame=shown, length=len(answer.raw))
        reply = answer.body["reply"]
        assert isinstance(reply, dict)
        return reply

    def _entrance(self) -> Any:
        return self.entrances[self.at % len(self.entrances)]

    async def _jitter(self) -> None:
        most = min(self.patience.jitter_most, self.patience.jitter_base * 2**self._attempt)
        self._attempt = min(self._attempt + 1, 10)
        await asyncio.sleep(self.chance.uniform(0, most))

    async def _stay(self) -> None:
        while not self.over:
            await self._be_connected()
            self._socket = None
            self.at += 1
            await self._jitter()

    async def _be_connected(self) -> None:
        self._connection = connection = self.history.new_connection()
        connecting = connect(
            f"{self._entrance().socket_url}/ws/sessions/{self.login.session}/",
            additional_headers={"X-Session-Token": self.login.token},
            compression=None,
            max_size=None,
            ping_interval=None,
            proxy=None,
            open_timeout=self.patience.answer,
            close_timeout=0.5,
        )
        try:
            async with connecting as socket:
                self._record("connected", connection=connection, entrance=self.at % len(self.entrances))
                await self._listen(socket, connection)
        except (OSError, InvalidHandshake, TimeoutError, EOFError) as failure:
            self._record("not connected", connection=connection, why=type(failure).__name__)

    async def _listen(self, socket: ClientConnection, connection: int) -> None:
        beating = asyncio.create_task(self._beat())
        code: int | None = None
        try:
            async for text in socket:
                assert isinstance(text, str)
                self._take(self.history.received(text, **self._who(), connection=connection), socket)
        except ConnectionClosed:
            pass
        except asyncio.CancelledError:
            code = 1000
            raise
        finally:
            beating.cancel()
            self._socket = None
            code = code or socket.close_code
            self._record("closed", connection=connection, code=code)
            if code not in COMES_BACK:
                self.over = True
            self._news.set()

    def _take(self, frame: Frame, socket: ClientConnection) -> None:
        if frame["type"] == "snapshot":
            self._attempt = 0
            self.session = frame["session"]
            self._socket = socket  # in the room from here on
            self._news.set()
        elif (answer := self._answers.get(frame["op"] or "")) and not answer.done():
            answer.set_result(frame)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self.patience.heartbeat)
            await self.send({"type": "sync", "op": f"beat-{self.history.new_connection()}"})

    def _who(self) -> dict[str, str]:
        return {"couple": self.login.couple, "session": self.login.session, "seat": self.login.seat}

    def _record(self, kind: str, **facts: Any) -> None:
        self.history.record(kind, **self._who(), **facts)

    def _give_up(self, what: str) -> None:
        self._record("gave up", what=what)
