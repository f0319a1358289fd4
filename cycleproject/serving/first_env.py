"""Write .env at the first start, and keep its addresses up to date at later ones.

It never draws keys for a database that holds values of other keys. Standard library only, but where it asks PostgreSQL.
"""

import os
import secrets
import socket
import sqlite3
import struct
import sys
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path

from cycleproject.configuration import stop
from cycleproject.stored_keys import reading_sqlite, used_keys

ENV_FILE = Path(__file__).resolve().parent.parent.parent / ".env"
LOOPBACK_HOSTS = ("localhost", "127.0.0.1")
# Nothing is sent there: connecting a datagram socket only asks which of our addresses would be used.
PROBE_TARGETS = ((socket.AF_INET, "10.255.255.255"), (socket.AF_INET6, "fd00:ffff::1"))
LINUX_GET_INTERFACE_ADDRESS = 0x8915

TEMPLATE = """\
# Written by the first `make run`; .env.example explains each line and lists the others.
# Keep this file to yourself, and keep a copy: without FIELD_KEYS nothing sealed can be opened again.
SECRET_KEY={secret_key}
FIELD_KEYS={field_key}
DEBUG=0
# While these are addresses of this machine only, `make run` keeps them up to date; a name of your own stays.
ALLOWED_HOSTS={hosts}
TRUSTED_ORIGINS={origins}
"""


def private_addresses() -> list[str]:
    """Return this machine's addresses on private networks, the most useful one first."""
    found: list[str] = []
    for text in (*outgoing_addresses(), *interface_addresses(), *host_name_addresses()):
        address = ip_address(text)
        usable = address.is_private and not address.is_loopback and not address.is_link_local
        if usable and not address.is_unspecified and text not in found:
            found.append(text)
    return sorted(found, key=lambda text: ":" in text)


def outgoing_addresses() -> Iterator[str]:
    """Yield the addresses that this machine would use to reach others on the network."""
    for family, destination in PROBE_TARGETS:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((destination, 9))
                yield probe.getsockname()[0]
        except OSError:
            continue


def interface_addresses() -> Iterator[str]:
    """Yield the IPv4 address of each network interface, where the system lets us ask."""
    if sys.platform != "linux":
        return
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _number, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                answer = fcntl.ioctl(probe.fileno(), LINUX_GET_INTERFACE_ADDRESS, request)
            except OSError:
                continue
            yield socket.inet_ntoa(answer[20:24])


def host_name_addresses() -> Iterator[str]:
    """Yield the addresses that this machine's host name resolves to."""
    try:
        entries = socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        return
    for entry in entries:
        yield str(entry[4][0]).partition("%")[0]


def url_host(address: str) -> str:
    """Return an address as a URL writes it, IPv6 in brackets."""
    return f"[{address}]" if ":" in address else address


def is_private_address(host: str) -> bool:
    """Tell whether a host is an address on a private network; names, public and loopback addresses are not."""
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return False
    return address.is_private and not address.is_loopback


def reachable_hosts() -> list[str]:
    """Return every host name or address a browser can reach this machine by."""
    return [*LOOPBACK_HOSTS, *(url_host(address) for address in private_addresses())]


def origins_for(hosts: list[str], port: int) -> list[str]:
    """Return the plain http origins of these hosts."""
    suffix = "" if port == 80 else f":{port}"
    return [f"http://{host}{suffix}" for host in hosts]


def write_or_update(path: Path, port: int, *, draws_key: bool = True) -> bool:
    """Write the file if it is missing, else update its addresses; tell whether it is new."""
    hosts = reachable_hosts()
    origins = origins_for(hosts, port)
    if path.exists():
        before = path.read_text(encoding="utf-8")
        after = with_current_addresses(before, hosts, origins)
        if after != before:
            write_private(path, after)
        return False
    text = TEMPLATE.format(
        secret_key=secrets.token_urlsafe(64),
        field_key=urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        hosts=",".join(hosts),
        origins=",".join(origins),
    )
    if not draws_key:
        text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("FIELD_KEYS="))
    write_private(path, text)
    return True


def with_current_addresses(text: str, hosts: list[str], origins: list[str]) -> str:
    """Return the text of .env with today's addresses, or unchanged if somebody has put a host name in."""
    current = {"ALLOWED_HOSTS": ",".join(hosts), "TRUSTED_ORIGINS": ",".join(origins)}
    lines = text.splitlines(keepends=True)
    for index, line in enumerate(lines):
        name, equals, value = line.partition("=")
        if not equals or name not in current:
            continue
        if not all(is_own_address(item) for item in value.strip().split(",")):
            return text
        ending = "\n" if line.endswith("\n") else ""
        lines[index] = f"{name}={current[name]}{ending}"
    return "".join(lines)


def is_own_address(item: str) -> bool:
    """Tell whether a host or plain http origin is localhost or an address on a private network."""
    host = item.strip().removeprefix("http://").rstrip("/")
    if host.startswith("["):
        host = host.partition("]")[0].strip("[]")
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    return host in (*LOOPBACK_HOSTS, "::1") or is_private_address(host)


def write_private(path: Path, text: str) -> None:
    """Write a file atomically, readable by its owner alone from its first byte on."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def encrypted_database(checkout: Path, environment: Mapping[str, str]) -> str | None:
    """Return the name of a database whose encrypted values only keys of before open, or None."""
    address = environment.get("DATABASE_URL", "").strip()
    if address.startswith(("postgres://", "postgresql://")):
        return "the database in DATABASE_URL" if _postgresql_holds_values(address) else None
    if (checkout / "cluster" / "postgresql").is_dir():
        return "cluster/"  # it does not run yet, so that nobody can ask it
    file = checkout / (address.removeprefix("sqlite:///") or "cycle.sqlite3")
    try:
        with reading_sqlite(file) as cursor:
            return file.name if used_keys(cursor, "sqlite") else None
    except sqlite3.Error:
        return None


def _postgresql_holds_values(address: str) -> bool:
    import psycopg

    try:
        with psycopg.connect(address, connect_timeout=5) as connection, connection.cursor() as cursor:
            return bool(used_keys(cursor, "postgresql"))
    except psycopg.Error:
        return False


def main() -> None:
    """Write or update the .env of this checkout, unless the settings are somewhere else."""
    if "ENV_FILE" in os.environ:
        return  # secrets that nothing was sealed with would lie about, for whoever forgets to name that file
    keys_are_given = os.environ.get("FIELD_KEYS", "").strip()
    if not ENV_FILE.exists() and not keys_are_given and (name := encrypted_database(ENV_FILE.parent, os.environ)):
        stop(
            f"there is no .env, and {name} holds values that only its FIELD_KEYS open. Put your copy of .env back, "
            "or move the database away to begin a new one."
        )
    try:
        is_new = write_or_update(ENV_FILE, int(os.environ.get("PORT") or 8000), draws_key=not keys_are_given)
    except OSError as problem:
        stop(f"{ENV_FILE} cannot be written: {problem.strerror}. ENV_FILE may name a file that is somewhere else.")
    if is_new:
        print("Wrote .env with fresh secrets.")


if __name__ == "__main__":
    main()
