"""Copies of PostgreSQL: pg_dump writes them in its custom format, pg_restore reads all of it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.db import connection

Row = dict[str, bytes | None]

BEGINNING: Final = b"PGDMP"
COPY: Final = re.compile(rb'COPY (?:"?public"?\.)?"?(\w+)"? \((.*)\) FROM stdin;\n')
# How COPY writes what would end a value or a line, and its own backslash.
ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)
WRITTEN_AS: Final = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
COMPLETE: Final = b"-- PostgreSQL database dump complete\n"


class Unreadable(Exception):
    """What PostgreSQL's programs have found wrong."""


def write(file: Path) -> None:
    """Dump the running database into a file. Raises Unreadable."""
    program = _program("pg_dump", "it copies PostgreSQL")
    # Django knows how PostgreSQL's own programs are told where the database is; the password is no argument.
    (_, *where), variables = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    command = [program, "--format=custom", "--no-password", f"--file={file}", *where]
    done = subprocess.run(command, env={**os.environ, **(variables or {})}, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise Unreadable(_last_line(done.stderr))


def values(file: Path) -> Iterator[tuple[str, Row | None]]:
    """Yield each table by itself, then with each of its rows as bytes, of a whole dump. Raises Unreadable."""
    command = [_program("pg_restore", "it reads copies of PostgreSQL"), "--file=-", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:  # noqa: S603
        assert reading.stdout and reading.stderr
        try:
            yield from values_in(reading.stdout)
        except Unreadable:
            said = _last_line(reading.stderr.read().decode(errors="replace"))
            raise Unreadable(f"damaged: {said}") from None
        finally:
            reading.kill()


def values_in(lines: Iterable[bytes]) -> Iterator[tuple[str, Row | None]]:
    """Yield the same from what pg_restore has written out. Raises Unreadable for what has no end."""
    table, columns = "", list[str]()
    complete = False
    for line in lines:
        if table and line == b"\\.\n":
            table = ""
        elif table:
            yield table, dict(zip(columns, map(_value, line.rstrip(b"\n").split(b"\t")), strict=False))
        elif begins := COPY.fullmatch(line):
            table = begins[1].decode()
            columns = [name.strip().strip('"') for name in begins[2].decode().split(",")]
            yield table, None
        complete = complete or line == COMPLETE
    if not complete:
        raise Unreadable("damaged: its end is missing")


def _value(text: bytes) -> bytes | None:
    if text == b"\\N":
        return None
    with suppress(ValueError):
        if text.startswith(b"\\\\x"):
            return bytes.fromhex(text[3:].decode())
    return ESCAPED.sub(lambda found: WRITTEN_AS.get(found[1], found[1]), text)


def _program(name: str, why: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unreadable(f"{name} is not installed here, and {why} (Debian: postgresql-client)")
    return found


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["it cannot be read"])[-1]
