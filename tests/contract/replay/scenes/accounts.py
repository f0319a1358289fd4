"""Logging in and out, by token and by cookie; oneself; going for good."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import Guest, log_in


def scene(tape: Recorder) -> None:
    """Play it."""
    for body in (
        {"email": tape.email("Ana"), "password": "not this one"},
        {"email": "nobody@example.org", "password": "<password>"},
        {"email": tape.email("Ana")},
        {"email": tape.email("Tess"), "password": "<password>"},
        {"email": tape.email("Tess"), "password": "<password>", "code": "000000"},
    ):
        tape.ask("POST auth/login/", body)
    ana = log_in(tape, "Ana")
    tape.ask("GET me/", token=ana)
    started = tape.ask("POST start/", {"first_name": "Anna"}, token=ana).answer
    tape.ask("GET me/", token=ana)
    at_ana = Guest(tape, "Ana", ana, started["session"])
    at_ana.open()
    ben = log_in(tape, "Ben")
    tape.ask(f"POST join/{started['code']}/", {"first_name": "Ben"}, token=ben)
    _by_cookie(tape, at_ana)
    # What is open with a login closes when it ends.
    tape.ask("POST auth/logout/", token=ana)
    tape.ask("GET me/", token=ana)
    tape.ask("POST auth/logout/", token=ana)
    tape.ask("GET me/export/", token=ben)
    tape.tick(600)
    tape.ask("GET me/export/", token=ben)
    tape.ask("DELETE me/", token=ben)
    ben = log_in(tape, "Ben")
    tape.ask("DELETE me/", token=ben)
    tape.ask("GET me/", token=ben)
    tape.ask("POST auth/login/", {"email": tape.email("Ben"), "password": "<password>"})


def _by_cookie(tape: Recorder, ana: Guest) -> None:
    """Let a page do what a program does: with the cookie, its own origin and the CSRF token."""
    tape.ask("GET /accounts/login/")
    cookie = {"Cookie": f"session={ana.token}; csrf=<csrf 1>"}
    tape.ask("GET me/", headers=cookie)
    tape.ask(f"POST sessions/{ana.session}/commands/", {"type": "sync", "op": tape.op()}, headers=cookie)
    with_csrf = {**cookie, "X-CSRFToken": "<csrf 1>", "Origin": "<origin>"}
    tape.ask(f"POST sessions/{ana.session}/commands/", {"type": "sync", "op": tape.op()}, headers=with_csrf)
    elsewhere = {**with_csrf, "Origin": "https://elsewhere.example.org"}
    tape.ask(f"POST sessions/{ana.session}/commands/", {"type": "sync", "op": tape.op()}, headers=elsewhere)
    tape.open("a page", ana.session, **cookie, Origin="<origin>")
    tape.open("no origin", ana.session, **cookie)
    tape.open("another page", ana.session, **cookie, Origin="https://elsewhere.example.org")
    tape.open("a page with a token", ana.session, ana.token, Origin="https://elsewhere.example.org")
