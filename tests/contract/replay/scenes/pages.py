"""The pages with the hooks in them, the schema, and what says that it serves."""

from typing import Any

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import log_in, reveal, two_guests

PUBLIC = ("/", "/start/", "/safety/", "/privacy/", "/accounts/login/", "/accounts/signup/", "/join/BBBBBB/")
OWN = ("/", "/couple/", "/history/", "/practice/", "/my-part/", "/settings/")


def scene(tape: Recorder) -> None:
    """Play it."""
    for path in (*PUBLIC, "/healthz", "/readyz"):
        tape.ask(f"GET {path}")
    tape.ask("GET /api/schema/", keep=_operations)
    for path in OWN[1:]:
        tape.ask(f"GET {path}")
    for name in ("Ana", "Tess"):
        cookie = {"Cookie": f"session={log_in(tape, name, **({'code': '<app>'} if name == 'Tess' else {}))}"}
        for path in OWN:
            tape.ask(f"GET {path}", headers=cookie)

    started = tape.ask("POST start/", {"first_name": "Ana"}).answer
    tape.ask(f"GET /join/{started['code']}/")
    tape.ask(f"GET /sessions/{started['session']}/", headers={"Cookie": f"session={started['token']}"})
    tape.ask(f"GET /sessions/{started['session']}/screen/", headers={"Cookie": f"session={started['token']}"})
    ana, ben = two_guests(tape)
    reveal(ana, ben, 1, {"moment": 1}, {"reaction": "both", "intensity": 5}, {"reaction": "both", "intensity": 5})
    cookie = {"Cookie": f"session={ana.token}"}
    tape.ask(f"GET /sessions/{ana.session}/", headers=cookie)
    past = tape.ask("GET history/", token=ana.token).answer["results"]
    tape.ask("GET /history/", headers=cookie)
    tape.ask(f"GET /history/{past[0]['id']}/", headers=cookie)
    tape.ask(f"GET /sessions/{ben.session}/", headers={"Cookie": f"session={started['token']}"})


def _operations(schema: dict[str, Any]) -> dict[str, Any]:
    """Keep of the OpenAPI document which operations there are, and with what they answer."""
    paths = {
        path: {
            method: {"responses": {status: {} for status in operation["responses"]}}
            for method, operation in one.items()
        }
        for path, one in schema["paths"].items()
    }
    return {"openapi": schema["openapi"], "paths": paths}
