"""Two accounts who are a couple: check-ins that follow each other, and looking back on them."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import EVERYTHING, Guest, log_in, pair, reveal

DAY = 86_400


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = log_in(tape, "Ana"), log_in(tape, "Ben")
    tape.ask("GET couple/", token=ana)
    for path in ("history/", "history/summary/", "couple/retention/"):
        tape.ask(f"GET {path}", token=ana)
    tape.ask("POST sessions/", {}, token=ana)
    pair(tape, ana, ben)
    tape.ask("GET couple/", token=ana)
    tape.ask("POST couple/invitations/", token=ana)
    tape.ask("POST start/", {"first_name": "Ana"}, token=ana)

    at_ana, at_ben = _check_in(tape, ana, ben)
    a_mark = {"reaction": "anxious", "intensity": 5, **EVERYTHING, "share": ["moves", "words"]}
    moment = {"text": "The train was late.", "theme": "messages", "size": 3}
    reveal(at_ana, at_ben, 1, moment, a_mark, {"reaction": "avoidant", "intensity": 4})
    for one, fits in ((at_ana, True), (at_ben, True)):
        one.command("pattern.fit", round=1, fits=fits)
    at_ana.command("need.say", round=1, text="A word.")
    at_ben.command("need.say", round=1, text="An hour.")
    at_ben.command("need.heard", round=1)
    at_ana.command("step.choose", round=1, text="I ask once.")
    at_ben.command("step.choose", round=1, text="I call at six.")
    tape.tick(1200)
    at_ana.command("reconnect.confirm", round=1, relief=2)
    at_ben.command("reconnect.confirm", round=1, relief=3)
    at_ana.command("session.end")

    tape.tick(3 * DAY)
    at_ana, at_ben = _check_in(tape, ana, ben, title="Sunday")
    steps = {step["seat"]: step["id"] for step in at_ana.snapshot()["session"]["follow_up"]}
    at_ana.command("step.tried", step=steps["a"], tried="yes")
    at_ana.command("step.tried", step=steps["b"], tried="no")
    at_ben.command("step.tried", step=steps["b"], tried="partly")
    marks = {"reaction": "anxious", "intensity": 3}, {"reaction": "steady", "intensity": 2}
    reveal(at_ana, at_ben, 1, {"text": "We came home tired.", "theme": "home", "size": 1}, *marks)
    at_ben.command("round.open", after=1, text="Still sealed.")
    at_ben.command("mark.seal", round=2, reaction="both", intensity=1, words="Nobody reads this.")
    _looking_back(tape, ana, ben)
    _parting(tape, ana, ben, at_ana)


def _check_in(tape: Recorder, ana: str, ben: str, **wanted: str) -> tuple[Guest, Guest]:
    started = tape.ask("POST sessions/", wanted, token=ana).answer
    tape.ask("POST sessions/", {}, token=ben)
    tape.ask("GET sessions/", token=ben)
    tape.ask(f"POST sessions/{started['session']}/join/", {}, token=ben)
    return Guest(tape, "Ana", ana, started["session"]), Guest(tape, "Ben", ben, started["session"])


def _looking_back(tape: Recorder, ana: str, ben: str) -> None:
    found = tape.ask("GET history/", token=ana).answer["results"]
    tape.ask("GET history/", token=ben)
    for query in (
        "pattern=pursue_withdraw",
        "pattern=push_pull",
        "theme=messages",
        "from=<day +2>",
        "to=<day +0>",
        "q=train",
        "q=window",
        "from=yesterday",
        "nothing=1",
    ):
        tape.ask(f"GET history/?{query}", token=ben)
    tape.ask(f"GET history/{found[-1]['id']}/", token=ben)
    tape.ask("GET history/summary/", token=ben)
    tape.ask("GET couple/retention/", token=ana)
    tape.ask("PUT couple/retention/", {"months": 6}, token=ana)
    tape.ask("GET couple/retention/", token=ben)
    tape.ask("PUT couple/retention/", {"months": 0}, token=ben)
    # The login is three days old: it may not take anything along.
    tape.ask("GET history/export/?as=json", token=ana)
    tape.ask("GET me/export/", token=ana)
    fresh = log_in(tape, "Ana")
    tape.ask("GET history/export/?as=json", token=fresh)
    tape.ask("GET history/export/?as=csv", token=fresh)
    tape.ask("GET history/export/?as=xml", token=fresh)
    tape.ask("GET me/export/", token=fresh)
    tape.ask(f"DELETE history/{found[-1]['id']}/words/", token=fresh)
    tape.ask(f"GET history/{found[-1]['id']}/", token=ben)
    tape.ask("POST auth/logout/", token=fresh)


def _parting(tape: Recorder, ana: str, ben: str, at_ana: Guest) -> None:
    tape.ask("DELETE couple/", token=ben)
    tape.ask("DELETE couple/", token=ben)
    tape.ask("GET couple/", token=ana)
    at_ana.snapshot()
    tape.ask("GET history/", token=ana)
    tape.ask("POST couple/invitations/", token=ben)
    tape.ask("POST couple/invitations/AAAAAAAAAAAAAAAAAAAAAA/accept/", token=ana)
