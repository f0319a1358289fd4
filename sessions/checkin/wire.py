"""The one protocol: text in, typed command out; answer in, text out. No database.

The contract is docs/protocol.md; docs/asyncapi.yaml and the OpenAPI schema are written from the models in ``frames``
and from the shapes here and in ``snapshot``.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, NoReturn, NotRequired, get_args

import orjson
from pydantic import ValidationError
from typing_extensions import TypedDict

from sessions.checkin.frames import COMMANDS, Command, Sync
from sessions.checkin.refusals import Code
from sessions.checkin.shown_round import Instant
from sessions.checkin.snapshot import Session

MAX_DEPTH: Final = 8
PAD_TO: Final = 4096

CLOSE_REASONS: Final = {
    "frames": 4400,
    "login": 4401,
    "revoked": 4403,
    "unknown": 4404,
    "silent": 4408,
    "ended": 4410,
    "flood": 4429,
    "restart": 1012,
    "binary": 1003,
    "too_large": 1009,
}


class Ack(TypedDict):
    """The command is durable, now or since an earlier time that the same ``op`` came. ``now`` answers a ``sync``."""

    type: Literal["ack"]
    op: str
    now: NotRequired[Instant]


class Error(TypedDict):
    """The command was refused and has changed nothing. ``op`` is null when it could not be read."""

    type: Literal["error"]
    op: str | None
    code: Code
    detail: str


class Snapshot(TypedDict):
    """Everything this viewer may see, sent whenever it changes for them. ``pad`` hides the length of a reveal."""

    type: Literal["snapshot"]
    session: Session
    pad: NotRequired[str]


Answer = Ack | Error | Snapshot
ANSWERS: Final = get_args(Answer)


class BadFrame(Exception):
    """A frame that cannot be read; ``op`` is its op where that much could be read."""

    def __init__(self, op: str | None = None) -> None:
        super().__init__("frame.invalid")
        self.op = op


def parse(text: str) -> Command:
    """Read one frame. Raises BadFrame."""
    return command_from(decode_json(text))


def command_from(frame: Any) -> Command:
    """Read a command from decoded JSON. Raises BadFrame."""
    try:
        return COMMANDS.validate_python(frame)
    except ValidationError:
        # The validation error quotes the input; what a person wrote must not reach a log with the traceback.
        raise BadFrame(_readable_op(frame)) from None


def decode_json(text: str) -> Any:
    """Decode JSON as strictly as a frame: no duplicate keys, NaN, deep nesting, huge integers or lone surrogates.

    Raises BadFrame.
    """
    try:
        frame = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_int=_integer)
        too_deep = _depth(frame) > MAX_DEPTH
    except (ValueError, RecursionError):
        raise BadFrame() from None
    if too_deep or (not _is_plain(text) and _has_lone_surrogate(frame)):
        raise BadFrame(_readable_op(frame))
    return frame


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    decoded = dict(pairs)
    if len(decoded) != len(pairs):
        raise ValueError("duplicate key")
    return decoded


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("integer too large")
    return int(digits)


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _is_plain(text: str) -> bool:
    return text.isascii() and "\\u" not in text


def _has_lone_surrogate(frame: Any) -> bool:
    # JSON can spell half a character, which no store can keep and no answer can carry.
    try:
        json.dumps(frame, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _readable_op(frame: Any) -> str | None:
    op = frame.get("op") if isinstance(frame, dict) else None
    return op if isinstance(op, str) and 1 <= len(op) <= 64 and op.isprintable() else None


def ack(command: Command, now: datetime) -> Ack:
    """Return the answer to a command that is durable; it tells the time if it was asked for."""
    answer: Ack = {"type": "ack", "op": command.op}
    if isinstance(command, Sync) and command.time:
        answer["now"] = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return answer


def error(op: str | None, code: str, detail: str) -> Error:
    """Return the answer to a refused command."""
    return {"type": "error", "op": op, "code": code, "detail": detail}


def snapshot(session: Session) -> Snapshot:
    """Return what is sent to whoever may see a check-in so."""
    return {"type": "snapshot", "session": session}


def encode(answer: Mapping[str, object]) -> str:
    """Return the text of an answer; one that carries a reveal is padded, so that its length tells nothing."""
    if not carries_reveal(answer):
        return orjson.dumps(answer).decode()
    padded = orjson.dumps({**answer, "pad": ""})
    ending = b'"}'
    return (padded.removesuffix(ending) + b" " * (-len(padded) % PAD_TO) + ending).decode()


def carries_reveal(answer: Mapping[str, object]) -> bool:
    """Tell whether an answer holds a reveal: in a session's snapshot, or of a round that is past, or of several."""
    session, results = answer.get("session"), answer.get("results")
    latest = session.get("round") if isinstance(session, dict) else None
    past = results if isinstance(results, list) else []
    return any(isinstance(one, dict) and bool(one.get("reveal")) for one in (latest, answer, *past))
