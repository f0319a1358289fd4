"""docs/operations.md walked line by line: every command on it is typed, in its order, and does what its line says."""

import json
import re
import shlex
import stat
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from typing import Any, Final

import pytest

from cycleproject.version import VERSION
from tests.operations.elsewhere import ELSEWHERE
from tests.operations.installation import Installation
from tests.operations.page import Command, commands, first_of_each
from tests.store.test_sealing import new_key
from tests.support import prerequisites
from tests.support.cast.clients import Person, couple, join_as, start_as
from tests.support.servers.cycle import ROOT, Server, free_port
from tests.support.servers.post_office import PostOffice
from tests.support.servers.stacks import services

pytestmark = [pytest.mark.services, pytest.mark.needs("make", "systemd", "installed environment")]

PAGE: Final = "docs/operations.md"
TEXT: Final = (ROOT / PAGE).read_text(encoding="utf-8")
PASSWORD: Final = "a password of five plain words"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Return a clone on a machine that has PostgreSQL and Redis."""
    prerequisites.need("make", "systemd", "installed environment")
    with services() as (postgresql, redis):
        place = Installation(tmp_path_factory.mktemp("operations"), postgresql, redis)
        try:
            yield place
        finally:
            place.stop()


class Walk:
    """What an operator does from the first day on, each command as its section says."""

    def __init__(self, installation: Installation) -> None:
        self.here = installation
        self.office = PostOffice({b"DATA": b"354 go on"})
        self.pair: tuple[Person, Person] | None = None

    def run(self, command: str) -> None:
        """One process: it serves, and a check-in goes from its start to both marks open."""
        running = self.here.start()
        running.wait_until_printed(f"Cycle is running:\n  http://localhost:{self.here.port}/\n")
        self.pair = ana, ben = couple(self.here.place)
        mark_both(ana, ben)

    def send_test_mail(self, command: str) -> None:
        """It waits, and prints what the mail server said."""
        self.here.write(f"EMAIL_URL=smtp://127.0.0.1:{self.office.port}")
        assert self.here.type(command).endswith("The mail server has accepted it.\n")
        assert any(b"you@example.org" in line for line in self.office.taken)
        self.here.write("EMAIL_URL=consolemail://")

    def make_staff(self, command: str) -> None:
        """It prints the next step: a link to choose a password, then where to turn on a second step."""
        said = self.here.type(command)
        link = re.search(r"^Next: choose a password, within a day, at (\S+)$", said, re.MULTILINE)
        assert said.startswith("you@example.org is staff.\n") and link
        choose_a_password(link[1])
        assert "log in, and turn on a second step at" in self.here.type(command)

    def make_push_keys(self, command: str) -> None:
        """It prints a line for the settings, and stores nothing."""
        assert re.search(r"^PUSH_KEY=[\w-]{43}$", self.here.type(command), re.MULTILINE)

    def reset_second_step(self, command: str) -> None:
        """It names an account, and touches nothing else."""
        said = self.here.type(command.replace("E-MAIL", "you@example.org"))
        assert said == "you@example.org has no second step. Nothing was changed.\n"

    def make_role(self, command: str) -> None:
        """It asks for the password twice."""
        self.here.type(command, said="password\npassword\n")

    def make_database(self, command: str) -> None:
        """It is empty, and named in the settings; `make run` migrates it as before."""
        self.here.type(command)
        self.here.stop()
        self.here.write(settings_of_the_page()[0])
        metrics = free_port()
        self.here.write(f"BACKUP_DIR={self.here.checkout}/backups")
        self.here.start(METRICS_PORT=str(metrics))
        with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics", timeout=10) as answer:
            shown = answer.read().decode()
        for metric in re.findall(r"^\| `(cycle_\w+)` \|", TEXT, re.MULTILINE):
            assert re.search(rf"^{metric}(_count)?[ {{]", shown, re.MULTILINE), metric

    def serve_another(self, command: str) -> None:
        """Partners may sit on different processes, and hear of each other at once."""
        assert command.startswith("PORT=8001 ")
        other = Another(self.here, command.replace("PORT=8001 ", ""))
        try:
            ana, code = start_as(self.here.place, "Ana")
            ben = join_as(other.start(), "Ben", code)
            line = ana.connect()
            mark_both(ana, ben)
            line.until(lambda session: session["round"] and session["round"].get("reveal"))
            line.close()
        finally:
            other.close()

    def prepare(self, command: str) -> None:
        """It installs, migrates and collects static files, and says nothing where all that is done."""
        assert self.here.type(command) == ""

    def say_the_version(self, command: str) -> None:
        """It is the version that /healthz says."""
        assert self.here.type(command) == f"{VERSION}\n"
        assert json.loads(fetch(f"{self.here.place.url}/healthz")) == {"status": "ok", "version": VERSION}

    def back_up(self, command: str) -> None:
        """It writes a dated copy that its owner alone can read, beside the running processes."""
        said = self.here.type(command)
        [copy] = (self.here.checkout / "backups").iterdir()
        assert re.fullmatch(r"cycle-\d{8}T\d{6}Z\.dump", copy.name)
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert said.startswith(f"Wrote backups/{copy.name}, ")

    def check_backup(self, command: str) -> None:
        """It looks at a copy again."""
        [copy] = (self.here.checkout / "backups").iterdir()
        assert f"{copy} is whole: " in self.here.type(command.replace("FILE", str(copy)))

    def start_the_unit_for_backups(self, command: str) -> None:
        """What systemd would start, with the settings in its environment, writes to the directory it names."""
        unit = (ROOT / "docs/deployment/cycle-backup.service").read_text(encoding="utf-8")
        copies = self.here.checkout.parent / "nightly"
        (self.here.checkout / "unit.env").write_text((self.here.checkout / ".env").read_text())
        environment = dict(re.findall(r"(\w+)=(\S*)", (re.findall(r"^Environment=(.*)$", unit, re.MULTILINE))[0]))
        environment |= dict(
            line.split("=", 1) for line in (self.here.checkout / "unit.env").read_text().splitlines() if "=" in line
        )
        for line in re.findall(r"^ExecStart(?:Pre)?=(.*)$", unit, re.MULTILINE):
            there = line.replace("/var/backups/cycle", str(copies)).replace("/opt/cycle/", "")
            self.here.type(there, **environment)
        assert [copy.suffix for copy in copies.iterdir()] == [".dump"]

    def back_up_with_compose(self, command: str) -> None:
        """It does the same in the containers that are running; here, what they would run."""
        self.here.stand_in("docker", 'shift 4\nexec "$@"')
        self.here.stand_in("python", f'exec {shlex.quote(str(self.here.checkout))}/.venv/bin/python "$@"')
        before = len(list((self.here.checkout / "backups").iterdir()))
        time.sleep(1.1)  # copies are told apart by their second
        assert "is whole" in self.here.type(command)
        assert len(list((self.here.checkout / "backups").iterdir())) == before + 1

    def copy_to(self, command: str) -> None:
        """Stop, copy what the SQLite file of the first day holds, name the new database, start, and look."""
        self.here.stop()
        self.here.type("createdb --owner=cycle --encoding=UTF8 cycle_next")
        self.here.write(settings_of_the_page()[1].replace("/cycle\n", "/cycle_next\n"))
        said = self.here.type(command, DATABASE_URL="")
        assert "each table is the same here and there. Set DATABASE_URL to the new one." in said
        self.here.write("DATABASE_URL=postgres://cycle:password@localhost:5432/cycle_next")
        self.here.start()
        assert self.pair
        for person in self.pair:
            person.server = self.here.place
            assert person.snapshot()["round"]["reveal"]

    def refuse(self, command: str) -> None:
        """It would write out in plain what is encrypted, and says what to use instead."""
        said = self.here.type(f"manage.py {command}", exits=1)
        assert "copy_to" in said and "backup" in said

    def rotate(self, command: str) -> None:
        """A new key in front, then the command; it says which key can be taken out, and without that all is well."""
        old, new = self.here.setting("FIELD_KEYS"), new_key()
        self.here.write(f"FIELD_KEYS={new},{old}")
        said = self.here.type(command)
        assert re.search(r"Re-encrypted [1-9]\d* values\.\nIn use: \w{8}\.\nNothing is stored under \w{8}\b", said)
        self.here.write(f"FIELD_KEYS={new}")
        self.here.type("make prepare")

    def accept_loss(self, command: str) -> None:
        """Another key alone is refused with one line and exit status 2, until the command says that it is lost."""
        self.here.write(f"FIELD_KEYS={new_key()}")
        said = self.here.type(".venv/bin/python -m cycleproject.prepare", exits=2)
        assert re.fullmatch(r"Cycle cannot start: FIELD_KEYS lacks the key \w{8}, .*\n", said)
        assert "nobody can read them" in self.here.type(command)

    def prepare_elsewhere(self, command: str) -> None:
        """The settings may be in a file of their own."""
        (self.here.checkout / ".env").rename(self.here.checkout.parent / "env")
        assert self.here.type(command.replace("…", str(self.here.checkout.parent / "env"))) == ""
        assert not (self.here.checkout / ".env").exists()


class Another(Server):
    """A further process with the same ``.env``."""

    migrates = False

    def __init__(self, installation: Installation, command: str) -> None:
        super().__init__()
        self.checkout = installation.checkout
        self.python, as_module, module = shlex.split(command)
        assert (as_module, module) == ("-m", "cycleproject.serve")
        self.environment = {**installation.variables, "PORT": str(self.port)}


def mark_both(ana: Person, ben: Person) -> None:
    """Let two people open a round, mark it, and see both marks."""
    assert ana.command("round.open", after=0, text="We came home tired.").status == 200
    for person, reaction in ((ana, "anxious"), (ben, "avoidant")):
        assert person.command("mark.seal", round=1, reaction=reaction, intensity=3).status == 200
    for person in (ana, ben):
        assert person.snapshot()["round"]["reveal"]["marks"]["b"]["reaction"] == "avoidant"


def settings_of_the_page() -> list[str]:
    """Return what the page writes into ``.env``, place by place."""
    return re.findall(r"^```ini\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def fetch(address: str) -> bytes:
    """Return what is at an address."""
    with urllib.request.urlopen(address, timeout=10) as answer:
        body: bytes = answer.read()
    return body


def choose_a_password(link: str) -> None:
    """Follow the link in a browser, and fill in the page that it leads to."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with browser.open(link, timeout=10) as answer:
        page, address = answer.read().decode(), answer.url
    [token] = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page))
    names = re.findall(r'<input[^>]* name="(password\d)"', page)
    assert names, page
    form = {"csrfmiddlewaretoken": token, **dict.fromkeys(names, PASSWORD)}
    with browser.open(address, urllib.parse.urlencode(form).encode(), timeout=10) as answer:
        assert answer.status == 200


STEPS: Final[dict[str, Callable[[Walk, str], Any]]] = {
    "make run": Walk.run,
    "python manage.py sendtestemail you@example.org": Walk.send_test_mail,
    "python manage.py make_staff you@example.org": Walk.make_staff,
    "python manage.py make_push_keys": Walk.make_push_keys,
    "manage.py reset_second_step E-MAIL": Walk.reset_second_step,
    "createuser --pwprompt cycle": Walk.make_role,
    "createdb --owner=cycle --encoding=UTF8 cycle": Walk.make_database,
    "PORT=8001 .venv/bin/python -m cycleproject.serve": Walk.serve_another,
    "make prepare": Walk.prepare,
    "manage.py version": Walk.say_the_version,
    "python manage.py backup backups --keep 14": Walk.back_up,
    "manage.py check_backup FILE": Walk.check_backup,
    "systemctl start cycle-backup": Walk.start_the_unit_for_backups,
    "sh docs/deployment/compose-backup.sh backups": Walk.back_up_with_compose,
    "python manage.py copy_to --to-env COPY_TO": Walk.copy_to,
    "dumpdata": Walk.refuse,
    "python manage.py rotate_field_keys": Walk.rotate,
    "manage.py rotate_field_keys --accept-loss": Walk.accept_loss,
    "ENV_FILE=… make prepare": Walk.prepare_elsewhere,
}


def named(command: Command) -> str:
    """Return a command whichever way Python is called."""
    return command.text.removeprefix(".venv/bin/")


def test_every_command_of_the_page_does_what_its_line_says(
    installation: Installation, request: pytest.FixtureRequest
) -> None:
    walk = Walk(installation)
    request.addfinalizer(walk.office.close)
    for command in first_of_each(commands(PAGE)):
        began = time.monotonic()
        try:
            if command.text in ELSEWHERE:
                ELSEWHERE[command.text].instead(installation)
            else:
                STEPS[named(command)](walk, command.text)
        except BaseException as problem:
            problem.add_note(f"{command.place}: {command.text}")
            raise
        print(f"{command.place}: {command.text}: {time.monotonic() - began:.1f} s")


def test_every_step_is_on_the_page() -> None:
    assert {named(command) for command in commands(PAGE)} == {*STEPS, *ELSEWHERE}
    assert not set(STEPS) & set(ELSEWHERE)
