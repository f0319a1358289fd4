"""The contract as an AsyncAPI document: commands from the models that the parser reads with, answers from what
``wire`` and ``snapshot`` return.
"""

from collections.abc import Mapping
from typing import Any, Final, get_args, get_type_hints

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import WithDefaultSchema

from sessions.checkin import frames, wire
from sessions.checkin.refusals import REFUSALS

CLOSES: Final = {
    1003: "a binary frame was sent",
    1007: "a frame was not UTF-8",
    1009: "a frame was larger than 16 KiB; through a proxy the connection may break instead, which clients see as 1006",
    1012: "the server restarts, or its database is away: come back",
    4400: "the third frame in a row that could not be read",
    4401: "no login, or one that is no longer good",
    4403: "this person may no longer listen",
    4404: "no check-in here for this person",
    4408: "nothing was sent for 90 seconds",
    4410: "the check-in has ended",
    4429: "frames came too fast, or this is one person's ninth socket",
}


class Plain(GenerateJsonSchema):
    """Without the titles and defaults that say nothing to a reader of the document."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Leave titles out: they say the name of a field again."""
        return False

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        """Leave defaults out: what a client does not send is said by what is required."""
        return self.generate_inner(schema["schema"])


def document(examples: Mapping[str, Any]) -> dict[str, Any]:
    """Return the whole document."""
    commands = {type_of(shape): shape for shape in command_models()}
    answers = {type_of(shape): shape for shape in wire.ANSWERS}
    schemas: dict[str, Any] = {}
    messages = {name: _message(name, shape, schemas, examples) for name, shape in {**commands, **answers}.items()}
    room = {"$ref": "#/channels/room"}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Cycle",
            "version": "1",
            "description": "The live room: one socket for one person in one check-in. In words: docs/protocol.md.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "room": {
                "address": "/ws/sessions/{session}/",
                "description": "With the login cookie and a trusted Origin, or with X-Session-Token and no Origin.",
                "parameters": {"session": {"description": "The id of the check-in, a UUID."}},
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"ws": {"query": _query()}},
            }
        },
        "operations": {
            "answerCommand": {
                "action": "receive",
                "channel": room,
                "summary": "Every command is answered once, by an ack or an error with the same op.",
                "messages": [_in_room(name) for name in commands],
                "reply": {"channel": room, "messages": [_in_room("ack"), _in_room("error")]},
            },
            "sendSnapshot": {
                "action": "send",
                "channel": room,
                "summary": "After connecting, after sync, and whenever what this viewer sees has changed.",
                "messages": [_in_room("snapshot")],
            },
        },
        "components": {"messages": messages, "schemas": schemas},
        "x-close-codes": {str(code): CLOSES[code] for code in sorted(CLOSES)},
        "x-error-codes": {
            code: {"status": refusal.status, "detail": refusal.sentence} for code, refusal in REFUSALS.items()
        },
    }


def command_models() -> tuple[type[BaseModel], ...]:
    """Return the model of every command."""
    union, _discriminator = get_args(frames.Command)
    models: tuple[type[BaseModel], ...] = get_args(union)
    return models


def type_of(shape: type) -> str:
    """Return the ``type`` by which a frame says what it is."""
    name: str = get_args(get_type_hints(shape)["type"])[0]
    return name


def schemas_of(shape: type) -> dict[str, Any]:
    """Return the schema of a model or a shape, and of everything in it, by name."""
    schema = TypeAdapter(shape).json_schema(ref_template="#/components/schemas/{model}", schema_generator=Plain)
    return {**schema.pop("$defs", {}), shape.__name__: schema}


def _message(name: str, shape: type, schemas: dict[str, Any], examples: Mapping[str, Any]) -> dict[str, Any]:
    schemas.update(schemas_of(shape))
    message: dict[str, Any] = {
        "name": name,
        "summary": shape.__doc__,
        "payload": {"$ref": f"#/components/schemas/{shape.__name__}"},
    }
    if name in examples:
        message["examples"] = [{"payload": examples[name]}]
    return message


def _query() -> dict[str, Any]:
    screen = {"type": "string", "const": "room", "description": "The screen that both look at: nobody's own things."}
    return {"type": "object", "properties": {"screen": screen}}


def _in_room(name: str) -> dict[str, str]:
    return {"$ref": f"#/channels/room/messages/{name}"}
