"""`manage.py backup DIR --keep 14`: copy the running database into a directory of dated copies, or into one file."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cycleproject.backups import directory
from cycleproject.backups.checking import Damaged
from cycleproject.backups.tokens import KeysDoNotOpen

KEPT: Final = 14


class Command(BaseCommand):
    """Copies the committed rows of the running database, without remains of erased ones, and checks the copy."""

    help = "Copy the database while Cycle runs: into a directory of dated copies, or into a file that is not there yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add where to write to, and how many copies to keep there."""
        parser.add_argument("place", metavar="DIR", help="a directory; or a file that does not exist yet")
        parser.add_argument("--keep", type=_at_least_one, help=f"how many copies to keep in the directory ({KEPT})")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the copy, readable by its owner alone; remove the oldest once it is found to be good."""
        place, keep = Path(options["place"]), options["keep"]
        dated = keep is not None or options["place"].endswith("/") or place.is_dir()
        try:
            if dated:
                file, contents = directory.add_copy(place, keep or KEPT, timezone.now())
            else:
                file, contents = place, directory.write_copy(place)
        except OSError as error:
            raise CommandError(f"{place}: {error.strerror}") from None
        except KeysDoNotOpen as reason:
            raise CommandError(f"{place}: the copy is whole, but does not count: {reason}") from None
        except Damaged as reason:
            raise CommandError(f"{place}: no copy was made: {reason}.") from None
        self.stdout.write(
            f"Wrote {file}, {sum(contents.rows.values())} rows, checked. "
            "It is of no use without FIELD_KEYS: keep them, and keep them elsewhere."
        )


def _at_least_one(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise ArgumentTypeError("keep at least 1")
    return int(value)
