"""What ends a login or a couple in one process closes the sockets in the other: by a hint, or else by the sweep."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.support.cast.clients import Line, Person
from tests.support.cast.visitors import PASSWORD, Visitor, add_an_app, as_staff, in_a_check_in
from tests.support.servers.clusters import Cluster
from tests.support.servers.cycle import Server
from tests.support.servers.redis_monitor import Listening

pytestmark = pytest.mark.services

# Two seconds are promised; a busy machine is waited for twice as long.
BY_A_HINT = 2 * 2.0
# Ten seconds between two sweeps, and the time that one takes while Redis is waited for.
BY_THE_SWEEP = 10.0 + 2 * 2.0
NEW_PASSWORD = "a password of five other words"

Deed = Callable[[Cluster, Visitor], None]


def log_out(cluster: Cluster, ana: Visitor) -> None:
    """Log out."""
    ana.log_out()


def end_it_from_the_list(cluster: Cluster, ana: Visitor) -> None:
    """End the login from the list that another browser shows."""
    elsewhere = ana.elsewhere()
    page = elsewhere.get("/accounts/sessions/")
    elsewhere.post(page.text.split('data-testid="end-login"')[0].rsplit('action="', 1)[1].split('"')[0])


def change_the_password(cluster: Cluster, ana: Visitor) -> None:
    """Change the password at another browser."""
    elsewhere = ana.elsewhere()
    elsewhere.get("/accounts/password/change/")
    asked = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert elsewhere.post("/accounts/password/change/", **asked).path == "/settings/"


def deactivate(cluster: Cluster, ana: Visitor) -> None:
    """Close the account, as whoever runs the server does."""
    tess = Visitor(cluster.one, "Tess").sign_up()
    as_staff(cluster.one, tess)
    add_an_app(tess)
    page = tess.get(f"/admin/accounts/user/?q={ana.email}")
    path = page.text.split('<th class="field-email">')[1].split('href="')[1].split('"')[0].split("?")[0]
    tess.get(path)
    assert tess.post(path, is_superuser="", is_staff="").path == "/admin/accounts/user/"


def unpair(cluster: Cluster, ana: Visitor) -> None:
    """Unpair."""
    ana.get("/couple/unpair/")
    ana.post("/couple/unpair/")


def delete_oneself(cluster: Cluster, ana: Visitor) -> None:
    """Delete the account, at another browser."""
    elsewhere = ana.elsewhere()
    elsewhere.show_it_is_me()
    elsewhere.get("/settings/leave/")
    assert "Your data has been deleted" in elsewhere.post("/settings/leave/").text


ENDINGS: dict[Deed, int] = {
    log_out: 4401,
    end_it_from_the_list: 4401,
    change_the_password: 4401,
    deactivate: 4401,
    unpair: 4410,
    delete_oneself: 4401,
}
# After this the person is nobody any more; after unpairing they are who they were, and the check-in is over.
NOBODY = 4401
# Deleting oneself ends the check-in as well, which may be told first.
ENDED = 4410


def rooms(cluster: Cluster, *deeds: Deed) -> list[tuple[Deed, Visitor, Line, str]]:
    """Return, for each of these endings, or for all, somebody logged in at one process with a socket at the other."""
    opened = []
    for deed in deeds or ENDINGS:
        ana, _, session = in_a_check_in(cluster.one)
        line = Person(cluster.other, "Ana", ana.key, session).connect()
        line.until(lambda session: session["state"] == "live")
        opened.append((deed, ana, line, session))
    return opened


@dataclass
class Before:
    """What somebody could open before it ended: kept, as by whoever holds their phone."""

    browser: Visitor
    token: str

    def is_shut_out(self, process: Server, session: str, code: int) -> bool:
        """Tell whether a process answers none of it, by a page, over REST or by a socket."""
        person = Person(process, "Ana", self.token, session)
        done = person.command("pause.start", minutes=5)
        if person.connect().closed() != code:
            return False
        if code != NOBODY:
            return bool(done.body["code"] == "session.ended")
        private = [self.browser.get(f"{process.url}{path}") for path in (f"/sessions/{session}/", "/settings/")]
        shown = any(page.status == 200 and page.path != "/" for page in private)
        return bool(done.body["code"] == "login.required" and not shown)


def is_closed_by(deed: Deed, line: Line, within: float) -> bool:
    """Tell whether a socket is closed in time, with the code that this ending has."""
    code = line.closed(within)
    return code == ENDINGS[deed] or (deed is delete_oneself and code == ENDED)


def has_opened(ana: Visitor) -> Before:
    """Return what she has opened so far."""
    return Before(ana.copied(), ana.key)


def test_a_hint_closes_sockets_on_the_other_process(cluster: Cluster) -> None:
    for deed, ana, line, session in rooms(cluster):
        before = has_opened(ana)
        deed(cluster, ana)
        assert is_closed_by(deed, line, BY_A_HINT), deed.__name__
        assert before.is_shut_out(cluster.other, session, ENDINGS[deed]), deed.__name__


def test_a_hint_closes_them_after_redis_was_emptied(cluster: Cluster) -> None:
    opened = rooms(cluster, log_out, delete_oneself, unpair)
    cluster.redis.client().flushall()
    for deed, ana, line, session in opened:
        before = has_opened(ana)
        deed(cluster, ana)
        assert is_closed_by(deed, line, BY_THE_SWEEP), deed.__name__
        assert before.is_shut_out(cluster.other, session, ENDINGS[deed]), deed.__name__


def test_a_management_command_sends_its_hint_before_it_exits(cluster: Cluster) -> None:
    [(_, ana, _, _)] = rooms(cluster, log_out)
    listening = Listening(cluster.redis)
    code = f"from accounts.models import User; u = User.objects.get(email={ana.email!r}); u.is_active = False; u.save()"
    subprocess.run([sys.executable, "manage.py", "shell", "-c", code], env=cluster.one.environment, check=True)
    assert any("PUBLISH" in said and "people" in said for said in listening.stop())


def test_without_redis_the_sweep_closes_them(cluster: Cluster) -> None:
    opened = rooms(cluster)
    cluster.redis.kill()
    try:
        ended_at = {}
        for deed, ana, line, session in opened:
            assert line.ask("sync")["type"] == "ack", "open until then"
            before = has_opened(ana)
            deed(cluster, ana)
            ended_at[deed] = time.monotonic()
            assert before.is_shut_out(cluster.other, session, ENDINGS[deed]), deed.__name__
        for deed, _, line, _ in opened:
            assert is_closed_by(deed, line, ended_at[deed] + BY_THE_SWEEP - time.monotonic()), deed.__name__
    finally:
        cluster.redis.start()
