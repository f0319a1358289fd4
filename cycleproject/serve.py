"""Serve Cycle: `python -m cycleproject.serve`."""

import asyncio
import gc
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType

import uvicorn

from cycleproject.serving import draining, metrics, within_reach
from cycleproject.serving.first_env import origins_for
from cycleproject.serving.memory import Collector, give_back_large_blocks
from cycleproject.serving.startup import know_keys, set_up
from cycleproject.serving.warming import read_templates, warm_up
from cycleproject.web import mail

LARGEST_FRAME_BYTES = 16 * 1024
# After Ctrl-C: no proxy has to notice, and somebody waits for the prompt.
CTRL_C_DRAIN_SECONDS = 0.2


class Server(uvicorn.Server):
    """Uvicorn that prints its addresses once it can be reached, and drains before it stops."""

    def __init__(self, config: uvicorn.Config, addresses: list[str], drain_seconds: float) -> None:
        super().__init__(config)
        self.addresses = addresses
        self.drain_seconds = drain_seconds

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Make a first page, read others, start serving, tune Python, then print the addresses."""
        await warm_up(self.config.loaded_app)
        read_templates()
        await super().startup(sockets)
        collector = Collector()
        collector.start()
        self.collecting_garbage = asyncio.ensure_future(collector.run())
        # The loop and the database thread take turns at the interpreter. By default either may keep the other waiting
        # for five milliseconds, several times on the way of one mark.
        sys.setswitchinterval(0.0005)
        if self.started:
            print("Cycle is running:", *(f"  {address}" for address in self.addresses), sep="\n", flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ask the server to stop, with a shorter drain after Ctrl-C."""
        if sig == signal.SIGINT:
            self.drain_seconds = CTRL_C_DRAIN_SECONDS
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain while still listening, so that `/readyz` can say so, then stop."""
        await draining.drain(self.drain_seconds)
        self.collecting_garbage.cancel()
        await super().shutdown(sockets)


def main() -> None:
    """Read the settings, bind the port, and serve until told to stop."""
    # What is loaded stays: looking for garbage among it takes a fifth of the whole start. ``Collector`` looks again.
    gc.disable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cycleproject.settings")
    from django.conf import settings

    from cycleproject.backups.directory import seconds_since_newest

    set_up()
    try:
        listeners = listening_sockets(settings.HOST, settings.PORT)
    except OSError as error:
        reason = f"port {settings.PORT}: {error.strerror}"
        raise SystemExit(f"Cycle cannot listen on {reason}. Another port: make run PORT=8001") from None
    if settings.METRICS_PORT and settings.BACKUP_DIR:
        metrics.show_backup_age(partial(seconds_since_newest, Path(settings.BACKUP_DIR)))
    if settings.METRICS_PORT:
        metrics.serve(settings.METRICS_HOST, settings.METRICS_PORT)
    know_keys()
    give_back_large_blocks()
    server = Server(uvicorn_config(settings.TRUSTED_PROXIES), browser_addresses(), settings.DRAIN_SECONDS)
    within_reach.warn_if_the_file_is_shared()
    # Beside the start: what is slow to answer keeps nobody from a check-in.
    for look in (within_reach.warn_if_redis_is_away, mail.warn_if_it_cannot_leave):
        threading.Thread(target=look, name="probe", daemon=True).start()
    try:
        server.run(sockets=listeners)
    except KeyboardInterrupt:
        return


def browser_addresses() -> list[str]:
    """Return the URLs to print: where a browser reaches this server."""
    from django.conf import settings

    if settings.SERVED_OVER_HTTPS:
        return [f"{origin}/ (through your proxy to port {settings.PORT})" for origin in settings.TRUSTED_ORIGINS]
    hosts = [settings.HOST] if settings.HOST else settings.ALLOWED_HOSTS
    return [f"{origin}/" for origin in origins_for(hosts, settings.PORT)]


def uvicorn_config(trusted_proxies: list[str]) -> uvicorn.Config:
    """Return uvicorn's configuration: protocols, limits, proxies, no access log."""
    from cycleproject.guard.requests import GuardedRequests
    from cycleproject.guard.sockets import GuardedSockets

    return uvicorn.Config(
        "cycleproject.asgi:application",
        interface="asgi3",
        loop="auto",  # uvloop wherever it can be installed
        http=GuardedRequests,
        ws=GuardedSockets,
        ws_max_size=LARGEST_FRAME_BYTES,
        # It doubles the memory of each socket, and compressed lengths would speak of what is inside.
        ws_per_message_deflate=False,
        # Our own heartbeat (`sync`, 4408) finds dead sockets. A missed ping would close with 1011, and after that code
        # a client does not come back by itself.
        ws_ping_interval=None,
        ws_ping_timeout=None,
        # Anyone can send X-Forwarded-For: without a proxy of ours in front it says nothing.
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        # Addresses hold join codes, and a line for each request is a diary of when somebody answered.
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def listening_sockets(host: str, port: int) -> list[socket.socket]:
    """Return sockets bound to the port on one address, or on all of this machine's, IPv4 and IPv6."""
    if host:
        return [bound_socket(socket.AF_INET6 if ":" in host else socket.AF_INET, host, port)]
    listeners = [bound_socket(socket.AF_INET, "0.0.0.0", port)]  # noqa: S104 (a phone in the same room has to reach us)
    with suppress(OSError):  # a machine without IPv6
        listeners.append(bound_socket(socket.AF_INET6, "::", port))
    return listeners


def bound_socket(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    """Return a TCP socket bound to one address; it is closed again if that fails."""
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


if __name__ == "__main__":
    main()
