"""docs/deployment/plain-server.sh from its first line to its last: what changes a machine is done below a folder."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final
from urllib.request import Request, urlopen

import pytest

from tests.serving.test_proxies import certificate
from tests.store.test_sealing import new_key
from tests.support.checkout import copy_checkout
from tests.support.prerequisites import path_of
from tests.support.servers.cycle import ROOT, Server, free_port
from tests.support.servers.databases import MIGRATED
from tests.support.servers.stacks import Stacks

pytestmark = [pytest.mark.services, pytest.mark.needs("make", "systemd", "nginx", "installed environment")]

NAME: Final = "cycle.example.org"
MOVED: Final = ("/opt/cycle", "/etc/", "/var/www/html", "/var/log/nginx")
# In the place of programs that would change the machine. $ROOT is the folder; each writes down what it was told.
STAND_INS: Final = {
    # What Debian would install is what README and the page name.
    "apt-get": 'test "$*" = "install git make python3-venv nginx certbot"',
    "git": 'test "$1" = clone; cp -a "$2" "$3"; ln -s "$VENV" "$3/.venv"',
    # An administrator who fills in what the page says.
    "editor": 'cat "$ROOT/settings" >>"$1"',
    "systemctl": """case "$1" in
enable) shift 2; command -p systemctl --quiet --root="$ROOT" enable "$@" ;;
daemon-reload) test -e "$ROOT/etc/systemd/system/cycle@.service" ;;
esac""",
    "certbot": """test "$1 $2" = "certonly --webroot"; test -d "$ROOT/var/www/html"
mkdir -p "$ROOT/etc/letsencrypt/live/$NAME"
cp "$ROOT/certificate.pem" "$ROOT/etc/letsencrypt/live/$NAME/fullchain.pem"
cp "$ROOT/key.pem" "$ROOT/etc/letsencrypt/live/$NAME/privkey.pem\"""",
    "nginx": """test "$*" = -t
cd "$ROOT/etc/nginx/sites-enabled"
sed "s|/opt/cycle|$ROOT&|; s|/etc/letsencrypt|$ROOT&|; s|/var/|$ROOT&|" cycle >"$ROOT/site"
exec "$REAL_NGINX" -t -q -e stderr -p "$ROOT" -c "$ROOT/nginx.conf\"""",
}


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Return a folder that looks as a fresh server does, with the stand-ins."""
    copy_checkout(tmp_path / "repository")
    for folder in ("opt", "etc/nginx/sites-enabled", "etc/systemd/system", "var/www/html", "var/log/nginx", "programs"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    for name, script in STAND_INS.items():
        file = tmp_path / "programs" / name
        file.write_text(f'#!/bin/sh\nset -eu\necho "{name} $*" >>"$ROOT/told"\n{script}\n')
        file.chmod(0o755)
    certificate(tmp_path)
    (tmp_path / "nginx.conf").write_text(f'pid "{tmp_path}/pid";\nevents {{}}\nhttp {{ include "{tmp_path}/site"; }}\n')
    return tmp_path


def test_the_commands_for_a_plain_server_end_in_one_that_serves(machine: Path, stacks: Stacks) -> None:
    postgresql, redis = stacks.services
    settings = {
        "SECRET_KEY": "a-secret-that-is-long-enough-0123456789-abcdefghijklmnopqrstuvwxyz",
        "FIELD_KEYS": new_key(),
        "ALLOWED_HOSTS": NAME,
        "TRUSTED_ORIGINS": f"https://{NAME}",
        "DATABASE_URL": postgresql.create("plain_server", like=MIGRATED),
        "REDIS_URL": redis.database(99),
        "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
        "EMAIL_FROM": f"no-reply@{NAME}",
        "CONTACT": f"help@{NAME}",
    }
    (machine / "settings").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    script = (ROOT / "docs/deployment/plain-server.sh").read_text(encoding="utf-8")
    for path in MOVED:
        script = script.replace(path, f"{machine}{path}")
    inherited = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    told = {"REPOSITORY": str(machine / "repository"), "EDITOR": "editor", "ROOT": str(machine), "VENV": sys.prefix}
    path = f"{machine / 'programs'}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", script],
        env={**inherited, **told, "PATH": path, "NAME": NAME, "REAL_NGINX": path_of("nginx") or ""},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout + done.stderr == "", "nothing that whoever types this has to wonder about"
    first, *_, before_last, last = (machine / "told").read_text().splitlines()
    assert (first.split()[0], before_last, last) == ("apt-get", "nginx -t", "systemctl reload nginx")
    wanted = machine / "etc/systemd/system/multi-user.target.wants"
    assert sorted(link.name for link in wanted.iterdir()) == ["cycle@8001.service", "cycle@8002.service"]
    assert oct((machine / "etc/cycle/env").stat().st_mode)[-3:] == "600"
    serve_as_the_unit_does(machine, settings)


def serve_as_the_unit_does(machine: Path, settings: dict[str, str]) -> None:
    """Start what the unit starts, and ask it as nginx would."""
    process = Unit(settings)
    process.checkout = machine / "opt" / "cycle"
    process.environment = {"PATH": os.environ["PATH"], **settings, "ENV_FILE": "", "PORT": str(process.port)}
    process.environment |= {"HOST": "127.0.0.1", "TRUSTED_PROXIES": "127.0.0.1"}
    try:
        process.start()
    finally:
        process.close()


class Unit(Server):
    """A process that is reached under its name, by https."""

    migrates = False

    def __init__(self, settings: dict[str, str]) -> None:
        super().__init__(PORT=str(free_port()))
        self.name = settings["ALLOWED_HOSTS"]

    def answers(self) -> bool:
        """Tell whether it is ready, and sends nobody in a circle."""
        asked = Request(f"{self.url}/readyz", headers={"Host": self.name, "X-Forwarded-Proto": "https"})
        try:
            with urlopen(asked, timeout=5) as response:
                return bool(response.status == 200 and response.url.endswith("/readyz"))
        except OSError:
            return False
