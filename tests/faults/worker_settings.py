"""Settings of a worker under test: those of served processes, with failpoints and, if one is asked for, a mistake."""

import os
from pathlib import Path

from django.apps import AppConfig

from tests.support.servers.served_settings import *  # noqa: F403
from tests.support.servers.served_settings import INSTALLED_APPS


class Faulty(AppConfig):
    """Puts in what the environment asks for."""

    name = "tests.faults"

    def ready(self) -> None:
        """Install the failpoints, and plant the mistake that ``FAULTS_MISTAKE`` names."""
        from tests.faults import mistakes, seams

        statements = seams.install(Path(os.environ["FAULTS_DIRECTORY"]))
        if mistake := os.environ.get("FAULTS_MISTAKE"):
            mistakes.MISTAKES[mistake].plant(statements)


INSTALLED_APPS = [*INSTALLED_APPS, f"{__name__}.{Faulty.__name__}"]
