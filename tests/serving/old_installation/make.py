"""Make the files of an old installation: `python -m tests.serving.old_installation.make --checkout DIRECTORY`."""

import argparse
import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.serving.old_installation import ANSWERS, DATABASE, ENV
from tests.support.cast.clients import Person, call
from tests.support.servers.clocks import Clock
from tests.support.servers.cycle import Server

PASSWORD = "two-phones-one-loop"
AT = int(datetime(2026, 1, 10, 20, tzinfo=UTC).timestamp())
ASKED = (
    "me/",
    "couple/",
    "couple/retention/",
    "care/",
    "sessions/",
    "history/",
    "history/summary/",
    "history/export/?as=json",
    "me/export/",
)


def make(server: Server) -> None:
    """Seed the demo, open a check-in with one sealed mark, and write everything down."""
    tokens = {name: _log_in(server, name) for name in ("ana", "ben")}
    session = call(server, "POST", "sessions/", {}, tokens["ana"]).body["session"]
    call(server, "POST", f"sessions/{session}/join/", {}, tokens["ben"])
    ana = Person(server, "Ana", tokens["ana"], session)
    assert ana.command("round.open", op="opened", after=0, text="Before the pull.").status == 200
    mark = {"reaction": "anxious", "intensity": 4, "words": "Sealed before the pull.", "share": ["words"]}
    assert ana.command("mark.seal", op="sealed", round=1, **mark).status == 200
    lines: list[dict[str, Any]] = [{"at": AT, "session": session, "tokens": tokens}]
    lines += [line for name, token in tokens.items() for line in _answers(server, name, token, session)]
    server.stop()
    ANSWERS.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), encoding="utf-8")
    with sqlite3.connect(server.database_path) as database:
        DATABASE.write_text("".join(f"{line}\n" for line in database.iterdump()), encoding="utf-8")


def _log_in(server: Server, name: str) -> str:
    body = {"email": f"{name}@example.org", "password": PASSWORD}
    return str(call(server, "POST", "auth/login/", body).body["token"])


def _answers(server: Server, name: str, token: str, session: str) -> Iterator[dict[str, Any]]:
    rounds = [one["id"] for one in call(server, "GET", "history/", token=token).body["results"]]
    for path in (*ASKED, f"sessions/{session}/", f"history/{rounds[0]}/", f"history/{rounds[-1]}/"):
        answer = call(server, "GET", path, token=token).body
        answer.pop("pad", None)
        yield {"who": name, "path": path, "answer": answer}


def main() -> None:
    """Serve the old code with the .env that it wrote, at a time of our choosing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkout", type=Path, required=True, help="the old code, with its .venv")
    parser.add_argument("--settings", default="tests.served_settings", help="its settings with a clock that can be set")
    asked = parser.parse_args()
    keys = dict(line.split("=", 1) for line in ENV.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    server = Server(**keys)
    Clock(server, AT)
    server.environment["DJANGO_SETTINGS_MODULE"] = asked.settings
    server.checkout, server.python = asked.checkout.resolve(), str(asked.checkout.resolve() / ".venv/bin/python")
    server.manage("migrate", "-v0")
    server.migrates = False
    server.manage("seed_demo")
    try:
        make(server.start())
    finally:
        server.close()


if __name__ == "__main__":
    main()
