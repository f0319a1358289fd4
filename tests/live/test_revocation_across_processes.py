"""What ends a login or a couple in one process closes the sockets in the other: by a hint, or else by the sweep."""

import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.support.cast.clients import Line, Person
from tests.support.cast.visitors import PASSWORD, Visitor, add_an_app, as_staff, in_a_check_in
from tests.support.servers.clusters import Cluster
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


ENDINGS: dict[Deed, int] = {
    log_out: 4401,
    end_it_from_the_list: 4401,
    change_the_password: 4401,
    deactivate: 4401,
    unpair: 4410,
}


def rooms(cluster: Cluster) -> list[tuple[Deed, Visitor, Line]]:
    """Return, for each ending, somebody logged in at one process with a socket at the other."""
    opened = []
    for deed in ENDINGS:
        ana, _, session = in_a_check_in(cluster.one)
        line = Person(cluster.other, "Ana", ana.key, session).connect()
        line.until(lambda session: session["state"] == "live")
        opened.append((deed, ana, line))
    return opened


def test_a_hint_closes_sockets_on_the_other_process(cluster: Cluster) -> None:
    for deed, ana, line in rooms(cluster):
        deed(cluster, ana)
        assert line.closed(BY_A_HINT) == ENDINGS[deed], deed.__name__


def test_a_management_command_sends_its_hint_before_it_exits(cluster: Cluster) -> None:
    _, ana, _ = rooms(cluster)[0]
    listening = Listening(cluster.redis)
    code = f"from accounts.models import User; u = User.objects.get(email={ana.email!r}); u.is_active = False; u.save()"
    subprocess.run([sys.executable, "manage.py", "shell", "-c", code], env=cluster.one.environment, check=True)
    assert any("PUBLISH" in said and "people" in said for said in listening.stop())


def test_without_redis_the_sweep_closes_them(cluster: Cluster) -> None:
    opened = rooms(cluster)
    cluster.redis.kill()
    try:
        ended_at = {}
        for deed, ana, line in opened:
            assert line.ask("sync")["type"] == "ack", "open until then"
            deed(cluster, ana)
            ended_at[deed] = time.monotonic()
        for deed, _, line in opened:
            assert line.closed(ended_at[deed] + BY_THE_SWEEP - time.monotonic()) == ENDINGS[deed], deed.__name__
    finally:
        cluster.redis.start()
