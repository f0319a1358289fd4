"""An installation as aceea36 left it: its .env, its database, and what it answered that day.

The keys belong to this fixture and open nothing else. ``make`` made the files; like a recording they stay as they are.
"""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ENV, DATABASE, ANSWERS = HERE / "env.txt", HERE / "database.sql", HERE / "answers.jsonl"


@dataclass(frozen=True)
class Left:
    """What is known of the installation: when it was left, who is logged in, and what each of them was answered."""

    at: int
    session: str
    tokens: dict[str, str]
    answers: list[tuple[str, str, Any]]


def left() -> Left:
    """Return what was written down on that day."""
    about, *answers = map(json.loads, ANSWERS.read_text(encoding="utf-8").splitlines())
    return Left(**about, answers=[(one["who"], one["path"], one["answer"]) for one in answers])


def put_into(checkout: Path) -> None:
    """Put the .env and the database where an installation keeps them."""
    (checkout / ".env").write_text(ENV.read_text(encoding="utf-8"), encoding="utf-8")
    database = sqlite3.connect(checkout / "cycle.sqlite3")
    database.executescript(DATABASE.read_text(encoding="utf-8"))
    database.close()
