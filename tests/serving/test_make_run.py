"""`make run` turns a bare clone into a page that answers."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from cycleproject.serving.fastest_python import fastest, seconds
from cycleproject.serving.first_env import private_addresses, url_host
from tests.support import prerequisites
from tests.support.checkout import copy_checkout
from tests.support.servers.cycle import free_port

pytestmark = pytest.mark.needs("make")


SAYS_WITHIN = 45.0


class Running:
    """One `make run` or its like, with what it has printed so far."""

    def __init__(self, clone: Path, port: int, target: str = "run", **variables: str) -> None:
        self.clone = clone
        self.port = port
        self.target = target
        self.variables = variables
        self.start()

    def start(self) -> None:
        """Call make, and forget what it printed before."""
        self.output = Path(tempfile.mkdtemp(dir=self.clone.parent)) / "output"
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        pip = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "UV_"))}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                ["make", self.target],
                cwd=self.clone,
                env={**inherited, **pip, "PORT": str(self.port), **self.variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that stopping it stops what make has started
            )

    def printed(self) -> str:
        """Return everything it has printed."""
        return self.output.read_text()

    def wait_until_ready(self, seconds: float) -> None:
        """Wait until it answers, or fail with what it printed."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                if self.status("/readyz") == 200:
                    return
            except URLError:
                time.sleep(0.1)
        pytest.fail(f"no answer:\n{self.printed()}")

    def wait_until_printed(self, text: str, times: int = 1) -> None:
        """Wait until it has said something."""
        deadline = time.monotonic() + SAYS_WITHIN
        while self.printed().count(text) < times:
            assert time.monotonic() < deadline, self.printed()
            time.sleep(0.1)

    def status(self, path: str, host: str = "localhost") -> int:
        """Return the status a path answers with."""
        try:
            with urllib.request.urlopen(f"http://{host}:{self.port}{path}", timeout=10) as response:
                return int(response.status)
        except HTTPError as refused:
            return refused.code

    def stop(self) -> None:
        """Press Ctrl-C, in effect, and wait."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=20)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bare clone whose dependencies are installed already."""
    prerequisites.need("installed environment")
    clone = copy_checkout(tmp_path_factory.mktemp("run") / "a clone")
    (clone / ".venv").symlink_to(sys.prefix)
    return clone


@pytest.fixture(scope="module")
def running(clone: Path) -> Iterator[Running]:
    """Start a bare clone."""
    running = Running(clone, free_port())
    try:
        running.wait_until_ready(60)
        yield running
    finally:
        running.stop()


def test_it_answers_on_every_address_it_prints(running: Running) -> None:
    hosts = ["localhost", "127.0.0.1", *(url_host(address) for address in private_addresses())]
    for host in hosts:
        assert f"  http://{host}:{running.port}/\n" in running.printed()
        assert running.status("/", host) == 200


def test_it_answers_no_other_name(running: Running) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{running.port}/", headers={"Host": "elsewhere.example.org"})
    with pytest.raises(HTTPError) as refused, urllib.request.urlopen(request, timeout=10):
        pass
    assert refused.value.code == 400
    refused.value.close()


def test_it_keeps_its_secrets_to_itself(running: Running, clone: Path) -> None:
    assert stat.S_IMODE((clone / ".env").stat().st_mode) == 0o600
    secrets = [line.split("=", 1)[1] for line in (clone / ".env").read_text().splitlines()[2:4]]
    assert all(len(secret) > 40 and secret not in running.printed() for secret in secrets)


def test_it_says_in_one_line_that_the_port_is_taken(running: Running, clone: Path) -> None:
    second = Running(clone, running.port)
    assert second.process.wait(timeout=60) != 0
    lines = [line for line in second.printed().splitlines() if not line.startswith("make")]
    assert lines == [
        f"Cycle cannot listen on port {running.port}: Address already in use. Another port: make run PORT=8001"
    ]


def test_it_starts_again_with_the_same_secrets_and_data(running: Running, clone: Path) -> None:
    before = (clone / ".env").read_text()
    running.stop()
    running.start()
    running.wait_until_ready(60)
    running.wait_until_printed("http://localhost")
    assert (clone / ".env").read_text() == before
    first, *addresses = running.printed().splitlines()
    assert first == "Cycle is running:", "nothing else is said"
    assert all(line.startswith("  http://") for line in addresses)


@pytest.mark.parametrize(
    ("usual", "others", "taken"),
    [
        ("echo 0.100", ["echo 0.095"], 0),  # less than chance
        ("echo 0.100", ["echo 0.120", "echo 0.080"], 2),
        ("echo 0.100", ["exit 1", "echo nonsense"], 0),
        ("exit 0", ["echo 0.200"], 1),  # too old: it says nothing
        (None, ["echo 0.200"], 1),
        ("exit 1", [], None),
    ],
)
def test_it_takes_the_fastest_python_that_fits(
    usual: str | None, others: list[str], taken: int | None, tmp_path: Path
) -> None:
    pythons: list[str | None] = []
    for number, does in enumerate([usual, *others]):
        python = tmp_path / f"python{number}"
        python.write_text(f"#!/bin/sh\n{does}\n")
        python.chmod(0o755)
        pythons.append(str(python) if does else None)
    first, *rest = pythons
    assert fastest(first, list(filter(None, rest))) == (None if taken is None else pythons[taken])


def test_it_measures_a_python_as_it_is() -> None:
    taken = seconds(sys.executable)
    assert taken and 0 < taken < 1
    assert seconds("not-there") is None


def test_a_python_of_ones_choice_has_an_environment_of_its_own(clone: Path) -> None:
    for chosen, environment in ((["PYTHON=python3.13"], ".venv-python3.13/"), ([], ".venv/")):
        command = ["make", "--no-print-directory", "--dry-run", "run", *chosen]
        done = subprocess.run(
            command, cwd=clone, env={**os.environ, "PYTHON": "nonsense"}, capture_output=True, text=True
        )
        assert done.returncode == 0
        *_, serving = done.stdout.splitlines()
        assert serving == f"exec {environment}bin/python -m cycleproject.serve"


def test_it_says_in_one_line_that_there_is_no_network(tmp_path: Path) -> None:
    clone = copy_checkout(tmp_path / "a clone")
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    alone = Running(clone, free_port(), **nowhere)
    assert alone.process.wait(timeout=120) != 0
    *_, said = [line for line in alone.printed().splitlines() if not line.startswith("make")]
    assert said == "What is needed could not be fetched: is there a network? What pip said is in .venv/pip.log."
    assert "ERROR" not in alone.printed() and "ERROR" in (clone / ".venv" / "pip.log").read_text()


@pytest.mark.needs("network")
def test_it_sets_itself_up_where_python_lacks_ensurepip(tmp_path: Path) -> None:
    clone = copy_checkout(tmp_path / "a clone")
    # Debian's python3 without python3-venv fails in just this way.
    fake = tmp_path / "bin" / "python3"
    fake.parent.mkdir()
    python = Path(sys.base_prefix) / "bin" / "python3"
    fake.write_text(f'#!/bin/sh\n[ "$*" = "-m venv .venv" ] && mkdir -p .venv/bin && exit 1\nexec "{python}" "$@"\n')
    fake.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
        # CI: it takes python3 as it is, and looks for no faster one.
        running = Running(clone, free_port(), CI="true")
    try:
        running.wait_until_ready(400)
        assert running.status("/") == 200
        assert not list(clone.glob(".venv/lib/*/site-packages/pip"))
    finally:
        running.stop()
