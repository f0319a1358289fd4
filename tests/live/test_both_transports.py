"""Two ways to take part, the socket and the API, and one check-in: whoever uses which, nobody can tell."""

from typing import Any

from tests.support.cast.clients import Frame, Line, Person


class Over:
    """Somebody who uses one transport alone."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def do(self, type: str, **fields: Any) -> str | None:
        """Send one command; return the code that it was refused with."""
        raise NotImplementedError

    def see(self, wanted: Any) -> Frame:
        """Return a snapshot for which ``wanted`` holds."""
        raise NotImplementedError


class OverRest(Over):
    """Asks and is answered; the answer holds the snapshot."""

    def do(self, type: str, **fields: Any) -> str | None:
        """Post the command."""
        answer = self.person.command(type, **fields)
        assert answer.status == 200 or answer.headers["content-type"] == "application/problem+json"
        return answer.body.get("code")

    def see(self, wanted: Any) -> Frame:
        """Ask for the snapshot."""
        session = self.person.snapshot()
        assert wanted(session), session
        return session


class OverSocket(Over):
    """Hears of everything without asking."""

    def __init__(self, person: Person) -> None:
        super().__init__(person)
        self.line: Line = person.connect()

    def do(self, type: str, **fields: Any) -> str | None:
        """Send the frame."""
        return self.line.ask(type, **fields).get("code")

    def see(self, wanted: Any) -> Frame:
        """Wait for the snapshot, or take the last one that came."""
        self.line.send("sync")
        return self.line.until(wanted)


def revealed(session: Frame) -> bool:
    """Tell whether a snapshot holds a reveal."""
    return bool(session["round"] and session["round"]["reveal"])


def a_whole_check_in(one: Over, other: Over) -> dict[str, Frame]:
    """Play a check-in from its first moment to its end; return what each was shown at the reveal."""
    assert one.do("round.open", after=0, moment=3) is None
    other.see(lambda session: "mark.seal" in session["can"])
    assert one.do("mark.seal", round=1, reaction="anxious", intensity=4, words="Mine.", share=["words"]) is None
    assert one.see(lambda session: session["round"]["sealed"])["round"]["reveal"] is None
    assert other.see(lambda session: session["round"])["round"]["sealed"] is False
    assert other.do("mark.seal", round=1, reaction="steady", intensity=2) is None
    shown = {who.person.name: who.see(revealed) for who in (one, other)}
    assert one.do("need.say", round=1, text="Too early.") == "exchange.quiet"
    for who in (one, other):
        assert who.do("quiet.skip", round=1) is None
    for who in (one, other):
        assert who.do("need.say", round=1, text=f"{who.person.name} needs a word.") is None
    needs = {"a": "Ana needs a word.", "b": "Ben needs a word."}
    for who in (one, other):
        who.see(lambda session: session["round"]["exchange"]["needs"] == needs)
        assert who.do("meant.confirm", round=1) is None
        assert who.do("need.heard", round=1) is None
        assert who.do("step.choose", round=1, text="I call at six.") is None
        assert who.do("reconnect.confirm", round=1, relief=3) is None
    one.see(lambda session: session["round"]["exchange"]["reconnected"])
    assert other.do("pause.start", minutes=1) is None
    for who in (one, other):
        assert who.do("pause.resume") is None
    assert other.do("round.open", after=1, text="And another one.") is None
    assert one.do("round.set_aside", round=2) is None
    assert one.do("session.end") is None
    assert one.person.snapshot()["state"] == "ended"
    assert other.person.snapshot() | {"you": None} == one.person.snapshot() | {"you": None}
    return shown


def test_a_round_works_with_one_on_rest_and_one_on_the_socket(ana: Person, ben: Person) -> None:
    shown = a_whole_check_in(OverRest(ana), OverSocket(ben))
    marks = {name: session["round"]["reveal"]["marks"] for name, session in shown.items()}
    assert marks["Ben"]["a"] == {"reaction": "anxious", "intensity": 4, "words": "Mine."}
    assert marks["Ana"]["b"] == {"reaction": "steady", "intensity": 2}


def test_a_round_works_with_both_on_rest(ana: Person, ben: Person) -> None:
    shown = a_whole_check_in(OverRest(ana), OverRest(ben))
    assert shown["Ana"]["round"]["reveal"]["pattern"] == shown["Ben"]["round"]["reveal"]["pattern"]


def test_the_same_op_over_both_transports_is_carried_out_once(ana: Person, ben: Person) -> None:
    at_ana = ana.connect()
    opening = {"after": 0, "moment": 1, "op": "opening"}
    assert ana.command("round.open", **opening).body["reply"] == {"type": "ack", "op": "opening"}
    assert at_ana.ask("round.open", **opening) == {"type": "ack", "op": "opening"}
    assert ana.snapshot()["round"]["number"] == 1
    mark = {"round": 1, "reaction": "both", "intensity": 2, "op": "mark"}
    assert at_ana.ask("mark.seal", **mark)["type"] == "ack"
    assert at_ana.ask("mark.withdraw", round=1, op="back")["type"] == "ack"
    assert ana.command("mark.seal", **mark).body["session"]["round"]["sealed"] is False
    assert ben.command("mark.seal", **mark).body["session"]["round"]["sealed"] is True, "an op is one seat's"
