"""The documents say what the code does: generated files are fresh, and nothing that a client meets is left out."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import yaml
from pydantic import ConfigDict, ValidationError, create_model
from typing_extensions import is_typeddict

from sessions.checkin import details, frames, patterns, rules, shown_round, snapshot, wire
from sessions.checkin.refusals import REFUSALS
from sessions.contract import asyncapi
from sessions.contract.examples import all_examples
from sessions.management.commands.write_contract import as_json, contract_files
from tests.support.cast.clients import Person, call, join_as, start_as
from tests.support.servers.cycle import Server

ROOT = Path(__file__).resolve().parent.parent.parent
PROTOCOL = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
EXAMPLES = sorted((ROOT / "docs/examples").glob("*.json"))


def named(paths: list[Path]) -> dict[str, Any]:
    """Return how to run a test for each file under its own name."""
    return {"argvalues": paths, "ids": [path.relative_to(ROOT).as_posix() for path in paths]}


def every_type() -> set[str]:
    """Return the type of every command that the parser knows."""
    schema = frames.COMMANDS.json_schema()
    return set(schema["discriminator"]["mapping"])


def json_blocks(text: str) -> Iterator[Any]:
    """Yield what the JSON blocks of a document hold."""
    for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL):
        yield json.loads(block)


# What is generated.


def test_it_generates_what_is_there() -> None:
    there = {path.relative_to(ROOT).as_posix() for path in [ROOT / "docs/asyncapi.yaml", *EXAMPLES]}
    files = contract_files()
    assert there == set(files), "run manage.py write_contract"
    stale = [path for path, text in files.items() if (ROOT / path).read_text(encoding="utf-8") != text]
    assert stale == [], "run manage.py write_contract"


@pytest.mark.parametrize("path", **named([path for path in EXAMPLES if path.stem in rules.COMMAND_TYPES]))
def test_it_reads_every_example_of_a_command(path: Path) -> None:
    command = wire.parse(path.read_text(encoding="utf-8"))
    assert command.type == path.stem


def test_it_has_an_example_of_every_command() -> None:
    assert every_type() == set(rules.COMMAND_TYPES)
    assert every_type() <= {path.stem for path in EXAMPLES}


SHAPE_OF: dict[str, type] = {asyncapi.type_of(shape): shape for shape in wire.ANSWERS}


def is_as_described(shape: type, text: str | bytes) -> None:
    """Fail unless a text is what a shape says, with nothing left out and nothing besides."""
    strictly = create_model("Strictly", __config__=ConfigDict(strict=True, extra="forbid"), answer=(shape, ...))
    strictly.model_validate_json(f'{{"answer": {text}}}')


def test_it_would_see_what_is_not_described() -> None:
    sent = json.dumps(all_examples()["snapshot.revealed"])
    for described, otherwise in (
        ('"hosted": false', '"hosted": 0'),
        ('"hosted": false', '"hosted": false, "more": 1'),
        ('"hosted": false, ', ""),
        ('"intensity": 4', '"intensity": 6'),
        ('"moves": [', '"moods": ['),
    ):
        assert described in sent
        with pytest.raises(ValidationError):
            is_as_described(wire.Snapshot, sent.replace(described, otherwise, 1))


@pytest.mark.parametrize("name", [name for name in all_examples() if name in SHAPE_OF or name.startswith("snapshot.")])
def test_it_describes_every_answer_in_full(name: str) -> None:
    is_as_described(SHAPE_OF[name.partition(".")[0]], as_json(all_examples()[name]))


def test_it_tells_the_whole_of_a_check_in() -> None:
    """A shape that no example fills could be anything."""
    sessions = [example["session"] for name, example in all_examples().items() if name.startswith("snapshot.")]
    assert {session["state"] for session in sessions} == {"waiting", "live", "paused", "ended"}
    rounds = [session["round"] for session in sessions if session["round"]]
    assert {one["state"] for one in rounds} >= {"open", "revealed"}
    assert any(session["turn"] for session in sessions)
    assert any(one["exchange"] and one["exchange"]["needs"] for one in rounds)


def references(value: Any) -> Iterator[str]:
    """Yield every reference in a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_it_refers_to_what_is_there() -> None:
    document = yaml.safe_load((ROOT / "docs/asyncapi.yaml").read_text(encoding="utf-8"))
    assert document["asyncapi"] == "3.0.0"
    found = set(references(document))
    assert found
    for reference in found:
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_it_gives_clients_the_limits_that_the_parser_has() -> None:
    document = yaml.safe_load((ROOT / "docs/asyncapi.yaml").read_text(encoding="utf-8"))
    mark = document["components"]["schemas"]["MarkSeal"]["properties"]
    for name, limit in {"thought": 280, "second_look": 280, "words": 500}.items():
        assert mark[name]["maxLength"] == limit
        frame = {**all_examples()["mark.seal"], name: "x" * limit}
        wire.command_from(frame)
        with pytest.raises(wire.BadFrame):
            wire.command_from({**frame, name: "x" * (limit + 1)})


# What docs/protocol.md says.


@pytest.mark.parametrize("name", sorted(every_type()))
def test_it_says_what_every_command_does(name: str) -> None:
    assert f"| `{name}` |" in PROTOCOL
    assert name == "mark.seal" or f"](examples/{name}.json)" in PROTOCOL


@pytest.mark.parametrize("code", REFUSALS)
def test_it_says_when_every_code_is_given(code: str) -> None:
    assert f"| `{code}` | {REFUSALS[code].status} |" in PROTOCOL


def test_it_says_what_every_closing_means() -> None:
    from_the_library = {1007}
    said = {int(code) for code in re.findall(r"^\| (\d{4}) \|", PROTOCOL, re.MULTILINE)}
    assert said == set(wire.CLOSE_REASONS.values()) | from_the_library == set(asyncapi.CLOSES)


def test_it_names_everything_that_can_be_sent_and_shown() -> None:
    fields = {name for model in asyncapi.command_models() for name in model.model_fields}
    for module in (wire, snapshot, shown_round):
        fields |= {name for shape in vars(module).values() if is_typeddict(shape) for name in get_type_hints(shape)}
    codes = {*patterns.REACTIONS, *patterns.PATTERN_CODES}
    codes |= _literals(details.MoveCode, details.FeelingCode)
    codes |= _literals(details.InnerMoveCode, details.SurfaceCode, details.BodyCode)
    unnamed = [word for word in fields | codes if not re.search(rf"[`.]{re.escape(word)}\b", PROTOCOL)]
    # Seats are named by their letters, in prose.
    assert set(unnamed) - {"a", "b"} == set()


def _literals(*types: Any) -> set[str]:
    return {code for one in types for code in one.__args__}


def test_it_shows_examples_and_nothing_else() -> None:
    examples = list(all_examples().values())
    shown = list(json_blocks(PROTOCOL))
    assert shown
    for block in shown:
        assert block in examples


def test_it_says_what_is_accepted_when() -> None:
    """The table of states is the rules, asked in each state that the example goes through."""
    rows = {
        cells[0].strip(): set(re.findall(r"`([a-z_.]+)`", cells[1]))
        for line in PROTOCOL.splitlines()
        if line.startswith(("| waiting", "| live", "| paused")) and len(cells := line.strip("|").split("|")) == 2
    }
    table = {
        "waiting": "waiting: a partner's seat is still free",
        "live": "live, no open round",
        "open": "live, a round is open",
        "revealed": "live, revealed, in the quiet",
        "exchange": "live, revealed, after the quiet",
        "paused": "paused",
    }
    assert set(rows) == set(table.values())
    for name, row in table.items():
        can = set(all_examples()[f"snapshot.{name}"]["session"]["can"])
        # By the time of the example Ana has confirmed her need, and nothing is open in the pause.
        not_now = {"exchange": {"need.say"}, "paused": {"mark.withdraw", "round.set_aside"}}.get(name, set())
        assert rows[row] - not_now == can - rules.ALWAYS


# What a real server answers.


def test_it_answers_over_rest_what_the_examples_show(server: Server) -> None:
    examples = all_examples()
    ana, code = start_as(server, "Ana")
    started = call(server, "POST", "start/", {"first_name": "Otto"})
    assert started.body.keys() == examples["rest.start"].keys()
    refused = ana.command("round.open", after=0, moment=1)
    assert refused.body == examples["rest.problem"]
    joined = call(server, "POST", f"join/{code}/", {"first_name": "Ben"})
    assert joined.body.keys() == examples["rest.join"].keys()
    answered = ana.command("sync", op="a-1")
    assert answered.body.keys() == examples["rest.command"].keys()
    is_as_described(snapshot.Session, json.dumps(answered.body["session"]))


def test_it_shows_over_the_socket_what_the_shapes_say(server: Server) -> None:
    ana, code = start_as(server, "Ana")
    ben: Person = join_as(server, "Ben", code)
    at_ana, at_ben = ana.connect(), ben.connect()
    try:
        for line, type, fields in (
            (at_ben, "round.open", {"after": 0, "text": "We came home tired."}),
            (
                at_ana,
                "mark.seal",
                {"round": 1, "reaction": "both", "intensity": 5, "guess": "steady", "share": ["guess"]},
            ),
            (at_ben, "mark.seal", {"round": 1, "reaction": "steady", "intensity": 1, "words": "Here."}),
            (at_ana, "pause.start", {"minutes": 1}),
        ):
            assert line.ask(type, **fields)["type"] == "ack"
        at_ana.until(lambda session: session["state"] == "paused")
        seen = [text for text in at_ana.received if json.loads(text)["type"] == "snapshot"]
        assert any('"reveal":{' in text for text in seen)
        for text in seen:
            is_as_described(wire.Snapshot, text)
    finally:
        at_ana.close()
        at_ben.close()
