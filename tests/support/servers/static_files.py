"""Scripts and styles as they are served elsewhere: named by their content, so that a browser asks for each once."""

from pathlib import Path

from tests.support.servers.cycle import Server
from tests.support.servers.databases import made_once


def collected() -> dict[str, str]:
    """Return the variables with which a server has them from where they were collected, once in a run of the tests."""
    return served_from(made_once("static", _collect))


def _collect(directory: Path) -> None:
    place = Server(**served_from(directory))
    place.manage("collectstatic", "--noinput")
    place.close()


def served_from(directory: Path) -> dict[str, str]:
    """Return the variables with which a server has them from one directory."""
    return {
        "DJANGO_SETTINGS_MODULE": "tests.support.servers.served_settings",
        "STATIC_FROM_SOURCE": "0",
        "STATIC_ROOT": str(directory),
    }
