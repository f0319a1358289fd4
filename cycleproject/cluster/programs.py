"""The programs of a cluster on one machine: how each is started, checked for readiness, and stopped."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

import psycopg
import redis

from cycleproject.cluster import debian

ROOT = Path(__file__).resolve().parent.parent.parent
LOCATIONS = ROOT / "docs" / "deployment" / "locations.conf"
STOP_TIMEOUT = 20.0
GONE_WITHIN = 2.0
USER = DATABASE = "cycle"

NGINX = Template("""\
# Written by `make run-cluster`.
daemon off;
pid "$folder/nginx.pid";
error_log stderr crit;    # below that it writes whole addresses, and these hold join codes
worker_processes 1;
events { worker_connections 4096; }
http {
    access_log off;
    server_tokens off;
    client_body_temp_path "$folder/nginx/body";
    proxy_temp_path "$folder/nginx/proxy";
    fastcgi_temp_path "$folder/nginx/fastcgi";
    uwsgi_temp_path "$folder/nginx/uwsgi";
    scgi_temp_path "$folder/nginx/scgi";
    # As docs/deployment/nginx-site.conf says: one check-in, one process.
    map $$uri $$check_in {
        "~/sessions/(?<id>[0-9a-f-]{36})/" $$id;
        default $$request_id;
    }
    upstream cycle {
        hash $$check_in consistent;
$workers
    }
    server {
$listen
        include "$locations";
    }
}
""")


@dataclass
class Program:
    """A child process of the cluster: its command, log, readiness check and port. ``told`` is its standard input."""

    name: str
    command: list[str]
    log: Path
    ready: Callable[[], bool]
    port: int
    stop_by: signal.Signals = signal.SIGTERM
    environment: dict[str, str] | None = None
    told: str = ""
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def running(self) -> bool:
        """Tell whether the process has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    @property
    def last_line(self) -> str:
        """Return the last line of its log, to explain why it did not start."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def start(self) -> None:
        """Start it, in the place of whatever is left of one that has ended by itself."""
        self._end_what_it_left()
        # In a session of its own, so that Ctrl-C reaches us alone; and told to end should we be killed.
        command = ["setpriv", "--pdeathsig", "INT", "--", *self.command]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                command,
                cwd=ROOT if os.access(ROOT, os.X_OK) else "/",
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        with suppress(BrokenPipeError):  # it is gone already; whoever waits for it sees why
            assert self.process.stdin
            self.process.stdin.write(self.told.encode())
            self.process.stdin.close()

    def stop(self) -> None:
        """Let it finish what it does, and wait for it."""
        if self.process is not None and self.running:
            self.process.send_signal(self.stop_by)
            try:
                self.process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._end_what_it_left()

    def _end_what_it_left(self) -> None:
        """End what a program started and did not take along when it was killed: nginx's worker holds the port."""
        if self.process is None or self.running:
            return
        deadline = time.monotonic() + GONE_WITHIN
        # Its group has the number that it had, for as long as anybody is in it.
        with suppress(ProcessLookupError, PermissionError):
            while time.monotonic() < deadline:
                os.killpg(self.process.pid, signal.SIGKILL)
                time.sleep(0.02)


def free_port() -> int:
    """Return a port on the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def postgresql_program(folder: Path, password: str) -> tuple[Program, str]:
    """Return a PostgreSQL server with a data directory of its own, made if missing, and the URL of our database."""
    programs, data, port = debian.postgresql_programs(), folder / "postgresql", free_port()
    if not (data / "PG_VERSION").exists():
        data.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(data, "postgres", "postgres")
        options = ["-A", "scram-sha-256", f"--pwfile={folder / 'password'}", "-E", "UTF8", "--locale=C"]
        made = _as_postgres([f"{programs}/initdb", "-D", str(data), "-U", USER, *options])
        done = subprocess.run(made, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)  # noqa: S603
        if done.returncode != 0:
            raise SystemExit(f"PostgreSQL's data could not be made: {done.stderr.strip().splitlines()[-1]}")

    def ready() -> bool:
        try:
            with psycopg.connect(address("postgres"), autocommit=True, connect_timeout=2) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True

    def address(database: str) -> str:
        return f"postgres://{USER}:{password}@127.0.0.1:{port}/{database}"

    # No socket in the file system: a checkout's path may be longer than one can be.
    options = ["-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    command = _as_postgres([f"{programs}/postgres", "-D", str(data), *options])
    # SIGINT: it waits for no client, and writes everything down.
    server = Program("PostgreSQL", command, folder / "postgresql.log", ready, port, stop_by=signal.SIGINT)
    return server, address(DATABASE)


def _as_postgres(command: list[str]) -> list[str]:
    """Return a command that runs as the user postgres, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return command
    # With root's way through directories: the user postgres could not get to a checkout that is root's alone.
    through = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--pdeathsig", "INT"]
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env", *through, "--", *command]


def redis_program(folder: Path, password: str) -> tuple[Program, str]:
    """Return a Redis server that writes nothing to disk, and its URL."""
    port = free_port()
    address = f"redis://:{password}@127.0.0.1:{port}/0"

    def ready() -> bool:
        try:
            with redis.Redis.from_url(address, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    # Told on its standard input: a command line can be read by everybody on the machine.
    told = f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\n'
    program = debian.redis_server() or "redis-server"
    return Program("Redis", [program, "-"], folder / "redis.log", ready, port, told=told), address


def worker_program(folder: Path, number: int, port: int, host_name: str, environment: dict[str, str]) -> Program:
    """Return one Cycle server process, with its own port for people and for metrics."""

    def ready() -> bool:
        request = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": host_name})
        try:
            with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
                return bool(response.status == 200)
        except OSError:
            return False

    environment = {**environment, "PORT": str(port)}
    if metrics := environment.get("METRICS_PORT", "").strip():
        environment["METRICS_PORT"] = str(int(metrics) + number - 1)
    command = [sys.executable, "-m", "cycleproject.serve"]
    return Program(f"Worker {number}", command, folder / f"worker-{number}.log", ready, port, environment=environment)


def nginx_program(folder: Path, port: int, workers: list[int]) -> Program:
    """Return the nginx that listens on PORT and balances between the workers."""
    (folder / "nginx").mkdir(exist_ok=True)
    configuration = folder / "nginx.conf"
    configuration.write_text(nginx_configuration(folder, port, workers), encoding="utf-8")

    def ready() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2):
                return True
        except OSError:
            return False

    command = [debian.nginx() or "nginx", "-p", str(folder), "-e", "stderr", "-c", str(configuration)]
    return Program("nginx", command, folder / "nginx.log", ready, port)


def nginx_configuration(folder: Path, port: int, workers: list[int]) -> str:
    """Return nginx's configuration; it includes docs/deployment/locations.conf, which passes requests on."""
    # Never counted out: one that is restarted answers again in a moment, and refusing a connection costs nothing here.
    upstream = "\n".join(f"        server 127.0.0.1:{worker} max_fails=0;" for worker in workers)
    addresses = [f"{port}", f"[::]:{port} ipv6only=on"] if _has_ipv6() else [f"{port}"]
    listen = "\n".join(f"        listen {address};" for address in addresses)
    return NGINX.substitute(folder=folder, workers=upstream, listen=listen, locations=LOCATIONS)


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::", 0))
            return True
    except OSError:
        return False
