"""Somebody wishes for notices, and lets a browser take them; a guest is told what mail needs."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import log_in

WISHED = {"by_mail": True, "hour_before": True, "wording": "note"}
QUIET = {"quiet_from": "22:00", "quiet_until": "07:00", "tz": "Europe/Berlin"}
OP = "first-of-the-notices-ab"
BROWSER = {
    "endpoint": "https://push.example.com/to/a-browser",
    "p256dh": "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
    "auth": "AAAAAAAAAAAAAAAAAAAAAA",
}


def scene(tape: Recorder) -> None:
    """Play it."""
    ana = log_in(tape, "Ana")
    tape.ask("GET me/notices/", token=ana)
    tape.ask("PUT me/notices/", {**WISHED, **QUIET}, token=ana)
    tape.ask("PUT me/notices/", {**WISHED, "quiet_from": "22:00"}, token=ana)
    tape.ask("PUT me/notices/", {**WISHED, "wording": "list", "op": OP}, token=ana)
    tape.ask("PUT me/notices/push/", {**BROWSER, "endpoint": "https://127.0.0.1/"}, token=ana)
    tape.ask("PUT me/notices/push/", BROWSER, token=ana)
    tape.ask("GET me/notices/", token=ana)
    tape.ask("DELETE me/notices/push/", token=ana)
    tape.ask("DELETE me/notices/push/", token=ana)
    guest = tape.ask("POST start/", {"first_name": "Cleo"}).answer["token"]
    tape.ask("PUT me/notices/", WISHED, token=guest)
    tape.ask("PUT me/notices/", {**WISHED, "by_mail": False}, token=guest)
