"""Steps that several scenes begin with."""

from dataclasses import dataclass
from typing import Any

from tests.contract.replay.recorder import RecordedLine, Recorder


@dataclass(frozen=True)
class Guest:
    """Somebody with a token, in a check-in."""

    tape: Recorder
    name: str
    token: str
    session: str

    def open(self, query: str = "", name: str = "") -> RecordedLine:
        """Open a socket."""
        return self.tape.open(name or self.name, self.session, self.token, query)

    def command(self, type: str, op: str = "", **fields: Any) -> Any:
        """Send one command over REST; return the answer's body."""
        body = {"type": type, "op": op or self.tape.op(), **fields}
        return self.tape.ask(f"POST sessions/{self.session}/commands/", body, token=self.token).answer

    def snapshot(self) -> Any:
        """Ask for the snapshot over REST."""
        return self.tape.ask(f"GET sessions/{self.session}/", token=self.token).answer


def two_guests(tape: Recorder) -> tuple[Guest, Guest]:
    """Let Ana start and Ben join."""
    started = tape.ask("POST start/", {"first_name": "Ana"}).answer
    joined = tape.ask(f"POST join/{started['code']}/", {"first_name": "Ben"}).answer
    return (
        Guest(tape, "Ana", started["token"], started["session"]),
        Guest(tape, "Ben", joined["token"], joined["session"]),
    )


def log_in(tape: Recorder, name: str, **more: str) -> str:
    """Log in with an account; return the token."""
    body = {"email": tape.email(name), "password": "<password>", **more}
    token: str = tape.ask("POST auth/login/", body).answer["token"]
    return token


def pair(tape: Recorder, ana: str, ben: str) -> None:
    """Let Ana invite Ben."""
    invited = tape.ask("POST couple/invitations/", token=ana).answer
    tape.ask(f"POST couple/invitations/{invited['code']}/accept/", token=ben)


def reveal(first: Guest, second: Guest, number: int, moment: dict[str, Any], *marks: dict[str, Any]) -> None:
    """Let two open a round, mark, and skip the quiet."""
    first.command("round.open", after=number - 1, **moment)
    for one, mark in zip((first, second), marks, strict=True):
        one.command("mark.seal", round=number, **mark)
    for one in (first, second):
        one.command("quiet.skip", round=number)


# A mark with all that could be told at the time of the first recording.
EVERYTHING = {
    "moves": ["ask-again", "reach-out-more", "stay-and-share"],
    "underneath": ["fear-of-losing-connection", "hurt"],
    "impulse": "ask-again",
    "chosen": "stay-and-share",
    "guess": "avoidant",
    "thought": "I have done something.",
    "second_look": "It may only be a long day.",
    "words": "I waited at the window.",
}
