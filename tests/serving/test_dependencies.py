"""What production installs is what it uses: one server, one library that draws QR codes."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# The server that other Channels projects develop with, what it brings, and the QR codes that allauth would draw.
GONE = {"daphne", "twisted", "autobahn", "qrcode"}
WITHOUT_THEM = """
import sys
sys.modules.update({name: None for name in sys.argv[1:]})  # whoever imports one of these fails
import cycleproject.asgi
from allauth.mfa.adapter import get_adapter
assert "<svg" in get_adapter().build_totp_svg("otpauth://totp/Cycle:ana?secret=ABC")
from django.urls import get_resolver
assert get_resolver().url_patterns
from django.core.checks import run_checks
assert not run_checks()
"""


def pins(name: str) -> set[str]:
    """Return what a file of pins installs."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))


def run(arguments: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the checkout."""
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=variables, capture_output=True, text=True)


def test_production_installs_nothing_that_it_does_not_use() -> None:
    assert len(pins("requirements.txt")) > 20
    assert pins("requirements.txt") & GONE == set()
    assert pins("requirements-dev.txt") & GONE == set()


def test_everything_works_without_it() -> None:
    done = run(["-c", WITHOUT_THEM, *sorted(GONE)], DJANGO_SETTINGS_MODULE="tests.support.settings")
    assert done.returncode == 0, done.stderr


def test_whoever_tries_runserver_is_told_what_serves_sockets() -> None:
    done = run(["manage.py", "runserver"], ENV_FILE="not-there")
    assert done.returncode == 1
    assert done.stderr == "Cycle is served by `make run`, with DEBUG=1 while developing: runserver knows no sockets.\n"
