"""`manage.py write_contract`: write the generated part of docs/ from the code."""

import json
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand

from sessions.contract.asyncapi import document
from sessions.contract.examples import all_examples

EXAMPLES = "docs/examples"
HEADER = (
    "# Written by `python manage.py write_contract`, from sessions/checkin/frames.py, asyncapi.py and examples.py.\n"
)


class Command(BaseCommand):
    """Writes docs/asyncapi.yaml and docs/examples/*.json from the code."""

    help = "Write docs/asyncapi.yaml and docs/examples/*.json from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files, and remove examples that the code no longer gives."""
        files = contract_files()
        for stale in set((settings.BASE_DIR / EXAMPLES).glob("*.json")) - {settings.BASE_DIR / path for path in files}:
            stale.unlink()
        for path, text in files.items():
            written: Path = settings.BASE_DIR / path
            written.parent.mkdir(parents=True, exist_ok=True)
            written.write_text(text, encoding="utf-8")
        self.stdout.write(f"Wrote {len(files)} files.")


def contract_files() -> dict[str, str]:
    """Return the text of each file by its path in the checkout."""
    examples = all_examples()
    contract = yaml.dump(document(examples), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    files = {f"{EXAMPLES}/{name}.json": as_json(example) for name, example in examples.items()}
    return {"docs/asyncapi.yaml": HEADER + contract.replace("``", "`"), **files}


def as_json(example: Any) -> str:
    """Return an example as indented JSON, as docs/examples has it."""
    return json.dumps(example, ensure_ascii=False, indent=2) + "\n"


class _Dumper(yaml.SafeDumper):
    """Writes everything out: a reader should not have to look up an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
