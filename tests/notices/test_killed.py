"""A worker is killed wherever it may be, and others come after it or beside it: each notice leaves once at most."""

import json
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.notices import push
from tests.support.servers.cycle import ROOT, Server
from tests.support.servers.post_office import TAKES, PostOffice
from tests.support.servers.push_service import PushService, push_service

# Taken are: the notice, then its push and its mail. Sent and told of are those two.
CASES = [(f"take {when}", nth) for when in ("before", "after") for nth in (1, 2, 3)]
CASES += [(f"{what} {when}", nth) for what in ("send", "told") for when in ("before", "after") for nth in (1, 2)]
SENT_BY_BOTH_WAYS = {("take before", 1), ("take before", 2), ("take after", 1), ("take before", 3)}
WORKERS, NOTICES = 4, 12


class Workers:
    """Workers on a database of their own, and what has left by them, counted by whom it was for."""

    def __init__(self, folder: Path, service: PushService) -> None:
        self.service, self.office = service, PostOffice(TAKES)
        self.server = Server(
            EMAIL_URL=f"smtp://127.0.0.1:{self.office.port}",
            PUSH_KEY=push.new_key(),
            PUSH_PORT=str(service.port),
            PUSH_CERTIFICATE=str(service.certificate),
        )
        self.server.migrate()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.notices.dying_worker"],
            cwd=ROOT,
            env=self.server.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def play(self, name: str, **case: Any) -> int:
        """Play a case, and return what is told of it."""
        browser = self.service.browser(name)
        named = {**browser.named, "path": browser.path}
        named.pop("endpoint")
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"name": name, "browser": named, **case}) + "\n")
        self.process.stdin.flush()
        return int(json.loads(self.process.stdout.readline()))

    def pushes(self) -> Counter[str]:
        """Return how often each browser was sent something."""
        return Counter(path.removeprefix("/to/") for path in self.service.asked)

    def mails(self) -> Counter[str]:
        """Return how often each address was sent something."""
        found = re.findall(rb"^To: ([^@]+)@", b"".join(self.office.taken), re.MULTILINE)
        return Counter(name.decode() for name in found)

    def close(self) -> None:
        """End all of it."""
        self.process.communicate(timeout=10)
        self.office.close()
        self.server.close()


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """Return them."""
    folder = tmp_path_factory.mktemp("push")
    with push_service(folder) as service:
        made = Workers(folder, service)
        yield made
        made.close()
        assert service.wrong == []


@pytest.mark.parametrize(("point", "nth"), CASES)
def test_whoever_is_killed_and_whenever_it_leaves_once_at_most(workers: Workers, point: str, nth: int) -> None:
    name = f"{point.replace(' ', '-')}-{nth}"
    assert workers.play(name, point=point, nth=nth) == signal.SIGKILL, "premise: it was killed there"
    left = {"push": workers.pushes()[name], "mail": workers.mails()[name]}
    assert max(left.values()) <= 1, left
    if (point, nth) in SENT_BY_BOTH_WAYS:
        assert left == {"push": 1, "mail": 1}, "nothing was taken that was not sent"
    else:
        assert sum(left.values()) >= 1, "only what was on its way may be lost"


def test_of_several_at_once_one_sends_each(workers: Workers) -> None:
    assert workers.play("crowd", workers=WORKERS, notices=NOTICES) == 0
    assert {workers.mails()[f"crowd-{number}"] for number in range(NOTICES)} == {1}
    assert workers.pushes()["crowd"] == NOTICES
